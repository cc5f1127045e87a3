"""Single frames of clips, as small pictures."""

from __future__ import annotations

from base64 import b64encode
from collections import deque
from io import BytesIO
from pathlib import Path

import av
from PIL import Image

#: Pixels along the longer side of a poster: sharp on paper, four across on a screen.
LONGER_SIDE = 640


def first_frame(clip: Path) -> Image.Image:
    """Return the first frame of a clip."""
    with av.open(clip) as file:
        return _picture(next(file.decode(video=0)))


def last_frame(clip: Path) -> Image.Image:
    """Return the last frame of a clip; only its last group of pictures is decoded."""
    with av.open(clip) as file:
        (video,) = file.streams.video
        assert video.duration is not None, "a clip of ours says how long it is"
        file.seek(video.duration, stream=video)
        (frame,) = deque(file.decode(video), 1)
        return _picture(frame)


def data_address(image: Image.Image) -> str:
    """Return a picture, made small, as an address that holds all of it."""
    small = image.copy()
    small.thumbnail((LONGER_SIDE, LONGER_SIDE))
    memory = BytesIO()
    small.save(memory, format="webp", quality=82, method=4)
    return "data:image/webp;base64," + b64encode(memory.getvalue()).decode()


def _picture(frame: av.VideoFrame) -> Image.Image:
    return Image.fromarray(frame.to_ndarray(format="rgb24"))
