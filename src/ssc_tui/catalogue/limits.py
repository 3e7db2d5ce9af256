"""How much a document may be, whoever wrote it: more than this no copy takes in, and so none sends it out. Pure."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from typing import Any

from ssc_tui.i18n import _

MOST_BYTES = 256 * 1024
"""Of a document, in JSON."""

MOST_DEPTH = 32
"""Of lists and objects inside each other."""

SAFE_INTEGER = 2**53
"""Whole numbers beyond this are not the same in every program (RFC 8259, section 6)."""

MOST_OF_CHARACTER = 6
"""Bytes that a character can take in JSON: as `\\u0000`."""

MOST_OF_VALUE = 32
"""Bytes that a value can take beside its characters: digits, quotes, comma, colon and brackets, and quotes of its name."""


def beyond(document: Mapping[str, Any], *, weighed: bool = True, by_hand: bool = False) -> str:
    """What of a document is more than may be, in a sentence; empty where nothing is.

    One walk over all values, level by level, so that no depth is too great for it.

    Args:
        document: with everything that will be kept with it.
        weighed: whether its size counts too.
        by_hand: whether a person is writing it: a server may give 1e22 back as a whole number, which then is too large.
    """
    level: list[Any] = [document]
    characters = values = 0
    for _depth in range(MOST_DEPTH):
        nested: list[Any] = []
        for each in level:
            if isinstance(each, dict):
                characters += sum(map(len, each))
                each = each.values()
            for value in each:
                values += 1
                if isinstance(value, str):
                    characters += len(value)
                elif isinstance(value, (dict, list)):
                    nested.append(value)
                elif isinstance(value, float) and not math.isfinite(value):
                    return _("It holds a number that is none.")
                elif isinstance(value, int | float if by_hand else int) and abs(value) > SAFE_INTEGER:
                    return _("It holds a number that is too large.")
        if not nested:
            break
        level = nested
    else:
        return _("It is nested too deeply.")
    # Written out only where it could be too large at all.
    if weighed and characters * MOST_OF_CHARACTER + values * MOST_OF_VALUE > MOST_BYTES and _size(document) > MOST_BYTES:
        return _("It is larger than {n} kB.").format(n=MOST_BYTES // 1024)
    return ""


def _size(document: Mapping[str, Any]) -> int:
    return len(json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass"))
