"""The floor of the valley: models far apart on it, and features made ever more alike."""

from __future__ import annotations

import math
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

from ridge_math import QuadraticObjective
from ridge_math.collinearity import with_correlation
from ridge_math.likelihood import noise_variance
from ridge_math.resample import resampled_minimisers
from ridge_math.spectrum import correlation
from scenes.mobjects.landscape import BALL, Landscape
from scenes.mobjects.plots import Axis, Curve, Dots, Plot
from scenes.stage.marks import Balls, Tube
from scenes.stage.stage import Dial

if TYPE_CHECKING:
    import numpy.typing as npt

    from scenes.act import Act
    from scenes.layout import Box

    Array = npt.NDArray[np.float64]

#: How many times the data is drawn again, and the seed of those draws.
DRAWS, SEED = 90, 11
#: Three models stand this far apart: until RSS has risen by this share, at least so many half widths of
#: the window from the middle one, and at most this share of the way to its edge.
RISE, LEAST, MOST = 0.06, 0.36, 0.85
#: Powers of ten by which 1 − |ρ| falls before it is 0.
DECADES = 3.0


class FloorLandscape(Landscape):
    """A landscape whose features can be made ever more alike, and three models on its floor.

    Attributes
    ----------
    alike : Dial
        0 for the data itself, 1 for the exactly collinear limit with the same model and residuals.
    spread : Dial
        How far the outer two of the three models are from the middle one, θ̂; 1 is `reach`.
    along : ndarray of shape (2,)
        Unit vector along the floor, away from the eye.
    reach : float
        In units of θ.
    third : ndarray of shape (2,)
        Unit vector of the step to the third model: across the valley, or along it to the other side.
    """

    def __init__(self, act: Act, box: Box, **options: Any) -> None:
        self.alike, self.spread, self.line = Dial(0.0), Dial(0.0), Dial(0.0)
        dataset = act.brief.dataset
        self.rho = float(correlation(dataset)[0, 1])
        self.exact = dataset.reduced.rank < 2
        # Not quite 1: the floor of features that are exactly uncorrelated would run anywhere.
        self.gap = 0.0 if self.exact else min(1.0 - abs(self.rho), 1.0 - 1e-6)
        self._problem = lru_cache(maxsize=8)(lambda gap: with_correlation(dataset, gap))
        along = np.array(self._problem(0.0).V[:, 1])
        self.along = along if along[1] > 0 else -along
        super().__init__(act, box, **options)
        self.middle = self.objective.minimiser()
        self.reach = self._reach()
        self.across = np.array([self.along[1], -self.along[0]])
        self.third = self.across
        theme = act.theme
        self.mark_colours = (theme.ink, theme.minimum, theme.quiet)
        # The best one first: where all three are in one place, it is the one to be seen.
        first = [1, 0, 2]
        self.trio = Balls(
            lambda: self._resting(self.models()[first], self.trio.radius),
            theme.ink,
            radius=BALL,
            colours=lambda: [self.mark_colours[k].rgb for k in first],
        )
        self.floor_line = Tube(self._line_points, theme.minimum, radius=0.035)
        self.trio.shown.set_value(0.0)
        self.stage.put(self.floor_line, self.trio)

    def at_rest(self) -> tuple[tuple[Dial, float], ...]:
        return (*super().at_rest(), (self.alike, 0.0))

    def aside(self) -> float:
        return math.atan2(-self.along[0], self.along[1])

    # -- the problem of this moment --------------------------------------------------------------

    def gap_now(self) -> float:
        """1 − |ρ| now: falls by powers of ten, and is exactly 0 in the end."""
        share = self.alike()
        return 0.0 if share >= 1.0 else self.gap * 10.0 ** (-DECADES * share)

    def rho_now(self) -> float:
        """ρ now."""
        return self.rho if self.alike() <= 0.0 else math.copysign(1.0 - self.gap_now(), self.rho)

    def flat(self) -> bool:
        """Whether the features are exactly collinear now."""
        return self.exact or self.alike() >= 1.0

    def now(self) -> QuadraticObjective:
        if self.alike() <= 0.0:
            return self.objective
        return QuadraticObjective(self._problem(self.gap_now()))

    # -- models on the floor ---------------------------------------------------------------------

    def ends(self) -> tuple[float, float]:
        """How far the floor runs towards the eye and away from it, inside the window."""
        aside = self.middle - self.scale.centre
        with np.errstate(divide="ignore"):
            far = (self.scale.half_width - np.sign(self.along) * aside) / np.abs(self.along)
            near = (self.scale.half_width + np.sign(self.along) * aside) / np.abs(self.along)
        return -float(near.min()), float(far.min())

    def _reach(self) -> float:
        half = self.scale.half_width
        steepness = float(self.along @ self.objective.hessian @ self.along) / 2.0
        rise = RISE * float(self.objective.minimum)
        wanted = math.sqrt(rise / steepness) if steepness * half**2 > rise else half
        # The same step across the valley, too, ends on the surface.
        steepest = float(np.linalg.eigvalsh(self.objective.hessian)[-1]) / 2.0
        wall = math.sqrt((self.scale.high - float(self.objective.minimum)) / steepest)
        room = MOST * min(wall, *(abs(end) for end in self.ends()))
        return min(max(wanted, LEAST * half), room)

    def models(self) -> Array:
        """The three models now, all but the middle one, θ̂, a step of `reach` from it: shape (3, 2)."""
        steps = np.array([self.along, np.zeros(2), self.third])
        return np.asarray(self.middle + self.spread() * self.reach * steps)

    def rss(self) -> Array:
        """RSS of the three now, shape (3,)."""
        return np.asarray(self.now().value(self.models()))

    def numbers(self) -> Array:
        """θ₁, θ₂ and RSS of the three now, shape (3, 3)."""
        return np.column_stack([self.models(), self.rss()])

    def _line_points(self) -> Array:
        """The floor, from θ̂ outwards as far as `line` has come."""
        if not self.flat() or self.line() <= 0.0:
            return np.empty((0, 3))
        near, far = self.ends()
        steps = self.line() * np.linspace(near, far, 33)
        return self._resting(self.middle + steps[:, None] * self.along, 0.0)

    def redrawn(self, count: int) -> Array:
        """θ̂ of the data drawn again, with features as alike as they are now: shape (count, 2)."""
        problem = self.dataset if self.exact else self._problem(self.gap_now())
        sigma2 = noise_variance(self.dataset)
        return resampled_minimisers(problem, 0.0, DRAWS, SEED, sigma2=sigma2)[:count]

    def _cloud_points(self) -> Array:
        """The cloud stretches along the floor; where that is exactly flat, it has no end to show."""
        if self.alike() <= 0.0:
            return super()._cloud_points()
        if self.flat():
            return np.empty((0, 3))
        return self._resting(self._inside(self.redrawn(DRAWS)), self.cloud.radius)


