"""Ridge regression as geometry: the numbers behind every picture of the film.

One objective everywhere: RSS(θ) + λ‖θ‖², with y centred, X centred and by default scaled to unit
variance (ddof 0), λ in scikit-learn's ``alpha`` units; the intercept is never penalised.
"""

from ridge_math.dataset import Dataset
from ridge_math.errors import DataError
from ridge_math.likelihood import GaussianLikelihood, lam_from, noise_variance, tau2_from
from ridge_math.objective import QuadraticObjective
from ridge_math.reduced import Problem, ReducedProblem
from ridge_math.spectrum import (
    condition_number_gram,
    condition_number_X,
    correlation,
    effective_df,
    eigenvalues,
    shrink_factors,
    singular_values,
    valley_direction,
    vif,
    vif_ridge,
)

__all__ = [
    "DataError",
    "Dataset",
    "GaussianLikelihood",
    "Problem",
    "QuadraticObjective",
    "ReducedProblem",
    "condition_number_X",
    "condition_number_gram",
    "correlation",
    "effective_df",
    "eigenvalues",
    "lam_from",
    "noise_variance",
    "shrink_factors",
    "singular_values",
    "tau2_from",
    "valley_direction",
    "vif",
    "vif_ridge",
]
