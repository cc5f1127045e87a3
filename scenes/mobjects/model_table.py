"""A few models in a table, read anew at every frame: a dot, θ₁, θ₂ and RSS of each."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from scenes.mobjects.plots import Dots
from scenes.mobjects.widgets import TICK, Widget
from scenes.text.numerals import plain, power_of_ten
from scenes.text.words import Words, symbol, verbatim

if TYPE_CHECKING:
    import numpy.typing as npt

    from scenes.act import Act
    from scenes.theme import Colour

    Array = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Format:
    """How the numbers of one column are written: a power of ten taken out, the same decimals."""

    exponent: int
    decimals: int

    @classmethod
    def of(cls, values: npt.ArrayLike) -> Format:
        """Three digits of the largest number; powers of ten only for very large and very small numbers."""
        largest = float(np.max(np.abs(values)))
        power = math.floor(math.log10(largest)) if largest > 0.0 else 0
        exponent = 0 if -3 <= power < 4 else 3 * (power // 3)
        # A fourth, where the smallest would else have fewer than three.
        smallest = float(np.min(np.abs(values))) / 10.0**exponent
        fourth = power - exponent == 2 and 0.0 < smallest < 100.0
        return cls(exponent, max(int(fourth), 2 - (power - exponent)))

    def __call__(self, value: float) -> str:
        return plain(value / 10.0**self.exponent, self.decimals)


class ModelTable(Widget):
    """Rows of models, the numbers of a column under each other to the point.

    Parameters
    ----------
    act
        The act it belongs to.
    left, top
        Upper left corner.
    numbers
        Gives θ₁, θ₂ and RSS of every model now, shape (k, 3).
    colours
        Of their dots.
    states
        Numbers at other moments, shape (..., 3): columns are wide and exact enough for all of them.

    Attributes
    ----------
    bottom : float
        The lowest baseline.
    """

    LEADING, GAP = 1.5, 0.9

    def __init__(
        self,
        act: Act,
        left: float,
        top: float,
        numbers: Callable[[], Array],
        colours: Sequence[Colour],
        states: npt.ArrayLike,
    ) -> None:
        theme = act.theme
        em = act.em
        self.numbers = numbers
        seen = np.concatenate([np.reshape(states, (-1, 3)), numbers()])
        self.formats = [Format.of(seen[:, column]) for column in range(3)]
        inks = (theme.theta1, theme.theta2, theme.ink)
        heads = [
            act.words(_head(name, form), theme.readout, ink)
            for name, form, ink in zip(
                (
                    f"${symbol('theta_1', inks[0])}$",
                    f"${symbol('theta_2', inks[1])}$",
                    verbatim(act.term("rss")),
                ),
                self.formats,
                inks,
                strict=True,
            )
        ]
        first = top - em
        last_head = first - (1.3 * em if any(form.exponent for form in self.formats) else 0.0)
        self.rights: list[float] = []
        x = left + 0.55 * em
        for column, (head, form) in enumerate(zip(heads, self.formats, strict=True)):
            texts = {form(value) for value in seen[:, column]}
            widths = [act.words(verbatim(text), theme.readout, theme.ink).width for text in texts]
            x += self.GAP * em + max(head.width, *widths)
            self.rights.append(x)
            corner = (x - head.width, first - (head.points[1, 1] - head.points[0, 1]) + 0.68 * em)
            head.shift((*(np.array(corner) - head.points[0, :2]), 0.0))
        self.right = x
        self.baselines = [last_head - (row + 1) * self.LEADING * em for row in range(len(colours))]
        self.bottom = self.baselines[-1]
        marks = [Dots(colour, 0.24 * em) for colour in colours]
        for mark, baseline in zip(marks, self.baselines, strict=True):
            mark.sit(np.array([[left + 0.3 * em, baseline + 0.3 * em, 0.0]]))
        self.cells: list[list[Words]] = [
            [act.words(verbatim("0"), theme.readout, ink) for ink in inks] for _ in colours
        ]
        super().__init__(*marks, *heads, *(cell for row in self.cells for cell in row))
        self.read()
        act.follow(self, self.read)

    def read(self) -> None:
        """Bring every number up to date."""
        for row, values, baseline in zip(self.cells, self.numbers(), self.baselines, strict=True):
            for cell, value, form, right in zip(
                row, values, self.formats, self.rights, strict=True
            ):
                cell.write(verbatim(form(float(value))))
                cell.shift((right - cell.points[1, 0], baseline - cell.points[0, 1], 0.0))


def _head(name: str, form: Format) -> str:
    """Markup of the name of a column, with the power of ten taken out of it below."""
    if not form.exponent:
        return name
    unit = verbatim(f"/ {power_of_ten(form.exponent)}")
    return f"#align(right)[{name} \\ #text(size: {TICK}em)[{unit}]]"
