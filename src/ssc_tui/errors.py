"""What can go wrong, told to the person.

    SscError
    ├── UsageError         the words of a command or a search cannot be followed
    ├── NotFound           no record has that reference
    ├── ReadOnly           the copy can be read, and nothing can be written
    ├── CopyError          the local copy cannot be opened or made
    ├── Busy               another run is writing to the copy
    ├── SettingsError      the settings file cannot be read
    ├── BundleError        a bundle cannot be written, or not be read from where it lies
    ├── ServerError        a server of our own cannot be started, or ended by itself
    └── SyncError          a run of the sync could not come to its end; nothing is lost
        ├── Offline            no connection, or it broke
        ├── CaptivePortal      the page of a network answered, not the catalogue
        ├── OldAnswer          something on the way answered with what it had kept
        ├── Unwell             the server is there and cannot answer now
        │   └── Unreadable         its answer is cut short or makes no sense
        ├── Stopped            the person stopped the run
        ├── SpentBudget        the bytes for a run are used up
        ├── SignInNeeded       the catalogue wants to know who asks
        ├── Refused            the other side refuses, or what it says is not believed without a word from the person
        └── Incompatible       the other side is not this catalogue

Each carries a sentence for the person: what happened, what was kept, what to do. Anything else that is raised is a fault of the program and
goes to the log with its trace.
"""

from __future__ import annotations


class SscError(Exception):
    """A problem that the person can be told about in a sentence; `exit_code` is what a command ends with."""

    exit_code = 1


class UsageError(SscError):
    """The words of a command or a search cannot be followed."""

    exit_code = 2


class NotFound(SscError):
    """No record has that reference."""


class ReadOnly(SscError):
    """The copy can be read, and nothing can be written."""


class CopyError(SscError):
    """The local copy cannot be opened or made."""


class Busy(SscError):
    """Another run is writing to the copy."""


class SettingsError(SscError):
    """The settings file cannot be read."""


class BundleError(SscError):
    """A bundle cannot be written, or not be read from where it lies."""


class ServerError(SscError):
    """A server of our own cannot be started, or ended by itself."""


class SyncError(SscError):
    """A run of the sync could not come to its end.

    Attributes:
        outcome: its name in answers for programs.
        wish: the wish of `sync.report.Wishes` with which it would; empty where none helps.
    """

    outcome = "fault"
    exit_code = 3

    def __init__(self, words: str, *, wish: str = "") -> None:
        super().__init__(words)
        self.wish = wish


class Offline(SyncError):
    """No connection, or it broke; `answered` tells whether the other side was reached before."""

    outcome = "offline"

    def __init__(self, words: str, *, answered: bool = False, slow: bool = False) -> None:
        super().__init__(words)
        self.answered = answered
        self.slow = slow


class CaptivePortal(SyncError):
    """The page of a network answered, not the catalogue."""

    outcome = "captive_portal"


class OldAnswer(SyncError):
    """Something on the way answered with what it had kept."""

    outcome = "stale"


class Unwell(SyncError):
    """The server is there and cannot answer now.

    Attributes:
        wait: seconds after which it wants to be asked again; None where it does not say.
        slow: whether a smaller question may be answered.
    """

    outcome = "unwell"

    def __init__(self, words: str, *, wait: float | None = None, slow: bool = False) -> None:
        super().__init__(words)
        self.wait = wait
        self.slow = slow


class Unreadable(Unwell):
    """An answer that is cut short or makes no sense."""


class Stopped(SyncError):
    """The person stopped the run."""

    outcome = "stopped"
    exit_code = 130


class SpentBudget(SyncError):
    """The bytes for a run are used up; the next run goes on."""

    outcome = "partial"
    exit_code = 1


class SignInNeeded(SyncError):
    """The catalogue wants to know who asks."""

    outcome = "sign_in"
    exit_code = 4


class Refused(SyncError):
    """The other side refuses, or what it says is not believed without a word from the person."""

    outcome = "refused"
    exit_code = 5


class Incompatible(SyncError):
    """The other side is not this catalogue."""

    outcome = "incompatible"
    exit_code = 5
