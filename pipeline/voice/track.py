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
    from pipeline.voice.under import Under
    from pipeline.voice.voice import Voice


@dataclass(frozen=True, slots=True)
class Placed:
    """The sound of a line, and the sample of the film with which it begins."""

    id: str
    at: int
    samples: npt.NDArray[np.float32]

    @property
    def span(self) -> tuple[int, int]:
        """The samples of the film in which it is heard."""
        return self.at, self.at + len(self.samples)

    @property
    def is_heard(self) -> bool:
        """Whether there is a sound in it, and not only its time."""
        return bool(self.samples.any())

    def cut(self, start: int, stop: int) -> Placed:
        """Return what is heard of it in samples [start, stop) of the film."""
        first, last = max(start - self.at, 0), max(stop - self.at, 0)
        begins, ends = FADES[0] if first else 0.0, FADES[1] if last < len(self.samples) else 0.0
        return replace(
            self, at=self.at + first, samples=faded(self.samples[first:last], begins, ends)
        )


@dataclass(frozen=True)
class Track:
    """Lines in their places, to be heard left and right alike, and music under them."""

    placed: tuple[Placed, ...]
    under: Under | None = None

    @property
    def is_silent(self) -> bool:
        """Whether nothing is heard in it."""
        return self.under is None and not any(each.is_heard for each in self.placed)

    def block(self, start: int, stop: int) -> npt.NDArray[np.float32]:
        """Return samples [start, stop) of it, of shape (2, n)."""
        mixed = np.zeros(stop - start, dtype=np.float32)
        for each in self.placed:
            first, last = max(start, each.at), min(stop, each.at + len(each.samples))
            if first < last:
                mixed[first - start : last - start] += each.samples[
                    first - each.at : last - each.at
                ]
        both = np.stack([mixed, mixed])
        if self.under is not None:
            both += self.under.block(
                start, stop, [each.span for each in self.placed if each.is_heard]
            )
        return both


def track_of(
    shots: Iterable[Shot], voice: Voice | None, fps: int, under: Under | None = None
) -> Track:
    """Put the lines of a voice under shots of acts; of what is cut, what belongs to their frames."""
    placed: list[Placed] = []
    if voice is None:
        return Track((), under)
    for shot in shots:
        begin = sample_of(shot.at, fps)
        end = sample_of(shot.at + shot.stop - shot.start, fps)
        for cue in shot.act.timeline.cues:
            line = voice.lines.get(f"{shot.act.name}.{cue.key}")
            if line is not None:
                # A caption that is cut was up before the film begins: its line began there, too.
                at = _place(cue.start - shot.start + shot.at, fps) + round(line.before * RATE)
                placed.append(Placed(line.id, at, line.samples).cut(begin, end))
    return Track(tuple(each for each in placed if len(each.samples)), under)


def _place(frame: int, fps: int) -> int:
    return sample_of(frame, fps) if frame >= 0 else -sample_of(-frame, fps)
