"""The heart of the film: the penalty turns the valley into a bowl with one stable minimum."""

from __future__ import annotations

from manim import FadeIn, FadeOut, linear

from ridge_math.resample import resampled_minimisers
from ridge_math.spectrum import condition_number_gram
from scenes.act import Act
from scenes.handover import Handover
from scenes.layout import Box
from scenes.mobjects.landscape import ROOM, Landscape, kind_of
from scenes.mobjects.widgets import LambdaSlider, Readout, lines_of_best
from scenes.stage.stage import Dial
from scenes.text.numerals import number
from scenes.text.words import symbol

#: How many times the data is drawn again, and the seed of those draws.
DRAWS, SEED = 60, 11
#: How high the eye rises above a valley, in degrees; it looks down into a bowl from still higher.
HIGHEST, HIGHER = 62.0, 73.0
#: Width of the readout beside the formula, in ems: room for the longest numbers.
BESIDE = 15.4
#: How opaque the penalty is before the valley that it is added to.
SEEN_THROUGH = 0.6


class Bowl(Act):
    """λ grows; the valley closes into a bowl; the minimum stops wandering."""

    name = "bowl"

    def construct(self) -> None:
        self.kind = kind_of(self.brief.dataset)
        self.set_the_stage()
        self.valley()
        self.resample_the_valley()
        self.add_the_penalty()
        self.grow()
        self.resample_the_bowl()
        self.hand_over()

    def set_the_stage(self) -> None:
        theme = self.theme
        self.em = em = theme.readout * self.layout.frame.height
        room = ROOM
        if not self.layout.wide:
            self.layout = self.layout.with_panel((9.2 if self.layout.tall else 5.4) * em)
            self.layout = self.layout.with_labels_below(1.2 * em)
            room = (0.74 if self.layout.tall else 0.84, 0.86)
        panel = self.layout.panel
        highest = HIGHER if self.kind == "round" else HIGHEST
        self.land = land = Landscape(self, self.layout.stage, room=room, highest=highest)
        theta, lam = symbol("theta", theme.ink), symbol("lambda", theme.penalty)
        size = theme.title if self.layout.wide or self.layout.tall else theme.body
        self.rss = self.words(f'$"{self.term("rss")}"({theta})$', size).hang(panel.left, panel.top)
        self.plus = self.words(f'$"" + {lam} norm({theta})^2$', size)
        self.plus.stand(self.rss.points[1, 0] + 0.3 * em, self.rss.points[0, 1])
        over = self.plus.extent()[3] - panel.top  # its exponent
        for part in (self.rss, self.plus):
            part.shift((0.0, -over, 0.0))
        under = self.rss.points[0, 1] - 0.8 * em
        lines = [
            *lines_of_best(theme, land.best),
            ("$kappa(X^top X + lambda I)$", self._condition, theme.ink),
        ]
        track = Box(panel.x, panel.bottom + 1.6 * em, 0.9 * panel.width, em)
        if self.layout.wide:
            self.readout = Readout(self, panel.left, under, lines)
        elif self.layout.tall:
            self.readout = Readout(self, panel.left, under + 0.25 * em, lines, leading=1.45)
            track = Box(panel.x, panel.bottom + 1.25 * em, 0.9 * panel.width, em)
        else:  # beside the formula, with the slider under it
            middle = panel.right - BESIDE * em
            self.readout = Readout(self, middle, panel.top + 0.3 * em, lines, leading=1.6)
            track = Box.from_edges(
                panel.left, middle - 1.2 * em, panel.bottom + 1.1 * em, panel.bottom + 2.1 * em
            )
        self.slider = LambdaSlider(
            self, track, land.span.low, land.last_lam, land.lam_now, told=True
        )
        self.handover = Handover(self, land)
        self.handover.begin()

    def _condition(self) -> str:
        return number(condition_number_gram(self.land.dataset, self.land.lam_now()))

    def valley(self) -> None:
        self.handover.arrive()
        self.say(
            self.told("valley", self.kind), FadeIn(self.rss), FadeIn(self.readout), run_time=0.8
        )
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
        self.say(self.told(key, self.kind))
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
        land.labels[1] = land.heights(penalised=True)
        self.play(FadeIn(*land.labels), FadeIn(self.slider), run_time=0.6)
        self.hold()

    def grow(self) -> None:
        land = self.land
        land.path.shown.set_value(1.0)
        self.say(self.told("grow", self.kind))
        land.turn(14, 13, land.lam.to(1.0), run_time=7)
        self.hold()
        self.beat("bowl")
        self.say(self.told("path", self.kind))
        land.turn(-8, 8, run_time=3)
        self.hold()

    def resample_the_bowl(self) -> None:
        land = self.land  # the spot alone: neither the ball nor the path, which has its colour
        self.play(land.ball.shown.to(0.0), land.path.shown.to(0.0), run_time=0.4)
        self._resample("spot")
        self.play(land.ball.shown.to(1.0), land.path.shown.to(1.0), run_time=0.4)

    def hand_over(self) -> None:
        """λ goes back to 0, and with it the valley is back."""
        land = self.land
        plain = land.heights()
        self.hush()
        self.play(FadeOut(self.rss, self.plus, self.readout), FadeOut(land.labels[1]), run_time=0.4)
        self.handover.leave(land.lam.to(0.0), land.cloud.shown.to(0.0))
        self.play(FadeIn(plain), FadeOut(self.slider), run_time=0.4)
