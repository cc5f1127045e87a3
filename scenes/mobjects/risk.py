"""Bias and variance of θ̂(λ), drawn: as a bar and a ring on the θ plane, and as curves against λ."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from manim import Line, VMobject

from ridge_math.resample import resampled_minimisers
from ridge_math.risk import Risk, World, expected_minimiser, risk, turned_away
from scenes.mobjects.plots import Axis, Curve, Dots, Plot, set_polylines
from scenes.mobjects.widgets import TICK, Widget, stroke
from scenes.text.words import verbatim

if TYPE_CHECKING:
    import numpy.typing as npt

    from ridge_math.window import LamRange
    from scenes.act import Act
    from scenes.layout import Box
    from scenes.mobjects.contours import Square
    from scenes.theme import Colour

    Array = npt.NDArray[np.float64]

#: How many times the data is drawn again, and the seed of those draws.
DRAWS, SEED = 120, 11
#: λ along a curve, and angles along the ring.
STEPS, ANGLES = 320, 181
#: The axis reaches so far above least squares.
HEADROOM = 1.6


class SpreadAndBias(Widget):
    """Repeated θ̂(λ) on a map of the θ plane, with the truth, a ring and a bar.

    Its parts are to be shown one after another; all follow λ.

    Parameters
    ----------
    act
        The act it belongs to.
    plot
        The map.
    window
        What of the θ plane it shows: nothing is drawn beyond.
    world
        The truth, and the noise with which data are drawn again.
    lam
        Gives λ now, 0 included.

    Attributes
    ----------
    truth, other : VMobject
        A cross at the true θ, and one at another as long, `turned_away` from it.
    cloud : Dots
        θ̂(λ) of data drawn again.
    middle, ring : VMobject
        Their mean E θ̂(λ), and the circle around it whose radius is their spread: its square is the
        variance.
    bar : VMobject
        From the truth to the mean: its square is bias².
    """

    def __init__(
        self, act: Act, plot: Plot, window: Square, world: World, lam: Callable[[], float]
    ) -> None:
        theme = act.theme
        self.plot, self.window, self.world, self.lam = plot, window, world, lam
        self.problem = act.brief.dataset
        em = act.em
        self.size = 0.42 * em
        self.truth = VMobject().set_stroke(theme.ink.hex, width=5.0)
        self.other = VMobject().set_stroke(theme.quiet.hex, width=3.0)
        self.cloud = Dots(theme.minimum, 0.1 * em, opacity=0.55)
        self.middle = Dots(theme.minimum, 0.2 * em)
        self.ring = VMobject().set_stroke(theme.spread.hex, width=4.0)
        self.bar = VMobject().set_stroke(theme.bias.hex, width=7.0)
        super().__init__(self.cloud, self.ring, self.bar, self.middle, self.truth, self.other)
        self.place()
        for part in self.submobjects:
            act.follow(part, self.place)

    def place(self) -> None:
        """Bring all of it to the λ of this moment."""
        lam, world = self.lam(), self.world
        middle = expected_minimiser(self.problem, lam, world.theta)
        radius = float(np.sqrt(risk(self.problem, lam, world.theta, world.sigma2).variance[0]))
        drawn = resampled_minimisers(
            self.problem, lam, DRAWS, SEED, sigma2=world.sigma2, theta=world.theta
        )
        self.cloud.sit(self._to_frame(drawn[self._inside(drawn)]))
        self.middle.sit(self._to_frame(middle[None][self._inside(middle[None])]))
        angles = np.linspace(0.0, 2.0 * np.pi, ANGLES)
        rim = middle + radius * np.stack([np.cos(angles), np.sin(angles)], axis=-1)
        set_polylines(self.ring, [self._to_frame(piece) for piece in self._pieces(rim)])
        way = world.theta + np.linspace(0.0, 1.0, 65)[:, None] * (middle - world.theta)
        set_polylines(self.bar, [self._to_frame(piece) for piece in self._pieces(way)])
        self._cross(self.truth, world.theta, 0.0)
        self._cross(self.other, turned_away(self.problem, world.theta), 0.25 * np.pi)

    def _cross(self, cross: VMobject, theta: Array, turned: float) -> None:
        lines = []
        if self._inside(theta[None])[0]:
            at = self._to_frame(theta[None])[0]
            for angle in (turned, turned + 0.5 * np.pi):
                arm = self.size * np.array([np.cos(angle), np.sin(angle), 0.0])
                lines.append(np.stack([at - arm, at + arm]))
        set_polylines(cross, lines)

    def _inside(self, theta: Array) -> npt.NDArray[np.bool_]:
        low, high = np.array(self.window).T
        return np.asarray(np.all((theta >= low) & (theta <= high), axis=-1))

    def _pieces(self, line: Array) -> list[Array]:
        """The runs of a line's points that lie in the window."""
        inside = self._inside(line)
        breaks = np.flatnonzero(np.diff(inside)) + 1
        runs = zip(np.split(line, breaks), np.split(inside, breaks), strict=True)
        return [run for run, kept in runs if kept[0] and len(run) > 1]

    def _to_frame(self, theta: Array) -> Array:
        return self.plot.to_frame(theta[:, 0], theta[:, 1])


