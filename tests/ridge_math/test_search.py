"""The λ of a criterion: against scikit-learn, derivatives in many digits, and formulas."""

import math

import mpmath as mp
import numpy as np
import pytest
from scipy.linalg import null_space
from scipy.stats import multivariate_normal
from sklearn.linear_model import RidgeCV

from ridge_math import (
    Dataset,
    LamRange,
    gcv,
    lam_range,
    loo,
    lowest_gcv,
    minimise_score,
    range_within,
    restricted_likelihood,
    ridge_path,
    search_range,
)
from ridge_math.search import lam_of_norm


def test_the_lowest_point_of_a_parabola_in_log_lambda():
    found = minimise_score(lambda lams: 2 + (np.log(lams) - 1.2345) ** 2, LamRange(1e-9, 1e9))
    assert found.lam == pytest.approx(math.exp(1.2345), rel=1e-6)
    assert found.end is None
    assert found.lam == float(f"{found.lam:.6g}")


def test_of_equal_scores_the_largest_lambda():
    flat = minimise_score(lambda lams: np.maximum(np.log(lams), 0.0) + 1, LamRange(1e-8, 1e8))
    assert 0.9 < flat.lam <= 1.0 + 1e-6
    same = minimise_score(lambda lams: np.ones_like(lams), LamRange(1e-3, 1e3))
    assert (same.lam, same.end) == (1e3, "high")


def test_a_minimum_at_an_end_of_the_range_is_told():
    span = LamRange(1e-3, 1e3)
    rising = minimise_score(lambda lams: lams, span)
    assert (rising.lam, rising.end) == (span.low, "low")
    falling = minimise_score(lambda lams: 1 / lams, span)
    assert (falling.lam, falling.end) == (span.high, "high")


def test_scores_that_are_not_finite_are_passed_over_and_some_must_be():
    found = minimise_score(
        lambda lams: np.where(lams < 1, math.inf, (np.log(lams) - 2) ** 2), LamRange(1e-3, 1e3)
    )
    assert found.lam == pytest.approx(math.exp(2), rel=1e-5)
    with pytest.raises(ValueError, match="no λ has a finite score"):
        minimise_score(lambda lams: np.full_like(lams, math.inf), LamRange(1.0, 2.0))


@pytest.mark.parametrize("key", ["gcv", "loo"])
def test_no_lambda_of_a_fine_grid_is_better(dataset, key):
    score = {"gcv": gcv, "loo": loo}[key]
    span = search_range(dataset)
    found = minimise_score(lambda lams: score(dataset, lams), span)
    best = float(np.min(score(dataset, span.steps(1501))))
    assert float(score(dataset, [found.lam])[0]) <= best * (1 + 1e-9)


def test_gcv_is_flat_at_its_lambda_by_its_derivative(longley):
    """d/dλ of n RSS/(n − 1 − df)² in many digits, from d and Uᵀy."""
    lam = lowest_gcv(longley).lam
    reduced = longley.reduced
    with mp.workdps(40):
        d2 = [mp.mpf(float(d)) ** 2 for d in reduced.d]
        u2 = [mp.mpf(float(u)) ** 2 for u in reduced.uty]
        rest, n = mp.mpf(reduced.rss_min), reduced.n_samples

        def score(log_lam):
            lost = [mp.e**log_lam / (d + mp.e**log_lam) for d in d2]
            rss = rest + mp.fsum(u * w * w for u, w in zip(u2, lost, strict=True))
            return mp.log(rss / (n - 1 - len(d2) + mp.fsum(lost)) ** 2)

        exact = mp.e ** mp.findroot(lambda t: mp.diff(score, t), mp.log(lam))
    assert lam == pytest.approx(float(exact), rel=2e-6)


