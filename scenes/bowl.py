"""The heart of the film: the penalty turns the valley into a bowl with one stable minimum."""

from __future__ import annotations

import math

import numpy as np
from manim import FadeIn, FadeOut, linear

from ridge_math.resample import resampled_minimisers
from ridge_math.search import lowest_gcv
from ridge_math.spectrum import condition_number_gram
from scenes.landscape_act import LandscapeAct, to_box
from scenes.mobjects.landscape import DOT, HIGHEST
from scenes.mobjects.panel import Panel
from scenes.mobjects.widgets import lines_of_best
from scenes.stage.marks import Balls
from scenes.stage.stage import Dial
from scenes.text.numerals import number
from scenes.text.words import symbol

#: How many times the data is drawn again, and the seed of those draws.
DRAWS, SEED = 60, 11
#: Where the eye stands, in degrees: aside from the valley, and up; higher for what is a bowl from the start.
ASIDE, UP, HIGHER = 34.0, 62.0, 66.0
#: How opaque the penalty is before the valley that it is added to, and the cloud without it on the map.
SEEN_THROUGH, GHOST = 0.6, 0.45


class Bowl(LandscapeAct):
    """λ grows; the valley closes into a bowl; the minimum stops wandering."""

    name = "bowl"

    def construct(self) -> None:
        self.set_the_stage()
        self.without_penalty()
        self.add_the_penalty()
        self.grow()
        self.draw_again()
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
        self.before = self._drawn(0.0)
        self.ghost = Balls(self._on_the_map, theme.minimum, radius=DOT, slices=12)
        self.ghost.shown.set_value(0.0)
        land.stage.props.insert(1, self.ghost)

    def _condition(self) -> str:
        return number(condition_number_gram(self.land.dataset, self.land.lam_now()))

    def _drawn(self, lam: float) -> np.ndarray:
        return np.asarray(resampled_minimisers(self.land.dataset, lam, DRAWS, SEED))

    def _on_the_map(self) -> np.ndarray:
        """The cloud without a penalty, on the floor."""
        places = self.land.scale.place(self.before)
        inside = places[np.all(np.abs(places) <= self.land.scale.reach, axis=1)]
        return np.column_stack([inside, np.full(len(inside), DOT)])

    def without_penalty(self) -> None:
        """The eye rises; the cloud of minima of the act before once more."""
        land = self.land
        self.arrive()
        self.say("valley", FadeIn(self.rss), FadeIn(self.panel.lines(0)), run_time=0.6)
        turn = math.radians(ASIDE) + land.aside() - land.stage.azimuth()
        up = (HIGHER if self.kind == "round" else UP) - math.degrees(land.stage.elevation())
        land.turn(math.degrees(math.remainder(turn, 2.0 * math.pi)), up, run_time=1.6)
        if self.kind != "exact":  # there a dot would be one of many minima, that of least norm
            land.draws = self.before
            land.cloud_count.set_value(1.0)
            self.play(land.cloud.shown.to(1.0), run_time=0.6)
        self.hold()
        self.beat("valley")

    def add_the_penalty(self) -> None:
        """The penalty's paraboloid beside the valley; the two become one, and λ starts from 0."""
        land, stage = self.land, self.land.stage
        full = stage.box
        left, right = full.split(0.12 * full.width)
        strength = Dial(1.0)
        penalty = land.penalty_stage(right, strength)
        penalty.shown.set_value(0.0)
        plus = self.words("$+$", 0.1 * full.width / self.layout.frame.height)
        plus.move_to((full.x, full.y, 0))
        self.add(penalty)
        self.say("penalty", FadeOut(*land.labels), land.cloud.shown.to(0.0), run_time=0.4)
        self.play(to_box(stage, left), run_time=1.0)
        self.play(penalty.shown.to(1.0), FadeIn(plus), FadeIn(self.plus), run_time=0.8)
        self.hold()
        self.beat("penalty")
        self.say("sum", FadeOut(plus), run_time=0.4)
        heights = land.heights(penalised=True)
        land.make_room_for(heights)
        penalty.labels = stage.labels
        self.play(
            penalty.shown.to(SEEN_THROUGH),
            to_box(penalty, full),
            to_box(stage, full),
            run_time=1.4,
        )
        self.play(strength.to(0.0), penalty.shown.to(0.0), run_time=1.0)
        self.remove(penalty)
        land.height_labels = heights
        self.play(FadeIn(*land.labels), FadeIn(self.panel.slider), run_time=0.5)
        self.hold()

    def grow(self) -> None:
        land = self.land
        land.path.shown.set_value(1.0)
        before = number(condition_number_gram(land.dataset, 0.0))
        self.say("grow")
        self.play(land.lam.to(1.0), run_time=self.paced(7.0))
        self.hold()
        if self.brief.stop:
            self.say("stop", lam=number(self.brief.stop.lam), gcv=self.gcv())
            self.hold()
        self.beat("bowl")
        if self.kind != "round":  # there κ is small already
            self.say("kappa", before=before, after=self._condition())
            self.hold()

    def gcv(self) -> str:
        """The λ that generalised cross-validation asks for, or what it is without one."""
        found = lowest_gcv(self.brief.dataset)
        beyond = {"low": "none", "high": "more"}
        return self.caption(beyond[found.end]) if found.end else number(found.lam)

    def draw_again(self) -> None:
        """The spot alone, in the long cloud on the map: neither the ball nor the path of its colour."""
        land = self.land
        land.draws = self._drawn(land.lam_now())
        land.cloud_count.set_value(0.0)
        land.cloud.shown.set_value(1.0)
        ghost = 0.0 if self.kind == "exact" else GHOST
        away = land.ball.shown.to(0.0), land.path.shown.to(0.0)
        self.say("spot", *away, self.ghost.shown.to(ghost), run_time=0.5)
        self.play(land.cloud_count.to(1.0), run_time=self.paced(2.5), rate_func=linear)
        self.hold()
        self.beat("spot")
        self.play(
            land.ball.shown.to(1.0),
            land.path.shown.to(1.0),
            land.cloud.shown.to(0.0),
            self.ghost.shown.to(0.0),
            run_time=0.4,
        )
