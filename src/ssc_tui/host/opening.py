"""Makes the catalogue on a server that was just started: everything at the first start, nothing at any later one."""

from __future__ import annotations

from typing import NamedTuple

from ssc_tui.errors import UsageError
from ssc_tui.host.asking import Send
from ssc_tui.host.bucket import BUCKET, count, describe, introduce, prepare, renew_epoch
from ssc_tui.host.publish import CREATE, Progress, plan, write
from ssc_tui.host.trouble import ServerError
from ssc_tui.i18n import _
from ssc_tui.store.seed import SEED, seed_meta
from ssc_tui.store.whole import documents_in


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


def open_catalogue(send: Send, wish: Wish, progress: Progress, bucket: str = BUCKET) -> Opened:
    """Make the catalogue what is wished. Loading that was broken off is taken up again; records that are there are never overwritten.

    Raises:
        UsageError: the server holds a catalogue of another name.
        ServerError: the server refuses.
    """
    about = describe(send, bucket)
    if about and wish.dataset not in (None, about["dataset"]):
        raise UsageError(
            _("This server holds the catalogue {dataset}, and a catalogue keeps its name. Serve another one with another --home.").format(
                dataset=about["dataset"]
            )
        )
    prepare(send, bucket, wish.readers)
    if about:
        if wish.new_epoch:
            renew_epoch(send, bucket)
        return Opened(about["dataset"], count(send, bucket), 0)
    dataset = wish.dataset or seed_meta()["dataset"]
    loaded = 0 if wish.empty else _load(send, bucket, progress)
    introduce(send, bucket, dataset)
    return Opened(dataset, count(send, bucket), loaded)


def _load(send: Send, bucket: str, progress: Progress) -> int:
    missing = [each for each in plan(send, bucket, documents_in(SEED)).writes if each.what == CREATE]
    done = write(send, missing, progress)
    if done.refused:
        reference, reason = next(iter(done.refused.items()))
        raise ServerError(_("The server does not take {reference}: {reason}.").format(reference=reference, reason=reason))
    return done.done[CREATE]
