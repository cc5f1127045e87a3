"""Choosing λ: GCV, leave-one-out, Hoerl-Kennard-Baldwin and REML, each with its convention named."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from ridge_math.arrays import FloatArray
from ridge_math.calls import glmnet_call, scikit_learn_call
from ridge_math.conventions import CONVENTIONS, Scales, to_convention
from ridge_math.dataset import Dataset
from ridge_math.path import HkbConvention, gcv, hkb, loo, restricted_likelihood
from ridge_math.search import GRID, End, LowestScore, minimise_score, search_range
from ridge_math.sentence import Sentence
from ridge_math.spectrum import effective_df
from ridge_math.window import LamRange

# These programs scale X themselves, so they have no λ for features that are only centred.
SCALING = frozenset({"mass", "genridge", "hoerl-kennard"})


@dataclass(frozen=True)
class Criterion:
    """A way to choose λ.

    Attributes
    ----------
    key : str
        Short name: ``gcv``, ``gcv-mass``, ``loo``, ``reml``, ``hkb`` or ``hkb-mass``.
    title : str
        What to call it in a table.
    convention : str
        What exactly is computed, and where else it is.
    """

    key: str
    title: str
    convention: str


CRITERIA: tuple[Criterion, ...] = tuple(
    Criterion(key, Sentence.of(f"title.{key}"), Sentence.of(f"convention.{key}"))
    for key in ("gcv", "gcv-mass", "loo", "reml", "hkb", "hkb-mass")
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


def choose(dataset: Dataset) -> tuple[Choice, ...]:
    """Return what each of ``CRITERIA`` chooses, in that order: see ``chosen_by``."""
    return tuple(chosen_by(dataset, criterion.key) for criterion in CRITERIA)


def chosen_by(dataset: Dataset, key: str) -> Choice:
    """Return what the criterion of this key chooses.

    GCV and leave-one-out are minimised over ``search_range``, λ to 6 digits. Leave-one-out of rows
    that are not kept in memory is computed on a grid, in one reading, and interpolated: λ to 3.
    """
    criterion = next(each for each in CRITERIA if each.key == key)
    formulas: dict[str, HkbConvention] = {"hkb": "hoerl", "hkb-mass": "mass"}
    if key in formulas:
        return _by_formula(dataset, criterion, formulas[key])
    span = search_range(dataset)
    lowest = minimise_score(_score(dataset, key, span), span)
    return _choice(dataset, criterion, lowest, _at_end(criterion, lowest))


def _score(dataset: Dataset, key: str, span: LamRange) -> Callable[[FloatArray], FloatArray]:
    """The scores of a criterion, the lower the better, as a function of λ of shape (k,)."""
    if key == "loo":
        if dataset.is_sample:
            return _interpolated_loo(dataset, span)
        return lambda lams: loo(dataset, lams)
    if key == "reml":
        return lambda lams: restricted_likelihood(dataset, lams)
    return lambda lams: gcv(dataset, lams, "mass" if key == "gcv-mass" else "intercept")


def _interpolated_loo(dataset: Dataset, span: LamRange) -> Callable[[FloatArray], FloatArray]:
    """Leave-one-out as a cubic spline in log λ: a reading of the rows for each λ would take minutes."""
    from scipy.interpolate import CubicSpline

    lams = span.steps(GRID)
    scores = loo(dataset, lams)
    spline = CubicSpline(np.log(lams), scores)
    return lambda wanted: np.asarray(spline(np.log(wanted)))


def _at_end(criterion: Criterion, lowest: LowestScore) -> str:
    if lowest.end is None:
        return ""
    return Sentence.of(f"remark.{lowest.end}", criterion=criterion.title, lam=lowest.lam)


def _by_formula(dataset: Dataset, criterion: Criterion, convention: HkbConvention) -> Choice:
    blanks = {"criterion": criterion.title, "count": dataset.n_features, "rows": dataset.n_samples}
    why = ""
    if not dataset.scaled:
        why = "units"
    elif convention == "mass" and dataset.n_features < 3:
        why = "few"
    elif dataset.reduced.residual_df < 1:
        why = "saturated"
    elif not math.isfinite(lam := hkb(dataset, convention)):
        why = "zero"
    if why:
        return _choice(dataset, criterion, None, Sentence.of(f"remark.{why}", **blanks))
    exact = Sentence.of("remark.no_noise", **blanks) if lam == 0 else ""
    return _choice(dataset, criterion, LowestScore(lam, None), exact)


def _choice(
    dataset: Dataset, criterion: Criterion, lowest: LowestScore | None, remark: str
) -> Choice:
    scales = Scales.of(dataset)
    names = [convention.name for convention in CONVENTIONS]
    if lowest is None:
        return Choice(criterion, None, None, None, remark, dict.fromkeys(names), None, None)
    lam = lowest.lam
    unfit = frozenset() if dataset.scaled else SCALING
    return Choice(
        criterion=criterion,
        lam=lam,
        effective_df=float(effective_df(dataset, lam)),
        end=lowest.end,
        remark=remark,
        elsewhere={
            name: None if name in unfit else to_convention(lam, name, scales) for name in names
        },
        scikit_learn=scikit_learn_call(dataset, lam),
        glmnet=glmnet_call(dataset, lam),
    )
