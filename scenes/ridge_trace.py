"""Flat: where ellipses and disc touch, what shrinks as λ grows, and how a λ is chosen."""

from __future__ import annotations

import numpy as np
from manim import FadeIn, FadeOut

from ridge_math.path import gcv
from ridge_math.search import lam_of_norm, range_within, search_range
from ridge_math.spectrum import filter_factors
from scenes.layout import Box
from scenes.map_act import MapAct
from scenes.mobjects.plots import align
from scenes.mobjects.shrinkage import (
    DashedMark,
    GcvCurve,
    NamedMark,
    RidgeTrace,
    ShrinkBars,
    percent,
)
from scenes.mobjects.widgets import Readout, lines_of_best
from scenes.stage.stage import Dial
from scenes.text.numerals import number
from scenes.text.words import Words, symbol

#: The radius of the disc when it is shown first, as a share of ‖θ̂(0)‖.
FIRST_DISC = 0.75
#: GCV is as good as lowest where it is above that by less than this share.
FLAT = 0.01


class Trace(MapAct):
    """Ellipses of RSS and the disc of the budget; coefficients, filter factors and GCV against λ.

    Never more than three pictures at once: the map, and beside it two others at most. λ runs over
    `scenes.map_act.map_lams`. The λ of lowest generalised cross-validation, `ridge_math.lowest_gcv`, is
    marked as `diagnose` prints it; if there is none because the score falls all the way to an end, the
    caption says so.
    """

    name = "trace"

    def construct(self) -> None:
        self.set_the_stage()
        self.ellipses()
        self.budget()
        self.walk()
        self.shrink()
        self.choose()
        self.how_flat()
        self.leave_the_map()

    def set_the_stage(self) -> None:
        self.scored = Dial(0.0)
        all_of_it, upper, lower = self.places()
        self.upper, self.lower = upper, lower
        self.trace = RidgeTrace(self, upper, self.span, self.lam_now, self.walked_now)
        self.gcv = GcvCurve(self, lower, self.span, self.scored)
        align(self.trace.plot, self.gcv.plot)
        self.trace.plot.fill(all_of_it)
        tall = self.layout.tall
        self.gcv.plot.fill(all_of_it if tall else lower)
        names, note = (self.caption("steep"), self.caption("flat")), self.caption("steepness")
        self.bars = ShrinkBars(self, all_of_it if tall else lower, names, self.lam_now, note)

    def places(self) -> tuple[Box, Box, Box]:
        """Beside the map: all of the place, its upper part, and the lower one, as high as bars need."""
        whole, em = self.halves()[1], self.em
        cut = whole.bottom + max(0.47 * whole.height - 0.3 * em, 5.6 * em)
        return (
            whole,
            Box.from_edges(whole.left, whole.right, cut + 0.6 * em, whole.top),
            Box.from_edges(whole.left, whole.right, whole.bottom, cut),
        )

    def telling_lam(self) -> float:
        """A λ between the two eigenvalues, where one direction has shrunk and the other has not."""
        first, second = (float(d) for d in self.brief.dataset.reduced.d)
        between = first * second if second > 0 else self.span.at(0.75)
        return float(np.clip(between, self.span.low, self.span.high))

    # -- the act ---------------------------------------------------------------------------------

    def ellipses(self) -> None:
        """The eye rises until it looks straight down, and what it sees is a map."""
        self.free, self.within, self.readout = self.least_rss()
        self.rise("ellipses", self.free, self.readout.lines(0, 2))
        self.play(FadeIn(self.map.ball), run_time=0.5)
        self.hold()
        self.beat("ellipses")

    def budget(self) -> None:
        """The disc of all θ that a budget allows, and the best of them."""
        chart, rest = self.map, self.readout.lines(2)
        coming = FadeIn(chart.disc, chart.zero, chart.touching, rest, self.within)
        self.say("disc", FadeOut(self.free), coming, run_time=0.6)
        share = self.span.share(lam_of_norm(self.brief.dataset, FIRST_DISC, self.span))
        self.play(self.lam.to(share), run_time=self.paced(2.0))
        self.hold()
        self.beat("disc")
        self.hush()
        self.play(FadeOut(self.within, self.readout), run_time=0.3)

    def least_rss(self) -> tuple[Words, Words, Readout]:
        """Least RSS, least RSS within ‖θ‖ ≤ t, and the numbers of this moment."""
        theme, chart, place = self.theme, self.map, self.halves()[1]
        rss, t = self.term("rss"), symbol("t", theme.penalty)
        free, formula = (
            self.words(f'$min_({where}) "{rss}"(theta)$', theme.title)
            for where in ("theta", f"norm(theta) <= {t}")
        )
        lam = f"${symbol('lambda', theme.penalty)}$"
        lines = [
            *lines_of_best(theme, chart.best),
            (f"${t}$", lambda: number(float(np.linalg.norm(chart.best()))), theme.penalty),
            (lam, lambda: number(self.lam_now()), theme.penalty),
        ]
        height = formula.height + 8.0 * self.em
        formula.hang(place.x - 0.5 * formula.width, min(place.top, place.y + 0.5 * height))
        free.stand(place.x - 0.5 * formula.width, float(formula.points[0, 1]))
        under = formula.extent()[2] - self.em
        return free, formula, Readout(self, place.x - 0.5 * formula.width, under, lines)

    def walk(self) -> None:
        """λ starts again from nothing and draws both pictures."""
        self.say("walk", FadeIn(self.trace), self.lam.to(0.0), run_time=1.0)
        self.add(self.map.path, self.map.ball)
        self.play(self.lam.to(1.0), self.walked.to(1.0), run_time=self.paced(5.0))
        self.hold()
        self.beat("walk")

    def shrink(self) -> None:
        """λ stops between the eigenvalues; the bars say what is left along each direction."""
        lam = self.telling_lam()
        steep, flat = (percent(float(s)) for s in filter_factors(self.brief.dataset, lam))
        self.hush()
        if self.layout.tall:  # one picture at a time
            self.play(FadeOut(self.trace), run_time=0.4)
        else:
            self.play(self.trace.plot.go(self.upper), run_time=0.8)
        self.say("shrink", FadeIn(self.bars), run_time=0.6, lam=number(lam), steep=steep, flat=flat)
        self.play(self.lam.to(self.span.share(lam)), run_time=2.0)
        self.hold()
        self.beat("shrink")

    def choose(self) -> None:
        """The GCV score in the bars' place, and the λ where it is lowest."""
        self.hush()
        lowest, at_end = self.gcv.lowest, self.gcv.at_end
        self.play(FadeOut(self.bars), run_time=0.4)
        key = f"gcv_{at_end}" if at_end else "gcv"
        self.say(key, FadeIn(self.gcv), run_time=0.6, lam=number(lowest))
        self.play(self.scored.to(1.0), run_time=1.6)
        plots = (self.gcv.plot,) if self.layout.tall else (self.trace.plot, self.gcv.plot)
        mark = DashedMark(self, lowest, *plots)
        self.play(FadeIn(mark), self.lam.to(self.span.share(lowest)), run_time=1.2)
        self.hold()
        self.beat("gcv")

    def how_flat(self) -> None:
        """Where GCV is as good as lowest, and where the λ of the bowl stands."""
        dataset = self.brief.dataset
        searched = search_range(dataset)
        near = range_within(lambda lams: gcv(dataset, lams), self.gcv.found.lam, searched, FLAT)
        low = "0" if near.low <= searched.low else number(near.low)
        high = "∞" if near.high >= searched.high else number(near.high)
        bowl = self.brief.last_lam
        self.gcv.flat = near
        self.gcv.place()
        self.say("flatness", FadeIn(self.gcv.band), low=low, high=high, bowl=number(bowl))
        mark = NamedMark(self, bowl, self.caption("bowl"), self.gcv.plot)
        self.play(FadeIn(mark), run_time=0.5)
        self.hold(1.0)
        self.beat("flatness")
