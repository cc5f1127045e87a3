"""Flat: where ellipses and disc touch, what shrinks as λ grows, and how a λ is chosen."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from manim import FadeIn, FadeOut, smooth, squish_rate_func

from ridge_math import QuadraticObjective
from ridge_math.search import lam_of_norm, lowest_gcv
from ridge_math.spectrum import filter_factors
from ridge_math.window import LamRange, bowl_lam, lam_range
from scenes.landscape_act import LandscapeAct, floor_over, home_of, move_to_box, to_box
from scenes.layout import Box
from scenes.mobjects.contours import ContourMap
from scenes.mobjects.landscape import Landscape
from scenes.mobjects.plots import align
from scenes.mobjects.shrinkage import (
    DashedMark,
    GcvCurve,
    NamedMark,
    RidgeTrace,
    ShrinkBars,
    percent,
)
from scenes.stage.stage import Dial
from scenes.text.numerals import number

#: The radius of the disc when it is shown first, as a share of ‖θ̂(0)‖.
FIRST_DISC = 0.75
#: The λ of the bowl is said to be for show from this many times the λ of lowest GCV.
FOR_SHOW = 1.5


class Trace(LandscapeAct):
    """Ellipses of RSS and the disc of the penalty; coefficients, shrink factors and GCV against λ.

    λ runs over `ridge_math.window.lam_range`, made longer where the λ of lowest generalised
    cross-validation, `ridge_math.lowest_gcv`, lies beyond. That λ is marked, as `diagnose` prints it; if
    there is none because the score falls all the way to an end, the caption says so.
    """

    name = "trace"

    def construct(self) -> None:
        self.set_the_stage()
        self.ellipses()
        self.penalty()
        self.walk()
        self.shrink()
        self.choose()
        self.back_to_the_landscape()

    def set_the_stage(self) -> None:
        self.span = self.range_of_lam()
        self.lam, self.walked = Dial(self.first_share()), Dial(0.0)
        self.scored = Dial(0.0)
        self.boxes = self.regions()
        plane = self.boxes["plane"]
        self.map = ContourMap(self, self.content(), plane, self.span, self.lam_now, self.walked_now)
        upper, lower = self.boxes["upper"], self.boxes["lower"]
        self.trace = RidgeTrace(self, upper, self.span, self.lam_now, self.walked_now)
        self.gcv = GcvCurve(self, lower, self.span, self.scored)
        align(self.trace.plot, self.gcv.plot)
        both = Box.from_edges(upper.left, upper.right, lower.bottom, upper.top)
        self.trace.plot.fill(both)
        self.gcv.plot.fill(lower)
        names = self.caption("steep"), self.caption("flat")
        self.bars = ShrinkBars(self, self.boxes["bars"], names, self.lam_now)

    def make_landscape(self) -> Landscape:
        """It stays where acts hand over, until the eye is above it."""
        home, room = home_of(self)
        return Landscape(self, home, room=room)

    def content(self) -> Box:
        """All of the frame above the caption."""
        safe, em = self.layout.safe, self.em
        return Box.from_edges(safe.left, safe.right, self.layout.caption.top + 0.5 * em, safe.top)

    def regions(self) -> dict[str, Box]:
        """Places: what lies in the θ plane on one side, what runs along λ on the other.

        In a tall frame there is room for one plot along λ only: the score takes the trace's place.
        """
        all_of_it, em = self.content(), self.em
        left, right, bottom, top = all_of_it.left, all_of_it.right, all_of_it.bottom, all_of_it.top
        edges = Box.from_edges
        if self.layout.tall:
            split = top - 0.46 * all_of_it.height
            middle = left + 0.5 * all_of_it.width
            below = edges(left, right, bottom, split - 0.5 * em)
            return {
                "plane": edges(left, middle, split, top),
                "bars": edges(middle + 0.6 * em, right, split + 0.5 * em, top),
                "upper": below,
                "lower": below,
            }
        middle = left + (0.42 if self.layout.wide else 0.5) * all_of_it.width
        bars = bottom + 4.7 * em
        half = bottom + 0.47 * all_of_it.height
        gap = (1.5 if self.layout.wide else 0.4) * em
        return {
            "plane": edges(left, middle - gap, bars + 0.7 * em, top),
            "bars": edges(left, middle - gap, bottom, bars),
            "upper": edges(middle + gap, right, half + 0.3 * em, top),
            "lower": edges(middle + gap, right, bottom, half - 0.3 * em),
        }

    # -- λ ---------------------------------------------------------------------------------------

    def lam_now(self) -> float:
        """λ at this moment."""
        return self.span.at(self.lam())

    def objective_now(self) -> QuadraticObjective:
        return self.brief.dataset.objective().penalised(self.lam_now())

    def walked_now(self) -> float:
        """The λ up to which path and curves are drawn."""
        return self.span.at(self.walked())

    def range_of_lam(self) -> LamRange:
        """The span of λ, and in it the λ of lowest GCV, where there is one."""
        span, best = lam_range(self.brief.dataset), lowest_gcv(self.brief.dataset)
        return span if best.end else span.around(best.lam)

    def first_share(self) -> float:
        """Where λ stands, along its span, when the disc is shown first."""
        lam = lam_of_norm(self.brief.dataset, FIRST_DISC, self.span)
        return self.span.share(lam)

    def telling_lam(self) -> float:
        """A λ between the two eigenvalues, where one direction has shrunk and the other has not."""
        first, second = (float(d) for d in self.brief.dataset.reduced.d)
        between = first * second if second > 0 else self.span.at(0.75)
        return float(np.clip(between, self.span.low, self.span.high))

    # -- the act ---------------------------------------------------------------------------------

    def ellipses(self) -> None:
        """The eye rises until it looks straight down, and what it sees is a map."""
        chart, land = self.map, self.land
        self.say("ellipses", *(FadeOut(labels) for labels in land.labels), run_time=0.4)
        box, azimuth, elevation = self.from_above()
        self.play(
            to_box(land.stage, box),
            land.stage.azimuth.to(azimuth),
            land.stage.elevation.to(elevation),
            *(_early(dial) for dial in self.upright()),
            run_time=2.4,
        )
        self.play(FadeIn(chart.plot, chart.hills), land.stage.shown.to(0.0), run_time=0.8)
        self.remove(land.stage)
        self.hold()
        self.beat("ellipses")

    def from_above(self) -> tuple[Box, float, float]:
        """The place of the landscape and of the eye in which its floor is where the map shows it."""
        stage, scale, plot = self.land.stage, self.land.scale, self.map.plot
        share = 2.0 * scale.half_width / (plot.x.high - plot.x.low)
        box = floor_over(stage, plot.to_frame(*scale.centre), share * plot.area.width)
        turned = math.remainder(stage.azimuth(), 2.0 * math.pi)
        return box, stage.azimuth() - turned, 0.5 * math.pi

    def upright(self) -> tuple[Dial, ...]:
        """How far all of the landscape that stands off its floor is shown."""
        return self.land.surface.shown, self.land.axes.upright, self.land.ball.shown

    def penalty(self) -> None:
        chart = self.map
        self.say("disc", FadeIn(chart.disc), FadeIn(chart.zero))
        self.play(FadeIn(chart.touching), FadeIn(chart.ball), run_time=0.8)
        self.hold()
        self.beat("disc")

    def walk(self) -> None:
        """The plane makes room; λ starts again from nothing and draws both pictures."""
        chart = self.map
        self.hush()
        self.play(chart.plot.go(self.boxes["plane"]), self.lam.to(0.0), run_time=1.4)
        self.add(chart)
        self.say("walk", FadeIn(self.trace), run_time=0.8)
        self.play(self.lam.to(1.0), self.walked.to(1.0), run_time=5.5)
        self.hold()
        self.beat("walk")

    def shrink(self) -> None:
        """λ stops between the eigenvalues; the bars say what is left along each direction."""
        lam = self.telling_lam()
        steep, flat = (percent(float(s)) for s in filter_factors(self.brief.dataset, lam))
        self.say("shrink", FadeIn(self.bars), run_time=0.6, lam=number(lam), steep=steep, flat=flat)
        self.play(self.lam.to(self.span.share(lam)), run_time=2.5)
        self.hold()
        self.beat("shrink")

    def choose(self) -> None:
        """The GCV score under the trace, and the λ where it is lowest."""
        self.hush()
        lowest, at_end = self.gcv.lowest, self.gcv.at_end
        if self.layout.tall:
            self.play(FadeOut(self.trace), run_time=0.6)
        else:
            self.play(self.trace.plot.go(self.boxes["upper"]), run_time=1.0)
        bowl = bowl_lam(self.brief.dataset)
        for_show = bowl > FOR_SHOW * lowest
        key = f"gcv_{at_end}" if at_end else "gcv" if for_show else "gcv_alike"
        self.say(key, FadeIn(self.gcv), run_time=0.6, lam=number(lowest), bowl=number(bowl))
        self.play(self.scored.to(1.0), run_time=2.0)
        plots = (self.gcv.plot,) if self.layout.tall else (self.trace.plot, self.gcv.plot)
        mark = DashedMark(self, lowest, *plots)
        self.play(FadeIn(mark), self.lam.to(self.span.share(lowest)), run_time=1.5)
        if for_show:
            mark = NamedMark(self, bowl, self.caption("bowl"), self.gcv.plot)
            self.play(FadeIn(mark), run_time=0.5)
        self.hold(1.5)
        self.beat("gcv")

    def back_to_the_landscape(self) -> None:
        """The map becomes the valley again."""
        chart, land, stage = self.map, self.land, self.land.stage
        self.hush()
        going = [each for each in self.mobjects if each is not chart]
        going += [chart.disc, chart.zero, chart.touching, chart.path, chart.ball]
        self.play(*(FadeOut(each) for each in going), run_time=0.5)
        box, azimuth, elevation = self.from_above()
        move_to_box(stage, box)
        stage.azimuth.set_value(azimuth)
        stage.elevation.set_value(elevation)
        self.add(stage)
        self.play(FadeOut(chart.plot, chart.hills), stage.shown.to(1.0), run_time=0.7)
        self.leave(*(dial.to(1.0) for dial in self.upright()), run_time=1.8)
        self.play(*(FadeIn(labels) for labels in land.labels), run_time=0.4)


def _early(dial: Dial) -> Any:
    """To 0 before the eye is straight above, where what stands would hide the floor."""
    turned: Any = dial.animate(rate_func=squish_rate_func(smooth, 0.1, 0.7))
    return turned.set_value(0.0)
