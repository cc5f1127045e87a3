"""A polynomial that overfits a few noisy points, and its plot: everyone's picture of what L2 is for."""

from __future__ import annotations

import math
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from ridge_math import Dataset, condition_number_X, lam_range, lowest_gcv
from scenes.mobjects.plots import Axis, Curve, Dots, Plot, keep
from scenes.stage.stage import Dial

if TYPE_CHECKING:
    import numpy.typing as npt

    from scenes.act import Act
    from scenes.layout import Layout

    Array = npt.NDArray[np.float64]

#: The noisy points: how many, around what, with which seed; and the degree that overfits them.
POINTS, NOISE, SEED, DEGREE = 14, 0.4, 8, 12
#: Radius of a dot, in frame units.
DOT = 0.075
#: Height of the panel in a frame that is not wide, in ems.
PANEL = 7.4


class Overfit:
    """A polynomial of too high a degree through a few noisy points, by ridge regression."""

    def __init__(self) -> None:
        rng = np.random.default_rng(SEED)
        spaced = np.linspace(-1.0, 1.0, POINTS) + rng.uniform(-0.9, 0.9, POINTS) / POINTS
        self.x: Array = np.clip(np.sort(spaced), -1.0, 1.0)
        truth = np.sin(2.6 * self.x + 0.3) + 0.35 * self.x
        self.y: Array = truth + NOISE * rng.standard_normal(POINTS)
        self.along: Array = np.linspace(self.x[0], self.x[-1], 400)
        self.problem = Dataset.from_arrays(self._powers(self.x), self.y)
        self.span = lam_range(self.problem)

    @staticmethod
    def _powers(x: Array) -> Array:
        return np.asarray(x[:, None] ** np.arange(1, DEGREE + 1))

    def theta(self, lam: float) -> Array:
        """θ̂(λ) of the standardised powers."""
        return self.problem.objective(lam).minimiser()

    def curve(self, lam: float) -> Array:
        """The fitted polynomial at ``along``."""
        intercept, slopes, _ = self.problem.original_units(self.theta(lam))
        return np.asarray(intercept + self._powers(self.along) @ slopes)

    def kappa(self, lam: float) -> float:
        """Condition number of the standardised powers, with the penalty as rows below them."""
        return condition_number_X(self.problem, lam)

    @cached_property
    def calm_lam(self) -> float:
        """The λ of lowest generalised cross-validation."""
        return lowest_gcv(self.problem).lam

    def lam_at(self, share: float) -> float:
        """λ on the way from the wild fit at 0 to the calm one at 1, the curve moving as much all the way."""
        logs, moved = self._way
        return float(np.exp(np.interp(share, moved, logs)))

    @cached_property
    def _way(self) -> tuple[Array, Array]:
        """log λ, and how far the curve has moved up to there, as a share of all its way."""
        logs = np.linspace(math.log(self.span.low), math.log(self.calm_lam), 161)
        curves = [self.curve(math.exp(log)) for log in logs]
        steps = [float(np.sqrt(np.mean((b - a) ** 2))) for a, b in pairwise(curves)]
        moved = np.concatenate([[0.0], np.cumsum(steps)])
        return logs, moved / moved[-1]


def overfit_layout(act: Act) -> Layout:
    """How a frame is divided between the plot and a panel."""
    return act.layout.with_panel(PANEL * act.em)


class OverfitPlot(Plot):
    """Points and fit, in the place where acts hand them over.

    Attributes
    ----------
    fit : Overfit
        What is shown.
    calmed : Dial
        0 for the wild fit, 1 for the calm one.
    traced : Dial
        How much of the curve is drawn, from its left end.
    dots, curve
        Of the points and of the fit; add these to the scene, too.
    """

    def __init__(self, act: Act) -> None:
        self.fit = fit = Overfit()
        self.calmed, self.traced = Dial(0.0), Dial(1.0)
        x = Axis.of(fit.x, markup="$x$", labels=False)
        y = Axis.of(fit.y, margin=0.3, markup="$y$", labels=False)
        super().__init__(act, overfit_layout(act).stage, x, y)
        self.dots = Dots(act.theme.ink, DOT)
        self.curve = Curve(act.theme.minimum, width=5.0)
        keep(act, self.dots, lambda: self.dots.sit(self.to_frame(fit.x, fit.y)))
        keep(act, self.curve, self._trace)

    def lam(self) -> float:
        """λ at this moment."""
        return self.fit.lam_at(self.calmed())

    def _trace(self) -> None:
        count = max(round(self.traced() * len(self.fit.along)), 2)
        self.curve.trace(self, self.fit.along[:count], self.fit.curve(self.lam())[:count])
