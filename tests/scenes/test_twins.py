"""What `twins` says of two features is true of them, whatever they are."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from pipeline.render.settings import RenderSettings
from ridge_math import Dataset, vif
from scenes.brief import Brief
from scenes.twins import ThirdCase, _percent
from tests.matrix import matrix
from tests.scenes.seeing import SHAPES, visible_words, watch

LONGLEY = Path(__file__).parents[2] / "examples" / "longley.csv"
BEATS = ["table", "unrelated", "pair", "prediction", "several", "word"]


def test_it_holds_for_any_data(see, faults, any_problem) -> None:
    seen = see("twins", any_problem)
    assert 0.75 * 25 <= seen.timeline.seconds <= 1.25 * 25
    assert [beat.name for beat in seen.timeline.beats] == BEATS
    assert faults(seen) == []


@pytest.mark.parametrize(
    ("problem", "shape"), matrix(["default", "longley", "long names", "nearly exact"], SHAPES)
)
def test_it_holds_in_narrow_frames(see, faults, problem, shape) -> None:
    assert faults(see("twins", problem, shape)) == []


@pytest.mark.parametrize(
    ("problem", "said"),
    [
        ("default", ["close on a line: ρ = 0.990, VIF = 50.3", "2.0 % of its variance"]),
        ("longley", ["close on a line: ρ = 0.995", "GNP predicts Year"]),
        ("exact", ["exactly on a line: ρ = 1, VIF = ∞", "without error"]),
        ("nearly exact", ["ρ = 1 − 1 × 10⁻⁹, VIF = 5.00 × 10⁸", "under 0.01 % of"]),
        ("opposed", ["lean towards a line: ρ = −0.700, VIF = 1.96", "51.0 %", "mild"]),
        ("uncorrelated", ["much the same: ρ = 0.000, VIF = 1.00", "100 %", "not such a pair"]),
        ("adjusted", ["each adjusted for 1 more", "partial ρ = 0.696, VIF of the pair = 1.94"]),
        ("long names", ['#read("x") $*']),
    ],
)
def test_what_it_says_is_true(see, problem, said) -> None:
    text = " | ".join(cue.text for cue in see("twins", problem).timeline.cues)
    for words in said:
        assert words in text


def test_the_numbers_said_are_those_of_the_raw_columns(see) -> None:
    """Longley's GNP and Year, by NumPy alone."""
    source = np.genfromtxt(LONGLEY, delimiter=",", names=True)
    rho = np.corrcoef(source["GNP"], source["Year"])[0, 1]
    said = see("twins", "longley").timeline.cues[2].text
    numbers = [float(found) for found in re.findall(r"[\d.]+\d", said)]
    assert numbers == pytest.approx([rho, 1 / (1 - rho**2)], rel=5e-3)


def test_the_word_comes_last(see) -> None:
    seen = see("twins", "default")
    word = "multicollinearity"
    assert not any(word in cue.text for cue in seen.timeline.cues)
    shown = {beat: any(word in markup for markup in texts) for beat, texts in seen.texts.items()}
    assert shown == {beat: beat == "word" for beat in BEATS}


def test_the_third_case_needs_both_others() -> None:
    case = ThirdCase()
    made = Dataset.from_arrays(np.column_stack([case.a, case.b, case.c]), case.a)
    assert case.r2(1.0) == pytest.approx(1 - 1 / vif(made)[2], abs=1e-12), "A + B is the best guess"
    assert case.r2(0.0) == pytest.approx(0.5, abs=0.02), "A alone is half of it"
    shares = np.linspace(0.0, 1.0, 9)
    assert np.all(np.diff([case.r2(share) for share in shares]) > 0)
    for share in shares:
        mixed = case.mixed(share)
        assert mixed.std() == pytest.approx(1.0)
        assert case.r2(share) == pytest.approx(np.corrcoef(mixed, case.c)[0, 1] ** 2)
        assert np.abs([mixed, case.c]).max() < case.reach


@pytest.mark.parametrize(
    ("share", "text"), [(0.0199, "2.0"), (0.51, "51.0"), (1.0, "100"), (1e-9, "under 0.01")]
)
def test_percent(share, text) -> None:
    assert _percent(share, "under 0.01") == text


@pytest.mark.parametrize("theme", ["dark", "light"])
def test_every_frame_shows_something_and_is_the_same_alone(see, frame, theme) -> None:
    beats = [beat.frame for beat in see("twins", "exact").timeline.beats]
    fading = frame("twins", "exact", beats[0], 8, theme=theme)  # the table goes, the plot comes
    for k in (2, 5):
        alone = frame("twins", "exact", beats[0] + k, theme=theme)[0]
        assert np.array_equal(alone, fading[k])
    last = frame("twins", "exact", beats[-1] - 1, theme=theme)[0]
    for picture in (*fading[:1], fading[-1], last):
        assert np.any(picture != picture[0, 0], axis=-1).mean() > 0.02


def test_features_called_x_and_y_are_told_from_the_letters_of_formulas() -> None:
    data = Dataset.synthetic()
    shown: list[str] = []

    def look(frame: int, act: Any) -> None:
        shown.extend(words.markup for words, _ in visible_words(act))

    named = Dataset.from_arrays(data.X, data.y, ["x", "rooms"], "z")
    watch("terrain", Brief(named), RenderSettings(320, 180, fps=2), look, [1])
    assert '#"“x”"' in shown
    assert '#"rooms"' in shown


@pytest.mark.parametrize("shape", SHAPES)
def test_names_stand_whole_in_a_caption_with_room_for_them(shape) -> None:
    made = Dataset.synthetic()
    names = ("gross national product", "year")
    data = Dataset.from_arrays(made.X, made.y, features=names, response="people employed")
    settings = RenderSettings(*SHAPES[shape], fps=2)
    act = watch("twins", Brief(data), settings, lambda *_: None, [0])
    said = "people employed, explained by gross national product and year: a table"
    assert act.cues[0].text.startswith(said)


def test_the_plot_has_room_for_the_line_as_well_as_for_the_dots() -> None:
    """For an outlier, the best guess may lie beyond all that was observed."""
    x = np.r_[np.linspace(0.0, 1.0, 20), -2.0]
    z = np.r_[np.linspace(0.0, 1.0, 20), -0.2]
    data = Dataset.from_arrays(np.column_stack([x, z]), x + np.sin(9 * x))
    lowest = []

    def look(_: int, scene: Any) -> None:
        if any(each is getattr(scene, "stems", None) for each in scene.mobjects):
            lowest.append(scene.stems.get_bottom()[1] - scene.plot.area.bottom)

    watch("twins", Brief(data), RenderSettings(320, 180, fps=2), look)
    assert len(lowest) > 5
    assert min(lowest) >= 0.0
