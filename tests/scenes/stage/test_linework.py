"""Lines of a stage as curves: where they run, and what of them is seen."""

from __future__ import annotations

import math
from unittest.mock import Mock

import cairo
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.render.frames import look_at
from pipeline.render.settings import RenderSettings
from ridge_math import Dataset
from scenes import build_act
from scenes.brief import Brief
from scenes.stage.linework import Catcher, Stroke, engrave, iso_lines
from scenes.stage.looks import FloorLook
from scenes.stage.overlay import surface_of
from scenes.stage.quadratic import Quadratic
from scenes.stage.stage import Stage

REACH = 2.0


@st.composite
def convex(draw: st.DrawFn) -> Quadratic:
    """A form that is nowhere bent down; of some, one direction is flat, or nearly."""
    turn = draw(st.floats(0.0, np.pi))
    steep, ratio = draw(st.floats(0.05, 5.0)), draw(st.sampled_from([0.0, 1e-6, 0.01, 0.3, 1.0]))
    axes = np.array([(np.cos(turn), np.sin(turn)), (-np.sin(turn), np.cos(turn))])
    hessian = axes.T @ np.diag([steep, ratio * steep]) @ axes
    slope = -hessian @ np.array([draw(st.floats(-1.0, 1.0)), draw(st.floats(-1.0, 1.0))])
    xx, xy, yy = hessian[0, 0] / 2, hessian[0, 1], hessian[1, 1] / 2
    return Quadratic(xx, xy, yy, slope[0], slope[1], draw(st.floats(-0.2, 0.2)))


@given(form=convex(), level=st.floats(-0.3, 1.0))
def test_an_iso_line_has_its_value_everywhere_and_leaves_nothing_out(
    form: Quadratic, level: float
) -> None:
    lines = list(iso_lines(form, level, REACH))
    points = np.concatenate([np.zeros((0, 2)), *lines])
    bend = max(abs(form.xx), abs(form.xy), abs(form.yy))
    np.testing.assert_allclose(form.value(*points.T), level, atol=1e-6 * (1.0 + bend))
    # The oracle: where the value passes the level between two points of a row.
    x = np.linspace(-REACH, REACH, 401)
    for y in (-1.3, 0.0, 0.7):
        apart = form.value(x, np.full_like(x, y)) - level
        for place in np.flatnonzero(apart[:-1] * apart[1:] < 0.0):
            assert np.linalg.norm(points - (x[place], y), axis=1).min() < 0.05


def drawn_over(picture: np.ndarray, strokes: tuple[Stroke, ...], place: cairo.Matrix) -> np.ndarray:
    """A premultiplied picture with strokes laid on it."""
    made = np.array(picture)
    context = cairo.Context(surface_of(made))
    context.set_matrix(place)
    for stroke in strokes:
        context.move_to(*stroke.points[0])
        for point in stroke.points[1:]:
            context.line_to(*point)
        red, green, blue = stroke.colour
        context.set_source_rgba(blue, green, red, stroke.opacity)
        context.set_line_width(stroke.width)
        context.stroke()
    return made


@pytest.mark.parametrize(
    ("act", "frame"), [("bowl", 90), pytest.param("flip", 130, marks=pytest.mark.slow)]
)
def test_curves_over_the_bare_picture_are_the_picture(act: str, frame: int) -> None:
    per_unit = 90.0

    def look(scene: object) -> tuple[float, float, int]:
        parts = [part for each in scene.mobjects for part in each.get_family()]  # type: ignore[attr-defined]
        stage = next(part for part in parts if isinstance(part, Stage))
        whole, _ = stage.picture(per_unit)
        found = engrave(stage, per_unit)
        left, top = (side * per_unit for side in found.corner)
        place = cairo.Matrix(per_unit, 0, 0, -per_unit, -left, top)
        again = drawn_over(found.picture, found.strokes, place).astype(int)
        off = (np.abs(each.astype(int) - whole).mean() for each in (found.picture, again))
        return *off, len(found.strokes)

    brief = Brief(Dataset.synthetic(), "light", captions=False)
    settings = RenderSettings(320, 180, 6, "light")
    without, with_them, count = look_at(
        lambda renderer: build_act(act, brief, renderer), settings, frame, look
    )
    assert count > 20
    assert with_them < 0.3 * without


def test_a_line_too_faint_to_be_looked_for_is_left_out_whole() -> None:
    """The floor's line at the height of the cut has all but faded: no crossing of it is drawn alone."""
    catcher = Catcher(Mock())
    ground = FloorLook(
        reach=2.0,
        z=0.0,
        opacity=1.0,
        grid_step=(0.0, 0.0, 1.0, 1.0),
        grid=(0.5, 0.5, 0.5, 1.0),
        paper=(0.5, 0.5, 0.5, 1.0),
        weight=1.0,
        ramp=np.tile(np.arange(256, dtype=np.uint8)[:, None], 3),
        warmest=0.0,
        levels=(10.0, 0.0),
        map=0.8,
    )
    catcher.floor(Quadratic(0.25, 0.0, 0.25, 0.0, 0.0, 0.0), ground)
    conics = [curve for curve in catcher.curves if len(curve.points) > 2]
    radii = {round(float(np.linalg.norm(curve.points[0, :2])), 3) for curve in conics}
    assert radii == {round(math.sqrt(number / 2.5), 3) for number in range(1, 10)}
    assert min(curve.opacity for curve in conics) > 0.25 * 0.8
