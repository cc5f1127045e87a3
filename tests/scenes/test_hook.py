"""The fit in `hook` is a real ridge fit, and what it says of two columns is true of them."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from sklearn.linear_model import Ridge
from sklearn.preprocessing import StandardScaler

from scenes.mobjects.overfit import DEGREE, Overfit
from tests.matrix import matrix
from tests.scenes.seeing import SHAPES

SAID = {
    "default": "So do these two: ",
    "exact": "these two, exactly",
    "opposed": "these two, in part",
    "uncorrelated": "hardly do",
}


def test_it_holds_for_any_data(see, faults, any_problem) -> None:
    seen = see("hook", any_problem)
    assert 0.75 * 12 <= seen.timeline.seconds <= 1.25 * 12
    assert [beat.name for beat in seen.timeline.beats] == ["wild", "calm", "twins"]
    assert faults(seen) == []


@pytest.mark.parametrize(
    ("problem", "shape"), matrix(["default", "long names", "far from zero"], SHAPES)
)
def test_it_holds_in_narrow_frames(see, faults, problem, shape) -> None:
    assert faults(see("hook", problem, shape)) == []


@pytest.mark.parametrize(("problem", "said"), SAID.items())
def test_what_it_says_of_the_columns_is_true(see, problem, said) -> None:
    assert said in see("hook", problem).timeline.cues[-1].text


@pytest.mark.parametrize("lam", [1e-6, 1e-2, 1.0])
def test_the_curve_is_that_of_an_independent_ridge(lam) -> None:
    fit = Overfit()
    powers = StandardScaler().fit(fit.x[:, None] ** np.arange(1, DEGREE + 1))
    ridge = Ridge(alpha=lam, solver="svd").fit(
        powers.transform(fit.x[:, None] ** np.arange(1, DEGREE + 1)), fit.y
    )
    expected = ridge.predict(powers.transform(fit.along[:, None] ** np.arange(1, DEGREE + 1)))
    assert fit.curve(lam) == pytest.approx(expected, abs=1e-5)


def test_it_is_wild_at_first_and_calm_at_last() -> None:
    fit = Overfit()

    def turns(lam: float) -> int:
        return int(np.count_nonzero(np.diff(np.sign(np.diff(fit.curve(lam))))))

    start, end = fit.span.low, fit.calm_lam
    assert start < end < fit.span.high, "the best λ lies within the slider"
    assert turns(start) >= 8
    assert turns(end) <= 2
    assert np.linalg.norm(fit.theta(start)) > 100 * np.linalg.norm(fit.theta(end))


def test_collinearity_is_what_makes_it_wild(see) -> None:
    fit = Overfit()
    powers = StandardScaler().fit_transform(fit.x[:, None] ** np.arange(1, DEGREE + 1))
    assert fit.kappa(0.0) == pytest.approx(np.linalg.cond(powers), rel=1e-6)
    assert fit.kappa(0.0) > 1e4 > 100 * fit.kappa(fit.calm_lam)
    assert any("κ = 7.4 × 10⁴" in cue.text for cue in see("hook", "default").timeline.cues)


def test_the_curve_moves_as_much_at_all_times() -> None:
    fit = Overfit()
    assert fit.lam_at(0.0) == pytest.approx(fit.span.low)
    assert fit.lam_at(1.0) == pytest.approx(fit.calm_lam)
    curves = [fit.curve(fit.lam_at(share)) for share in np.linspace(0.0, 1.0, 61)]
    steps = [np.sqrt(np.mean((b - a) ** 2)) for a, b in pairwise(curves)]
    assert max(steps) < 1.3 * np.mean(steps)


def test_every_frame_shows_something_and_is_the_same_alone(see, frame) -> None:
    timeline = see("hook", "longley").timeline
    calm = timeline.beats[1].frame
    together = frame("hook", "longley", calm - 1, 9)  # the plot goes aside
    assert np.array_equal(frame("hook", "longley", calm + 6)[0], together[7])
    for picture in (frame("hook", "longley", 0)[0], *together):
        inked = np.any(picture != picture[0, 0], axis=-1)
        assert inked.mean() > 0.05
