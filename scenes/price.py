"""What bias buys: the spread and the bias of θ̂ on the map, and its mean squared error against λ."""

from __future__ import annotations

from typing import Any

from manim import FadeIn, linear

from ridge_math.risk import lowest_risk, risk, world_of
from ridge_math.search import lowest_gcv
from scenes.layout import Box
from scenes.map_act import MapAct
from scenes.mobjects.risk import LamMarks, RiskPlot, SpreadAndBias, little_gained
from scenes.stage.stage import Dial
from scenes.text.numerals import number
from scenes.text.words import Words, symbol

#: Of the map's iso-lines behind the cloud.
DIMMED = 0.45


class Price(MapAct):
    """Least squares is right on average and wrong each time; a little bias buys much variance.

    The truth is the planted one, or for data that someone brought the fitted world,
    `ridge_math.world_of`: then a caption says so.
    """

    name = "price"

    def construct(self) -> None:
        self.set_the_stage()
        self.repeated()
        self.shrink()
        self.against_lam()
        self.their_sum()
        self.some_lam()
        self.come_down()

    def begin(self) -> None:
        """The map, as the act before leaves it."""
        self.add(self.map.plot, self.map.hills)

    def set_the_stage(self) -> None:
        dataset, em = self.brief.dataset, self.em
        self.world = world_of(dataset)
        self.moved, self.drawn = Dial(0.0), Dial(0.0)
        chart = self.map
        self.clouds = SpreadAndBias(self, chart.plot, chart.window, self.world, self.lam_moved)
        beside = self.halves()[1]
        self.formula = self.decomposition(beside)
        below = self.formula.extent()[2] - 1.9 * em
        box = Box.from_edges(beside.left, beside.right, beside.bottom, below)
        marked = lowest_gcv(dataset).lam, self.brief.last_lam
        self.plot = RiskPlot(self, box, self.span, self.world, self.lam_moved, self.drawn, marked)

    def decomposition(self, box: Box) -> Words:
        """MSE(θ̂) = bias² + variance, in the colours of bar and ring, at the top of a box."""
        theme = self.theme
        bias, spread = (
            symbol(f'"{self.term(key)}"', colour)
            for key, colour in (("bias", theme.bias), ("variance", theme.spread))
        )
        markup = f'$"{self.term("mse")}"(hat(theta)) = {bias}^2 + {spread}$'
        formula = self.words(markup, theme.body)
        if formula.width > box.width:
            formula = self.words(markup, theme.body * box.width / formula.width)
        return formula.hang(box.x - 0.5 * formula.width, box.top)

    def lam_moved(self) -> float:
        """λ of cloud, ring and bar: 0 until it moves, then along the span."""
        return 0.0 if self.moved() <= 0.0 else self.lam_now()

    # -- the act ---------------------------------------------------------------------------------

    def repeated(self) -> None:
        """Least squares, again and again, around the truth."""
        clouds = self.clouds
        self.say(
            "truth" if self.world.planted else "fitted",
            FadeIn(clouds.truth, self.formula, self.plot.ground),
            run_time=0.6,
        )
        self.play(FadeIn(clouds.cloud), *self.dimmed(), run_time=0.8)
        self.play(FadeIn(clouds.middle, clouds.ring), run_time=0.6)
        self.hold()
        self.beat("least_squares")

    def dimmed(self) -> list[Any]:
        """The iso-lines of the map step back behind what lies on it."""
        return [line.animate.set_stroke(opacity=DIMMED) for line in self.map.hills]

    def shrink(self) -> None:
        """λ rises: the cloud contracts, and its middle slides off."""
        self.say("shrink")
        self.remove(self.clouds.truth)
        self.add(self.clouds.bar, self.clouds.middle, self.clouds.truth)
        self.moved.set_value(1.0)
        self.play(self.lam.to(self.span.share(self.brief.last_lam)), run_time=self.paced(3.6))
        self.hold()
        self.beat("shrunk")

    def against_lam(self) -> None:
        """The same once more, drawn against λ: the ring squared and the bar squared."""
        plot = self.plot
        self.say("curves", self.lam.to(0.0), run_time=0.9)
        self.add(*plot.curves, *plot.dots)
        self.play(
            self.lam.animate(rate_func=linear).set_value(1.0),
            self.drawn.animate(rate_func=linear).set_value(1.0),
            run_time=self.paced(3.0),
        )
        self.hold()
        self.beat("curves")

    def their_sum(self) -> None:
        """The sum, where it lies below least squares, and where GCV's λ and the bowl's stand."""
        dataset, world, plot = self.brief.dataset, self.world, self.plot
        gcv, bowl = lowest_gcv(dataset), self.brief.last_lam
        free, picked, shaped = (
            number(value)
            for value in risk(dataset, [0.0, gcv.lam, bowl], world.theta, world.sigma2).mse
        )
        arrow = {"low": "← {}", "high": "{} →", None: "{}"}[gcv.end]  # beyond an end of the axis
        marks = [(bowl, self.caption("bowl")), (gcv.lam, arrow.format(self.term("gcv")))]
        self.say(
            "sum",
            FadeIn(plot.line, plot.line_name),
            run_time=0.5,
            free=free,
            gcv=picked,
            bowl=shaped,
        )
        self.play(FadeIn(plot.total, plot.gain), run_time=0.8)
        share = min(max(self.span.share(gcv.lam), 0.0), 1.0)
        self.play(FadeIn(LamMarks(self, plot.plot, marks)), run_time=0.6)
        self.play(self.lam.to(share), run_time=1.2)
        self.hold()
        self.beat("sum")

    def some_lam(self) -> None:
        """Near 0 bias² starts flat; how much is gained depends on where θ points."""
        dataset, world = self.brief.dataset, self.world
        best = lowest_risk(dataset, world.theta, world.sigma2).lam
        found = risk(dataset, [best], world.theta, world.sigma2)
        key = "slope_none" if world.sigma2 == 0 else "slope"
        if key == "slope" and self.kind != "exact" and little_gained(found, self.plot.free):
            key = "slope_little"
        # Along an exactly flat floor, another θ is found by no λ at all: its error is no curve.
        other = [] if self.kind == "exact" else [self.plot.other, self.clouds.other]
        self.say(key, *map(FadeIn, other), run_time=0.8)
        self.hold()
        self.beat("slope")
