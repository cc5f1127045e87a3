"""The numbers behind a picture: what an act shows at a moment, for those who quote or check it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, SupportsFloat

import numpy as np

from ridge_math.spectrum import condition_number_gram, effective_df

if TYPE_CHECKING:
    from ridge_math import QuadraticObjective


@dataclass(frozen=True)
class Moment:
    """A frame of an act at which something is complete, its name, and the numbers it shows.

    Attributes
    ----------
    frame : int
        From this frame on, it is complete.
    name : str
        As of the beat.
    numbers : dict or None
        See `numbers_of`; None where no objective is on the stage.
    """

    frame: int
    name: str
    numbers: dict[str, Any] | None


def numbers_of(objective: QuadraticObjective) -> dict[str, Any]:
    """Return what there is to say of RSS(θ) + λ‖θ‖² where it is lowest, in plain numbers.

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
        "lam": _told(objective.lam),
        "theta": [_told(value) for value in theta],
        "rss": _told(objective.penalised(0.0).value(theta)),
        "objective": _told(objective.minimum),
        "eigenvalues": [_told(d**2 + objective.lam) for d in objective.reduced.d],
        "condition_number": _told(condition) if np.isfinite(condition) else None,
        "effective_df": _told(effective_df(objective, objective.lam)),
    }


def _told(value: SupportsFloat) -> float:
    return float(f"{float(value):.12g}")
