"""`publish` writes a folder of facts, or the local copy, into the catalogue on a server."""

from __future__ import annotations

import os
from collections import Counter
from contextlib import closing
from typing import Any

from ssc_tui.cli.bar import telling
from ssc_tui.cli.local import opened
from ssc_tui.cli.password import ask_password
from ssc_tui.cli.plain import Output
from ssc_tui.errors import Incompatible, Refused, SignInNeeded, UsageError
from ssc_tui.host.bucket import describe, introduce, prepare, renew_epoch, take_suggestions
from ssc_tui.host.ini import ADMIN
from ssc_tui.host.publish import CHANGE, CREATE, REMOVE, Plan, Published, plan, write
from ssc_tui.host.source import Source, from_copy, from_folder
from ssc_tui.i18n import _, ngettext
from ssc_tui.paths import Home, named
from ssc_tui.settings import read_settings
from ssc_tui.sync.address import Address, parse_address
from ssc_tui.sync.credentials import find_password
from ssc_tui.sync.http import Link

COPY = "copy"
"""Names the local copy where a folder could be named."""

PASSWORD = "SSC_TUI_PASSWORD"  # noqa: S105
"""The variable that a script may leave the password in."""

OVERTAKEN, SOME_REFUSED = 6, 5
"""Exit codes: done but for what others changed meanwhile; done but for what the server does not take."""


def publish(
    home: Home,
    out: Output,
    *,
    folder: str | None,
    to: str,
    user: str | None,
    new: bool,
    prune: bool,
    accept_removals: bool,
    dry_run: bool,
    new_epoch: bool,
    offline: bool,
) -> int:
    """Make the catalogue on a server equal to the source, record by record: JSON as `_tell`; a second run writes nothing.

    With a new epoch wanted, nothing else is done: JSON `{"epoch"}`.

    Raises:
        UsageError: the source or the address is none, connections are switched off, or there is no password.
        SignInNeeded: the server does not take name and password.
        Incompatible: what is at the address is no catalogue, or another one.
        Refused: so much would be removed that a person has to agree.
        SyncError: the server does not answer, or refuses.
    """
    settings = read_settings(home.settings)
    if offline or settings.offline:
        raise UsageError(_("Connections are switched off, so nothing was published."))
    address = parse_address(to)
    source = _source(home, out, folder) if folder else None
    name = user or (settings.user if settings.remote == str(address) else "") or ADMIN
    with closing(Link(address, (name, _password(home, address, name)))) as link:
        _require_known(link)
        missing = _look(link, source, new=new, dry_run=dry_run)
        if new_epoch or source is None:
            return _tell_epoch(out, renew_epoch(link))
        if missing:
            prepare(link)
        elif not dry_run:
            take_suggestions(link)
        made = plan(link, source.documents)
        if prune and made.drastic and not accept_removals:
            raise Refused(
                _(
                    "{number:,} of the {held:,} records at {address} would be removed. Nothing was changed; --accept-removals does it."
                ).format(number=len(made.extra), held=made.held, address=address)
            )
        writes = [*made.writes, *(made.extra if prune else [])]
        if dry_run:
            counts = Counter(each.what for each in writes)
            done = Published({what: counts[what] for what in (CREATE, CHANGE, REMOVE)}, [], {})
        else:
            with telling(out, _("Publishing")) as progress:
                done = write(link, writes, progress)
        if missing and source.dataset:
            introduce(link, source.dataset)
    _tell(out, made, done, pruned=prune, dry_run=dry_run)
    return SOME_REFUSED if done.refused else OVERTAKEN if done.overtaken else 0


def _source(home: Home, out: Output, folder: str) -> Source:
    if folder != COPY:
        return from_folder(named(folder))
    with opened(home, out) as copy:
        return from_copy(copy.connection)


def _password(home: Home, address: Address, user: str) -> str:
    """From the variable, from where `login` kept it, or asked for."""
    password = os.environ.get(PASSWORD) or find_password(home, address, user) or ask_password(user)
    if not password:
        raise UsageError(_("No password was given, so nothing was published."))
    return password


def _require_known(link: Link) -> None:
    """Ask the server who it takes us for: a wrong password costs it a slow check at every part of a batch.

    Raises:
        SignInNeeded: for nobody.
    """
    hello = link.ask("GET", "/").body
    if not (isinstance(hello, dict) and hello.get("user")):
        raise SignInNeeded(_("The server does not take this name and password. Nothing was changed."))


def _look(link: Link, source: Source | None, *, new: bool, dry_run: bool) -> bool:
    """Whether the catalogue has to be made before the source can be written into it.

    Raises:
        UsageError: it would have to be made, and that cannot be.
        Incompatible: there is none and none is wanted, or there is another one.
    """
    about = describe(link)
    if about is None and not new:
        raise Incompatible(_("There is no catalogue at {address}. Nothing was changed; --new makes one.").format(address=link.address))
    if about is None and (source is None or source.dataset is None or dry_run):
        raise UsageError(_("A new catalogue needs a name: `dataset` in the catalogue.toml of a folder. Nothing was changed."))
    if about is not None and source and source.dataset not in (None, about["dataset"]):
        raise Incompatible(
            _("At {address} is the catalogue {theirs}, and not {ours}. Nothing was changed.").format(
                address=link.address, theirs=about["dataset"], ours=source.dataset
            )
        )
    return about is None


def _tell_epoch(out: Output, epoch: str) -> int:
    if out.as_json:
        out.json({"epoch": epoch})
    else:
        out.lines([_("The catalogue has a new epoch: at its next sync, every copy compares all it has.")])
    return 0


def _tell(out: Output, made: Plan, done: Published, *, pruned: bool, dry_run: bool) -> None:
    """JSON: `{"created", "changed", "unchanged", "removed", "extra", "overtaken": [ref], "refused": {ref: reason}, "dry_run"}`."""
    left = 0 if pruned else len(made.extra)
    if out.as_json:
        answer: dict[str, Any] = {**done.done, "unchanged": made.unchanged, "extra": left}
        out.json({**answer, "overtaken": done.overtaken, "refused": done.refused, "dry_run": dry_run})
    else:
        words = _("It would be: ") if dry_run else ""
        out.lines(
            [
                words
                + _("{created:,} created, {changed:,} changed, {removed:,} removed, {unchanged:,} unchanged.").format(
                    **done.done, unchanged=made.unchanged
                )
            ]
        )
    if left:
        out.say(
            ngettext(
                "{n} record there is not in the source; --prune removes it.",
                "{n} records there are not in the source; --prune removes them.",
                left,
            )
        )
    for reference in done.overtaken:
        out.say(_("{reference} was changed by somebody else meanwhile and was left so.").format(reference=reference))
    for reference, reason in done.refused.items():
        out.say(_("{reference} was not taken: {reason}").format(reference=reference, reason=reason))
