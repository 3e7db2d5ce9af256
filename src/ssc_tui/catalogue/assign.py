"""Changes of a document as words of a command: `phone=+47 1`, `areas+=health`, `brings[c1].topic=solar`, `names.fr=Norec`, `city=`.

A value is JSON where it parses as JSON and the field takes it, else it is text. No value takes the field out, as `null` does.
A key that holds a bracket stands in quotation marks: `brings["a]b"].topic=solar`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from ssc_tui.catalogue.difference import same
from ssc_tui.catalogue.documents import MODELS, problems, rules
from ssc_tui.catalogue.ids import new_id
from ssc_tui.catalogue.limits import beyond
from ssc_tui.catalogue.merge import Key, Path, Rules, item_key, key_text, path_text, value_at, with_value
from ssc_tui.i18n import _

_KEY = r'\[(?P<key>"(?:[^"\\]|\\.)*"|[^\]]*)\]'
_FORM = re.compile(rf"(?P<path>(?:{_KEY}|[^=\[])*?)(?P<how>[+-]?=)(?P<value>.*)\Z", re.DOTALL)
_STEP = re.compile(rf"\.?(?P<name>[^.\[\]]+)|{_KEY}")


class Assignment(NamedTuple):
    """One change: set (`=`), add to a list (`+=`) or take out of one (`-=`)."""

    path: Path
    how: str
    value: str


def parse(words: str) -> Assignment:
    """The change that the words state.

    Raises:
        ValueError: they state none; the sentence is for the person.
    """
    found = _FORM.match(words)
    if not found or not found["path"]:
        raise ValueError(_("{words} sets no field; write FIELD=VALUE.").format(words=words))
    return Assignment(parse_path(found["path"]), found["how"], found["value"])


def parse_path(text: str) -> Path:
    """The path that `path_text` writes; an item of a list is named by the words of what tells it apart.

    Raises:
        ValueError: it is none; the sentence is for the person.
    """
    steps: list[str | Key] = []
    end = 0
    for step in _STEP.finditer(text):
        if step.start() != end:
            break
        end = step.end()
        steps.append(step["name"].strip() if step["name"] is not None else Key((_unquoted(step["key"]),)))
    if end != len(text) or not steps or isinstance(steps[0], Key):
        raise ValueError(_("{words} names no field.").format(words=text))
    return tuple(steps)


def _unquoted(key: str) -> str:
    """A key as it is, without the quotation marks in which it may stand."""
    try:
        inside = json.loads(key) if key.startswith('"') else key
    except ValueError:
        return key
    return inside if isinstance(inside, str) else key


def assign(kind: str, document: Mapping[str, Any], assignments: Iterable[Assignment]) -> dict[str, Any]:
    """The document with the changes made, in their order.

    Raises:
        ValueError: a field is not known in this kind, or the change does not fit it; the sentence is for the person.
    """
    changed = dict(document)
    for each in assignments:
        _mind_field(kind, document, str(each.path[0]))
        changed = _assigned(kind, changed, each)
    return changed


def _mind_field(kind: str, document: Mapping[str, Any], name: str) -> None:
    known = [field.alias or own for own, field in MODELS[kind].model_fields.items() if own not in ("id", "last_modified")]
    if name not in known and (name not in document or name in ("id", "last_modified")):
        raise ValueError(_("There is no field {field} that can be set. Fields are {fields}.").format(field=name, fields=", ".join(known)))


def _assigned(kind: str, document: dict[str, Any], each: Assignment) -> dict[str, Any]:
    of_kind = rules(kind)
    each = each._replace(path=_named_items(document, each.path, of_kind))
    ways = _ways(value_at(document, each.path, of_kind), each, of_kind)
    try:
        candidates = [with_value(document, each.path, value, of_kind) for value in ways]
    except LookupError as error:
        raise _nowhere(each.path) from error
    before = problems(kind, document)
    # What reads as a number may be meant as text, as in a telephone number.
    return next((candidate for candidate in candidates if set(problems(kind, candidate)) <= set(before)), candidates[0])


def _named_items(document: Mapping[str, Any], path: Path, of_kind: Rules) -> Path:
    """The path with the keys of items as the document holds them: in words a number is text, and a key of two values is one.

    Raises:
        ValueError: it leads into an item that is not there.
    """
    found: Path = ()
    for number, step in enumerate(path):
        if isinstance(step, Key):
            items = value_at(document, found, of_kind)
            keys = [item_key(item, path_text(found), of_kind) for item in items] if isinstance(items, list) else []
            named = next((key for key in keys if key and key_text(step) in (key_text(key), key_text(key, stated=True))), None)
            if named is None and number < len(path) - 1:
                raise _nowhere(path)
            step = named or step
        found = (*found, step)
    return found


def _nowhere(path: Path) -> ValueError:
    return ValueError(_("{field} leads nowhere in this record.").format(field=path_text(path)))


def _readings(text: str, path: Path) -> list[Any]:
    """What the words of a value may mean, the likeliest first."""
    if not text.strip():
        return [None]
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return [text]
    if isinstance(value, list | dict) and (reason := beyond({"": value}, by_hand=True)):
        raise ValueError(f"{path_text(path)}: {reason}")
    return [None] if value is None else [value, text]


def _ways(held: Any, each: Assignment, of_kind: Rules) -> list[Any]:
    """What the field may be meant to hold, the likeliest first.

    Raises:
        ValueError: there is no list, or none of what is to be taken out is in it.
    """
    ways: list[Any] = []
    refused: list[ValueError] = []
    for value in _readings(each.value, each.path):
        try:
            ways.append(value if each.how == "=" else _as_list(held, each.how, value, each.path, of_kind))
        except ValueError as error:
            refused.append(error)
    if not ways:
        raise refused[0]
    return ways


def _as_list(held: Any, how: str, value: Any, path: Path, of_kind: Rules) -> list[Any] | None:
    """The list with an item more or less; an object without an id gets one where items are told apart by it."""
    if held is not None and not isinstance(held, list):
        raise ValueError(_("{field} is no list; set it with =.").format(field=path_text(path)))
    items, given = list(held or []), value if isinstance(value, list) else [] if value is None else [value]
    keys = of_kind.keys.get(path_text(path), ())
    if how == "+=":
        given = [{"id": new_id(), **item} if keys == ("id",) and isinstance(item, dict) else item for item in given]
        for item in given:
            items += [] if any(same(item, other) for other in items) else [item]
        return items
    left = [item for item in items if not any(same(item, other) or (keys and _is_called(item, other, keys)) for other in given)]
    if len(left) == len(items):
        raise ValueError(_("{field} does not hold {value}.").format(field=path_text(path), value=json.dumps(value, ensure_ascii=False)))
    return left or None


def _is_called(item: Any, name: Any, keys: Iterable[str]) -> bool:
    return isinstance(item, dict) and any(item.get(key) == name for key in keys)
