"""What is drawn next: the frame under the playhead, then what follows it, a few everywhere, the rest."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field

MISSING, ORDERED, KEPT = 0, 1, 2

#: Frames that are drawn in one go: half a second of work, after which need may have changed.
SPAN = 40
#: Frames after the playhead that go before all others: what is about to be played.
AHEAD = 120
#: Of every so many frames one is drawn early, so that there is something to see wherever one looks.
SPARSE = 30


@dataclass
class Strip:
    """The frames of one act, and which of them are there.

    Attributes
    ----------
    key : str
        Of its pictures.
    marks : bytearray
        MISSING, ORDERED or KEPT for each frame.
    measured : bool
        Whether its length is known; else the marks are a guess, and may be empty.
    broken : int or None
        The frame before which it fails.
    """

    key: str
    marks: bytearray = field(default_factory=bytearray)
    measured: bool = False
    broken: int | None = None

    def mark(self, start: int, stop: int, what: int) -> None:
        """Mark frames [start, stop) as far as there are any."""
        stop = min(stop, len(self.marks))
        if start < stop:
            self.marks[start:stop] = bytes([what]) * (stop - start)

    def lengthen(self, n_frames: int) -> None:
        """Take note that an act has at least so many frames, where its length is not known."""
        if not self.measured and n_frames > len(self.marks):
            self.marks.extend(bytes(n_frames - len(self.marks)))

    def is_ordered(self, frame: int) -> bool:
        """Whether a frame is on its way."""
        return frame >= len(self.marks) or self.marks[frame] == ORDERED

    def release(self, frames: Sequence[int]) -> None:
        """Mark frames as missing again that were ordered and will not come."""
        for frame in frames:
            if frame < len(self.marks) and self.marks[frame] == ORDERED:
                self.marks[frame] = MISSING

    def missing(self, start: int, stop: int, step: int = 1) -> list[int]:
        """Return the frames of a range that are neither there nor ordered."""
        return [i for i in range(start, min(stop, self.end), step) if self.marks[i] == MISSING]

    @property
    def end(self) -> int:
        """As far as it can be drawn."""
        return len(self.marks) if self.broken is None else min(self.broken, len(self.marks))


@dataclass(frozen=True)
class Need:
    """Frames of one act that are needed; with `measure`, its length, too."""

    place: int
    frames: tuple[int, ...]
    measure: bool = False
    urgent: bool = False


def under(strips: Sequence[Strip], place: int, frame: int) -> Need | None:
    """Return the need for the frame under the playhead, if it is neither there nor ordered."""
    strip = strips[place]
    if strip.broken is not None and frame >= strip.broken:
        return None
    if not strip.measured and frame >= len(strip.marks):
        return Need(place, (frame,), measure=True, urgent=True)
    if not strip.missing(frame, frame + 1):
        return None
    following = tuple(strip.missing(frame, frame + SPAN // 4))
    return Need(place, following, measure=not strip.measured, urgent=True)


def next_need(
    strips: Sequence[Strip],
    place: int,
    frame: int,
    *,
    measuring: Collection[int] = (),
    taken: Collection[int] = (),
    at: tuple[int, int] | None = None,
) -> Need | None:
    """Return what is needed most, seen from a playhead; None when all is there or ordered.

    Parameters
    ----------
    strips
        The acts, in order.
    place, frame
        The playhead: in which act, and at which frame of it.
    measuring
        Acts that are being measured.
    taken
        Acts that others are at: to draw another one spares everybody to step through both.
    at
        Where the one who asks stands, in which act and before which frame: there it goes on.
    """
    first = under(strips, place, frame)
    if first is not None and (first.frames or place not in measuring):
        return first
    order = [*range(place, len(strips)), *range(place)]
    for i in order:
        if not strips[i].measured and strips[i].broken is None and i not in measuring:
            # How long it is shows at its end: on the way there, a few are drawn.
            marks, few = strips[i].marks, range(0, SPAN * SPARSE, SPARSE)
            lacking = (k for k in few if k >= len(marks) or marks[k] == MISSING)
            return Need(i, tuple(lacking), measure=True)
    for i, start, stop in _ahead(strips, place, frame):
        if found := _span(strips[i], start, stop):
            return Need(i, found)
    for i in order:
        if found := tuple(strips[i].missing(0, len(strips[i].marks), SPARSE)):
            return Need(i, found)
    starts = [*([at] if at else []), *((i, frame if i == place else 0) for i in order), (place, 0)]
    for i, start in sorted(starts, key=lambda each: each[0] in taken):
        if found := _span(strips[i], start, len(strips[i].marks)):
            return Need(i, found)
    return None


def _ahead(strips: Sequence[Strip], place: int, frame: int) -> Iterator[tuple[int, int, int]]:
    """Give the frames after the playhead that are played next, across acts."""
    left = AHEAD
    for i in range(place, len(strips)):
        start = frame if i == place else 0
        yield i, start, start + left
        left -= max(0, len(strips[i].marks) - start)
        if left <= 0:
            return


def _span(strip: Strip, start: int, stop: int) -> tuple[int, ...]:
    """Return the first frames of a range that are missing."""
    first = strip.marks.find(MISSING, start, min(stop, strip.end))
    return tuple(strip.missing(first, min(first + SPAN, stop))) if first >= 0 else ()