class RiskPlot(Widget):
    """Variance, bias² and their sum against λ on a log scale, beside least squares.

    Parameters
    ----------
    act
        The act it belongs to.
    box
        Its place, names of marks included.
    span
        From where to where λ runs.
    world
        The truth they are computed for.
    lam
        Gives λ now, for the line and the dots.
    drawn
        Gives how far the curves are drawn, as a share of the span.
    marked
        The λ at which lines will stand.

    Attributes
    ----------
    curves : list of Curve
        Variance and bias².
    total : Curve
        Their sum.
    line : DashedCurve
        Least squares, with `line_name`.
    gain : VMobject
        Where the sum lies below least squares.
    other : DashedCurve
        The sum for another θ, as long, `turned_away`.
    """

    def __init__(
        self,
        act: Act,
        box: Box,
        span: LamRange,
        world: World,
        lam: Callable[[], float],
        drawn: Callable[[], float],
        marked: Sequence[float] = (),
    ) -> None:
        theme, self.problem = act.theme, act.brief.dataset
        self.span, self.lam, self.drawn = span, lam, drawn
        self.lams = span.steps(STEPS)
        self.risk = risk(self.problem, self.lams, world.theta, world.sigma2)
        turned = turned_away(self.problem, world.theta)
        self.other_mse = risk(self.problem, self.lams, turned, world.sigma2).mse
        self.free = float(risk(self.problem, 0.0, world.theta, world.sigma2).mse[0])
        top = HEADROOM * self.free or float(world.theta @ world.theta) or 1.0
        x = Axis(span.low, span.high, markup="$lambda$", colour=theme.penalty, log=True)
        y = Axis(0.0, top, about=3)
        # Beside the formula above it the axis needs no name, unless a power of ten is taken out.
        self.plot = Plot(act, box, x, replace(y, name=act.term("mse")) if y.ticks().unit else y)
        self.curves = [Curve(theme.spread), Curve(theme.bias)]
        self.total = Curve(theme.ink, 5.0)
        self.other = DashedCurve(act, theme.ink, 3.0)
        self.gain = VMobject().set_fill(theme.penalty.hex, 0.22).set_stroke(width=0.0)
        self.line = DashedCurve(act, theme.quiet, 2.5)
        self.line_name = act.words(
            verbatim(act.caption("least_squares")), TICK * theme.readout, theme.quiet
        )
        self.name_at = self._free_place(marked)
        if self.name_at is None:  # in two lines, which take less of the width
            first, _, rest = act.caption("least_squares").partition(" ")
            self.line_name.write(f"{verbatim(first)} \\ {verbatim(rest)}")
            self.name_at = self._free_place(marked)
        self.cursor = stroke(Line((0, 0, 0), (0, 1, 0)), theme.penalty, 2.5)
        em = self.plot.em
        self.knob = Dots(theme.penalty, 0.3 * em)
        self.dots = [Dots(colour, 0.26 * em) for colour in (theme.spread, theme.bias)]
        self.ground = Widget(self.plot, self.cursor, self.knob)
        super().__init__(self.ground, *self.curves, *self.dots)
        for part in (*self.ground, *self.curves, *self.dots):
            act.follow(part, self.place)
        for part in (self.total, self.other, self.gain, self.line, self.line_name):
            act.follow(part, self.place_sum)
        self.place()
        self.place_sum()

    def place(self) -> None:
        """Draw the two curves as far as they are shown, and all that stands at λ."""
        plot, area, lam = self.plot, self.plot.area, self.lam()
        x = float(plot.to_frame(max(lam, self.span.low), 0.0)[0])
        self.cursor.put_start_and_end_on((x, area.bottom, 0), (x, area.top, 0))
        self.knob.sit(np.array([[x, area.bottom, 0.0]]))
        reach = max(2, round(self.drawn() * STEPS))
        at = int(np.argmin(np.abs(np.log(self.lams) - np.log(max(lam, self.span.low)))))
        for curve, dot, values in zip(
            self.curves, self.dots, (self.risk.variance, self.risk.bias2), strict=True
        ):
            curve.trace(plot, self.lams[:reach], values[:reach])
            height = float(np.interp(np.log(max(lam, self.span.low)), np.log(self.lams), values))
            shown = self.drawn() > 0.0 and at < reach and height <= plot.y.high
            dot.sit(np.array([[x, plot.to_frame(1.0, height)[1], 0.0]]) if shown else _NONE)

    def _free_place(self, marked: Sequence[float]) -> tuple[float, float] | None:
        """Where along the line of least squares its name is clear of curves and marks, if anywhere."""
        plot, area, em, risk_ = self.plot, self.plot.area, self.plot.em, self.risk
        curves = (risk_.variance, risk_.bias2, risk_.mse, self.other_mse)
        lams, height = np.geomspace(self.span.low, self.span.high, 8 * STEPS), self.line_name.height
        points = [
            plot.to_frame(lams, np.interp(np.log(lams), np.log(self.lams), curve))[:, :2]
            for curve in curves
        ]
        for lam in marked:
            x = float(plot.to_frame(lam, 0.0)[0])
            points.append(
                np.column_stack([np.full(400, x), np.linspace(area.bottom, area.top, 400)])
            )
        taken = np.concatenate(points)
        line = float(plot.to_frame(self.span.low, self.free)[1])
        width, gap = self.line_name.width, 0.3 * em
        places = [
            (float(left), y)
            for y in (line + 0.4 * em, line - 0.4 * em - height)
            for left in np.linspace(area.left + gap, area.right - gap - width, 24)
        ]
        for left, y in places:
            low, high = (left - gap, y - 0.25 * em), (left + width + gap, y + height)
            if y > area.bottom and not np.any(np.all((taken > low) & (taken < high), axis=1)):
                return left, y
        return None

    def place_sum(self) -> None:
        """Draw the sum, least squares, and where the one is below the other."""
        plot, mse = self.plot, self.risk.mse
        self.total.trace(plot, self.lams, mse)
        self.other.trace(plot, self.lams, self.other_mse)
        self.line.trace(plot, [self.span.low, self.span.high], [self.free, self.free])
        left = self.plot.area.left + 0.3 * self.plot.em
        height = float(plot.to_frame(self.span.low, self.free)[1]) + 0.4 * self.plot.em
        self.line_name.stand(*(self.name_at or (left, height)))
        better = np.flatnonzero(mse < self.free)
        runs = np.split(better, np.flatnonzero(np.diff(better) > 1) + 1) if better.size else []
        shapes = []
        for run in runs:
            if len(run) > 1:
                below = plot.to_frame(self.lams[run], mse[run])
                above = plot.to_frame(self.lams[run[::-1]], np.full(len(run), self.free))
                shapes.append(np.concatenate([below, above, below[:1]]))
        set_polylines(self.gain, shapes)


