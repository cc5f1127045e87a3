"""The valley turned over is a likelihood ridge; a Gaussian prior makes the ridge a peak."""

from __future__ import annotations

import math
from typing import Any

from manim import FadeIn, FadeOut, Mobject, smooth, there_and_back

from ridge_math.likelihood import GaussianLikelihood, tau2_from
from scenes.act import Act
from scenes.handover import Handover
from scenes.mobjects.landscape import ROOM, Landscape, kind_of
from scenes.mobjects.widgets import Readout, lines_of_best
from scenes.text.numerals import number
from scenes.text.words import symbol

#: How opaque the prior is before the ridge that it is added to.
SEEN_THROUGH = 0.6
#: Where λ goes, along its dial, for a wider prior.
WIDER = 0.6


class Flip(Act):
    """RSS → −RSS/2σ²: valley and ridge are one thing, and the penalty is a Gaussian prior."""

    name = "flip"

    def construct(self) -> None:
        self.kind = kind_of(self.brief.dataset)
        self.set_the_stage()
        self.valley()
        self.turn_over()
        self.add_the_prior()
        self.peak()
        self.both_ways()
        self.name_it()
        self.hand_over()

    def set_the_stage(self) -> None:
        theme = self.theme
        self.em = em = theme.readout * self.layout.frame.height
        room = ROOM
        if not self.layout.wide:
            self.layout = self.layout.with_panel((11.2 if self.layout.tall else 5.8) * em, 1.4 * em)
            self.layout = self.layout.with_labels_below((2.2 if self.layout.tall else 1.6) * em)
            room = (0.70 if self.layout.tall else 0.78, 0.86)
        panel = self.layout.panel
        self.land = land = Landscape(self, self.layout.stage, room=room)
        self.sigma2 = GaussianLikelihood.from_problem(land.dataset).sigma2
        theta = symbol("theta", theme.ink)
        noise, prior = symbol("sigma^2", theme.ink), symbol("tau^2", theme.penalty)
        self.rss = self.words(f'$"{self.term("rss")}"({theta})$', theme.title).hang(
            panel.left, panel.top
        )
        self.likelihood = self.words(
            f'$-frac("{self.term("rss")}"({theta}), 2 {noise})$', theme.title
        )
        self.likelihood.hang(panel.left, panel.top)
        self.prior = self.words(f"$-frac(norm({theta})^2, 2 {prior})$", theme.title)
        self.prior.next_to(self.likelihood, direction=(1.0, 0.0, 0.0), buff=0.7 * em)
        over = self.prior.extent()[3] - panel.top  # its exponent
        for part in (self.likelihood, self.prior):
            part.shift((0.0, -over, 0.0))
        lines = [
            *lines_of_best(theme, land.best),
            ("$sigma^2$", lambda: number(self.sigma2), theme.ink),
            ("$tau^2$", self._tau2, theme.penalty),
            ("$lambda = sigma^2 \\/ tau^2$", lambda: number(land.lam_now()), theme.penalty),
        ]
        under = self.likelihood.extent()[2] - 0.7 * em
        if self.layout.wide or self.layout.tall:
            leading = 1.75 if self.layout.wide else 1.55
            readout = Readout(self, panel.left, under, lines, leading=leading)
            self.readouts: tuple[Mobject, Mobject] = readout.lines(0, 3), readout.lines(3)
        else:
            right = panel.split(2.0 * em)[1]
            self.readouts = (
                Readout(self, right.left, right.top + 0.3 * em, lines[:3], leading=1.6),
                Readout(self, panel.left, under, lines[3:], leading=1.6),
            )
        self.handover = Handover(self, land)
        self.handover.begin()

    def _tau2(self) -> str:
        lam = self.land.lam_now()
        return number(tau2_from(self.sigma2, lam) if lam > 0 else math.inf)

    def valley(self) -> None:
        self.handover.arrive()
        self.say(
            self.told("valley", self.kind), FadeIn(self.rss), FadeIn(self.readouts[0]), run_time=0.8
        )
        self.land.turn(-8, 0, run_time=2.5)
        self.hold()

    def turn_over(self) -> None:
        land = self.land
        heights = land.log_heights(self.sigma2)
        self.say(
            self.told("likelihood", self.kind),
            FadeOut(self.rss),
            FadeOut(land.labels[1]),
            run_time=0.5,
        )
        self.play(FadeIn(self.likelihood), run_time=0.5)
        land.turn(-6, -5, land.flip.to(-1.0), run_time=4.6)
        self.play(FadeIn(heights), run_time=0.5)
        land.labels[1] = heights
        self.hold()
        self.beat("ridge")
        self.say(self.told("ridge", self.kind))
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
        self.say(self.told("peak", self.kind), FadeOut(self.plus), run_time=0.4)
        self.play(
            self.hill.shown.to(SEEN_THROUGH),
            self.hill.animate.scale(larger).move_to((full.x, full.y, 0)),
            stage.animate.scale(larger).move_to((full.x, full.y, 0)),
            run_time=2.2,
        )
        land.path.shown.set_value(1.0)
        self.play(land.lam.to(1.0), self.hill.shown.to(0.0), run_time=3.6)
        self.remove(self.hill)
        land.labels[1] = land.log_heights(self.sigma2, posterior=True)
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
        self.say(self.told("name", self.kind))
        self.play(land.lam.to(0.0), run_time=3, rate_func=smooth)
        self.hold(1.5)
        self.beat("name")

    def hand_over(self) -> None:
        """Over once more: the ridge is the valley that it was."""
        land = self.land
        plain = land.heights()
        self.hush()
        going = [self.likelihood, self.prior, *self.readouts, land.labels[1]]
        self.play(*(FadeOut(each) for each in going), run_time=0.4)
        self.handover.leave(land.flip.to(1.0))
        self.play(FadeIn(plain), run_time=0.4)
