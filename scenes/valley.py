"""Why θ cannot be pinned down: models far apart on the floor of the valley fit about equally well."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
from manim import FadeIn, FadeOut, linear, there_and_back

from ridge_math.collinearity import prediction_difference
from ridge_math.spectrum import condition_number_gram
from scenes.landscape_act import LandscapeAct
from scenes.layout import Arrangement, Box
from scenes.mobjects.fits import FitPlot
from scenes.mobjects.floor import DRAWS, FloorLandscape, FloorPlot
from scenes.mobjects.model_table import Format, ModelTable
from scenes.mobjects.shrinkage import percent
from scenes.mobjects.widgets import Readout
from scenes.text.numerals import correlation_label, number, plain, power_of_ten
from scenes.text.words import symbol

if TYPE_CHECKING:
    from scenes.theme import Colour

#: RSS of the three models are called much the same up to this share; their predictions differ barely, or
#: little, up to these shares of the standard deviation of y.
SAME, BARELY, LITTLE = 0.15, 0.05, 0.2
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
        self.three_models()
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
        self.gap_in_rss = float(
            apart[:, 2].max() / apart[:, 2].min() - 1.0 if apart[:, 2].min() else 0
        )
        self.share_explained = 1.0 - float(apart[:, 2].max()) / land.dataset.reduced.total_ss
        self.put_facts()
        self.formula = self.words(
            f'$"{self.term("rss")}"(theta) = sum (y - hat(y))^2$', self.theme.body
        ).stand(panel.left, panel.top - 1.6 * self.em)

    def put_facts(self) -> None:
        """Readouts and plots that come and go: below the table, beside it, or in its place."""
        theme, panel, land, em = self.theme, self.layout.panel, self.land, self.em
        wide, tall = self.layout.wide, self.layout.tall
        below = self.table.bottom - 0.9 * em
        outer = land.reach * np.array([[1.0], [-1.0]]) * land.along
        self.form = Format.of([prediction_difference(land.dataset, *outer), self.left_over()])

        def readout(
            top: float, *lines: tuple[str, Callable[[], str], Colour], aside: float = 0.0
        ) -> Readout:
            return Readout(self, panel.left + aside * em, top, lines, leading=1.5)

        # Whose predictions: the mark of the model, as in the table and on the stage.
        far, best, near = (
            f"hat(y)_{symbol('circle.filled', colour)}" for colour in land.mark_colours
        )
        differ = (
            f'$"{self.term("rms")}"({far} - {near})$',
            lambda: self.error(self.difference()),
            theme.ink,
        )
        miss = (
            f'$"{self.term("rms")}"(y - {best})$',
            lambda: self.error(self.left_over()),
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
            self.likeness, self.limit = readout(below, differ, miss), readout(below, rho, condition)
            fit = floor = Box.from_edges(panel.left, panel.right, panel.bottom, below - 3.4 * em)
        elif tall:
            self.likeness = readout(panel.top, differ)
            self.limit = readout(panel.top + 0.2 * em, rho, aside=5.0)  # beside the plot's name
            fit = Box.from_edges(panel.left, panel.right, panel.bottom, panel.top - 1.6 * em)
            floor = panel
        else:
            self.likeness = readout(panel.top, differ, aside=12.5)
            self.limit = readout(panel.top, rho, condition)
            fit = Box.from_edges(
                panel.left + 12.5 * em, panel.right, panel.bottom, panel.top - 1.7 * em
            )
            floor = Box.from_edges(panel.left + 12.5 * em, panel.right, panel.bottom, panel.top)
        self.fit = FitPlot(self, fit, land.models, land.mark_colours, land.middle + outer)
        self.profile = FloorPlot(self, floor, land)

    def difference(self) -> float:
        """How much the predictions of the outer two models differ now."""
        first, _, last = self.land.models()
        return 0.0 if self.land.exact else prediction_difference(self.land.dataset, first, last)

    def share_of_spread(self) -> float:
        """How much the predictions of the outer two differ, over the standard deviation of y."""
        return self.difference() / math.sqrt(
            self.land.dataset.reduced.total_ss / self.land.dataset.n_samples
        )

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

    def compare(self, *others: Any) -> None:
        """Say how much the three models differ in RSS, as it is."""
        if self.land.exact:
            self.say("three", *others)
        elif self.gap_in_rss <= SAME:
            percent = math.ceil(1000.0 * self.gap_in_rss - 1e-6) / 10.0
            key = "three" if self.kind != "round" else "three_noisy"
            self.say(key, *others, percent=_short(percent))
        elif self.kind != "round" and self.share_explained >= 0.9:
            share = math.floor(1000 * self.share_explained) / 10
            self.say("three_share", *others, share=_short(share))
        else:
            self.say("three_plain", *others)

    # -- what happens ----------------------------------------------------------------------------

    def down_to_the_floor(self) -> None:
        self.arrive()
        self.say("floor", FadeIn(self.formula), run_time=0.6)
        higher = 24 if self.kind == "round" else 17 if self.layout.wide else 11
        self.land.turn(math.degrees(self.land.aside()) - 32, higher, run_time=3.5)
        self.hold()
        self.beat("floor")

    def three_models(self) -> None:
        land = self.land
        self.play(FadeOut(self.formula), run_time=0.4)
        self.compare(FadeIn(self.table), land.trio.shown.to(1.0), land.ball.shown.to(0.0))
        self.play(land.spread.to(1.0), run_time=2.5)
        self.hold()
        self.beat("three")

    def their_predictions(self) -> None:
        land = self.land
        coming = [FadeIn(self.fit), FadeIn(self.likeness)]
        if self.layout.tall:  # they take the table's place
            self.hush()
            self.play(FadeOut(self.table), run_time=0.4)
        share = self.share_of_spread()
        key = "predictions_plain"
        if land.exact:
            key = "predictions"
        elif self.kind != "round" and share <= LITTLE:
            key = "predictions" if share <= BARELY else "predictions_little"
        self.say(key, *coming, percent=percent(share))
        swing: Any = land.spread.animate(rate_func=there_and_back)
        self.play(swing.set_value(0.0), run_time=2.5)
        self.hold()
        self.beat("predictions")

    def draw_again(self) -> None:
        land = self.land
        land.draws = land.redrawn(DRAWS)
        land.cloud_count.set_value(0.0)
        land.cloud.shown.set_value(1.0)
        going = [FadeOut(self.fit), FadeOut(self.likeness)]
        if not self.layout.tall:
            going.append(FadeOut(self.table))
        self.play(*going, land.trio.shown.to(0.0), land.ball.shown.to(1.0), run_time=0.5)
        self.say("draw", FadeIn(self.latest), run_time=0.5)
        self.play(land.cloud_count.to(1.0), run_time=3.0, rate_func=linear)
        self.hold()
        self.beat("cloud")

    def to_the_limit(self) -> None:
        """ρ → ±1, the model and its residuals kept: the cloud stretches, the floor levels out."""
        land = self.land
        coming = [FadeIn(self.profile), FadeIn(self.limit)]
        if self.layout.wide:
            coming.append(FadeIn(self.table))
        going = [FadeOut(self.latest), land.ball.shown.to(0.0), land.trio.shown.to(1.0)]
        self.play(*going, run_time=0.5)
        if land.exact:
            self.say("flat", *coming, land.cloud.shown.to(0.0), limit=self._one())
            return
        self.say("limit", *coming, limit=self._one())
        self.play(land.alike.to(ALMOST), run_time=4.0)
        self.hold()
        self.beat("limit")
        self.say("flat", land.alike.to(1.0), limit=self._one(), run_time=0.5)

    def every_point(self) -> None:
        land = self.land
        self.play(land.line.to(1.0), run_time=1.2)
        roll: Any = land.spread.animate(rate_func=there_and_back)
        land.turn(-10, -4, roll.set_value(0.15), run_time=2.6)
        self.hold()
        self.beat("flat")

    def back_to_the_data(self) -> None:
        """All that was said of the limit goes; ρ is that of the data again, with its one minimum."""
        land = self.land
        self.hush()
        facts = (self.table, self.limit, self.profile)
        self.play(
            *(FadeOut(each) for each in facts if each in self.mobjects),
            land.line.to(0.0),
            land.trio.shown.to(0.0),
            land.ball.shown.to(1.0),
            land.cloud.shown.to(0.0),
            run_time=0.5,
        )
        self.hand_over()

    def _one(self) -> str:
        return "1" if self.land.rho >= 0 else "−1"


def _short(percent: float) -> str:
    """A number of per cent with a decimal only where there is one."""
    return plain(percent, 0 if percent == int(percent) else 1)