_NONE = np.zeros((0, 3))


class DashedCurve(Curve):
    """A dashed curve on a plot."""

    def __init__(self, act: Act, colour: Colour, width: float) -> None:
        super().__init__(colour, width)
        self.dash = 0.42 * act.em

    def trace(self, plot: Plot, x: npt.ArrayLike, y: npt.ArrayLike) -> None:
        super().trace(plot, x, y)
        pieces: list[Array] = []
        for line in polylines(self):
            length = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(line, axis=0).T[:2]))])
            starts = np.arange(0.0, length[-1], self.dash)
            steps = np.linspace(
                starts, np.minimum(starts + 0.6 * self.dash, length[-1]), 6, axis=-1
            )
            pieces += list(np.stack([np.interp(steps, length, at) for at in line.T], axis=-1))
        set_polylines(self, pieces)


def polylines(shape: VMobject) -> list[Array]:
    """The polylines of which a shape was made by `set_polylines`."""
    corners = shape.points.reshape(-1, 4, 3)
    if not len(corners):
        return []
    joined = np.all(np.isclose(corners[1:, 0], corners[:-1, 3]), axis=-1)
    runs = np.split(corners, np.flatnonzero(~joined) + 1)
    return [np.concatenate([run[:, 0], run[-1:, 3]]) for run in runs]


class LamMarks(Widget):
    """Upright lines at some λ of a plot, and above each what that λ is, beside each other."""

    def __init__(self, act: Act, plot: Plot, marks: Sequence[tuple[float, str]]) -> None:
        theme = act.theme
        self.plot, self.lams = plot, [lam for lam, _ in sorted(marks)]
        self.lines = [stroke(Line((0, 0, 0), (0, 1, 0)), theme.penalty, 2.0) for _ in marks]
        self.names = [
            act.words(verbatim(name), TICK * theme.readout, theme.penalty)
            for _, name in sorted(marks)
        ]
        super().__init__(*self.lines, *self.names)
        self.place()
        act.follow(self, self.place)

    def place(self) -> None:
        """Stand where these λ are on the plot now; those beyond it, at its end."""
        plot, area, gap = self.plot, self.plot.area, 0.5 * self.plot.em
        name = plot.names[1]
        taken = float(name.points[1, 0]) if name.markup else area.left - gap
        for lam, line, name in zip(self.lams, self.lines, self.names, strict=True):
            x = float(np.clip(plot.to_frame(lam, plot.y.low)[0], area.left, area.right))
            line.put_start_and_end_on((x, area.bottom, 0), (x, area.top, 0))
            left = max(x - 0.5 * name.width, taken + gap)
            name.stand(left, area.top + 0.35 * plot.em)
            taken = left + name.width
        edge = area.right
        for name in reversed(self.names):  # those that came to lie too far right make room
            left = min(float(name.points[0, 0]), edge - name.width)
            name.stand(left, area.top + 0.35 * plot.em)
            edge = left - gap


def little_gained(found: Risk, free: float, least: float = 0.1) -> bool:
    """Whether even the best λ lowers the mean squared error by less than a share of least squares'."""
    return float(found.mse.min()) > (1.0 - least) * free
