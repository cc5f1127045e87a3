"""Diagnosis: planted truth, published figures, and every number of the report."""

import json
import math
import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.linear_model import RidgeCV
from statsmodels.api import OLS, add_constant
from statsmodels.stats.outliers_influence import variance_inflation_factor

from ridge_math import (
    CONVENTIONS,
    Dataset,
    GaussianLikelihood,
    Scales,
    condition_number_gram,
    condition_number_X,
    confidence_intervals,
    correlation,
    diagnose,
    effective_df,
    eigenvalues,
    gcv,
    hkb,
    loo,
    ridge_path,
    search_range,
    standard_errors,
    to_convention,
    vif,
)
from ridge_math.choice import CRITERIA
from ridge_math.verdict import pair_for_film
from tests.ridge_math.diagnosing import chosen, table_of, uncorrelated

# --- planted truth -------------------------------------------------------------------------------


def test_the_numbers_of_planted_collinearity(found, default):
    assert (found.n_samples, found.rank, found.n_features) == (60, 2, 2)
    assert found.correlation[0, 1] == pytest.approx(0.99)
    assert found.vif == pytest.approx(1 / (1 - 0.99**2))
    assert found.eigenvalues == pytest.approx([60 * 1.99, 60 * 0.01])
    assert found.condition_number_gram == pytest.approx(199.0)
    assert found.condition_number_X == pytest.approx(math.sqrt(199.0))
    assert found.condition_number_unit == pytest.approx(math.sqrt(199.0))
    assert (found.strength, found.shows_valley, found.warning) == ("strong", True, None)
    assert np.array_equal(found.theta, default.theta)
    assert found.source == "the data"


def test_every_number_is_that_of_its_own_function(dataset):
    found = diagnose(dataset)
    assert np.array_equal(found.vif, vif(dataset))
    assert np.array_equal(found.eigenvalues, eigenvalues(dataset))
    assert np.array_equal(found.correlation, correlation(dataset))
    assert found.condition_number_X == condition_number_X(dataset)
    assert found.condition_number_gram == condition_number_gram(dataset)
    for fit in (found.least_squares, found.ridge):
        assert np.array_equal(fit.theta, ridge_path(dataset, [fit.lam])[0])
        assert fit.effective_df == effective_df(dataset, fit.lam)
        intercept, slopes, _ = dataset.original_units(fit.theta)
        assert (fit.intercept, tuple(fit.slopes)) == (intercept, tuple(slopes))
    assert found.least_squares.lam == 0.0
    assert found.ridge.lam == found.choices[0].lam == found.chosen.lam
    assert found.notes == dataset.notes
    assert [choice.criterion for choice in found.choices] == list(CRITERIA)


def test_both_units_are_the_same_fit(longley, of_longley):
    columns = table_of(longley)
    y = columns["Employed"]
    for fit in (of_longley.least_squares, of_longley.ridge):
        raw = fit.intercept + sum(
            slope * columns[name] for slope, name in zip(fit.slopes, longley.features, strict=True)
        )
        standard = fit.centre + longley.X @ fit.theta
        assert np.allclose(raw, standard, rtol=1e-9)
        residual = y - raw
        assert fit.r2 == pytest.approx(1 - residual @ residual / np.sum((y - y.mean()) ** 2))


def test_standard_errors_are_those_of_statsmodels(longley, of_longley):
    fit = OLS(longley.y, add_constant(longley.X)).fit()
    assert of_longley.standard_errors == pytest.approx(fit.bse[1:], rel=1e-7)
    assert of_longley.noise_sd == pytest.approx(math.sqrt(fit.mse_resid), rel=1e-9)


def test_standard_errors_of_ridge_are_those_of_its_sampling_covariance(longley, of_longley, wide):
    model = GaussianLikelihood.from_problem(longley)
    expected = np.sqrt(np.diag(model.sampling_covariance(of_longley.ridge.lam)))
    assert of_longley.ridge.standard_errors == pytest.approx(expected, rel=1e-12)
    assert np.array_equal(of_longley.least_squares.standard_errors, of_longley.standard_errors)
    assert standard_errors(wide, 1.0) is None


