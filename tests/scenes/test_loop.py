"""The loop has no seam, rests where it should, and says nothing too small to read."""

from __future__ import annotations

import itertools
from functools import partial
from typing import Any

import numpy as np
import pytest

from pipeline.render.frames import draw, probe
from pipeline.render.settings import RenderSettings
from ridge_math import Dataset
from scenes import LOOPS, build_act, find_act
from scenes.brief import Brief
from scenes.loop import Loop
from scenes.text.captions import catalogue
from scenes.text.words import Words

FPS = 10
SMALL = RenderSettings(width=96, height=64, fps=FPS)
DATA = {
    "default": Dataset.synthetic(),
    "uncorrelated": Dataset.synthetic(correlation=0.0),
    "collinear": Dataset.synthetic(correlation=1.0),
}


class TwoRounds(Loop):
    rounds = 2


class Kept:
    """Makes an act and keeps it, so that it can be looked at afterwards."""

    def __init__(self, kind: type[Loop], dataset: Dataset) -> None:
        self.kind, self.brief = kind, Brief(dataset)
        self.act: Any = None

    def __call__(self, renderer: Any) -> Any:
        self.act = self.kind(self.brief, renderer=renderer)
        return self.act


def frames(kind: type[Loop], dataset: Dataset, *wanted: int) -> list[np.ndarray]:
    drawn: list[np.ndarray] = []
    for number in wanted:
        draw(Kept(kind, dataset), SMALL, number, number + 1, lambda f: drawn.append(f.copy()))
    return drawn


@pytest.mark.parametrize("fps", [10, 15, 25, 30, 50, 60])
def test_it_lasts_six_seconds_to_the_frame(fps: int) -> None:
    settings = RenderSettings(width=96, height=64, fps=fps)
    factory = partial(build_act, "loop", Brief(DATA["default"]))
    timeline = probe(factory, settings)
    assert timeline.n_frames == 6 * fps
    assert timeline.cues == ()


@pytest.mark.parametrize("name", DATA)
def test_the_frame_after_the_last_is_the_first(name: str) -> None:
    length = 6 * FPS
    for number in (0, 13, 27):
        once, again = frames(TwoRounds, DATA[name], number, length + number)
        np.testing.assert_array_equal(once, again)


def test_one_round_is_the_first_half_of_two() -> None:
    for number in (0, 29, 59):
        (one,) = frames(Loop, DATA["default"], number)
        (two,) = frames(TwoRounds, DATA["default"], number)
        np.testing.assert_array_equal(one, two)


def test_it_shows_four_shapes_and_rests_on_each() -> None:
    # Seconds at which it rests: valley, bowl, peak, ridge, valley.
    rests = [(1, 4), (19, 21), (32, 35), (46, 48), (58, 59)]
    shapes = []
    for first, last in rests:
        before, after = frames(Loop, DATA["default"], first, last)
        np.testing.assert_array_equal(before, after)
        shapes.append(before)
    np.testing.assert_array_equal(shapes[0], shapes[-1])
    for one, other in itertools.pairwise(shapes):
        assert np.mean(np.any(one != other, axis=-1)) > 0.05


def test_λ_and_turn_at_each_rest() -> None:
    states = []
    for number in (0, 20, 33, 47):
        kept = Kept(Loop, DATA["default"])
        draw(kept, SMALL, number, number + 1, lambda _: None)
        land = kept.act.land
        states.append((land.lam_now(), land.flip()))
    bowl = kept.act.land.last_lam
    assert states == [
        (0.0, 1.0),
        (pytest.approx(bowl), 1.0),
        (pytest.approx(bowl), -1.0),
        (0.0, -1.0),
    ]


@pytest.mark.parametrize("size", [(160, 90), (96, 96), (90, 160)])
def test_no_text_is_smaller_than_five_per_cent_of_the_frame(size: tuple[int, int]) -> None:
    settings = RenderSettings(*size, fps=FPS)
    kept = Kept(Loop, DATA["default"])
    draw(kept, settings, 0, 1, lambda _: None)
    texts = [part for m in kept.act.mobjects for part in m.get_family() if isinstance(part, Words)]
    assert len(texts) >= 10  # four names, four meanings, two axes, λ
    for text in texts:
        assert text.size >= 0.05 * kept.act.layout.frame.height


def test_only_a_valley_is_called_one() -> None:
    words = catalogue("en")["loop"]
    for name, expected in (
        ("default", "valley"),
        ("uncorrelated", "bowl"),
        ("collinear", "valley"),
    ):
        kept = Kept(Loop, DATA[name])
        draw(kept, SMALL, 0, 1, lambda _: None)
        shown = [first.markup for first, _ in kept.act.signs if first.opacity > 0]
        assert len(shown) == 1
        assert words[expected] in shown[0]


def test_it_is_listed_as_a_loop() -> None:
    assert find_act("loop") in LOOPS
