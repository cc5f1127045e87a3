"""Where acts hand over to each other: the landscape of the data, from one place, with its labels alone.

Acts that play on the landscape begin and end in this one picture, so that a film of them has no cut.
"""

from __future__ import annotations

import math
from dataclasses import astuple
from typing import TYPE_CHECKING, Any

import numpy as np

from scenes.layout import Box
from scenes.mobjects.landscape import ASIDE, ELEVATION, ROOM, look_along_valley

if TYPE_CHECKING:
    import numpy.typing as npt

    from scenes.act import Act
    from scenes.mobjects.landscape import Landscape
    from scenes.stage.stage import Stage

#: In a frame that is not wide: room for labels at the sides, and below, in ems.
NARROW, BELOW = (0.72, 0.86), 1.6
#: Seconds from the place of an act to that of the next, and on the way there with a turn of the eye.
MOVE, TURN = 0.8, 1.4


def home_of(act: Act) -> tuple[Box, tuple[float, float]]:
    """The place between acts, and the share of it that an axes box may take there."""
    layout = act.layout
    if layout.wide:
        return layout.stage, ROOM
    em, safe = act.theme.readout * layout.frame.height, layout.safe
    return Box.from_edges(safe.left, safe.right, layout.caption.top + BELOW * em, safe.top), NARROW


def as_large(box: Box, room: tuple[float, float], stage: Stage) -> Box:
    """The box in which a stage looks as one of that room does in its box."""
    across, up = room[0] / stage.room[0], room[1] / stage.room[1]
    return Box(box.x, box.y, across * box.width, up * box.height)


def to_box(stage: Stage, box: Box) -> Any:
    """The animation that takes a stage to a box."""
    moving: Any = stage.animate
    resized = moving.stretch_to_fit_width(box.width).stretch_to_fit_height(box.height)
    return resized.move_to((box.x, box.y, 0.0))


class Handover:
    """The way of a landscape from where acts hand over to its own place in an act, and back.

    Parameters
    ----------
    act
        The act; nothing of it has been shown.
    land
        Its landscape, in its own place.
    """

    def __init__(self, act: Act, land: Landscape) -> None:
        self.act, self.land = act, land
        self.own = land.stage.box
        self.home = as_large(*home_of(act), land.stage)
        self.azimuth = look_along_valley(land.dataset) + ASIDE

    def begin(self) -> None:
        """Put the landscape where acts hand over, and show it and its labels from the first frame."""
        stage, home = self.land.stage, self.home
        stage.stretch_to_fit_width(home.width).stretch_to_fit_height(home.height)
        stage.move_to((home.x, home.y, 0.0))
        self.act.add(stage, *self.land.labels)

    def arrive(self) -> None:
        """Take the landscape to its own place, if that is another."""
        if _differ(self.own, self.home):
            self.act.play(to_box(self.land.stage, self.own), run_time=MOVE)

    def leave(self, *others: Any, run_time: float = TURN) -> None:
        """Bring it back, and the eye with it, by the shorter way round, while ``others`` play."""
        stage = self.land.stage
        back = math.remainder(self.azimuth - stage.azimuth(), 2.0 * math.pi)
        going = [to_box(stage, self.home)] if _differ(stage.box, self.home) else []
        self.act.play(
            *going,
            stage.azimuth.to(stage.azimuth() + back),
            stage.elevation.to(ELEVATION),
            *others,
            run_time=run_time,
        )


def _differ(one: Box, other: Box) -> bool:
    return any(abs(a - b) > 1e-6 for a, b in zip(astuple(one), astuple(other), strict=True))


def floor_over(stage: Stage, middle: npt.ArrayLike, side: float) -> Box:
    """The box in which a stage seen from straight above has its floor there, so long along a side."""
    zoom = 0.5 * side / stage.reach * (1.0 + 0.5 * stage.height_of_box / stage.view().focal)
    diagonal = 2.0 * math.sqrt(2.0) * stage.reach * zoom
    x, y = np.asarray(middle, dtype=float)[:2]
    return Box(float(x), float(y), diagonal / stage.room[0], diagonal / stage.room[1])
