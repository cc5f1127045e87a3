"""Nothing that is seen is left out, and little else is drawn."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scenes.layout import Box
from scenes.stage import gl, regions
from scenes.stage.looks import SurfaceLook
from scenes.stage.quadratic import Light, Quadratic
from scenes.stage.regions import SIDES, TILE, Sheet, Tiles, may_show, rectangles
from scenes.stage.stage import Dial, Prop, Stage
from scenes.stage.surface import CUT, Floor, StageScale, Surface
from scenes.stage.view import View
from scenes.theme import Colour, Ramp

RAMP, LINE = Ramp("crameri:lapaz", 0.9, 0.1), Colour("#ffffff")
SCALE = StageScale((0.0, 0.0), 1.0, 0.0, 1.0)
HALF = SCALE.height / 2.0
#: Valleys, bowls, saddles and planes: how strongly they bend along two directions, and which.
FORMS = st.builds(
    lambda most, least, turn, x, y, low: Quadratic(
        most * np.cos(turn) ** 2 + least * np.sin(turn) ** 2,
        2.0 * (most - least) * np.cos(turn) * np.sin(turn),
        most * np.sin(turn) ** 2 + least * np.cos(turn) ** 2,
        x,
        y,
        low,
    ),
    st.sampled_from([0.0, 0.05, 0.3, 2.0, 40.0]),
    st.sampled_from([0.0, 1e-9, 0.05, 0.3, 2.0, -0.2]),
    st.floats(0.0, 3.2),
    st.floats(-0.4, 0.4),
    st.floats(-0.4, 0.4),
    st.floats(-0.2, 0.9),
)
VIEWS = st.builds(
    lambda azimuth, elevation: View(azimuth, elevation).framing(2.0, SCALE.height, (7.0, 5.5)),
    st.floats(-3.2, 3.2),
    st.sampled_from([0.02, 0.2, 0.5, 1.0, 1.57]),
)
FLIPS = st.sampled_from([1.0, 0.3, 1e-3, 0.0, -0.2, -1.0])


def tiles_of(view: View) -> Tiles:
    return Tiles((457, 351), view, (8.0, 8.0 * 351 / 457))


def points_of(sheet: Sheet) -> np.ndarray:
    """Many points of a surface, its edges included, with their slopes: x, y, z and three of a normal."""
    line = sheet.reach * np.linspace(-1.0, 1.0, 301)
    x, y = (part.ravel() for part in np.meshgrid(line, line))
    v = sheet.form.value(x, y)
    slope = sheet.stretch * sheet.form.slope(x, y)
    points = np.column_stack([x, y, sheet.z(v), -slope, np.ones_like(x)])
    return points[(v >= sheet.cut[0]) & (v <= sheet.cut[1])]


@given(form=FORMS, view=VIEWS, flip=FLIPS)
@settings(max_examples=150, deadline=None)
def test_every_point_of_a_surface_is_in_a_tile_where_it_may_be_seen(
    form: Quadratic, view: View, flip: float
) -> None:
    sheet, tiles = Sheet(form, 2.0, (HALF, HALF, flip), CUT), tiles_of(view)
    found = points_of(sheet)
    points, normals = found[:, :3], found[:, 3:]
    facing = np.einsum("ij,ij->i", normals, view.eye() - points)
    seen_at = view.project(points)[:, :2] * (1.0, -1.0) / tiles.extent + 0.5
    columns, rows = (seen_at * tiles.size / TILE).astype(int).T
    on_picture = (rows >= 0) & (rows < tiles.shape[0]) & (columns >= 0) & (columns < tiles.shape[1])
    where = may_show(sheet, tiles)
    for side in SIDES:
        mine = on_picture & (facing * side > 1e-3 * np.linalg.norm(normals, axis=1))
        assert where[side][rows[mine], columns[mine]].all()


@given(form=FORMS, view=VIEWS, flip=FLIPS)
@settings(max_examples=40, deadline=None)
def test_a_picture_of_regions_is_that_of_the_whole(
    form: Quadratic, view: View, flip: float
) -> None:
    surface = Surface(lambda: form, SCALE, RAMP, LINE, flip=Dial(flip))
    floor = Floor(lambda: form, SCALE, RAMP, LINE, LINE)

    def picture(*props: Prop) -> np.ndarray:
        stage = Stage(
            Box(0.0, 0.0, 8.0, 6.0),
            Light(0.5, (0.0, 0.0, 0.0)),
            azimuth=view.azimuth,
            elevation=view.elevation,
        )
        return stage.put(*props).picture(90.0)[0]

    def everywhere(sheet: Sheet, tiles: Tiles) -> dict[int, np.ndarray]:
        return dict.fromkeys(SIDES, ~tiles.none)

    def nowhere(sheet: Sheet, tiles: Tiles) -> dict[int, np.ndarray]:
        return dict.fromkeys(SIDES, tiles.none)

    drawn = picture(floor, surface)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("scenes.stage.gl.may_show", everywhere)
        patch.setattr("scenes.stage.gl.covers", nowhere)
        patch.setattr("scenes.stage.surface.covers", nowhere)
        whole = picture(floor, surface)
    assert np.array_equal(drawn, whole)


@given(
    mask=st.integers(1, 23).flatmap(
        lambda rows: st.lists(
            st.lists(st.booleans(), min_size=17, max_size=17), min_size=rows, max_size=rows
        )
    )
)
@settings(max_examples=100, deadline=None)
def test_rectangles_hold_the_tiles_once_each_and_stay_on_the_picture(
    mask: list[list[bool]],
) -> None:
    tiles = np.array(mask)
    size = (17 * TILE - 5, len(mask) * TILE - 3)
    drawn = np.zeros(size[::-1], dtype=int)
    for left, top, width, height in rectangles(tiles, size):
        assert left >= 0 <= top
        assert width > 0 < height
        assert left + width <= size[0]
        assert top + height <= size[1]
        drawn[top : top + height, left : left + width] += 1
    assert drawn.max() <= 1
    pixels = np.kron(tiles, np.ones((TILE, TILE), dtype=bool))[: size[1], : size[0]]
    assert (drawn[pixels] == 1).all()
    assert drawn.sum() <= regions.BAND * TILE * size[0] * tiles.any(axis=1).sum()


@pytest.mark.parametrize("azimuth", [0.3, 1.2, -2.0])
@pytest.mark.parametrize("flip", [1.0, -1.0])
@pytest.mark.parametrize(
    "form",
    [
        Quadratic(3.0, 5.9, 3.0, 0.0, 0.0, 0.1),
        Quadratic(0.5, 0.0, 0.02, 0.05, 0.0, 0.2),
        Quadratic(0.12, 0.1, -0.12, 0.0, 0.0, 0.5),
    ],
    ids=["steep bowl", "valley", "saddle"],
)
def test_each_pixel_shows_the_side_that_its_ray_meets_first(
    form: Quadratic, flip: float, azimuth: float
) -> None:
    """However steep it is: there is no mesh whose edges would show."""
    view = View(azimuth, 0.35).framing(2.0, SCALE.height, (7.0, 5.5))
    size, extent = (480, 360), (8.0, 6.0)
    sheet = Sheet(form, 2.0, (HALF, HALF, flip), CUT)
    look = SurfaceLook(
        reach=sheet.reach,
        ramp=np.full((4, 3), 200, dtype=np.uint8),
        warmest=0.0,
        levels=(0.0, 0.5),
        weight=1.0,
        opacity=1.0,
        height=sheet.height,
        cut=sheet.cut,
        line=(0.0, 0.0, 0.0, 0.0),
    )
    drawn = gl.canvas()
    drawn.begin(Tiles(size, view, extent), Light(1.0, (0.0, 0.0, 0.0)))  # below, half as bright
    drawn.surface(form, look)
    drawn.flush()
    green = drawn.finish()[..., 1]

    expected = side_met_first(sheet, view, size, extent)
    ringed = np.lib.stride_tricks.sliding_window_view(np.pad(expected, 3, mode="edge"), (7, 7))
    sure = (ringed == expected[..., None, None]).all(axis=(2, 3))
    assert (green[sure & (expected == 1)] >= 199).all()
    assert (np.abs(green[sure & (expected == -1)].astype(int) - 100) <= 1).all()
    assert (green[sure & (expected == 0)] == 0).all()
    assert sure.mean() > 0.8
    assert {1, -1, 0} == set(expected[sure])


def side_met_first(
    sheet: Sheet, view: View, size: tuple[int, int], extent: tuple[float, float]
) -> np.ndarray:
    """1 where the ray through a pixel's middle first meets the surface from above, -1 from below, else 0."""
    x, y = (2.0 * (np.arange(side) + 0.5) / side - 1.0 for side in size)
    x, y = np.meshgrid(x, y)
    ray = np.stack([x, y, np.ones_like(x)], axis=-1) @ view.rays(*extent).T
    eye, form = view.eye(), sheet.form
    a = sheet.stretch * form.square(ray[..., 0], ray[..., 1])
    b = sheet.stretch * np.sum(form.slope(eye[0], eye[1]) * ray[..., :2], axis=-1) - ray[..., 2]
    c = sheet.z(form.value(eye[0], eye[1])) - eye[2]
    nearest, side = np.full(x.shape, np.inf), np.zeros(x.shape, dtype=int)
    with np.errstate(invalid="ignore"):
        root = np.sqrt(b * b - 4.0 * a * c)
        for sign in (1.0, -1.0):
            t = (sign * root - b) / (2.0 * a)
            places = eye[:2] + t[..., None] * ray[..., :2]
            v = form.value(places[..., 0], places[..., 1])
            there = (np.abs(places) < sheet.reach).all(axis=-1) & (t < nearest)
            there &= (v > sheet.cut[0]) & (v < sheet.cut[1])
            # It goes down through the surface where its height over it falls.
            side[there] = np.where(2.0 * a * t + b > 0.0, 1, -1)[there]
            nearest[there] = t[there]
    return side
