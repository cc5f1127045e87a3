"""A diagnosis as JSON holds it: the names that docs/programs.md promises."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from ridge_math.arrays import FloatArray
from ridge_math.choice import Choice
from ridge_math.components import ComponentFit
from ridge_math.conventions import CONVENTIONS
from ridge_math.fit import Fit
from ridge_math.risk import Price
from ridge_math.sentence import ENGLISH, Language, said
from ridge_math.verdict import Pair

if TYPE_CHECKING:
    from ridge_math.diagnosis import Diagnosis


def diagnosis_payload(found: Diagnosis, language: Language = ENGLISH) -> dict[str, Any]:
    """Return everything as JSON holds it.

    Every number is finite, or the string "inf" where it is infinite (a condition number, a
    VIF), or null where there is none (and then a sentence beside it says why). Lists with one
    entry for each feature follow ``features``.
    """
    return {
        "source": found.source,
        "response": found.response,
        "features": list(found.features),
        "adjusted_for": list(found.adjusted_for),
        "standardised": found.scaled,
        "rows": found.n_samples,
        "rank": found.rank,
        "correlation": [
            {"features": [a, b], "rho": _plain(found.correlation[i, j])}
            for i, a in enumerate(found.features)
            for j, b in enumerate(found.features)
            if i < j
        ],
        "vif": _plain(found.vif),
        "vif_full": {name: _plain(value) for name, value in found.vif_full.items()},
        "eigenvalues": _plain(found.eigenvalues),
        "condition_number_X": _plain(found.condition_number_X),
        "condition_number_gram": _plain(found.condition_number_gram),
        "condition_number_unit": _plain(found.condition_number_unit),
        "vif_ridge": {name: _plain(values) for name, values in found.vif_ridge.items()},
        "condition_indices": _plain(found.condition_indices),
        "variance_proportions": _plain(found.variance_proportions),
        "gcv_within_one_percent": [
            found.gcv_within_one_percent.low,
            found.gcv_within_one_percent.high,
        ],
        "collinearity": found.strength,
        "kind": found.kind,
        "floor_precision": _plain(found.floor_precision),
        "standard_errors_along": _plain(found.standard_errors_along),
        "shows_valley": found.shows_valley,
        "valley_direction": _plain(found.valley_direction),
        "valley": said(found.valley, language),
        "warning": None if found.warning is None else said(found.warning, language),
        "pair": None if found.pair is None else _pair_dict(found.pair),
        "pair_hint": said(found.pair_hint, language) or None,
        "noise_sd": _plain(found.noise_sd),
        "standard_errors": _plain(found.standard_errors),
        "planted_theta": _plain(found.theta),
        "least_squares": _fit_dict(found.least_squares),
        "ridge": {"criterion": found.chosen.criterion.key, **_fit_dict(found.ridge)},
        "principal_components": _components_dict(found.components),
        "price": None if found.price is None else _price_dict(found.price),
        "lam_range": [found.lam_range.low, found.lam_range.high],
        "choices": [_choice_dict(choice, language) for choice in found.choices],
        "conventions": {
            c.name: {"objective": c.objective, "relation": c.relation} for c in CONVENTIONS
        },
        "notes": [said(note, language) for note in found.notes],
    }


def _pair_dict(pair: Pair) -> dict[str, Any]:
    return {
        "features": list(pair.features),
        "rho": pair.correlation,
        "adjusted_for_others": pair.adjusted,
    }


def _price_dict(price: Price) -> dict[str, Any]:
    chosen, bowl = (
        {"lam": float(lam), "mse": _plain(mse)}
        for lam, mse in zip(price.lams, price.mse, strict=True)
    )
    return {
        "world": "planted" if price.world.planted else "fitted",
        "theta": _plain(price.world.theta),
        "noise_sd": math.sqrt(price.world.sigma2),
        "least_squares": {"lam": 0.0, "mse": _plain(price.least_squares)},
        "ridge": chosen,
        "bowl": bowl,
        "best_lam": _plain(price.best.lam),
        "break_even_lam": _plain(price.break_even),
    }


def _fit_dict(fit: Fit) -> dict[str, Any]:
    return {
        "lam": fit.lam,
        "effective_df": _plain(fit.effective_df),
        "r2": _plain(fit.r2),
        "standard_errors": _plain(fit.standard_errors),
        "intervals": _plain(fit.intervals),
        "standardised_units": {"intercept": _plain(fit.centre), "theta": _plain(fit.theta)},
        "original_units": {
            "intercept": _plain(fit.intercept),
            "slopes": _plain(fit.slopes),
            "adjusted_slopes": _plain(fit.adjusted_slopes),
        },
    }


def _components_dict(fit: ComponentFit) -> dict[str, Any]:
    return {
        "n_components": fit.n_components,
        "factors": _plain(fit.factors),
        "gcv": _plain(fit.gcv),
        "r2": _plain(fit.r2),
        "theta": _plain(fit.theta),
        "original_units": {
            "intercept": _plain(fit.intercept),
            "slopes": _plain(fit.slopes),
            "adjusted_slopes": _plain(fit.adjusted_slopes),
        },
    }


def _choice_dict(choice: Choice, language: Language) -> dict[str, Any]:
    return {
        "criterion": choice.criterion.key,
        "title": said(choice.criterion.title, language),
        "convention": said(choice.criterion.convention, language),
        "lam": _plain(choice.lam),
        "effective_df": _plain(choice.effective_df),
        "end_of_range": choice.end,
        "remark": said(choice.remark, language) or None,
        "lam_elsewhere": {name: _plain(value) for name, value in choice.elsewhere.items()},
        "calls": {"scikit-learn": choice.scikit_learn, "glmnet": choice.glmnet},
    }


def _plain(value: float | FloatArray | None) -> Any:
    """Return a number, or nested lists of them, as JSON can hold it."""
    if value is None:
        return None
    if isinstance(value, np.ndarray) and value.ndim:
        return [_plain(entry) for entry in value]
    number = float(value)
    if math.isnan(number):
        return None
    return number if math.isfinite(number) else "inf" if number > 0 else "-inf"
