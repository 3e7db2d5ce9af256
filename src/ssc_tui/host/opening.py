"""Makes the catalogue on a server that was just started: everything at the first start, nothing at any later one."""

from __future__ import annotations

from typing import NamedTuple

from ssc_tui.errors import Refused, UsageError
from ssc_tui.host.bucket import count, describe, introduce, prepare, renew_epoch
from ssc_tui.host.publish import CREATE, Progress, plan, write
from ssc_tui.i18n import _
from ssc_tui.store.seed import SEED, seed_meta
from ssc_tui.store.whole import documents_in
from ssc_tui.sync.http import Link


class Wish(NamedTuple):
    """What the catalogue is to be.

    Attributes:
        dataset: its name; None takes the one it has, or that of the shipped catalogue.
        readers: who may read, `bucket.OPEN` or `bucket.SIGNED_IN`; None leaves it as it is.
        empty: whether a new one begins without the records of the shipped catalogue.
        new_epoch: whether clients are to compare all they have, since the data were restored.
    """

    dataset: str | None = None
    readers: str | None = None
    empty: bool = False
    new_epoch: bool = False


class Opened(NamedTuple):
    """The catalogue on the server: its name, how many records it holds, and how many of them were loaded just now."""

    dataset: str
    records: int
    loaded: int


def open_catalogue(link: Link, wish: Wish, progress: Progress) -> Opened:
    """Make the catalogue what is wished. Loading that was broken off is taken up again; records that are there are never overwritten.

    Raises:
        UsageError: the server holds a catalogue of another name.
        SyncError: the server does not answer, or refuses.
    """
    about = describe(link)
    if about and wish.dataset not in (None, about["dataset"]):
        raise UsageError(
            _("This server holds the catalogue {dataset}, and a catalogue keeps its name. Serve another one with another --home.").format(
                dataset=about["dataset"]
            )
        )
    prepare(link, wish.readers)
    if about:
        if wish.new_epoch:
            renew_epoch(link)
        return Opened(about["dataset"], count(link), 0)
    dataset = wish.dataset or seed_meta()["dataset"]
    loaded = 0 if wish.empty else _load(link, progress)
    introduce(link, dataset)
    return Opened(dataset, count(link), loaded)


def _load(link: Link, progress: Progress) -> int:
    missing = [each for each in plan(link, documents_in(SEED)).writes if each.what == CREATE]
    done = write(link, missing, progress)
    if done.refused:
        reference, reason = next(iter(done.refused.items()))
        raise Refused(_("The server does not take {reference}: {reason}.").format(reference=reference, reason=reason))
    return done.done[CREATE]
