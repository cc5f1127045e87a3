"""λ that someone has chosen: acts stop there, say whose it is, and say only what is true at it."""

from __future__ import annotations

from functools import partial

import pytest

from pipeline.render.frames import Timeline, probe
from pipeline.render.settings import RenderSettings
from ridge_math import Dataset, lowest_gcv
from ridge_math.stop import stop_of, stop_range
from scenes import build_act
from scenes.brief import Brief
from scenes.map_act import map_lams
from scenes.text.captions import catalogue
from scenes.text.numerals import number
from tests.scenes import seeing
from tests.scenes.seeing import IN_FILMS, SHAPES

LOOK = RenderSettings(width=320, height=180, fps=2)
DATA = Dataset.synthetic()


def timeline(act: str, lam: float | str, language: str = "en") -> Timeline:
    brief = Brief(DATA, language=language, stop=stop_of(DATA, lam))
    return probe(partial(build_act, act, brief), LOOK)


@pytest.mark.parametrize("lam", ["gcv", 200.0])
def test_bowl_stops_at_the_lam_that_is_chosen_and_says_whose_it_is(lam: float | str) -> None:
    found, stop = timeline("bowl", lam), stop_of(DATA, lam)
    numbers = {beat.name: beat.numbers for beat in found.beats}
    assert numbers["bowl"] is not None
    assert numbers["bowl"]["lam"] == pytest.approx(stop.lam)
    said = " ".join(cue.text for cue in found.cues)
    assert f"λ stops at {number(stop.lam)}" in said
    assert ("by GCV" in said) == (lam == "gcv")
    assert (f"asks for {number(lowest_gcv(DATA).lam)}" in said) == (lam != "gcv")


@pytest.mark.parametrize("act", ["bowl", "flip", "recap"])
def test_a_valley_that_stays_one_is_called_no_bowl(act: str) -> None:
    still = catalogue("en")[act]
    said = {cue.text for cue in timeline(act, "gcv").cues}
    for key, text in still.items():
        if key.endswith("_still") and still[key.removesuffix("_still")] in said:
            pytest.fail(f"{key} should have been said: {text}")
    assert any(
        still[key].split("{")[0] in " ".join(said) for key in still if key.endswith("_still")
    )


def test_plots_reach_the_lam_that_is_chosen() -> None:
    for lam in (0.001, 400.0):
        span = map_lams(Brief(DATA, stop=stop_of(DATA, lam)))
        assert span.low < lam < span.high


@pytest.mark.parametrize(
    ("act", "shape"),
    [
        ("bowl", "tall"),
        ("recap", "wide"),
        *(
            pytest.param(act, shape, marks=pytest.mark.slow)
            for act in ("bowl", "flip", "trace", "price", "recap", "loop")
            for shape in SHAPES
            if (act, shape) not in {("bowl", "tall"), ("recap", "wide")}
        ),
    ],
)
@pytest.mark.parametrize(
    "lam", ["gcv", pytest.param(0.9 * stop_range(DATA).high, marks=pytest.mark.slow)]
)
def test_all_has_room_at_any_lam(act: str, shape: str, lam: float | str) -> None:
    brief = Brief(DATA, language="de", stop=stop_of(DATA, lam))
    look = RenderSettings(*SHAPES[shape], fps=5)
    beats = probe(partial(build_act, act, brief), look).beats
    names = {max(beat.frame - 1, 0): beat.name for beat in beats}
    sights = seeing.see(act, brief, look, names).sights
    faults = {names[each.frame]: [*seeing.faults(each, IN_FILMS)] for each in sights}
    assert {beat: fault for beat, fault in faults.items() if fault} == {}


def test_for_the_eye_nothing_is_said_of_a_choice() -> None:
    said = [cue.text for cue in probe(partial(build_act, "bowl", Brief(DATA)), LOOK).cues]
    assert len(said) == 6
    assert not any("stops at" in text for text in said)
