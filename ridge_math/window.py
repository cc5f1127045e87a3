"""Plot ranges for any data: the window of the θ plane, the span of λ, and the height at which to cut.

All of it follows from the singular values and Uᵀy, so pictures of the same problem in other units
are the same pictures: y multiplied by c multiplies the window by c and leaves the span of λ as it
is.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from ridge_math.arrays import FloatArray
from ridge_math.objective import QuadraticObjective
from ridge_math.reduced import Problem

MARGIN = 1.25  # half-width of the window over that of what must be in it
CLOUD = 2.0  # standard deviations of θ̂(0) along the valley that must be in the window
VALLEY_SHARE = 1e-3  # λ at the valley end, as a share of the smaller eigenvalue
FLATTEST = 1e-12  # … but not below this share of the larger one
SINGULAR_START = 1e-6  # … and this share of the larger one if the smaller is 0
ROUND_CONDITION = 2.0  # condition number of XᵀX + λI at the bowl end
BOWL_CONDITION = 4.0  # … and at the λ of the bowl, where the film says that it is one
VISIBLE_SHARE = 1 / 200  # of the larger eigenvalue: a λ far below it changes nothing to be seen
LEAST_SHARE = 0.9  # of the span, on a log scale, that leads to the bowl


@dataclass(frozen=True)
class Window:
    """A square in the θ plane, with the same scale along both axes so that shapes are true.

    Attributes
    ----------
    centre : (float, float)
        θ₁ and θ₂ in the middle.
    half_width : float
        Distance from the middle to each side, in units of θ; positive.
    """

    centre: tuple[float, float]
    half_width: float

    @property
    def theta1_range(self) -> tuple[float, float]:
        """Lowest and highest θ₁."""
        return self.centre[0] - self.half_width, self.centre[0] + self.half_width

    @property
    def theta2_range(self) -> tuple[float, float]:
        """Lowest and highest θ₂."""
        return self.centre[1] - self.half_width, self.centre[1] + self.half_width

    def axes(self, n_points: int) -> tuple[FloatArray, FloatArray]:
        """Return ``n_points`` even steps along θ₁ and θ₂, ends included, for ``grid``.

        Raises
        ------
        ValueError
            If there are fewer than two points.
        """
        if n_points < 2:
            raise ValueError(f"an axis needs at least 2 points, got {n_points}")
        steps = np.linspace(-self.half_width, self.half_width, n_points)
        return self.centre[0] + steps, self.centre[1] + steps

    def contains(self, theta: FloatArray) -> bool:
        """Tell whether every θ of shape (..., 2) lies inside or on the border."""
        return bool(np.all(np.abs(np.asarray(theta) - self.centre) <= self.half_width))


@dataclass(frozen=True)
class LamRange:
    """A span of λ, from a valley to a bowl.

    Attributes
    ----------
    low, high : float
        λ at the valley end and at the bowl end, 0 < low < high.
    """

    low: float
    high: float

    def at(self, share: float) -> float:
        """Return the λ that far along on a log scale: 0 gives low, 1 gives high."""
        if share in (0, 1):
            return self.high if share else self.low
        return self.low * math.exp(share * math.log(self.high / self.low))

    def share(self, lam: float) -> float:
        """Return how far along the span a λ > 0 lies on a log scale; the inverse of ``at``."""
        return math.log(lam / self.low) / math.log(self.high / self.low)

    def around(self, lam: float, margin: float = 10.0) -> LamRange:
        """Return the span made so long that a λ lies well inside, by this factor to either side."""
        return LamRange(min(self.low, lam / margin), max(self.high, margin * lam))

    def steps(self, n_steps: int) -> FloatArray:
        """Return ``n_steps`` λ values, evenly spaced on a log scale, ends included."""
        return np.asarray(np.geomspace(self.low, self.high, n_steps))


@dataclass(frozen=True)
class Pace:
    """λ from 0 to a last one, so that equal steps change the surface about equally.

    λ = e((1 + last/e)^share − 1), with e the smaller eigenvalue e_p of XᵀX: even steps of log(e + λ),
    and so but for log(e₁ + λ), which hardly changes, of log κ(XᵀX + λI). On a log scale of λ, most of the
    way would change nothing that can be seen.

    Attributes
    ----------
    last : float
        λ at the end.
    scale : float
        e, from which on λ shows.
    """

    last: float
    scale: float

    def at(self, share: float) -> float:
        """Return the λ that far along: 0 gives 0, 1 gives the last."""
        if share >= 1.0:
            return self.last
        return self.scale * math.expm1(max(share, 0.0) * math.log1p(self.last / self.scale))

    def share(self, lam: float) -> float:
        """Return how far along a λ ≥ 0 is; the inverse of ``at``."""
        return math.log1p(lam / self.scale) / math.log1p(self.last / self.scale)

    @property
    def first(self) -> float:
        """The smallest λ worth a place on a log scale, two decades or more before the last."""
        return min(0.1 * self.scale, 0.01 * self.last)


def valley_reach(problem: Problem) -> float:
    """Return how far along the valley, to either side of θ̂(0), there is something to see.

    The larger of ‖θ̂(0)‖ and two standard errors of θ̂(0) along the valley, s/d₂: the length over
    which models differ though they fit about equally well. Without an estimate of s, or with an
    exactly flat floor, ‖θ̂(0)‖ alone. Units of θ; positive unless y is 0 everywhere.
    """
    reduced = problem.reduced
    reach = float(np.linalg.norm(reduced.minimisers(0.0)))
    slowest = float(reduced.d[reduced.rank - 1]) if reduced.rank else 0.0
    if reduced.rank == reduced.n_features and reduced.residual_df > 0:
        error = math.sqrt(reduced.rss_min / reduced.residual_df) / slowest
        reach = max(reach, CLOUD * error)
    if reach == 0 and slowest > 0:
        reach = math.sqrt(reduced.total_ss) / slowest
    return reach


def theta_window(problem: Problem) -> Window:
    """Return the window that shows the valley of a problem with two features.

    It holds, with a margin of a quarter, 0, least squares θ̂(0) (of least norm if singular), the
    whole ridge path between them, and the ellipse of equal RSS around θ̂(0) whose long half-axis is
    ``valley_reach``: a stretch of the valley's floor, or a circle where there is no valley.

    Raises
    ------
    ValueError
        If the problem does not have exactly two features, or nothing in it varies.
    """
    if problem.reduced.n_features != 2:
        raise ValueError(
            f"a window needs two features, this problem has {problem.reduced.n_features}"
        )
    low, high = _extent(problem)
    centre = 0.5 * (low + high)
    return Window((float(centre[0]), float(centre[1])), half_width(problem))


def half_width(problem: Problem) -> float:
    """Return half the width of the window, by the rule of ``theta_window``, for any number of features.

    Raises
    ------
    ValueError
        If nothing in the problem varies.
    """
    low, high = _extent(problem)
    return MARGIN * 0.5 * float(np.max(high - low))


def _extent(problem: Problem) -> tuple[FloatArray, FloatArray]:
    """Lowest and highest entries of all θ that must be in the window, each of shape (p,)."""
    reduced = problem.reduced
    reach = valley_reach(problem)
    if not reach > 0:
        raise ValueError("a problem in which nothing varies has no window")
    start = reduced.minimisers(0.0)
    # Half-axes of the ellipse, over the longest: 1 along the valley, d_p/d₁ across it.
    slowest = reduced.d[-1]
    shape = np.where(reduced.d > 0, slowest / np.where(reduced.d > 0, reduced.d, 1.0), 1.0)
    extent = reach * np.sqrt((reduced.V * shape) ** 2 @ np.ones(reduced.n_features))
    path = reduced.minimisers(lam_range(problem).steps(200))
    points = np.vstack([np.zeros(reduced.n_features), start - extent, start + extent, path])
    return points.min(axis=0), points.max(axis=0)


def lam_range(problem: Problem) -> LamRange:
    """Return the span of λ over which the surface goes from a valley to a bowl.

    With eigenvalues e₁ ≥ … ≥ e_p of XᵀX:

    - low: e_p/1000, where θ̂ has hardly left least squares, but at least 1e-12 e₁; e₁/10⁶ if e_p =
      0, where the condition number is still 10⁶.
    - high: (e₁ − 2e_p), where XᵀX + λI has condition number 2, but at least e₁/2 (for data that is
      no valley to begin with), where shrinkage is plain to see.

    Raises
    ------
    ValueError
        If no feature varies.
    """
    eigen = problem.reduced.d**2
    top, bottom = float(eigen[0]), float(eigen[-1])
    if not top > 0:
        raise ValueError("a problem in which no feature varies has no span of λ")
    low = max(VALLEY_SHARE * bottom, FLATTEST * top) if bottom > 0 else SINGULAR_START * top
    return LamRange(low, max(_lam_of_condition(top, bottom, ROUND_CONDITION), 0.5 * top))


def bowl_lam(problem: Problem) -> float:
    """Return the λ of the bowl: where XᵀX + λI has condition number 4, within the last of ``lam_range``.

    (e₁ − 4e_p)/3, but no less than nine tenths along the span, on a log scale (for data that is no valley
    to begin with), and no more than its end.

    Raises
    ------
    ValueError
        If no feature varies.
    """
    span, eigen = lam_range(problem), problem.reduced.d**2
    wanted = _lam_of_condition(float(eigen[0]), float(eigen[-1]), BOWL_CONDITION)
    return float(np.clip(wanted, span.at(LEAST_SHARE), span.high))


def pace_to(problem: Problem, last: float) -> Pace:
    """Return how λ goes from 0 to a last one, all of it visible change.

    Where the smaller eigenvalue is below a 200th of the larger, that takes its place: a condition number
    above 200 looks no different from 200.
    """
    eigen = problem.reduced.d**2
    return Pace(last, max(float(eigen[-1]), VISIBLE_SHARE * float(eigen[0])))


def bowl_pace(problem: Problem) -> Pace:
    """Return how λ goes from 0 to that of the bowl: ``pace_to`` it."""
    return pace_to(problem, bowl_lam(problem))


def _lam_of_condition(top: float, bottom: float, condition: float) -> float:
    """The λ at which (e₁ + λ)/(e_p + λ) is a condition number; not positive where it is lower already."""
    return (top - condition * bottom) / (condition - 1.0)


def height_cut(objective: QuadraticObjective, window: Window, fill: float = 0.6) -> float:
    """Return the height J at which to cut the surface off with a clean horizontal plane.

    J(θ̂) + (d₁² + λ)(fill · half_width)²: the iso-line there is an ellipse whose short half-axis is
    ``fill`` of the window's half-width; as λ grows it becomes a circle inside the window, and as
    long as it is a valley its long axis leaves through the sides. Continuous and increasing in λ.
    Units of J.

    Raises
    ------
    ValueError
        If ``fill`` is not positive.
    """
    if not fill > 0:
        raise ValueError(f"fill must be positive, got {fill}")
    steepest = float(objective.reduced.d[0])
    across = fill * window.half_width
    return objective.minimum + (steepest * across) ** 2 + objective.lam * across**2


def common_height_cut(
    objective: QuadraticObjective, window: Window, lams: Iterable[float], fill: float = 0.6
) -> float:
    """Return one cut for all of ``lams``, the highest: for a height axis that stands still."""
    return max(height_cut(objective.penalised(lam), window, fill) for lam in lams)
