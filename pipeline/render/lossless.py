"""Frames without loss: drawn once, kept, and looked at as often as an encoder wants.

Measured on the loop and on `bowl` at 640 and 960 pixels across, opaque and transparent: zlib at its
quickest takes 3 to 6 ms a frame of one core and leaves 50 to 80 kB of it, a twentieth. H.264 without
loss (x264rgb, ultrafast) is a tenth to a half smaller, but takes as long, is slower to read, and has no
opacity; FFV1 and APNG are as large and two to seven times as slow.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING

import numpy as np

from pipeline.video.segment import check_drawn

if TYPE_CHECKING:
    from pipeline.render.film import Chunk
    from pipeline.render.frames import Frame
    from pipeline.render.settings import RenderSettings

#: Flat art shrinks to about a twentieth at zlib's quickest; its slower levels save little more.
_LEVEL = 1
_HEAD, _RUN = struct.Struct(">III"), struct.Struct(">II")


class FrameBuffer:
    """Frame buffer: frames of one size, in order, compressed without loss (zlib).

    A frame that is the same object as the one before costs nothing, and comes out as the same
    object as the one before.

    Parameters
    ----------
    transparent
        Whether opacity is kept; else frames come out opaque.
    """

    def __init__(self, *, transparent: bool = False) -> None:
        self._channels = 4 if transparent else 3
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
            self._shape = (frame.shape[0], frame.shape[1])
            pixels = np.ascontiguousarray(frame[..., : self._channels])
            self._kept.append(zlib.compress(pixels.tobytes(), _LEVEL))
            self._last = frame
        else:
            self._kept.append(self._kept[-1])

    def extend(self, more: FrameBuffer, *, held: bool) -> None:
        """Add the frames of another; if nothing moves in between, its first is our last."""
        self._shape = more._shape
        first, ours = more._kept[0], self._kept[-1] if self._kept else b""
        same = held and first == ours
        self._kept += [ours if same and kept is first else kept for kept in more._kept]

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

    def pack(self) -> bytes:
        """Serialise the frames, for `unpack`."""
        runs: list[tuple[bytes, int]] = []
        for kept in self._kept:
            if runs and runs[-1][0] is kept:
                runs[-1] = (kept, runs[-1][1] + 1)
            else:
                runs.append((kept, 1))
        parts = [_HEAD.pack(*self._shape, self._channels)]
        for kept, count in runs:
            parts += [_RUN.pack(count, len(kept)), kept]
        return b"".join(parts)

    @classmethod
    def unpack(cls, chunk: Chunk, settings: RenderSettings, packed: bytes) -> FrameBuffer:
        """Deserialise the frames of a chunk from what `pack` has written.

        Raises
        ------
        ValueError
            For anything else.
        """
        made = cls(transparent=settings.transparent)
        made._shape = (settings.height, settings.width)
        n_bytes, at = settings.height * settings.width * made._channels, _HEAD.size
        try:
            if _HEAD.unpack_from(packed) != (*made._shape, made._channels):
                raise ValueError("its frames have another size")
            while at < len(packed):
                count, length = _RUN.unpack_from(packed, at)
                at += _RUN.size + length
                kept, reader = packed[at - length : at], zlib.decompressobj()
                whole = len(reader.decompress(kept, n_bytes + 1)) == n_bytes and reader.eof
                if not whole or reader.unused_data or count > chunk.n_frames - len(made):
                    raise ValueError("a frame in it is none")
                made._kept += [kept] * count
        except (struct.error, zlib.error) as error:
            raise ValueError("it holds no frames") from error
        if len(made) != chunk.n_frames:
            raise ValueError("it holds the frames of something else")
        return made

    def _unpacked(self, order: Iterable[bytes]) -> Iterator[Frame]:
        last: bytes | None = None
        for kept in order:
            if kept is not last:
                frame, last = self._frame(kept), kept
            yield frame

    def _frame(self, kept: bytes) -> Frame:
        pixels = np.frombuffer(zlib.decompress(kept), dtype=np.uint8).reshape(*self._shape, -1)
        if self._channels == 4:
            return pixels
        frame = np.full((*self._shape, 4), 255, dtype=np.uint8)
        frame[..., :3] = pixels
        return frame


def draw_frames(
    chunk: Chunk, settings: RenderSettings, on_frame: Callable[[], None]
) -> FrameBuffer:
    """Draw a chunk without loss, calling `on_frame` after each frame.

    Raises
    ------
    RenderError
        When the act does not have the frames that were planned.
    """
    from pipeline.render.frames import draw_some

    buffer = FrameBuffer(transparent=settings.transparent)

    def sink(frame: Frame) -> None:
        buffer.write(frame)
        on_frame()

    draw_some(chunk.factory, settings, chunk.frames, sink)
    check_drawn(chunk, len(buffer))
    buffer._last = None
    return buffer
