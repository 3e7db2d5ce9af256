"""The charts, one at a time."""

from __future__ import annotations

from collections.abc import Sequence
from sqlite3 import Connection
from typing import Any, ClassVar, cast

from textual.app import RenderResult
from textual.binding import Binding, BindingType
from textual_plotext import PlotextPlot

from ssc_tui.i18n import _, ngettext
from ssc_tui.insight.charts import TITLES, Bar, Chart
from ssc_tui.insight.charts_view import chart_of, said
from ssc_tui.insight.report import Asked
from ssc_tui.text import cell_width, fit
from ssc_tui.tui.widgets.picture import Told, Wanted

NAMES = tuple(TITLES)
MARKS = ("░", "█")
"""What the bars of the series are filled with, so that they are told apart without colour; one series takes the last."""

FRAME = 3
"""Lines that frame and axis take."""


class Charts(PlotextPlot, can_focus=True):
    """A chart, and the way to the next one."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("h,left,shift+tab", "turn(-1)", show=False),
        Binding("l,right,tab", "turn(1)", show=False),
        Binding("j,down,pagedown", "page(1)", show=False),
        Binding("k,up,pageup", "page(-1)", show=False),
    ]
    view = "charts"

    def __init__(self) -> None:
        super().__init__()
        # Plotext's own colours hold no contrast in a theme of the terminal's colours; the bars are told apart by their marks.
        self.theme = "clear"
        self.chart: Chart | None = None
        self.name_shown = NAMES[0]
        self.first = 0
        self.keys = (("h l", _("Chart"), "focused.turn(1)"), ("j k", _("More"), "focused.page(1)"))

    def read(self, copy: Connection, asked: Asked) -> Chart:
        """The chart that the options name, or the first."""
        return chart_of(copy, asked.options.get("chart", NAMES[0]), asked.query)

    def show(self, answer: Chart) -> None:
        """Draw a chart from its beginning."""
        self.chart, self.name_shown, self.first = answer, answer.name, 0
        self._draw()

    @property
    def seen(self) -> Sequence[Bar]:
        """The bars for which there is room."""
        return self.chart.bars[self.first : self.first + self._room()] if self.chart else ()

    def _room(self) -> int:
        """How many bars can be shown: a line and a half for each that lies, as many columns as its label needs for each that stands."""
        if self.chart is None:
            return 0
        if not self.chart.upright:
            return max((self.size.height - FRAME) // 2, 1)
        widest = max((cell_width(bar.label) for bar in self.chart.bars), default=1)
        return max((self.size.width - 8) // max(widest + 1, 3 * self.chart.drawn), 1)

    def _draw(self) -> None:
        self.refresh()
        if self.chart is None:
            return
        at = _("Chart {number} of {total}: {title}.").format(
            number=NAMES.index(self.chart.name) + 1, total=len(NAMES), title=self.chart.title
        )
        words = [at]
        if self.chart.drawn > 1:
            words.append(", ".join(f"{mark} {series}" for mark, series in zip(MARKS, self.chart.series, strict=False)) + ".")
        if len(self.seen) < len(self.chart.bars):
            shown = ngettext("{first} to {last} of {n}.", "{first} to {last} of {n}.", len(self.chart.bars))
            words.append(shown.format(first=self.first + 1, last=self.first + len(self.seen), n=len(self.chart.bars)))
        if not self.chart.bars:
            words.append(_("Nothing to draw."))
        self.post_message(Told(" ".join((*words, *self.chart.notes))))

    def on_resize(self) -> None:
        """Show as many bars as there is room for."""
        self._draw()

    def render(self) -> RenderResult:
        """The chart as it fits."""
        chart, bars = self.chart, self.seen
        self.plt.clear_figure()
        if chart is None or not bars:
            return ""
        numbers = [[bar.values[series] or 0 for bar in bars] for series in range(chart.drawn)]
        # One for each series; the library's own types know one for all.
        marks = cast(Any, list(MARKS[-chart.drawn :]))
        if chart.upright:
            labels = [bar.label for bar in bars]
            self.plt.multiple_bar(labels, numbers, marker=marks, width=0.7)
            self.plt.yticks(_ticks(0, max(map(max, numbers))))
        else:
            # The axis runs upwards, and the first is to stand above.
            labels = [fit(bar.label, min(self.size.width // 2, cell_width(bar.label))) for bar in reversed(bars)]
            values = numbers[0][::-1]
            self.plt.bar(
                [f"{label} {said(value, signed=chart.name == 'balance')}" for label, value in zip(labels, values, strict=True)],
                values,
                orientation="horizontal",
                marker=marks[0],
                width=0.4,
            )
            self.plt.xticks(_ticks(min(0, *values), max(0, *values)))
        return super().render()

    def action_turn(self, step: int) -> None:
        """The next chart, or the one before."""
        self.post_message(Wanted(chart=NAMES[(NAMES.index(self.name_shown) + step) % len(NAMES)]))

    def action_page(self, step: int) -> None:
        """The bars that follow, or those before."""
        first = self.first + step * self._room()
        if self.chart and 0 <= first < len(self.chart.bars):
            self.first = first
            self._draw()


def _ticks(low: int, high: int) -> list[float]:
    """At most six whole numbers from about the lowest to about the highest."""
    step = 1
    while (high - low) / step > 5:
        step *= 5 if str(step)[0] == "1" else 2
    return [float(tick) for tick in range(low - low % step, high + 1, step)]
