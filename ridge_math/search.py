"""The λ of a criterion: one bounded minimisation for the diagnosis, the film and whatever comes.

A coarse grid finds the dip, `scipy.optimize.minimize_scalar` its lowest point in log λ. A minimum is
known to half the digits of its score, so λ is rounded to six.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np

from ridge_math.arrays import FloatArray
from ridge_math.path import gcv
from ridge_math.reduced import Problem
from ridge_math.window import LamRange

End = Literal["low", "high"]

# From λ that changes nothing to λ that leaves nothing. Eigenvalues grow with the rows, a good λ does
# not, so the low end is far below what would do for a few dozen of them.
UNTOUCHED = 1e-9  # λ at the low end, as a share of the smallest eigenvalue that is not 0
CRUSHED = 1e4  # λ at the high end, over the largest eigenvalue
GRID = 129  # λ of the coarse grid
TIE = 1e-13  # scores that differ by less than this share are equal: it is rounding
PRECISION = 1e-9  # of log λ, where the score has as many digits
DIGITS = 6  # of λ that a searched minimum has


@dataclass(frozen=True)
class LowestScore:
    """Where a criterion is lowest.

    Attributes
    ----------
    lam : float
        λ to six significant digits, or the end of the range itself.
    end : "low", "high" or None
        The end of the range searched at which the score is lowest, if it is at one: the less, or the
        more, the penalty the better.
    """

    lam: float
    end: End | None


def search_range(problem: Problem) -> LamRange:
    """Return the λ among which criteria are compared: from e_r/10⁹ to 10⁴ e₁.

    e₁ is the largest eigenvalue of XᵀX, e_r the smallest that is not 0: at the low end even the
    flattest direction keeps all but a billionth of least squares, at the high end the steepest
    keeps a ten-thousandth. Wider than ``lam_range``, which is made to be looked at.

    Raises
    ------
    ValueError
        If no feature varies.
    """
    d = problem.reduced.d
    if not d[0] > 0:
        raise ValueError("a problem in which no feature varies has no span of λ")
    top, bottom = float(d[0]), float(d[problem.reduced.rank - 1])
    return LamRange(UNTOUCHED * bottom * bottom, CRUSHED * top * top)


def minimise_score(score: Callable[[FloatArray], FloatArray], span: LamRange) -> LowestScore:
    """Return the λ in a range at which a score is lowest; of equal scores the largest λ.

    Parameters
    ----------
    score
        Gives the scores of λ values of shape (k,), as an array of that shape; inf where there is none.
    span
        The range. A score that is lowest at an end of it has its minimum beyond, and is told so.

    Raises
    ------
    ValueError
        If no λ of the grid has a finite score.

    Notes
    -----
    Equivalent to ``scipy.optimize.minimize_scalar(method="bounded")`` in log λ between the
    neighbours of the best of 129 λ. Scores equal up to rounding count as equal.
    """
    from scipy.optimize import minimize_scalar

    lams = span.steps(GRID)
    scores = np.asarray(score(lams), dtype=np.float64)
    lowest = float(np.min(scores))
    if not math.isfinite(lowest):
        raise ValueError("no λ has a finite score")
    best = int(np.flatnonzero(scores <= lowest * (1.0 + TIE))[-1])
    if best == 0:
        return LowestScore(span.low, "low")
    if best == GRID - 1:
        return LowestScore(span.high, "high")
    found = minimize_scalar(
        lambda log_lam: float(score(np.array([math.exp(log_lam)]))[0]),
        bounds=(math.log(lams[best - 1]), math.log(lams[best + 1])),
        method="bounded",
        options={"xatol": PRECISION},
    )
    lower = found.fun < scores[best] * (1.0 - TIE)
    lam = math.exp(float(found.x)) if lower else float(lams[best])
    return LowestScore(float(f"{lam:.{DIGITS}g}"), None)


def range_within(
    score: Callable[[FloatArray], FloatArray], lam: float, span: LamRange, rise: float = 0.01
) -> LamRange:
    """Return the λ around a lowest one whose score is within a share of its own: how flat it is there.

    To either side as far as the score first rises by that share, on a grid and then by
    ``scipy.optimize.brentq`` in log λ; an end of the range if it never does.
    """
    from scipy.optimize import brentq

    limit = (1.0 + rise) * float(score(np.array([lam]))[0])

    def reach(end: float) -> float:
        lams = np.geomspace(lam, end, GRID)
        above = np.flatnonzero(score(lams) > limit)
        if above.size == 0 or above[0] == 0:
            return end if above.size == 0 else lam
        between = np.log(lams[above[0] - 1]), np.log(lams[above[0]])
        found = brentq(lambda t: float(score(np.array([math.exp(t)]))[0]) - limit, *between)
        return math.exp(float(found))

    return LamRange(reach(span.low), reach(span.high))


def lowest_gcv(problem: Problem) -> LowestScore:
    """Return the λ of lowest generalised cross-validation score over ``search_range``.

    n RSS/(n − m − df)², m counting the intercept and what was adjusted for: the convention
    ``"intercept"`` of ``gcv``. What ``diagnose`` prints and the film marks.
    """
    return minimise_score(lambda lams: gcv(problem, lams), search_range(problem))


def lam_of_norm(problem: Problem, share: float, span: LamRange) -> float:
    """Return the λ in a range at which ‖θ̂(λ)‖ is a share of ‖θ̂(0)‖: the budget that it stands for.

    RSS(θ) + λ‖θ‖² and RSS(θ) within ‖θ‖ ≤ t have the same solution for t = ‖θ̂(λ)‖, which falls with
    λ. An end of the range where the root lies beyond it. Found by ``scipy.optimize.brentq`` in log λ.
    """
    from scipy.optimize import brentq

    wanted = share * float(np.linalg.norm(problem.reduced.minimisers(0.0)))

    def over(log_lam: float) -> float:
        return float(np.linalg.norm(problem.reduced.minimisers(math.exp(log_lam)))) - wanted

    low, high = math.log(span.low), math.log(span.high)
    if over(low) <= 0:
        return span.low
    return span.high if over(high) >= 0 else math.exp(float(brentq(over, low, high)))
