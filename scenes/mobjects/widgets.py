"""Flat things beside the stage: axis labels, the λ slider and readouts."""

from __future__ import annotations

import copy
from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
from manim import Circle, Group, Line, VGroup

from scenes.layout import Box
from scenes.text.numerals import Ticks, log_ticks, number, power_of_ten, some_of
from scenes.text.words import Words, caption_markup, natural_width, symbol, verbatim

if TYPE_CHECKING:
    import numpy.typing as npt

    from scenes.act import Act
    from scenes.stage.marks import AxesBox
    from scenes.stage.stage import Stage
    from scenes.theme import Colour, Theme

    Array = npt.NDArray[np.float64]

#: Tick labels, as a share of the size of readouts.
TICK = 0.82
THETA = ("theta_1", "theta_2")


def stroke(mobject: Line, colour: Colour, width: float = 2.0) -> Line:
    """A line in a colour of the theme."""
    mobject.set_stroke(colour.hex, width=width, opacity=1.0)
    return mobject


class Widget(Group):
    """A group that knows its act. A copy is a plain group: animations need only its looks."""

    def __deepcopy__(self, memo: dict[int, Any]) -> Group:
        return Group(*(copy.deepcopy(part, memo) for part in self.submobjects))


class FloorLabels(Widget):
    """Upright names and tick labels along the two near edges of an axes box.

    Parameters
    ----------
    act
        The act they belong to.
    stage, axes
        The stage and its axes box; the labels follow as the eye moves.
    ticks
        Along θ₁ and along θ₂.
    """

    def __init__(self, act: Act, stage: Stage, axes: AxesBox, ticks: Sequence[Ticks]) -> None:
        theme = act.theme
        self.stage, self.axes = stage, axes
        colours = (theme.theta1, theme.theta2)
        self.ticks = [
            [
                act.words(verbatim(text), TICK * theme.readout, colour, gliding=True)
                for text in axis.labels
            ]
            for axis, colour in zip(ticks, colours, strict=True)
        ]
        self.names = [
            act.words(_stacked(f"${symbol}$", axis), 1.15 * theme.readout, colour, gliding=True)
            for symbol, axis, colour in zip(THETA, ticks, colours, strict=True)
        ]
        super().__init__(*self.ticks[0], *self.ticks[1], *self.names)
        self.em = TICK * act.em
        self.safe = act.layout.safe
        act.follow(self, self.place)

    def below(self) -> tuple[float, float]:
        """How far labels reach below the floor's corners, and below an edge that is seen level."""
        ticks = 0.6 * self.em + max(label.height for label in (*self.ticks[0], *self.ticks[1]))
        names = ticks + 0.9 * self.em + max(name.height for name in self.names)
        return 0.5 * ticks, names  # the ticks next to a corner are higher than it

    def place(self) -> None:
        """Bring every label to where its tick is seen now."""
        stage, axes, r = self.stage, self.axes, self.axes.reach
        near_x, near_y = axes.near(stage.view().rotation()[2])
        middle = stage.project((0.0, 0.0, 0.0))
        edges: Sequence[Callable[[float], tuple[float, float, float]]] = (
            lambda x: (x, near_y, 0.0),
            lambda y: (near_x, y, 0.0),
        )
        for point, labels, name, places in zip(
            edges, self.ticks, self.names, axes.ticks, strict=True
        ):
            edge = stage.project(point(r)) - stage.project(point(-r))
            out = np.array([-edge[1], edge[0], 0.0]) / max(float(np.linalg.norm(edge)), 1e-9)
            out *= np.sign(out @ (stage.project(point(0.0)) - middle)) or 1.0
            furthest = 0.0
            for label, place in zip(labels, places, strict=True):
                away = 0.6 * self.em + _half(label, out)
                label.move_to(stage.project(point(place)) + out * away)
                furthest = max(furthest, away + _half(label, out))
            away = furthest + 0.25 * self.em + _half(name, out)
            name.move_to(stage.project(point(0.0)) + out * away)
            _keep_within(self.safe, name)
            for label in labels:  # at the frame's side, a wide one would lie on a tick's
                if _overlap(name, label):
                    name.shift(
                        (0.0, float(label.points[0, 1] - 0.15 * self.em - name.points[1, 1]), 0.0)
                    )


class AxisNames(Widget):
    """θ₁ and θ₂ alone along the two near edges of an axes box, where ticks would be too small.

    Parameters
    ----------
    act
        The act they belong to.
    stage, axes
        The stage and its axes box; the names follow as the eye moves.
    size
        Of the type, as a share of the frame's height.
    """

    def __init__(self, act: Act, stage: Stage, axes: AxesBox, size: float) -> None:
        colours = (act.theme.theta1, act.theme.theta2)
        self.names = [
            act.words(f"${symbol}$", size, colour, gliding=True)
            for symbol, colour in zip(THETA, colours, strict=True)
        ]
        super().__init__(*self.names)
        self.stage, self.axes = stage, axes
        self.em = size * act.layout.frame.height
        self.safe = act.layout.safe
        act.follow(self, self.place)

    def place(self) -> None:
        """Bring both names to where their edges are seen now."""
        stage, axes = self.stage, self.axes
        near_x, near_y = axes.near(stage.view().rotation()[2])
        middle = stage.project((0.0, 0.0, 0.0))
        for name, edge in zip(self.names, ((0.0, near_y, 0.0), (near_x, 0.0, 0.0)), strict=True):
            seen = stage.project(edge)
            outward = (seen - middle) / max(float(np.linalg.norm(seen - middle)), 1e-9)
            name.move_to(seen + outward * self.em)
            _keep_within(self.safe, name)


