"""The state of the sync and the age of the copy in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, NamedTuple

from ssc_tui.i18n import _, ngettext
from ssc_tui.settings import Settings

if TYPE_CHECKING:
    from ssc_tui.tui.syncing import State

_STATES = {
    "offline": lambda: _("offline"),
    "captive_portal": lambda: _("the network wants you to log in"),
    "stale": lambda: _("the network answers with an old copy"),
    "unwell": lambda: _("the server cannot answer now"),
    "sign_in": lambda: _("sign in needed"),
    "refused": lambda: _("sync refused, S says why"),
    "incompatible": lambda: _("another catalogue, S says more"),
    "partial": lambda: _("not all received yet"),
    "stopped": lambda: _("sync stopped"),
}
"""What is said of the last run where it did not come to its end, by its outcome."""


class Waiting(NamedTuple):
    """Edits that wait to be sent, conflicts and suggestions that wait for a decision, and edits that editors did not accept."""

    edits: int = 0
    conflicts: int = 0
    suggestions: int = 0
    declined: int = 0


def age(moment: str, now: datetime) -> str:
    """How long ago a moment (ISO 8601) was."""
    seconds = max(0.0, (now - datetime.fromisoformat(moment)).total_seconds())
    if seconds < 60:
        return _("just now")
    if seconds < 3600:
        return _("{n} min ago").format(n=int(seconds // 60))
    if seconds < 48 * 3600:
        return _("{n} h ago").format(n=int(seconds // 3600))
    days = int(seconds // 86_400)
    return ngettext("{n} day ago", "{n} days ago", days)


def state_of_copy(
    meta: Mapping[str, str],
    synced_at: str | None,
    state: State,
    settings: Settings,
    now: datetime,
    *,
    read_only: bool,
    unsent: Waiting = Waiting(),  # noqa: B008
) -> Sequence[str]:
    """The age of the copy, where it came from, how the sync stands and what waits: from the longest way of saying it to the shortest.

    `unsent` is what waits to be sent or decided.
    """
    waiting = _("read-only") if read_only else waiting_words(unsent) or _("nothing waiting")
    sync = short_state(state, settings)
    if meta.get("origin") == "practice":
        short = _("practice data; {waiting}").format(waiting=waiting) if any(unsent) else _("practice data")
        return (_("practice data, made up; {waiting}").format(waiting=waiting), short)
    if synced_at:
        copy = _("copy of {age}").format(age=age(synced_at, now))
        ways: Sequence[str] = (f"{copy}; {waiting}", copy)
    else:
        ways = _shipped(date.fromisoformat(meta["released"]), now.date(), waiting)
    if read_only or any(unsent):
        # The shortest way leaves out the age, and not that nothing can be saved, or that something waits.
        ways = (*ways[:-1], waiting)
    return (*(f"{sync}; {way}" for way in ways), sync) if sync else ways


def waiting_words(waiting: Waiting) -> str:
    """How much waits to be sent or decided; empty where nothing does."""
    edits, conflicts, suggestions, declined = waiting
    said = [ngettext("{n} edit waiting", "{n} edits waiting", edits)] if edits else []
    said += [ngettext("{n} conflict", "{n} conflicts", conflicts)] if conflicts else []
    said += [ngettext("{n} suggestion", "{n} suggestions", suggestions)] if suggestions else []
    said += [ngettext("{n} not accepted", "{n} not accepted", declined)] if declined else []
    return ", ".join(said)


def _shipped(released: date, today: date, waiting: str) -> Sequence[str]:
    days = max(0, (today - released).days)
    old = ngettext("{n} day old", "{n} days old", days) if days else _("from today")
    return (
        _("copy of {date} ({age}), shipped with ssc-tui, never synced; {waiting}").format(date=released, age=old, waiting=waiting),
        _("copy of {date}, {age}, never synced; {waiting}").format(date=released, age=old, waiting=waiting),
        _("copy of {date}; {waiting}").format(date=released, waiting=waiting),
        _("copy of {date}").format(date=released),
    )


def short_state(state: State, settings: Settings) -> str:
    """How the sync stands, in a few words; empty where there is nothing to say."""
    if state.running:
        progress = state.progress
        if progress is None or not progress.done:
            return _("syncing")
        if progress.total:
            return _("syncing {done:,} of {total:,}").format(done=progress.done, total=progress.total)
        return _("syncing {done:,}").format(done=progress.done)
    if not settings.remote:
        return ""
    if settings.offline:
        return _("connections off")
    if state.failed is not None:
        return _("sync failed, S says more")
    words = _STATES.get(state.report.outcome) if state.report else None
    return words() if words else ""


def sync_now(state: State, settings: Settings) -> str:
    """How the sync stands, in a sentence."""
    if state.running:
        progress = state.progress
        if progress is None:
            return _("Asking the catalogue what changed…")
        done = (
            _("{done:,} of {total:,} records").format(done=progress.done, total=progress.total)
            if progress.total
            else ngettext("{n} record", "{n} records", progress.done)
        )
        left = progress.seconds_left
        rest = _(", about {time} left").format(time=duration(left)) if left is not None else ""
        return _("Syncing: {done}, {size}{rest}.").format(done=done, size=size(progress.bytes_down), rest=rest)
    if not settings.remote:
        return _("No remote catalogue is set: , leads to the settings.")
    if settings.offline:
        return _("Connections are switched off in the settings.")
    if state.failed is not None:
        return str(state.failed)
    return state.report.words if state.report else _("No sync was made since the app was opened.")


def duration(seconds: float) -> str:
    """A length of time, roughly."""
    if seconds < 90:
        return _("{n} s").format(n=max(1, round(seconds)))
    return _("{n} min").format(n=round(seconds / 60)) if seconds < 5400 else _("{n} h").format(n=round(seconds / 3600))


def size(number: int) -> str:
    """So many bytes, in thousands or millions."""
    return _("{n:.1f} kB").format(n=number / 1000) if number < 1_000_000 else _("{n:.1f} MB").format(n=number / 1_000_000)
