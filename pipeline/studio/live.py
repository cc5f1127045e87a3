"""A renderer that takes new orders between two frames of an act."""

from __future__ import annotations

from time import perf_counter
from typing import TYPE_CHECKING, Any

from pipeline.render.frames import END, Frame, FrameRenderer, RangeDone
from pipeline.render.timeline import Timeline
from pipeline.studio.seen import sight_of

if TYPE_CHECKING:
    from pipeline.studio.drawing import Desk


class LiveRenderer(FrameRenderer):
    """Steps an act as `FrameRenderer` does; which frames are drawn is known only when they come.

    Parameters
    ----------
    desk
        Asked before every frame, and told what is drawn.
    key
        Of the act.
    fps
        Frames per second.

    Attributes
    ----------
    at_end : bool
        Whether the act went to its end, so that its timeline is known.
    """

    def __init__(self, desk: Desk, key: str, fps: int) -> None:
        super().__init__(range(END), self._told, fps)
        self.wanted = _Wanted(desk)  # type: ignore[assignment]
        self.at_end = True
        self._desk = desk
        self._key = key
        self._seconds = 0.0

    def _before_frame(self) -> None:
        if not self._desk.still(self._key, self.frame_number):
            self.at_end = False
            raise RangeDone
        super()._before_frame()

    def picture(self, scene: Any) -> Frame:
        """Draw the scene as it stands, and look at the clock."""
        began = perf_counter()
        frame = super().picture(scene)
        self._seconds = perf_counter() - began
        if self._desk.looks:
            self._desk.seen(self._key, self.frame_number, sight_of(scene))
        return frame

    def timeline(self, scene: Any) -> Timeline:
        """What the act is in time, once it has ended."""
        return Timeline(
            n_frames=self.frame_number,
            fps=self.fps,
            cues=tuple(getattr(scene, "cues", ())),
            beats=tuple(getattr(scene, "beats", ())),
            holds=tuple(self.holds),
        )

    def _told(self, frame: Frame) -> None:
        start, stop = self.frame_number, self.frame_number + 1
        if self.holds and self.holds[-1][1] >= stop:  # all of a hold is one picture
            start, stop = self.holds[-1]
        self._desk.drawn(start, stop, frame, self._seconds)


class _Wanted:
    """Frames as a container that asks the desk."""

    stop = END

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def __contains__(self, frame: int) -> bool:
        return self._desk.wants(frame)
