"""What an act is, in time: its length, its captions, its moments, and when it holds still."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


def clock(seconds: float) -> str:
    """Return a moment as people write it, cut to whole seconds: 0:07, 12:34, 1:02:03."""
    minutes, second = divmod(int(seconds), 60)
    if minutes < 60:
        return f"{minutes}:{second:02}"
    return f"{minutes // 60}:{minutes % 60:02}:{second:02}"


@dataclass(frozen=True)
class Cue:
    """A caption and the frames [start, stop) that show it."""

    start: int
    stop: int
    text: str


@dataclass(frozen=True)
class Beat:
    """A named moment of an act: a place to stop a lecture.

    Attributes
    ----------
    frame : int
        From this frame on, it is complete.
    name : str
        What the act calls it.
    numbers : dict or None
        The numbers it shows, where the act tells them: plain values by name.
    """

    frame: int
    name: str
    numbers: dict[str, Any] | None = None


@dataclass(frozen=True)
class Timeline:
    """What an act is, in time.

    Attributes
    ----------
    n_frames : int
        Its length.
    fps : int
        Frames per second.
    cues : tuple of Cue
        Its captions.
    beats : tuple of Beat
        Its moments.
    holds : tuple of (int, int)
        Frames [start, stop) in which nothing moves: they are drawn once.
    """

    n_frames: int
    fps: int
    cues: tuple[Cue, ...] = ()
    beats: tuple[Beat, ...] = ()
    holds: tuple[tuple[int, int], ...] = ()

    @property
    def seconds(self) -> float:
        """Length of the act."""
        return self.n_frames / self.fps

    @property
    def beat_facts(self) -> list[dict[str, Any]]:
        """What there is to say about its beats, for JSON, by names that docs/programs.md promises."""
        return [
            {
                "name": beat.name,
                "frame": beat.frame,
                "seconds": beat.frame / self.fps,
                "numbers": beat.numbers,
            }
            for beat in self.beats
        ]
