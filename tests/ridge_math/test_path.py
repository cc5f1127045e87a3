import math

import mpmath as mp
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.linear_model import RidgeCV

from ridge_math import (
    DataError,
    Dataset,
    QuadraticObjective,
    effective_df,
    gcv,
    hkb,
    loo,
    noise_variance,
    residual_ss,
    ridge_path,
)

LAMS = np.array([0.0, 1e-6, 1e-3, 0.1, 2.0, 50.0, 1e4])


def hat_matrix(data, lam):
    X = data.X
    return X @ np.linalg.pinv(X.T @ X + lam * np.eye(X.shape[1]), rcond=1e-12) @ X.T


def test_the_path_is_the_minimiser_of_each_lambda(dataset):
    path = ridge_path(dataset, LAMS)
    assert path.shape == (7, dataset.n_features)
    for lam, theta in zip(LAMS, path, strict=True):
        assert np.allclose(theta, dataset.objective(lam).minimiser(), rtol=1e-14)


def test_the_path_is_continuous_from_least_squares_to_zero(dataset):
    start = ridge_path(dataset, 0.0)
    size = np.linalg.norm(start)
    smallest = dataset.reduced.d[dataset.reduced.rank - 1] ** 2
    assert np.linalg.norm(ridge_path(dataset, 1e-9 * smallest) - start) <= 1e-8 * size
    assert np.linalg.norm(ridge_path(dataset, 1e12)) < 1e-6 * size
    lams = np.geomspace(1e-9 * smallest, 1e6, 2000)
    path = ridge_path(dataset, lams)
    steps = np.linalg.norm(np.diff(path, axis=0), axis=1)
    # |dθ/dlog λ| ≤ ‖θ‖/4 in each direction.
    assert steps.max() <= 0.26 * size * np.log(lams[1] / lams[0])
    assert np.all(np.diff(np.linalg.norm(path, axis=1)) <= 0)


def test_residual_ss_is_its_definition_and_grows(dataset):
    expected = [np.sum((dataset.y - dataset.X @ theta) ** 2) for theta in ridge_path(dataset, LAMS)]
    found = residual_ss(dataset, LAMS)
    assert np.allclose(found, expected, rtol=1e-7, atol=1e-12 * dataset.reduced.total_ss)


def test_leave_one_out_is_that_of_scikit_learn(longley, longley_pair, three):
    for data in (longley, longley_pair, three):
        lams = LAMS[1:]
        model = RidgeCV(alphas=lams, store_cv_results=True).fit(data.X, data.y)
        expected = model.cv_results_.mean(axis=0)
        assert np.allclose(loo(data, lams), expected, rtol=1e-5)
        assert lams[np.argmin(loo(data, lams))] == model.alpha_


@pytest.mark.parametrize("lam", [1e-3, 0.4, 20.0])
@pytest.mark.parametrize("n_adjusted", [0, 2])
def test_leave_one_out_is_leaving_one_out(lam, n_adjusted):
    """n refits, with intercept and adjusted coefficients free and the features as prepared."""
    rng = np.random.default_rng(5)
    Z = rng.standard_normal((14, n_adjusted))
    X = rng.standard_normal((14, 3)) + Z.sum(axis=1, keepdims=True)
    y = X @ [1.0, 2.0, -1.0] + Z.sum(axis=1) + rng.standard_normal(14)
    data = Dataset.from_arrays(X, y, adjust_for=Z)
    free = np.column_stack([np.ones(14), Z])
    penalty = np.diag([0.0] * free.shape[1] + [lam] * 3)
    design = np.column_stack([free, data.X])
    squares = []
    for i in range(14):
        rows = np.arange(14) != i
        gram = design[rows].T @ design[rows] + penalty
        beta = np.linalg.solve(gram, design[rows].T @ data.y[rows])
        squares.append((data.y[i] - design[i] @ beta) ** 2)
    assert loo(data, lam) == pytest.approx(np.mean(squares), rel=1e-9)
    assert loo(data, [lam]).shape == (1,)


def test_leave_one_out_of_a_row_that_determines_its_own_fit():
    X = np.array([[0.0, 1], [0, 2], [0, 4], [0, 3], [0, 9], [1, 7]])
    data = Dataset.from_arrays(X, [1.0, 2, 1, 2, 3, 9])
    scores = loo(data, [0.0, 1.0])
    assert math.isinf(scores[0])
    assert math.isfinite(scores[1])


@pytest.mark.parametrize(("n", "p"), [(4, 3), (5, 5), (6, 9), (8, 20)])
@pytest.mark.parametrize("seed", range(4))
def test_scores_keep_their_digits_as_lambda_goes_to_zero_without_residual_df(n, p, seed):
    """e and 1 − h both go to 0 there, n − m − df and RSS, too: against 60 digits."""
    rng = np.random.default_rng(seed)
    X, y = rng.standard_normal((n, p)), rng.standard_normal(n)
    data = Dataset.from_arrays(X, y)
    lams = [1e-13, 1e-9, 1e-6, 1e-3, 1.0, 1e3]
    exact = [exact_scores(X, y, lam) for lam in lams]
    assert loo(data, lams) == pytest.approx([s[0] for s in exact], rel=1e-11)
    assert gcv(data, lams) == pytest.approx([s[1] for s in exact], rel=1e-11)


