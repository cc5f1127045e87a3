"""A surface with all that makes it a plot: floor, axes box with ticks, and names of the axes."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from manim import Group, Mobject

from scenes.stage.field import HeightField
from scenes.stage.marks import AxesBox, AxesFront
from scenes.stage.stock import scene_theme
from scenes.stage.surface import Floor, Surface
from scenes.text.numerals import nice_ticks

if TYPE_CHECKING:
    from scenes.stage.marks import Spot
    from scenes.stage.stage import Prop, Stage


def on_axes(surface: Surface | HeightField) -> tuple[Prop, ...]:
    """A surface on a floor with its map, in an axes box: for `Stage.put`, in the order of drawing."""
    scale, theme = surface.scale, scene_theme()
    ticks = [nice_ticks(c - scale.half_width, c + scale.half_width).values for c in scale.centre]
    x, y = (
        [(value - c) * scale.reach / scale.half_width for value in values]
        for c, values in zip(scale.centre, ticks, strict=True)
    )
    grid = (x[0], y[0], x[1] - x[0], y[1] - y[0])
    floor = (
        surface.floor(grid_step=grid)
        if isinstance(surface, HeightField)
        else Floor(surface.form, scale, surface.ramp, grid_step=grid, levels=surface.levels)
    )
    box = AxesBox(scale.reach, scale.height, (theme.theta1, theme.theta2, theme.quiet), (x, y))
    return floor, box, surface, AxesFront(box)


def axis_names(stage: Stage, first: Mobject, second: Mobject, away: float = 0.45) -> Group:
    """Names beside the two nearest edges of a stage's floor, along x and along y, as the eye moves.

    Parameters
    ----------
    first, second
        Any text or formula of Manim's; both take the colours of their axes.
    away
        From the edge, in stage units.
    """
    (box,) = (prop for prop in stage.props if isinstance(prop, AxesBox))

    def beside(axis: int) -> Spot:
        return box.beside(axis, stage.view().rotation()[2], away)

    for axis, name in enumerate((first, second)):
        name.set_color(box.colours[axis].hex)
        stage.pin(name, partial(beside, axis))
    return Group(first, second)
