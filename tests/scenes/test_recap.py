"""Four stages that turn as one and come to rest, and numbers that are those of the data."""

from __future__ import annotations

import itertools
import math
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from manim import smooth

from pipeline.render.frames import draw, probe
from pipeline.render.settings import RenderSettings
from ridge_math import Dataset
from scenes.brief import Brief
from scenes.recap import CARD, TURNED, TURNING, Recap
from scenes.text.captions import reading_seconds
from scenes.text.numerals import number
from scenes.text.words import Words
from tests.matrix import matrix

LONGLEY = Path(__file__).parents[2] / "examples" / "longley.csv"
FPS = 10
SMALL = RenderSettings(width=96, height=64, fps=FPS)
ASPECTS = [(160, 90), (96, 96), (90, 160)]


def scaled(factor: float) -> Dataset:
    data = Dataset.synthetic()
    names = ("a very long name of a feature " * 4, '#let $x *"\\')
    return Dataset.from_arrays(data.X * factor, data.y * factor, names)


DATA = {
    "default": Dataset.synthetic(),
    "longley": Dataset.from_file(LONGLEY, ["GNP", "Year"], "Employed"),
    "uncorrelated": Dataset.synthetic(correlation=0.0),
    "nearly collinear": Dataset.synthetic(correlation=0.999999),
    "collinear": Dataset.synthetic(correlation=1.0),
    "huge": scaled(3e8),
    "small": scaled(2e-9),
    "no noise": Dataset.synthetic(noise=0.0),
}


class Kept:
    """Makes the act and keeps it, so that it can be looked at afterwards."""

    def __init__(self, dataset: Dataset) -> None:
        self.brief = Brief(dataset)
        self.act: Any = None

    def __call__(self, renderer: Any) -> Recap:
        self.act = Recap(self.brief, renderer=renderer)
        return self.act


def stepped(dataset: Dataset, settings: RenderSettings = SMALL) -> Any:
    kept = Kept(dataset)
    probe(kept, settings)
    return kept.act


@pytest.mark.parametrize(("name", "size"), matrix(DATA, ASPECTS))
def test_it_is_short_and_can_be_read(name: str, size: tuple[int, int]) -> None:
    timeline = probe(Kept(DATA[name]), RenderSettings(*size, fps=FPS))
    assert 17 <= timeline.seconds <= 27
    for cue in timeline.cues:
        assert (cue.stop - cue.start) / FPS >= reading_seconds(cue.text) - 1.0 / FPS, cue.text
    assert (timeline.cues[-1].stop - timeline.cues[-1].start) / FPS >= CARD - 1.0 / FPS
    assert timeline.cues[-1].text.endswith("Hence: ridge regression.")


def test_the_end_card_names_title_author_and_data() -> None:
    said = []
    for name, credits in (("default", ("Why ridge?", "Ada Lovelace")), ("longley", ("", ""))):
        kept = Kept(DATA[name])
        kept.brief = replace(kept.brief, title=credits[0], author=credits[1])
        at = probe(kept, SMALL).beats[-1].frame
        draw(kept, SMALL, at - 1, at, lambda _: None)
        family = kept.act.get_mobject_family_members()
        said.append(" ".join(part.markup for part in family if isinstance(part, Words)))
    assert "Why ridge? · Ada Lovelace" in said[0]
    assert "Made-up data: Y by A and B, 60 rows" in said[0]
    assert "Data: Employed by GNP and Year, 16 rows" in said[1]
    assert "·" not in said[1]


def test_data_without_a_valley_are_not_said_to_have_a_ridge() -> None:
    cues = [cue.text for cue in probe(Kept(DATA["uncorrelated"]), SMALL).cues]
    assert "steeper bowl" in cues[0]
    assert cues[-1].startswith("Where the likelihood has a ridge")


def test_all_stages_look_from_one_eye_that_turns_at_one_speed() -> None:
    angles: list[tuple[int, float]] = []
    for frame in (10, 20, 47, 80, 121, 150):
        kept = Kept(DATA["default"])

        def look(_: Any, kept: Kept = kept, frame: int = frame) -> None:
            eyes = {(land.stage.azimuth(), land.stage.elevation()) for land in kept.act.lands}
            assert len(eyes) == 1
            angles.append((frame, float(np.degrees(kept.act.azimuth()))))

        draw(kept, SMALL, frame, frame + 1, look)
    start = math.degrees(kept.act.start)
    for frame, angle in angles:
        share = min(frame / FPS / TURNING, 1.0)
        assert angle == pytest.approx(start + math.degrees(TURNED) * smooth(share), abs=1e-9)
    assert angles[-1][1] == angles[-2][1]


@pytest.mark.parametrize("name", DATA)
def test_each_stage_shows_its_own_surface(name: str) -> None:
    data = DATA[name]
    act = stepped(data)
    lam = act.lands[0].last_lam
    expected = [(0.0, 1.0), (lam, 1.0), (0.0, -1.0), (lam, -1.0)]
    for land, (wanted, flip) in zip(act.lands, expected, strict=True):
        assert land.lam_now() == pytest.approx(wanted)
        assert land.flip() == flip
        theta = np.array([0.3, -0.2]) * land.scale.half_width
        rss = data.objective().value(theta) + wanted * float(theta @ theta)
        xy = land.scale.place(theta)
        assert land.form().value(*xy) == pytest.approx(float(land.scale.level(rss)), rel=1e-6)