class HeightLabels(Widget):
    """The name and the tick labels of the upright axis, at the corner furthest left.

    Parameters
    ----------
    act
        The act they belong to.
    stage, axes
        The stage and its axes box.
    ticks
        What the labels say.
    levels
        Where they stand, as a share of the box's height.
    name
        The axis' name; a long one takes two lines.
    floor
        Labels along the floor, which meet these at the foot of the axis: these give way.
    """

    #: A name longer than this many ems is broken.
    LONG = 7.0

    def __init__(
        self,
        act: Act,
        stage: Stage,
        axes: AxesBox,
        ticks: Ticks,
        levels: Sequence[float],
        name: str,
        floor: FloorLabels,
    ) -> None:
        theme = act.theme
        self.stage, self.axes, self.levels, self.floor = stage, axes, tuple(levels), floor
        self.ticks = [
            act.words(verbatim(text), TICK * theme.readout, theme.quiet, gliding=True)
            for text in ticks.labels
        ]
        whole = f"({name})" if ticks.unit and " + " in name else name
        whole = f"{whole} {ticks.unit}".strip()
        size = 0.9 * theme.readout
        long = self.LONG * size * act.layout.frame.height
        broken = natural_width(whole, size * act.layout.frame.height) > long
        self.name_label = act.words(
            caption_markup(whole, theme),
            size,
            theme.ink,
            width=long if broken else None,
            align="center",
            gliding=True,
        ).balance()
        super().__init__(*self.ticks, self.name_label)
        self.em = TICK * act.em
        safe, panel = act.layout.safe, act.layout.panel
        # A long name keeps clear of what stands in the panel, which ends some way before its right edge.
        left = panel.left + 0.85 * panel.width if act.layout.wide else safe.left
        self.safe = Box.from_edges(left, safe.right, safe.bottom, safe.top)
        act.follow(self, self.place)

    def above(self) -> float:
        """How far the name reaches above the axis."""
        return self.em + float(self.name_label.height)

    def place(self) -> None:
        """Bring every label to where its tick is seen now."""
        post = self.axes.post(self.stage.view().rotation())
        height = self.axes.height
        below = [*self.floor.ticks[0], *self.floor.ticks[1]]
        for label, level in zip(self.ticks, self.levels, strict=True):
            seen = self.stage.project((*post, level * height))
            label.move_to(seen + np.array([-0.5 * self.em - label.width / 2, 0.0, 0.0]))
            for other in below:
                _rise_above(label, other, 0.15 * self.em)
            below.append(label)
        top = self.stage.project((*post, height))
        aside = np.clip(0.5 * self.name_label.width - self.em, 0.0, 2.5 * self.em)
        up = 0.7 * self.em + 0.5 * self.name_label.height
        self.name_label.move_to(top + np.array([-aside, up, 0.0]))
        _keep_within(self.safe, self.name_label)


def _half(words: Words, direction: Array) -> float:
    """How far words reach from their middle in a direction."""
    return 0.5 * float(np.abs(direction[:2]) @ [words.width, words.height])


def _overlap(words: Words, other: Words) -> bool:
    """Whether two texts lie on each other."""
    (left, bottom), (right, top) = words.points[:, :2]
    (far_left, under), (far_right, over) = other.points[:, :2]
    apart = right <= far_left or far_right <= left or top <= under or over <= bottom
    return bool(other.markup) and not apart


def _rise_above(words: Words, other: Words, gap: float) -> None:
    """Move words up until they are clear of others that they would lie on."""
    (left, bottom, _), (right, top, _) = words.points
    (far_left, under, _), (far_right, over, _) = other.points
    if (
        other.markup
        and left < far_right
        and far_left < right
        and under - gap < top
        and bottom < over + gap
    ):
        words.shift((0.0, float(over + gap - bottom), 0.0))


def _keep_within(safe: Box, words: Words) -> None:
    """Move words that stand out at the left or the right of the safe box back into it."""
    left, right = float(words.points[0, 0]), float(words.points[1, 0])
    words.shift((max(safe.left - left, 0.0) - max(right - safe.right, 0.0), 0.0, 0.0))


def _stacked(name: str, ticks: Ticks) -> str:
    """A name with its power of ten below it, so that it is not wide."""
    unit = f"#text(size: {TICK}em)[{verbatim(ticks.unit)}]"
    return f"#align(center)[{name} \\ {unit}]" if ticks.unit else name


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
    told
        Whether λ is also told as a number, above the knob.
    """

    def __init__(
        self,
        act: Act,
        box: Box,
        low: float,
        high: float,
        lam: Callable[[], float],
        *,
        told: bool = False,
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
        self.told = [act.words(number(0.0), theme.readout, theme.penalty)] if told else []
        super().__init__(track, marks, *self.labels, name, self.filled, self.knob, *self.told)
        act.follow(self, self.place)

    def _x(self, lam: float) -> float:
        share = (np.log(lam) - np.log(self.low)) / (np.log(self.high) - np.log(self.low))
        return float(self.left + np.clip(share, 0.0, 1.0) * (self.right - self.left))

    def place(self) -> None:
        """Bring the knob to λ."""
        lam = self.lam()
        x = self._x(lam) if lam > 0 else self.left
        self.knob.move_to((x, self.y, 0))
        for value in self.told:
            value.write(verbatim(number(lam)))
            middle = min(max(x, self.left + 0.5 * value.width), self.right - 0.5 * value.width)
            value.move_to((middle, self.y + 0.85 * self.em, 0.0))
        self.filled.put_start_and_end_on(
            (self.left, self.y, 0), (max(x, self.left + 1e-3), self.y, 0)
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
