"""Why θ cannot be pinned down: a step along the valley hardly changes the fit, the same step across does."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
from manim import FadeIn, FadeOut, linear, there_and_back

from ridge_math.collinearity import disagreement, prediction_difference
from ridge_math.spectrum import condition_number_gram
from scenes.landscape_act import LandscapeAct
from scenes.layout import Arrangement, Box
from scenes.mobjects.fits import FitPlot, OffTheLine
from scenes.mobjects.floor import DRAWS, FloorLandscape, FloorPlot
from scenes.mobjects.model_table import Format, ModelTable
from scenes.mobjects.shrinkage import percent
from scenes.mobjects.widgets import Readout
from scenes.text.numerals import correlation_label, number, power_of_ten
from scenes.text.words import symbol

if TYPE_CHECKING:
    from scenes.theme import Colour

#: Where the eye stands, in degrees aside from the valley, and up: the floor runs across the frame.
ASIDE, UP = -62.0, 44.0
#: How far on the way to exact collinearity there is still one minimum.
ALMOST = 0.97


class Valley(LandscapeAct):
    """Models far apart fit alike; the minimiser jumps; exactly collinear, there are many minima."""

    name = "valley"
    land: FloorLandscape
    landscape = FloorLandscape
    square = Arrangement(panel=7.4)
    tall = Arrangement(panel=6.3, across=0.74)

    def construct(self) -> None:
        self.set_the_stage()
        self.down_to_the_floor()
        self.the_same_step()
        self.their_predictions()
        self.draw_again()
        self.to_the_limit()
        self.every_point()
        self.back_to_the_data()

    def set_the_stage(self) -> None:
        land, panel = self.land, self.layout.panel
        land.spread.set_value(1.0)
        apart = land.numbers()
        land.spread.set_value(0.0)
        self.table = ModelTable(self, panel.left, panel.top, land.numbers, land.mark_colours, apart)
        self.put_facts()
        self.formula = self.words(
            f'$"{self.term("rss")}"(theta) = sum (y - hat(y))^2$', self.theme.body
        ).stand(panel.left, panel.top - 1.6 * self.em)

    def put_facts(self) -> None:
        """Readouts and plots that come and go: below the table, beside it, or in its place."""
        theme, panel, land, em = self.theme, self.layout.panel, self.land, self.em
        wide, tall = self.layout.wide, self.layout.tall
        below = self.table.bottom - 0.9 * em
        outer = land.reach * np.array([land.along, land.across])
        self.form = Format.of([*self.steps(), self.left_over()])

        def readout(
            top: float, *lines: tuple[str, Callable[[], str], Colour], aside: float = 0.0
        ) -> Readout:
            return Readout(self, panel.left + aside * em, top, lines, leading=1.5)

        # Whose predictions: the mark of the model, as in the table and on the stage.
        far, best, near = (
            f"hat(y)_{symbol('circle.filled', colour)}" for colour in land.mark_colours
        )
        differ = (
            f'$"{self.term("rms")}"({far} - {best})$',
            lambda: self.error(self.steps()[0]),
            theme.ink,
        )
        across = (
            f'$"{self.term("rms")}"({near} - {best})$',
            lambda: self.error(self.steps()[1]),
            theme.ink,
        )
        one, two = (
            symbol(f"hat(theta)_{k}", colour)
            for k, colour in ((1, theme.theta1), (2, theme.theta2))
        )
        first = (f"${one}$", lambda: self._drawn(0), theme.theta1)
        second = (f"${two}$", lambda: self._drawn(1), theme.theta2)
        rho = ("$rho$", lambda: correlation_label(land.rho_now(), land.flat()), theme.ink)
        condition = ("$kappa(X^top X)$", self._condition, theme.ink)

        self.latest = readout(panel.top, first, second)
        if wide:
            self.likeness, self.limit = (
                readout(below, differ, across),
                readout(below, rho, condition),
            )
            fit = floor = Box.from_edges(panel.left, panel.right, panel.bottom, below - 3.4 * em)
            off = Box.from_edges(panel.left, panel.right, panel.bottom, below)
            off = off.inset(right=0.13 * panel.width)  # the height axis' labels are near
        elif tall:
            self.likeness = readout(panel.top, differ, across)
            self.limit = readout(panel.top + 0.2 * em, rho, aside=5.0)  # beside the plot's name
            numbers = max(float(value.get_right()[0]) for value in self.likeness.values)
            left, top = numbers + 1.5 * em, panel.top
            if panel.right - left < 5.0 * em:  # no room beside long numbers
                left, top = panel.left, panel.top - 3.1 * em
            fit = Box.from_edges(left, panel.right, panel.bottom, top)
            floor = off = panel
        else:
            self.likeness = readout(panel.top, differ, across, aside=12.1)
            self.limit = readout(panel.top, rho, condition)
            fit = Box.from_edges(
                panel.left + 12.5 * em, panel.right, panel.bottom, panel.top - 3.2 * em
            )
            floor = off = Box.from_edges(
                panel.left + 12.5 * em, panel.right, panel.bottom, panel.top
            )
        self.fit = FitPlot(self, fit, land.models, land.mark_colours, land.middle + outer)
        land.spread.set_value(1.0)
        self.off = OffTheLine(
            self, off, lambda: land.models()[:2], land.mark_colours[:2], land.along
        )
        land.spread.set_value(0.0)
        self.profile = FloorPlot(self, floor, land)

    def steps(self, share: float | None = None) -> tuple[float, float]:
        """How much predictions change for the step along the valley, and for the one across it, now.

        Or for so much of the whole step.
        """
        land, best = self.land, self.land.middle
        length = (land.spread() if share is None else share) * land.reach
        along, across = (
            prediction_difference(land.dataset, best, best + length * way)
            for way in (land.along, land.across)
        )
        return 0.0 if land.exact else along, across

    def shares(self) -> tuple[float, float]:
        """The same over the standard deviation of y, for the whole step."""
        reduced = self.land.dataset.reduced
        spread = math.sqrt(reduced.total_ss / reduced.n_samples)
        along, across = (step / spread for step in self.steps(1.0))
        return along, across

    def times(self) -> str:
        """How many times as much RSS rises for the step across: the square of that of predictions."""
        along, across = self.steps(1.0)
        return number((across / along) ** 2) if along > 0.0 else "∞"

    def left_over(self) -> float:
        """How much of y θ̂ leaves, by the same measure."""
        return math.sqrt(float(self.land.objective.minimum) / self.land.dataset.n_samples)

    def error(self, value: float) -> str:
        """A number in units of y, as many digits as these two have at most."""
        unit = f" × {power_of_ten(self.form.exponent)}" if self.form.exponent else ""
        return self.form(value) + unit

    def _condition(self) -> str:
        return "∞" if self.land.flat() else number(condition_number_gram(self.land.now()))

    def _drawn(self, axis: int) -> str:
        land = self.land
        drawn = round(land.cloud_count() * len(land.draws))
        theta = land.draws[drawn - 1] if 0 < drawn < len(land.draws) else land.middle
        return number(float(theta[axis]))

    # -- what happens ----------------------------------------------------------------------------

    def down_to_the_floor(self) -> None:
        land = self.land
        self.arrive()
        self.say("floor", FadeIn(self.formula), run_time=0.6)
        turn = math.radians(ASIDE) + land.aside() - land.stage.azimuth()
        up = UP - math.degrees(land.stage.elevation())
        land.turn(math.degrees(math.remainder(turn, 2.0 * math.pi)), up, run_time=self.paced(2.5))
        self.hold()
        self.beat("floor")

    def the_same_step(self) -> None:
        """One step along the valley, then the same across it, and what they do to RSS."""
        land = self.land
        land.third = np.zeros(2)
        self.play(FadeOut(self.formula), run_time=0.4)
        shown = FadeIn(self.table), land.trio.shown.to(1.0), land.ball.shown.to(0.0)
        self.say("step", *shown, times=self.times())
        land.third = land.across
        self.play(land.spread.to(1.0), run_time=self.paced(2.5))
        self.hold()
        self.beat("three")

    def their_predictions(self) -> None:
        coming = [FadeIn(self.fit), FadeIn(self.likeness)]
        if self.layout.tall:  # they take the table's place
            self.hush()
            self.play(FadeOut(self.table), run_time=0.4)
        along, across = (percent(share) for share in self.shares())
        self.say("predictions", *coming, run_time=0.6, along=along, across=across)
        self.hold()
        self.beat("predictions")
        if self.kind != "round":
            land = self.land
            models = land.models()[:2]
            apart = float(disagreement(models, land.along))
            self.play(FadeOut(self.fit), FadeOut(self.likeness), run_time=0.4)
            self.say("off", FadeIn(self.off), run_time=0.6, apart=number(apart))
            self.hold()
            self.beat("off")

    def draw_again(self) -> None:
        land = self.land
        land.draws = land.redrawn(DRAWS)
        land.cloud_count.set_value(0.0)
        land.cloud.shown.set_value(1.0)
        facts = (self.fit, self.likeness, self.off, self.table)
        going = [FadeOut(each) for each in facts if each in self.mobjects]
        self.play(*going, land.trio.shown.to(0.0), land.ball.shown.to(1.0), run_time=0.5)
        self.say("draw", FadeIn(self.latest), run_time=0.5)
        self.play(land.cloud_count.to(1.0), run_time=self.paced(3.0), rate_func=linear)
        self.hold()
        self.beat("cloud")

    def to_the_limit(self) -> None:
        """ρ → ±1, the model and its residuals kept: the cloud stretches, the floor levels out."""
        land = self.land
        coming = [FadeIn(self.profile), FadeIn(self.limit)]
        if self.layout.wide:
            coming.append(FadeIn(self.table))
        land.third = -land.along
        going = [FadeOut(self.latest), land.ball.shown.to(0.0), land.trio.shown.to(1.0)]
        self.play(*going, run_time=0.5)
        if land.exact:
            self.say("flat", *coming, land.cloud.shown.to(0.0), limit=self._one())
            return
        self.say("limit", *coming, limit=self._one())
        self.play(land.alike.to(ALMOST), run_time=self.paced(3.4))
        self.hold()
        self.beat("limit")
        self.say("flat", land.alike.to(1.0), limit=self._one(), run_time=0.5)

    def every_point(self) -> None:
        land = self.land
        self.play(land.line.to(1.0), run_time=1.2)
        roll: Any = land.spread.animate(rate_func=there_and_back)
        self.play(roll.set_value(0.15), run_time=2.2)
        self.hold()
        self.beat("flat")

    def back_to_the_data(self) -> None:
        """All that was said of the limit goes; ρ is that of the data again, with its one minimum."""
        land = self.land
        self.hush()
        facts = (self.table, self.limit, self.profile)
        self.play(
            *(FadeOut(each) for each in (*facts, *land.labels) if each in self.mobjects),
            land.line.to(0.0),
            land.trio.shown.to(0.0),
            land.ball.shown.to(1.0),
            land.cloud.shown.to(0.0),
            run_time=0.5,
        )
        self.hand_over()

    def _one(self) -> str:
        return "1" if self.land.rho >= 0 else "−1"
