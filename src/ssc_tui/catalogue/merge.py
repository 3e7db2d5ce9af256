"""Merges two people's work on one record, field by field. No clocks: the same three versions always give the same result.

None stands for what is not stated, in every version alike.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, NamedTuple

from ssc_tui.catalogue.difference import same


class Rules(NamedTuple):
    """How the fields of a kind are merged. Fields are named by their path in the model: `phone`, `assessment.present`.

    Attributes:
        sets: fields that hold sets: what either side added is in, what either side took out is not.
        keys: fields that hold lists of objects, with the fields that tell their items apart.
        whole: fields whose objects make sense only as one side wrote them.
    """

    sets: frozenset[str] = frozenset()
    keys: Mapping[str, tuple[str, ...]] = MappingProxyType({})
    whole: frozenset[str] = frozenset()


class Key(NamedTuple):
    """The step of a path to one item of a list: the values that tell it apart."""

    values: tuple[Any, ...]


Path = tuple[str | Key, ...]
"""The way to a value in a document: names of fields, and keys of items in lists."""


class Clash(NamedTuple):
    """A value that both sides changed, each in its own way."""

    path: Path
    base: Any
    mine: Any
    theirs: Any


class Merged(NamedTuple):
    """The merged document, which holds theirs wherever both sides changed a value, and those values."""

    document: dict[str, Any]
    clashes: tuple[Clash, ...]


def merge(base: Mapping[str, Any], mine: Mapping[str, Any], theirs: Mapping[str, Any], rules: Rules) -> Merged:
    """Both sides' changes of a document since `base`."""
    work = _Work(rules)
    return Merged(work.objects((), "", _Sides(base, mine, theirs)), tuple(work.clashes))


def path_text(path: Path) -> str:
    """A path as people read and write it: `phone`, `brings[c1].topic`."""
    text = ""
    for step in path:
        if isinstance(step, Key):
            text += f"[{_quoted(key_text(step))}]"
        else:
            text += f".{step}" if text else step
    return text


def _quoted(text: str) -> str:
    """A key as it stands between brackets: in quotation marks where it could not be told where it ends."""
    return json.dumps(text, ensure_ascii=False) if "]" in text or text.startswith('"') else text


def key_text(key: Key, *, stated: bool = False) -> str:
    """The values of a key as people read and write them, a dash for what is not stated; `stated`: without those."""
    return " ".join("–" if value is None else str(value) for value in key.values if value is not None or not stated)


def item_key(item: Any, place: str, rules: Rules) -> Key | None:
    """What tells an item of the list at a place of the model apart; None where nothing does."""
    return _key(item, rules.keys.get(place, ()))


def value_at(document: Mapping[str, Any], path: Path, rules: Rules) -> Any:
    """The value at the end of a path; None where the document does not state it."""
    value: Any = document
    place = ""
    for step in path:
        if isinstance(step, Key):
            items = value if isinstance(value, list) else []
            value = next((item for item in items if _key(item, rules.keys[place]) == step), None)
        else:
            value = value.get(step) if isinstance(value, dict | Mapping) else None
            place = _within(place, step)
    return value


def with_value(document: Mapping[str, Any], path: Path, value: Any, rules: Rules) -> dict[str, Any]:
    """The document with another value at the end of a path, taken out where that is None.

    Raises:
        LookupError: the path leads through something that is not there, or is of another shape.
    """
    changed: dict[str, Any] = _with(dict(document), "", path, value, rules)
    return changed


class _Sides(NamedTuple):
    """Three versions of one value."""

    base: Any
    mine: Any
    theirs: Any

    def at(self, name: str | Key) -> _Sides:
        """The versions of what they hold under a name; nothing is held by None."""
        return _Sides(*(None if side is None else side.get(name) for side in self))

    @property
    def names(self) -> list[Any]:
        """What they hold, in the order of theirs, then of mine."""
        return list(dict.fromkeys([*(self.theirs or ()), *(self.mine or ())]))


