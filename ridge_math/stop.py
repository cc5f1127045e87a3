"""The λ at which a film of a problem stops: for the eye, by a criterion, or as someone has chosen."""

from __future__ import annotations

import math
from dataclasses import dataclass

from ridge_math.choice import chosen_by
from ridge_math.dataset import Dataset
from ridge_math.errors import DataError
from ridge_math.kind import looks_like_valley
from ridge_math.reduced import Problem
from ridge_math.window import LamRange, lam_range

#: Criteria that choose a λ, by their keys in ``ridge_math.CRITERIA``.
BY_CRITERION = ("gcv", "loo", "hkb", "reml")
#: λ of which everything can still be seen, over the largest eigenvalue: above it RSS alone is less than a
#: fifth as high as RSS + λ‖θ‖².
STEEPEST = 4.0


@dataclass(frozen=True)
class Stop:
    """A λ, and who chose it.

    Attributes
    ----------
    lam : float
        λ in our units, scikit-learn's ``alpha``.
    by : str
        ``"gcv"``, ``"loo"``, ``"hkb"``, ``"reml"``, or ``"value"`` where someone has named it.
    """

    lam: float
    by: str


def stop_range(problem: Problem) -> LamRange:
    """Return the λ that pictures can show: from e_p/1000, where θ̂ has hardly moved, to 4e₁.

    The low end is that of ``lam_range``. Both scale with the eigenvalues e₁ ≥ … ≥ e_p of XᵀX.
    """
    span = lam_range(problem)
    return LamRange(span.low, STEEPEST * float(problem.reduced.d[0]) ** 2)


def stop_of(dataset: Dataset, asked: float | str) -> Stop:
    """Return the λ that is asked for: a value, or the choice of one of ``BY_CRITERION``.

    Raises
    ------
    DataError
        If the criterion has no λ, or that λ, or the value, lies outside ``stop_range``.
    """
    span = stop_range(dataset)
    remedy = f"name a λ from {span.low:.3g} to {span.high:.3g}, which can be shown for these data"
    if isinstance(asked, str):
        choice = chosen_by(dataset, asked)
        if choice.lam is None or choice.end:
            raise DataError(f"{choice.remark.rstrip('.')}; {remedy}.")
        stop = Stop(choice.lam, asked)
    else:
        stop = Stop(asked, "value")
    if not span.low <= stop.lam <= span.high:
        raise DataError(f"λ = {stop.lam:.3g} is nothing to be seen: {remedy}.")
    return stop


def stays_valley(problem: Problem, lam: float) -> bool:
    """Tell whether what is a valley at λ = 0 still looks like one at λ: by ``looks_like_valley``."""
    d = problem.reduced.d
    steep, flat = float(d[0]) ** 2 + lam, float(d[-1]) ** 2 + lam
    return looks_like_valley(math.sqrt(steep / flat))
