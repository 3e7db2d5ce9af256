"""A card as plain text, in which every link says how it is followed: by `show` of the reference in brackets."""

from __future__ import annotations

from collections.abc import Iterator

from ssc_tui.i18n import _
from ssc_tui.insight.blocks import Block, Line
from ssc_tui.insight.card import Card
from ssc_tui.insight.page import lay_out
from ssc_tui.insight.report import Report
from ssc_tui.store.reader import GROUP


def on_paper(card: Card | Report, width: int) -> Iterator[str]:
    """The card or report in lines of at most `width` columns, without blanks at their ends."""
    blocks = tuple(_with_references(block) for block in card.blocks)
    title = f"{card.title} [{card.ref}]" if isinstance(card, Card) else card.title
    for line in lay_out(card._replace(title=title, blocks=blocks), width):
        yield line.text.rstrip()


def _with_references(block: Block) -> Block:
    lines = tuple(map(_referenced, block.lines))
    if block.target and (len(lines) >= GROUP or (block.lines and block.lines[-1].target == block.target)):
        kind, _mark, query = block.target.value.partition("?")
        lines = (*lines, Line("", _("… all of them: ssc-tui find --kind {kind} {query}").format(kind=kind, query=query)))
    return block._replace(lines=lines, second=None if block.second is None else tuple(map(_referenced, block.second)))


def _referenced(line: Line) -> Line:
    """The line with the reference that it leads to; an address that it does not spell out itself stands in angle brackets."""
    if line.target is None:
        return line
    if line.target.what == "record":
        return line._replace(value=f"{line.value} [{line.target.value}]")
    if line.target.what == "view":
        return line._replace(value=f"{line.value} [ssc-tui {line.target.value}]")
    if line.target.what == "web" and line.target.value.removeprefix("mailto:") not in line.value:
        return line._replace(value=f"{line.value} <{line.target.value}>")
    return line
