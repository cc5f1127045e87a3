"""The numbers of what an act shows at its beats, against scikit-learn and plain linear algebra."""

from __future__ import annotations

import math
from functools import partial

import numpy as np
import pytest
from sklearn.linear_model import Ridge

from pipeline.render.frames import NOTHING, FrameRenderer, run
from pipeline.render.settings import RenderSettings
from ridge_math import Dataset, QuadraticObjective
from scenes import build_act
from scenes.brief import Brief
from scenes.cues import Beat
from scenes.summary import objective_summary

DATA = Dataset.synthetic(n_samples=30, correlation=0.9, seed=3)


def beats(act: str, dataset: Dataset = DATA) -> dict[str, Beat]:
    settings = RenderSettings(128, 72, fps=2)
    factory = partial(build_act, act, Brief(dataset))
    scene = run(factory, settings, lambda: FrameRenderer(NOTHING, lambda frame: None, settings.fps))
    return {beat.name: beat for beat in scene.beats}


@pytest.mark.parametrize("lam", [0.0, 0.5, 12.0])
def test_numbers_are_those_of_ridge_regression(lam: float) -> None:
    told = objective_summary(DATA.objective().penalised(lam))
    fit = Ridge(alpha=lam or 1e-12, fit_intercept=False).fit(DATA.X, DATA.y)
    residuals = DATA.y - DATA.X @ fit.coef_
    gram = DATA.X.T @ DATA.X
    penalised = gram + lam * np.eye(2)
    assert told["lam"] == lam
    assert told["theta"] == pytest.approx(fit.coef_.tolist())
    assert told["rss"] == pytest.approx(residuals @ residuals)
    assert told["objective"] == pytest.approx(residuals @ residuals + lam * fit.coef_ @ fit.coef_)
    assert told["eigenvalues"] == pytest.approx(np.linalg.eigvalsh(penalised)[::-1].tolist())
    assert told["condition_number"] == pytest.approx(np.linalg.cond(penalised))
    assert told["effective_df"] == pytest.approx(np.trace(np.linalg.solve(penalised, gram)))


def test_exactly_collinear_features_have_no_condition_number() -> None:
    x = np.arange(6.0) - 2.5
    told = objective_summary(QuadraticObjective.from_arrays(np.stack([x, x], axis=1), 2 * x))
    assert told["condition_number"] is None
    assert told["theta"] == pytest.approx([1.0, 1.0])  # of least norm
    assert all(math.isfinite(value) for value in told["eigenvalues"])


def test_an_act_notes_what_it_shows_at_each_beat() -> None:
    bowl = beats("bowl")
    assert bowl["valley"].numbers == objective_summary(DATA.objective())
    shown = bowl["bowl"].numbers
    assert shown is not None
    assert shown["lam"] > 0
    assert shown == objective_summary(DATA.objective().penalised(shown["lam"]))
    assert shown["condition_number"] < bowl["valley"].numbers["condition_number"]
    assert beats("hook")["calm"].numbers is None


def test_the_loop_notes_its_rests_without_stopping() -> None:
    shapes = beats("loop")
    assert list(shapes) == ["valley", "bowl", "peak", "ridge"]
    lams = [beat.numbers["lam"] for beat in shapes.values() if beat.numbers]
    assert lams[0] == lams[3] == 0.0
    assert lams[1] == lams[2] > 0.0
    assert sorted(frames := [beat.frame for beat in shapes.values()]) == frames
