"""The stage shows the numbers it is given: where, how high, in front of what."""

from __future__ import annotations

import itertools
from dataclasses import fields

import moderngl
import numpy as np
import pytest
from manim import DEGREES, ThreeDCamera, tempconfig

from pipeline.render.frames import NOTHING, FrameRenderer, run
from pipeline.render.settings import RenderSettings
from ridge_math import Dataset
from scenes.brief import Brief
from scenes.landscape_act import LandscapeAct
from scenes.layout import Box
from scenes.mobjects.landscape import HOVER, penalty_quadratic, quadratic_of
from scenes.stage import gl
from scenes.stage.geometry import grid_mesh, tube, unit_sphere
from scenes.stage.marks import Balls, Tube
from scenes.stage.quadratic import Light, Quadratic
from scenes.stage.stage import Dial, Stage
from scenes.stage.surface import StageScale, Surface, warmest
from scenes.stage.view import View
from scenes.theme import Colour, Ramp

LIGHT = Light(0.5, (0.0, 0.0, 0.0))
RAMP = Ramp("crameri:lapaz", 0.9, 0.1)
RED, WHITE = Colour("#ff0000"), Colour("#ffffff")
FLAT = Quadratic(0.0, 0.0, 0.0, 0.0, 0.0, 0.5)


def stage(*props: object, elevation: float = 0.5, azimuth: float = 0.6) -> Stage:
    made = Stage(Box(0.0, 0.0, 8.0, 6.0), LIGHT, azimuth=azimuth, elevation=elevation)
    return made.put(*props)  # type: ignore[arg-type]


def whole_picture(made: Stage, per_unit: float = 40.0) -> np.ndarray:
    """The picture of a stage on the whole of its box."""
    picture, (left, top) = made.picture(per_unit)
    full = np.zeros((round(6 * per_unit), round(8 * per_unit), 4), dtype=np.uint8)
    full[top : top + picture.shape[0], left : left + picture.shape[1]] = picture
    return full


def pixel(
    made: Stage, point: tuple[float, float, float], per_unit: float = 40.0
) -> tuple[int, int]:
    """Row and column at which a point of the stage is seen."""
    x, y, _ = made.project(point)
    return int((3.0 - y) * per_unit), int((x + 4.0) * per_unit)


def is_red(rgba: np.ndarray) -> bool:
    return bool(rgba[0] > 90 and rgba[1] < 0.5 * rgba[0] and rgba[2] < 0.5 * rgba[0])


@pytest.mark.parametrize(("azimuth", "elevation"), [(0.0, 0.3), (0.8, 0.6), (-2.2, 1.2)])
def test_the_projection_is_that_of_manims_own_camera(azimuth: float, elevation: float) -> None:
    points = np.random.default_rng(1).uniform(-2, 2, (20, 3))
    with tempconfig({"frame_width": 14.0, "frame_height": 8.0}):
        camera = ThreeDCamera(
            phi=np.pi / 2 - elevation, theta=azimuth - 90 * DEGREES, focal_distance=16.0, zoom=1.3
        )
        camera.reset_rotation_matrix()
        theirs = camera.project_points(points)
    ours = View(azimuth, elevation, 1.3, focal=16.0).project(points)
    np.testing.assert_allclose(ours[:, :2], theirs[:, :2], atol=1e-12)


def test_opengl_sees_what_the_projection_says() -> None:
    view = View(0.7, 0.4, 1.2, centre=(0.1, -0.2, 0.9), shift=(0.3, -0.5))
    points = np.random.default_rng(2).uniform(-2, 2, (30, 3))
    clip = np.c_[points, np.ones(30)] @ view.clip_matrix(9.0, 5.0).T
    seen = clip[:, :2] / clip[:, 3:]
    expected = view.project(points)[:, :2] * (2 / 9.0, -2 / 5.0)
    np.testing.assert_allclose(seen, expected, atol=1e-12)
    depth = clip[:, 2] / clip[:, 3]
    assert np.all(np.abs(depth) < 1.0)
    assert np.all(np.diff(depth[np.argsort(view.project(points)[:, 2])]) < 0)


