"""Which λ? Each classic criterion with its convention named, its λ in everyone's units."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np

from ridge_math.arrays import FloatArray
from ridge_math.calls import glmnet_call, scikit_learn_call
from ridge_math.conventions import CONVENTIONS, Scales, to_convention
from ridge_math.dataset import Dataset
from ridge_math.errors import DataError
from ridge_math.path import HkbConvention, gcv, hkb, lam_of_lowest, loo
from ridge_math.reduced import Problem
from ridge_math.spectrum import effective_df
from ridge_math.window import LamRange

End = Literal["low", "high"]

# From λ that changes nothing to λ that leaves nothing. Eigenvalues grow with the rows, a good λ does
# not, so the low end is far below what would do for a few dozen of them.
UNTOUCHED = 1e-9  # λ at the low end, as a share of the smallest eigenvalue that is not 0
CRUSHED = 1e4  # λ at the high end, over the largest eigenvalue
AT_END = 10.0  # a lowest score within this factor of an end is called one at the end
# These programs scale X themselves, so they have no λ for features that are only centred.
SCALING = frozenset({"mass", "genridge", "hoerl-kennard"})


@dataclass(frozen=True)
class Criterion:
    """A way to choose λ.

    Attributes
    ----------
    key : str
        Short name: ``gcv``, ``gcv-mass``, ``loo``, ``hkb`` or ``hkb-mass``.
    title : str
        What to call it in a table.
    convention : str
        What exactly is computed, and where else it is.
    """

    key: str
    title: str
    convention: str


CRITERIA: tuple[Criterion, ...] = (
    Criterion("gcv", "GCV", "lowest n RSS/(n − m − df)², m counting what is not penalised"),
    Criterion("gcv-mass", "GCV, MASS", "lowest RSS/(n − df)², as lm.ridge in R's MASS"),
    Criterion(
        "loo",
        "leave-one-out",
        "lowest mean square of left-out residuals, as RidgeCV(cv=None) in scikit-learn",
    ),
    Criterion("hkb", "HKB", "p s²/‖θ̂(0)‖², Hoerl, Kennard and Baldwin (1975)"),
    Criterion("hkb-mass", "HKB, MASS", "(p − 2) s²/‖θ̂(0)‖², modified HKB as lm.ridge in R's MASS"),
)


@dataclass(frozen=True)
class Choice:
    """The λ one criterion chooses.

    Attributes
    ----------
    criterion : Criterion
        How it was chosen.
    lam : float or None
        λ in our units (scikit-learn's ``alpha``), finite and at least 0; None if the criterion has
        no answer, and then ``remark`` says why.
    effective_df : float or None
        df(λ), the intercept not counted.
    end : "low", "high" or None
        The end of the range searched at which the criterion is lowest, if it is at one.
    remark : str
        One sentence on what is special about this λ; empty if nothing is.
    elsewhere : mapping of str to float or None
        The same λ in every convention of ``ridge_math.conventions``, by name; None where that
        program cannot make the same fit.
    scikit_learn, glmnet : str or None
        Python and R to type for the same fit, see ``ridge_math.calls``.
    """

    criterion: Criterion
    lam: float | None
    effective_df: float | None
    end: End | None
    remark: str
    elsewhere: Mapping[str, float | None]
    scikit_learn: str | None
    glmnet: str | None


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


def choose(dataset: Dataset) -> tuple[Choice, ...]:
    """Return what each of ``CRITERIA`` chooses, in that order.

    GCV and leave-one-out are searched for over ``search_range``; of equally low scores the largest
    λ counts. λ is found to 6 digits; by leave-one-out for rows that are not kept in memory, which
    are read three times, to 3.
    """
    span = search_range(dataset)
    # Leave-one-out costs rows times λ, and every round reads all rows.
    scores: dict[str, tuple[Callable[[FloatArray], FloatArray], int, int]] = {
        "gcv": (lambda lams: gcv(dataset, lams, "intercept"), 401, 3),
        "gcv-mass": (lambda lams: gcv(dataset, lams, "mass"), 401, 3),
        "loo": (lambda lams: loo(dataset, lams), 65, 3 if dataset.is_sample else 5),
    }
    formulas: dict[str, HkbConvention] = {"hkb": "hoerl", "hkb-mass": "mass"}
    made = []
    for criterion in CRITERIA:
        if criterion.key in scores:
            lam, end = _lowest(*scores[criterion.key], span)
            made.append(_choice(dataset, criterion, lam, end, _at_end(criterion, end, lam)))
        else:
            made.append(_by_formula(dataset, criterion, formulas[criterion.key]))
    return tuple(made)


def _lowest(
    score: Callable[[FloatArray], FloatArray], n_steps: int, n_rounds: int, span: LamRange
) -> tuple[float, End | None]:
    """Search a grid, then ever finer ones around the best; tell if that is at an end."""
    lams = span.steps(n_steps)
    for left in reversed(range(n_rounds)):
        lam = lam_of_lowest(score(lams), lams)
        if left:
            best = int(np.flatnonzero(lams == lam)[0])
            around = float(lams[max(best - 1, 0)]), float(lams[min(best + 1, n_steps - 1)])
            lams = LamRange(*around).steps(n_steps)
    return lam, "low" if lam < AT_END * span.low else "high" if AT_END * lam > span.high else None


def _at_end(criterion: Criterion, end: End | None, lam: float) -> str:
    if end is None:
        return ""
    meaning = {
        "low": "the less the penalty the better, and least squares is its choice",
        "high": "the more the penalty the better, and no slopes at all is its choice",
    }
    return (
        f"{criterion.title} is lowest at the {end} end of the range searched, λ = {lam:.3g}: "
        f"{meaning[end]}."
    )


def _by_formula(dataset: Dataset, criterion: Criterion, convention: HkbConvention) -> Choice:
    if not dataset.scaled:
        why = f"{criterion.title} is defined for standardised features only."
        return _choice(dataset, criterion, None, None, why)
    try:
        lam = hkb(dataset, convention)
    except DataError as error:
        return _choice(dataset, criterion, None, None, f"{criterion.title} has no answer: {error}.")
    if not math.isfinite(lam):
        why = f"{criterion.title} divides by ‖θ̂(0)‖², which is 0 here."
        return _choice(dataset, criterion, None, None, why)
    exact = f"{criterion.title} finds no noise, and so asks for no penalty." if lam == 0 else ""
    return _choice(dataset, criterion, lam, None, exact)


def _choice(
    dataset: Dataset, criterion: Criterion, lam: float | None, end: End | None, remark: str
) -> Choice:
    scales = Scales.of(dataset)
    names = [convention.name for convention in CONVENTIONS]
    if lam is None:
        return Choice(criterion, None, None, None, remark, dict.fromkeys(names), None, None)
    unfit = frozenset() if dataset.scaled else SCALING
    return Choice(
        criterion=criterion,
        lam=lam,
        effective_df=float(effective_df(dataset, lam)),
        end=end,
        remark=remark,
        elsewhere={
            name: None if name in unfit else to_convention(lam, name, scales) for name in names
        },
        scikit_learn=scikit_learn_call(dataset, lam),
        glmnet=glmnet_call(dataset, lam),
    )
