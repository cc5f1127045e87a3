"""Frames kept in memory, losslessly, for encoders that look at them more than once."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from pipeline.render.frames import Frame

#: Flat art shrinks to about a tenth at zlib's quickest; its slower levels save little more.
_LEVEL = 1


class FrameBuffer:
    """Frames of one size, in order, compressed without loss.

    A frame that is the same object as the one before costs nothing, and comes out as the same
    object as the one before.

    Parameters
    ----------
    transparent
        Whether opacity is kept; else frames come out opaque.
    """

    def __init__(self, *, transparent: bool = False) -> None:
        self._transparent = transparent
        self._kept: list[bytes] = []
        self._last: Frame | None = None
        self._shape = (0, 0)

    def __len__(self) -> int:
        """Frames so far."""
        return len(self._kept)

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of the frames."""
        return self._shape[1], self._shape[0]

    def write(self, frame: Frame) -> None:
        """Add a frame: uint8 RGBA of shape (height, width, 4)."""
        if self._last is None or frame is not self._last:
            channels = 4 if self._transparent else 3
            self._shape = (frame.shape[0], frame.shape[1])
            pixels = np.ascontiguousarray(frame[..., :channels])
            self._kept.append(zlib.compress(pixels.tobytes(), _LEVEL))
            self._last = frame
        else:
            self._kept.append(self._kept[-1])

    def frames(self, *, bounce: bool = False) -> Iterator[Frame]:
        """Give the frames, and with `bounce` those between the ends once more, backwards.

        So a bounced buffer is seamless: neither its first frame nor its last is shown twice in a row.
        """
        order = list(self._kept)
        if bounce:
            order += order[-2:0:-1]
        return self._unpacked(order)

    def some(self, at_most: int) -> Iterator[Frame]:
        """Give up to so many different frames, evenly spaced."""
        different = list(dict.fromkeys(self._kept))
        places = np.linspace(0, len(different) - 1, min(at_most, len(different)))
        return self._unpacked([different[round(place)] for place in places])

    def _unpacked(self, order: list[bytes]) -> Iterator[Frame]:
        last: bytes | None = None
        for kept in order:
            if kept is not last:
                frame, last = self._frame(kept), kept
            yield frame

    def _frame(self, kept: bytes) -> Frame:
        pixels = np.frombuffer(zlib.decompress(kept), dtype=np.uint8).reshape(*self._shape, -1)
        if self._transparent:
            return pixels
        return np.dstack([pixels, np.full(self._shape, 255, dtype=np.uint8)])