@pytest.mark.parametrize("elevation", np.radians([15.0, 35.0, 60.0, 89.0]))
def test_the_axes_box_is_framed_from_everywhere(elevation: float) -> None:
    for azimuth in np.linspace(0.0, 2 * np.pi, 13):
        made = stage(elevation=elevation, azimuth=azimuth)
        corners = list(itertools.product((-2.0, 2.0), (-2.0, 2.0), (0.0, 1.9)))
        seen = made.project(corners)[:, :2]
        assert np.all(np.abs(seen[:, 0]) < 4.0)
        assert np.all(np.abs(seen[:, 1]) < 3.0)
        np.testing.assert_allclose(seen.min(axis=0) + seen.max(axis=0), 0.0, atol=0.25)


def test_the_box_as_it_is_seen_fills_its_room_from_every_side_and_never_jerks() -> None:
    corners = list(itertools.product((-2.0, 2.0), (-2.0, 2.0), (0.0, 1.9)))
    for elevation in np.radians([18.0, 33.0, 50.0, 70.0]):
        zooms = []
        for azimuth in np.radians(np.arange(0.0, 181.0, 1.0)):
            made = stage(elevation=elevation, azimuth=azimuth)
            seen = made.project(corners)[:, :2]
            taken = (seen.max(axis=0) - seen.min(axis=0)) / (
                made.room[0] * 8.0,
                made.room[1] * 6.0,
            )
            assert 0.85 < taken.max() <= 1.0
            zooms.append(made.view().zoom)
        steps = np.diff(np.log(zooms))
        assert np.abs(np.diff(steps)).max() < 0.006, "no kink, degree by degree"


def test_a_form_is_the_objective_in_other_units() -> None:
    data = Dataset.synthetic()
    scale = StageScale(centre=(0.4, -0.3), half_width=2.5, low=5.0, high=180.0)
    rng = np.random.default_rng(3)
    for lam in (0.0, 3.0, 400.0):
        objective = data.objective().penalised(lam)
        form = quadratic_of(objective, scale)
        theta = rng.uniform(-3, 3, (50, 2))
        xy = scale.place(theta)
        np.testing.assert_allclose(
            form.value(xy[:, 0], xy[:, 1]), scale.level(objective.value(theta)), rtol=1e-10
        )


def test_the_penalty_form_is_what_lam_adds() -> None:
    data = Dataset.synthetic()
    scale = StageScale(centre=(0.4, -0.3), half_width=2.5, low=5.0, high=180.0)
    bare, bowl = (quadratic_of(data.objective().penalised(lam), scale) for lam in (0.0, 7.0))
    alone = penalty_quadratic(7.0, scale)
    for x, y in ((0.0, 0.0), (1.0, -2.0), (-0.7, 0.3)):
        assert alone.value(x, y) - HOVER == pytest.approx(bowl.value(x, y) - bare.value(x, y))


def test_a_ball_is_drawn_where_the_projection_says() -> None:
    made = stage(Balls(lambda: [[1.2, -0.7, 1.1]], RED, radius=0.12))
    picture = whole_picture(made)
    assert is_red(picture[pixel(made, (1.2, -0.7, 1.1))])
    rows, columns = np.nonzero(picture[..., 3] > 127)
    row, column = pixel(made, (1.2, -0.7, 1.1))
    assert abs(rows.mean() - row) < 1.0
    assert abs(columns.mean() - column) < 1.0


def test_what_stands_behind_a_surface_is_hidden_and_what_stands_before_it_is_not() -> None:
    surface = Surface(lambda: FLAT, StageScale((0, 0), 1.0, 0.0, 1.0), RAMP, WHITE)
    below, above = (0.3, 0.2, 0.35), (0.3, 0.2, 1.5)
    for place, visible in ((below, False), (above, True)):
        made = stage(Balls(lambda place=place: [place], RED, radius=0.1), surface)
        assert is_red(whole_picture(made)[pixel(made, place)]) is visible


def test_a_surface_is_cut_level_at_the_top_of_its_box() -> None:
    steep = Quadratic(0.0, 0.0, 0.0, 1.0, 0.0, 0.5)  # v = x + 1/2: leaves the box at x = 1/2
    surface = Surface(lambda: steep, StageScale((0, 0), 1.0, 0.0, 1.0), RAMP, WHITE)
    made = stage(surface, azimuth=0.0, elevation=0.35)
    picture = whole_picture(made)
    assert picture[pixel(made, (0.2, 0.0, 0.7 * 1.9))][3] == 255
    assert picture[pixel(made, (0.6, 0.0, 1.1 * 1.9))][3] == 0
    assert picture[pixel(made, (1.5, 0.0, 2.0 * 1.9 * 0.9))][3] == 0


