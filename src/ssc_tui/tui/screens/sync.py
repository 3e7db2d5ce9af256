"""The sync: how it stands, how the last runs went, and what could not be taken."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, NamedTuple

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen

from ssc_tui.i18n import _
from ssc_tui.moments import local_time
from ssc_tui.store import journal
from ssc_tui.store.journal import Quarantined, Run
from ssc_tui.store.standing import Standing, standing
from ssc_tui.text import fit, one_line, wrap
from ssc_tui.tui import sync_words as words
from ssc_tui.tui.ours import Ours
from ssc_tui.tui.widgets.plain import Plain

if TYPE_CHECKING:
    from sqlite3 import Connection


RUNS = 20
"""Runs that are shown."""

ODD_CLOCK = 300.0
"""Seconds between the server's clock and this machine's from which it is said."""


class Page(NamedTuple):
    """What the copy knows of the sync."""

    standing: Standing
    runs: list[Run]
    quarantine: list[Quarantined]


def read_page(copy: Connection) -> Page:
    """Everything that the page shows."""
    return Page(standing(copy), journal.runs(copy, RUNS), journal.quarantine(copy))


class SyncScreen(Ours, ModalScreen[None]):
    """The page in a window that scrolls."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,S", "dismiss", show=False),
        Binding("s", "sync", show=False),
        Binding("x", "stop", show=False),
        Binding("j", "scroll('down')", show=False),
        Binding("k", "scroll('up')", show=False),
        Binding("g", "scroll('home')", show=False),
        Binding("G", "scroll('end')", show=False),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._page: Page | None = None

    def compose(self) -> ComposeResult:
        """How it stands, the runs, the quarantine."""
        with VerticalScroll(classes="window -tall") as window:
            window.border_title = Content(_("Sync"))
            yield Plain(id="sync-now", classes="head")
            yield Plain(id="sync-runs")
            yield Plain(id="sync-quarantine", classes="foot")
            yield Plain(_("s syncs now, x stops, j and k scroll, Esc closes"), classes="foot")

    def on_mount(self) -> None:
        """Keys scroll the window."""
        self.set_focus(self.query_one(VerticalScroll))
        self.show_run()

    def on_resize(self) -> None:
        """Lay out anew for the width there is."""
        self.call_after_refresh(self._fill)

    def show_run(self) -> None:
        """Show how the sync stands now; read again what the last run left."""
        self._fill()
        if not self.ssc.syncing.state.running:
            self.run_worker(self._read(), exclusive=True, exit_on_error=False)

    async def _read(self) -> None:
        try:
            self._page = await self.ssc.pages.ask(read_page)
        except Exception as error:
            self.ssc.tell_error(error)
            return
        self._fill()

    def _fill(self) -> None:
        if not self.is_mounted:
            return
        width = max(30, self.query_one("#sync-now").size.width)
        self.query_one("#sync-now", Plain).say("\n".join(part for line in self._now() for part in wrap(line, width)))
        if self._page:
            self.query_one("#sync-runs", Plain).say(_runs(self._page.runs, width))
            self.query_one("#sync-quarantine", Plain).say(_quarantine(self._page.quarantine, width))

    def _now(self) -> list[str]:
        """How the sync stands, in sentences."""
        settings, state = self.ssc.settings, self.ssc.syncing.state
        lines = [words.sync_now(state, settings)]
        if not self._page:
            return lines
        known = self._page.standing
        if settings.remote:
            who = _("signed in as {user}").format(user=settings.user) if settings.user else _("not signed in")
            lines.append(_("Catalogue: {name} at {address}, {who}.").format(name=known.dataset or "?", address=settings.remote, who=who))
        if known.clock_offset and abs(known.clock_offset) > ODD_CLOCK:
            minutes = round(abs(known.clock_offset) / 60)
            lines.append(_("The clocks of this machine and of the server are {n:,} minutes apart.").format(n=minutes))
        if known.alert:
            lines.append(_("The server says: {alert}").format(alert=known.alert))
        if known.others:
            lines.append(_("It also holds what this version cannot show: {names}.").format(names=", ".join(map(one_line, known.others))))
        return lines

    def action_sync(self) -> None:
        """Sync now."""
        self.ssc.sync_now()

    def action_stop(self) -> None:
        """End the run that goes on."""
        if self.ssc.syncing.state.running:
            self.ssc.syncing.stop()
        else:
            self.ssc.tell(_("No sync is running."))

    def action_scroll(self, way: str) -> None:
        """Scroll the window."""
        getattr(self.query_one(VerticalScroll), f"scroll_{way}")(animate=False)


def _runs(runs: list[Run], width: int) -> Content:
    """A line or two for each run."""
    if not runs:
        return Content(_("This copy was never synced."))
    lines = [Content(_("Last runs")).stylize("bold")]
    for run in runs:
        when = local_time(run.started_at)
        told = run.words or _("Cut off before its end; what was received before is kept.")
        first, *more = wrap(told, max(20, width - 20))
        lines.append(Content(f"  {fit(when, 16)}  {first}"))
        lines += [Content(f"{' ' * 20}{part}") for part in more]
        cost = _("{requests} requests, {down} down, {up} up, {seconds} s").format(
            requests=run.requests,
            down=words.size(run.bytes_down),
            up=words.size(run.bytes_up),
            seconds="?" if run.seconds is None else f"{run.seconds:.1f}",
        )
        lines.append(Content(f"{' ' * 20}{cost}").stylize("dim"))
    return Content("\n").join(lines)


def _quarantine(quarantine: list[Quarantined], width: int) -> Content:
    """What could not be taken, and why."""
    if not quarantine:
        return Content(_("Everything that was sent could be taken."))
    lines = [Content(_("Sent, and not taken")).stylize("bold")]
    for each in quarantine:
        lines += [Content(part) for part in wrap(f"  {each.kind}/{one_line(each.id) or '?'}: {each.reason}", width)]
    return Content("\n").join(lines)
