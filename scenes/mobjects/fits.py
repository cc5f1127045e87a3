"""Plots of y against ŷ for some models, with residuals and their squares; and of predictions beyond the rows.

A residual is the upright way from the diagonal y = ŷ to a row's dot, so its square stands between ŷ
and y on both axes: all squares have two corners on the diagonal, and none leaves the plot.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import numpy as np
from manim import VMobject

from scenes.layout import Box
from scenes.mobjects.plots import Axis, Curve, Dots, Plot, Stems, set_polylines
from scenes.mobjects.rows import enlargement, rows_note, rows_to_draw
from scenes.stage.stage import Dial
from scenes.text.words import verbatim

if TYPE_CHECKING:
    import numpy.typing as npt

    from ridge_math import Dataset
    from scenes.act import Act
    from scenes.theme import Colour

    Array = npt.NDArray[np.float64]

#: Rows are shown one and all up to this many; of more, so many.
ALL_ROWS, SOME_ROWS = 40, 24
#: Radius of the dots of a single model, in ems, and of several: one over the other they show as rings.
RADIUS, RADII = 0.12, (0.20, 0.145, 0.085)


def shown_rows(dataset: Dataset) -> npt.NDArray[np.intp]:
    """Numbers of the rows that are drawn: all, or some, with those that stand out among them."""
    count = len(dataset.y)
    columns = np.column_stack([dataset.X, dataset.y])
    return rows_to_draw(columns, count if count <= ALL_ROWS else SOME_ROWS)


def rss_share(dataset: Dataset, theta: npt.ArrayLike, share: float) -> float:
    """How much of RSS(θ) the first rows make up: 1 for all of them (or of those held for pictures).

    The first ``share`` of the rows; the next row counts in part, so that it grows without jumps.
    """
    if share >= 1.0:
        return 1.0
    squares = (dataset.y - dataset.X @ np.asarray(theta, dtype=float)) ** 2
    total = float(squares.sum())
    if total == 0.0:
        return share
    row, part = divmod(share * len(squares), 1.0)
    return float((squares[: int(row)].sum() + part * squares[int(row)]) / total)


class FitPlot(Plot):
    """y against ŷ, a dot for every row and model.

    Parameters
    ----------
    act
        The act it belongs to.
    box
        Its place.
    models
        Gives the models to show now, shape (k, 2).
    colours
        Of their dots.
    span
        Models whose predictions must have room, shape (..., 2).

    Attributes
    ----------
    residuals : Dial
        How far the residuals of the first model are drawn, from the diagonal to the dots.
    squared : Dial
        How many of all rows have their residual drawn as a square, as a share.
    """

    def __init__(
        self,
        act: Act,
        box: Box,
        models: Callable[[], npt.ArrayLike],
        colours: Sequence[Colour],
        span: npt.ArrayLike,
    ) -> None:
        theme, data = act.theme, act.brief.dataset
        self.models = models
        self.n_rows = len(data.y)
        self.rows = shown_rows(data)
        self.features, self.response = data.X[self.rows], data.y[self.rows]
        self.sizes = enlargement(np.column_stack([self.features, self.response]))
        fitted = np.asarray(span, dtype=float).reshape(-1, 2) @ self.features.T
        x, y = (
            Axis.of([*self.response, *fitted.ravel()], markup=name, labels=False, about=3)
            for name in ("$hat(y)$", "$y$")
        )
        self.residuals, self.squared = Dial(0.0), Dial(0.0)
        self.left, self.right = box.left, act.layout.safe.right
        super().__init__(act, box, x, y, square=True, note=rows_note(act, len(self.rows)))
        self.diagonal = VMobject().set_stroke(theme.quiet.hex, width=2.0, opacity=0.8)
        self.squares = VMobject().set_stroke(theme.ink.hex, width=1.4, opacity=0.7)
        self.squares.set_fill(theme.ink.hex, 0.16)
        self.sticks = Stems(theme.ink, width=2.4, opacity=0.9)
        radii = (RADIUS,) if len(colours) == 1 else RADII[: len(colours)]
        self.dots = [
            Dots(colour, radius * self.em) for colour, radius in zip(colours, radii, strict=True)
        ]
        self.add(self.diagonal, self.squares, self.sticks, *self.dots)
        self.show()
        act.follow(self, self.show)

    def predictions(self) -> Array:
        """ŷ of every model and row shown: shape (k, rows)."""
        return np.asarray(np.asarray(self.models(), dtype=float) @ self.features.T)

    def show(self) -> None:
        """Bring dots, residuals and squares to the models of this moment."""
        fitted, y = self.predictions(), self.response
        ends = np.array([self.x.low, self.x.high])
        set_polylines(self.diagonal, [self.to_frame(ends, ends)])
        for dots, values in zip(self.dots, fitted, strict=True):
            dots.sit(self.to_frame(values, y), self.sizes)
        first = fitted[0]
        grown = self.residuals()
        some = slice(None) if grown > 0.0 else slice(0)
        start = self.to_frame(first, first)[some]
        self.sticks.join(start, self.to_frame(first, first + grown * (y - first))[some])
        counted = np.clip(self.squared() * self.n_rows - self.rows, 0.0, 1.0)
        side = counted * (y - first)
        corners = [(first, first), (first + side, first), (first + side, first + side)]
        corners += [(first, first + side), (first, first)]
        outlines = np.stack([self.to_frame(*corner) for corner in corners], axis=1)
        set_polylines(self.squares, list(outlines[counted > 0.0]))

    # The names stand beside the ground, so that it can be as high as its box.

    def _place_names(self, area: Box) -> None:
        x_name, y_name = self.names
        gap = 0.35 * self.em
        right = (area.right + gap, area.bottom + 0.1 * self.em)
        left = (area.left - gap - y_name.width, area.y - 0.5 * y_name.height)
        x_name.shift((*(np.array(right) - x_name.points[0, :2]), 0.0))
        y_name.shift((*(np.array(left) - y_name.points[0, :2]), 0.0))
        at = min(max(area.right, self.left + self.note.width), self.right)
        self.note.stand(at - self.note.width, area.bottom - 1.1 * self.em)

    def _area_in(self, box: Box) -> Box:
        left = self.names[1].width + 0.35 * self.em
        right = self.names[0].width + 0.35 * self.em
        below = 1.4 * self.em if self._note_height else 0.0
        side = min(box.width - left - right, box.height - below)
        return Box(box.left + left + side / 2, box.top - side / 2, side, side)


class OffTheLine(Plot):
    """Predictions of two models for features off the data's line, in the direction in which they hardly vary.

    Along a unit vector v of the features a model's prediction is a straight line, t vᵀθ. The rows are
    shown by their component plus residual (partial residuals): tᵢ = vᵀxᵢ across, yᵢ − xᵢᵀθ̂ + tᵢ vᵀθ̂
    up. They lie close to t = 0, so that lines of very different slopes fit them alike.

    Parameters
    ----------
    act
        The act it belongs to.
    box
        Its place.
    models
        Gives the models to show now, shape (2, 2): another, and θ̂.
    colours
        Of their lines.
    way
        The unit vector v.
    """

    def __init__(
        self,
        act: Act,
        box: Box,
        models: Callable[[], npt.ArrayLike],
        colours: Sequence[Colour],
        way: Array,
    ) -> None:
        theme, data = act.theme, act.brief.dataset
        self.models, self.way = models, way
        rows = shown_rows(data)
        features, response = data.X[rows], data.y[rows]
        best = np.asarray(models(), dtype=float)[1]
        self.off = features @ way
        self.partial = response - features @ best + self.off * float(way @ best)
        self.sizes = enlargement(np.column_stack([self.off, self.partial]))
        reach = 1.12 * max(1.0, float(np.max(np.abs(self.off))))
        x = Axis(-reach, reach, name=act.caption("off_line"), about=3)
        ends = reach * np.abs(np.asarray(models(), dtype=float) @ way)
        y = Axis.of([*self.partial, *ends, *-ends], markup="$hat(y)$", labels=False, about=3)
        super().__init__(act, box, x, y)
        self.note.write(verbatim(rows_note(act, len(rows))))
        self.lines = [Curve(colour, 3.5) for colour in colours]
        self.rows = Dots(theme.quiet, RADIUS * self.em)
        self.apart = Stems(theme.ink, width=2.4, opacity=0.9)
        self.add(self.rows, self.apart, *self.lines)
        self.place()
        self.show()
        act.follow(self, self.show)

    def _place_names(self, area: Box) -> None:
        """As of any plot, but the note beside the name of y: it takes no height."""
        super()._place_names(area)
        self.note.stand(area.right - self.note.width, area.top + 0.55 * self.em)

    def slopes(self) -> Array:
        """vᵀθ of both models: shape (2,)."""
        return np.asarray(np.asarray(self.models(), dtype=float) @ self.way)

    def show(self) -> None:
        """Bring lines and dots to the models of this moment, and what parts them one unit off."""
        t = np.linspace(self.x.low, self.x.high, 41)
        for line, slope in zip(self.lines, self.slopes(), strict=True):
            line.trace(self, t, slope * t)
        self.rows.sit(self.to_frame(self.off, self.partial), self.sizes)
        first, second = self.slopes()
        self.apart.join(self.to_frame([1.0], [first]), self.to_frame([1.0], [second]))
