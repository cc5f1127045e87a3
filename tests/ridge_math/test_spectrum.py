import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.stats.outliers_influence import variance_inflation_factor

from ridge_math import (
    Dataset,
    ReducedProblem,
    condition_indices,
    condition_number_gram,
    condition_number_X,
    correlation,
    effective_df,
    eigenvalues,
    filter_factors,
    residual_ss,
    singular_values,
    valley_direction,
    variance_proportions,
    vif,
    vif_ridge,
)

LAMS = np.concatenate([[0.0], np.geomspace(1e-9, 1e9, 60)])
RHOS = [-0.999, -0.5, 0.0, 0.3, 0.99, 1 - 1e-6, 1 - 1e-10]


@pytest.mark.parametrize("rho", RHOS)
def test_two_standardised_features_have_known_eigenvalues(rho):
    data = Dataset.synthetic(correlation=rho)
    expected = 60 * np.array([1 + abs(rho), 1 - abs(rho)])
    assert np.allclose(eigenvalues(data), expected, rtol=1e-5 if abs(rho) > 1 - 1e-8 else 1e-9)
    assert np.array_equal(singular_values(data) ** 2, eigenvalues(data))
    assert condition_number_gram(data) == pytest.approx((1 + abs(rho)) / (1 - abs(rho)), rel=1e-5)
    assert vif(data) == pytest.approx(1 / (1 - rho**2), rel=1e-5)


@pytest.mark.parametrize("lam", [0.0, 1e-3, 7.0])
def test_condition_numbers_are_those_of_numpy(three, longley, lam):
    for data in (three, longley):
        p = data.n_features
        gram = data.X.T @ data.X + lam * np.eye(p)
        stacked = np.vstack([data.X, math.sqrt(lam) * np.eye(p)])
        assert condition_number_X(data, lam) == pytest.approx(np.linalg.cond(stacked), rel=1e-9)
        assert condition_number_gram(data, lam) == pytest.approx(np.linalg.cond(gram), rel=1e-6)


def test_singular_problems_have_infinite_condition_and_ridge_cures_it(singular, wide):
    for data in (singular, wide):
        assert condition_number_X(data) == condition_number_gram(data) == math.inf
        assert condition_number_gram(data, 1.0) == pytest.approx(1 + eigenvalues(data)[0])


def test_vif_is_that_of_statsmodels(three, longley):
    for data in (three, longley):
        expected = [variance_inflation_factor(data.X, j) for j in range(data.n_features)]
        assert np.allclose(vif(data), expected, rtol=1e-8)


def test_vif_of_longley_is_as_published(longley):
    # Venables & Ripley; Friendly (2013), J. Comp. Graph. Stat. 22(1), 50-68.
    published = [1788.51, 33.619, 3.589, 399.15, 758.98, 135.53]
    assert np.allclose(vif(longley), published, rtol=2e-4)


def test_df_of_longley_is_as_published(longley):
    # Friendly (2013): λ as in genridge, which are our units.
    assert np.allclose(effective_df(longley, [0.005, 0.08]), [5.415, 4.128], atol=6e-4)


def test_vif_does_not_depend_on_the_units(longley_file):
    names = ["GNP", "Year", "Armed.Forces"]
    scaled = Dataset.from_file(longley_file, names, "Employed")
    centred = Dataset.from_file(longley_file, names, "Employed", scale=False)
    assert np.allclose(vif(scaled), vif(centred), rtol=1e-9)
    assert np.allclose(correlation(scaled), correlation(centred), rtol=1e-11)
    assert np.allclose(correlation(scaled), np.corrcoef(scaled.X.T), rtol=1e-11)


def test_vif_is_infinite_only_for_features_that_others_predict():
    rng = np.random.default_rng(0)
    a, b, free = rng.standard_normal((3, 40))
    data = Dataset.from_arrays(np.column_stack([a, b, a + b, free]), a + free)
    assert np.array_equal(np.isinf(vif(data)), [True, True, True, False])
    alone = np.column_stack([a, b, free])
    alone = alone - alone.mean(axis=0)
    assert vif(data)[3] == pytest.approx(variance_inflation_factor(alone, 2), rel=1e-9)


@pytest.mark.parametrize("k", [0.0, 1e-4, 0.02, 1.0, 50.0])
def test_ridge_vifs_are_their_definitions(longley, k):
    R = correlation(longley)
    inverse = np.linalg.inv(R + k * np.eye(6))
    W = inverse @ R @ inverse
    lam = k * longley.n_samples
    assert np.allclose(vif_ridge(longley, lam, "marquardt"), np.diag(W), rtol=1e-7)
    cov2cor = W / np.sqrt(np.outer(np.diag(W), np.diag(W)))
    determinants = [
        np.linalg.det(np.delete(np.delete(cov2cor, j, 0), j, 1)) / np.linalg.det(cov2cor)
        for j in range(6)
    ]
    assert np.allclose(vif_ridge(longley, lam, "fox-monette"), determinants, rtol=1e-6)


def test_the_two_ridge_vifs_part_for_large_lambda(longley):
    assert np.all(vif_ridge(longley, 1e3, "marquardt") < 1)
    assert np.all(vif_ridge(longley, 1e3, "fox-monette") >= 1)
    assert np.all(np.isfinite(vif_ridge(longley, 1e300, "fox-monette")))
    with pytest.raises(ValueError, match="'marquardt' or 'fox-monette'"):
        vif_ridge(longley, 1.0, "other")