class _Work:
    """A merge that goes on, and the clashes it has found."""

    def __init__(self, rules: Rules) -> None:
        self.rules = rules
        self.clashes: list[Clash] = []

    def objects(self, path: Path, place: str, sides: _Sides) -> dict[str, Any]:
        merged: dict[str, Any] = {}
        for name in sides.names:
            value = self.values((*path, name), _within(place, name), sides.at(name))
            # A field that the other side states as null is one that is not known here, and is kept as it came.
            if value is not None or (name in sides.theirs and sides.theirs[name] is None):
                merged[name] = value
        return merged

    def values(self, path: Path, place: str, sides: _Sides) -> Any:
        base, mine, theirs = sides
        if same(mine, theirs) or same(mine, base):
            return theirs
        if same(theirs, base):
            return mine
        if place in self.rules.sets and all(side is None or isinstance(side, list) for side in sides):
            return _sets(sides)
        keyed = _Sides(*(_by_key(side, self.rules.keys.get(place, ())) for side in sides))
        if None not in keyed:
            return self.items(path, place, keyed) or _nothing(sides)
        if isinstance(mine, dict) and isinstance(theirs, dict) and isinstance(base, dict | None) and place not in self.rules.whole:
            return self.objects(path, place, sides)
        self.clashes.append(Clash(path, base, mine, theirs))
        return theirs

    def items(self, path: Path, place: str, sides: _Sides) -> list[Any]:
        found = (self.values((*path, key), place, sides.at(key)) for key in sides.names)
        return [item for item in found if item is not None]


def _sets(sides: _Sides) -> list[Any] | None:
    """What both sides left in, with what either added, in the order of theirs."""
    before, ours, others = (_members(side) for side in sides)
    merged = [item for name, item in others.items() if name in ours or name not in before]
    merged += [item for name, item in ours.items() if name not in before and name not in others]
    return merged or _nothing(sides)


def _nothing(sides: _Sides) -> list[Any] | None:
    """A list without items, as both sides state it."""
    return None if sides.mine is None or sides.theirs is None else []


def _members(items: Iterable[Any] | None) -> dict[str, Any]:
    return {json.dumps(item, sort_keys=True): item for item in items or ()}


def _by_key(items: Any, names: Sequence[str]) -> dict[Key, Any] | None:
    """Items by what tells them apart; None where nothing does, or they are no objects."""
    if not names or not isinstance(items, list | None):
        return None
    keyed = {key: item for item in items or () if (key := _key(item, names)) is not None}
    return keyed if len(keyed) == len(items or ()) else None


def _key(item: Any, names: Sequence[str]) -> Key | None:
    if not isinstance(item, dict):
        return None
    values = tuple(item.get(name) for name in names)
    return None if any(isinstance(value, dict | list) for value in values) else Key(values)


def _within(place: str, name: str) -> str:
    return f"{place}.{name}" if place else name


def _with(value: Any, place: str, path: Path, new: Any, rules: Rules) -> Any:
    if not path:
        return new
    step, rest = path[0], path[1:]
    if isinstance(step, Key):
        items = value if isinstance(value, list) else [] if value is None else None
        if items is None or place not in rules.keys:
            raise LookupError(path_text(path))
        place_in_list = next((number for number, item in enumerate(items) if _key(item, rules.keys[place]) == step), len(items))
        there = items[place_in_list] if place_in_list < len(items) else None
        if there is None and rest:
            if new is None:
                return items
            # What is put into an item that others took out brings the item back.
            there = dict(zip(rules.keys[place], step.values, strict=False))
        item = _with(there, place, rest, new, rules)
        left = [*items[:place_in_list], *([] if item is None else [item]), *items[place_in_list + 1 :]]
        # A list or object from which the last was taken out goes with it.
        return left if left or not items else None
    if value is not None and not isinstance(value, dict):
        raise LookupError(path_text(path))
    fields = value or {}
    changed = {**fields, step: _with(fields.get(step), _within(place, step), rest, new, rules)}
    remain = {name: each for name, each in changed.items() if name != step or each is not None}
    return remain if remain or not fields or not place else None
