"""The stage: everything with depth, drawn by OpenGL inside any Manim scene.

The smallest scene with a stage, for ``manim -ql saddle.py Saddle``::

    from manim import Scene
    from scenes.stage import HeightField, Stage, StageScale, on_axes


    def saddle(x, y):
        return x**2 - y**2


    class Saddle(Scene):
        def construct(self):
            stage = Stage().put(*on_axes(HeightField(saddle, StageScale.around(saddle))))
            self.add(stage)
            self.play(stage.azimuth.animate.set_value(2.0), run_time=3)

What it offers is described in docs/stage.md. To read how it works, in this order: `view` (where the
eye is), `geometry` (arrays of points), `marks`, `surface` and `field` (the things on a stage), `axes`
(a surface with its axes), `stage` (the Manim object that holds them), `gl` and `gl_field` (the
only ones that talk to OpenGL), `overlay`, `picture` and `camera` (how a frame of an act comes together).
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from scenes.layout import Box as Box
    from scenes.stage.axes import axis_names as axis_names
    from scenes.stage.axes import on_axes as on_axes
    from scenes.stage.field import FieldFloor as FieldFloor
    from scenes.stage.field import HeightField as HeightField
    from scenes.stage.marks import AxesBox as AxesBox
    from scenes.stage.marks import AxesFront as AxesFront
    from scenes.stage.marks import Balls as Balls
    from scenes.stage.marks import Stems as Stems
    from scenes.stage.marks import Tube as Tube
    from scenes.stage.quadratic import Light as Light
    from scenes.stage.quadratic import Quadratic as Quadratic
    from scenes.stage.stage import Dial as Dial
    from scenes.stage.stage import Prop as Prop
    from scenes.stage.stage import Stage as Stage
    from scenes.stage.stock import scene_theme as scene_theme
    from scenes.stage.surface import Floor as Floor
    from scenes.stage.surface import StageScale as StageScale
    from scenes.stage.surface import Surface as Surface

#: What the stage offers, and where it is written. Nothing of it is imported before it is asked for.
_HOMES = {
    "scenes.layout": ("Box",),
    "scenes.stage.axes": ("axis_names", "on_axes"),
    "scenes.stage.field": ("FieldFloor", "HeightField"),
    "scenes.stage.marks": ("AxesBox", "AxesFront", "Balls", "Stems", "Tube"),
    "scenes.stage.quadratic": ("Light", "Quadratic"),
    "scenes.stage.stage": ("Dial", "Prop", "Stage"),
    "scenes.stage.stock": ("scene_theme",),
    "scenes.stage.surface": ("Floor", "StageScale", "Surface"),
}
_HOME = {name: module for module, names in _HOMES.items() for name in names}
__all__ = sorted(_HOME)


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOME[name]), name)
