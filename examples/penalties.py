"""Lasso and elastic net, with their creases: `manim -ql examples/penalties.py Lasso ElasticNet`."""

import numpy as np
from manim import UL, MathTypst, Scene

from ridge_math import Dataset
from ridge_math.window import theta_window
from scenes import stage as st


class Lasso(Scene):
    l1, l2 = 160.0, 0.0
    formula = '"RSS"(theta) + lambda norm(theta)_1'

    def construct(self):
        data, share = Dataset.synthetic(), st.Dial(0.0)
        rss, window = data.objective(), theta_window(data)

        def objective(x, y):
            penalty = self.l1 * (abs(x) + abs(y)) + self.l2 * (x**2 + y**2)
            return rss.value(np.stack([x, y], axis=-1)) + share() * penalty

        low = float(rss.minimum)
        scale = st.StageScale(window.centre, window.half_width, low - 100.0, low + 900.0)
        surface = st.HeightField(objective, scale)
        ball = st.Balls(lambda: surface.resting([surface.lowest()], 0.08), radius=0.08)
        stage = st.Stage(azimuth=0.9, elevation=0.7).put(*st.on_axes(surface), ball)
        formula = MathTypst(self.formula, color=st.scene_theme().ink.hex)
        self.add(stage, st.axis_names(stage, MathTypst("theta_1"), MathTypst("theta_2")))
        self.add(formula.scale(0.7).to_corner(UL))
        self.play(share.animate.set_value(1.0), stage.azimuth.animate.set_value(0.4), run_time=4)


class ElasticNet(Lasso):
    l1, l2 = 80.0, 40.0
    formula = '"RSS"(theta) + lambda_1 norm(theta)_1 + lambda_2 norm(theta)_2^2'
