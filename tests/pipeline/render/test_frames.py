"""Frames come out the same whole, in pieces and alone, and a play has the frames it should have."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import manim
import numpy as np
import pytest

from pipeline.render.frames import Frame, draw, draw_some, probe
from pipeline.render.settings import RenderSettings
from ridge_math import Dataset
from scenes import build_act
from scenes.brief import Brief

SMALL = RenderSettings(width=128, height=72, fps=10)


class Turning(manim.Scene):
    """All that a scene's state can depend on: time, updaters, trackers, fades, waits, randomness."""

    def construct(self) -> None:
        square = manim.Square()
        tracker = manim.ValueTracker(0.0)
        square.add_updater(lambda m, dt: m.rotate(0.7 * dt))
        dot = manim.Dot().add_updater(lambda m: m.set_x(tracker.get_value()))
        self.add(square, dot)
        self.play(tracker.animate.set_value(2.0), run_time=0.7)
        self.wait(0.35)
        square.clear_updaters()
        self.play(manim.FadeOut(square), run_time=0.52)
        self.wait(0.4)
        self.play(dot.animate.set_fill(manim.random_bright_color()), run_time=0.3)
        self.play(manim.Wait(0.01))


def turning(renderer: Any) -> manim.Scene:
    return Turning(renderer=renderer)


def bowl(renderer: Any) -> manim.Scene:
    scene: manim.Scene = build_act("bowl", Brief(Dataset.synthetic()), renderer)
    return scene


def frames(
    factory: Callable[[Any], manim.Scene], start: int = 0, stop: int | None = None, fps: int = 10
) -> list[Frame]:
    drawn: list[Frame] = []
    draw(factory, RenderSettings(width=128, height=72, fps=fps), start, stop, drawn.append)
    return drawn


@pytest.mark.parametrize("factory", [turning, bowl])
def test_three_ranges_of_frames_make_the_whole_act(factory: Callable[[Any], manim.Scene]) -> None:
    fps = 10 if factory is turning else 2
    whole = frames(factory, fps=fps)
    a, b = len(whole) // 3, 2 * len(whole) // 3 + 1
    pieces = [*frames(factory, b, None, fps), *frames(factory, a, b, fps)]  # any order will do
    pieces = [*frames(factory, 0, a, fps), *pieces[len(whole) - b :], *pieces[: len(whole) - b]]
    assert len(pieces) == len(whole)
    for number, (one, other) in enumerate(zip(whole, pieces, strict=True)):
        assert np.array_equal(one, other), f"frame {number} differs"
    assert any(not np.array_equal(whole[0], frame) for frame in whole)


def test_every_play_lasts_the_rounded_number_of_frames() -> None:
    # 0.7, 0.35, 0.52, 0.4, 0.3 and 0.01 seconds at 10 frames a second; never fewer than one frame.
    assert len(frames(turning)) == 7 + round(3.5) + 5 + 4 + 3 + 1
    assert len(frames(turning, fps=100)) == 70 + 35 + 52 + 40 + 30 + 1


def test_a_still_is_drawn_once_and_repeated_as_the_same_array() -> None:
    drawn = frames(turning)
    still = drawn[7 + 4 + 5 : 7 + 4 + 5 + 4]
    assert all(frame is still[0] for frame in still)
    assert drawn[0] is not drawn[1]


@pytest.mark.parametrize("factory", [turning, bowl])
def test_a_probe_knows_the_length_without_drawing(factory: Callable[[Any], manim.Scene]) -> None:
    settings = RenderSettings(width=128, height=72, fps=2)
    timeline = probe(factory, settings)
    drawn: list[Frame] = []
    draw(factory, settings, timeline.n_frames - 1, None, drawn.append)
    assert len(drawn) == 1
    assert timeline.seconds == timeline.n_frames / 2


def test_captions_follow_each_other_and_lie_within_the_act() -> None:
    timeline = probe(bowl, SMALL)
    assert timeline.cues
    assert timeline.beats
    ends = [0]
    for cue in timeline.cues:
        assert ends[-1] <= cue.start < cue.stop <= timeline.n_frames
        assert cue.text
        ends.append(cue.stop)
    assert all(0 <= beat.frame <= timeline.n_frames for beat in timeline.beats)


def test_an_empty_range_draws_nothing_and_a_range_past_the_end_stops_there() -> None:
    assert frames(turning, 5, 5) == []
    assert len(frames(turning, 20, 1000)) == 24 - 20
    assert frames(turning, 1000, 2000) == []


def test_a_sink_can_stop_the_render() -> None:
    class EnoughError(Exception):
        pass

    seen: list[Frame] = []

    def sink(frame: Frame) -> None:
        seen.append(frame)
        if len(seen) == 3:
            raise EnoughError

    with pytest.raises(EnoughError):
        draw(turning, SMALL, 0, None, sink)
    assert len(seen) == 3


def test_manims_configuration_is_put_back() -> None:
    before = (manim.config.pixel_width, manim.config.frame_rate, manim.config.media_dir)
    frames(turning, 0, 1)
    assert (manim.config.pixel_width, manim.config.frame_rate, manim.config.media_dir) == before


def test_frames_are_opaque_pictures_of_the_asked_size() -> None:
    for factory in (turning, bowl):
        (frame,) = frames(factory, 4, 5)
        assert frame.shape == (72, 128, 4)
        assert frame.dtype == np.uint8
        assert (frame[..., 3] == 255).all()
        assert frame[..., :3].std() > 1.0, "the frame is empty"


def test_the_theme_reaches_the_act() -> None:
    for theme, dark in (("dark", True), ("light", False)):
        factory = partial(build_act, "bowl", Brief(Dataset.synthetic(), theme))
        drawn: list[Frame] = []
        draw(factory, SMALL, 3, 4, drawn.append)
        assert bool(drawn[0][0, 0, :3].mean() < 60) is dark


def test_a_few_frames_are_drawn_in_one_pass_and_are_those_of_the_whole() -> None:
    whole = frames(turning)
    few: list[Frame] = []
    draw_some(turning, RenderSettings(width=128, height=72, fps=10), [20, 3, 18, 99], few.append)
    assert len(few) == 3
    for number, frame in zip((3, 18, 20), few, strict=True):
        assert np.array_equal(frame, whole[number])
