"""A picture for those whose browser draws nothing: one frame of an act, inside the page."""

from __future__ import annotations

from base64 import b64encode
from io import BytesIO
from typing import TYPE_CHECKING

from PIL import Image

from pipeline.render.frames import draw, probe
from pipeline.render.settings import RenderSettings

if TYPE_CHECKING:
    from pipeline.render.frames import ActFactory, Frame

#: Pixels, and frames a second: few, since all but one are only stepped.
SIZE, FPS = (960, 540), 5


def first_beat(factory: ActFactory) -> int:
    """Return the frame of an act's first beat."""
    return probe(factory, RenderSettings(*SIZE, FPS)).beats[0].frame


def still_address(factory: ActFactory, frame: int) -> str:
    """Return a frame as an address that holds all of it."""
    frames: list[Frame] = []
    draw(factory, RenderSettings(*SIZE, FPS), frame, frame + 1, frames.append)
    memory = BytesIO()
    Image.fromarray(frames[0][..., :3]).save(memory, format="webp", quality=80, method=4)
    return "data:image/webp;base64," + b64encode(memory.getvalue()).decode("ascii")
