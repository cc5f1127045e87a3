"""A sheet shows every act's moments, each in its place, in the state the act had reached."""

from __future__ import annotations

import textwrap
from dataclasses import replace
from pathlib import Path
from typing import Any

import manim
import numpy as np
from PIL import Image

from pipeline.render.film import Script
from pipeline.render.frames import Frame, draw
from pipeline.render.service import RenderService
from pipeline.render.settings import RenderSettings
from pipeline.storyboard import (
    GAP,
    HEAD,
    MOST_ACROSS,
    NOTE,
    Moment,
    Paper,
    Scenario,
    broken,
    make_storyboard,
    sheet,
)
from pipeline.work.executor import SerialExecutor
from pipeline.work.keys import Machine
from pipeline.work.store import Store
from scenes.cues import Beat, Cue

SMALL = RenderSettings(width=128, height=72, fps=10)
MACHINE = Machine({}, "none", "")
BACK, LINE = (10, 20, 30), (200, 100, 0)


class Beaten(manim.Scene):
    """A square that moves, twice, and a beat after each time."""

    marks = True
    cues = (Cue(0, 9, "one"), Cue(20, 30, "three"))

    def construct(self) -> None:
        self.beats: list[Beat] = []
        square = manim.Square(fill_opacity=1.0)
        self.add(square)
        for step in (manim.RIGHT, manim.UP):
            self.play(square.animate.shift(step), run_time=0.7)
            if self.marks:
                self.beats.append(Beat(self.renderer.frame_number, f"{step}"))
        self.wait(0.3)


class Unmarked(Beaten):
    """The same without beats."""

    marks = False


def label(text: str, pixels: float) -> Frame:
    """A block instead of a text, as long as the text."""
    return np.full((round(2 * pixels), 2 * len(text), 4), 255, dtype=np.uint8)


PAPER = Paper(heading=label, note=label, words=label, background=BACK, line=LINE)


def made(scene: type[manim.Scene], tmp_path: Path) -> Scenario:
    def factory(renderer: Any) -> manim.Scene:
        return scene(renderer=renderer)

    service = RenderService(SerialExecutor(), Store(tmp_path / "cache"), MACHINE)
    acts = service.measure([Script("act", factory)], SMALL)
    board = make_storyboard(tmp_path / "board.png", service, acts, SMALL, PAPER)
    with Image.open(board.path) as image:
        assert image.size == board.size
    (only,) = board.scenarios
    assert only.n_frames == 7 + 7 + 3
    return only


def frame(scene: type[manim.Scene], number: int) -> Frame:
    drawn: list[Frame] = []
    draw(lambda renderer: scene(renderer=renderer), SMALL, number, number + 1, drawn.append)
    return drawn[0]


def test_moments_are_what_a_beat_has_completed(tmp_path: Path) -> None:
    first, second = made(Beaten, tmp_path).moments
    assert (first.frame, second.frame) == (6, 13)
    # Those on which a deck stops.
    assert np.array_equal(first.picture, frame(Beaten, 6))
    assert np.array_equal(second.picture, frame(Beaten, 13))
    assert not np.array_equal(first.picture, second.picture)


def test_an_act_without_beats_shows_its_quarters(tmp_path: Path) -> None:
    moments = made(Unmarked, tmp_path).moments
    assert [moment.frame for moment in moments] == [0, 4, 8, 12]
    for moment in moments:
        assert np.array_equal(moment.picture, frame(Unmarked, moment.frame))


def test_frames_stand_in_rows_under_the_names_of_their_acts() -> None:
    grey = [np.full((72, 128, 4), 40 + 20 * k, dtype=np.uint8) for k in range(8)]
    acts = [
        Scenario("long", 80, tuple(Moment(10 * k, "m", grey[k]) for k in range(7))),
        Scenario("short", 25, (Moment(3, "", grey[7]),)),
    ]
    page = sheet(acts, SMALL, PAPER)
    assert (page[..., 3] == 255).all()
    assert tuple(page[0, 0, :3]) == BACK
    inside = [tuple(np.argwhere((page[..., :3] == g[0, 0, 0]).all(axis=-1))[0]) for g in grey]
    assert len({row for row, _ in inside[:4]}) == 1, "four wide frames side by side"
    assert [column for _, column in inside[:4]] == sorted({column for _, column in inside[:4]})
    assert inside[6][0] == inside[4][0] > inside[0][0]
    assert inside[7][0] > inside[6][0]
    assert inside[7][1] == inside[4][1] == inside[0][1]
    for row, column in inside:
        assert (page[row : row + 36, column : column + 64, :3] == page[row, column, :3]).all()
        assert tuple(page[row - 1, column, :3]) == LINE
        assert (page[row + 36 + 2, column : column + 2, :3] == 255).all(), "words are under it"


def test_types_are_large_enough_to_be_read_on_a_laptop() -> None:
    """At the default size, 854x480, and the sheet shrunk to the 1440 pixels a laptop has across."""
    frames = {"wide": (427, 240), "square": (240, 240), "tall": (240, 427)}
    for shape, (width, _) in frames.items():
        shrunk = min(1.0, 1440 / (GAP * 240 + MOST_ACROSS[shape] * (width + GAP * 240)))
        assert NOTE * 240 * shrunk >= 13
        assert HEAD * 240 * shrunk >= 18


def test_captions_stand_under_their_frames_broken_where_they_must_be() -> None:
    picture = np.full((72, 128, 4), 90, dtype=np.uint8)
    words = "many words that are not short at all"
    acts = [Scenario("act", 10, (Moment(3, "m", picture, words),))]
    lines = broken(words, label, 3, 30)
    assert " ".join(lines) == words
    assert all(2 * len(line) <= 30 for line in lines)
    assert broken("", label, 3, 30) == []
    assert broken("indivisible", label, 3, 4) == textwrap.wrap("indivisible", 2)
    with_words = sheet(acts, SMALL, PAPER)
    without = sheet(acts, SMALL, replace(PAPER, words=None))
    assert with_words.shape[0] > without.shape[0]
    top = np.argwhere((with_words[..., :3] == 90).all(axis=-1))[0][0] + 36
    inked = (with_words[top:, :, :3] == 255).all(axis=-1)
    assert inked[round(2.2 * 3) :].any()
    assert not (without[top + round(2.2 * 3) :, :, :3] == 255).all(axis=-1).any()


def test_a_moment_has_the_caption_of_its_frame(tmp_path: Path) -> None:
    first, second = made(Beaten, tmp_path).moments
    assert (first.words, second.words) == ("one", "")
