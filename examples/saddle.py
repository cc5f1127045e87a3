"""A saddle, with a ball where it is level: `manim -ql examples/saddle.py Saddle`."""

from manim import MathTypst, Scene

from scenes.stage import Balls, HeightField, Stage, StageScale, axis_names, on_axes


def saddle(x, y):
    return x**2 - y**2


class Saddle(Scene):
    def construct(self):
        surface = HeightField(saddle, StageScale.around(saddle))
        ball = Balls(lambda: surface.resting([[0, 0]], 0.08), radius=0.08)
        stage = Stage().put(*on_axes(surface), ball)
        self.add(stage, axis_names(stage, MathTypst("x"), MathTypst("y")))
        self.play(stage.azimuth.animate.set_value(2.0), run_time=3)
