"""What can go wrong, told to the person.

    SscError
    ├── UsageError         the words of a command or a search cannot be followed
    ├── NotFound           no record has that reference
    ├── ReadOnly           the copy can be read, and nothing can be written
    ├── CopyError          the local copy cannot be opened or made
    ├── Busy               another run is writing to the copy
    └── SettingsError      the settings file cannot be read

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
