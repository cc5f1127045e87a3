"""A height field shows the function it is given, as the exact surface would; and holds in any scene."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from manim import Camera, FadeOut, Scene, Square, tempconfig

from scenes.layout import Box
from scenes.stage import (
    Balls,
    Dial,
    HeightField,
    Light,
    Quadratic,
    Stage,
    StageScale,
    Surface,
    on_axes,
)
from scenes.stage.camera import FilmCamera
from scenes.stage.field import COARSE
from scenes.theme import DARK, LIGHT, Colour, Ramp

UNIT = StageScale((0.0, 0.0), 2.0, 0.0, 1.0)
VALLEY = Quadratic(0.2, 0.16, 0.13, 0.02, -0.03, 0.1)
RAMP, WHITE = Ramp("crameri:lapaz", 0.9, 0.1), Colour("#ffffff")


def stage(*props: Any, elevation: float = 0.6, azimuth: float = 0.6) -> Stage:
    made = Stage(Box(0, 0, 8, 6), Light(0.5, (0, 0, 0)), azimuth=azimuth, elevation=elevation)
    return made.put(*props)


def picture(*props: Any, **eye: float) -> np.ndarray:
    return stage(*props, **eye).picture(40.0)[0].astype(int)


def field(f: Any = VALLEY.value, **options: Any) -> HeightField:
    return HeightField(f, UNIT, ramp=RAMP, line=WHITE, **options)


@pytest.mark.parametrize("flip", [1.0, -1.0])
@pytest.mark.parametrize("elevation", [0.3, 0.9])
def test_a_field_of_a_quadratic_is_the_exact_surface(flip: float, elevation: float) -> None:
    exact = Surface(lambda: VALLEY, UNIT, RAMP, WHITE, flip=Dial(flip))
    apart = np.abs(
        picture(exact, elevation=elevation) - picture(field(flip=Dial(flip)), elevation=elevation)
    )
    assert apart.mean() < 0.6
    assert (apart.max(axis=-1) > 40).mean() < 0.012, "more than edges differs"


def test_a_given_gradient_is_that_of_differences() -> None:
    def gradient(x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        return (
            2 * VALLEY.xx * x + VALLEY.xy * y + VALLEY.x,
            2 * VALLEY.yy * y + VALLEY.xy * x + VALLEY.y,
        )

    apart = np.abs(picture(field()) - picture(field(gradient=gradient)))
    assert apart.max() <= 3
    wrong = picture(field(gradient=lambda x, y: (-x, -y)))
    assert np.abs(picture(field()) - wrong).max() > 30


def test_an_array_of_heights_is_the_function_it_was_taken_from() -> None:
    line = np.linspace(-2.0, 2.0, 41)
    heights = VALLEY.value(*np.meshgrid(line, line))
    assert np.abs(picture(field(heights)) - picture(field())).max() <= 4
    at = np.array([[0.3, -1.1], [1.7, 0.2]])
    np.testing.assert_allclose(field(heights).value(at), VALLEY.value(*at.T), atol=1e-9)


def test_the_mesh_is_as_fine_as_is_seen_and_no_finer() -> None:
    meshes: list[int] = []

    class Counted(HeightField):
        def mesh(self, pen: Any) -> Any:
            made = super().mesh(pen)
            meshes.append(len(made[0]) - 1)
            return made

    ripples: Callable[..., Any] = lambda x, y: 0.5 + 0.3 * np.sin(12 * x) * np.cos(9 * y)  # noqa: E731
    for f, per_unit in ((lambda x, y: 0 * x + 0.5, 40.0), (ripples, 20.0), (ripples, 200.0)):
        stage(Counted(f, UNIT)).picture(per_unit)
    assert meshes[0] == COARSE < meshes[1] < meshes[2] == 512


@pytest.mark.parametrize("hole", [np.nan, np.inf])
def test_where_a_function_is_no_number_there_is_no_surface(hole: float) -> None:
    made = stage(field(lambda x, y: np.where(x > 0.5, hole, 0.5)), azimuth=0.0, elevation=0.7)
    drawn, (left, top) = made.picture(40.0)
    for x, there in ((-1.0, True), (1.5, False)):
        u, v, _ = made.project((*UNIT.place((x, 0.0)), 0.95))
        assert bool(drawn[int((3 - v) * 40) - top, int((u + 4) * 40) - left, 3]) is there


def test_balls_rest_on_a_field() -> None:
    made = field(lambda x, y: 0.5 + 0.2 * np.abs(x))
    at = np.array([[-1.0, 0.4], [1.3, -0.2]])
    np.testing.assert_allclose(made.point(at)[:, 2], 1.9 * (0.5 + 0.2 * np.abs(at[:, 0])))
    away = np.linalg.norm(made.resting(at, 0.1) - made.point(at), axis=1)
    np.testing.assert_allclose(away, 0.08)
    assert np.all(made.resting(at, 0.1)[:, 2] > made.point(at)[:, 2])


def test_its_lowest_point_is_found_in_a_crease() -> None:
    made = field(lambda x, y: 0.2 + 0.1 * np.abs(x) + 0.1 * (y - 0.5) ** 2)
    np.testing.assert_allclose(made.lowest(), (0.0, 0.5), atol=4.0 / 512)


def test_every_setting_of_a_field_is_part_of_its_state() -> None:
    height = Dial(0.3)
    made = field(lambda x, y: height() + 0 * x)
    before = made.state()
    height.set_value(0.4)
    assert made.state() != before
    height.set_value(0.3)
    assert made.state() == before
    changes = {
        "scale": StageScale((0.0, 0.0), 2.0, 0.0, 2.0),
        "ramp": Ramp("crameri:lajolla", 0.9, 0.1),
        "line": Colour("#ff0000"),
        "flip": Dial(-1.0),
        "finest": 64,
        "levels": (5.0, 0.0),
        "shown": Dial(0.5),
    }
    assert {*changes, "heights", "gradient"} == {each.name for each in fields(HeightField)}
    for name, value in changes.items():
        kept = getattr(made, name)
        setattr(made, name, value)
        assert made.state() != before, name
        setattr(made, name, kept)


@pytest.mark.parametrize(
    ("f", "error", "says"),
    [
        (lambda x, y: float(x), TypeError, "whole arrays"),
        (lambda x, y: x[:3], ValueError, "shape"),
        ([[1.0, np.nan], [0.0, 1.0]], ValueError, "finite"),
        ([1.0, 2.0], ValueError, "at least 2 by 2"),
    ],
)
def test_what_is_no_function_of_arrays_is_one_sentence(f: Any, error: type, says: str) -> None:
    with pytest.raises(error, match=says):
        field(f).state()


def test_a_fading_surface_leaves_nothing_behind_for_the_next_picture() -> None:
    """Three half-transparent balls in one place looked otherwise once anything had faded."""
    balls = [Balls(lambda: [[0, 0, 1]], Colour(c), shown=Dial(0.5)) for c in ("#ff0000", "#00ff00")]
    before = picture(*balls)
    picture(Surface(lambda: VALLEY, UNIT, RAMP, WHITE, shown=Dial(0.5)))
    picture(field(shown=Dial(0.5)))
    assert np.array_equal(before, picture(*balls))


# --- in a scene of anyone's ----------------------------------------------------------------------


@pytest.fixture
def small(tmp_path: Path) -> Iterator[None]:
    wanted = {"pixel_width": 160, "pixel_height": 90, "frame_rate": 5, "media_dir": str(tmp_path)}
    with tempconfig({**wanted, "progress_bar": "none", "verbosity": "ERROR"}):
        yield


@pytest.mark.usefixtures("small")
def test_manims_own_camera_shows_a_stage_as_ours_does() -> None:
    made = Stage().put(*on_axes(field()))
    dot = Square(1.0, fill_opacity=0.5).shift((0.5, 0.5, 0))
    pictures = []
    for camera in (Camera(), FilmCamera()):
        camera.reset()
        camera.capture_mobjects([made, dot])
        pictures.append(np.array(camera.pixel_array).astype(int))
    assert np.abs(pictures[0] - pictures[1]).max() <= 2
    assert len(np.unique(pictures[0].reshape(-1, 4), axis=0)) > 300


@pytest.mark.usefixtures("small")
def test_a_plain_scene_moves_the_eye_and_fades_the_stage() -> None:
    seen: list[np.ndarray] = []

    class Plain(Scene):
        def construct(self) -> None:
            made = Stage().put(*on_axes(field()))
            self.add(made)
            self.play(made.azimuth.animate.set_value(1.5), run_time=0.6)
            seen.append(self.renderer.get_frame())
            self.play(FadeOut(made), run_time=0.6)

    with tempconfig({"format": "mp4"}):
        scene = Plain()
        drawn = scene.renderer.update_frame

        def watched(*args: Any, **options: Any) -> None:
            drawn(*args, **options)
            seen.append(scene.renderer.get_frame())

        scene.renderer.update_frame = watched
        scene.render()
    assert len({frame.tobytes() for frame in seen[:3]}) == 3, "three frames of a turn"
    light = [int(frame[..., :3].astype(int).sum()) for frame in seen]
    assert light[-3] > light[-2] > light[-1]


@pytest.mark.parametrize(("paper", "theme"), [("#000000", DARK), ("#faf7f1", LIGHT)])
def test_a_stage_takes_the_theme_that_suits_the_background(paper: str, theme: Any) -> None:
    with tempconfig({"background_color": paper}):
        assert HeightField(VALLEY.value, UNIT).ramp == theme.height
        assert Stage().light.shade == theme.shade.rgb


def test_a_stage_is_not_rotated_but_says_what_turns() -> None:
    with pytest.raises(TypeError, match="azimuth"):
        Stage().rotate(1.0)