def test_a_surface_without_iso_lines_is_all_there() -> None:
    """None stand where their number is the same for every value."""
    shapes = []
    for levels in ((10.0, 0.5), (0.0, 0.5)):
        surface = Surface(
            lambda: FLAT, StageScale((0, 0), 1.0, 0.0, 1.0), RAMP, WHITE, levels=levels
        )
        shapes.append(whole_picture(stage(surface))[..., 3])
    assert np.array_equal(*shapes)
    assert shapes[0].max() == 255


def test_a_flipped_surface_stands_on_its_head() -> None:
    bowl = Quadratic(0.2, 0.0, 0.2, 0.0, 0.0, 0.1)
    surface = Surface(lambda: bowl, StageScale((0, 0), 1.0, 0.0, 1.0), RAMP, WHITE)
    assert surface.point((0.0, 0.0))[2] == pytest.approx(0.1 * 1.9)
    surface.flip.set_value(-1.0)
    assert surface.point((0.0, 0.0))[2] == pytest.approx(0.9 * 1.9)
    surface.flip.set_value(0.0)
    assert surface.point((0.7, -0.2))[2] == pytest.approx(0.5 * 1.9)
    made = stage(Balls(lambda: [[0.0, 0.0, 1.4]], RED, radius=0.1), surface)
    surface.flip.set_value(-1.0)
    assert not is_red(whole_picture(made)[pixel(made, (0.0, 0.0, 1.4))]), "the peak covers the ball"


def test_edges_are_smooth() -> None:
    """Along every edge of a slope there are pixels between full and empty, and none beyond."""
    ball = Balls(lambda: [[0.0, 0.0, 1.0]], WHITE, radius=0.8)
    surface = Surface(lambda: FLAT, StageScale((0, 0), 1.0, 0.0, 1.0), RAMP, WHITE)
    tube = Tube(lambda: [[-1.0, -1.0, 0.5], [1.0, 1.0, 1.5]], WHITE, radius=0.1)
    for prop, perimeter in ((ball, 200), (surface, 380), (tube, 150)):
        alpha = whole_picture(stage(prop))[..., 3].astype(int)
        between = int(((alpha > 0) & (alpha < 255)).sum())
        assert 0.5 * perimeter < between < 3 * perimeter, type(prop).__name__


def test_a_ball_is_as_round_as_one_drawn_with_many_samples() -> None:
    made = stage(Balls(lambda: [[0.3, 0.2, 1.0]], WHITE, radius=0.8, slices=48))
    fine = whole_picture(made, 320.0)[..., 3].astype(float)
    reference = fine.reshape(240, 8, 320, 8).mean(axis=(1, 3))
    ours = whole_picture(made)[..., 3].astype(float)
    assert np.abs(ours - reference).mean() < 0.6
    assert np.abs(ours.sum() - reference.sum()) < 0.03 * reference.sum(), (
        "soft edges are taken from the inner half pixel: no more than that may be missing"
    )


def test_a_picture_depends_on_nothing_but_the_state() -> None:
    surface = Surface(lambda: FLAT, StageScale((0, 0), 1.0, 0.0, 1.0), RAMP, WHITE)
    made = stage(surface)
    first, state = whole_picture(made), made.state()
    made.azimuth.set_value(2.0)
    assert made.state() != state
    whole_picture(made)
    made.azimuth.set_value(0.6)
    assert made.state() == state
    assert np.array_equal(first, whole_picture(made))


def test_every_setting_of_a_surface_is_part_of_its_state() -> None:
    surface = Surface(lambda: FLAT, StageScale((0, 0), 1.0, 0.0, 1.0), RAMP, WHITE)
    before = surface.state()
    changes = {
        "form": lambda: Quadratic(0, 0, 0, 0, 0, 0.6),
        "scale": StageScale((0, 0), 1.0, 0.0, 2.0),
        "ramp": Ramp("crameri:lajolla", 0.9, 0.1),
        "line": RED,
        "levels": (5.0, 0.0),
        "flip": Dial(-1.0),
        "shown": Dial(0.5),
    }
    assert set(changes) == {field.name for field in fields(Surface)}
    for name, value in changes.items():
        kept = getattr(surface, name)
        setattr(surface, name, value)
        assert surface.state() != before, name
        setattr(surface, name, kept)