def test_gcv_is_flat_as_it_says(longley, of_longley):
    flat, lam = of_longley.gcv_within_one_percent, of_longley.ridge.lam
    assert flat.low < lam < flat.high
    limit = 1.01 * float(gcv(longley, lam))
    assert gcv(longley, [flat.low, flat.high]) == pytest.approx([limit, limit], rel=1e-9)


def test_longley_is_as_published(of_longley):
    # Venables & Ripley, MASS; Friendly (2013), J. Comp. Graph. Stat. 22(1), 50-68.
    published = [1788.51, 33.619, 3.589, 399.15, 758.98, 135.53]
    assert np.allclose(of_longley.vif, published, rtol=2e-4)
    assert chosen(of_longley, "hkb-mass").lam == pytest.approx(0.004275, abs=1e-6)
    assert of_longley.strength == "strong"
    # NIST's certified coefficients, in the units of the table.
    assert of_longley.least_squares.intercept == pytest.approx(-3482.25863459582, rel=1e-8)
    slopes = dict(zip(of_longley.features, of_longley.least_squares.slopes, strict=True))
    assert slopes["Year"] == pytest.approx(1.82915146461355, rel=1e-8)


# --- λ by every criterion ------------------------------------------------------------------------


@pytest.mark.parametrize("key", ["gcv", "gcv-mass", "loo"])
def test_a_searched_lambda_is_the_lowest(dataset, key):
    scores = {
        "gcv": lambda lams: gcv(dataset, lams),
        "gcv-mass": lambda lams: gcv(dataset, lams, "mass"),
        "loo": lambda lams: loo(dataset, np.atleast_1d(lams)),
    }[key]
    lam = chosen(diagnose(dataset), key).lam
    span = search_range(dataset)
    best = float(np.min(scores(span.steps(1500))))
    assert float(scores(np.array([lam]))[0]) <= best * (1 + 1e-9)


def test_leave_one_out_is_that_of_scikit_learn(longley, of_longley):
    alphas = np.geomspace(1e-4, 1e-1, 301)
    model = RidgeCV(alphas=alphas, fit_intercept=True).fit(longley.X, longley.y)
    assert chosen(of_longley, "loo").lam == pytest.approx(model.alpha_, rel=0.03)


def test_hkb_is_by_its_formula(longley, of_longley):
    assert chosen(of_longley, "hkb").lam == hkb(longley, "hoerl")
    assert chosen(of_longley, "hkb-mass").lam == hkb(longley, "mass")


@pytest.mark.parametrize("key", [c.key for c in CRITERIA])
def test_lambda_elsewhere_is_by_the_conventions(longley, of_longley, key):
    choice = chosen(of_longley, key)
    scales = Scales.of(longley)
    assert choice.elsewhere == {
        c.name: to_convention(choice.lam, c.name, scales) for c in CONVENTIONS
    }
    assert choice.effective_df == effective_df(longley, choice.lam)


def test_what_has_no_answer_says_why(found):
    choice = chosen(found, "hkb-mass")
    assert (choice.lam, choice.effective_df, choice.scikit_learn) == (None, None, None)
    assert set(choice.elsewhere.values()) == {None}
    assert "three features or more" in choice.remark
    assert choice.remark.endswith(".")
    assert choice.remark[0].isupper()


def test_no_noise_asks_for_no_penalty_and_says_so():
    exact = diagnose(Dataset.synthetic(noise=0.0))
    choice = chosen(exact, "gcv")
    assert choice.end == "low"
    assert "low end" in choice.remark
    assert f"{choice.lam:.3g}" in choice.remark
    assert chosen(exact, "gcv").lam == pytest.approx(search_range(Dataset.synthetic()).low, rel=10)


