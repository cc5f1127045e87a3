"""How collinear is it? The answer in plain words: what is determined, what is not, what a film shows."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ridge_math.arrays import FloatArray
from ridge_math.kind import (
    PINNED,
    ROUNDING,
    VALLEY_ASPECT,
    VALLEY_CORRELATION,
    floor_precision,
    kind_of,
    looks_like_valley,
    standard_errors_along,
    strength,
)
from ridge_math.reduced import EPS, Problem
from ridge_math.spectrum import (
    condition_number_unit,
    condition_number_X,
    correlation,
    unit_columns,
    valley_direction,
)

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


def valley_in_words(problem: Problem, names: tuple[str, ...]) -> str:
    """Return one sentence on which combination of coefficients is determined better, which worse.

    With the standard errors of both, those of least squares for the combinations as they are written: "θ_A
    + θ_B is better determined, with a standard error of 0.0647; θ_A − θ_B worse, with 0.913, 14.1 times
    as large."
    """
    reduced = problem.reduced
    errors = standard_errors_along(problem)
    if reduced.n_features == 1:
        alone = f"There is one coefficient, {coefficient(names[0])}, and no other to trade it for"
        return alone + ("." if errors is None else f"; its standard error is {errors[0]:.3g}.")
    steep, steep_scale = in_words(reduced.V[:, 0], names)
    valley, valley_scale = in_words(valley_direction(problem), names)
    known = "" if errors is None else f", with a standard error of {errors[0] * steep_scale:.3g}"
    lost = reduced.n_features - reduced.rank
    if lost > 1:
        return (
            f"{steep} is determined{known}; {lost} combinations are not determined at all, "
            f"{valley} among them."
        )
    if lost:
        return (
            f"{steep} is determined{known}; {valley} is not determined at all: "
            "at every value of it, others fit equally well."
        )
    kappa, kind = condition_number_X(problem), kind_of(problem)
    if kind == "round":
        between = "" if errors is None else f" ({errors[0]:.3g} and {errors[-1]:.3g})"
        return (
            "No combination of coefficients is much worse determined than another: the largest "
            f"standard error is {times(kappa)} the smallest{between}."
        )
    alike = int(np.count_nonzero(reduced.d <= (1 + ALIKE) * reduced.d[-1]))
    ratio = times(kappa * valley_scale / steep_scale)
    worse = "" if errors is None else f", with {errors[-1] * valley_scale:.3g}"
    if alike > 1:
        sentence = (
            f"{steep} is better determined{known}; {alike} combinations are worse, {valley} among "
            f"them{worse}, {ratio} as large."
        )
    else:
        sentence = f"{steep} is better determined{known}; {valley} worse{worse}, {ratio} as large."
    if errors is None:
        sentence = sentence.replace(f", {ratio}", f": its standard error is {ratio}")
    if kind != "pinned":
        return sentence
    return (
        f"{sentence} So many rows, or so little noise, pin it down nevertheless: along the valley its "
        f"standard error is {floor_precision(problem):.2g} of half the window that a film shows, below "
        f"{PINNED:g}."
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
    how = "only weakly" if strength(problem) == "weak" else "not"
    if not looks_like_valley(kappa):
        return (
            f"The features are {how} collinear, and a film would show no valley: contours of RSS are "
            f"{times(kappa)} as long as wide, which is the condition number of X; {bar}."
        )
    if not looks_like_valley(unit):
        return (
            f"The features are {how} collinear: contours of RSS are {times(kappa)} as long as "
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


def in_words(direction: FloatArray, names: tuple[str, ...]) -> tuple[str, float]:
    """Return a direction in the θ plane as a sum of its larger weights: "0.8 θ_A − 0.6 θ_B".

    The largest weights that hold nine tenths of its squared length, six at most, "…" for the rest;
    weights that are all equal are left out. With it the length of what is written: a standard error along
    the direction, times this, is that of the sum.
    """
    size = np.abs(direction)
    order = np.argsort(-np.round(size / size.max(), 6), kind="stable")
    held = np.cumsum(size[order] ** 2) / float(size @ size)
    chosen = order[: min(int(np.searchsorted(held, MOST - 1e-12)) + 1, TERMS)]
    left = size.size - chosen.size
    equal = bool(size[chosen].min() >= (1 - SAME) * size[chosen].max())
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
    length = float(np.linalg.norm(direction)) / float(size[chosen].mean()) if equal else 1.0
    return text + (" + …" if more else ""), length


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
