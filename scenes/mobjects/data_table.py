"""Data as a short table: names, numbers in sensible form, and bars that make columns comparable."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

import numpy as np
from manim import Group, Line, Rectangle, VGroup

from scenes.layout import Box
from scenes.mobjects.widgets import TICK, Widget, stroke
from scenes.text.numerals import column
from scenes.text.words import natural_width, shortened, verbatim, without_units

if TYPE_CHECKING:
    import numpy.typing as npt

    from scenes.act import Act
    from scenes.mobjects.columns import Columns
    from scenes.text.words import Words
    from scenes.theme import Colour


@dataclass(frozen=True)
class Column:
    """A column of a table.

    Attributes
    ----------
    name
        Plain text, shown as it is, shortened to fit.
    values
        Its first rows.
    colour
        Of its name and its bars.
    bars
        The side of the numbers on which bars grow from zero, if any.
    bare
        A shorter name to take where the name does not fit.
    """

    name: str
    values: npt.NDArray[np.float64]
    colour: Colour
    bars: Literal["left", "right"] | None = None
    bare: str = ""


class DataTable(Widget):
    """The first rows of some columns, in the middle of a box.

    Parameters
    ----------
    act
        The act it belongs to.
    box
        Its place.
    columns
        What it shows; all of the same length.
    size
        Of the type, as a share of the frame's height: one of the theme's.
    more
        Whether dots below say that there are more rows.

    Attributes
    ----------
    columns : list of Group
        A group for each column, to be brought in one by one.
    rules : list of Line
        Between names and numbers, one a column.
    """

    #: From row to row, and between columns, in ems.
    LEADING, GAP = 1.6, 1.3
    LONGEST_BAR = 6.5

    def __init__(
        self, act: Act, box: Box, columns: Sequence[Column], size: float, *, more: bool = True
    ) -> None:
        self.act, self.size = act, size
        self.em = em = size * act.layout.frame.height
        self._forms = [column(each.values.tolist()) for each in columns]
        n_rows = len(columns[0].values)
        units = any(form.exponent for form in self._forms)
        head = 1.25 * self.LEADING + 1.2 * units  # the names are set a little apart
        self.top = box.y + 0.5 * em * (1.0 + head + (n_rows + more - 1) * self.LEADING)
        self.first_row = self.top - (1.0 + head) * em
        gap = self.GAP * em
        numbers = [self._numbers(form.labels) for form in self._forms]
        rooms = self._rooms(columns, numbers, box.width - gap * (len(columns) - 1))
        parts = [
            self._column(each, cells, form.unit, room, more, columns)
            for each, cells, form, room in zip(columns, numbers, self._forms, rooms, strict=True)
        ]
        width = sum(width for _, width in parts) + gap * (len(parts) - 1)
        left = box.x - 0.5 * width
        self.columns: list[Group] = []
        self.rules: list[Line] = []
        x, y = left, self.first_row + 1.15 * em
        for part, own in parts:
            start = x if not self.columns else x - gap
            line = Line((start, y, 0.0), (x + own, y, 0.0))
            self.rules.append(stroke(line, act.theme.faint, 2))
            self.columns.append(part.shift((x, 0.0, 0.0)))
            x += own + gap
        super().__init__(*self.rules, *self.columns)

    @classmethod
    def largest(
        cls, act: Act, box: Box, columns: Sequence[Column], *, more: bool = True
    ) -> DataTable:
        """The table in the largest of the theme's sizes in which it fits; else with fewer rows."""
        for size in (act.theme.title, act.theme.body, act.theme.readout):
            table = cls(act, box, columns, size, more=more)
            if table.fits(box):
                return table
        while len(columns[0].values) > 2 and not table.fits(box):
            columns = [replace(each, values=each.values[:-1]) for each in columns]
            table = cls(act, box, columns, act.theme.readout, more=True)
        return table

    def part(self, *places: int) -> Group:
        """Some of the columns, with the rule above their numbers."""
        kept = (*(self.rules[k] for k in places), *(self.columns[k] for k in places))
        return Group(*kept)

    def fits(self, box: Box) -> bool:
        """Whether it stays in a box."""
        return bool(self.width < 1.001 * box.width and self.height < 0.95 * box.height)

    def _numbers(self, labels: Sequence[str]) -> list[Words]:
        theme = self.act.theme
        return [self.act.words(verbatim(text), self.size, theme.ink) for text in labels]

    def _rooms(
        self, columns: Sequence[Column], numbers: Sequence[Sequence[Words]], width: float
    ) -> list[float]:
        """The width each column may take: with bars an equal share, else as much as its name needs."""
        equal = width / len(columns)
        if any(each.bars for each in columns):
            return [equal] * len(columns)
        digits = [max(cell.width for cell in cells) for cells in numbers]
        names = [1.15 * natural_width(each.name, self.em) for each in columns]
        low, high = 0.0, width
        for _ in range(20):  # the longest any name may be, so that all columns fit
            most = 0.5 * (low + high)
            needed = sum(max(d, min(n, most)) for d, n in zip(digits, names, strict=True))
            low, high = (most, high) if needed <= width else (low, most)
        return [max(d, min(n, low)) for d, n in zip(digits, names, strict=True)]

    def _column(
        self,
        shown: Column,
        cells: list[Words],
        unit: str,
        room: float,
        more: bool,
        columns: Sequence[Column],
    ) -> tuple[Group, float]:
        """A column whose left edge is at 0, and its width."""
        em, theme = self.em, self.act.theme
        digits = max(cell.width for cell in cells)
        longest = min(self.LONGEST_BAR * em, room - digits - 0.5 * em) if shown.bars else 0.0
        bars = self._bars(shown, longest) if longest > 0.5 * em else VGroup()
        beside = longest + 0.5 * em if len(bars) else 0.0
        spare = room if not len(bars) else digits + beside
        full = natural_width(shown.name, em) <= 0.88 * spare
        others = [each.bare or each.name for each in columns if each is not shown]
        text = shown.name if full else shown.bare or shown.name
        text = shortened(text, em, 0.88 * spare, others)
        name = self.act.words(f"*{verbatim(text)}*", self.size, shown.colour)
        heads = [(name, self.top - em)]
        if unit:
            head = self.act.words(verbatim(unit), TICK * theme.readout, theme.quiet)
            heads.append((head, self.top - em - 1.2 * em))
        width = max(digits + beside, *(head.width for head, _ in heads))
        flush_left = shown.bars == "right" and len(bars) > 0
        edge = digits if flush_left else width  # the right edge of the numbers
        for row, cell in enumerate(cells):
            cell.shift((edge - cell.points[1, 0], self._baseline(row) - cell.points[0, 1], 0.0))
        bars.shift((edge + 0.5 * em if flush_left else edge - digits - 0.5 * em, 0.0, 0.0))
        for head, y in heads:
            x = -head.points[0, 0] if flush_left else width - head.points[1, 0]
            head.shift((x, y - head.points[0, 1], 0.0))
        group = Group(*(head for head, _ in heads), *cells, *bars)
        if more:
            dots = self.act.words("$dots.v$", self.size, theme.quiet)
            group.add(dots.move_to((edge - 0.5 * digits, self._baseline(len(cells)), 0.0)))
        return group, width

    def _baseline(self, row: int) -> float:
        return self.first_row - row * self.LEADING * self.em

    def _bars(self, shown: Column, longest: float) -> VGroup:
        """Bars from zero, each with its middle where it stands beside the edge of the numbers.

        Zero is where bars begin at the numbers, or further away where there are negative values.
        """
        low, high = min(float(np.min(shown.values)), 0.0), max(float(np.max(shown.values)), 0.0)
        scale = longest / ((high - low) or 1.0)
        away = 1.0 if shown.bars == "right" else -1.0
        bars = VGroup()
        for row, value in enumerate(shown.values):
            start, end = sorted((-low * scale, (float(value) - low) * scale))
            bar = Rectangle(width=max(end - start, 0.05 * self.em), height=0.62 * self.em)
            bar.move_to((away * 0.5 * (start + end), self._baseline(row) + 0.33 * self.em, 0.0))
            bars.add(bar.set_fill(shown.colour.hex, 0.85).set_stroke(width=0.0))
        return bars


#: Rows of the table with which one act ends and the next begins; the share of the frame at its side.
ROWS, ASIDE = 8, 0.5


def sides(act: Act) -> tuple[Box, Box]:
    """Room for something, and after it or below it for two columns of the data."""
    em = act.em
    return act.layout.whole.parts(1.5 * em, 0.35 if act.layout.tall else ASIDE)


def opening_table(act: Act, columns: Columns) -> DataTable:
    """The first rows of both features, with bars, and of the response, in the middle of the frame.

    Both features together take no more room than there is at the side, see `sides`.
    """
    data, theme, whole = columns.dataset, act.theme, act.layout.whole
    _, side = sides(act)
    rows = min(ROWS, data.y.size)
    names = (*data.features[:2], data.response)
    bare = without_units(names)
    values = columns.raw[:rows, [0, 1, -1]].T
    shown = [
        Column(names[0], values[0], theme.theta1, bars="left", bare=bare[0]),
        Column(names[1], values[1], theme.theta2, bars="right", bare=bare[1]),
        Column(names[2], values[2], theme.ink, bare=bare[2]),
    ]
    box = Box(whole.x, whole.y, min(whole.width, 1.5 * side.width), side.height)
    return DataTable.largest(act, box, shown, more=rows < data.n_samples)
