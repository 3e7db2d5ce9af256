"""What is to be published: the documents, and the name of the catalogue that they belong to."""

from __future__ import annotations

import tomllib
from pathlib import Path
from sqlite3 import Connection
from typing import NamedTuple

from ssc_tui.errors import UsageError
from ssc_tui.formats.facts import read_facts
from ssc_tui.formats.facts_check import check_facts
from ssc_tui.i18n import _
from ssc_tui.store import reader
from ssc_tui.store.whole import Documents, every_document

ABOUT = "catalogue.toml"
"""Beside the tables: says the name of the catalogue, as `dataset`."""


class Source(NamedTuple):
    """The documents of each kind, and the name of their catalogue; None where nothing says it."""

    dataset: str | None
    documents: Documents


def from_folder(folder: Path) -> Source:
    """What a folder of fact tables holds.

    Raises:
        UsageError: there is no such folder, or something in it is wrong; each fault has its line.
    """
    if not folder.is_dir():
        raise UsageError(_("There is no folder {folder}. Nothing was published.").format(folder=folder))
    if faults := check_facts(folder):
        few = "; ".join(faults[:5])
        raise UsageError(
            _("Nothing was published, since {number} things in {folder} are wrong: {faults}.").format(
                number=len(faults), folder=folder, faults=few if len(faults) <= 5 else f"{few} …"
            )
        )
    about = folder / ABOUT
    try:
        stated = tomllib.loads(about.read_text(encoding="utf-8")).get("dataset") if about.exists() else None
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise UsageError(_("{path} cannot be read: {reason}. Nothing was published.").format(path=about, reason=error)) from error
    return Source(stated if isinstance(stated, str) else None, read_facts(folder))


def from_copy(copy: Connection) -> Source:
    """What the local copy holds, as the catalogue or the program brought it; edits that wait to be sent are not in it."""
    return Source(reader.meta(copy).get("dataset"), every_document(copy))
