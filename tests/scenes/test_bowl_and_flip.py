"""The heart of the film says what is true of the data, and shows the numbers of ridge_math."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np
import pytest

from pipeline.render.frames import draw, probe
from pipeline.render.settings import RenderSettings
from ridge_math import Dataset, bowl_lam, condition_number_gram, kind_of, resampled_minimisers
from ridge_math.likelihood import GaussianLikelihood, tau2_from
from scenes import build_act
from scenes.bowl import DRAWS, SEED
from scenes.brief import Brief
from scenes.text.captions import catalogue

SMALL = RenderSettings(width=128, height=72, fps=4)
KINDS = {
    "valley": Dataset.synthetic(),
    "exact": Dataset.synthetic(correlation=1.0),
    "round": Dataset.synthetic(correlation=0.05),
    "pinned": Dataset.synthetic(n_samples=20_000),
}


def captions(act: str, data: Dataset) -> list[str]:
    return [cue.text for cue in probe(partial(build_act, act, Brief(data)), SMALL).cues]


def at_the_end(act: str, data: Dataset) -> Any:
    """The act as it stands after its last frame."""
    made: list[Any] = []

    def factory(renderer: Any) -> Any:
        made.append(build_act(act, Brief(data), renderer))
        return made[0]

    probe(factory, SMALL)
    return made[0]


def at_its_last_beat(act: str, data: Dataset) -> Any:
    """The act as it stands when its last beat is marked: afterwards it hands over."""
    made: list[Any] = []

    def factory(renderer: Any) -> Any:
        made.append(build_act(act, Brief(data), renderer))
        return made[-1]

    last = probe(factory, SMALL).beats[-1].frame
    draw(factory, SMALL, last - 1, last, lambda _: None)
    return made[-1]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("act", ["bowl", "flip"])
def test_only_what_is_true_of_the_data_is_said(act: str, kind: str) -> None:
    data = KINDS[kind]
    assert kind_of(data) == kind
    texts = catalogue("en")[act]
    said = captions(act, data)
    beginnings = {key: text.split("{")[0] for key, text in texts.items()}  # numbers are filled in

    def is_said(key: str) -> bool:
        return any(text.startswith(beginnings[key]) for text in said)

    for key in texts:
        base = key.split("_")[0]
        if base == key or not is_said(base):
            continue
        assert key.endswith(f"_{kind}") or texts[key] not in said, key
    for key in texts:
        if key.endswith(f"_{kind}"):
            assert is_said(key), key
            assert texts[key.removesuffix(f"_{kind}")] not in said, key


@pytest.mark.parametrize("kind", ["valley", "exact"])
def test_the_bowl_has_the_promised_condition(kind: str) -> None:
    land = at_its_last_beat("bowl", KINDS[kind]).land
    assert land.lam_now() == pytest.approx(bowl_lam(KINDS[kind]))
    assert condition_number_gram(KINDS[kind], land.lam_now()) == pytest.approx(4.0)


@pytest.mark.parametrize("kind", KINDS)
def test_the_ball_rests_at_the_ridge_solution(kind: str) -> None:
    data = KINDS[kind]
    land = at_its_last_beat("bowl", data).land
    X, y = data.X, data.y
    gram = X.T @ X + land.lam_now() * np.eye(2)
    np.testing.assert_allclose(land.best(), np.linalg.solve(gram, X.T @ y), rtol=1e-8)
    place = np.asarray(land.ball.places()).reshape(3)
    np.testing.assert_allclose(place[:2], land.scale.place(land.best()), atol=land.ball.radius)
    surface = land.surface.point(land.best())
    assert 0.0 <= place[2] - surface[2] <= land.ball.radius


def test_prior_and_penalty_are_one() -> None:
    act = at_the_end("flip", KINDS["valley"])
    likelihood = GaussianLikelihood.from_problem(KINDS["valley"])
    assert act.sigma2 == likelihood.sigma2
    act.land.lam.set_value(1.0)
    lam = act.land.lam_now()
    mode = likelihood.posterior_mode(tau2_from(act.sigma2, lam))
    np.testing.assert_allclose(mode, act.land.best(), rtol=1e-10)


def test_the_cloud_of_the_valley_is_long_and_that_of_the_bowl_a_spot() -> None:
    act = at_the_end("bowl", KINDS["valley"])
    along = KINDS["valley"].reduced.V[:, -1]
    spot = np.std(act.land.draws @ along)
    assert np.std(act.before @ along) > 20 * spot
    for cloud, lam in ((act.before, 0.0), (act.land.draws, act.land.last_lam)):
        drawn = resampled_minimisers(KINDS["valley"], lam, DRAWS, SEED)
        np.testing.assert_array_equal(cloud, drawn)


def test_the_peak_stands_as_high_as_the_ridge_and_a_bowl_is_not_lowered() -> None:
    land = at_the_end("flip", KINDS["valley"]).land
    land.flip.set_value(-1.0)
    tops = []
    for share in (0.0, 0.5, 1.0):
        land.lam.set_value(share)
        tops.append(float(land.surface.point(land.best())[2]))
    np.testing.assert_allclose(tops, tops[0])
    land.flip.set_value(1.0)
    level = float(land.scale.level(land.now().minimum))
    assert land.form().lowest() == pytest.approx(level)


@pytest.mark.parametrize("kind", KINDS)
def test_iso_lines_of_the_ridge_stand_at_the_ticks(kind: str) -> None:
    act = at_the_end("flip", KINDS[kind])
    land = act.land
    land.flip.set_value(-1.0)
    factor, offset = land.surface.levels()
    for value in land.log_ticks(act.sigma2).values:
        level = land.scale.level(land.objective.minimum - 2.0 * act.sigma2 * value)
        number = factor * float(level) + offset
        assert number == pytest.approx(round(number), abs=1e-6)


@pytest.mark.parametrize("kind", KINDS)
def test_it_ends_on_the_peak_with_what_the_film_is_about(kind: str) -> None:
    act = at_its_last_beat("flip", KINDS[kind])
    assert (act.land.lam(), act.land.flip()) == (1.0, -1.0)
    key = "punch_round" if kind == "round" else "punch"
    assert act.cues[-1].text == catalogue("en")["flip"][key]
    assert act._caption.size == pytest.approx(act.theme.title * act.layout.frame.height)


def test_the_flip_passes_through_flat_and_nothing_leaves_the_box() -> None:
    act = at_the_end("flip", KINDS["valley"])
    land = act.land
    corners = land.scale.centre + land.scale.half_width * np.array([[-1, -1], [1, 1], [-1, 1.0]])
    for flip in (1.0, 0.5, 0.0, -0.5, -1.0):
        land.flip.set_value(flip)
        level = np.clip(land.form().value(*land.scale.place(corners).T), None, 1.0)
        heights = land.surface.point(corners, level)[:, 2]
        assert np.all(heights >= -1e-9)
        assert np.all(heights <= land.scale.height + 1e-9)
        if flip == 0.0:
            np.testing.assert_allclose(heights, land.scale.height / 2)


@pytest.mark.parametrize("theme", ["dark", "light"])
def test_the_surface_is_in_the_picture_at_every_beat(theme: str) -> None:
    for act in ("bowl", "flip"):
        factory = partial(build_act, act, Brief(KINDS["valley"], theme))
        for beat in probe(factory, SMALL).beats[:-1]:
            frames: list[Any] = []
            draw(factory, SMALL, beat.frame - 1, beat.frame, frames.append)
            middle = frames[0][10:55, 40:120, :3]
            assert middle.std() > 8.0, (act, beat.name)
