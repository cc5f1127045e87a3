"""What kind of data is it? Round, a valley, a valley pinned down nevertheless, or exactly flat.

Defined once, for `diagnose`, the film, its captions and notes. Contours of RSS are ellipses whose axes
are as the singular values of X, so the condition number of X tells how many times as long as wide they
are; how well the data say where on the valley's floor θ lies depends on rows and noise, too.
"""

from __future__ import annotations

import math
from typing import Literal

import numpy as np

from ridge_math.arrays import FloatArray
from ridge_math.reduced import Problem
from ridge_math.spectrum import condition_number_unit, condition_number_X, vif
from ridge_math.window import half_width

Kind = Literal["round", "valley", "pinned", "exact"]
Strength = Literal["none", "weak", "moderate", "strong", "exact"]

# A contour three times as long as wide is the first that looks like a valley; two standardised
# features have it at |ρ| = 0.8.
VALLEY_ASPECT = 3.0
VALLEY_CORRELATION = 0.8
ROUNDING = 1 - 1e-9  # a ρ of exactly 0.8 is on the side of the valleys
# Standard error along the floor over half the window: 0.3 to 0.6 for the built-in data, Hald, body fat,
# mtcars, Longley and Credit, 0.01 to 0.03 for ρ = 0.99 with 20 000 rows.
PINNED = 0.2
# A VIF from 10 on is called strong everywhere since Marquardt (1970), Technometrics 12(3), 591-612; so is
# a condition number from 30 on, since Belsley, Kuh & Welsch (1980), *Regression Diagnostics*, 3.2, which
# for two features comes much later. Below a VIF of 1.25 (|ρ| = 0.447) nobody would see it in a plot.
WEAK_VIF, MODERATE_VIF, STRONG_VIF, STRONG_CONDITION = 1.25, 5.0, 10.0, 30.0


def kind_of(problem: Problem) -> Kind:
    """Return what RSS(θ) looks like and how well the data locate θ in it.

    - ``"exact"``: features exactly collinear, a valley with an exactly flat floor.
    - ``"round"``: contours less than 3 times as long as wide, or one feature.
    - ``"pinned"``: a valley, but so many rows, or so little noise, that θ̂(0) does not wander along it:
      ``floor_precision`` below 0.2.
    - ``"valley"``: any other valley.
    """
    reduced = problem.reduced
    if reduced.rank < reduced.n_features:
        return "exact"
    if reduced.n_features == 1 or not looks_like_valley(condition_number_X(problem)):
        return "round"
    precision = floor_precision(problem)
    return "valley" if precision is None or precision >= PINNED else "pinned"


def shows_valley(problem: Problem) -> bool:
    """Tell whether contours of RSS are long enough to look like a valley: condition of X ≥ 3."""
    return problem.reduced.n_features > 1 and looks_like_valley(condition_number_X(problem))


def looks_like_valley(aspect: float) -> bool:
    """Tell whether contours so many times as long as wide are a valley: from 3 on.

    ``aspect`` is the condition number of X, the square root of that of XᵀX.
    """
    return aspect >= VALLEY_ASPECT * ROUNDING


def floor_precision(problem: Problem) -> float | None:
    """Return the standard error of θ̂(0) along the valley's floor, over half the window's width.

    s/(d_p · half_width): about how far along the picture the minimum of RSS would jump if the data were
    drawn again. inf where the floor is exactly flat; None without degrees of freedom for s.
    """
    reduced = problem.reduced
    if reduced.rank < reduced.n_features:
        return math.inf
    errors = standard_errors_along(problem)
    return None if errors is None else float(errors[-1]) / half_width(problem)


def standard_errors_along(problem: Problem) -> FloatArray | None:
    """Return s/dᵢ, the standard error of vᵢᵀθ̂(0) along each singular direction: shape (p,).

    s² = RSS(θ̂(0))/(n − m − rank). Smallest across the valley, largest along it; inf where d = 0; None
    without degrees of freedom for s.
    """
    reduced = problem.reduced
    if reduced.residual_df < 1:
        return None
    s = math.sqrt(reduced.rss_min / reduced.residual_df)
    return np.where(reduced.d > 0, s / np.where(reduced.d > 0, reduced.d, 1.0), math.inf)


def strength(problem: Problem) -> Strength:
    """Return how strong the collinearity is, by VIF and the condition number of X with unit columns.

    none while every VIF is below 1.25, weak while below 5, moderate while below 10 (and the condition
    number below 30), strong from there; exact if singular. It says nothing of rows and noise, and does
    not depend on units.
    """
    if problem.reduced.rank < problem.reduced.n_features:
        return "exact"
    kappa, worst = condition_number_unit(problem), float(np.max(vif(problem)))
    if kappa >= STRONG_CONDITION * ROUNDING or worst >= STRONG_VIF * ROUNDING:
        return "strong"
    if worst >= MODERATE_VIF * ROUNDING:
        return "moderate"
    return "weak" if worst >= WEAK_VIF * ROUNDING else "none"
