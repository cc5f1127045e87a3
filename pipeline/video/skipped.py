"""H.264 pictures in which every macroblock is skipped: each repeats the picture before, whatever that is.

x264 takes half as long for a picture that stands still as for one that moves, and then writes down
that all of it is skipped. The bytes of that depend on nothing but the encoder's options, so they can be
had once and used for every picture that is to be seen again (ITU-T H.264, 7.3.4 and 8.4.1.1).
"""

from __future__ import annotations

from fractions import Fraction
from functools import lru_cache
from io import BytesIO
from typing import TYPE_CHECKING

import av

if TYPE_CHECKING:
    from pipeline.video.stream import EncoderOptions

#: x264 numbers the pictures of a group in four bits (``frame_num``). Where it is left out of so many, or
#: of a multiple, what it encodes next has the number that is due.
CYCLE = 16


def can_skip(codec: str, options: EncoderOptions) -> bool:
    """Whether pictures may pass an encoder by: x264, if none of its own refers to a later one.

    Where they do, it does not see when a group is full: its length must be known.
    """
    return codec == "libx264" and options.stream.get("bf") == "0" and "g" in options.stream


def skipped_pictures(
    options: EncoderOptions, size: tuple[int, int], rate: Fraction
) -> tuple[bytes, ...]:
    """The packets of skipped pictures, by the number of the picture within its cycle."""
    return _skipped_pictures(tuple(options.stream.items()), size, rate)


@lru_cache(maxsize=4)
def _skipped_pictures(
    stream_options: tuple[tuple[str, str], ...], size: tuple[int, int], rate: Fraction
) -> tuple[bytes, ...]:
    """Of a grey picture, which leaves nothing to correct: from its second showing on, all is skipped."""
    grey = av.VideoFrame(*size, "yuv420p")
    for plane in grey.planes:
        plane.update(bytes([128]) * plane.buffer_size)
    grey.time_base = 1 / rate
    with av.open(BytesIO(), "w", format="mp4") as container:
        stream = container.add_stream("libx264", rate=rate, options=dict(stream_options))
        stream.width, stream.height = size
        stream.pix_fmt = "yuv420p"
        packets: list[bytes] = []
        for grey.pts in range(CYCLE + 1):
            packets += map(bytes, stream.encode(grey))
        packets += map(bytes, stream.encode())
    _, *skipped = packets  # after the picture itself; the last stands where numbers begin again
    return (skipped[-1], *skipped[:-1])
