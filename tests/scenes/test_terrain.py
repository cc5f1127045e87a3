"""Every dot stands at the height of its RSS, and the squares in the inset add up to it."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.render.frames import probe
from pipeline.render.settings import RenderSettings
from ridge_math import Dataset
from scenes.brief import Brief
from scenes.mobjects.fits import ALL_ROWS, SOME_ROWS, rss_share, shown_rows
from scenes.mobjects.landscape import stage_scale
from scenes.terrain import FEW, Terrain, candidates, staggered
from scenes.text.captions import reading_seconds
from tests.matrix import matrix
from tests.scenes.conftest import PROBLEMS
from tests.scenes.seeing import SHAPES

LONGLEY = Path(__file__).parents[2] / "examples" / "longley.csv"
FPS = 5
SMALL = RenderSettings(width=160, height=90, fps=FPS)
BEATS = [
    "floor",
    "point",
    "residuals",
    "height",
    "another",
    "ten",
    "hundreds",
    "surface",
    "meaning",
]


def scaled(factor: float) -> Dataset:
    data = Dataset.synthetic()
    return Dataset.from_arrays(data.X * factor, data.y / factor, data.features)


DATA: dict[str, Callable[[], Dataset]] = {
    "default": Dataset.synthetic,
    "longley": lambda: Dataset.from_file(LONGLEY, ["GNP", "Year"], "Employed"),
    "uncorrelated": lambda: Dataset.synthetic(correlation=0.0),
    "opposed": lambda: Dataset.synthetic(correlation=-0.97),
    "collinear": lambda: Dataset.synthetic(correlation=1.0),
    "huge": lambda: scaled(3e8),
    "small": lambda: scaled(2e-9),
    "no noise": lambda: Dataset.synthetic(noise=0.0),
    "no signal": lambda: Dataset.synthetic(theta=(0.0, 0.0), noise=1.0),
}


@lru_cache(maxsize=16)
def stepped(name: str) -> Any:
    """The act after its last frame."""
    made = []

    def factory(renderer: Any) -> Any:
        made.append(Terrain(Brief(DATA[name]()), renderer=renderer))
        return made[0]

    probe(factory, SMALL)
    return made[0]


@pytest.fixture(params=list(DATA))
def act(request: pytest.FixtureRequest) -> Any:
    return stepped(request.param)


def rss_of_rows(data: Dataset, theta: np.ndarray) -> float:
    return float(sum((y - x @ theta) ** 2 for x, y in zip(data.X, data.y, strict=True)))


# -- what it is in time ------------------------------------------------------------------------------


def test_it_takes_about_35_seconds_and_can_be_read(see, any_problem) -> None:
    timeline = see("terrain", any_problem).timeline
    assert 26.0 <= timeline.seconds <= 44.0
    assert [beat.name for beat in timeline.beats] == BEATS
    for cue in timeline.cues:
        assert (cue.stop - cue.start) / FPS >= reading_seconds(cue.text) - 1.0 / FPS, cue.text


@pytest.mark.parametrize(("problem", "shape"), matrix(PROBLEMS, SHAPES))
def test_all_words_are_in_the_frame_and_apart(see, faults, problem, shape) -> None:
    assert faults(see("terrain", problem, shape)) == []


def test_names_are_shown_as_they_are(see) -> None:
    shown = " ".join(see("terrain", "long names").texts["surface"])
    assert '#"#read(\\"x\\")' in shown
    assert "…" in shown


# -- heights -----------------------------------------------------------------------------------------


def test_the_stem_ends_at_the_level_of_rss(act) -> None:
    data, scale = act.brief.dataset, act.scale
    for route in np.linspace(0.0, 2.0, 9):
        act.route.set_value(route)
        act.rows_summed.set_value(1.0)
        theta = act.theta()
        foot, top = act.stem.ends()[0]
        assert foot[2] == pytest.approx(0.0, abs=1e-12)
        expected = scale.height * scale.level(rss_of_rows(data, theta))
        assert top[2] == pytest.approx(expected, rel=1e-7, abs=1e-9)
        np.testing.assert_allclose(top[:2], scale.place(theta), atol=1e-12)
        np.testing.assert_allclose(act.dot.places(), top)
        nothing = 1e-12 * data.reduced.total_ss
        assert act.summed() == pytest.approx(rss_of_rows(data, theta), rel=1e-7, abs=nothing)


def test_guides_lead_to_the_coordinates_on_the_axes(act) -> None:
    for axis in (0, 1):
        at, edge = act.guide(axis)[0]
        assert edge[axis] == pytest.approx(act.scale.place(act.theta())[axis])
        assert abs(edge[1 - axis]) == pytest.approx(act.scale.reach)
        assert at[2] == edge[2] == pytest.approx(0.0, abs=1e-12)


def test_the_many_stand_on_the_surface_they_condense_into(act) -> None:
    act.few_risen.set_value(1.0)
    act.many_risen.set_value(1.0)
    for theta, dots in ((act.few, act.few_dots), (act.crowd, act.crowd_dots)):
        places = np.asarray(dots.places())
        assert len(places) == len(theta) == len(dots.colours())
        np.testing.assert_allclose(places, act.land.surface.point(theta), atol=1e-8)
        values = act.land.dataset.objective().value(theta)
        np.testing.assert_allclose(
            places[:, 2] / act.scale.height, act.scale.level(values), atol=1e-9
        )
        assert places[:, 2].max() < act.scale.height
    assert len(act.few) == FEW
    assert len(act.crowd) >= 100


def test_they_rise_one_after_the_other() -> None:
    order = np.linspace(0.0, 1.0, 6)
    assert np.all(staggered(0.0, order) == 0.0)
    assert np.all(staggered(1.0, order) == 1.0)
    for time in (0.2, 0.5, 0.8):
        rise = staggered(time, order)
        assert np.all(np.diff(rise) <= 0.0)
        assert rise[0] > rise[-1]


@pytest.mark.parametrize("name", DATA)
def test_the_two_candidates_stand_in_the_box_on_either_side_of_the_valley(name) -> None:
    data = DATA[name]()
    scale = stage_scale(data)
    pair, best = candidates(data, scale), data.objective().minimiser()
    assert np.all(np.abs(scale.place(pair)) <= scale.reach)
    assert np.all(scale.level(data.objective().value(pair)) < 1.0)
    steep = data.reduced.V[:, 0]
    assert np.prod((pair - best) @ steep) < 0.0


# -- the inset ---------------------------------------------------------------------------------------


def test_the_squares_of_the_inset_add_up_to_rss() -> None:
    act = stepped("longley")  # 16 rows: all are shown
    act.rows_summed.set_value(1.0)
    for route in (0.0, 0.6, 2.0):
        act.route.set_value(route)
        act.fit.squared.set_value(1.0)
        act.fit.show()
        corners = act.fit.squares.points.reshape(-1, 16, 3)  # four sides, four points each
        unit = act.fit.area.width / (act.fit.x.high - act.fit.x.low)
        sides = np.ptp(corners, axis=1)[:, :2] / unit
        np.testing.assert_allclose(sides[:, 0], sides[:, 1], rtol=1e-6)
        assert np.sum(sides[:, 0] ** 2) == pytest.approx(act.summed(), rel=1e-6)
        assert len(corners) == len(act.brief.dataset.y)


def test_dots_of_the_inset_are_rows_and_stay_on_its_ground(act) -> None:
    fit, data = act.fit, act.brief.dataset
    for route in (0.0, 0.5, 1.0, 2.0):
        act.route.set_value(route)
        fit.show()
        middles = fit.dots[0].points.reshape(-1, 16, 3).mean(axis=1)
        expected = fit.to_frame(data.X[fit.rows] @ act.theta(), data.y[fit.rows])
        np.testing.assert_allclose(middles, expected, atol=1e-6)
        area = fit.area
        assert np.all((middles[:, 0] > area.left) & (middles[:, 0] < area.right))
        assert np.all((middles[:, 1] > area.bottom) & (middles[:, 1] < area.top))


@pytest.mark.parametrize("n", [4, ALL_ROWS, ALL_ROWS + 1, 1000])
def test_all_rows_are_shown_or_some_with_the_extremes(n: int) -> None:
    data = Dataset.synthetic(n_samples=n)
    rows = shown_rows(data)
    assert len(rows) == (n if n <= ALL_ROWS else SOME_ROWS)
    for column in (*data.X.T, data.y):
        assert {column.argmin(), column.argmax()} <= set(rows)


@given(share=st.floats(0.0, 1.0), more=st.floats(0.0, 1.0))
@settings(max_examples=40)
def test_rss_grows_row_by_row(share: float, more: float) -> None:
    data, theta = DATA["default"](), np.array([0.3, -0.8])
    squares = (data.y - data.X @ theta) ** 2
    whole = int(share * len(squares))
    summed = rss_share(data, theta, share) * squares.sum()
    assert squares[:whole].sum() - 1e-9 <= summed
    assert summed <= squares[: whole + 1].sum() + 1e-9
    later = min(1.0, share + more)
    assert rss_share(data, theta, later) >= rss_share(data, theta, share)


# -- what is drawn -----------------------------------------------------------------------------------


@pytest.mark.parametrize("problem", ["default", "exact"])
def test_frames_show_what_the_beat_is_about(see, frame, problem) -> None:
    ends = {beat.name: beat.frame - 1 for beat in see("terrain", problem).timeline.beats}
    floor = frame("terrain", problem, ends["floor"])[0]
    hundreds = frame("terrain", problem, ends["hundreds"])[0]
    surface = frame("terrain", problem, ends["surface"])[0]
    for picture in (floor, hundreds, surface):
        assert np.mean(np.any(picture != picture[0, 0], axis=-1)) > 0.05
    bright = [
        np.mean(picture[..., :3].max(axis=-1) > 110) for picture in (floor, hundreds, surface)
    ]
    assert bright[0] < bright[1] < bright[2]


@pytest.mark.parametrize("data", DATA)
def test_the_upright_axis_stays_at_one_corner_while_the_eye_walks_round(data: str) -> None:
    act = stepped(data)
    home = math.degrees(act.home_azimuth)
    assert math.floor((home - act.orbit) / 90.0) == math.floor(home / 90.0)
