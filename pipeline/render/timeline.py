"""What an act is, in time: its length, its captions, its beats, and when it holds still."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from scenes.cues import Beat, Cue

__all__ = ["Beat", "Cue", "Timeline", "clock"]


def clock(seconds: float) -> str:
    """Return a moment as people write it, cut to whole seconds: 0:07, 12:34, 1:02:03."""
    minutes, second = divmod(int(seconds), 60)
    if minutes < 60:
        return f"{minutes}:{second:02}"
    return f"{minutes // 60}:{minutes % 60:02}:{second:02}"


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
        Its named frames.
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
