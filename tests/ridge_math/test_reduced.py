import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from ridge_math import ReducedProblem
from ridge_math.objective import QuadraticObjective


@st.composite
def problems(draw):
    """X (n, p) of any shape, rank and scale; y of any scale; the rank as built."""
    n, p = draw(st.integers(1, 12)), draw(st.integers(1, 7))
    rank = draw(st.integers(0, min(n, p)))
    rng = np.random.default_rng(draw(st.integers(0, 10_000)))
    q1, _ = np.linalg.qr(rng.standard_normal((n, max(rank, 1))))
    q2, _ = np.linalg.qr(rng.standard_normal((p, max(rank, 1))))
    d = 10.0 ** rng.uniform(-3, 0, size=max(rank, 1)) * (rank > 0)
    scale_X, scale_y = (10.0 ** draw(st.integers(-150, 150)) for _ in range(2))
    return (q1 * d) @ q2.T * scale_X, rng.standard_normal(n) * scale_y, rank


@given(problems())
def test_the_rank_is_found_at_any_shape_and_scale(problem):
    X, y, rank = problem
    assert ReducedProblem.from_triangle(X, y, X.shape[0], 0).rank == rank


@given(problems())
def test_the_reduced_problem_is_an_svd(problem):
    X, y, _ = problem
    reduced = ReducedProblem.from_triangle(X, y, X.shape[0], 0)
    assert np.allclose(reduced.V.T @ reduced.V, np.eye(X.shape[1]), atol=1e-13)
    assert np.all(np.diff(reduced.d) <= 0)
    unit = np.max(np.abs(X)) or 1.0
    gram = (X / unit).T @ (X / unit)
    for root in (reduced.triangle(), reduced.gram_root):
        assert np.allclose((root / unit).T @ (root / unit), gram, atol=1e-12 * np.trace(gram))


@given(problems())
def test_minimum_norm_least_squares_agrees_with_numpy(problem):
    X, y, _ = problem
    reduced = ReducedProblem.from_triangle(X, y, X.shape[0], 0)
    # The oracle works at scale one: the solution scales as y over X.
    size_X, size_y = np.max(np.abs(X)) or 1.0, np.max(np.abs(y))
    assume(1e-280 < size_y / size_X < 1e280)
    expected = np.linalg.lstsq(X / size_X, y / size_y, rcond=1e-10)[0]
    got = reduced.minimisers(0.0) / (size_y / size_X)
    assert np.allclose(got, expected, rtol=1e-9, atol=1e-9 * np.max(np.abs(expected)))


@given(problems(), st.floats(-3, 3))
def test_y_scaled_by_c_scales_theta_by_c_and_leaves_the_shrinkage(problem, exponent):
    X, y, _ = problem
    sx = np.max(np.abs(X)) or 1.0
    X = X / sx
    c, lam = 10.0**exponent, 10.0**exponent
    one = ReducedProblem.from_triangle(X, y, X.shape[0], 0)
    two = ReducedProblem.from_triangle(X, c * y, X.shape[0], 0)
    assert np.array_equal(one.filter_factors(lam), two.filter_factors(lam))
    size = np.max(np.abs(one.minimisers(lam)), initial=0.0)
    assert np.allclose(
        two.minimisers(lam), c * one.minimisers(lam), rtol=1e-9, atol=1e-12 * c * size
    )


def test_the_triangle_of_a_qr_gives_the_same_problem_as_the_rows(default):
    R = np.linalg.qr(np.column_stack([default.X, default.y]), mode="r")
    whole = ReducedProblem.from_triangle(default.X, default.y, 60, 1)
    small = ReducedProblem.from_triangle(R[:, :2], R[:, 2], 60, 1)
    assert np.allclose(small.d, whole.d, rtol=1e-13)
    assert np.allclose(small.minimisers([0, 1.0]), whole.minimisers([0, 1.0]), rtol=1e-12)
    assert small.rss_min == pytest.approx(whole.rss_min, rel=1e-12)


def test_shrink_factors_at_the_ends(singular):
    reduced = singular.reduced
    assert np.array_equal(reduced.filter_factors(0.0), [1.0, 0.0])
    assert np.array_equal(reduced.filter_factors([1e308])[0] < 1e-300, [True, True])


def test_a_matrix_of_zeros_has_rank_zero_and_an_objective():
    reduced = ReducedProblem.from_triangle(np.zeros((5, 2)), np.ones(5), 5, 0)
    assert reduced.rank == 0
    objective = QuadraticObjective(reduced)
    assert np.array_equal(objective.minimiser(), [0.0, 0.0])
    assert objective.minimum == pytest.approx(5.0)


def test_what_is_kept_and_what_is_lost_add_up_and_small_shares_keep_their_digits(default):
    reduced = default.reduced
    lams = np.concatenate([[0.0], np.geomspace(1e-300, 1e300, 61)])
    kept, lost = reduced.filter_factors(lams), reduced.filter_complements(lams)
    assert np.allclose(kept + lost, 1.0, rtol=1e-15)
    small = lams[lams < 1e-20]
    assert np.allclose(reduced.filter_complements(small), small[:, None] / reduced.d**2, rtol=1e-14)
    assert np.array_equal(lost[0], [0.0, 0.0])


@pytest.mark.parametrize("lam", [-1.0, np.nan, np.inf, [1.0, -0.1]])
def test_impossible_penalties_are_refused(default, lam):
    with pytest.raises(ValueError, match="λ must be finite and at least 0"):
        default.reduced.minimisers(lam)
