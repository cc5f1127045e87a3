"""Chunks drawn one after the other make one video, frame for frame."""

from pathlib import Path
from typing import Any

import av
import manim
import numpy as np
import pytest
from PIL import Image

from pipeline.errors import RenderError
from pipeline.execute import measure, render_still, render_video
from pipeline.plan import Act, Chunk, lay_out, still_of
from pipeline.settings import RenderSettings

SETTINGS = RenderSettings(width=128, height=72, fps=10)


class Rising(manim.Scene):
    """Grey from black to white in two seconds; the grey of a frame tells its number."""

    def construct(self) -> None:
        square = manim.Square(40, fill_opacity=1, stroke_width=0, fill_color="#000000")
        self.add(square)
        self.play(square.animate(rate_func=manim.linear).set_fill("#ffffff"), run_time=2)


class Still(manim.Scene):
    """Half a second of blue."""

    def construct(self) -> None:
        self.add(manim.Square(40, fill_opacity=1, stroke_width=0, fill_color="#0000ff"))
        self.wait(0.5)


class Restless(manim.Scene):
    """An act whose length is another every time, which no act may be."""

    n_runs = 0

    def construct(self) -> None:
        Restless.n_runs += 1
        self.wait(Restless.n_runs)


def rising(renderer: Any) -> manim.Scene:
    return Rising(renderer=renderer)


def still(renderer: Any) -> manim.Scene:
    return Still(renderer=renderer)


def restless(renderer: Any) -> manim.Scene:
    return Restless(renderer=renderer)


@pytest.fixture(scope="module")
def acts() -> tuple[Act, ...]:
    return measure([("rising", rising), ("still", still)], SETTINGS)


def greys(path: Path) -> list[float]:
    with av.open(path) as container:
        return [
            float(frame.to_ndarray(format="gray").mean()) for frame in container.decode(video=0)
        ]


def test_acts_are_as_long_as_their_plays(acts: tuple[Act, ...]) -> None:
    assert [(act.name, act.n_frames) for act in acts] == [("rising", 20), ("still", 5)]


def test_a_video_holds_the_acts_in_order(acts: tuple[Act, ...], tmp_path: Path) -> None:
    seen = []
    path = tmp_path / "film.mp4"
    made = render_video(lay_out(acts, SETTINGS), SETTINGS, path, lambda: seen.append(1))
    assert (made.path, made.acts, made.n_frames) == (path, ("rising", "still"), 25)
    assert made.n_bytes == path.stat().st_size
    assert len(seen) == 25
    shades = greys(path)
    assert len(shades) == 25
    assert np.all(np.diff(shades[:20]) > 0)
    assert np.ptp(shades[20:]) < 2


def test_a_range_is_cut_out_of_the_whole(acts: tuple[Act, ...], tmp_path: Path) -> None:
    render_video(lay_out(acts, SETTINGS), SETTINGS, tmp_path / "whole.mp4")
    made = render_video(lay_out(acts, SETTINGS, 1.2, 2.3), SETTINGS, tmp_path / "cut.mp4")
    assert made.n_frames == 11
    assert np.allclose(greys(tmp_path / "cut.mp4"), greys(tmp_path / "whole.mp4")[12:23], atol=2)


def test_a_still_is_that_frame_of_the_video(acts: tuple[Act, ...], tmp_path: Path) -> None:
    chunk = still_of(acts[0], SETTINGS, 1.5)
    made = render_still(chunk, SETTINGS, tmp_path / "still.png")
    assert (made.n_frames, made.acts) == (1, ("rising",))
    render_video([Chunk("rising", rising, 14, 17)], SETTINGS, tmp_path / "around.mp4")
    before, there, after = greys(tmp_path / "around.mp4")
    with Image.open(made.path) as image:
        assert image.size == SETTINGS.size
        grey = float(np.asarray(image.convert("L")).mean())
    assert abs(grey - there) < 2 < min(grey - before, after - grey)


def test_an_act_of_another_length_than_planned_is_refused(tmp_path: Path) -> None:
    acts = measure([("restless", restless)], SETTINGS)
    chunk = Chunk("restless", restless, 0, acts[0].n_frames + 15)
    with pytest.raises(RenderError, match="restless drew 20 frames where 25 were planned"):
        render_video([chunk], SETTINGS, tmp_path / "film.mp4")
    assert list(tmp_path.iterdir()) == []
