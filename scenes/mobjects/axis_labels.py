"""Names and tick labels along the edges of an axes box; they follow as the eye moves."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import numpy as np

from scenes.layout import Box
from scenes.mobjects.widgets import THETA, TICK, Widget
from scenes.text.numerals import Ticks
from scenes.text.words import Words, caption_markup, natural_width, verbatim

if TYPE_CHECKING:
    import numpy.typing as npt

    from scenes.act import Act
    from scenes.stage.marks import AxesBox
    from scenes.stage.stage import Stage

    Array = npt.NDArray[np.float64]


class _Labels(Widget):
    """Labels that stand where the eye sees what they name."""

    stage: Stage
    _placed: tuple[object, ...] = ()

    def follow(self) -> None:
        """`place` them, unless they stand where that would put them: the eye rests for most of a film."""
        if self._places() != self._placed:
            self.place()
            self._placed = self._places()

    def place(self) -> None:
        """Bring every label to where what it names is seen now."""
        raise NotImplementedError

    def _places(self, *others: Words) -> tuple[object, ...]:
        """All that `place` depends on, and what it does."""
        parts = (part.points.tobytes() for part in (*self.submobjects, *others))
        return (self.stage.view(), self.stage.box, *parts)


class FloorLabels(_Labels):
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
        act.follow(self, self.follow)

    def below(self) -> tuple[float, float]:
        """How far labels reach below the floor's corners, and below an edge that is seen level."""
        ticks = 0.6 * self.em + max(label.height for label in (*self.ticks[0], *self.ticks[1]))
        names = ticks + 0.9 * self.em + max(name.height for name in self.names)
        return 0.5 * ticks, names  # the ticks next to a corner are higher than it

    def place(self) -> None:
        stage, axes, r = self.stage, self.axes, self.axes.reach
        near_x, near_y = axes.near(stage.view().rotation()[2])
        edges: Sequence[Callable[[float], tuple[float, float, float]]] = (
            lambda x: (x, near_y, 0.0),
            lambda y: (near_x, y, 0.0),
        )
        for point, labels, name, places in zip(
            edges, self.ticks, self.names, axes.ticks, strict=True
        ):
            points = [(0.0, 0.0, 0.0), *map(point, (-r, r, 0.0, *places))]
            middle, start, end, half_way, *seen = stage.project(points)
            edge = end - start
            out = np.array([-edge[1], edge[0], 0.0]) / max(float(np.linalg.norm(edge)), 1e-9)
            out *= np.sign(out @ (half_way - middle)) or 1.0
            furthest = 0.0
            for label, place in zip(labels, seen, strict=True):
                half = _half(label, out)
                away = 0.6 * self.em + half
                label.move_to(place + out * away)
                furthest = max(furthest, away + half)
            away = furthest + 0.25 * self.em + _half(name, out)
            name.move_to(half_way + out * away)
            _keep_within(self.safe, name)
            for label in labels:  # at the frame's side, a wide one would lie on a tick's
                if _overlap(name, label):
                    name.shift(
                        (0.0, float(label.points[0, 1] - 0.15 * self.em - name.points[1, 1]), 0.0)
                    )


class AxisNames(_Labels):
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
        act.follow(self, self.follow)

    def place(self) -> None:
        stage, axes = self.stage, self.axes
        near_x, near_y = axes.near(stage.view().rotation()[2])
        middle = stage.project((0.0, 0.0, 0.0))
        for name, edge in zip(self.names, ((0.0, near_y, 0.0), (near_x, 0.0, 0.0)), strict=True):
            seen = stage.project(edge)
            outward = (seen - middle) / max(float(np.linalg.norm(seen - middle)), 1e-9)
            name.move_to(seen + outward * self.em)
            _keep_within(self.safe, name)


class HeightLabels(_Labels):
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
        most = 4.0 if act.layout.close and ticks.unit else self.LONG
        long = most * size * act.layout.frame.height
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
        layout, safe, panel = act.layout, act.layout.safe, act.layout.panel
        # A long name keeps clear of what stands in the panel, which ends some way before its right edge.
        clear = panel.left + 0.95 * panel.width if layout.close else panel.left + 0.85 * panel.width
        left = clear if layout.wide else safe.left
        self.safe = Box.from_edges(left, safe.right, safe.bottom, safe.top)
        act.follow(self, self.follow)

    def above(self) -> float:
        """How far the name reaches above the axis."""
        return 1.2 * self.em + float(self.name_label.height)

    def _places(self, *others: Words) -> tuple[object, ...]:
        return super()._places(*others, *self.floor.ticks[0], *self.floor.ticks[1])

    def place(self) -> None:
        post = self.axes.post(self.stage.view().rotation())
        heights = [level * self.axes.height for level in (*self.levels, 1.0)]
        *places, top = self.stage.project([(*post, height) for height in heights])
        below = [*self.floor.ticks[0], *self.floor.ticks[1]]
        for label, seen in zip(self.ticks, places, strict=True):
            label.move_to(seen + np.array([-0.5 * self.em - label.width / 2, 0.0, 0.0]))
            for other in below:
                _rise_above(label, other, 0.15 * self.em)
            below.append(label)
        aside = np.clip(0.5 * self.name_label.width - self.em, 0.0, 2.5 * self.em)
        up = 0.9 * self.em + 0.5 * self.name_label.height
        self.name_label.move_to(top + np.array([-aside, up, 0.0]))
        _keep_within(self.safe, self.name_label)
        # Where the eye turns the axis to the far corner, its end is seen higher than at rest.
        over = float(self.name_label.extent()[3]) - self.safe.top
        if over > 0.0:
            self.name_label.shift((0.0, -over, 0.0))


def _half(words: Words, direction: Array) -> float:
    """How far words reach from their middle in a direction."""
    across, up = np.abs(direction[:2]).tolist()
    return float(0.5 * (across * words.width + up * words.height))


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