def test_ridge_vif_of_exactly_collinear_features(singular):
    assert np.all(np.isinf(vif_ridge(singular, 0.0)))
    assert np.all(np.isinf(vif_ridge(singular, 6.0, "fox-monette")))
    # W = V diag(s²/(s² + k)²) Vᵀ with s² = 2 and k = 0.1, half of it for each feature.
    assert vif_ridge(singular, 6.0) == pytest.approx(0.5 * 2 / 2.1**2)


def test_df_falls_from_the_rank_to_zero(dataset):
    df = effective_df(dataset, LAMS)
    assert df[0] == dataset.reduced.rank
    assert np.all(np.diff(df) <= 0)
    assert 0 < df[-1] < 1e-4
    assert np.all(np.diff(residual_ss(dataset, LAMS)) >= -1e-12 * dataset.reduced.total_ss)


@pytest.mark.parametrize("lam", [0.0, 1e-4, 0.3, 20.0])
def test_df_is_the_trace_of_the_hat_matrix(dataset, lam):
    X = dataset.X
    hat = X @ np.linalg.pinv(X.T @ X + lam * np.eye(X.shape[1]), rcond=1e-12) @ X.T
    assert effective_df(dataset, lam) == pytest.approx(np.trace(hat), rel=1e-6)


def test_the_steep_direction_hardly_shrinks_and_the_valley_does(default):
    steep, valley = filter_factors(default, 1.0)
    assert steep == pytest.approx(119.4 / 120.4)
    assert valley == pytest.approx(0.6 / 1.6)


def test_the_same_features_twice_at_half_weight_change_nothing(three):
    """[X, X]/√2: the same fits, df and RSS at every λ; θ̂ is shared out evenly."""
    doubled = np.hstack([three.X, three.X]) / math.sqrt(2)
    twice = ReducedProblem.from_triangle(doubled, three.y, 60, 1)
    assert twice.rank == 3
    assert np.allclose(effective_df(twice, LAMS), effective_df(three, LAMS), rtol=1e-9)
    assert np.allclose(residual_ss(twice, LAMS), residual_ss(three, LAMS), rtol=1e-9)
    once = three.reduced.minimisers(LAMS) / math.sqrt(2)
    assert np.allclose(twice.minimisers(LAMS), np.hstack([once, once]), rtol=1e-8, atol=1e-12)


@pytest.mark.parametrize("rho", [r for r in RHOS if r])
def test_the_valley_of_two_features_runs_along_a_diagonal(rho):
    direction = valley_direction(Dataset.synthetic(correlation=rho))
    assert np.allclose(direction, np.array([1, -np.sign(rho)]) / math.sqrt(2), atol=1e-9)


def test_the_valley_of_a_sum_says_so(three):
    """C ≈ (A + B)/√2: RSS hardly changes along (1, 1, −√2)."""
    assert np.allclose(
        np.abs(valley_direction(three)), np.array([0.5, 0.5, math.sqrt(0.5)]), atol=1e-3
    )
    a, b, c = valley_direction(three)
    assert c > 0 > a
    assert c > 0 > b


@given(st.integers(0, 500), st.lists(st.integers(-150, 150), min_size=3, max_size=3))
def test_vif_at_any_scale_of_any_column(seed, powers):
    rng = np.random.default_rng(seed)
    X = rng.standard_normal((15, 3)) @ [[1, 0.9, 0.5], [0, 0.1, 0.5], [0, 0, 0.2]]
    y = rng.standard_normal(15)
    other = X * 10.0 ** np.array(powers, dtype=float)
    assert np.allclose(
        vif(Dataset.from_arrays(other, y)), vif(Dataset.from_arrays(X, y)), rtol=1e-9
    )
    centred_only = Dataset.from_arrays(other, y, scale=False)
    assert np.allclose(vif(centred_only), vif(Dataset.from_arrays(X, y)), rtol=1e-9)


# --- Belsley's diagnosis -------------------------------------------------------------------------


def test_variance_proportions_are_shares_of_the_variance_of_each_estimate(longley):
    """From the inverse of the correlation matrix, whose diagonal is the VIF, direction by direction."""
    C = np.corrcoef(longley.X.T)
    values, vectors = np.linalg.eigh(C)
    values, vectors = values[::-1], vectors[:, ::-1]
    expected = (vectors**2 / values).T / np.diag(np.linalg.inv(C))
    found = variance_proportions(longley)
    assert found == pytest.approx(expected, rel=1e-6, abs=1e-9)
    assert found.sum(axis=0) == pytest.approx(np.ones(6))
    assert condition_indices(longley) == pytest.approx(np.sqrt(values[0] / values), rel=1e-8)


def test_a_planted_dependence_is_found_among_its_features():
    rng = np.random.default_rng(0)
    X = rng.standard_normal((200, 4))
    X[:, 3] = X[:, 0] + X[:, 1] + 1e-3 * rng.standard_normal(200)
    data = Dataset.from_arrays(X, rng.standard_normal(200))
    assert condition_indices(data)[-1] > 100
    worst = variance_proportions(data)[-1]
    assert np.all(worst[[0, 1, 3]] > 0.99)
    assert worst[2] < 0.1


def test_what_is_undetermined_takes_the_whole_variance(singular, wide):
    assert variance_proportions(singular) == pytest.approx(np.array([[0.0, 0.0], [1.0, 1.0]]))
    assert condition_indices(singular)[-1] == np.inf
    assert variance_proportions(wide).sum(axis=0) == pytest.approx(np.ones(9))
