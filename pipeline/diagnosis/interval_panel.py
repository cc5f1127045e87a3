"""The panel of a diagnosis' page with 95 % intervals and VIFs: a row for each feature."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from pipeline.diagnosis.plot_style import Palette, numerals
from pipeline.diagnosis.words import Words

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from ridge_math import Diagnosis, Fit
    from ridge_math.arrays import FloatArray

ROW = 0.3  # inches, of a feature
APART = 0.17  # of a row, from its middle to the interval of either fit


def draw_intervals(
    axes: Axes,
    named: Sequence[int],
    names: Sequence[str],
    colours: Sequence[str],
    found: Diagnosis,
    palette: Palette,
    words: Words,
    size: float,
) -> None:
    """Draw what least squares and ridge say of some features, with VIF at λ = 0 and at that of ridge.

    Parameters
    ----------
    named, names, colours
        Which features, from the top; what they are called; the colours of their curves.
    size
        Of the type, in points.

    Notes
    -----
    An interval that nothing bounds runs to both edges. Those of ridge are for E θ̂(λ): they leave out its
    bias, and that the data chose λ.
    """
    rows = np.arange(len(named), dtype=float)
    low, high = _limits([found.least_squares, found.ridge], named)
    axes.set_xlim(low, high)
    axes.set_ylim(len(named) - 0.5, -0.5)
    axes.axvline(0.0, color=palette.faint, linewidth=1.0, zorder=0)
    for fit, aside, face in ((found.least_squares, -APART, "none"), (found.ridge, APART, "full")):
        for row, j, colour in zip(rows, named, colours, strict=True):
            y = row + aside
            if fit.intervals is not None:
                ends = np.clip(fit.intervals[j], low, high)
                axes.plot(ends, [y, y], color=colour, linewidth=1.6, zorder=2)
            axes.plot(
                [fit.theta[j]], [y], "o", color=colour, markersize=5.5, zorder=3,
                markerfacecolor=palette.background if face == "none" else colour,
            )  # fmt: skip
    factors: FloatArray = found.vif_ridge["marquardt"]
    for row, j, name, colour in zip(rows, named, names, colours, strict=True):
        vif = f"{words.number(float(found.vif[j]), 3)} → {words.number(float(factors[j]), 3)}"
        for x, text, side, shade in (
            (-0.012, name, "right", colour),
            (1.012, vif, "left", palette.ink),
        ):
            axes.text(
                x, row, text, color=shade, ha=side, va="center", fontsize=size,
                transform=axes.get_yaxis_transform(), parse_math=False,
            )  # fmt: skip
    axes.set_yticks([])
    axes.tick_params(colors=palette.quiet)
    axes.grid(visible=True, axis="x", color=palette.faint, linewidth=0.5, alpha=0.45)
    axes.set_facecolor(palette.background)
    axes.xaxis.set_major_formatter(numerals(words.language))
    axes.xaxis.get_offset_text().set_color(palette.quiet)
    for side, spine in axes.spines.items():
        spine.set_visible(side == "bottom")
        spine.set_color(palette.faint)


def _limits(fits: Sequence[Fit], named: Sequence[int]) -> tuple[float, float]:
    """From where to where all finite ends and estimates lie, and 0, with a margin."""
    values = [0.0]
    for fit in fits:
        values.extend(float(fit.theta[j]) for j in named)
        if fit.intervals is not None:
            values.extend(float(end) for j in named for end in fit.intervals[j])
    finite = [value for value in values if np.isfinite(value)]
    low, high = min(finite), max(finite)
    margin = 0.05 * (high - low) or 1.0
    return low - margin, high + margin
