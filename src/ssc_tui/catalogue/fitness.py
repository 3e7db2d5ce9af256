"""Whether what a person wants of a record can be one: what was right must not become wrong, and what was odd before may stay."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ssc_tui.catalogue.codes import CODES, label
from ssc_tui.catalogue.difference import differences, same
from ssc_tui.catalogue.documents import codes, problems
from ssc_tui.catalogue.limits import MOST_BYTES, SAFE_INTEGER, beyond
from ssc_tui.i18n import _
from ssc_tui.text import as_json, clean_all

OFFERED = 20
"""Codes that a sentence names."""


def unfit(kind: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> list[str]:
    """What is wrong with a change, a sentence for each, begun by the field; empty where all is well.

    Args:
        kind: of the record.
        old: the document before; empty for a new one.
        new: the document as it is to be.
    """
    changed = [change.field for change in differences(old, new) if change.new is not None]
    if wrong := [
        f"{name}: {reason.removesuffix('.')}" for name in changed if (reason := beyond({name: new[name]}, weighed=False, by_hand=True))
    ]:
        return wrong
    dirty = [name for name in changed if not same(clean_all(new[name]), new[name])]
    wrong = [_("{field}: holds characters that no text may hold, such as control characters").format(field=name) for name in dirty]
    if wrong:
        return wrong
    # What a new record lacks was not there before it.
    before = problems(kind, old) if old else []
    wrong = [problem for problem in problems(kind, new) if problem not in before] + list(_wrong_codes(kind, old, new))
    # The server adds a time stamp.
    if changed and beyond({**new, "last_modified": SAFE_INTEGER}):
        longest = max(changed, key=lambda name: len(as_json(new[name])))
        wrong += [_("{field}: is too long; a record holds {n} kB").format(field=longest, n=MOST_BYTES // 1024)]
    return wrong


def _wrong_codes(kind: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[str]:
    """Codes that no list holds; one that came with the record may stay, since other programs may know more."""
    for path, list_name in codes(kind).items():
        known = CODES[list_name]
        held = [value for _path, value in _values(old, path.split("."))]
        for where, value in _values(new, path.split(".")):
            if str(value) not in known and value not in held:
                offered = ", ".join(f"{code} ({label(list_name, code)})" for code in list(known)[:OFFERED])
                yield _("{field}: {value} is no code of it; the codes are {codes}").format(field=where, value=value, codes=offered)


def _values(value: Any, steps: list[str], where: str = "") -> Iterator[tuple[str, Any]]:
    """The values at a path of the model, one for each item of a list on the way, with where they stand."""
    if isinstance(value, list):
        for number, item in enumerate(value):
            yield from _values(item, steps, f"{where}[{number}]")
    elif not steps:
        if value is not None:
            yield where, value
    elif isinstance(value, Mapping):
        yield from _values(value.get(steps[0]), steps[1:], f"{where}.{steps[0]}".removeprefix("."))
