"""An objective in plain numbers: what a surface shows, for those who quote or check it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, SupportsFloat

import numpy as np

from ridge_math.spectrum import condition_number_gram, effective_df

if TYPE_CHECKING:
    from ridge_math import QuadraticObjective


def objective_summary(objective: QuadraticObjective) -> dict[str, Any]:
    """Summarise RSS(θ) + λ‖θ‖² at its minimum, in plain numbers for JSON.

    Returns
    -------
    dict
        ``lam`` λ; ``theta`` θ̂(λ), of least norm where it is not unique; ``rss`` RSS(θ̂);
        ``objective`` RSS(θ̂) + λ‖θ̂‖²; ``eigenvalues`` of XᵀX + λI, falling; ``condition_number``
        of the same, None where it is infinite; ``effective_df`` Σ d²/(d² + λ). All with twelve
        digits: what comes after them is rounding.
    """
    theta = objective.minimiser()
    condition = float(condition_number_gram(objective, objective.lam))
    return {
        "lam": _rounded(objective.lam),
        "theta": [_rounded(value) for value in theta],
        "rss": _rounded(objective.penalised(0.0).value(theta)),
        "objective": _rounded(objective.minimum),
        "eigenvalues": [_rounded(d**2 + objective.lam) for d in objective.reduced.d],
        "condition_number": _rounded(condition) if np.isfinite(condition) else None,
        "effective_df": _rounded(effective_df(objective, objective.lam)),
    }


def _rounded(value: SupportsFloat) -> float:
    return float(f"{float(value):.12g}")
