"""A sentence in place of rows: why a list is empty, or a card is not there."""

from __future__ import annotations

from functools import lru_cache

from ssc_tui.text import one_line, wrap


@lru_cache(maxsize=8)
def _lines(text: str, width: int) -> list[str]:
    # Kept, because a widget asks for its lines one by one, and a search can be as long as whatever was pasted.
    return wrap(one_line(text), max(1, width))


def sentence_line(text: str, width: int, y: int) -> str:
    """Line `y` of the text, indented and broken to `width` columns; nothing below its end."""
    lines = _lines(text, width - 2) if text else []
    return f"  {lines[y]}" if y < len(lines) else ""
