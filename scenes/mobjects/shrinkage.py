"""Plots against λ: the ridge trace, the GCV score and the filter factors."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
from manim import Line, Rectangle, VMobject

from ridge_math.path import gcv, ridge_path
from ridge_math.search import lowest_gcv
from ridge_math.spectrum import filter_factors
from ridge_math.window import LamRange
from scenes.mobjects.plots import Axis, Curve, Dots, Plot, set_polylines
from scenes.mobjects.widgets import TICK, Widget, stroke
from scenes.text.numerals import number, plain
from scenes.text.words import symbol, verbatim

if TYPE_CHECKING:
    import numpy.typing as npt

    from scenes.act import Act
    from scenes.layout import Box

    Array = npt.NDArray[np.float64]

#: λ values along a curve.
STEPS = 320


class RidgeTrace(Widget):
    """θ̂₁ and θ̂₂ against λ on a log scale, with a line at the λ of this moment.

    Parameters
    ----------
    act
        The act it belongs to.
    box
        Its place, labels included.
    span
        From where to where λ runs.
    lam
        Gives λ now.
    walked
        Gives the λ up to which the curves are drawn.

    Attributes
    ----------
    mark : VMobject
        A dashed line at `marked`, if that is set; not shown from the start.
    """

    def __init__(
        self,
        act: Act,
        box: Box,
        span: LamRange,
        lam: Callable[[], float],
        walked: Callable[[], float],
    ) -> None:
        theme, self.problem = act.theme, act.brief.dataset
        self.span, self.lam, self.walked = span, lam, walked
        colours = theme.theta1, theme.theta2
        values = np.append(ridge_path(self.problem, span.steps(STEPS)), 0.0)
        name = "$, $".join(
            symbol(f"hat(theta)_{k}", colour) for k, colour in enumerate(colours, start=1)
        ).replace("$, $", ", ")
        x = Axis(span.low, span.high, markup="$lambda$", colour=theme.penalty, log=True)
        self.plot = Plot(act, box, x, Axis.of(values, markup=name, about=3))
        self.zero = stroke(Line((0, 0, 0), (1, 0, 0)), theme.quiet, 1.5)
        self.curves = [
            Curve(colour, width) for colour, width in zip(colours, self._widths(), strict=True)
        ]
        self.cursor = stroke(Line((0, 0, 0), (0, 1, 0)), theme.penalty, 2.5)
        self.knob = Dots(theme.penalty, 0.3 * self.plot.em)
        self.dots = [Dots(colour, 0.26 * self.plot.em) for colour in colours]
        super().__init__(self.plot, self.zero, self.cursor, *self.curves, *self.dots, self.knob)
        self.place()
        act.follow(self, self.place)

    def _widths(self) -> tuple[float, float]:
        """Of the curves: where they are the same, the first is wider, so that both are seen."""
        path = ridge_path(self.problem, self.span.steps(STEPS))
        apart = np.abs(path[:, 0] - path[:, 1]).max()
        return (9.0, 3.5) if apart < 0.02 * np.abs(path).max() else (4.0, 4.0)

    def place(self) -> None:
        """Draw the curves as far as λ has been, and everything at λ."""
        plot, lam = self.plot, self.lam()
        area, now = plot.area, ridge_path(self.problem, lam)
        x = float(plot.to_frame(lam, 0.0)[0])
        zero = float(plot.to_frame(lam, 0.0)[1])
        self.zero.put_start_and_end_on((area.left, zero, 0), (area.right, zero, 0))
        self.cursor.put_start_and_end_on((x, area.bottom, 0), (x, area.top, 0))
        self.knob.sit(np.array([[x, area.bottom, 0.0]]))
        lams = np.geomspace(self.span.low, self.walked(), STEPS)
        for curve, dot, values, value in zip(
            self.curves, self.dots, ridge_path(self.problem, lams).T, now, strict=True
        ):
            curve.trace(plot, lams, values)
            dot.sit(plot.to_frame([lam], [value]))


class GcvCurve(Widget):
    """The GCV score against λ on a log scale, and the λ at which it is lowest.

    Parameters
    ----------
    act
        The act it belongs to.
    box
        Its place, labels included.
    span
        From where to where λ runs.
    shown
        Gives how much of the curve is drawn, from 0 to 1.

    Attributes
    ----------
    found : LowestScore
        The λ of lowest score.
    flat : LamRange or None
        Where the score is as good as lowest, if `band` is to show that; not shown from the start.

    Notes
    -----
    The convention is that of `ridge_math.lowest_gcv`; a λ at the end of what was searched stands at the
    end of the axis. The axis starts at the lowest score and is cut where the
    dip would be too flat to see.
    """

    def __init__(self, act: Act, box: Box, span: LamRange, shown: Callable[[], float]) -> None:
        theme = act.theme
        self.span, self.shown = span, shown
        self.lams = span.steps(STEPS)
        self.scores = gcv(act.brief.dataset, self.lams)
        found = self.found = lowest_gcv(act.brief.dataset)
        self.at_end = found.end
        self.flat: LamRange | None = None
        self.band = VMobject().set_fill(theme.penalty.hex, 0.2).set_stroke(width=0.0)
        self.lowest = min(max(found.lam, span.low), span.high)
        self.score = low = float(gcv(act.brief.dataset, self.lowest))
        rise = max(4.0 * (self.scores[0] - low), 0.02 * (float(self.scores.max()) - low))
        x = Axis(span.low, span.high, markup="$lambda$", colour=theme.penalty, log=True)
        y = Axis.of([low, low + rise], name=act.term("gcv"), about=2)
        self.plot = Plot(act, box, x, y)
        self.curve = Curve(theme.ink)
        self.dot = Dots(theme.penalty, 0.3 * self.plot.em)
        super().__init__(self.plot, self.curve, self.dot)
        self.place()
        act.follow(self, self.place)

    def place(self) -> None:
        """Draw the curve as far as it is shown; the lowest score once it is past it."""
        if self.flat is not None:
            area = self.plot.area
            ends = self.plot.to_frame([self.flat.low, self.flat.high], self.score)[:, 0]
            left, right = np.clip(ends, area.left, area.right)
            corners = [(left, area.bottom), (right, area.bottom), (right, area.top)]
            corners += [(left, area.top), (left, area.bottom)]
            set_polylines(self.band, [np.array([(*corner, 0.0) for corner in corners])])
        reach = self.span.at(self.shown())
        lams = np.geomspace(self.span.low, reach, STEPS)
        self.curve.trace(self.plot, lams, np.interp(np.log(lams), np.log(self.lams), self.scores))
        lowest = [self.lowest] if reach >= self.lowest else []
        self.dot.sit(self.plot.to_frame(lowest, [self.score] * len(lowest)))


class DashedMark(VMobject):
    """A dashed upright line at one λ, right through some plots."""

    def __init__(self, act: Act, lam: float, *plots: Plot) -> None:
        super().__init__()
        self.set_stroke(act.theme.penalty.hex, width=2.0, opacity=1.0)
        self.lam, self.plots = lam, plots
        self.place()
        act.follow(self, self.place)

    def place(self) -> None:
        """Stand where λ is on the plots now."""
        dashes = []
        for plot in self.plots:
            x, area = float(plot.to_frame(self.lam, plot.y.low)[0]), plot.area
            step = 0.4 * plot.em
            for bottom in np.arange(area.bottom, area.top, step):
                top = min(bottom + 0.55 * step, area.top)
                dashes.append(np.array([[x, bottom, 0.0], [x, top, 0.0]]))
        set_polylines(self, dashes)


class NamedMark(Widget):
    """A quiet upright line at one λ of a plot, and above it what that λ is."""

    def __init__(self, act: Act, lam: float, name: str, plot: Plot) -> None:
        theme = act.theme
        self.lam, self.plot = lam, plot
        self.line = stroke(Line((0, 0, 0), (0, 1, 0)), theme.quiet, 2.0)
        self.name_label = act.words(verbatim(name), TICK * theme.readout, theme.quiet)
        super().__init__(self.line, self.name_label)
        self.place()
        act.follow(self, self.place)

    def place(self) -> None:
        """Stand where λ is on the plot now."""
        plot, area, word = self.plot, self.plot.area, self.name_label
        x = float(np.clip(plot.to_frame(self.lam, plot.y.low)[0], area.left, area.right))
        self.line.put_start_and_end_on((x, area.bottom, 0), (x, area.top, 0))
        left = min(x - 0.5 * word.width, area.right - word.width)
        word.stand(left, area.top + 0.35 * plot.em)


class ShrinkBars(Widget):
    """The share d²/(d² + λ) that each eigen-direction keeps, as a bar with its number.

    Parameters
    ----------
    act
        The act it belongs to.
    box
        Its place.
    names
        Of the steep direction and of the other one, plain text.
    lam
        Gives λ now.
    note
        What d² is, plain text; stands under the formula where the box is high enough.

    Notes
    -----
    Before each name a short line shows its direction in the θ plane.
    """

    def __init__(
        self, act: Act, box: Box, names: tuple[str, str], lam: Callable[[], float], note: str
    ) -> None:
        theme, self.problem = act.theme, act.brief.dataset
        self.lam = lam
        em = act.em
        head = act.words(f"$d^2 \\/ (d^2 + {symbol('lambda', theme.penalty)})$", theme.readout)
        self.now = act.words(self._lam(), theme.readout, theme.penalty)
        labels = [act.words(verbatim(name), theme.readout, theme.quiet) for name in names]
        self.values = [act.words(verbatim(text), theme.readout) for text in self._shares()]
        widest = act.words(verbatim("100.0 %"), theme.readout).width
        indent, named = 1.5 * em, max(label.width for label in labels)
        # In a narrow box a bar stands under its name, else beside it.
        narrow = box.width < indent + named + widest + 3.7 * em
        head.stand(box.left, box.top - em)
        self.right = box.right
        self.lines = [head.points[0, 1] - (1.6 * em if narrow else 0.0)]
        about = act.words(verbatim(note), TICK * theme.readout, theme.quiet, width=box.width)
        about.stand(box.left, self.lines[0] - 1.5 * em - about.height + TICK * 0.7 * em)
        left = box.left if narrow else box.left + indent + named + 0.6 * em
        self.left = left
        self.full = (box.right if narrow else box.right - widest - 0.6 * em) - left
        top = about.points[0, 1] - 0.5 * em
        leading = (top - box.bottom) / 2.0
        rows, self.bars = [], []
        for row, label in enumerate(labels):
            baseline = top - leading * row - (1.3 * em if narrow else 0.5 * leading + 0.3 * em)
            self.lines.append(baseline)
            y = baseline + (-0.75 * em if narrow else 0.5 * label.height)
            if narrow and indent + named + widest > box.width:
                label.stand(box.left, baseline)
            else:
                label.stand(box.left + indent, baseline)
                rows.append(self._way(row, box.left, baseline + 0.3 * em, em))
                rows[-1].set_stroke(theme.ink.hex, width=3)
            track = Rectangle(width=self.full, height=0.5 * em).move_to(
                (left + self.full / 2, y, 0)
            )
            rows.append(track.set_fill(theme.faint.hex, 0.55).set_stroke(width=0.0))
            bar = track.copy().set_fill(theme.ink.hex, 1.0)
            self.bars.append(bar)
        super().__init__(head, about, self.now, *labels, *rows, *self.bars, *self.values)
        self.place()
        act.follow(self, self.place)

    def _way(self, row: int, left: float, y: float, em: float) -> Line:
        """A short line along an eigen-direction."""
        way = np.array([*self.problem.reduced.V[:, row], 0.0]) * 0.48 * em
        middle = np.array([left + 0.5 * em, y, 0.0])
        return Line(middle - way, middle + way)

    def _lam(self) -> str:
        return "$lambda$ " + verbatim("= " + number(self.lam()))

    def _shares(self) -> list[str]:
        return [f"{percent(share)} %" for share in filter_factors(self.problem, self.lam())]

    def place(self) -> None:
        """Bring bars and numbers to the λ of this moment."""
        self.now.write(self._lam())
        self.now.stand(self.right - self.now.width, self.lines[0])
        shares = filter_factors(self.problem, self.lam())
        for bar, value, baseline, share, text in zip(
            self.bars, self.values, self.lines[1:], shares, self._shares(), strict=True
        ):
            bar.stretch_to_fit_width(max(float(share), 1e-3) * self.full)
            bar.move_to((self.left + bar.width / 2, bar.get_center()[1], 0))
            value.write(verbatim(text))
            value.stand(self.right - value.width, baseline)


def percent(share: float) -> str:
    """A share in per cent, to about three digits: ``99.6``, ``6.2``, ``0.05``, ``0``."""
    if share <= 0.0:
        return "0"
    value = 100.0 * share
    if value < 0.01:
        return f"<{plain(0.01, 2)}"
    return plain(value, 2 if value < 1.0 else 1)
