"""Ellipses, disc, trace, factors and GCV are where the numbers say, for any data."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.render.frames import draw, draw_some, probe
from pipeline.render.settings import RenderSettings
from ridge_math import Dataset, bowl_lam, diagnose, search_range, theta_window
from scenes.brief import Brief
from scenes.landscape_act import move_to_box
from scenes.mobjects.contours import excess_rss, iso_lines, map_widths, plane_window
from scenes.mobjects.shrinkage import percent
from scenes.ridge_trace import Trace
from scenes.text.captions import reading_seconds
from scenes.text.numerals import number
from tests.matrix import matrix
from tests.scenes.seeing import watch

LONGLEY = Path(__file__).parents[2] / "examples" / "longley.csv"
FPS = 10
SMALL = RenderSettings(width=96, height=64, fps=FPS)
SIZES = [(160, 90), (96, 96), (90, 160)]


def scaled(factor: float, *names: str) -> Dataset:
    data = Dataset.synthetic()
    return Dataset.from_arrays(data.X * factor, data.y * factor, names or data.features)


DATA = {
    "default": Dataset.synthetic(),
    "longley": Dataset.from_file(LONGLEY, ["GNP", "Year"], "Employed"),
    "uncorrelated": Dataset.synthetic(correlation=0.0),
    "negative": Dataset.synthetic(correlation=-0.97, theta=(3.0, -2.0)),
    "nearly collinear": Dataset.synthetic(correlation=0.999999),
    "collinear": Dataset.synthetic(correlation=1.0),
    "huge, long names": scaled(3e8, "a very long name of a feature " * 4, '#let $x *"\\'),
    "small": scaled(2e-9),
    "no noise": Dataset.synthetic(noise=0.0),
    "no signal": Dataset.synthetic(theta=(0.0, 0.0), noise=1.0),
}


class Kept:
    """Makes the act and keeps it, so that it can be looked at afterwards."""

    def __init__(self, dataset: Dataset) -> None:
        self.brief = Brief(dataset)
        self.act: Any = None

    def __call__(self, renderer: Any) -> Trace:
        self.act = Trace(self.brief, renderer=renderer)
        return self.act


# -- the act -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", DATA)
def test_it_is_about_thirty_seconds_and_can_be_read(name: str) -> None:
    timeline = probe(Kept(DATA[name]), SMALL)
    assert 22.5 <= timeline.seconds <= 37.5
    for cue in timeline.cues:
        assert (cue.stop - cue.start) / FPS >= reading_seconds(cue.text) - 1.0 / FPS, cue.text
    assert [beat.name for beat in timeline.beats] == [
        *("ellipses", "disc", "walk", "shrink", "gcv", "flatness")
    ]


@pytest.mark.parametrize(
    ("name", "size"), matrix(["default", "collinear", "huge, long names"], SIZES)
)
def test_every_beat_shows_something(name: str, size: tuple[int, int]) -> None:
    small = RenderSettings(*size, fps=FPS)
    pictures: list[np.ndarray] = []
    at = [beat.frame - 1 for beat in probe(Kept(DATA[name]), small).beats]
    draw_some(Kept(DATA[name]), small, at, lambda frame: pictures.append(frame.copy()))
    assert len(pictures) == len(at)
    for picture in pictures:
        assert np.mean(np.any(picture != picture[0, 0], axis=-1)) > 0.05
    for one, other in itertools.pairwise(pictures):
        assert np.any(one != other)


@pytest.mark.parametrize("name", DATA)
def test_at_the_end_everything_stands_at_the_λ_of_lowest_gcv(name: str) -> None:
    kept, data = Kept(DATA[name]), DATA[name]
    last = probe(Kept(data), SMALL).beats[-1].frame
    draw(kept, SMALL, last - 1, last, lambda _: None)
    act = kept.act
    lam, chosen = act.lam_now(), diagnose(data).chosen
    assert (chosen.end is None) == (act.span.low < chosen.lam < act.span.high)
    assert lam == pytest.approx(np.clip(chosen.lam, act.span.low, act.span.high), rel=1e-9)
    theta = np.linalg.solve(data.X.T @ data.X + lam * np.eye(2), data.X.T @ data.y)
    size = float(np.abs(theta).max())
    np.testing.assert_allclose(act.map.best(), theta, atol=1e-6 * size)
    chart = act.map
    ball = chart.ball.points
    np.testing.assert_allclose(
        0.5 * (ball.min(axis=0) + ball.max(axis=0)), chart.plot.to_frame(*theta), atol=1e-3
    )
    disc = chart.disc.points
    unit = chart.plot.area.width / (chart.window[0][1] - chart.window[0][0])
    reach = 0.5 * (disc[:, 0].max() - disc[:, 0].min())
    assert reach == pytest.approx(np.linalg.norm(theta) * unit, rel=1e-3, abs=1e-4)
    for dot, value in zip(act.trace.dots, theta, strict=True):
        middle = 0.5 * (dot.points.min(axis=0) + dot.points.max(axis=0))
        if not act.layout.tall:
            np.testing.assert_allclose(middle, act.trace.plot.to_frame(lam, value), atol=1e-3)


@pytest.mark.parametrize("name", DATA)
def test_bars_are_the_filter_factors(name: str) -> None:
    kept, data = Kept(DATA[name]), DATA[name]
    at = {beat.name: beat.frame for beat in probe(kept, SMALL).beats}["shrink"]
    draw(kept, SMALL, at - 1, at, lambda _: None)
    act, lam = kept.act, kept.act.lam_now()
    eigenvalues = np.maximum(np.linalg.eigvalsh(data.X.T @ data.X)[::-1], 0.0)
    for bar, d2 in zip(act.bars.bars, eigenvalues, strict=True):
        assert bar.width / act.bars.full == pytest.approx(d2 / (d2 + lam), abs=2e-3)


@pytest.mark.parametrize(
    ("name", "said", "not_said"),
    [
        ("default", "long ellipses", "parallel"),
        ("collinear", "parallel lines", "ellipse"),
        ("uncorrelated", "No valley", " long "),
    ],
)
def test_what_is_said_is_true_of_the_data(name: str, said: str, not_said: str) -> None:
    text = " ".join(cue.text for cue in probe(Kept(DATA[name]), SMALL).cues)
    assert said in text
    assert not_said not in text


def test_an_end_of_the_range_is_called_one() -> None:
    def last_words(data: Dataset) -> str:
        return probe(Kept(data), SMALL).cues[-2].text

    assert "smallest shown" in last_words(DATA["no noise"])
    rng = np.random.default_rng(0)
    noise = rng.standard_normal(60)
    X = DATA["default"].X
    orthogonal = noise - X @ np.linalg.lstsq(X, noise - noise.mean(), rcond=None)[0]
    assert "largest shown" in last_words(Dataset.from_arrays(X, orthogonal))
    assert "shown" not in last_words(DATA["default"])


@pytest.mark.parametrize("name", ["default", "longley", "no noise"])
def test_how_flat_gcv_is_and_where_the_bowl_stands_is_what_diagnose_finds(name: str) -> None:
    found, data = diagnose(DATA[name]), DATA[name]
    said = probe(Kept(data), SMALL).cues[-1].text
    near = found.gcv_within_one_percent
    assert f"to {number(near.high)}; the bowl’s λ is {number(bowl_lam(data))}." in said
    assert ("from 0 to" in said) == (near.low < search_range(data).low * 1.001)


@pytest.mark.parametrize("size", SIZES)
def test_there_are_never_more_than_three_pictures_at_once(size: tuple[int, int]) -> None:
    counts = []

    def look(frame: int, act: Any) -> None:
        family = act.get_mobject_family_members()
        pictures = (act.map.plot, act.trace, act.gcv, act.bars)
        counts.append(sum(part in family or part in act.mobjects for part in pictures))

    small = RenderSettings(*size, fps=FPS)
    act = watch("trace", Brief(DATA["default"]), small, look, range(20, 1000, 25))
    assert len(counts) > 10
    assert max(counts) == (2 if act.layout.tall else 3)


# -- where the disc touches --------------------------------------------------------------------------


@settings(max_examples=60, deadline=None, derandomize=True)
@given(
    rho=st.floats(-0.999, 0.9999),
    share=st.floats(0.02, 0.98),
    theta=st.tuples(st.floats(-3, 3), st.floats(-3, 3)),
)
def test_iso_line_and_disc_touch_at_the_ridge_estimate_and_nowhere_else(
    rho: float, share: float, theta: tuple[float, float]
) -> None:
    data = Dataset.synthetic(correlation=rho, theta=theta, noise=0.3)
    d = data.reduced.d
    lam = float(d[1] ** 2 / 10 * (100 * d[0] ** 2 / d[1] ** 2) ** share)
    best = np.linalg.solve(data.X.T @ data.X + lam * np.eye(2), data.X.T @ data.y)
    excess = excess_rss(data.reduced, best)
    half = 3.0 * max(float(np.linalg.norm(data.reduced.minimisers(0.0))), 1e-6)
    lines = iso_lines(data.reduced, excess, ((-half, half), (-half, half)))
    radius = float(np.linalg.norm(best))
    points = np.concatenate(lines)
    # Between two points of a line, and at the ridge estimate, the line may come a little nearer.
    assert np.linalg.norm(points, axis=1).min() >= radius * (1 - 1e-6)
    away = min(_distance(best, line) for line in lines)
    assert away <= 2e-3 * half


def _distance(point: np.ndarray, line: np.ndarray) -> float:
    start, step = line[:-1], np.diff(line, axis=0)
    along = np.einsum("ij,ij->i", point - start, step) / np.maximum(
        np.einsum("ij,ij->i", step, step), 1e-300
    )
    nearest = start + np.clip(along, 0.0, 1.0)[:, None] * step
    return float(np.linalg.norm(point - nearest, axis=1).min())


@pytest.mark.parametrize("name", DATA)
def test_iso_lines_have_the_rss_they_stand_for_and_stay_in_the_window(name: str) -> None:
    data = DATA[name]
    window = plane_window(data)
    half = 0.5 * (window[0][1] - window[0][0])
    objective = data.objective()
    widths = map_widths(data.reduced, half)
    for width in widths:
        excess = float(data.reduced.d[0] * width) ** 2
        lines = iso_lines(data.reduced, excess, window)
        for line in lines:
            for j, (low, high) in enumerate(window):
                assert line[:, j].min() >= low - 1e-6 * half
                assert line[:, j].max() <= high + 1e-6 * half
            rss = objective.value(line) - objective.minimum
            scale = excess + 1e-9 * float(objective.value(np.zeros(2)))
            np.testing.assert_allclose(rss, excess, atol=1e-5 * scale)
    assert any(iso_lines(data.reduced, float(data.reduced.d[0] * w) ** 2, window) for w in widths)


@pytest.mark.parametrize("name", DATA)
def test_no_arc_is_missing(name: str) -> None:
    """Along the border of the window RSS crosses the level as often as iso-lines end there."""
    data = DATA[name]
    (low1, high1), (low2, high2) = window = plane_window(data)
    steps = np.linspace(0.0, 1.0, 20001)
    sides = np.concatenate(
        [
            np.stack([low1 + (high1 - low1) * steps, np.full_like(steps, low2)], axis=1),
            np.stack([np.full_like(steps, high1), low2 + (high2 - low2) * steps], axis=1),
            np.stack([high1 - (high1 - low1) * steps, np.full_like(steps, high2)], axis=1),
            np.stack([np.full_like(steps, low1), high2 - (high2 - low2) * steps], axis=1),
        ]
    )
    objective = data.objective()
    above = objective.value(sides) - objective.minimum
    for width in map_widths(data.reduced, 0.5 * (high1 - low1)):
        excess = float(data.reduced.d[0] * width) ** 2
        crossings = int(np.count_nonzero(np.diff(above > excess)))
        lines = iso_lines(data.reduced, excess, window)
        closed = [
            line
            for line in lines
            if np.allclose(line[0], line[-1], rtol=0.0, atol=1e-9 * (high1 - low1))
        ]
        assert crossings == 2 * (len(lines) - len(closed))


def test_nothing_above_the_minimum_is_no_line() -> None:
    assert iso_lines(DATA["default"].reduced, 0.0, ((-1.0, 1.0), (-1.0, 1.0))) == []


def test_the_window_holds_the_whole_disc_of_least_squares() -> None:
    for data in DATA.values():
        radius = float(np.linalg.norm(data.reduced.minimisers(0.0)))
        for low, high in plane_window(data):
            assert low <= -radius
            assert high >= radius


def test_shares_in_per_cent() -> None:
    assert [percent(share) for share in (0.0, 5e-6, 0.0049, 0.0621, 1.0)] == [
        "0",
        "<0.01",
        "0.49",
        "6.2",
        "100.0",
    ]


def test_the_floor_is_the_square_of_the_map_before_it_dissolves() -> None:
    kept = Kept(DATA["default"])
    probe(kept, SMALL)
    act = kept.act
    act.map.opened.set_value(0.0)
    act.map.open()
    box, azimuth, elevation = act.from_above()
    stage, area = act.land.stage, act.map.plot.area
    move_to_box(stage, box)
    stage.azimuth.set_value(azimuth)
    stage.elevation.set_value(elevation)
    reach = stage.reach
    corners = stage.project([(-reach, -reach, 0.0), (reach, reach, 0.0)])[:, :2]
    np.testing.assert_allclose(
        corners, [(area.left, area.bottom), (area.right, area.top)], atol=1e-3
    )
    window = theta_window(DATA["default"])
    assert (act.map.plot.x.low, act.map.plot.x.high) == pytest.approx(window.theta1_range)
    act.map.opened.set_value(1.0)
    act.map.open()
    assert ((act.map.plot.x.low, act.map.plot.x.high), act.map.shown_window()[1]) == act.map.window
