"""Ridge regression as geometry: the numbers behind every picture of the film.

One objective everywhere: RSS(θ) + λ‖θ‖², with y centred, X centred and by default scaled to unit
variance (ddof 0), λ in scikit-learn's ``alpha`` units; the intercept is never penalised.
"""

from ridge_math.choice import Choice
from ridge_math.collinearity import (
    disagreement,
    prediction_difference,
    prediction_steps,
    with_correlation,
)
from ridge_math.components import ComponentFit, gcv_of_components
from ridge_math.conventions import (
    CONVENTIONS,
    Convention,
    Scales,
    from_convention,
    to_convention,
)
from ridge_math.dataset import Dataset
from ridge_math.diagnosis import Diagnosis, diagnose, vif_full
from ridge_math.errors import DataError
from ridge_math.fit import Fit, confidence_intervals, noise_sd_of, standard_errors
from ridge_math.kind import (
    floor_precision,
    kind_of,
    looks_like_valley,
    shows_valley,
    standard_errors_along,
    strength,
)
from ridge_math.likelihood import GaussianLikelihood, lam_from, noise_variance, tau2_from
from ridge_math.objective import QuadraticObjective
from ridge_math.path import (
    gcv,
    hkb,
    loo,
    residual_ss,
    restricted_likelihood,
    ridge_path,
)
from ridge_math.reduced import Problem, ReducedProblem, resolve_rcond
from ridge_math.resample import bootstrap_pairs, resampled_minimisers
from ridge_math.risk import (
    Price,
    Risk,
    World,
    break_even_lam,
    lowest_risk,
    price_of,
    risk,
    risk_of_planted,
    risk_slopes,
    world_of,
)
from ridge_math.search import (
    LowestScore,
    lowest_gcv,
    minimise_score,
    range_within,
    search_range,
)
from ridge_math.spectrum import (
    condition_indices,
    condition_number_gram,
    condition_number_unit,
    condition_number_X,
    correlation,
    effective_df,
    eigenvalues,
    filter_factors,
    singular_values,
    valley_direction,
    variance_proportions,
    vif,
    vif_ridge,
)
from ridge_math.window import (
    LamRange,
    Pace,
    Window,
    bowl_lam,
    bowl_pace,
    common_height_cut,
    half_width,
    height_cut,
    lam_range,
    theta_window,
    valley_reach,
)

__all__ = [
    "CONVENTIONS",
    "Choice",
    "ComponentFit",
    "Convention",
    "DataError",
    "Dataset",
    "Diagnosis",
    "Fit",
    "GaussianLikelihood",
    "LamRange",
    "LowestScore",
    "Pace",
    "Price",
    "Problem",
    "QuadraticObjective",
    "ReducedProblem",
    "Risk",
    "Scales",
    "Window",
    "World",
    "bootstrap_pairs",
    "bowl_lam",
    "bowl_pace",
    "break_even_lam",
    "common_height_cut",
    "condition_indices",
    "condition_number_X",
    "condition_number_gram",
    "condition_number_unit",
    "confidence_intervals",
    "correlation",
    "diagnose",
    "disagreement",
    "effective_df",
    "eigenvalues",
    "filter_factors",
    "floor_precision",
    "from_convention",
    "gcv",
    "gcv_of_components",
    "half_width",
    "height_cut",
    "hkb",
    "kind_of",
    "lam_from",
    "lam_range",
    "loo",
    "looks_like_valley",
    "lowest_gcv",
    "lowest_risk",
    "minimise_score",
    "noise_sd_of",
    "noise_variance",
    "prediction_difference",
    "prediction_steps",
    "price_of",
    "range_within",
    "resampled_minimisers",
    "residual_ss",
    "resolve_rcond",
    "restricted_likelihood",
    "ridge_path",
    "risk",
    "risk_of_planted",
    "risk_slopes",
    "search_range",
    "shows_valley",
    "singular_values",
    "standard_errors",
    "standard_errors_along",
    "strength",
    "tau2_from",
    "theta_window",
    "to_convention",
    "valley_direction",
    "valley_reach",
    "variance_proportions",
    "vif",
    "vif_full",
    "vif_ridge",
    "with_correlation",
    "world_of",
]