def test_a_copy_of_a_stage_moves_alone_and_shares_what_stands_on_it() -> None:
    made = stage(Tube(lambda: [[0, 0, 0], [1, 1, 1]], RED))
    twin = made.copy()
    twin.shift((1.0, 0.0, 0.0))
    assert made.box.x == 0.0
    assert twin.box.x == 1.0
    assert twin.props is made.props
    assert twin.azimuth is made.azimuth


def test_the_grid_covers_the_square_once_and_is_symmetric() -> None:
    vertices, triangles = grid_mesh(6)
    corners = vertices[triangles]
    areas = 0.5 * np.abs(
        np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
        if corners.shape[-1] == 3
        else (corners[:, 1, 0] - corners[:, 0, 0]) * (corners[:, 2, 1] - corners[:, 0, 1])
        - (corners[:, 1, 1] - corners[:, 0, 1]) * (corners[:, 2, 0] - corners[:, 0, 0])
    )
    assert areas.sum() == pytest.approx(4.0)
    assert np.all(areas > 0)

    def shapes(points: np.ndarray) -> set[frozenset[tuple[int, ...]]]:
        return {
            frozenset(tuple(np.rint(corner * 3).astype(int)) for corner in face)
            for face in points[triangles]
        }

    assert shapes(vertices) == shapes(vertices * (-1, 1)) == shapes(vertices[:, ::-1])


def test_solids_are_round() -> None:
    points, faces = unit_sphere(16)
    np.testing.assert_allclose(np.linalg.norm(points, axis=1), 1.0, atol=1e-6)
    assert faces.max() == len(points) - 1
    line = np.stack([np.linspace(0, 1, 9), np.linspace(0, 2, 9) ** 2, np.zeros(9)], axis=1)
    skin, faces = tube(line, 0.1, sides=8)
    away = np.linalg.norm(skin[:, :3] - np.repeat(line, 9, axis=0), axis=1)
    np.testing.assert_allclose(away, 0.1, atol=1e-6)
    np.testing.assert_allclose(np.linalg.norm(skin[:, 3:], axis=1), 1.0, atol=1e-6)
    assert faces.max() == len(skin) - 1


def test_without_opengl_one_sentence_names_the_package(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(**_: object) -> None:
        raise RuntimeError("libEGL not loaded")

    monkeypatch.setattr(moderngl, "create_context", refuse)
    gl.canvas.cache_clear()
    try:
        with pytest.raises(gl.StageError, match=r"apt-get install .*libegl1") as caught:
            gl.canvas()
        assert "\n" not in str(caught.value)
    finally:
        gl.canvas.cache_clear()


def test_a_dial_is_no_truth_value() -> None:
    """``x if dial else y`` would take a dial that reads 0.0 for none."""
    for value in (0.0, 1.0):
        with pytest.raises(TypeError, match="calling it"):
            bool(Dial(value))
    assert Dial(0.0) is not None


def test_a_penalty_whose_strength_is_nothing_is_flat() -> None:
    """At 0.0 a dial was taken for none, and the penalty snapped back to its full size for a frame."""
    data = Dataset.synthetic()
    frames: list[float] = []

    class Fading(LandscapeAct):
        name = "bowl"

        def construct(self) -> None:
            strength = Dial(1.0)
            stage = self.land.penalty_stage(self.land.stage.box, strength)
            surface = next(prop for prop in stage.props if isinstance(prop, Surface))
            for share in (1.0, 0.5, 1e-9, 0.0):
                strength.set_value(share)
                frames.append(surface.form().xx)

    run(
        lambda renderer: Fading(Brief(data), renderer),
        RenderSettings(width=128, height=72, fps=5),
        lambda: FrameRenderer(NOTHING, lambda frame: None, 5),
    )
    assert frames[0] > frames[1] > frames[2] >= frames[3] == 0.0


@pytest.mark.parametrize("rho", [0.0, 0.9, 0.99, 1.0, -1.0])
def test_the_lowest_point_of_a_form_is_the_minimum(rho: float) -> None:
    data = Dataset.synthetic(correlation=rho)
    scale = StageScale(centre=(0.4, -0.3), half_width=2.5, low=5.0, high=180.0)
    for lam in (0.0, 3.0, 400.0):
        objective = data.objective().penalised(lam)
        lowest = quadratic_of(objective, scale).lowest()
        assert lowest == pytest.approx(float(scale.level(objective.minimum)), abs=1e-6)
        assert warmest(quadratic_of(objective, scale)) == pytest.approx(np.clip(lowest, 0.0, 0.9))
