"""What is said of the floor is true of the data, and what is drawn on it is what ridge_math computes."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from pipeline.render.frames import probe
from pipeline.render.settings import RenderSettings
from ridge_math import Dataset
from ridge_math.collinearity import disagreement
from ridge_math.kind import kind_of
from ridge_math.resample import resampled_minimisers
from ridge_math.spectrum import correlation
from scenes.brief import Brief
from scenes.mobjects.fits import shown_rows
from scenes.mobjects.floor import DRAWS, SEED
from scenes.mobjects.model_table import Format
from scenes.text.captions import caption_text, reading_seconds
from scenes.valley import Valley
from tests.matrix import matrix
from tests.scenes.conftest import PROBLEMS
from tests.scenes.seeing import SHAPES

LONGLEY = Path(__file__).parents[2] / "examples" / "longley.csv"
FPS = 5
SMALL = RenderSettings(width=160, height=90, fps=FPS)
BEATS = ["floor", "three", "predictions", "off", "cloud", "limit", "flat"]


def unscaled() -> Dataset:
    data = Dataset.synthetic()
    return Dataset.from_arrays(data.X * [3.0, 0.5] + 7.0, data.y * 1e9, data.features, scale=False)


DATA: dict[str, Callable[[], Dataset]] = {
    "default": Dataset.synthetic,
    "longley": lambda: Dataset.from_file(LONGLEY, ["GNP", "Year"], "Employed"),
    "uncorrelated": lambda: Dataset.synthetic(correlation=0.0),
    "mild": lambda: Dataset.synthetic(correlation=0.6),
    "opposed": lambda: Dataset.synthetic(correlation=-0.98),
    "nearly collinear": lambda: Dataset.synthetic(correlation=1.0 - 1e-7),
    "collinear": lambda: Dataset.synthetic(correlation=1.0),
    "opposite": lambda: Dataset.synthetic(correlation=-1.0),
    "unscaled": unscaled,
    "no noise": lambda: Dataset.synthetic(noise=0.0),
    "little noise": lambda: Dataset.synthetic(theta=(1.0, 1.0), noise=0.02),
    "much noise": lambda: Dataset.synthetic(correlation=0.0, noise=9.0),
    "no signal": lambda: Dataset.synthetic(theta=(0.0, 0.0), noise=1.0),
}
COLLINEAR = ("collinear", "opposite")


class Noted(Valley):
    """The act, with what it says and how flat the floor is while it says so."""

    def construct(self) -> None:
        self.said: list[str] = []
        self.flat_at: dict[str, bool] = {}
        super().construct()

    def say(self, key: str, *others: Any, **values: Any) -> None:
        self.said.append(self.caption_key(key))
        super().say(key, *others, **values)

    def beat(self, name: str) -> None:
        self.flat_at[name] = self.land.now().reduced.rank < 2
        super().beat(name)


def play(data: Dataset) -> Any:
    made = []

    def factory(renderer: Any) -> Any:
        made.append(Noted(Brief(data), renderer=renderer))
        return made[0]

    probe(factory, SMALL)
    return made[0]


@lru_cache(maxsize=16)
def played(name: str) -> Any:
    """The act after its last frame."""
    return play(DATA[name]())


@pytest.fixture(params=list(DATA))
def act(request: pytest.FixtureRequest) -> Any:
    act = played(request.param)
    act.land.alike.set_value(0.0)
    act.land.spread.set_value(1.0)
    return act


def rss_of_rows(data: Dataset, theta: np.ndarray) -> float:
    return float(np.sum((data.y - data.X @ theta) ** 2))


# -- what it is in time ------------------------------------------------------------------------------


def test_it_takes_about_thirty_seconds_and_can_be_read(see, any_problem, any_data) -> None:
    timeline = see("valley", any_problem).timeline
    assert 25.0 <= timeline.seconds <= 42.5
    missing = {"exact": "limit", "round": "off"}.get(kind_of(any_data))
    expected = [name for name in BEATS if name != missing]
    assert [beat.name for beat in timeline.beats] == expected
    for cue in timeline.cues:
        assert (cue.stop - cue.start) / FPS >= reading_seconds(cue.text) - 1.0 / FPS, cue.text


@pytest.mark.parametrize(("problem", "shape"), matrix(PROBLEMS, SHAPES))
def test_all_words_are_in_the_frame_and_apart(see, faults, problem, shape) -> None:
    assert faults(see("valley", problem, shape)) == []


# -- what is said ------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", DATA)
def test_many_minima_are_spoken_of_only_where_there_are_many(name: str) -> None:
    act = played(name)
    exact = act.brief.dataset.reduced.rank < 2
    assert exact == (name in COLLINEAR)
    assert act.flat_at["flat"]
    assert act.said[-1] == ("flat_exact" if exact else "flat")
    for beat in ("floor", "three", "predictions", "cloud", *(() if exact else ("limit",))):
        assert act.flat_at[beat] == exact, beat
    assert any(key in act.said for key in ("limit", "limit_pinned")) != exact


@pytest.mark.parametrize("key", ["limit", "flat", "flat_exact"])
def test_the_words_tell_one_minimum_from_many(key: str) -> None:
    text = caption_text("en", "valley", key, limit="1")
    assert ("one minimum" in text) == (key == "limit")
    assert ("every point of it is a minimum" in text) == (key != "limit")


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("default", ["floor", "step", "predictions", "off", "draw", "limit", "flat"]),
        ("longley", ["floor", "step", "predictions", "off", "draw", "limit", "flat"]),
        (
            "little noise",
            ["floor", "step", "predictions", "off", "draw_pinned", "limit_pinned", "flat"],
        ),
        (
            "uncorrelated",
            ["floor_round", "step_round", "predictions_round", "draw_round", "limit", "flat"],
        ),
        (
            "collinear",
            ["floor_exact", "step_exact", "predictions_exact", "off", "draw_exact", "flat_exact"],
        ),
    ],
)
def test_what_is_said_depends_on_the_data(name: str, expected: list[str]) -> None:
    assert played(name).said == expected


@pytest.mark.parametrize(
    ("name", "limit"), [("default", "1"), ("opposed", "−1"), ("opposite", "−1")]
)
def test_the_limit_has_the_sign_of_the_correlation(name: str, limit: str) -> None:
    text = played(name).cues[-1].text
    assert f" {limit} exactly" in text or f"exactly {limit}:" in text


def test_the_times_by_which_rss_rises_across_are_those_of_the_table() -> None:
    act = played("default")
    cue = next(cue.text for cue in act.cues if "times as much" in cue.text)
    said = float(cue.split("rises ")[1].split(" times")[0])
    act.land.third = act.land.across
    along, best, across = (rss_of_rows(act.brief.dataset, theta) for theta in act.land.models())
    assert said == pytest.approx((across - best) / (along - best), rel=0.01)


# -- three models on the floor -----------------------------------------------------------------------


def test_two_of_three_are_the_same_step_away_along_the_floor_and_across_it(act) -> None:
    land, data = act.land, act.brief.dataset
    land.third = land.across
    models, best = land.models(), data.objective().minimiser()
    np.testing.assert_allclose(models[1], best)
    along, across = models[0] - best, models[2] - best
    assert np.linalg.norm(along) == pytest.approx(np.linalg.norm(across))
    assert np.linalg.norm(along) > 0.15 * land.scale.half_width
    assert along @ across == pytest.approx(0.0, abs=1e-9 * (along @ along))
    assert np.all(np.abs(land.scale.place(models)) < land.scale.reach)
    assert np.all(land.scale.level(land.rss()) < 1.0)
    expected = [rss_of_rows(data, theta) for theta in models]
    nothing = 1e-12 * data.reduced.total_ss
    np.testing.assert_allclose(land.rss(), expected, rtol=1e-6, atol=nothing)


def test_the_balls_rest_on_the_surface(act) -> None:
    land = act.land
    heights = np.asarray(land.trio.places())[:, 2] / land.scale.height
    level = land.scale.level(land.objective.value(land.models()[[1, 0, 2]]))
    radius = land.trio.radius / land.scale.height
    assert np.all(heights > level)
    assert np.all(heights <= level + radius)


def test_the_table_says_what_the_models_are(act) -> None:
    land, table = act.land, act.table
    table.read()
    for row, (theta1, theta2, rss) in zip(
        table.cells, np.column_stack([land.models(), land.rss()]), strict=True
    ):
        for cell, value, form in zip(row, (theta1, theta2, rss), table.formats, strict=True):
            text = cell.markup.removeprefix('#"').removesuffix('"').replace("−", "-")
            step = 10.0 ** (form.exponent - form.decimals)
            assert float(text) * 10.0**form.exponent == pytest.approx(value, abs=0.51 * step)
    rights = [[round(float(cell.points[1, 0]), 9) for cell in row] for row in table.cells]
    assert rights[0] == rights[1] == rights[2]


def test_predictions_of_the_inset_and_how_much_they_differ(act) -> None:
    land, data = act.land, act.brief.dataset
    land.third = land.across
    models = land.models()
    np.testing.assert_allclose(act.fit.predictions(), models @ data.X[act.fit.rows].T)
    spread = math.sqrt(data.reduced.total_ss / data.n_samples)
    for k, step, share in zip((0, 2), act.steps(), act.shares(), strict=True):
        apart = math.sqrt(np.mean((data.X @ (models[k] - models[1])) ** 2))
        assert step == pytest.approx(apart, rel=1e-6, abs=1e-7 * spread)
        assert share == pytest.approx(apart / data.y.std(), rel=1e-6, abs=1e-7)
    left = math.sqrt(rss_of_rows(data, models[1]) / data.n_samples)
    assert act.left_over() == pytest.approx(left, rel=1e-6, abs=1e-12 * spread)


def test_off_the_line_of_the_data_two_models_that_fit_alike_disagree(act) -> None:
    """Component plus residual: the slope of least squares through these dots is that of its line."""
    land, data, off = act.land, act.brief.dataset, act.off
    t = data.X @ land.along
    best = data.objective().minimiser()
    partial = data.y - data.X @ best + t * (land.along @ best)
    shown = shown_rows(data)
    np.testing.assert_allclose(off.off, t[shown])
    np.testing.assert_allclose(off.partial, partial[shown], atol=1e-9 * np.ptp(data.y))
    models = land.models()[:2]
    np.testing.assert_allclose(off.slopes(), models @ land.along)
    if data.reduced.rank == 2:
        scale = math.sqrt((t @ t) * (partial @ partial))
        assert t @ partial == pytest.approx((t @ t) * off.slopes()[1], abs=1e-9 * scale)
    apart = np.ptp(off.apart.points[[0, -1], 1]) / off.area.height * (off.y.high - off.y.low)
    assert apart == pytest.approx(float(disagreement(models, land.along)), rel=1e-6)


# -- data drawn again --------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["default", "longley", "opposed", "collinear"])
def test_the_cloud_is_that_of_the_data_drawn_again(name: str) -> None:
    land = played(name).land
    land.alike.set_value(0.0)
    expected = resampled_minimisers(land.dataset, 0.0, DRAWS, SEED)
    np.testing.assert_allclose(land.redrawn(DRAWS), expected, rtol=1e-5)


@pytest.mark.parametrize("name", ["default", "uncorrelated", "opposed"])
def test_the_cloud_stretches_along_the_floor_and_every_dot_can_be_followed(name: str) -> None:
    land = played(name).land
    across = np.array([-land.along[1], land.along[0]])
    before = None
    for share in (0.1, 0.4, 0.7, 0.97):
        land.alike.set_value(share)
        cloud = land.redrawn(DRAWS) - land.middle
        wide, long = np.abs(cloud @ across), np.abs(cloud @ land.along)
        if before is not None:
            assert np.all(np.sign(cloud @ land.along) == before[0])
            assert np.all(long > before[1])
            np.testing.assert_allclose(wide, before[2], rtol=0.5, atol=1e-3 * land.reach)
        before = np.sign(cloud @ land.along), long, wide
    land.alike.set_value(1.0)
    assert len(land.cloud.places()) == 0


# -- ρ → 1 -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", [name for name in DATA if name not in COLLINEAR])
def test_the_floor_levels_out_and_is_flat_only_in_the_end(name: str) -> None:
    act = played(name)
    land, data = act.land, act.brief.dataset
    near, far = land.ends()
    floor = land.middle + np.linspace(near, far, 9)[:, None] * land.along
    total = data.reduced.total_ss
    bend = math.inf
    for share in (1e-6, 0.3, 0.6, 0.97):
        land.alike.set_value(share)
        objective = land.now()
        assert objective.reduced.rank == 2
        # One minimum, where it was; told apart from a flat floor by its curvature, not by heights.
        np.testing.assert_allclose(
            objective.minimiser(), land.middle, rtol=1e-4, atol=1e-6 * land.scale.half_width
        )
        steepness = float(land.along @ objective.hessian @ land.along)
        assert 0.0 < steepness < bend
        bend = steepness
    land.alike.set_value(1.0)
    values = land.now().value(floor)
    np.testing.assert_allclose(values, data.objective().minimum, rtol=1e-9, atol=1e-9 * total)
    form = land.form()
    levels = form.value(*land.scale.place(floor).T)
    assert np.ptp(levels) < 1e-9
    act.profile.show()
    assert np.ptp(act.profile.curve.points[:, 1]) < 1e-6
    assert land.rho_now() == math.copysign(1.0, land.rho)


@pytest.mark.parametrize("name", ["default", "longley", "mild", "opposed", "unscaled"])
def test_the_way_there_starts_at_the_data(name: str) -> None:
    act = played(name)
    land, data = act.land, act.brief.dataset
    land.alike.set_value(1e-9)
    corners = np.array(land.scale.centre) + land.scale.half_width * np.array(
        [[-1, -1], [-1, 1], [1, -1], [1, 1]]
    )
    np.testing.assert_allclose(
        land.now().value(corners), data.objective().value(corners), rtol=1e-6
    )
    assert land.rho_now() == pytest.approx(correlation(data)[0, 1], abs=1e-8)


@pytest.mark.parametrize("name", ["default", "collinear", "opposite"])
def test_the_line_of_minima_runs_along_the_floor_from_edge_to_edge(name: str) -> None:
    land = played(name).land
    land.alike.set_value(1.0)
    land.line.set_value(1.0)
    points = np.asarray(land.floor_line.points())
    assert np.abs(points[[0, -1], :2]).max(axis=1) == pytest.approx(land.scale.reach)
    level = land.scale.level(land.dataset.objective().minimum)
    np.testing.assert_allclose(points[:, 2], land.scale.height * level, atol=1e-9)
    if name == "default":
        land.alike.set_value(0.97)
        assert len(land.floor_line.points()) == 0


def test_the_profile_is_rss_along_the_floor(act) -> None:
    act.land.third = -act.land.along
    profile, land = act.profile, act.land
    for share in (0.0, 0.5):
        land.alike.set_value(share)
        profile.show()
        ends = profile.curve.points.reshape(-1, 4, 3)[:, 0]
        theta = land.middle + profile.steps[:-1, None] * land.along
        expected = profile.to_frame(profile.steps[:-1], land.now().value(theta))
        np.testing.assert_allclose(ends, expected, atol=1e-6)
        for mark, step in zip(profile.marks, (land.reach, 0.0, -land.reach), strict=True):
            at = profile.to_frame([step], land.now().value(land.middle + step * land.along))[0]
            np.testing.assert_allclose(mark.points.mean(axis=0), at, atol=1e-6)


# -- the small print ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("values", "shown"),
    [
        ([14.19, 13.38], ["14.2", "13.4"]),
        ([0.586, -0.352], ["0.586", "−0.352"]),
        ([1234567.0, -2.0], ["1.23", "0.00"]),
        ([4.85e-6, 1.29e-7], ["4.85", "0.13"]),
        ([0.0, 0.0], ["0.00", "0.00"]),
        ([8123.0, 15.0], ["8123", "15"]),
        ([273.1, 13.38], ["273.1", "13.4"]),
    ],
)
def test_numbers_of_a_column_share_their_decimals(values: list[float], shown: list[str]) -> None:
    form = Format.of(values)
    assert [form(value) for value in values] == shown


@pytest.mark.parametrize("problem", ["default", "exact"])
def test_every_beat_shows_something_of_its_own(see, frame, problem) -> None:
    pictures = [
        frame("valley", problem, beat.frame - 1)[0]
        for beat in see("valley", problem).timeline.beats
        if beat.name in ("floor", "predictions", "flat")
    ]
    for picture in pictures:
        assert np.mean(np.any(picture != picture[0, 0], axis=-1)) > 0.1
    for k, one in enumerate(pictures):
        for other in pictures[k + 1 :]:
            assert np.mean(np.any(one != other, axis=-1)) > 0.01
