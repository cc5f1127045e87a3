"""Collinearity in plain words: which combination of coefficients is well determined, which pair to film."""

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
from ridge_math.sentence import ENGLISH, Language, Ratio, Sentence
from ridge_math.spectrum import (
    condition_number_unit,
    condition_number_X,
    correlation,
    unit_columns,
    valley_direction,
)

MOST = 0.9  # of a direction's squared length is said in words …
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


def valley_in_words(problem: Problem, names: tuple[str, ...]) -> Sentence:
    """Return one sentence on which combination of coefficients is determined better, which worse.

    With the standard errors of both, those of least squares for the combinations as they are written: "θ_A
    + θ_B is better determined, with a standard error of 0.0647; θ_A − θ_B worse, with 0.913, 14.1 times
    as large."
    """
    reduced = problem.reduced
    errors = standard_errors_along(problem)
    unknown = "" if errors is not None else "_unknown"  # then there are no standard errors to tell
    first, last = (0.0, 0.0) if errors is None else (float(errors[0]), float(errors[-1]))
    if reduced.n_features == 1:
        return Sentence.of(f"valley.one{unknown}", first=coefficient(names[0]), known=first)
    steep, steep_scale = in_words(reduced.V[:, 0], names)
    valley, valley_scale = in_words(valley_direction(problem), names)
    blanks = {"steep": steep, "valley": valley, "known": first * steep_scale}
    lost = reduced.n_features - reduced.rank
    if lost:
        return Sentence.of(f"valley.flat{'s' * (lost > 1)}{unknown}", count=lost, **blanks)
    kappa, kind = condition_number_X(problem), kind_of(problem)
    if kind == "round":
        key = "even" if is_even(kappa) else "round"
        return Sentence.of(f"valley.{key}{unknown}", ratio=Ratio(kappa), known=first, worse=last)
    alike = int(np.count_nonzero(reduced.d <= (1 + ALIKE) * reduced.d[-1]))
    sentence = Sentence.of(
        f"valley.{'several' if alike > 1 else 'long'}{unknown}",
        count=alike,
        worse=last * valley_scale,
        ratio=Ratio(kappa * valley_scale / steep_scale),
        **blanks,
    )
    if kind != "pinned":
        return sentence
    precision = floor_precision(problem)
    return Sentence.of("valley.pinned", sentence=sentence, precision=precision, limit=PINNED)


def warning_of(problem: Problem) -> Sentence | None:
    """Return the sentence to print when a film would show no valley, or none worth the name."""
    kappa, unit = condition_number_X(problem), condition_number_unit(problem)
    if problem.reduced.n_features == 1:
        return Sentence.of("warning.one_feature")
    how = "weak" if strength(problem) == "weak" else "none"
    bar = {"aspect": VALLEY_ASPECT, "rho": VALLEY_CORRELATION}
    if not looks_like_valley(kappa):
        key = "circles" if is_even(kappa) else how
        return Sentence.of(f"warning.{key}", ratio=Ratio(kappa), **bar)
    if not looks_like_valley(unit):
        return Sentence.of(f"warning.units_{how}", ratio=Ratio(kappa), unit=Ratio(unit), **bar)
    return None


def is_even(kappa: float) -> bool:
    """Tell whether a condition number is 1 as far as a sentence would show it."""
    return kappa < 1.05


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


def pair_in_words(problem: Problem, pair: Pair | None) -> Sentence | None:
    """Return one sentence on which two features a film can show; None for fewer than three."""
    if problem.reduced.n_features < 3:
        return None
    if pair is None:
        return Sentence.of("pair.none")
    first, second = (shortened(name) for name in pair.features)
    key = "pair.adjusted" if pair.adjusted else "pair.alone"
    return Sentence.of(key, first=first, second=second, rho=pair.correlation)


class Combination(str):
    """A weighted sum of coefficients, as a text in English: "0.80 θ_A − 0.60 θ_B"."""

    terms: tuple[tuple[str, float | None, str], ...]

    @classmethod
    def of(cls, terms: tuple[tuple[str, float | None, str], ...]) -> Combination:
        """Make it of (what joins it to the last, weight or None, coefficient)."""
        made = cls(_sum(terms, ENGLISH))
        made.terms = terms
        return made

    def in_language(self, language: Language) -> str:
        """Return it with its weights as a language writes them."""
        return _sum(self.terms, language)


def _sum(terms: tuple[tuple[str, float | None, str], ...], language: Language) -> str:
    return "".join(
        joint + ("" if weight is None else language.numeral(f"{weight:.2f}") + " ") + name
        for joint, weight, name in terms
    )


def in_words(direction: FloatArray, names: tuple[str, ...]) -> tuple[Combination, float]:
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
    terms: list[tuple[str, float | None, str]] = []
    for place, j in enumerate(chosen):
        weight = sign * float(direction[j])
        joint = "" if place == 0 else " − " if weight < 0 else " + "
        terms.append((joint, None if equal else abs(weight), coefficient(names[j])))
    more = chosen.size > 1 and left and size[order[chosen.size]] > SAME * size.max()
    length = float(np.linalg.norm(direction)) / float(size[chosen].mean()) if equal else 1.0
    terms += [(" + ", None, "…")] if more else []
    return Combination.of(tuple(terms)), length


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
