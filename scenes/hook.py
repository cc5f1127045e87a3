"""The use of L2 that everyone knows, and a hint that there is another."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from manim import LEFT, FadeIn, FadeOut

from ridge_math import Dataset, lam_range, lowest_gcv
from scenes.act import Act
from scenes.layout import Box, Layout
from scenes.mobjects.columns import Columns
from scenes.mobjects.data_table import opening_table, sides
from scenes.mobjects.plots import Axis, Curve, Dots, Plot, keep
from scenes.mobjects.widgets import LambdaSlider, Readout, beside_or_below
from scenes.stage.stage import Dial
from scenes.text.numerals import number
from scenes.text.words import symbol

if TYPE_CHECKING:
    import numpy.typing as npt

    Array = npt.NDArray[np.float64]

#: The noisy points: how many, around what, with which seed; and the degree that overfits them.
POINTS, NOISE, SEED, DEGREE = 14, 0.4, 8, 12
#: Radius of a dot, in frame units.
DOT = 0.075


class Overfit:
    """A polynomial of too high a degree through a few noisy points, by ridge regression."""

    def __init__(self) -> None:
        rng = np.random.default_rng(SEED)
        spaced = np.linspace(-1.0, 1.0, POINTS) + rng.uniform(-0.9, 0.9, POINTS) / POINTS
        self.x: Array = np.clip(np.sort(spaced), -1.0, 1.0)
        truth = np.sin(2.6 * self.x + 0.3) + 0.35 * self.x
        self.y: Array = truth + NOISE * rng.standard_normal(POINTS)
        self.along: Array = np.linspace(self.x[0], self.x[-1], 400)
        self.problem = Dataset.from_arrays(self._powers(self.x), self.y)
        self.span = lam_range(self.problem)

    @staticmethod
    def _powers(x: Array) -> Array:
        return np.asarray(x[:, None] ** np.arange(1, DEGREE + 1))

    def theta(self, lam: float) -> Array:
        """θ̂(λ) of the standardised powers."""
        return self.problem.objective(lam).minimiser()

    def curve(self, lam: float) -> Array:
        """The fitted polynomial at ``along``."""
        intercept, slopes, _ = self.problem.original_units(self.theta(lam))
        return np.asarray(intercept + self._powers(self.along) @ slopes)

    @cached_property
    def calm_lam(self) -> float:
        """The λ of lowest generalised cross-validation."""
        return lowest_gcv(self.problem).lam


class Hook(Act):
    """λ grows and a wild fit calms; it steps aside for two columns that say the same."""

    name = "hook"

    def construct(self) -> None:
        self.set_the_stage()
        self.calm()
        self.step_aside()
        self.hand_over()

    def arrange(self) -> Layout:
        return self.layout.with_panel(6.4 * self.em)

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
        self.fit = fit = Overfit()
        self.share = Dial(0.0)
        self.plot = plot = Plot(
            self,
            layout.stage,
            Axis.of(fit.x, markup="$x$", labels=False),
            Axis.of(fit.y, margin=0.3, markup="$y$", labels=False),
        )
        self.dots = Dots(theme.ink, DOT)
        self.curve = Curve(theme.minimum, width=5.0)
        keep(self, self.dots, lambda: self.dots.sit(plot.to_frame(fit.x, fit.y)))
        keep(self, self.curve, lambda: self.curve.trace(plot, fit.along, fit.curve(self.lam_now())))
        theta, lam = symbol("theta", theme.ink), symbol("lambda", theme.penalty)
        self.model = self.words(f"$hat(y) = sum_(k = 0)^{DEGREE} theta_k x^k$", theme.title)
        self.model.hang(panel.left, panel.top)
        readout = Readout(
            self,
            *beside_or_below(self, self.model, panel),
            [
                (f"${lam}$", lambda: number(self.lam_now(), 2), theme.penalty),
                (f"$norm({theta})$", self._norm, theme.ink),
            ],
        )
        slider_box = Box(panel.x, panel.bottom + 1.6 * em, panel.width * 0.9, em)
        slider = LambdaSlider(self, slider_box, fit.span.low, fit.span.high, self.lam_now)
        # In a tall frame there is room for the slider alone, and it says the same.
        self.panel = [self.model, slider] if layout.tall else [self.model, readout, slider]
        self.add(plot, self.curve, self.dots)

    def lam_now(self) -> float:
        """λ at this moment."""
        low, high = self.fit.span.low, self.fit.calm_lam
        return float(low * (high / low) ** self.share())

    def _norm(self) -> str:
        return number(float(np.linalg.norm(self.fit.theta(self.lam_now()))))

    def calm(self) -> None:
        self.say("overfit", FadeIn(*self.panel), run_time=0.8)
        self.wait(0.5)
        self.beat("wild")
        self.play(self.share.to(1.0), run_time=3.6)
        self.hold()
        self.beat("calm")

    def step_aside(self) -> None:
        """The fit makes room for the first two columns of the data."""
        em = self.em
        left, right = sides(self)
        table = opening_table(self, self.columns)
        middle = self.layout.whole
        self.pair = pair = table.part(0, 1)
        pair.shift((right.x - pair.get_center()[0], right.y - middle.y, 0.0))
        self.say("second", FadeOut(*self.panel), run_time=0.4)
        self.play(self.plot.go(left), run_time=0.9)
        first, second = (
            FadeIn(table.columns[k], table.rules[k], shift=2 * em * LEFT) for k in (0, 1)
        )
        self.play(first, run_time=0.8)
        self.play(second, run_time=0.8)
        self.hold(1.5)
        self.beat("twins")

    def hand_over(self) -> None:
        """The fit goes; the two columns stay, in the middle."""
        whole, right = self.layout.whole, sides(self)[1]
        self.hush()
        self.play(FadeOut(self.plot, self.curve, self.dots), run_time=0.5)
        aside = whole.x - self.pair.get_center()[0]
        self.play(self.pair.animate.shift((aside, whole.y - right.y, 0.0)), run_time=0.9)
