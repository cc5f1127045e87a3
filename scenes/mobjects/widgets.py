"""Flat things beside the stage: axis labels, the λ slider and readouts."""

from __future__ import annotations

import copy
from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
from manim import Circle, Group, Line, VGroup

from scenes.layout import Box
from scenes.text.numerals import log_ticks, number, power_of_ten, some_of
from scenes.text.words import Words, symbol, verbatim

if TYPE_CHECKING:
    import numpy.typing as npt

    from scenes.act import Act
    from scenes.theme import Colour, Theme

    Array = npt.NDArray[np.float64]

#: Tick labels, as a share of the size of readouts.
TICK = 0.9
THETA = ("theta_1", "theta_2")


def stroke(mobject: Line, colour: Colour, width: float = 2.0) -> Line:
    """A line in a colour of the theme."""
    mobject.set_stroke(colour.hex, width=width, opacity=1.0)
    return mobject


class Widget(Group):
    """A group that knows its act. A copy is a plain group: animations need only its looks."""

    def __deepcopy__(self, memo: dict[int, Any]) -> Group:
        return Group(*(copy.deepcopy(part, memo) for part in self.submobjects))


class LambdaSlider(Widget):
    """A logarithmic slider for λ, with a tick and a label at powers of ten.

    Parameters
    ----------
    act
        The act it belongs to.
    box
        Its place: the track runs along the middle.
    low, high
        Ends of the scale, in scikit-learn's ``alpha`` units.
    lam
        Gives λ now; at 0 the knob rests at the left end.
    shows_value
        Whether λ is also shown as a number, above the knob.
    """

    def __init__(
        self,
        act: Act,
        box: Box,
        low: float,
        high: float,
        lam: Callable[[], float],
        *,
        shows_value: bool = False,
    ) -> None:
        theme = act.theme
        self.low, self.high, self.lam = low, high, lam
        self.y = box.y
        em = act.em
        name = act.words("$lambda$", 1.2 * theme.readout, theme.penalty)
        name.move_to((box.left + name.width / 2, self.y, 0.0))
        self.left, self.right = name.get_right()[0] + 0.7 * em, box.right - 0.25 * em
        track = stroke(Line((self.left, self.y, 0), (self.right, self.y, 0)), theme.faint, 5)
        self.filled = stroke(
            Line((self.left, self.y, 0), (self.left + 1e-3, self.y, 0)), theme.penalty, 5
        )
        exponents = log_ticks(low, high)
        labelled = some_of(exponents, 4)
        marks, self.labels = VGroup(), []
        for exponent in exponents:
            x = self._x(10.0**exponent)
            marks.add(
                stroke(Line((x, self.y - 0.1 * em, 0), (x, self.y - 0.45 * em, 0)), theme.quiet, 2)
            )
            if exponent in labelled:
                text = "1" if exponent == 0 else "10" if exponent == 1 else power_of_ten(exponent)
                label = act.words(verbatim(text), TICK * theme.readout, theme.quiet)
                label.move_to((x, self.y - 1.15 * em, 0.0))
                self.labels.append(label)
        self.knob = Circle(radius=0.3 * em)
        self.knob.set_fill(theme.penalty.hex, 1.0).set_stroke(theme.background.hex, width=2.5)
        self.knob.move_to((self.left, self.y, 0))
        self.em = em
        self.values = [act.words(number(0.0), theme.readout, theme.penalty)] if shows_value else []
        super().__init__(track, marks, *self.labels, name, self.filled, self.knob, *self.values)
        act.follow(self, self.place)

    def _x(self, lam: float) -> float:
        share = (np.log(lam) - np.log(self.low)) / (np.log(self.high) - np.log(self.low))
        return float(self.left + np.clip(share, 0.0, 1.0) * (self.right - self.left))

    def place(self) -> None:
        """Bring the knob to λ."""
        lam = self.lam()
        x = self._x(lam) if lam > 0 else self.left
        self.knob.move_to((x, self.y, 0))
        for value in self.values:
            value.write(verbatim(number(lam)))
            middle = min(max(x, self.left + 0.5 * value.width), self.right - 0.5 * value.width)
            value.move_to((middle, self.y + 0.85 * self.em, 0.0))
        self.filled.set_points_by_ends(
            np.array((self.left, self.y, 0.0)), np.array((max(x, self.left + 1e-3), self.y, 0.0))
        )


#: A line of a `Readout`.
ReadoutLine: TypeAlias = "tuple[str, Callable[[], str], Colour]"


def lines_of_best(theme: Theme, best: Callable[[], Array]) -> list[ReadoutLine]:
    """The lines of a readout that tell θ̂, of shape (2,), each coefficient in its colour."""

    def line(i: int, colour: Colour) -> ReadoutLine:
        return f"${symbol(f'hat(theta)_{i + 1}', colour)}$", lambda: number(best()[i]), colour

    return [line(0, theme.theta1), line(1, theme.theta2)]


class Readout(Widget):
    """Lines of ``name = number``, names in one column and numbers in the next.

    Parameters
    ----------
    act
        The act it belongs to.
    left, top
        Upper left corner.
    lines
        Markup of each name, what gives its number as plain text, and the number's colour.
    leading
        From line to line, in heights of the type.
    """

    def __init__(
        self,
        act: Act,
        left: float,
        top: float,
        lines: Sequence[ReadoutLine],
        *,
        leading: float = 1.75,
    ) -> None:
        theme = act.theme
        em = act.em
        self.names = [act.words(name, theme.readout, theme.quiet) for name, _, _ in lines]
        column = left + max(name.width for name in self.names) + 0.6 * em
        self.values: list[Words] = []
        self.sources = [(source, colour) for _, source, colour in lines]
        for row, (name, (source, colour)) in enumerate(zip(self.names, self.sources, strict=True)):
            baseline = top - em - row * leading * em
            name.shift((left - name.points[0, 0], baseline - name.points[0, 1], 0.0))
            value = act.words(verbatim(source()), theme.readout, colour)
            value.shift((column - value.points[0, 0], baseline - value.points[0, 1], 0.0))
            self.values.append(value)
        super().__init__(*self.names, *self.values)
        for value, (source, _) in zip(self.values, self.sources, strict=True):
            act.follow(value, partial(_rewrite, value, source))

    def lines(self, first: int, last: int | None = None) -> Group:
        """Some of the lines, to be shown before the others."""
        return Group(*self.names[first:last], *self.values[first:last])


def _rewrite(value: Words, source: Callable[[], str]) -> None:
    value.write(verbatim(source()))


def beside_or_below(act: Act, formula: Words, panel: Box) -> tuple[float, float]:
    """Upper left corner for a readout: beside a formula at the panel's top if there is room, else below."""
    em = act.em
    if panel.width - formula.width > 12 * em:
        return panel.right - 11 * em, panel.top + 0.4 * em
    return panel.left, float(formula.get_bottom()[1]) - 1.2 * em
