"""The use of L2 that everyone knows, and a hint that there is another."""

from __future__ import annotations

from functools import cached_property

import numpy as np
from manim import LEFT, FadeIn, FadeOut

from scenes.act import Act
from scenes.layout import Box, Layout
from scenes.mobjects.columns import Columns
from scenes.mobjects.data_table import opening_table, sides
from scenes.mobjects.overfit import DEGREE, OverfitPlot, overfit_layout
from scenes.mobjects.widgets import LambdaSlider, Readout, beside_or_below
from scenes.text.numerals import number
from scenes.text.words import symbol


class Hook(Act):
    """λ grows and a wild fit calms; it steps aside for two columns that say the same."""

    name = "hook"

    def construct(self) -> None:
        self.set_the_stage()
        self.calm()
        self.step_aside()
        self.hand_over()

    def arrange(self) -> Layout:
        return overfit_layout(self)

    @cached_property
    def columns(self) -> Columns:
        """The first two columns of the data."""
        return Columns(self.brief.dataset)

    @property
    def kind(self) -> str:
        """How much the two columns are alike."""
        return self.columns.likeness

    def set_the_stage(self) -> None:
        theme = self.theme
        em, layout = self.em, self.layout
        panel = layout.panel
        self.plot = plot = OverfitPlot(self)
        self.fit = fit = plot.fit
        theta, lam = symbol("theta", theme.ink), symbol("lambda", theme.penalty)
        # Powers are standardised: so the θ of the formula is that of the norm.
        self.model = self.words(
            f"$hat(y) &= overline(y) + sum_(k = 1)^{DEGREE} theta_k z_k \\ "
            "z_k &= (x^k - overline(x^k)) slash s_k$",
            theme.body,
        )
        self.model.hang(panel.left, panel.top)
        readout = Readout(
            self,
            *beside_or_below(self, self.model, panel),
            [
                (f"${lam}$", lambda: number(self.plot.lam(), 2), theme.penalty),
                (f"$norm({theta})$", self._norm, theme.ink),
                ("$kappa$", lambda: number(self.fit.kappa(self.plot.lam()), 2), theme.ink),
            ],
        )
        slider_box = Box(panel.x, panel.bottom + 1.6 * em, panel.width * 0.9, em)
        slider = LambdaSlider(self, slider_box, fit.span.low, fit.span.high, self.plot.lam)
        # In a tall frame there is room for the slider alone, and it says the same.
        self.panel = [self.model, slider] if layout.tall else [self.model, readout, slider]
        self.add(plot, plot.curve, plot.dots)

    def _norm(self) -> str:
        return number(float(np.linalg.norm(self.fit.theta(self.plot.lam()))))

    def calm(self) -> None:
        self.say("overfit", FadeIn(*self.panel), run_time=0.8)
        self.wait(0.3)
        self.beat("wild")
        self.play(self.plot.calmed.to(1.0), run_time=self.paced(3.5))
        self.hold()
        self.beat("calm")

    def step_aside(self) -> None:
        """What made the fit wild is said; it makes room for two columns of the data that do the same."""
        em = self.em
        left, right = sides(self)
        table = opening_table(self, self.columns)
        middle = self.layout.whole
        self.pair = pair = table.part(0, 1)
        pair.shift((right.x - pair.get_center()[0], right.y - middle.y, 0.0))
        self.say("cause", kappa=number(self.fit.kappa(0.0), 2))
        self.play(FadeOut(*self.panel), run_time=0.4)
        self.play(self.plot.go(left), run_time=0.9)
        self.hold()
        self.say("second")
        first, second = (
            FadeIn(table.columns[k], table.rules[k], shift=2 * em * LEFT) for k in (0, 1)
        )
        self.play(first, run_time=0.7)
        self.play(second, run_time=0.7)
        self.hold(1.1)
        self.beat("twins")

    def hand_over(self) -> None:
        """The fit goes; the two columns stay, in the middle."""
        whole, right = self.layout.whole, sides(self)[1]
        self.hush()
        self.play(FadeOut(self.plot, self.plot.curve, self.plot.dots), run_time=0.4)
        aside = whole.x - self.pair.get_center()[0]
        self.play(self.pair.animate.shift((aside, whole.y - right.y, 0.0)), run_time=0.8)
