"""What a page asks of a clip: its first frame, small, the colour at its edge, whether it has sound."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import av
import numpy as np
from PIL import Image

from pipeline.video.container import MP4

if TYPE_CHECKING:
    import numpy.typing as npt

#: Pixels along the longer side of a poster.
LONGER_SIDE = 640


def first_frame(clip: Path) -> Image.Image:
    """Return the first frame of a clip, scaled down."""
    with av.open(clip, format=MP4.container) as file:
        return Image.fromarray(_colours(next(file.decode(video=0))))


def has_sound(clip: Path) -> bool:
    """Return whether anything is heard in a clip."""
    with av.open(clip, format=MP4.container) as file:
        return bool(file.streams.audio)


def edge_colour(clip: Path) -> str:
    """Return the colour in a clip's first corner as a browser shows it, as ``"#rrggbb"``.

    Video has no code for most colours of the screen, so it is not quite the one that was drawn, and
    round a picture that does not fill the window one would see the edge.
    """
    with av.open(clip, format=MP4.container) as file:
        return "#" + bytes(_colours(next(file.decode(video=0)))[0, 0]).hex()


def _colours(frame: av.VideoFrame) -> npt.NDArray[np.uint8]:
    """Return a frame, made small, as red, green and blue by ITU-R BT.709, shape (height, width, 3).

    To the nearest step, as browsers do it; FFmpeg's own way is off by up to two in dark colours.
    """
    scale = min(1.0, LONGER_SIDE / max(frame.width, frame.height))
    planes = frame.reformat(
        width=round(scale * frame.width), height=round(scale * frame.height), format="yuv444p"
    ).to_ndarray()
    luma = (planes[0].astype(float) - 16) / 219
    blue, red = ((plane.astype(float) - 128) / 224 for plane in planes[1:])
    shares = (luma + 1.5748 * red, luma - 0.1873 * blue - 0.4681 * red, luma + 1.8556 * blue)
    colours: npt.NDArray[np.uint8] = np.rint(255 * np.clip(np.stack(shares, axis=-1), 0, 1)).astype(
        np.uint8
    )
    return colours
