"""One λ, many names: what to type elsewhere for the same estimate.

Everything here takes λ of RSS(θ) + λ‖θ‖² on features of unit variance (ddof 0), which is the
``alpha`` of scikit-learn's ``Ridge`` after ``StandardScaler``.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from ridge_math.arrays import penalties
from ridge_math.dataset import Dataset
from ridge_math.errors import DataError


@dataclass(frozen=True)
class Scales:
    """What a conversion may depend on.

    Attributes
    ----------
    n_samples : int
        Number of rows n.
    response_sd : float or None
        Standard deviation of y (ddof 0), units of y. Only glmnet needs it.
    """

    n_samples: int
    response_sd: float | None = None

    @classmethod
    def of(cls, dataset: Dataset) -> Scales:
        """Return the scales of a dataset: n and sqrt(‖y‖²/n)."""
        return cls(dataset.n_samples, math.sqrt(dataset.reduced.total_ss / dataset.n_samples))


@dataclass(frozen=True)
class Convention:
    """How one program writes λ.

    Attributes
    ----------
    name : str
        Key for ``to_convention`` and ``from_convention``.
    objective : str
        What the program minimises, in its own symbols.
    relation : str
        Its λ in terms of ours.
    factor : callable
        Its λ divided by ours.
    """

    name: str
    objective: str
    relation: str
    factor: Callable[[Scales], float]


def _one(scales: Scales) -> float:
    return 1.0


def _per_row(scales: Scales) -> float:
    return 1.0 / scales.n_samples


def _glmnet(scales: Scales) -> float:
    sd = scales.response_sd
    if sd is None or not (np.isfinite(sd) and sd > 0):
        raise DataError(
            f"glmnet scales the response, so its λ needs the standard deviation of y, not {sd}: "
            "give response_sd"
        )
    return sd / scales.n_samples


CONVENTIONS: tuple[Convention, ...] = (
    Convention("sklearn", "‖y − Xθ‖² + alpha ‖θ‖²", "alpha = λ", _one),
    Convention("mass", "‖y − Xθ‖² + lambda ‖θ‖², X of unit RMS", "lambda = λ", _one),
    Convention("genridge", "‖y − Xθ‖² + lambda ‖θ‖², X of unit RMS", "lambda = λ", _one),
    Convention("hoerl-kennard", "(C + kI)θ = r in correlation form", "k = λ/n", _per_row),
    Convention("statsmodels", "‖y − Xθ‖²/(2n) + alpha ‖θ‖²/2", "alpha = λ/n", _per_row),
    Convention(
        "glmnet-objective", "‖y − Xθ‖²/(2N) + lambda ‖θ‖²/2, as printed", "lambda = λ/n", _per_row
    ),
    Convention("glmnet", "the same on y/sd(y), as called", "lambda = λ sd(y)/n", _glmnet),
)


def to_convention(lam: float, name: str, scales: Scales) -> float:
    """Return our λ in another program's units.

    - ``sklearn``: ``Ridge(alpha=…)`` on standardised features, also ``RidgeCV``.
    - ``mass``, ``genridge``: ``lm.ridge(lambda=…)``, ``ridge(lambda=…)``; X is scaled to unit RMS
      there.
    - ``hoerl-kennard``: k on the correlation form; also lmridge's ``K`` with ``scaling="sc"``.
    - ``statsmodels``: ``OLS(y, X).fit_regularized(alpha=…, L1_wt=0)`` on centred, scaled data.
    - ``glmnet-objective``: λ in the objective that glmnet documents, taken literally.
    - ``glmnet``: ``glmnet(X, y, alpha=0, lambda=…)``: glmnet scales y to unit variance (ddof 0)
      before solving, which multiplies the λ to type by sd(y).

    Raises
    ------
    ValueError
        If λ is negative or not finite, or the name is unknown.
    DataError
        If glmnet is asked for and the standard deviation of y is unknown or zero.

    Notes
    -----
    Source: the documentation of each program; Friedman, Hastie & Tibshirani (2010), J. Stat.
    Software 33(1), for glmnet; Hoerl & Kennard (1970) for k.
    """
    return float(penalties(lam)) * _find(name).factor(scales)


def from_convention(lam: float, name: str, scales: Scales) -> float:
    """Return another program's λ in our units: the inverse of ``to_convention``.

    Raises
    ------
    ValueError
        If λ is negative or not finite, or the name is unknown.
    DataError
        If glmnet is asked for and the standard deviation of y is unknown or zero.
    """
    return float(penalties(lam)) / _find(name).factor(scales)


def _find(name: str) -> Convention:
    for convention in CONVENTIONS:
        if convention.name == name:
            return convention
    known = ", ".join(repr(c.name) for c in CONVENTIONS)
    raise ValueError(f"unknown convention {name!r}: choose one of {known}")
