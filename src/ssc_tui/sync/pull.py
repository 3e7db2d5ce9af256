"""Brings what changed in the remote catalogue into the copy, page by page, each a checkpoint.

The order of a run: one question for everything that changed; is it our catalogue?; did its history go backwards?; pages, oldest first,
until each collection is read; then, now and then, whether both sides hold the same records.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from sqlite3 import Connection
from typing import Any, NamedTuple

from ssc_tui.catalogue.kinds import KINDS, SUGGESTIONS
from ssc_tui.errors import Incompatible, Offline, OldAnswer, Refused, SignInNeeded, SpentBudget, Unreadable, Unwell
from ssc_tui.i18n import _
from ssc_tui.store import outbox, shadow
from ssc_tui.store.connection import transaction
from ssc_tui.store.shadow import Applied, Moment
from ssc_tui.store.standing import Reached, reached, remember, save_reached, standing
from ssc_tui.sync import pace
from ssc_tui.sync.audit import FETCHED, audit
from ssc_tui.sync.own import Own
from ssc_tui.sync.pages import Pages, Question, Sorted
from ssc_tui.sync.remote import About, Ask, BadSince, Page, Probe, Remote, Server, Unavailable
from ssc_tui.sync.report import Progress, Wishes

ORDER = ("areas", "partners", "projects", "funds", "solutions", "publications", "exchanges", "contributions", SUGGESTIONS)
"""Collections in the order in which they are read: those that others name come before them."""

FORMAT = 1
"""Of documents that this program understands."""

OVERLAP = 30_000
"""Milliseconds that are read again in each run, since a server with several writers can show a change after a later one."""

COUNTED_EVERY = timedelta(days=1)
COUNTED_EVERY_SERIALISED = timedelta(days=7)
"""How often the numbers of records are compared, by whether the server promises to show changes in their order."""

HELLO_EVERY = 7 * 86_400
"""Seconds after which the server is asked about itself again; in every run where somebody is signed in."""

MANY = 20
"""Taking away more records than this and more than `MUCH` of a collection, or all of one, needs a word from the person."""

MUCH = 0.2
RESTARTS = 2
"""How often in a run a collection may be found to have gone backwards."""

SMALLER_PROBES = 3
"""How often the first question is asked again for less."""


def are_few(gone: int, held: int) -> bool:
    """Whether so many records of those that are held may go without a word from the person."""
    return not gone or (gone <= max(MANY, MUCH * held) and (gone < held or held == 1))


class Clock(NamedTuple):
    """The time for logs (with its zone, UTC), and seconds for durations."""

    now: Callable[[], datetime]
    tick: Callable[[], float]


class Pull:
    """One run of reading.

    Args:
        copy: the copy, for this thread.
        remote: where to read.
        wishes: what the person wants.
        run: the number of the run, for the change log.
        tell: told of progress after every page.
        clock: what time it is.
        private: what carries the person's own things, where somebody is signed in.

    Attributes:
        applied: what was changed so far.
    """

    def __init__(
        self,
        copy: Connection,
        remote: Remote,
        wishes: Wishes,
        run: int,
        tell: Callable[[Progress], None],
        clock: Clock,
        private: Own | None = None,
    ) -> None:
        self.applied = Applied()
        self._copy = copy
        self._remote = remote
        self._wishes = wishes
        self._run = run
        self._tell = tell
        self._clock = clock
        self._private = private
        self._known = standing(copy)
        self._limit = pace.first_limit(self._known.rate, len(ORDER))
        self._pages = Pages(remote, self._limit, self.mind_budget, lambda: clock.now().timestamp(), clock.tick)
        self._started = clock.tick()
        self._done = 0
        self._total = 0
        self._restarts = dict.fromkeys(ORDER, 0)
        self._doubts: dict[str, str] = {}

    @property
    def rate(self) -> float | None:
        """Records that came in a second, at the last page that tells; None before one came."""
        return self._pages.rate

    def close(self) -> None:
        """Let go of what was asked ahead."""
        self._pages.close()

    def run(self) -> None:
        """Read everything that changed.

        Raises:
            SyncError: the run did not come to its end; every page that was read is kept.
        """
        asks = [self._ask(reached(self._copy, kind)) for kind in ORDER]
        if self._wishes.signed_in and self._known.user is None:
            # A server takes its time over a wrong password, and would over every part of a larger question.
            self._check_user(self._remote.server())
        overlap = 0 if self._known.serialised else OVERLAP
        own = self._private.ask(self._wishes.user, self._limit, overlap) if self._private else None
        probe = self._probe([*asks, own] if own else asks)
        begins = self._meet(probe.about)
        self._remember(probe)
        if self._private and own:
            self._private.take(self._wishes.user, own, probe.pages.get(own.kind))
        if self._wishes.full and not begins:
            for kind in ORDER:
                self._begin_anew(kind)
        states = {kind: reached(self._copy, kind) for kind in ORDER}
        pages = {kind: page for kind, page in probe.pages.items() if isinstance(page, Page) and kind in states}
        self._total = sum(page.total or 0 for kind, page in pages.items() if states[kind].cursor == 0)
        for ask in asks:
            state, page = states[ask.kind], probe.pages.get(ask.kind)
            # What was asked from a later time is no answer for a collection that is read from its beginning; that it is not for us, is.
            fits = ask.since <= state.cursor or isinstance(page, Unavailable)
            self._collection(state, ask.since, page if fits else None)
        forbidden = [reached(self._copy, kind).forbidden for kind in KINDS]
        if all(forbidden):
            raise SignInNeeded(_("The catalogue is only for people who are signed in. Sign in with `ssc-tui login`, or in the settings."))
        self._compare(probe)
        if self._doubts:
            raise Refused(
                _("{what} are no longer in the catalogue. None was removed; `ssc-tui sync --accept-removals` removes them.").format(
                    what=", ".join(self._doubts.values())
                ),
                wish="accept_removals",
            )
        with transaction(self._copy):
            remember(self._copy, replacing=False)

    def _ask(self, state: Reached) -> Ask:
        overlap = 0 if self._known.serialised else OVERLAP
        return Ask(state.kind, max(0, state.cursor - overlap), self._limit, self._is_count_due(state))

    def _is_count_due(self, state: Reached) -> bool:
        if state.counted_at is None:
            return True
        every = COUNTED_EVERY_SERIALISED if self._known.serialised else COUNTED_EVERY
        return abs(self._clock.now() - datetime.fromisoformat(state.counted_at)) > every

    def _probe(self, asks: Sequence[Ask]) -> Probe:
        """The answer to the first question; for less, where all at once does not come through."""
        known = self._known
        server = self._wishes.signed_in or known.dataset is None or abs(self._clock.now().timestamp() - known.hello_at) > HELLO_EVERY
        for _attempt in range(SMALLER_PROBES):
            try:
                return self._remote.probe(asks, server=server)
            except Unreadable:
                # One record can spoil the answer for all; page by page it will be found.
                break
            except (Unwell, Offline) as error:
                if not error.slow:
                    raise
            asks = [ask._replace(limit=max(1, ask.limit // 4)) for ask in asks]
        return self._remote.probe([], server=server)

    def _meet(self, about: About) -> bool:
        """Whether everything has to be read from the beginning: the remote is new to this copy, or was made anew.

        Raises:
            Incompatible: it is another catalogue, or one that this program does not understand.
        """
        if about.format > FORMAT:
            raise Incompatible(
                _("This catalogue needs a newer ssc-tui: its format is {theirs}, and this one knows {ours}. Nothing was changed.").format(
                    theirs=about.format, ours=FORMAT
                )
            )
        known = self._known
        if (known.dataset, known.epoch) == (about.dataset, about.epoch):
            return False
        held = known.dataset or dict(self._copy.execute("SELECT key, value FROM meta")).get("dataset")
        another = about.dataset != held
        # A copy that could not be used held this one, and opened on the catalogue that comes with the program.
        returning = about.dataset == known.written_for
        if another and not self._wishes.join and not returning:
            raise Incompatible(
                _(
                    "That is another catalogue, {theirs}; this copy holds {ours}. Nothing was changed. `ssc-tui sync --join` takes it in"
                    " place of what is here, and keeps notes, bookmarks and edits."
                ).format(theirs=about.dataset, ours=held or _("one without a name")),
                wish="join",
            )
        with transaction(self._copy):
            if another and not returning:
                outbox.park_all(self._copy, _("It was written for another catalogue, {name}.").format(name=held or _("one without a name")))
            for kind in ORDER:
                shadow.start_resync(self._copy, Reached(kind, resync=True))
            remember(self._copy, dataset=about.dataset, epoch=about.epoch, replacing=another or known.replacing, written_for=None)
            shadow.name_catalogue(self._copy, about.dataset)
        return True

    def _remember(self, probe: Probe) -> None:
        about, server = probe.about, probe.server
        facts: dict[str, Any] = {"others": probe.others, "serialised": about.serialised, "min_client": about.min_client}
        if server:
            facts |= {"batch_max": server.batch_max, "user": server.user, "editor": probe.editor, "hello_at": self._clock.now().timestamp()}
        with transaction(self._copy):
            remember(self._copy, **facts)
        self._known = standing(self._copy)
        if server:
            self._check_user(server)

    def _check_user(self, server: Server) -> None:
        if self._wishes.signed_in and server.user is None:
            raise SignInNeeded(_("The catalogue does not take your name and password. Sign in again with `ssc-tui login`."))

    def _begin_anew(self, kind: str) -> Reached:
        state = Reached(kind, resync=True)
        with transaction(self._copy):
            shadow.start_resync(self._copy, state)
        return state

    def _collection(self, state: Reached, since: int, page: Page | Unavailable | BadSince | None) -> None:
        """Read a collection to its end, from a time stamp on; `page` is the first page, where it is known already."""
        question = Question(state.kind, min(since, state.cursor), self._limit)
        known = self._pages.sort_out(question, page) if isinstance(page, Page) else page
        answer = self._pages.ask(question) if known is None else known
        while True:
            if isinstance(answer, Unavailable):
                self._save(state._replace(forbidden=answer.forbidden))
                return
            if isinstance(answer, BadSince) or self._went_back(state, answer.page):
                state = self._restart(state)
                answer = self._pages.from_the_beginning(state.kind)
                continue
            coming = self._pages.ask_ahead(answer.following) if answer.following else None
            state = self._apply(state, answer)
            if coming is None:
                break
            answer = coming.result()
        self._finish(state, answer.page.etag)

    def _apply(self, state: Reached, sorted_out: Sorted) -> Reached:
        """Keep a page; returns how far that leads."""
        page, kept, rejected, last, _following = sorted_out
        if not page.rows:
            return state._replace(forbidden=None)
        state = state._replace(cursor=max(state.cursor, last - 1 if page.more else last), forbidden=None)
        self.applied = self.applied.plus(shadow.apply_page(self._copy, kept, rejected, state, self.moment(), believe_older=state.resync))
        self._done += len(page.rows)
        self._report()
        return state

    def moment(self) -> Moment:
        """What the change log says of what comes now."""
        # Where another catalogue takes the place of what was here, everything is new, and that is said once.
        return Moment(self._run, self._clock.now().isoformat(timespec="milliseconds"), logged=not self._known.replacing)

    def _went_back(self, state: Reached, page: Page) -> bool:
        """Whether the newest time stamp of a collection is older than what was read from it.

        Raises:
            OldAnswer: something on the way answered in place of the catalogue.
        """
        if page.etag is None or page.etag >= max(state.cursor, state.etag or 0):
            return False
        if page.kept_on_the_way:
            raise OldAnswer(
                _("Something between here and the catalogue answers with an old copy of it. Nothing was changed; try another connection.")
            )
        return True

    def _restart(self, state: Reached) -> Reached:
        """Read a collection from its beginning, because its history is another than the one that was read."""
        self._restarts[state.kind] += 1
        if self._restarts[state.kind] > RESTARTS:
            raise Unwell(_("The catalogue contradicts itself, so the run was ended. What was received before is kept."))
        return self._begin_anew(state.kind)

    def _finish(self, state: Reached, etag: int | None) -> None:
        """The end of a collection was reached: after a resync, take away what did not come up."""
        if not state.resync:
            if self._hides_something(state, etag):
                state = state._replace(counted_at=None)
            self._save(state._replace(etag=etag if etag is not None else state.etag))
            return
        gone = shadow.unseen(self._copy, state.kind)
        if self._may_remove(state.kind, gone):
            ended = state._replace(resync=False, etag=etag, counted_at=None)
            self.applied = self.applied.plus(shadow.end_resync(self._copy, ended, gone, self.moment()))

    def _hides_something(self, state: Reached, etag: int | None) -> bool:
        """Whether a collection changed since it was last read, and what changed did not come: it was emptied and made again, or purged."""
        if etag is None or etag <= max(state.cursor, state.etag or 0):
            return False
        return etag not in shadow.quarantined_stamps(self._copy, state.kind).values()

    def _may_remove(self, kind: str, gone: Sequence[str]) -> bool:
        """Whether so many records may go without a word from the person; asks for it at the end of the run where not."""
        held = shadow.number_held(self._copy, kind)
        if are_few(len(gone), held) or self._wishes.accept_removals or self._known.replacing:
            return True
        self._doubts[kind] = _("{n:,} of {all:,} {kind}").format(n=len(gone), all=held, kind=kind)
        return False

    def _save(self, state: Reached) -> None:
        if state != reached(self._copy, state.kind):
            with transaction(self._copy):
                save_reached(self._copy, state)

    def mind_budget(self) -> None:
        """See that the run may use more.

        Raises:
            SpentBudget: it may not.
        """
        budget, spent = self._wishes.budget, self._remote.traffic.spent
        if budget is not None and spent >= budget:
            raise SpentBudget(
                _("{n:,} kB were used, as much as a run may on a metered link. What was received is kept; the next run goes on.").format(
                    n=spent // 1000
                )
            )

    def _report(self) -> None:
        # A row at the joint of two pages is read twice.
        done = min(self._done, self._total) if self._total else self._done
        self._tell(Progress(done, self._total or None, self._remote.traffic.down, self._clock.tick() - self._started))

    def _compare(self, probe: Probe) -> None:
        """Hold the number of records of each collection against the server's where that is due, and mend what differs."""
        due = [state for kind in ORDER if (state := reached(self._copy, kind)).forbidden is None and not state.resync]
        due = [state for state in due if self._is_count_due(state)]
        at_rest = {
            kind: page.total
            for kind, page in probe.pages.items()
            if isinstance(page, Page) and not page.rows and page.total is not None and page.etag == reached(self._copy, kind).etag
        }
        if missing := [state for state in due if state.kind not in at_rest]:
            later = self._remote.probe([Ask(state.kind, state.cursor, 1, counted=True) for state in missing], server=False)
            at_rest |= {
                kind: page.total
                for kind, page in later.pages.items()
                if isinstance(page, Page) and not page.rows and page.total is not None
            }
        for state in due:
            # A collection that changes right now is counted in another run.
            if state.kind in at_rest:
                if at_rest[state.kind] != shadow.number_held(self._copy, state.kind):
                    self._audit(state)
                if state.kind not in self._doubts:
                    self._save(reached(self._copy, state.kind)._replace(counted_at=self._clock.now().isoformat(timespec="seconds")))

    def _audit(self, state: Reached) -> None:
        """Find out which records differ; fetch them, or read the collection again where they are many."""
        kind = state.kind
        found = audit(
            self._remote, kind, shadow.time_stamps(self._copy, kind), shadow.quarantined_stamps(self._copy, kind), self.mind_budget
        )
        if found.much:
            self._collection(self._begin_anew(state.kind), 0, None)
            return
        for first in range(0, len(found.differing), FETCHED):
            self.mind_budget()
            page = self._remote.fetch(kind, found.differing[first : first + FETCHED])
            _page, kept, rejected, *_rest = self._pages.sort_out(Question(kind, state.cursor, self._limit), page)
            self.applied = self.applied.plus(shadow.apply_page(self._copy, kept, rejected, state, self.moment(), believe_older=True))
        if found.gone and self._may_remove(kind, found.gone):
            self.applied = self.applied.plus(shadow.remove(self._copy, kind, found.gone, self.moment()))