def test_leave_one_out_keeps_its_digits_for_a_row_of_its_own():
    """Not saturated, but a dummy variable fits the last row by itself."""
    X = np.array([[0.0, 1], [0, 2], [0, 4], [0, 3], [0, 9], [1, 7]])
    y = np.array([1.0, 2, 1, 2, 3, 9])
    lams = [1e-12, 1e-6, 1e-2]
    expected = [exact_scores(X, y, lam)[0] for lam in lams]
    assert loo(Dataset.from_arrays(X, y), lams) == pytest.approx(expected, rel=1e-10)


def exact_scores(X, y, lam):
    """Leave-one-out and GCV of standardised X, in 60 digits from the hat matrix K(K + λI)⁻¹."""
    with mp.workdps(60):
        n = len(y)
        columns = [[mp.mpf(float(v)) for v in column] for column in (*X.T, y)]
        columns = [[v - mp.fsum(c) / n for v in c] for c in columns]
        scaled = [[v / mp.sqrt(mp.fdot(c, c) / n) for v in c] for c in columns[:-1]]
        K = mp.matrix(scaled).T * mp.matrix(scaled)
        hat = K * (K + mp.mpf(lam) * mp.eye(n)) ** -1
        target = mp.matrix(columns[-1])
        residual = target - hat * target
        free = [1 - mp.mpf(1) / n - hat[i, i] for i in range(n)]
        left_out = mp.fsum((residual[i] / free[i]) ** 2 for i in range(n)) / n
        score = n * mp.fdot(residual, residual) / mp.fsum(free) ** 2
        return float(left_out), float(score)


@pytest.mark.parametrize("lam", LAMS)
def test_gcv_is_its_definition(three, longley, lam):
    for data in (three, longley):
        n = data.n_samples
        hat = hat_matrix(data, lam)
        residual = data.y - hat @ data.y
        with_intercept = hat + 1.0 / n
        expected = n * (residual @ residual) / np.trace(np.eye(n) - with_intercept) ** 2
        assert gcv(data, lam) == pytest.approx(expected, rel=1e-7)
        expected = residual @ residual / np.trace(np.eye(n) - hat) ** 2
        assert gcv(data, lam, "mass") == pytest.approx(expected, rel=1e-7)


def test_gcv_is_leave_one_out_with_every_leverage_the_average():
    """Orthogonal ±1 features have equal leverages: then the two are the same, refits included."""
    signs = np.array([[a, b] for a in (-1.0, 1.0) for b in (-1.0, 1.0)] * 3)
    data = Dataset.from_arrays(signs, np.random.default_rng(0).standard_normal(12))
    assert np.allclose(gcv(data, LAMS), loo(data, LAMS), rtol=1e-12)


def test_gcv_counts_what_was_adjusted_for(longley, longley_file):
    others = [name for name in longley.features if name not in ("GNP", "Year")]
    adjusted = Dataset.from_file(longley_file, ["GNP", "Year"], "Employed", others)
    assert gcv(adjusted, 0.0) == pytest.approx(gcv(longley, 0.0), rel=1e-9)


def test_nothing_is_chosen_where_no_degrees_of_freedom_are_left(wide):
    assert math.isinf(gcv(wide, 0.0))
    assert np.all(np.isfinite(gcv(wide, LAMS[3:])))
    assert np.all(np.isfinite(loo(wide, LAMS[3:])))


def test_hkb_of_longley_is_as_published(longley):
    # MASS: lm.ridge(Employed ~ ., longley) prints "modified HKB estimator is 0.004275357".
    assert hkb(longley, "mass") == pytest.approx(0.004275357, abs=5e-10)
    assert hkb(longley) == pytest.approx(0.004275357 * 6 / 4, rel=1e-6)


def test_hkb_is_its_formula(default, three):
    for data in (default, three):
        theta = np.linalg.lstsq(data.X, data.y, rcond=None)[0]
        expected = data.n_features * noise_variance(data) / np.sum(theta**2)
        assert hkb(data) == pytest.approx(expected, rel=1e-9)
    with pytest.raises(DataError, match="needs three features or more, here are 2"):
        hkb(default, "mass")


def test_unknown_conventions_are_refused(three):
    with pytest.raises(ValueError, match="'intercept' or 'mass'"):
        gcv(three, 1.0, "other")
    with pytest.raises(ValueError, match="'hoerl' or 'mass'"):
        hkb(three, "other")


@given(st.integers(2, 9), st.integers(1, 6), st.integers(0, 10_000), st.integers(-150, 150))
def test_identities_at_any_shape_and_scale(n, p, seed, power):
    rng = np.random.default_rng(seed)
    X, y = rng.standard_normal((n, p)), rng.standard_normal(n) * 10.0**power
    problem = QuadraticObjective.from_arrays(X, y)
    lams = np.concatenate([[0.0], np.geomspace(1e-6, 1e6, 25)])
    df = effective_df(problem, lams)
    assert df[0] == min(n, p)
    assert np.all(np.diff(df) < 0)
    rss = residual_ss(problem, lams)
    total = float(y @ y)
    assert np.all(np.diff(rss) >= -1e-13 * total)
    assert np.all((rss >= 0) & (rss <= total * (1 + 1e-12)))
    # The minimum is RSS + λ‖θ̂‖², and also yᵀ(y − Xθ̂).
    for lam, theta in zip(lams[1:], ridge_path(problem, lams[1:]), strict=True):
        expected = y @ (y - X @ theta)
        minimum = problem.penalised(lam).minimum
        assert minimum == pytest.approx(expected, rel=1e-7, abs=1e-12 * total)
