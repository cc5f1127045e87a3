"""The heart of the film: the penalty turns the valley into a bowl with one stable minimum."""

from __future__ import annotations

from manim import FadeIn, FadeOut, linear

from ridge_math.resample import resampled_minimisers
from ridge_math.spectrum import condition_number_gram
from scenes.landscape_act import LandscapeAct
from scenes.mobjects.landscape import HIGHEST
from scenes.mobjects.panel import Panel
from scenes.mobjects.widgets import lines_of_best
from scenes.stage.stage import Dial
from scenes.text.numerals import number
from scenes.text.words import symbol

#: How many times the data is drawn again, and the seed of those draws.
DRAWS, SEED = 60, 11
#: How high the eye rises, in degrees, to look down into what is a bowl from the start.
HIGHER = 73.0
#: How opaque the penalty is before the valley that it is added to.
SEEN_THROUGH = 0.6


class Bowl(LandscapeAct):
    """λ grows; the valley closes into a bowl; the minimum stops wandering."""

    name = "bowl"

    def construct(self) -> None:
        self.set_the_stage()
        self.valley()
        self.resample_the_valley()
        self.add_the_penalty()
        self.grow()
        self.resample_the_bowl()
        self.hand_over(last=[self.panel.slider])  # λ goes back to 0 in sight

    @property
    def highest(self) -> float:
        return HIGHER if self.kind == "round" else HIGHEST

    def set_the_stage(self) -> None:
        theme, land = self.theme, self.land
        theta, lam = symbol("theta", theme.ink), symbol("lambda", theme.penalty)
        size = theme.title if self.layout.wide or self.layout.tall else theme.body
        self.rss = self.words(f'$"{self.term("rss")}"({theta})$', size)
        self.plus = self.words(f'$"" + {lam} norm({theta})^2$', size)
        self.plus.stand(self.rss.points[1, 0] + 0.3 * self.em, self.rss.points[0, 1])
        condition = ("$kappa(X^top X + lambda I)$", self._condition, theme.ink)
        lines = [*lines_of_best(theme, land.best), condition]
        self.panel = Panel(self, [self.rss, self.plus], lines)

    def _condition(self) -> str:
        return number(condition_number_gram(self.land.dataset, self.land.lam_now()))

    def valley(self) -> None:
        self.arrive()
        self.say("valley", FadeIn(self.rss), FadeIn(self.panel.lines(0)), run_time=0.8)
        # A bowl from the start: look down into it.
        self.land.turn(-14, 14 if self.kind == "round" else 3, run_time=4)
        self.hold()
        self.beat("valley")

    def resample_the_valley(self) -> None:
        self._resample("resample")

    def _resample(self, key: str) -> None:
        land = self.land
        land.draws = resampled_minimisers(land.dataset, land.lam_now(), DRAWS, SEED)
        land.cloud_count.set_value(0.0)
        land.cloud.shown.set_value(1.0)
        self.say(key)
        self.play(land.cloud_count.to(1.0), run_time=3.0, rate_func=linear)
        self.hold()
        self.beat(key)

    def add_the_penalty(self) -> None:
        """The penalty's paraboloid beside the valley; the two become one, and λ starts from 0."""
        land, stage = self.land, self.land.stage
        full = stage.box
        left, right = full.pair()
        strength = Dial(1.0)
        penalty = land.penalty_stage(right, strength)
        penalty.shown.set_value(0.0)
        plus = self.words("$+$", 0.1 * full.width / self.layout.frame.height)
        plus.move_to((full.x, full.y, 0))
        self.add(penalty)
        self.say("penalty", FadeOut(*land.labels), land.cloud.shown.to(0.0), run_time=0.5)
        self.play(
            stage.animate.scale(left.width / full.width).move_to((left.x, left.y, 0)), run_time=1.2
        )
        self.play(penalty.shown.to(1.0), FadeIn(plus), FadeIn(self.plus), run_time=0.8)
        land.turn(10, 4, run_time=2.5)
        self.hold()
        self.beat("penalty")
        self.say("sum", FadeOut(plus), run_time=0.4)
        middle = (full.x, full.y, 0)
        self.play(
            penalty.shown.to(SEEN_THROUGH),
            penalty.animate.scale(full.width / left.width).move_to(middle),
            stage.animate.scale(full.width / left.width).move_to(middle),
            run_time=1.6,
        )
        self.play(strength.to(0.0), run_time=1.2)
        self.play(penalty.shown.to(0.0), run_time=0.3)
        self.remove(penalty)
        land.height_labels = land.heights(penalised=True)
        self.play(FadeIn(*land.labels), FadeIn(self.panel.slider), run_time=0.6)
        self.hold()

    def grow(self) -> None:
        land = self.land
        land.path.shown.set_value(1.0)
        self.say("grow")
        land.turn(14, 13, land.lam.to(1.0), run_time=7)
        self.hold()
        self.beat("bowl")
        self.say("path")
        land.turn(-8, 8, run_time=3)
        self.hold()

    def resample_the_bowl(self) -> None:
        land = self.land  # the spot alone: neither the ball nor the path, which has its colour
        self.play(land.ball.shown.to(0.0), land.path.shown.to(0.0), run_time=0.4)
        self._resample("spot")
        self.play(land.ball.shown.to(1.0), land.path.shown.to(1.0), run_time=0.4)