def test_no_signal_asks_for_all_the_penalty_and_says_so(default):
    y = np.random.default_rng(1).standard_normal(60)
    y = y - y.mean() - default.X @ np.linalg.lstsq(default.X, y, rcond=None)[0]
    noise = diagnose(Dataset.from_arrays(default.X, y))
    for key in ("gcv", "gcv-mass", "loo"):
        choice = chosen(noise, key)
        assert choice.end == "high"
        assert "high end" in choice.remark
        assert choice.effective_df < 2e-3


def test_a_lambda_inside_the_range_needs_no_remark(found):
    for key in ("gcv", "gcv-mass", "loo", "hkb"):
        choice = chosen(found, key)
        assert (choice.end, choice.remark) == (None, "")
        assert found.lam_range.low < choice.lam < found.lam_range.high


def test_a_good_lambda_is_found_for_any_number_of_rows():
    """Eigenvalues grow with the rows, a good λ does not: p σ²/‖θ‖² is 0.25 here."""
    for n in (60, 6000):
        lam = diagnose(uncorrelated(n_samples=n)).ridge.lam
        assert 0.02 < lam < 2.5


# --- intervals, and the full model ---------------------------------------------------------------


def test_intervals_of_least_squares_are_those_of_statsmodels(longley, of_longley):
    fit = OLS(longley.y, add_constant(longley.X)).fit()
    assert of_longley.least_squares.intervals == pytest.approx(fit.conf_int()[1:], rel=1e-7)


def test_intervals_of_ridge_cover_its_mean_and_not_the_truth():
    planted = Dataset.synthetic(correlation=0.9, noise=1.0)
    X, lam, rng = planted.X, 40.0, np.random.default_rng(3)
    mean = planted.objective(lam).reduced.V @ (
        planted.reduced.filter_factors(lam) * (planted.reduced.V.T @ planted.theta)
    )
    hits, true = np.zeros(2), np.zeros(2)
    for _ in range(400):
        drawn = Dataset.from_arrays(X, X @ planted.theta + rng.standard_normal(60))
        low, high = confidence_intervals(drawn, lam).T
        hits += (low < mean) & (mean < high)
        true += (low < planted.theta) & (planted.theta < high)
    assert np.all(np.abs(hits / 400 - 0.95) < 0.04)
    assert np.all(true / 400 < 0.5)


def test_there_are_no_intervals_without_degrees_of_freedom(wide, singular):
    assert confidence_intervals(wide, 1.0) is None
    assert np.all(np.isinf(confidence_intervals(singular, 0.0)))
    assert np.all(np.isfinite(confidence_intervals(singular, 1.0)))
    with pytest.raises(ValueError, match="level"):
        confidence_intervals(singular, 1.0, 1.0)


def test_vif_of_the_full_model_beside_the_partial_one(longley_file):
    data = Dataset.from_file(longley_file, ["GNP", "Year"], "Employed", adjust_for=["Population"])
    found = diagnose(data)
    columns = table_of(data)
    Z = add_constant(columns["Population"])
    inflated = {name: 1 / (1 - OLS(columns[name], Z).fit().rsquared) for name in data.features}
    full = add_constant(np.column_stack([columns[name] for name in data.rows.names[:-1]]))
    expected = [variance_inflation_factor(full, j) for j in (1, 2, 3)]
    assert list(found.vif_full) == ["Population", "GNP", "Year"]
    assert list(found.vif_full.values()) == pytest.approx(expected, rel=1e-6)
    for name, partial in zip(data.features, found.vif, strict=True):
        assert found.vif_full[name] == pytest.approx(partial * inflated[name], rel=1e-9)


def test_vif_of_the_full_model_is_the_vif_where_nothing_is_adjusted_for(of_longley):
    assert list(of_longley.vif_full.values()) == list(of_longley.vif)


# --- two features for the film -------------------------------------------------------------------


