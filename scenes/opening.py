"""The title of the film: the valley, and the question that hangs until it is turned over."""

from __future__ import annotations

import math
from typing import Any

from manim import FadeIn, FadeOut, Mobject

from scenes.act import Act
from scenes.layout import Box
from scenes.mobjects.landscape import Landscape, look_along_valley
from scenes.mobjects.overfit import OverfitPlot
from scenes.text.numerals import whole
from scenes.text.words import shortened, verbatim, without_units

#: Seconds of the title; from where to where the eye walks, in degrees from along the valley, how high.
SECONDS, FIRST, LAST, ELEVATION = 2.6, 70.0, 86.0, 31.0
#: Without axes, the surface may take this much more than a box with axes, in a wide frame, and stands
#: lower by this share of the frame's height.
LARGER, LOWER = 1.2, 0.05
#: From line to line, and the height of a logo, in ems.
LEADING, LOGO = 1.5, 1.8


class Opening(Act):
    """One slow turn over the question; then points fade in, and the wild curve runs through them."""

    name = "opening"

    def construct(self) -> None:
        lines = self.lines()
        bottom = max(line.extent()[3] for line in lines) + 0.4 * self.em
        frame, safe, wide = self.layout.frame, self.layout.safe, self.layout.wide
        box = Box.from_edges(safe.left, safe.right, bottom, 0.49 * frame.height)
        self.land = land = Landscape(self, box, labels=False)
        stage = land.stage
        stage.room = (1.0, 1.0)
        if wide:
            stage.scale(LARGER).shift((0.0, -LOWER * frame.height, 0.0))
        for dial in (land.axes.shown, land.floor.shown):
            dial.set_value(0.0)
        along = look_along_valley(land.dataset)
        stage.elevation.set_value(math.radians(ELEVATION))
        stage.azimuth.set_value(along + math.radians(FIRST))
        self.add(stage, *lines)
        land.turn(LAST - FIRST, 0.0, run_time=SECONDS)
        self.beat("question")
        self.hand_over(stage.shown.to(0.0), FadeOut(*lines))
        self.remove(stage)

    def lines(self) -> list[Mobject]:
        """The question, under it title, author and data as far as they are given, above it a logo."""
        theme, brief = self.theme, self.brief
        question = self.caption("question")
        before, ridge, after = question.partition(self.caption("ridge"))
        asked = f"{verbatim(before)}#emph[{verbatim(ridge)}]{verbatim(after)}"
        title = self.words(f"*{asked}*", theme.title)
        room = self.layout.safe.width
        made = [title.scale(min(1.0, 0.98 * room / title.width))]
        if brief.look and brief.look.logo_on_title:
            made.insert(0, self.logo(LOGO * self.em))
        under = " · ".join(filter(None, (brief.title, brief.author)))
        for text in filter(None, (under, "" if brief.dataset.is_made else self._data())):
            fitting = shortened(text, self.em, room)
            made.append(self.words(verbatim(fitting), theme.readout, theme.quiet))
        baseline = self.layout.safe.bottom + 0.55 * self.em
        for line in reversed(made):
            line.stand(-0.5 * line.width, baseline)
            baseline += (
                LEADING + 0.4 * (line is title)
            ) * self.em  # a logo above keeps clear of it
        return list(made)

    def _data(self) -> str:
        data = self.brief.dataset
        a, b, y = without_units((*data.features[:2], data.response))
        return self.caption("data", a=a, b=b, y=y, n=whole(data.n_samples))

    def hand_over(self, *going: Any) -> None:
        """The picture with which the film begins grows out of this one: points first, then the curve."""
        plot = OverfitPlot(self)
        plot.traced.set_value(0.0)
        self.play(*going, FadeIn(plot, plot.dots), run_time=0.5)
        self.add(plot.curve, plot.dots)
        self.play(plot.traced.to(1.0), run_time=0.9)
