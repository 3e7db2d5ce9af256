"""Carries differences both ways: reads what others changed, sends what was written here, and reads what came of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from sqlite3 import Connection
from typing import Any

from ssc_tui import __version__
from ssc_tui.catalogue.suggestions import ACCEPTED, DECLINED
from ssc_tui.i18n import _, ngettext
from ssc_tui.store import outbox
from ssc_tui.store.conflicts import open_conflicts
from ssc_tui.store.shadow import Applied
from ssc_tui.store.standing import standing
from ssc_tui.store.suggestions import decisions, for_editor, outcomes, overtaken
from ssc_tui.sync.own import Own
from ssc_tui.sync.pull import Pull
from ssc_tui.sync.push import Push
from ssc_tui.sync.remote import Remote
from ssc_tui.sync.report import Wishes


class Carry:
    """One run, both ways.

    Args:
        copy: the copy, for this thread.
        remote: the catalogue.
        wishes: what the person wants.
        reading: makes a run of reading for such wishes, and for what is the person's own.
        now: the time by the server's clock, seconds since 1970.
        url: the address of the catalogue.

    Attributes:
        applied: what was changed so far by what others wrote.
        sent: edits that the catalogue has taken.
        suggested: records whose edits went out as suggestions.
        heard: suggestions of one's own that were decided since the run before.
        own: what carries notes, bookmarks and saved searches; None where nobody is signed in.
        rate: records that came in a second, at the last page that tells; None before one came.
    """

    def __init__(
        self,
        copy: Connection,
        remote: Remote,
        wishes: Wishes,
        reading: Callable[[Wishes, Own | None], Pull],
        now: Callable[[], float],
        url: str,
    ) -> None:
        self.applied = Applied()
        self.sent = 0
        self.rate: float | None = None
        self.suggested = 0
        self.heard = 0
        self._decided = 0
        self._refused = 0
        self._copy = copy
        self._remote = remote
        self._wishes = wishes
        self._reading = reading
        self._now = now
        self._denied = ""
        self._pull: Pull | None = None
        self.own = Own(copy, remote, url, self._mind) if wishes.signed_in else None

    def close(self) -> None:
        """Let go of what was asked ahead."""
        if self._pull is not None:
            self._pull.close()

    def run(self) -> str:
        """Carry everything; returns in words what was done, and what still waits and why.

        Raises:
            SyncError: the run did not come to its end; everything that was read or taken is kept.
        """
        before, wanted = outcomes(self._copy), decisions(self._copy)
        pull = self._read(self._wishes)
        # Not before: as long as nobody knows whether it was taken, it cannot be taken back.
        outbox.take_up_again(self._copy)
        who = (standing(self._copy).user or "").removeprefix("account:")
        if not self._why_not():
            outbox.share(self._copy, who)
        # What was asked for by name was done by the first reading.
        again = self._wishes._replace(full=False, join=False)
        failed: set[tuple[str, str]] = set()
        while outbox.due(self._copy) and not self._why_not():
            push = Push(self._copy, self._remote, pull.moment(), pull.mind_budget, lambda: int(self._now() * 1000), failed, who)
            try:
                push.run()
            finally:
                self.sent += push.sent
                self.applied = self.applied.plus(push.applied)
                self._denied = push.denied
                self.suggested += push.suggested
                self._decided += push.decided
                self._refused += push.refused
            if push.moved:
                pull = self._read(again)
            if not (push.sent or push.told):
                outbox.due(self._copy)
                break
        if self.own:
            self.own.send()
        return self._in_words(before, wanted)

    def _read(self, wishes: Wishes) -> Pull:
        self.close()
        self._pull = pull = self._reading(wishes, self.own)
        try:
            pull.run()
        finally:
            self.applied = self.applied.plus(pull.applied)
            self.rate = pull.rate or self.rate
        return pull

    def _mind(self) -> None:
        """See that the run may use more."""
        if self._pull is not None:
            self._pull.mind_budget()

    def _why_not(self) -> str:
        """Why nothing may be sent, in a sentence; empty where it may."""
        if not self._wishes.signed_in:
            return _("Sign in with `ssc-tui login`, or in the settings, to send what waits.")
        oldest = standing(self._copy).min_client
        if oldest and _numbers(oldest) > _numbers(__version__):
            return _("The catalogue takes edits from ssc-tui {version} on: update the program.").format(version=oldest)
        return ""

    def _in_words(self, before: Mapping[str, str], wanted: Mapping[str, Mapping[str, Any]]) -> str:
        said = [_received(self.applied)]
        if self.sent:
            said.append(ngettext("{n} edit was sent.", "{n} edits were sent.", self.sent))
        if self.own and self.own.moved:
            said.append(self.own.words)
        if self.suggested:
            said.append(ngettext("{n} record was sent as a suggestion.", "{n} records were sent as suggestions.", self.suggested))
        if self._decided:
            said.append(ngettext("{n} decision was sent.", "{n} decisions were sent.", self._decided))
        if self._refused:
            said.append(
                ngettext(
                    "{n} decision was let go of: only editors decide.", "{n} decisions were let go of: only editors decide.", self._refused
                )
            )
        if late := overtaken(self._copy, wanted):
            said.append(
                ngettext(
                    "{n} decision of yours came too late: what somebody else had decided before holds.",
                    "{n} decisions of yours came too late: what somebody else had decided before holds.",
                    late,
                )
            )
        after = outcomes(self._copy, before)
        self.heard = sum(after[each] != state for each, state in before.items() if after[each] in (ACCEPTED, DECLINED))
        said += _heard(before, after)
        if waiting := outbox.waiting(self._copy):
            said.append(ngettext("{n} edit waits.", "{n} edits wait.", waiting))
            said.append(
                self._why_not()
                or (_("The catalogue does not let you write ({reason}).").format(reason=self._denied) if self._denied else "")
            )
        if parked := outbox.parked(self._copy):
            said.append(
                ngettext(
                    "The catalogue did not take {n} edit; `ssc-tui pending` says why.",
                    "The catalogue did not take {n} edits; `ssc-tui pending` says why.",
                    parked,
                )
            )
        if disputed := open_conflicts(self._copy):
            said.append(ngettext("{n} conflict waits for your decision.", "{n} conflicts wait for your decision.", disputed))
        if wished := for_editor(self._copy):
            said.append(ngettext("{n} suggestion waits for your decision.", "{n} suggestions wait for your decision.", wished))
        return " ".join(filter(None, said))


def _received(applied: Applied) -> str:
    if not any(applied):
        return _("Nothing had changed.")
    return _("{new:,} new, {changed:,} changed, {removed:,} gone.").format(**applied._asdict())


def _heard(before: Mapping[str, str], after: Mapping[str, str]) -> Iterator[str]:
    """What became of one's own suggestions in this run."""
    changed = [after.get(each, "") for each in before if after.get(each) != before[each]]
    if accepted := changed.count(ACCEPTED):
        yield ngettext("{n} suggestion of yours was accepted.", "{n} suggestions of yours were accepted.", accepted)
    if declined := changed.count(DECLINED):
        yield ngettext(
            "{n} suggestion of yours was declined; `ssc-tui suggestions --decided` says why.",
            "{n} suggestions of yours were declined; `ssc-tui suggestions --decided` says why.",
            declined,
        )


def _numbers(version: str) -> tuple[int, ...]:
    """A version as numbers that can be compared; what is no number counts as 0."""
    return tuple(int(part) if part.isdecimal() else 0 for part in version.split("."))
