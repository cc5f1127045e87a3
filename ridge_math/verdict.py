"""How collinear is it? The answer in plain words: what is determined, what is not, what a film shows.

The contours of RSS are ellipses whose axes are as the singular values of X: the condition number of
X says how many times as long as wide the valley is, and how many times as large the standard error
along the valley is as the one across. So it is also the criterion for whether there is a valley to
look at.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from ridge_math.arrays import FloatArray
from ridge_math.reduced import EPS, Problem
from ridge_math.spectrum import (
    condition_number_X,
    correlation,
    unit_columns,
    valley_direction,
    vif,
)

Strength = Literal["none", "weak", "moderate", "strong", "exact"]

# A contour three times as long as wide is the first that looks like a valley; two standardised
# features have it at |ρ| = 0.8. A VIF from 10 on is called strong everywhere since Marquardt (1970),
# Technometrics 12(3), 591-612; so is a condition number from 30 on, since Belsley, Kuh & Welsch
# (1980), *Regression Diagnostics*, 3.2, which for two features comes much later.
VALLEY_ASPECT = 3.0
VALLEY_CORRELATION = 0.8
ROUNDING = 1 - 1e-9  # a ρ of exactly 0.8 is on the side of the valleys
MODERATE_VIF, STRONG_VIF, STRONG = 5.0, 10.0, 30.0

MOST = 0.9  # of a direction's squared length is told in words …
TERMS = 6  # … in at most so many terms
ALIKE = 0.01  # singular values this close leave the direction among them to chance
SAME = 0.02  # weights that differ by less than this share are called equal
SHOWN = 40  # characters of a name in a sentence


@dataclass(frozen=True)
class Pair:
    """Two of three or more features, for the film.

    Attributes
    ----------
    features : (str, str)
        Their names.
    correlation : float
        Their ρ, after adjusting for all other features if ``adjusted``.
    adjusted : bool
        Whether the other features should be adjusted for.
    """

    features: tuple[str, str]
    correlation: float
    adjusted: bool


def condition_number_unit(problem: Problem) -> float:
    """Return the condition number of X with its columns scaled to equal length; inf if singular.

    Unlike that of X it does not depend on the features' units; for standardised features they are
    the same. Source: Belsley, Kuh & Welsch (1980), 3.2, there without centring.
    """
    if problem.reduced.rank < problem.reduced.n_features:
        return float("inf")
    s = np.linalg.svd(unit_columns(problem), compute_uv=False)
    return float(s[0] / s[-1]) if s[-1] > EPS * s[0] else float("inf")


def strength(problem: Problem) -> Strength:
    """Return how strong the collinearity is, by VIF and the condition number of X with unit columns.

    none below a condition number of 3; else weak while every VIF is below 5, moderate while below 10
    (and the condition number below 30), strong from there; exact if singular.
    """
    if problem.reduced.rank < problem.reduced.n_features:
        return "exact"
    kappa, worst = condition_number_unit(problem), float(np.max(vif(problem)))
    if kappa < VALLEY_ASPECT * ROUNDING:
        return "none"
    if kappa >= STRONG * ROUNDING or worst >= STRONG_VIF * ROUNDING:
        return "strong"
    return "moderate" if worst >= MODERATE_VIF * ROUNDING else "weak"


def shows_valley(problem: Problem) -> bool:
    """Tell whether contours of RSS are long enough to look like a valley: condition of X ≥ 3."""
    return problem.reduced.n_features > 1 and _is_long(condition_number_X(problem))


def valley_in_words(problem: Problem, names: tuple[str, ...]) -> str:
    """Return one sentence on which combination of coefficients is determined and which is not.

    "θ_A + θ_B is well determined, θ_A − θ_B is not: its standard error is 14.1 times as large."
    """
    reduced = problem.reduced
    if reduced.n_features == 1:
        return f"There is one coefficient, {coefficient(names[0])}, and no other to trade it for."
    kappa = condition_number_X(problem)
    steep, valley = in_words(reduced.V[:, 0], names), in_words(valley_direction(problem), names)
    lost = reduced.n_features - reduced.rank
    if lost > 1:
        return (
            f"{steep} is well determined; {lost} combinations are not determined at all, "
            f"{valley} among them."
        )
    if lost:
        return (
            f"{steep} is well determined, {valley} is not determined at all: "
            "at every value of it, others fit equally well."
        )
    if not _is_long(kappa):
        return (
            "No combination of coefficients is much less determined than another: the largest "
            f"standard error is {times(kappa)} the smallest."
        )
    alike = int(np.count_nonzero(reduced.d <= (1 + ALIKE) * reduced.d[-1]))
    if alike > 1:
        return (
            f"{steep} is well determined; {alike} combinations are not, {valley} among them: "
            f"their standard errors are {times(kappa)} as large."
        )
    return (
        f"{steep} is well determined, {valley} is not: its standard error is {times(kappa)} "
        "as large."
    )


def warning_of(problem: Problem) -> str | None:
    """Return the sentence to print when a film would show no valley, or none worth the name."""
    kappa, unit = condition_number_X(problem), condition_number_unit(problem)
    if problem.reduced.n_features == 1:
        return "One feature has nothing to be collinear with, and a film needs two."
    bar = (
        f"from {VALLEY_ASPECT:g} on they look like a valley "
        f"(|ρ| = {VALLEY_CORRELATION:g} for two standardised features)"
    )
    if not _is_long(kappa):
        return (
            "The features are not collinear, and a film would show no valley: contours of RSS are "
            f"{times(kappa)} as long as wide, which is the condition number of X; {bar}."
        )
    if not _is_long(unit):
        return (
            f"The features are not collinear: contours of RSS are {times(kappa)} as long as "
            f"wide only because of the features' units, and {times(unit)} once they are "
            f"standardised; {bar}."
        )
    return None


def pair_for_film(problem: Problem, names: tuple[str, ...]) -> Pair | None:
    """Return the two of three or more features whose surface is the longest valley.

    The pair of largest |ρ|; if that makes no valley (|ρ| < 0.8), the pair of largest |ρ| after
    adjusting for all others. None if neither makes one, or there are fewer than three features.
    """
    if problem.reduced.n_features < 3:
        return None
    for adjusted, matrix in ((False, correlation(problem)), (True, _partial(problem))):
        size = np.triu(np.abs(matrix), 1)
        # The first of equals, whatever the rounding.
        first = int(np.argmax(size >= size.max() * ROUNDING))
        i, j = (int(k) for k in np.unravel_index(first, size.shape))
        if size[i, j] >= VALLEY_CORRELATION * ROUNDING:
            return Pair((names[i], names[j]), float(matrix[i, j]), adjusted)
    return None


def pair_in_words(problem: Problem, pair: Pair | None) -> str:
    """Return one sentence on which two features a film can show; empty for fewer than three."""
    if problem.reduced.n_features < 3:
        return ""
    if pair is None:
        return "No two of the features make a valley, alone or adjusted for the others."
    first, second = (shortened(name) for name in pair.features)
    if pair.adjusted:
        return (
            "A film shows two features, and no two of these make a valley alone; "
            f"{first} and {second} do when adjusted for the others (ρ = {pair.correlation:.4g})."
        )
    return (
        f"A film shows two features; of all pairs, {first} and {second} make the longest valley "
        f"(ρ = {pair.correlation:.4g})."
    )


def in_words(direction: FloatArray, names: tuple[str, ...]) -> str:
    """Return a direction in the θ plane as a sum of its larger weights: "0.8 θ_A − 0.6 θ_B".

    The largest weights that hold nine tenths of its squared length, six at most, "…" for the rest;
    weights that are all equal are left out.
    """
    size = np.abs(direction)
    order = np.argsort(-np.round(size / size.max(), 6), kind="stable")
    held = np.cumsum(size[order] ** 2) / float(size @ size)
    chosen = order[: min(int(np.searchsorted(held, MOST - 1e-12)) + 1, TERMS)]
    left = size.size - chosen.size
    equal = size[chosen].min() >= (1 - SAME) * size[chosen].max()
    if equal:  # then in the order of the features
        chosen = np.sort(chosen)
    sign = 1.0 if direction[chosen[0]] >= 0 else -1.0
    text = ""
    for place, j in enumerate(chosen):
        weight = sign * float(direction[j])
        joint = " − " if weight < 0 else " + "
        text += "" if place == 0 else joint
        text += coefficient(names[j]) if equal else f"{abs(weight):.2f} {coefficient(names[j])}"
    more = chosen.size > 1 and left and size[order[chosen.size]] > SAME * size.max()
    return text + (" + …" if more else "")


def times(ratio: float) -> str:
    """Return a ratio in words: "14.1 times", "1,204 times", "3e+07 times"."""
    if ratio < 99.95:
        return f"{ratio:.1f} times"
    return f"{ratio:,.0f} times" if ratio < 1e6 else f"{ratio:.1g} times"


def coefficient(name: str) -> str:
    """Return θ with a feature's name, quoted if it is more than a word: "θ_'GNP, 1954'"."""
    plain = name.replace("_", "").replace(".", "").isalnum()
    return f"θ_{shortened(name)}" if plain else f"θ_{shortened(name)!r}"


def shortened(name: str) -> str:
    """Return a name, cut where it is too long for a sentence."""
    return name if len(name) <= SHOWN else name[: SHOWN - 1] + "…"


def _is_long(aspect: float) -> bool:
    return aspect >= VALLEY_ASPECT * ROUNDING


def _partial(problem: Problem) -> FloatArray:
    """Correlation of every two features after adjusting both for all others, shape (p, p).

    From the inverse of the correlation matrix, by singular values; where the features are exactly
    collinear, its limit (the null space alone), and 0 if that has more than one dimension.
    """
    p, rank = problem.reduced.n_features, problem.reduced.rank
    if p - rank > 1:
        return np.zeros((p, p))
    _, s, vt = np.linalg.svd(unit_columns(problem))
    root = vt[-1:] if rank < p else vt / np.where(s > 0, s, 1.0)[:, None]
    inverse = root.T @ root
    spread = np.sqrt(np.diag(inverse))
    kept = spread > 64 * p * EPS * spread.max()
    scale = np.where(kept, 1.0 / np.where(kept, spread, 1.0), 0.0)
    return np.asarray(np.clip(-inverse * np.outer(scale, scale), -1.0, 1.0))
