"""The camera paints a frame anew only where it differs from the one before, and says where."""

from __future__ import annotations

import cairo
import numpy as np
import pytest
from manim import Camera, Circle, Group, Mobject, Square, VMobject, tempconfig

from scenes.stage import Quadratic, Stage, StageScale, Surface
from scenes.stage.camera import FilmCamera
from scenes.stage.picture import differing
from scenes.text.words import Words
from scenes.theme import Colour

INK = Colour("#ffffff")


def shown(random: np.random.Generator, things: list[Mobject]) -> list[Mobject]:
    """Some of the things, some of them somewhere else or fainter than before."""
    some = [thing for thing in things if random.random() < 0.8]
    for thing in some:
        if random.random() < 0.4:
            thing.shift((*random.uniform(-1.5, 1.5, 2), 0.0))
        if random.random() < 0.2:
            thing.fade(float(random.uniform(0.1, 0.4)))
    return some


@pytest.mark.parametrize("opaque", [1.0, 0.0])
def test_a_frame_is_what_it_would_be_alone(opaque: float) -> None:
    random = np.random.default_rng(3)
    with tempconfig({"pixel_width": 160, "pixel_height": 90, "frame_width": 128 / 9}):
        stage = Stage(light=None).put(
            Surface(lambda: Quadratic(0.3, 0.1, 0.2, 0.0, 0.0, 0.1), StageScale((0, 0), 1, 0, 1))
        )
        things = [
            stage,
            Square().set_fill("#ff0000", 0.5),
            Words("text", 1.0, INK),
            Group(Circle(), Words("$x$", 2.0, INK)),
            Words("9.81", 0.7, INK),
        ]
        camera, before, known = FilmCamera(background_opacity=opaque), None, 0
        for _ in range(25):
            seen = shown(random, things)
            if random.random() < 0.3:
                stage.azimuth.increment_value(0.2)
            frame = camera.frame(seen)
            alone = FilmCamera(background_opacity=opaque).frame(seen)
            assert np.array_equal(frame, alone)
            changed = differing(frame, before)
            if changed is not None:
                apart = (np.asarray(frame) != np.asarray(before)).any(axis=-1)
                for left, top, right, bottom in changed:
                    apart[top:bottom, left:right] = False
                assert not apart.any()
                known += 1
            before = frame
        assert known > 15
        assert camera.frame(seen) is frame


def test_a_path_is_manims_own() -> None:
    random = np.random.default_rng(7)
    straight = VMobject().set_points_as_corners(random.uniform(-2, 2, (6, 3)))
    several = VMobject()
    for _ in range(3):
        several.append_points(Circle().shift(random.uniform(-1, 1, 3)).points)
        several.append_points(straight.points)
    unfinished = VMobject()
    unfinished.points = random.uniform(-1, 1, (10, 3))
    nowhere = VMobject()
    nowhere.points = np.full((4, 3), np.nan)
    nothing = VMobject()
    with tempconfig({"pixel_width": 160, "pixel_height": 90}):
        camera, stock = FilmCamera(), Camera()
        for shape in (Square(), straight, several, unfinished, nowhere, nothing):
            paths = []
            for painter in (camera, stock):
                context = cairo.Context(cairo.ImageSurface(cairo.FORMAT_ARGB32, 160, 90))
                painter.set_cairo_context_path(context, shape)
                paths.append(list(context.copy_path()))
            assert paths[0] == paths[1]
        assert paths == [[], []]