class FloorPlot(Plot):
    """RSS along the floor of the valley, from edge to edge of the window, and three models on it."""

    def __init__(self, act: Act, box: Box, land: FloorLandscape) -> None:
        theme = act.theme
        self.land = land
        near, far = land.ends()
        self.steps = np.linspace(near, far, 97)
        highest = float(np.max(land.objective.value(self._theta())))
        x = Axis(near, far, name=act.caption("along"), labels=False)
        y = Axis(0.0, 1.15 * highest or 1.0, name=act.term("rss"), about=2)
        super().__init__(act, box, x, y)
        self.curve = Curve(theme.ink, width=3.0)
        self.marks = [Dots(colour, 0.24 * self.em) for colour in land.mark_colours]
        self.add(self.curve, *self.marks)
        self.show()
        act.follow(self, self.show)

    def _theta(self) -> Array:
        return np.asarray(self.land.middle + self.steps[:, None] * self.land.along)

    def show(self) -> None:
        """Bring curve and dots to the problem of this moment."""
        land = self.land
        self.curve.trace(self, self.steps, land.now().value(self._theta()))
        places = (land.models() - land.middle) @ land.along
        for mark, x, y in zip(self.marks, places, land.rss(), strict=True):
            mark.sit(self.to_frame([x], [y]))
