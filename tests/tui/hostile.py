"""A home whose copy holds every nasty string in every field of records of every kind, past what cleans them on the way in."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, get_args, get_origin

from pydantic import BaseModel

from ssc_tui.catalogue.documents import MODELS
from ssc_tui.catalogue.kinds import KINDS
from ssc_tui.paths import Home
from ssc_tui.store.connection import connect
from ssc_tui.store.loader import make_copy

META = {"dataset": "hostile", "format": "1", "origin": "remote", "released": "2026-11-01", "seed": "hostile"}
LEADS_TO = {
    "areas": "areas", "area": "areas", "parent": "", "fund": "funds", "project": "projects", "partner": "partners", "sender": "partners",
    "host": "partners", "provider": "partners", "publisher": "partners", "manager": "partners", "contributors": "partners",
    "requested_by": "partners", "from": "partners", "to": "partners", "present": "partners", "related": "partners",
}  # fmt: skip
"""Fields that name a record; they hold the string in one half of the records, and name a record in the other."""


def storable(text: str) -> str:
    """The text as a file can hold it: half surrogates are in no file."""
    return text.encode("utf-8", "replace").decode()


def record_id(number: int) -> str:
    """The id of the records that hold the string of that number."""
    return f"n{number}"


def document(kind: str, number: int, text: str) -> dict[str, Any]:
    """A document of the kind with the text in every field, in one that no model knows, and in the names of fields."""
    return {**_filled(MODELS[kind], number, text), "id": record_id(number)}


def _filled(model: type[BaseModel], number: int, text: str) -> dict[str, Any]:
    filled: dict[str, Any] = {}
    for name, field in model.model_fields.items():
        parts = list(_parts(field.annotation))
        inner = next((part for part in parts if isinstance(part, type) and issubclass(part, BaseModel)), None)
        key = field.alias or name
        if inner:
            value: Any = _filled(inner, number, text)
        elif any(get_origin(part) is dict for part in parts):
            value = {text: text}
        elif key in LEADS_TO and number % 2:
            value = f"partners/{record_id(number)}" if key == "related" else record_id(number)
        else:
            value = text
        filled[key] = [value] if any(get_origin(part) is list for part in parts) else value
    return {**filled, text or "nothing": text, "unknown": {text: [text]}}


def _parts(annotation: Any) -> Iterator[Any]:
    yield annotation
    for part in get_args(annotation):
        yield from _parts(part)


def make_hostile(home: Home, strings: Mapping[str, str]) -> None:
    """Make the copy, with a note and a bookmark for every record."""
    texts = [storable(text) for text in strings.values()]
    documents = [(kind, document(kind, number, text)) for kind in KINDS for number, text in enumerate(texts)]
    home.data.mkdir(parents=True, mode=0o700)
    make_copy(home.database, documents, META)
    copy = connect(home.database)
    copy.execute("BEGIN")
    for number, raw in enumerate(strings.values()):
        named, text = record_id(number), storable(raw)
        for kind in KINDS:
            # In JSON even half surrogates can be stored, written as escapes.
            stored = json.dumps(document(kind, number, raw))
            copy.execute("UPDATE record SET document = ? WHERE kind = ? AND id = ?", (stored, kind, named))
            copy.execute(
                "UPDATE entry SET title = ?1, acronym = ?1, city = ?1, code = ?1, countries = ?1, start = ?1, finish = ?1"
                " WHERE kind = ?2 AND id = ?3",
                (text, kind, named),
            )
            copy.execute("INSERT INTO note VALUES (?, ?, ?, ?, ?)", (f"{kind}-{named}", kind, named, text, f"2026-01-{number % 28 + 1:02}"))
            copy.execute("INSERT INTO bookmark VALUES (?, ?, '2026-01-01')", (kind, named))
            for field in ("type", "country", "region", "year", "status", "modality", "stage"):
                copy.execute("INSERT OR IGNORE INTO tally VALUES (?, ?, ?, 1)", (kind, field, text))
    copy.execute("COMMIT")
    copy.close()
