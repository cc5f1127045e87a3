"""The sound under a film: each line from the frame at which its caption comes up."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from pipeline.video.sound import RATE, sample_of
from pipeline.voice.lines import FADES, faded

if TYPE_CHECKING:
    import numpy.typing as npt

    from pipeline.render.film import Shot
    from pipeline.voice.voice import Voice


@dataclass(frozen=True, slots=True)
class Placed:
    """The sound of a line, and the sample of the film with which it begins."""

    id: str
    at: int
    samples: npt.NDArray[np.float32]

    def cut(self, start: int, stop: int) -> Placed:
        """Return what is heard of it in samples [start, stop) of the film."""
        first, last = max(start - self.at, 0), max(stop - self.at, 0)
        begins, ends = FADES[0] if first else 0.0, FADES[1] if last < len(self.samples) else 0.0
        return replace(
            self, at=self.at + first, samples=faded(self.samples[first:last], begins, ends)
        )


@dataclass(frozen=True)
class Track:
    """Lines in their places, to be heard left and right alike."""

    placed: tuple[Placed, ...]

    @property
    def is_silent(self) -> bool:
        """Whether nothing is heard in it."""
        return not any(each.samples.any() for each in self.placed)

    def block(self, start: int, stop: int) -> npt.NDArray[np.float32]:
        """Return samples [start, stop) of it, of shape (2, n)."""
        mixed = np.zeros(stop - start, dtype=np.float32)
        for each in self.placed:
            first, last = max(start, each.at), min(stop, each.at + len(each.samples))
            if first < last:
                mixed[first - start : last - start] += each.samples[
                    first - each.at : last - each.at
                ]
        return np.stack([mixed, mixed])


def track_of(shots: Iterable[Shot], voice: Voice, fps: int) -> Track:
    """Put the lines of a voice under shots of acts; of what is cut, what belongs to their frames."""
    placed = []
    for shot in shots:
        begin = sample_of(shot.at, fps)
        end = sample_of(shot.at + shot.stop - shot.start, fps)
        for cue in shot.act.timeline.cues:
            line = voice.lines.get(f"{shot.act.name}.{cue.key}")
            if line is not None:
                # A caption that is cut was up before the film begins: its line began there, too.
                at = _place(cue.start - shot.start + shot.at, fps) + round(line.before * RATE)
                placed.append(Placed(line.id, at, line.samples).cut(begin, end))
    return Track(tuple(each for each in placed if len(each.samples)))


def _place(frame: int, fps: int) -> int:
    return sample_of(frame, fps) if frame >= 0 else -sample_of(-frame, fps)