def test_leave_one_out_is_the_lowest_of_scikit_learn(longley):
    found = minimise_score(lambda lams: loo(longley, lams), search_range(longley))
    alphas = found.lam * np.array([0.9, 0.99, 1.0, 1.01, 1.1])
    model = RidgeCV(alphas=alphas, store_cv_results=True).fit(longley.X, longley.y)
    assert model.alpha_ == alphas[2]
    assert float(loo(longley, [found.lam])[0]) == pytest.approx(
        model.cv_results_.mean(axis=0)[2], rel=1e-9
    )


def test_chosen_lambdas_lie_within_the_span(default, longley_pair):
    for data in (default, longley_pair):
        span = lam_range(data)
        for score in (gcv, loo):
            lam = minimise_score(lambda lams, s=score, d=data: s(d, lams), search_range(data)).lam
            assert span.low < lam < span.high


def test_the_norm_of_the_estimate_is_the_share_asked_for(dataset):
    span = search_range(dataset)
    full = np.linalg.norm(ridge_path(dataset, 0.0))
    for share in (0.99, 0.75, 0.3):
        lam = lam_of_norm(dataset, share, span)
        assert np.linalg.norm(ridge_path(dataset, lam)) == pytest.approx(share * full, rel=1e-9)
    assert lam_of_norm(dataset, 1.0, span) == span.low
    narrow = LamRange(span.low, 2 * span.low)
    assert lam_of_norm(dataset, 0.5, narrow) == narrow.high


def test_rows_that_are_not_kept_give_the_same_lambda(monkeypatch):
    data = Dataset.synthetic(n_samples=500)
    exact = minimise_score(lambda lams: loo(data, lams), search_range(data)).lam
    from ridge_math.choice import choose

    monkeypatch.setattr(Dataset, "is_sample", True)
    (choice,) = [c for c in choose(data) if c.criterion.key == "loo"]
    assert choice.lam == pytest.approx(exact, rel=1e-3)


# --- the evidence --------------------------------------------------------------------------------


def log_evidence(data, lam):
    """log density of the contrasts of y, N(0, σ²(I + XXᵀ/λ)) at its best σ², by scipy."""
    n = data.n_samples
    contrasts = null_space(np.ones((1, n)))
    y, X = contrasts.T @ data.y, contrasts.T @ data.X
    shape = np.eye(n - 1) + X @ X.T / lam
    sigma2 = float(y @ np.linalg.solve(shape, y)) / (n - 1)
    return float(multivariate_normal(cov=sigma2 * shape).logpdf(y))


def test_restricted_likelihood_is_the_density_of_contrasts(longley, default, wide):
    lams = np.array([0.01, 0.3, 5.0, 100.0])
    for data in (longley, default, wide):
        df = data.n_samples - 1
        found = -0.5 * df * np.log(restricted_likelihood(data, lams))
        expected = [log_evidence(data, lam) for lam in lams]
        assert np.diff(found) == pytest.approx(np.diff(expected), rel=1e-6, abs=1e-8)
    assert np.isinf(restricted_likelihood(longley, 0.0))


def test_the_evidence_finds_the_variances_it_was_made_with():
    """λ = σ²/τ² for θ drawn from N(0, τ²I): with 200 features it is known to a fifth or so."""
    rng = np.random.default_rng(4)
    X = rng.standard_normal((600, 200))
    y = X @ rng.normal(0, 0.5, 200) + rng.normal(0, 2.0, 600)
    data = Dataset.from_arrays(X, y)
    found = minimise_score(lambda lams: restricted_likelihood(data, lams), search_range(data))
    assert found.lam == pytest.approx(4.0 / 0.25, rel=0.25)


def test_the_flat_part_of_a_score_ends_where_it_has_risen():
    span = LamRange(1e-6, 1e6)
    around = range_within(lambda lams: 1 + 0.01 * (np.log(lams) / 2) ** 2, 1.0, span)
    assert around.low == pytest.approx(math.exp(-2), rel=1e-9)
    assert around.high == pytest.approx(math.exp(2), rel=1e-9)
    everywhere = range_within(np.ones_like, 1.0, span)
    assert (everywhere.low, everywhere.high) == (span.low, span.high)
