"""Near-singular problems against 50 digits.

Stated bound, first order in the rounding (Wedin 1973; Higham, *Accuracy and Stability of Numerical
Algorithms*, 2nd ed., theorem 20.1), with X_λ = [X; √λ I], κ its condition number, r its residual:

    ‖θ̂ − θ‖ ≤ UNITS eps · κ (‖θ‖ + (κ ‖r‖ + ‖y‖)/‖X_λ‖)
    |d̂ᵢ − dᵢ| ≤ UNITS eps · d₁
    |RSS − exact| ≤ UNITS eps · ‖y‖ (‖y‖ + ‖r‖ κ)

The normal equations have κ² in place of κ in the first term, and lose everything beyond κ = 10⁸.
"""

import mpmath as mp
import numpy as np
import pytest

from ridge_math import Dataset, effective_df, residual_ss, vif

EPS = np.finfo(float).eps
UNITS = 8
N = 12
GAPS = [1e-1, 1e-3, 1e-5, 1e-7, 1e-9]
LAMS = [0.0, 1e-14, 1e-9, 1e-4, 1.0]


def raw(gap, offset, p, size=1.0):
    """Features that differ from a common one by about ``gap``, around ``offset``."""
    rng = np.random.default_rng(7)
    common = rng.standard_normal((N, 1))
    X = offset + common + gap * rng.standard_normal((N, p))
    y = common[:, 0] + 0.3 * rng.standard_normal(N)
    return X * size, y


class Exact:
    """The same problem in 50 digits, from the same floats."""

    def __init__(self, X, y):
        self.p = X.shape[1]
        columns = [self.centred(X[:, j]) for j in range(self.p)]
        scales = [mp.sqrt(mp.fdot(c, c) / N) for c in columns]
        columns = [[v / s for v in c] for c, s in zip(columns, scales, strict=True)]
        self.X = mp.matrix(columns).T
        self.y = mp.matrix(self.centred(y))
        self.gram = self.X.T * self.X

    @staticmethod
    def centred(values):
        exact = [mp.mpf(float(v)) for v in values]
        mean = mp.fsum(exact) / N
        return [v - mean for v in exact]

    def theta(self, lam):
        return mp.lu_solve(self.gram + mp.mpf(lam) * mp.eye(self.p), self.X.T * self.y)

    def rss(self, lam):
        residual = self.y - self.X * self.theta(lam)
        return mp.fdot(residual, residual)

    def eigenvalues(self):
        return sorted(mp.eigsy(self.gram, eigvals_only=True), reverse=True)


@pytest.fixture(autouse=True)
def fifty_digits():
    with mp.workdps(50):
        yield


def sizes(data, lam):
    """κ, ‖X_λ‖, ‖y‖ and ‖r‖ of the problem with rows √λ I added."""
    d = data.reduced.d
    objective = data.objective(lam)
    kappa = np.sqrt((d[0] ** 2 + lam) / (d[-1] ** 2 + lam))
    norm_y = np.sqrt(data.reduced.total_ss)
    return kappa, np.sqrt(d[0] ** 2 + lam), norm_y, np.sqrt(objective.minimum)


@pytest.mark.parametrize("p", [2, 4])
@pytest.mark.parametrize("offset", [0.0, 1e3])
@pytest.mark.parametrize("gap", GAPS)
def test_the_minimiser_is_within_its_bound(gap, offset, p):
    X, y = raw(gap, offset, p)
    data, exact = Dataset.from_arrays(X, y), Exact(X, y)
    assert data.reduced.rank == p
    for lam in LAMS:
        kappa, norm_X, norm_y, residual = sizes(data, lam)
        theta = exact.theta(lam)
        found = data.objective(lam).minimiser()
        error = float(mp.norm(mp.matrix(found) - theta))
        bound = UNITS * EPS * kappa * (float(mp.norm(theta)) + (kappa * residual + norm_y) / norm_X)
        assert error <= bound


@pytest.mark.parametrize("offset", [0.0, 1e3])
@pytest.mark.parametrize("gap", GAPS)
def test_singular_values_df_rss_and_vif_are_within_theirs(gap, offset):
    X, y = raw(gap, offset, 2)
    data, exact = Dataset.from_arrays(X, y), Exact(X, y)
    true_d = [mp.sqrt(e) for e in exact.eigenvalues()]
    d = data.reduced.d
    assert max(abs(float(mp.mpf(float(a)) - b)) for a, b in zip(d, true_d, strict=True)) <= (
        UNITS * EPS * d[0]
    )
    for lam in LAMS:
        kappa, _, norm_y, residual = sizes(data, lam)
        true_df = float(sum(e / (e + mp.mpf(lam)) for e in exact.eigenvalues()))
        assert effective_df(data, lam) == pytest.approx(true_df, rel=UNITS * EPS * kappa)
        error = abs(float(mp.mpf(float(residual_ss(data, lam))) - exact.rss(lam)))
        assert error <= UNITS * EPS * norm_y * (norm_y + residual * kappa)
    true_vif = float(N * (exact.gram**-1)[0, 0])
    assert vif(data)[0] == pytest.approx(true_vif, rel=UNITS * EPS * sizes(data, 0.0)[0])


@pytest.mark.parametrize("size", [1e-150, 1e150])
def test_the_bound_holds_at_any_scale(size):
    X, y = raw(1e-5, 0.0, 2, size)
    data, exact = Dataset.from_arrays(X, size * y), Exact(X, y)
    theta = exact.theta(1e-9) * mp.mpf(size)
    kappa, norm_X, norm_y, residual = sizes(data, 1e-9)
    error = float(mp.norm(mp.matrix(data.objective(1e-9).minimiser()) - theta))
    bound = UNITS * EPS * kappa * (float(mp.norm(theta)) + (kappa * residual + norm_y) / norm_X)
    assert error <= bound


def test_the_normal_equations_would_miss_the_bound():
    """The bound is worth stating: the same formula from XᵀX is far outside it."""
    X, y = raw(1e-7, 0.0, 2)
    y = (X - X.mean(axis=0)) @ [1.0, 1.0]  # no residual: the error should grow as κ, not κ²
    data, exact = Dataset.from_arrays(X, y), Exact(X, y)
    kappa, norm_X, norm_y, residual = sizes(data, 0.0)
    theta = exact.theta(0.0)
    bound = UNITS * EPS * kappa * (float(mp.norm(theta)) + (kappa * residual + norm_y) / norm_X)
    assert float(mp.norm(mp.matrix(data.objective().minimiser()) - theta)) <= bound
    from_gram = np.linalg.solve(data.X.T @ data.X, data.X.T @ data.y)
    assert float(mp.norm(mp.matrix(from_gram) - theta)) > 10 * bound
