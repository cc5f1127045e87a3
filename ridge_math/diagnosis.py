"""Collinearity diagnostics of a data set and the λ that each criterion chooses: numbers and sentences."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ridge_math.arrays import FloatArray, read_only
from ridge_math.choice import Choice, choose
from ridge_math.components import ComponentFit
from ridge_math.dataset import Dataset
from ridge_math.errors import DataError
from ridge_math.fit import Fit, noise_sd_of, standard_errors
from ridge_math.kind import (
    Kind,
    Strength,
    floor_precision,
    kind_of,
    shows_valley,
    standard_errors_along,
    strength,
)
from ridge_math.path import gcv
from ridge_math.payload import diagnosis_payload
from ridge_math.reduced import ReducedProblem
from ridge_math.risk import Price, price_of
from ridge_math.search import range_within, search_range
from ridge_math.sentence import ENGLISH, Language
from ridge_math.spectrum import (
    condition_indices,
    condition_number_gram,
    condition_number_unit,
    condition_number_X,
    correlation,
    eigenvalues,
    valley_direction,
    variance_proportions,
    vif,
    vif_ridge,
)
from ridge_math.verdict import Pair, pair_for_film, pair_in_words, valley_in_words, warning_of
from ridge_math.window import LamRange, bowl_lam


@dataclass(frozen=True, eq=False)
class Diagnosis:
    """What ``diagnose`` found.

    Attributes
    ----------
    source : str
        Where the data are from.
    features, response, adjusted_for, scaled, n_samples
        As in Dataset.
    rank : int
        Number of combinations of the features that vary.
    correlation : (p, p)
        ρ of every two features; partial where features were adjusted for.
    vif : (p,)
        Variance inflation factors at λ = 0; partial, too, where features were adjusted for.
    vif_full : mapping of str to float
        VIF of every feature, and of those adjusted for, in the model of them all: the same, unless some
        were adjusted for. By name.
    eigenvalues : (p,)
        Of XᵀX, largest first.
    condition_number_X, condition_number_gram : float
        Of X, and of XᵀX, which is its square; of the features as prepared.
    condition_number_unit : float
        Of X with columns of equal length: the same, unless the features are only centred.
    vif_ridge : mapping of str to (p,)
        VIF at the λ of ``ridge`` in both conventions, see ``spectrum.vif_ridge``.
    condition_indices : (p,)
        s₁/sᵢ of X with columns of equal length, see ``spectrum.condition_indices``.
    variance_proportions : (p, p)
        Belsley's, a row for each condition index, a column for each feature.
    gcv_within_one_percent : LamRange
        The λ around that of ``ridge`` whose GCV is at most 1 % above the lowest: how little it says.
    strength : str
        Collinearity: none, weak, moderate, strong or exact, see ``kind.strength``.
    kind : str
        round, valley, pinned or exact, see ``kind.kind_of``: the film's captions go by it.
    floor_precision : float or None
        Standard error along the valley's floor over half the film's window; inf if exactly flat.
    standard_errors_along : (p,) or None
        s/dᵢ, of least squares along each singular direction, steepest first.
    shows_valley : bool
        Whether contours of RSS are long enough to look like a valley.
    valley_direction : (p,)
        The unit vector along which RSS rises least.
    valley : str
        One sentence on what is determined and what is not.
    warning : str or None
        One sentence if there is no valley to show, with the criterion.
    pair : Pair or None
        Of three or more features, the two whose surface is the longest valley.
    pair_hint : str
        The same as a sentence; empty for fewer than three features.
    noise_sd : float or None
        s, the standard deviation of the noise estimated at λ = 0; None without degrees of freedom.
    standard_errors : (p,) or None
        s √VIF/‖xⱼ‖, those of least squares in the units of ``theta``; inf where nothing determines
        a coefficient.
    least_squares, ridge : Fit
        At λ = 0, and at the λ that GCV chooses.
    components : ComponentFit
        Principal-component regression, with as many components as GCV chooses.
    choices : tuple of Choice
        λ by every criterion; the first is that of ``ridge``.
    price : Price or None
        MSE(θ̂) of least squares, at the λ of ``ridge`` and at the film's bowl, and where it would be
        lowest: for the planted truth, or in the fitted world; None without degrees of freedom.
    lam_range : LamRange
        The λ among which the criteria were compared.
    theta : (p,) or None
        The planted truth of synthetic data.
    notes : tuple of str
        Those of the Dataset.
    reduced : ReducedProblem
        The problem's SVD form, so that all that takes a problem takes its diagnosis.
    """

    source: str
    features: tuple[str, ...]
    response: str
    adjusted_for: tuple[str, ...]
    scaled: bool
    n_samples: int
    rank: int
    correlation: FloatArray = field(repr=False)
    vif: FloatArray
    vif_full: Mapping[str, float] = field(repr=False)
    eigenvalues: FloatArray
    condition_number_X: float
    condition_number_gram: float
    condition_number_unit: float
    vif_ridge: Mapping[str, FloatArray] = field(repr=False)
    condition_indices: FloatArray
    variance_proportions: FloatArray = field(repr=False)
    gcv_within_one_percent: LamRange
    strength: Strength
    kind: Kind
    floor_precision: float | None
    standard_errors_along: FloatArray | None
    shows_valley: bool
    valley_direction: FloatArray
    valley: str
    warning: str | None
    pair: Pair | None
    pair_hint: str
    noise_sd: float | None
    standard_errors: FloatArray | None
    least_squares: Fit
    ridge: Fit
    components: ComponentFit = field(repr=False)
    choices: tuple[Choice, ...] = field(repr=False)
    price: Price | None
    lam_range: LamRange
    theta: FloatArray | None
    notes: tuple[str, ...]
    reduced: ReducedProblem = field(repr=False)

    @property
    def n_features(self) -> int:
        """Number of features p."""
        return len(self.features)

    @property
    def chosen(self) -> Choice:
        """The choice behind ``ridge``: GCV."""
        return self.choices[0]

    def to_dict(self, language: Language = ENGLISH) -> dict[str, Any]:
        """Return everything as JSON holds it, sentences in a language: ``payload.diagnosis_payload``."""
        return diagnosis_payload(self, language)


def diagnose(dataset: Dataset) -> Diagnosis:
    """Examine a dataset: how collinear it is, what that does to θ̂, and which λ helps.

    Reads rows that are not kept in memory once more, for leave-one-out; all else comes from the
    reduced problem.

    Examples
    --------
    >>> from ridge_math import Dataset, diagnose
    >>> diagnose(Dataset.synthetic()).kind
    'valley'
    """
    choices = choose(dataset)
    lam = choices[0].lam
    assert lam is not None  # GCV always has an answer
    factors = vif(dataset)
    noise_sd = noise_sd_of(dataset)
    names = dataset.features
    pair = pair_for_film(dataset, names)
    return Diagnosis(
        source=dataset.rows.source,
        features=names,
        response=dataset.response,
        adjusted_for=dataset.adjusted_for,
        scaled=dataset.scaled,
        n_samples=dataset.n_samples,
        rank=dataset.reduced.rank,
        correlation=read_only(correlation(dataset)),
        vif=read_only(factors),
        vif_full=vif_full(dataset),
        eigenvalues=read_only(eigenvalues(dataset)),
        condition_number_X=condition_number_X(dataset),
        condition_number_gram=condition_number_gram(dataset),
        condition_number_unit=condition_number_unit(dataset),
        vif_ridge={
            "marquardt": read_only(vif_ridge(dataset, lam, "marquardt")),
            "fox_monette": read_only(vif_ridge(dataset, lam, "fox-monette")),
        },
        condition_indices=read_only(condition_indices(dataset)),
        variance_proportions=read_only(variance_proportions(dataset)),
        gcv_within_one_percent=range_within(
            lambda lams: gcv(dataset, lams), lam, search_range(dataset)
        ),
        strength=strength(dataset),
        kind=kind_of(dataset),
        floor_precision=floor_precision(dataset),
        standard_errors_along=standard_errors_along(dataset),
        shows_valley=shows_valley(dataset),
        valley_direction=read_only(valley_direction(dataset)),
        valley=valley_in_words(dataset, names),
        warning=warning_of(dataset),
        pair=pair,
        pair_hint=pair_in_words(dataset, pair) or "",
        noise_sd=noise_sd,
        standard_errors=standard_errors(dataset, 0.0),
        least_squares=Fit.of(dataset, 0.0),
        ridge=Fit.of(dataset, lam),
        components=ComponentFit.of(dataset),
        choices=choices,
        price=_price(dataset, lam),
        lam_range=search_range(dataset),
        theta=dataset.theta,
        notes=dataset.notes,
        reduced=dataset.reduced,
    )


def _price(dataset: Dataset, lam: float) -> Price | None:
    try:
        return price_of(dataset, [lam, bowl_lam(dataset)])
    except DataError:
        return None


def vif_full(dataset: Dataset) -> dict[str, float]:
    """Return the VIF of every feature in the full model, by name, those adjusted for included.

    ``vif`` of features that were adjusted for others is partial: that of what the others leave of them.
    The full model's is larger, by the factor 1/(1 − R²) of the feature on those others; it is what
    ``car::vif`` prints in R. Reads rows that are not kept in memory once more.
    """
    full = Dataset.from_rows(dataset.rows) if dataset.adjusted_for else dataset
    return dict(zip(full.features, map(float, vif(full)), strict=True))
