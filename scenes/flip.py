"""The valley turned over is a likelihood ridge; a Gaussian prior makes the ridge a peak."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from manim import FadeIn, FadeOut

from ridge_math.likelihood import GaussianLikelihood, tau2_from
from scenes.landscape_act import LandscapeAct, to_box
from scenes.layout import Arrangement
from scenes.mobjects.landscape import Landscape
from scenes.mobjects.panel import Panel
from scenes.mobjects.widgets import lines_of_best
from scenes.text.numerals import number
from scenes.text.words import symbol

if TYPE_CHECKING:
    from scenes.stage.quadratic import Quadratic

#: Where the eye stands, in degrees: the crest lies level across the frame, the best θ on the skyline; higher
#: where the frame is narrow.
ASIDE, UP, UP_NARROW = 70.0, 18.0, 26.0
#: How opaque the prior is before the ridge that it is added to.
SEEN_THROUGH = 0.6
#: Seconds in which the surface turns over, half-way still for one, and in which λ rises.
OVER, STILL, RISE = 4.0, 1.0, 5.0


class Upturned(Landscape):
    """A landscape that turned over shows heights up to a constant: its best θ keeps that of λ = 0.

    So a log-posterior stands with its maximum at 0, where that of the log-likelihood stood. As it turns
    over, its iso-lines come to stand at the ticks of the log-likelihood.
    """

    def form(self) -> Quadratic:
        form = super().form()
        over = 0.5 * (1.0 - self.flip())  # upright, it is the height of the bowl
        risen = over * float(self.now().minimum - self.objective.minimum)
        return replace(form, constant=form.constant - risen / (self.scale.high - self.scale.low))

    def stand_at(self, sigma2: float) -> None:
        """Have iso-lines glide to the ticks of the log-likelihood and half-way between them."""
        upright = self.iso_levels()
        values = self.log_ticks(sigma2).values
        step = sigma2 * (values[1] - values[0])
        lowest = float(self.objective.minimum)
        over = (self.scale.high - self.scale.low) / step, (self.scale.low - lowest) / step

        def levels() -> tuple[float, float]:
            share = 0.5 * (1.0 - self.flip())
            first, second = (a + share * (b - a) for a, b in zip(upright, over, strict=True))
            return first, second

        self.surface.levels = self.floor.levels = levels


class Flip(LandscapeAct):
    """RSS → −RSS/2σ²: valley and ridge are one thing, and the penalty is a Gaussian prior."""

    name = "flip"
    land: Upturned
    landscape = Upturned
    wide = Arrangement(gap=0.7)
    square = Arrangement(panel=5.8, across=0.74, gap=0.7, leading=1.6, column=11.16)
    tall = Arrangement(panel=11.2, across=0.71, gap=0.7, leading=1.55)

    def construct(self) -> None:
        self.set_the_stage()
        self.ask()
        self.turn_over()
        self.add_the_prior()
        self.peak()
        self.name_it()
        self.hand_over()

    def set_the_stage(self) -> None:
        theme, land, panel = self.theme, self.land, self.layout.panel
        self.sigma2 = GaussianLikelihood.from_problem(land.dataset).sigma2
        land.stand_at(self.sigma2)
        theta = symbol("theta", theme.ink)
        noise, prior = symbol("sigma^2", theme.ink), symbol("tau^2", theme.penalty)
        rss = f'"{self.term("rss")}"({theta})'
        self.rss = self.words(f"${rss}$", theme.title).hang(panel.left, panel.top)
        size = theme.body if self.layout.wide else theme.title
        self.likelihood = self.words(f"$-frac({rss}, 2 {noise})$", size)
        self.prior = self.words(f"$-frac(norm({theta})^2, 2 {prior})$", size)
        self.prior.next_to(self.likelihood, direction=(1.0, 0.0, 0.0), buff=0.7 * self.em)
        lines = [
            *lines_of_best(theme, land.best),
            ("$sigma^2 = s^2$", lambda: number(self.sigma2), theme.ink),
            ("$tau^2$", self._tau2, theme.penalty),
            ("$lambda = sigma^2 \\/ tau^2$", lambda: number(land.lam_now()), theme.penalty),
        ]
        readouts = Panel(self, [self.likelihood, self.prior], lines, beside=3)
        self.readouts = readouts.lines(0, 3), readouts.lines(3)

    def _tau2(self) -> str:
        lam = self.land.lam_now()
        return number(tau2_from(self.sigma2, lam) if lam > 0 else math.inf)

    def ask(self) -> None:
        """The question of the film's first frame, while the eye goes to where the crest will be level."""
        land = self.land
        self.arrive()
        self.say("question", FadeIn(self.rss), run_time=0.4, size=self.theme.title)
        turn = math.radians(ASIDE) + land.aside() - land.stage.azimuth()
        wanted = UP if self.layout.wide else UP_NARROW
        up = wanted - math.degrees(land.stage.elevation())
        land.turn(math.degrees(math.remainder(turn, 2.0 * math.pi)), up, run_time=1.8)
        self.hold()
        self.beat("question")

    def turn_over(self) -> None:
        land = self.land
        self.say("likelihood", FadeOut(self.rss), FadeOut(land.height_labels), run_time=0.4)
        self.play(FadeIn(self.likelihood), FadeIn(self.readouts[0]), run_time=0.5)
        self.play(land.flip.to(0.0), run_time=0.5 * OVER)
        self.wait(STILL)
        self.play(land.flip.to(-1.0), run_time=0.5 * OVER)
        self.hold()
        heights = land.log_heights(self.sigma2)
        land.make_room_for(heights)
        self.say("there", FadeIn(heights), run_time=0.4, size=self.theme.title)
        land.height_labels = heights
        self.hold(2.0)
        self.beat("ridge")
        self.say("ridge")
        self.hold()

    def add_the_prior(self) -> None:
        """The prior's hill beside the ridge."""
        land, stage = self.land, self.land.stage
        self.full = full = stage.box
        left, right = full.split(0.12 * full.width)
        self.hill = land.penalty_stage(right)
        self.hill.shown.set_value(0.0)
        self.plus = self.words("$+$", 0.1 * full.width / self.layout.frame.height)
        self.plus.move_to((full.x, full.y, 0))
        self.add(self.hill)
        self.say("prior", FadeOut(*land.labels), run_time=0.4)
        self.play(to_box(stage, left), run_time=1.0)
        self.play(self.hill.shown.to(1.0), FadeIn(self.plus), FadeIn(self.prior), run_time=0.8)
        self.hold()
        self.beat("prior")

    def peak(self) -> None:
        """The hill moves over the ridge, both in sight, and melts into it: what is left is a peak."""
        land = self.land
        self.say("peak", FadeOut(self.plus), run_time=0.4)
        self.play(
            self.hill.shown.to(SEEN_THROUGH),
            to_box(self.hill, self.full),
            to_box(land.stage, self.full),
            run_time=1.4,
        )
        self.play(self.hill.shown.to(0.0), FadeIn(self.readouts[1]), run_time=0.6)
        self.remove(self.hill)
        land.path.shown.set_value(1.0)
        self.play(land.lam.to(1.0), run_time=self.paced(RISE, then=1.0))
        land.height_labels = land.log_heights(self.sigma2, posterior=True)
        self.play(FadeIn(*land.labels), run_time=0.4)
        self.hold()
        self.beat("peak")

    def name_it(self) -> None:
        """What the film is about, in one line, on the peak."""
        self.say("name")
        self.hold()
        panel: list[Any] = [self.likelihood, self.prior, *self.readouts]
        self.hush()  # the line is large, and takes the place of labels
        self.play(*(FadeOut(each) for each in (*self.land.labels, *panel)), run_time=0.3)
        self.say("punch", size=self.theme.title)
        self.hold(4.0)
        self.beat("name")