def test_the_pair_for_the_film_is_the_most_alike(of_longley):
    pair = of_longley.pair
    assert (set(pair.features), pair.adjusted) == ({"GNP", "Year"}, False)
    assert pair.correlation == pytest.approx(0.9953, abs=1e-4)
    assert "GNP and Year" in of_longley.pair_hint


def test_a_pair_that_is_alike_only_once_adjusted(three):
    pair = pair_for_film(three, three.features)
    assert (pair.features, pair.adjusted) == (("A", "C"), True)
    focused = three.focused(pair.features, adjust_for_others=True)
    assert pair.correlation == pytest.approx(correlation(focused)[0, 1], rel=1e-9)
    assert "adjusted for the others" in diagnose(three).pair_hint


def test_a_pair_of_an_exact_sum():
    exact = Dataset.synthetic(theta=(1.0, -2.0, 0.5), correlation=1.0, structure="sum")
    pair = pair_for_film(exact, exact.features)
    assert pair.adjusted
    assert abs(pair.correlation) == pytest.approx(1.0)


def test_no_two_features_make_a_valley():
    found = diagnose(uncorrelated(theta=(1.0, 1.0, 1.0)))
    assert found.pair is None
    assert found.pair_hint.startswith("No two of the features make a valley")


# --- as JSON -------------------------------------------------------------------------------------


def numbers_in(value):
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        return [n for entry in value for n in numbers_in(entry)]
    return [value] if isinstance(value, float) else []


def test_the_dictionary_is_json_and_says_the_same(dataset):
    found = diagnose(dataset)
    told = json.loads(json.dumps(found.to_dict(), allow_nan=False))
    assert all(map(math.isfinite, numbers_in(told)))
    p = dataset.n_features
    assert [float(v) for v in told["vif"]] == list(vif(dataset))
    assert float(told["condition_number_X"]) == condition_number_X(dataset)
    pairs = {tuple(entry["features"]): entry["rho"] for entry in told["correlation"]}
    assert len(pairs) == p * (p - 1) // 2
    assert pairs[dataset.features[0], dataset.features[1]] == correlation(dataset)[0, 1]
    assert told["ridge"]["standardised_units"]["theta"] == list(found.ridge.theta)
    assert told["ridge"]["criterion"] == "gcv"
    assert [c["criterion"] for c in told["choices"]] == [c.key for c in CRITERIA]
    for entry in told["choices"]:
        assert (entry["lam"] is None) <= (entry["remark"] is not None)
        assert set(entry["lam_elsewhere"]) == set(told["conventions"])


def test_infinity_and_nothing_are_written_as_documented(singular, wide):
    told = diagnose(singular).to_dict()
    assert told["condition_number_gram"] == "inf"
    assert told["vif"] == ["inf", "inf"]
    assert told["noise_sd"] > 0
    told = diagnose(wide).to_dict()
    assert (told["noise_sd"], told["standard_errors"], told["planted_theta"]) == (None, None, None)


@given(st.integers(0, 300), st.sampled_from([-150, -20, 0, 20, 150]), st.integers(1, 4))
def test_any_scale_gives_finite_json(seed, power, p):
    rng = np.random.default_rng(seed)
    X = rng.standard_normal((12, p)) + rng.standard_normal((12, 1))
    y = (X.sum(axis=1) + rng.standard_normal(12)) * 10.0**power
    powers = 10.0 ** rng.choice([-150, -3, 0, 150], size=p)
    told = diagnose(Dataset.from_arrays(X * powers, y)).to_dict()
    assert json.loads(json.dumps(told, allow_nan=False))["rows"] == 12
    unit = diagnose(Dataset.from_arrays(X, y / 10.0**power)).to_dict()
    # Standard errors are in units of y; what is said of them is not.
    numbers = re.compile(r"(with a standard error of |with |is |and |\()[-+.e\d]+")
    assert numbers.sub("", told["valley"]) == numbers.sub("", unit["valley"])
    assert told["kind"] == unit["kind"]
    assert told["ridge"]["lam"] == pytest.approx(unit["ridge"]["lam"], rel=1e-3)
