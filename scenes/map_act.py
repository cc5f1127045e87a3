"""The base of acts on the plane of θ, seen from straight above: a map beside what is told of it.

`rise` takes the eye from the landscape to the map, `come_down` back. Between two such acts the map stands
alone where both have it, so that a film of them has no cut.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from manim import FadeIn, FadeOut, Mobject, smooth, squish_rate_func

from ridge_math.search import lowest_gcv
from ridge_math.window import LamRange, lam_range
from scenes.landscape_act import LandscapeAct, all_but, floor_over, home_of, move_to_box, to_box
from scenes.layout import Box
from scenes.mobjects.contours import ContourMap
from scenes.mobjects.landscape import Landscape
from scenes.stage.stage import Dial

if TYPE_CHECKING:
    from ridge_math import QuadraticObjective
    from scenes.brief import Brief

#: Share of the frame, across or upwards, that the map has: in wide, square and tall frames.
FIRST = {"wide": 0.46, "square": 0.52, "tall": 0.52}


def map_lams(brief: Brief) -> LamRange:
    """The span of λ that plots show: that of the landscape, and the λ of lowest GCV well inside.

    So is the λ at which acts stop, where someone has chosen it.
    """
    span, best = lam_range(brief.dataset), lowest_gcv(brief.dataset)
    span = span if best.end else span.around(best.lam)
    return span.around(brief.stop.lam) if brief.stop else span


class MapAct(LandscapeAct):
    """An act on the map of the floor.

    Attributes
    ----------
    map : ContourMap
        The map, once `set_the_map` has made it.
    span : LamRange
        From where to where λ runs.
    lam, walked : Dial
        λ of this moment, and the λ up to which curves are drawn, both as shares of the span.
    """

    map: ContourMap

    def setup(self) -> None:
        self.span = map_lams(self.brief)
        self.lam, self.walked = Dial(0.0), Dial(0.0)
        place = self.halves()[0]
        self.map = ContourMap(self, place, place, self.span, self.lam_now, self.walked_now)
        super().setup()

    def make_landscape(self) -> Landscape:
        """It stays where acts hand over, until the eye is above it."""
        home, room = home_of(self)
        return Landscape(self, home, room=room)

    def halves(self) -> tuple[Box, Box]:
        """Places, above the caption, of the map and of what is told beside it or below it."""
        safe, em = self.layout.safe, self.em
        content = Box.from_edges(
            safe.left, safe.right, self.layout.caption.top + 0.5 * em, safe.top
        )
        shape = "wide" if self.layout.wide else "tall" if self.layout.tall else "square"
        return content.parts((3.0 if self.layout.wide else 0.8) * em, FIRST[shape])

    # -- λ ---------------------------------------------------------------------------------------

    def lam_now(self) -> float:
        """λ at this moment."""
        return self.span.at(self.lam())

    def walked_now(self) -> float:
        """The λ up to which path and curves are drawn."""
        return self.span.at(self.walked())

    def objective_now(self) -> QuadraticObjective:
        return self.brief.dataset.objective().penalised(self.lam_now())

    # -- from the landscape to the map and back ----------------------------------------------------

    def rise(self, key: str, *beside: Mobject) -> None:
        """The eye rises until it looks straight down: the floor is the map's own square, which then opens.

        What is to be read ``beside`` the map comes with it.
        """
        land, chart = self.land, self.map
        chart.opened.set_value(0.0)
        chart.open()
        self.say(key, *(FadeOut(labels) for labels in land.labels), run_time=0.4)
        box, azimuth, elevation = self.from_above()
        self.play(
            to_box(land.stage, box),
            land.stage.azimuth.to(azimuth),
            land.stage.elevation.to(elevation),
            *(_early(dial) for dial in self.upright()),
            run_time=2.5,
        )
        ground, labels = self.ground_and_labels()
        self.play(FadeIn(*ground, chart.hills, *beside), land.stage.shown.to(0.0), run_time=0.5)
        self.remove(land.stage)
        late = FadeIn(*labels, rate_func=squish_rate_func(smooth, 0.7, 1.0))
        self.play(chart.opened.to(1.0), late, run_time=1.2)
        self.add(chart.plot, chart.hills)

    def ground_and_labels(self) -> tuple[Sequence[Mobject], Sequence[Mobject]]:
        """The parts of the map's plot: the ground with its grid, and all text."""
        plot = self.map.plot
        ground = [plot.ground, plot.grid]
        return ground, [part for part in plot.submobjects if part not in ground]

    def leave_the_map(self) -> None:
        """All but the map goes."""
        self.hush()
        going = list(all_but((self.map.plot, self.map.hills), self.mobjects))
        if going:
            self.play(*(FadeOut(each) for each in going), run_time=0.4)

    def come_down(self) -> None:
        """The map becomes the landscape again, which the eye sees as between acts."""
        land, stage, chart = self.land, self.land.stage, self.map
        self.leave_the_map()
        ground, labels = self.ground_and_labels()
        early = FadeOut(*labels, rate_func=squish_rate_func(smooth, 0.0, 0.3))
        self.play(chart.opened.to(0.0), early, run_time=1.0)
        chart.open()
        box, azimuth, elevation = self.from_above()
        move_to_box(stage, box)
        stage.azimuth.set_value(azimuth)
        stage.elevation.set_value(elevation)
        for dial in (stage.shown, *self.upright()):
            dial.set_value(0.0)
        self.add(stage)
        self.play(FadeOut(*ground, chart.hills), stage.shown.to(1.0), run_time=0.5)
        self.leave(*(dial.to(1.0) for dial in self.upright()), run_time=1.6)
        self.play(*(FadeIn(labels) for labels in land.labels), run_time=0.4)

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


def _early(dial: Dial) -> Any:
    """To 0 before the eye is straight above, where what stands would hide the floor."""
    turned: Any = dial.animate(rate_func=squish_rate_func(smooth, 0.1, 0.7))
    return turned.set_value(0.0)
