"""Figures that sources state about a record, in lines and as data: beside what is computed, never mixed with it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ssc_tui.i18n import _
from ssc_tui.insight.card import Line
from ssc_tui.insight.saying import number, objects, shown


def figure_lines(document: Mapping[str, Any]) -> Iterator[Line]:
    """Each figure with its year, newest first, and who states it."""
    for item in _newest_first(document):
        said = f"{shown(item.get('measure'))}: {number(item.get('value'))} {shown(item.get('unit'))}".strip()
        source = shown(item.get("source"))
        beside = _("stated by {source}").format(source=source) if source else _("no source stated")
        yield Line(shown(item.get("year")) or _("no year"), said, beside)


def figure_data(document: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The figures as the document holds them, newest first."""
    return _newest_first(document)


def _newest_first(document: Mapping[str, Any]) -> list[dict[str, Any]]:
    return sorted(objects(document.get("figures")), key=lambda item: str(item.get("year") or ""), reverse=True)
