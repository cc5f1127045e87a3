"""The valley turned over is a likelihood ridge; a Gaussian prior makes the ridge a peak."""

from __future__ import annotations

import math
from typing import Any

from manim import FadeIn, FadeOut, smooth, there_and_back

from ridge_math.likelihood import GaussianLikelihood, tau2_from
from scenes.landscape_act import LandscapeAct
from scenes.layout import Arrangement
from scenes.mobjects.panel import Panel
from scenes.mobjects.widgets import lines_of_best
from scenes.text.numerals import number
from scenes.text.words import symbol

#: How opaque the prior is before the ridge that it is added to.
SEEN_THROUGH = 0.6
#: Where λ goes, along its dial, for a wider prior.
WIDER = 0.6


class Flip(LandscapeAct):
    """RSS → −RSS/2σ²: valley and ridge are one thing, and the penalty is a Gaussian prior."""

    name = "flip"
    wide = Arrangement(gap=0.7)
    square = Arrangement(panel=5.8, head=1.4, across=0.78, gap=0.7, leading=1.6, column=11.16)
    tall = Arrangement(panel=11.2, head=1.4, across=0.70, gap=0.7, leading=1.55)

    def construct(self) -> None:
        self.set_the_stage()
        self.valley()
        self.turn_over()
        self.add_the_prior()
        self.peak()
        self.both_ways()
        self.name_it()
        self.hand_over()

    def set_the_stage(self) -> None:
        theme, land, panel = self.theme, self.land, self.layout.panel
        self.sigma2 = GaussianLikelihood.from_problem(land.dataset).sigma2
        theta = symbol("theta", theme.ink)
        noise, prior = symbol("sigma^2", theme.ink), symbol("tau^2", theme.penalty)
        rss = f'"{self.term("rss")}"({theta})'
        self.rss = self.words(f"${rss}$", theme.title).hang(panel.left, panel.top)
        self.likelihood = self.words(f"$-frac({rss}, 2 {noise})$", theme.title)
        self.prior = self.words(f"$-frac(norm({theta})^2, 2 {prior})$", theme.title)
        self.prior.next_to(self.likelihood, direction=(1.0, 0.0, 0.0), buff=0.7 * self.em)
        lines = [
            *lines_of_best(theme, land.best),
            ("$sigma^2$", lambda: number(self.sigma2), theme.ink),
            ("$tau^2$", self._tau2, theme.penalty),
            ("$lambda = sigma^2 \\/ tau^2$", lambda: number(land.lam_now()), theme.penalty),
        ]
        readouts = Panel(self, [self.likelihood, self.prior], lines, beside=3)
        self.readouts = readouts.lines(0, 3), readouts.lines(3)

    def _tau2(self) -> str:
        lam = self.land.lam_now()
        return number(tau2_from(self.sigma2, lam) if lam > 0 else math.inf)

    def valley(self) -> None:
        self.arrive()
        self.say("valley", FadeIn(self.rss), FadeIn(self.readouts[0]), run_time=0.8)
        self.land.turn(-8, 0, run_time=2.5)
        self.hold()

    def turn_over(self) -> None:
        land = self.land
        heights = land.log_heights(self.sigma2)
        self.say(
            "likelihood",
            FadeOut(self.rss),
            FadeOut(land.height_labels),
            run_time=0.5,
        )
        self.play(FadeIn(self.likelihood), run_time=0.5)
        land.turn(-6, -5, land.flip.to(-1.0), run_time=4.6)
        self.play(FadeIn(heights), run_time=0.5)
        land.height_labels = heights
        self.hold()
        self.beat("ridge")
        self.say("ridge")
        land.turn(-22, 2, run_time=3.6)
        self.hold()

    def add_the_prior(self) -> None:
        """The prior's hill beside the ridge."""
        land, stage = self.land, self.land.stage
        self.full = full = stage.box
        left, right = full.pair()
        prior = land.penalty_stage(right)
        prior.shown.set_value(0.0)
        plus = self.words("$+$", 0.1 * full.width / self.layout.frame.height)
        plus.move_to((full.x, full.y, 0))
        self.add(prior)
        self.say("prior", FadeOut(*land.labels), run_time=0.5)
        self.play(
            stage.animate.scale(left.width / full.width).move_to((left.x, left.y, 0)), run_time=1.2
        )
        self.play(prior.shown.to(1.0), FadeIn(plus), FadeIn(self.prior), run_time=0.8)
        land.turn(12, 3, run_time=2.5)
        self.hold()
        self.beat("prior")
        self.plus, self.hill = plus, prior

    def peak(self) -> None:
        """The hill moves over the ridge, both in sight, and melts into it: what is left is a peak."""
        land, stage = self.land, self.land.stage
        full, larger = self.full, self.full.width / stage.box.width
        self.say("peak", FadeOut(self.plus), run_time=0.4)
        self.play(
            self.hill.shown.to(SEEN_THROUGH),
            self.hill.animate.scale(larger).move_to((full.x, full.y, 0)),
            stage.animate.scale(larger).move_to((full.x, full.y, 0)),
            run_time=2.2,
        )
        land.path.shown.set_value(1.0)
        self.play(land.lam.to(1.0), self.hill.shown.to(0.0), run_time=3.6)
        self.remove(self.hill)
        land.height_labels = land.log_heights(self.sigma2, posterior=True)
        self.play(FadeIn(*land.labels), FadeIn(self.readouts[1]), run_time=0.6)
        self.hold()
        self.beat("peak")

    def both_ways(self) -> None:
        """A wider prior, and the tight one again."""
        land = self.land
        self.say("lambda")
        swing: Any = land.lam.animate(rate_func=there_and_back)
        land.turn(10, 6, swing.set_value(WIDER), run_time=4.5)
        self.hold()

    def name_it(self) -> None:
        """Back and forth once more between ridge and peak, and the name."""
        land = self.land
        self.say("name")
        self.play(land.lam.to(0.0), run_time=3, rate_func=smooth)
        self.hold(1.5)
        self.beat("name")
