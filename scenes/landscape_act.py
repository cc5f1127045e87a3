"""The base of acts on the landscape of the data, which begin and end in one and the same picture.

That picture is the landscape with its labels and nothing else, in the place between acts, so that a
film of them has no cut.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import astuple
from typing import TYPE_CHECKING, Any

import numpy as np
from manim import FadeIn, FadeOut, Mobject, ValueTracker
from scipy.optimize import brentq

from scenes.act import Act
from scenes.layout import Arrangement, Box
from scenes.mobjects.landscape import (
    ASIDE,
    ELEVATION,
    HIGHEST,
    ROOM,
    Landscape,
    look_along_valley,
)
from scenes.stage.view import View

if TYPE_CHECKING:
    import numpy.typing as npt

    from ridge_math import QuadraticObjective
    from scenes.layout import Layout
    from scenes.mobjects.axis_labels import HeightLabels
    from scenes.stage.stage import Stage

#: In a frame that is not wide: room for labels at the sides, and below, in ems.
NARROW, BELOW = (0.75, 1.0), 0.4
#: Seconds from the place between acts to that of an act, on the way back with a turn of the eye, and for
#: what comes or goes with it.
MOVE, TURN, FADE = 0.8, 1.4, 0.4


class LandscapeAct(Act):
    """An act on the landscape of the data.

    Before `construct`, the landscape is made and shown where acts hand over. `arrive` takes it to its
    place in this act, `hand_over` ends the act: whatever else is on screen goes, and the landscape
    comes to rest where it was.

    Attributes
    ----------
    land : Landscape
        The landscape: stage, surface, dials, labels.
    landscape : type
        Of which class it is.
    wide, square, tall : Arrangement
        How frames of each shape are divided between landscape and panel; a class may set its own.
    """

    land: Landscape
    landscape: type[Landscape] = Landscape
    wide = Arrangement(gap=0.3815, leading=1.75)
    square = Arrangement(panel=5.4, gap=0.38, leading=1.6)
    tall = Arrangement(panel=9.2, across=0.74, gap=0.13, leading=1.45)

    @property
    def arrangement(self) -> Arrangement:
        """How this act divides the frame that it is in."""
        layout = self.layout
        return self.wide if layout.wide else self.tall if layout.tall else self.square

    def arrange(self) -> Layout:
        return self.layout.arranged(self.arrangement, self.em)

    def setup(self) -> None:
        self.land = self.make_landscape()
        self.rss_labels = self.land.height_labels
        self.own = self.land.stage.box
        self.home = as_large(*home_of(self), self.land.stage)
        self.home_azimuth = look_along_valley(self.land.dataset) + ASIDE
        self.begin()

    @property
    def highest(self) -> float:
        """How high the eye will rise in this act, in degrees: labels stay apart up to there."""
        return HIGHEST

    def make_landscape(self) -> Landscape:
        """The landscape in its place in this act."""
        room = ROOM if self.layout.wide else (self.arrangement.across, ROOM[1])
        return self.landscape(self, self.layout.scenery, room=room, highest=self.highest)

    def begin(self) -> None:
        """Put the landscape where acts hand over, and show it and its labels from the first frame."""
        move_to_box(self.land.stage, self.home)
        self.add(self.land.stage, *self.land.labels)

    def arrive(self) -> None:
        """Take the landscape to its place in this act, if that is another."""
        if _differ(self.own, self.home):
            self.play(to_box(self.land.stage, self.own), run_time=MOVE)

    def relabel(self, heights: HeightLabels) -> None:
        """Exchange the labels of the height axis for others, as of `Landscape.heights`."""
        self.play(FadeOut(self.land.height_labels), FadeIn(heights), run_time=FADE)
        self.land.height_labels = heights

    def leave(self, *others: Any, run_time: float = TURN) -> None:
        """Take the landscape and the eye back, by the shorter way round, while ``others`` play."""
        stage = self.land.stage
        back = math.remainder(self.home_azimuth - stage.azimuth(), 2.0 * math.pi)
        going = [to_box(stage, self.home)] if _differ(stage.box, self.home) else []
        self.play(
            *going,
            stage.azimuth.to(stage.azimuth() + back),
            stage.elevation.to(ELEVATION),
            *others,
            run_time=run_time,
        )

    def hand_over(
        self, *, last: Sequence[Mobject] = (), fade: float = FADE, run_time: float = TURN
    ) -> None:
        """End the act in the picture in which the next begins: the landscape, as it was at first.

        Parameters
        ----------
        last
            What stays on screen until the landscape has come to rest, such as the slider.
        fade, run_time
            Seconds in which the rest goes, and in which the landscape goes back.
        """
        land = self.land
        if land.height_labels is not self.rss_labels:
            land.height_labels = land.heights()
        self.hush()
        staying = (land.stage, *land.labels, *last)
        if going := list(all_but(staying, self.mobjects)):
            self.play(*(FadeOut(each) for each in going), run_time=fade)
        land.make_room_for(land.height_labels)
        self.leave(
            *(dial.to(rest) for dial, rest in land.at_rest() if dial() != rest), run_time=run_time
        )
        there = self.get_mobject_family_members()
        coming = [labels for labels in land.labels if labels not in there]
        if coming or last:
            self.play(*(FadeIn(labels) for labels in coming), *map(FadeOut, last), run_time=FADE)

    def objective_now(self) -> QuadraticObjective | None:
        return self.land.now()


def home_of(act: Act) -> tuple[Box, tuple[float, float]]:
    """The place between acts, and the share of it that an axes box may take there."""
    layout = act.layout
    if layout.wide:
        return layout.scenery, ROOM
    safe, bottom = layout.safe, layout.caption.top + BELOW * act.em
    return Box.from_edges(safe.left, safe.right, bottom, safe.top), NARROW


def as_large(box: Box, room: tuple[float, float], stage: Stage) -> Box:
    """The box in which a stage looks as one of that room does in its box."""
    across, up = room[0] / stage.room[0], room[1] / stage.room[1]
    return Box(box.x, box.y, across * box.width, up * box.height)


def move_to_box(stage: Any, box: Box) -> Any:
    """Move a stage to a box, or with ``stage.animate`` make the animation of that."""
    resized = stage.stretch_to_fit_width(box.width).stretch_to_fit_height(box.height)
    return resized.move_to((box.x, box.y, 0.0))


def to_box(stage: Stage, box: Box) -> Any:
    """The animation that takes a stage to a box."""
    return move_to_box(stage.animate, box)


def floor_over(stage: Stage, middle: npt.ArrayLike, side: float) -> Box:
    """The box in which a stage seen from straight above has its floor there, so long along a side."""
    reach, height = stage.reach, stage.height_of_box
    above = View(0.0, 0.5 * math.pi)  # θ₁ to the right
    zoom = 0.5 * side / reach * (1.0 + 0.5 * height / above.focal)

    def framed(size: float) -> View:
        room = (size * stage.room[0], size * stage.room[1])
        return above.framing(reach, height, room, stage.labels)

    size = float(brentq(lambda size: framed(size).zoom - zoom, side, 8.0 * side))
    aside = framed(size).project((0.0, 0.0, 0.0))
    x, y = np.asarray(middle, dtype=float)[:2] - aside[:2]
    return Box(float(x), float(y), size, size)


def all_but(staying: Sequence[Mobject], mobjects: Sequence[Mobject]) -> Iterator[Mobject]:
    """What is to be seen besides some objects, which may be parts of groups."""
    for each in mobjects:
        family = each.get_family()
        if each in staying or isinstance(each, ValueTracker):
            continue
        if any(part in family for part in staying):
            yield from all_but(staying, each.submobjects)
        elif each.family_members_with_points():
            yield each


def _differ(one: Box, other: Box) -> bool:
    return any(abs(a - b) > 1e-6 for a, b in zip(astuple(one), astuple(other), strict=True))
