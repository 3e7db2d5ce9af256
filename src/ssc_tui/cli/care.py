"""The state of things: `status` and `doctor` of the copy, `paths` of the files, `keys` of the screens."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from ssc_tui.catalogue.codes import label
from ssc_tui.cli.local import opened
from ssc_tui.cli.plain import Output
from ssc_tui.cli.settings import settings_of
from ssc_tui.i18n import _, ngettext
from ssc_tui.keys import key_table
from ssc_tui.moments import local_time
from ssc_tui.paths import Home
from ssc_tui.store import journal, reader
from ssc_tui.store.conflicts import open_conflicts
from ssc_tui.store.overlay import declined, suggested, unsent
from ssc_tui.store.standing import standing
from ssc_tui.store.suggestions import for_editor

if TYPE_CHECKING:
    from ssc_tui.store.doctor import Finding

FAILED = 1
"""Exit code where a check failed and was not put right."""


def status(home: Home, out: Output) -> int:
    """What the copy holds and what waits: JSON has the keys below, with null for what never was."""
    with opened(home, out) as copy:
        meta, known = reader.meta(copy.connection), standing(copy.connection)
        age = datetime.now(UTC) - datetime.fromisoformat(known.synced_at) if known.synced_at else None
        state: dict[str, Any] = {
            "dataset": meta.get("dataset"),
            "origin": meta.get("origin"),
            "released": meta.get("released"),
            "remote": settings_of(home, out).remote or None,
            "records": reader.totals(copy.connection),
            "last_sync": known.synced_at,
            "age_seconds": round(age.total_seconds()) if age else None,
            "pending": unsent(copy.connection),
            "conflicts": open_conflicts(copy.connection),
            "suggestions": for_editor(copy.connection),
            "suggested": suggested(copy.connection),
            "declined": declined(copy.connection),
            "quarantined": len(journal.quarantine(copy.connection)),
            "notes": len(reader.notes(copy.connection)),
            "bookmarks": len(reader.bookmarks(copy.connection)),
            "database": str(copy.path),
        }
    if out.as_json:
        out.json(state)
    else:
        out.lines(_in_words(state))
    return 0


def _in_words(state: dict[str, Any]) -> list[str]:
    records = ", ".join(f"{label('record_kinds', kind)} {number:,}" for kind, number in state["records"].items())
    return [
        _("Catalogue {dataset}: {records}.").format(dataset=state["dataset"] or _("without a name"), records=records),
        *_history(state),
        *_unsent(state),
        _("{notes}, {bookmarks}.").format(
            notes=ngettext("{n} note", "{n} notes", state["notes"]),
            bookmarks=ngettext("{n} bookmark", "{n} bookmarks", state["bookmarks"]),
        ),
        _("Database: {path}").format(path=state["database"]),
    ]


def _unsent(state: dict[str, Any]) -> list[str]:
    """What of one's own work others do not see yet."""
    if state["pending"] or state["conflicts"]:
        edits = ngettext("{n} edit waits to be sent", "{n} edits wait to be sent", state["pending"])
        disputed = ngettext("{n} conflict waits for a decision", "{n} conflicts wait for a decision", state["conflicts"])
        said = [f"{edits}; {disputed}."]
    else:
        said = [_("No edits wait to be sent, and there are no conflicts.")]
    if number := state["suggestions"]:
        said.append(ngettext("{n} suggestion waits for your decision.", "{n} suggestions wait for your decision.", number))
    if number := state["suggested"]:
        said.append(ngettext("{n} edit was sent as a suggestion.", "{n} edits were sent as suggestions.", number))
    if number := state["declined"]:
        said.append(
            ngettext(
                "{n} edit was not accepted; `ssc-tui pending` says why.", "{n} edits were not accepted; `ssc-tui pending` says why.", number
            )
        )
    return said


def _history(state: dict[str, Any]) -> list[str]:
    """Where the copy comes from, how old it is, and with what it syncs."""
    released = state["released"] or _("a date not stated")
    lines = [
        _("It was last synced on {when}.").format(when=local_time(state["last_sync"]))
        if state["last_sync"]
        else _("It came with ssc-tui, released on {date}, and was never synced.").format(date=released),
        _("Remote catalogue: {address}").format(address=state["remote"] or _("none is set")),
    ]
    if state["quarantined"]:
        number = state["quarantined"]
        lines.append(ngettext("{n} record that was sent could not be taken.", "{n} records that were sent could not be taken.", number))
    return lines


def doctor(home: Home, out: Output, *, repair: bool) -> int:
    """Check the copy, and mend it where asked: JSON `{"ok", "checks": [{"name", "ok", "words"}], "repaired": [sentence]}`."""
    # Imports pydantic, which `status` and `keys` do not need.
    from ssc_tui.store.doctor import repair as repair_copy

    done: list[str] = []
    findings = _examined(home, out)
    if repair and not all(finding.ok for finding in findings):
        done = repair_copy(home, findings, out.say)
        findings = _examined(home, out)
    ok = all(finding.ok for finding in findings)
    if out.as_json:
        out.json({"ok": ok, "checks": [finding._asdict() for finding in findings], "repaired": done})
    else:
        out.table(((_("ok") if finding.ok else _("FAILED"), finding.name, finding.words) for finding in findings), prose=True)
        out.lines(done)
        if not ok and not repair:
            out.say(_("`ssc-tui doctor --repair` puts right what can be put right; nothing is deleted."))
    return 0 if ok else FAILED


def _examined(home: Home, out: Output) -> list[Finding]:
    from ssc_tui.store.doctor import examine, look_at_files

    with opened(home, out) as copy:
        return [*examine(copy.connection), look_at_files(home)]


def paths(home: Home, out: Output) -> int:
    """Where the files lie, whether or not they are there yet: JSON `{"home", "database", "settings", "log"}`."""
    places = {"home": home.data, "database": home.database, "settings": home.settings, "log": home.log_file}
    if out.as_json:
        out.json({name: str(place) for name, place in places.items()})
    else:
        out.table((name, str(place)) for name, place in places.items())
    return 0


def keys(home: Home, out: Output) -> int:
    """The keys of the screens, as the settings remap them: JSON `[{"id", "keys": [key], "title", "help"}]`."""
    table = list(key_table(settings_of(home, out).keys))
    if out.as_json:
        out.json(
            [
                {"id": command.id, "keys": printed.split(), "title": _(command.title), "help": _(command.help)}
                for _heading, command, printed in table
            ]
        )
    elif out.on_terminal:
        out.table(((printed, command.id, _(command.help)) for _heading, command, printed in table), prose=True)
    else:
        out.table((command.id, printed, _(command.title), _(command.help)) for _heading, command, printed in table)
    return 0