def lines_of(act: Any) -> dict[str, list[str]]:
    """The numbers of each line, as shown."""
    return {
        key: [
            plain
            for plain in re.findall(r'#"([^"]*)"', markup)
            if re.search(r"[0-9∞]", plain) and "=" not in plain
        ]
        for key, markup in act.advantages()
    }


@pytest.mark.parametrize("name", DATA)
def test_eigenvalue_and_condition_number_are_those_of_the_matrix(name: str) -> None:
    data = DATA[name]
    act = stepped(data)
    lam = act.lands[0].last_lam
    singular = np.linalg.svd(data.X, compute_uv=False)
    top, bottom = singular**2
    if data.reduced.rank < 2:
        bottom = 0.0
    lines = lines_of(act)
    assert lines["invertible"] == [number(bottom), number(bottom + lam)]
    with np.errstate(divide="ignore"):
        before, after = np.divide(top, bottom), (top + lam) / (bottom + lam)
    shown = [number(before), number(after)]
    if shown[0] == shown[1]:  # nothing is said to be smaller that is not
        assert "condition" not in lines
    elif name == "nearly collinear":  # seven digits of a ratio are lost in the columns themselves
        assert lines["condition"][1:] == shown[1:]
    else:
        assert lines["condition"] == shown


def test_the_lower_mean_squared_error_is_that_of_repeated_experiments() -> None:
    data = DATA["default"]
    key, markup = stepped(data).lower_error()
    assert key == "error"
    lam = float(re.search(r"= ([\d.]+)\)", markup)[1])  # type: ignore[index]
    rng = np.random.default_rng(4)
    y = data.X @ data.theta + data.noise * rng.standard_normal((4000, data.n_samples))
    shown = [float(text) for text in lines_of_markup(markup)]
    for penalty, wanted in ((0.0, shown[0]), (lam, shown[1])):
        gram = data.X.T @ data.X + penalty * np.eye(2)
        estimates = np.linalg.solve(gram, data.X.T @ y.T).T
        mse = np.mean(np.sum((estimates - data.theta) ** 2, axis=1))
        assert mse == pytest.approx(wanted, rel=0.08)
    assert shown[1] < shown[0]


def lines_of_markup(markup: str) -> list[str]:
    return [text for text in re.findall(r'#"([^"]*)"', markup) if re.fullmatch(r"[\d.]+", text)]


def test_data_without_a_known_truth_claims_no_mean_squared_error() -> None:
    key, markup = stepped(DATA["longley"]).lower_error()
    assert key == "prediction"
    before, after = (float(text) for text in lines_of_markup(markup))
    assert after < before
    assert "MSE" not in markup


def test_nothing_is_said_to_fall_that_does_not() -> None:
    assert stepped(DATA["no noise"]).lower_error() == ("error_somewhere", "")


@pytest.mark.parametrize(
    ("name", "names"),
    [
        ("default", ["valley", "bowl", "ridge", "peak"]),
        ("uncorrelated", ["bowl", "bowl", "peak", "peak"]),
    ],
)
def test_only_a_valley_is_called_one(name: str, names: list[str]) -> None:
    for sign, expected in zip(stepped(DATA[name]).signs, names, strict=True):
        assert expected in sign.markup


@pytest.mark.parametrize(("name", "size"), matrix(DATA, ASPECTS))
def test_words_stay_in_the_frame_and_off_each_other(name: str, size: tuple[int, int]) -> None:
    act = stepped(DATA[name], RenderSettings(*size, fps=FPS))
    safe = act.layout.safe
    texts = [part for m in act.mobjects for part in m.get_family() if isinstance(part, Words)]
    boxes = [(*text.points[0, :2], *text.points[1, :2]) for text in texts]
    for left, bottom, right, top in boxes:
        assert left >= safe.left - 0.02
        assert right <= safe.right + 0.02
        assert bottom >= safe.bottom - 0.02
        assert top <= safe.top + 0.02
    for one, other in itertools.combinations(boxes, 2):
        apart_x = max(one[0], other[0]) - min(one[2], other[2])
        apart_y = max(one[1], other[1]) - min(one[3], other[3])
        assert max(apart_x, apart_y) > 0


@pytest.mark.parametrize("size", ASPECTS)
def test_every_beat_but_the_end_card_shows_four_stages(size: tuple[int, int]) -> None:
    small = RenderSettings(*size, fps=FPS)
    for beat in probe(Kept(DATA["default"]), small).beats[:-1]:
        kept = Kept(DATA["default"])
        drawn: list[np.ndarray] = []
        draw(kept, small, beat.frame - 1, beat.frame, drawn.append)
        unit = size[0] / kept.act.layout.frame.width
        for land in kept.act.lands:
            box = land.stage.box
            rows = slice(int(size[1] / 2 - box.top * unit), int(size[1] / 2 - box.bottom * unit))
            columns = slice(int(size[0] / 2 + box.left * unit), int(size[0] / 2 + box.right * unit))
            seen = np.any(drawn[0][rows, columns] != drawn[0][0, 0], axis=-1)
            assert seen.mean() > 0.15
