"""The remote catalogue: which it is (`remote`), who signs in there (`login`, `logout`), and the sync itself (`sync`, `changes`)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from ssc_tui.cli.bar import Bar
from ssc_tui.cli.local import opened
from ssc_tui.cli.password import ask_password
from ssc_tui.cli.plain import Output
from ssc_tui.errors import UsageError
from ssc_tui.i18n import _
from ssc_tui.insight.changes import LOGGED
from ssc_tui.moments import local_time
from ssc_tui.paths import Home
from ssc_tui.settings import read_settings, save_setting
from ssc_tui.store import journal, own
from ssc_tui.store.standing import standing
from ssc_tui.sync.address import parse_address

UNITS = {"h": "hours", "d": "days", "w": "weeks"}
"""Of a time that is stated as how long ago."""


def remote(home: Home, out: Output, *, address: str | None, clear: bool) -> int:
    """Show or set the remote catalogue: JSON `{"remote", "user", "dataset", "last_sync"}`, null for what is not set.

    Raises:
        UsageError: the address is none.
        SettingsError: the settings cannot be read or written.
    """
    wanted = str(parse_address(address)) if address else ""
    if (clear or address) and wanted != read_settings(home.settings).remote:
        save_setting(home.settings, "user", "")
        save_setting(home.settings, "remote", wanted)
    settings = read_settings(home.settings)
    with opened(home, out) as copy:
        known = standing(copy.connection)
    if out.as_json:
        out.json({"remote": settings.remote or None, "user": settings.user or None, "dataset": known.dataset, "last_sync": known.synced_at})
    elif not settings.remote:
        out.lines([_("No remote catalogue is set. `ssc-tui remote URL` sets one.")])
    else:
        out.lines([settings.remote, _("signed in as {user}").format(user=settings.user) if settings.user else _("not signed in")])
    return 0


def login(home: Home, out: Output, *, user: str, offline: bool) -> int:
    """Sign in: the password comes from a prompt, or from standard input where that is no terminal. JSON `{"remote", "user", "checked"}`.

    Raises:
        UsageError: no catalogue is set, or there is no password.
        SignInNeeded: the catalogue does not take name and password; they were not kept.
        SettingsError: they could not be kept.
    """
    settings = read_settings(home.settings)
    if not settings.remote:
        raise UsageError(_("No remote catalogue is set. Set one first with `ssc-tui remote URL`."))
    # Network and key store are needed from here on alone.
    from ssc_tui.errors import Offline, SignInNeeded
    from ssc_tui.sync.credentials import save_password
    from ssc_tui.sync.http import Link
    from ssc_tui.sync.kinto import Kinto

    address = parse_address(settings.remote)
    password = ask_password(user)
    if not password:
        raise UsageError(_("No password was given, so nobody was signed in."))
    link = Link(address, (user, password))
    checked = not (offline or settings.offline)
    try:
        server = Kinto(link).server() if checked else None
        taken = not checked or (server is not None and server.user is not None)
    except SignInNeeded:
        taken = False
    except Offline:
        taken, checked = True, False
    finally:
        link.close()
    if not taken:
        raise SignInNeeded(_("The catalogue does not take this name and password. They were not kept."))
    in_key_store = save_password(home, address, user, password)
    save_setting(home.settings, "user", user)
    with opened(home, out) as copy:
        own.welcome(copy.path, user)
    if not in_key_store:
        out.say(_("This system has no key store: the password lies in {path}, readable for you alone.").format(path=home.secrets))
    if not checked:
        out.say(_("There is no connection, so the password could not be checked. It was kept, and will be at the next sync."))
    if out.as_json:
        out.json({"remote": str(address), "user": user, "checked": checked})
    else:
        out.lines([_("Signed in as {user} at {remote}.").format(user=user, remote=address)])
    return 0


def logout(home: Home, out: Output) -> int:
    """Sign out: the password is taken out of the key store; the copy stays. JSON `{"remote", "user"}` as it was.

    Raises:
        SettingsError: the settings cannot be read or written.
    """
    settings = read_settings(home.settings)
    if settings.user and settings.remote:
        from ssc_tui.sync.credentials import forget_password

        forget_password(home, parse_address(settings.remote), settings.user)
        save_setting(home.settings, "user", "")
    if out.as_json:
        out.json({"remote": settings.remote or None, "user": settings.user or None})
    elif settings.user:
        out.lines([_("{user} is signed out. What was received stays.").format(user=settings.user)])
    else:
        out.lines([_("Nobody was signed in.")])
    return 0


def sync(home: Home, out: Output, *, full: bool, join: bool, accept_removals: bool, budget: int | None, offline: bool) -> int:
    """Carry differences: JSON `{"outcome", "words", "received": {"new", "changed", "removed"}, "sent", "suggested", "conflicts",
    "quarantined", "requests", "bytes_down", "bytes_up", "seconds"}`; exit codes as those of the outcomes in `errors`.

    Raises:
        UsageError: no catalogue is set, or connections are switched off.
        SettingsError, CopyError, ReadOnly: settings or copy cannot be used.
    """
    settings = read_settings(home.settings)
    if offline or settings.offline:
        raise UsageError(_("Connections are switched off, so nothing was synced. Leave out --offline, or switch them on in the settings."))
    if not settings.remote:
        raise UsageError(_("No remote catalogue is set. `ssc-tui remote URL` sets one."))
    with opened(home, out):
        pass
    # Network and TLS are imported for this command alone.
    from ssc_tui.sync.report import Progress, Wishes
    from ssc_tui.sync.run import OK, Sync

    bar = Bar()

    def tell(progress: Progress) -> None:
        left = progress.seconds_left
        bar.draw(
            progress.done,
            progress.total,
            _("{kb:,} kB").format(kb=progress.bytes_down // 1000) + (_(", {n:,} s left").format(n=round(left)) if left else ""),
        )

    running = Sync(home, settings, Wishes(full, join, accept_removals, budget), tell)
    try:
        report = running.run()
    finally:
        bar.clear()
    if out.as_json:
        out.json(
            {
                "outcome": report.outcome,
                "words": report.words,
                "received": report.applied._asdict(),
                "sent": report.sent,
                "suggested": report.suggested,
                "conflicts": report.conflicts,
                "quarantined": report.quarantined,
                "requests": report.requests,
                "bytes_down": report.bytes_down,
                "bytes_up": report.bytes_up,
                "seconds": round(report.seconds, 3),
            }
        )
    elif report.outcome == OK:
        out.lines([report.words])
    if report.outcome != OK:
        out.say(report.words)
    return report.exit_code


def changes(home: Home, out: Output, *, since: str | None, limit: int) -> int:
    """What syncs changed, newest first: JSON as `store.journal.as_json`; on a pipe time, change, ref, title and fields parted by tabs.

    Raises:
        UsageError: the time is none.
    """
    begin = moment_of(since).isoformat(timespec="milliseconds") if since else ""
    with opened(home, out) as copy:
        found = journal.changes(copy.connection, begin, limit)
    if out.as_json:
        out.json(journal.as_json(found))
    else:
        out.table((local_time(each.at), _change(each), each.ref, each.title) for each in found)
    if not found:
        out.say(_("Nothing was changed by a sync in that time.") if since else _("No sync has changed anything yet."))
    return 0


def _change(change: journal.Change) -> str:
    """In words: new, gone, or the names of the fields that changed."""
    if change.change == "changed":
        return ", ".join(field.field for field in change.fields)
    return _(LOGGED.get(change.change, change.change))


def moment_of(text: str) -> datetime:
    """The time in UTC of a date, a time, or how long ago (`36h`, `7d`, `2w`).

    Raises:
        UsageError: it is none.
    """
    number, unit = text[:-1], text[-1:]
    try:
        if unit in UNITS and number.isdecimal():
            return datetime.now(UTC) - timedelta(**{UNITS[unit]: int(number)})
        return datetime.fromisoformat(text).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise UsageError(
            _("{text} is no time. Write a date such as 2026-11-20, or how long ago: 36h, 7d, 2w.").format(text=text)
        ) from error
