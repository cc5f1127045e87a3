"""Ring, bar and curves are spread and bias of repeated experiments, in the world that is said."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from pipeline.render.frames import draw, probe
from pipeline.render.settings import RenderSettings
from ridge_math import Dataset, bowl_lam, lowest_gcv, world_of
from scenes.brief import Brief
from scenes.price import Price
from scenes.text.captions import languages, reading_seconds
from tests.matrix import matrix

LONGLEY = Path(__file__).parents[2] / "examples" / "longley.csv"
FPS = 10
SMALL = RenderSettings(width=96, height=64, fps=FPS)
DATA = {
    "default": Dataset.synthetic(),
    "longley": Dataset.from_file(LONGLEY, ["GNP", "Year"], "Employed"),
    "uncorrelated": Dataset.synthetic(correlation=0.0),
    "exact": Dataset.synthetic(correlation=1.0),
    "nearly exact": Dataset.synthetic(correlation=1.0 - 1e-9),
    "pinned": Dataset.synthetic(n_samples=20_000),
    "no noise": Dataset.synthetic(noise=0.0),
    "no signal": Dataset.synthetic(theta=(0.0, 0.0), noise=1.0),
}
BEATS = ["least_squares", "shrunk", "curves", "sum", "slope"]


class Kept:
    """Makes the act and keeps it, so that it can be looked at afterwards."""

    def __init__(self, dataset: Dataset, language: str = "en") -> None:
        self.brief = Brief(dataset, language=language)
        self.act: Any = None

    def __call__(self, renderer: Any) -> Price:
        self.act = Price(self.brief, renderer=renderer)
        return self.act


def at(beat: str, dataset: Dataset) -> Any:
    """The act as it is at a beat."""
    kept = Kept(dataset)
    frames = {b.name: b.frame for b in probe(kept, SMALL).beats}
    kept = Kept(dataset)
    draw(kept, SMALL, frames[beat] - 1, frames[beat], lambda _: None)
    return kept.act


@pytest.mark.parametrize(("name", "language"), matrix(DATA, languages()))
def test_every_caption_can_be_read(name: str, language: str) -> None:
    timeline = probe(Kept(DATA[name], language), SMALL)
    assert [beat.name for beat in timeline.beats] == BEATS
    for cue in timeline.cues:
        assert len(cue.text) <= 110
        assert (cue.stop - cue.start) / FPS >= reading_seconds(cue.text) - 1.0 / FPS, cue.text


@pytest.mark.parametrize(
    ("name", "first", "last"),
    [
        ("default", "cross: the true θ), wrong each time", "Hoerl, Kennard 1970"),
        ("longley", "Take the fit for the truth", "always wins"),
        ("pinned", "close each time", "by little"),
        ("exact", "Along the floor new data say nothing", "no λ finds"),
        ("no noise", "close each time", "no variance to lose"),
    ],
)
def test_what_is_said_is_true_of_the_data(name: str, first: str, last: str) -> None:
    cues = probe(Kept(DATA[name]), SMALL).cues
    assert first in cues[0].text
    assert last in cues[-1].text


@pytest.mark.parametrize("name", ["default", "longley", "uncorrelated"])
def test_numbers_in_words_are_those_of_repeated_experiments(name: str) -> None:
    data, world = DATA[name], world_of(DATA[name])
    said = probe(Kept(data), SMALL).cues[3].text
    rng = np.random.default_rng(2)
    noise = np.sqrt(world.sigma2) * rng.standard_normal((6000, data.n_samples))
    y = data.X @ world.theta + noise
    lams = (0.0, lowest_gcv(data).lam, bowl_lam(data))
    shown = [float(word.strip(",.")) for word in said.split() if word.strip(",.")[:1].isdigit()]
    assert len(shown) == 4  # 0 is λ itself
    for lam, told in zip(lams, (shown[0], *shown[2:]), strict=True):
        found = np.linalg.solve(data.X.T @ data.X + lam * np.eye(2), data.X.T @ y.T).T
        mse = float(np.mean(np.sum((found - world.theta) ** 2, axis=1)))
        assert told == pytest.approx(mse, rel=0.08), lam


@pytest.mark.parametrize("beat", ["least_squares", "sum"])
@pytest.mark.parametrize("name", ["default", "longley", "pinned"])
def test_ring_and_bar_are_as_long_as_spread_and_bias(name: str, beat: str) -> None:
    act, data = at(beat, DATA[name]), DATA[name]
    lam, world = act.lam_moved(), world_of(data)
    gram = data.X.T @ data.X
    inverse = np.linalg.inv(gram + lam * np.eye(2))
    middle = inverse @ gram @ world.theta
    variance = world.sigma2 * np.trace(inverse @ gram @ inverse)
    chart = act.map
    unit = chart.plot.area.width / (chart.window[0][1] - chart.window[0][0])
    ring = act.clouds.ring.points
    radii = np.linalg.norm(ring - chart.plot.to_frame(*middle), axis=1)
    assert radii == pytest.approx(np.sqrt(variance) * unit, rel=2e-3, abs=1e-6)
    ends = act.clouds.bar.points[[0, -1]]
    bias = float(np.linalg.norm(middle - world.theta))
    assert np.linalg.norm(ends[1] - ends[0]) == pytest.approx(bias * unit, rel=1e-6, abs=1e-6)
    assert (lam > 0) == (beat == "sum")


@pytest.mark.parametrize("name", DATA)
def test_the_tinted_region_is_where_ridge_beats_least_squares(name: str) -> None:
    plot = at("sum", DATA[name]).plot
    better = plot.risk.mse < plot.free
    assert bool(len(plot.gain.points)) == (np.count_nonzero(better) > 1)
    if len(plot.gain.points):
        area = plot.plot.area
        x = area.left + plot.plot.x.share(plot.lams[better]) * area.width
        assert plot.gain.points[:, 0].min() == pytest.approx(x.min(), abs=1e-6)
        assert plot.gain.points[:, 0].max() == pytest.approx(x.max(), abs=1e-6)


def test_a_power_of_ten_that_is_taken_out_is_said() -> None:
    assert "10⁻³" in at("sum", DATA["pinned"]).plot.plot.names[1].markup
    assert at("sum", DATA["default"]).plot.plot.names[1].markup in ("", '#""')


def test_gcv_without_a_lowest_point_points_beyond_the_axis() -> None:
    rng = np.random.default_rng(0)
    X = DATA["default"].X
    noise = rng.standard_normal(60)
    orthogonal = noise - X @ np.linalg.lstsq(X, noise - noise.mean(), rcond=None)[0]
    data = Dataset.from_arrays(X, orthogonal)
    assert lowest_gcv(data).end == "high"
    family = at("sum", data).get_mobject_family_members()
    assert any("GCV →" in getattr(part, "markup", "") for part in family)
