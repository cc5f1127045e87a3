"""sin x cos y, raised from a plane by a dial: `manim -ql examples/ripples.py Ripples`."""

import numpy as np
from manim import MathTypst, Scene

from scenes.stage import Dial, HeightField, Stage, StageScale, axis_names, on_axes


class Ripples(Scene):
    def construct(self):
        height = Dial(0.0)

        def f(x, y):
            return height() * np.sin(x) * np.cos(y)

        def gradient(x, y):
            return height() * np.cos(x) * np.cos(y), -height() * np.sin(x) * np.sin(y)

        scale = StageScale((0.0, 0.0), half_width=2.0 * np.pi, low=-3.0, high=3.0)
        surface = HeightField(f, scale, gradient)
        stage = Stage(azimuth=0.3, elevation=0.6).put(*on_axes(surface))
        self.add(stage, axis_names(stage, MathTypst("x"), MathTypst("y")))
        self.play(height.animate.set_value(1.4), stage.azimuth.animate.set_value(0.9), run_time=3)
