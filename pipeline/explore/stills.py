"""A picture for those whose browser draws nothing: one frame of an act, inside the page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PIL import Image

from pipeline.pages import data_url
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
    """Return a frame as a data URL."""
    frames: list[Frame] = []
    draw(factory, RenderSettings(*SIZE, FPS), frame, frame + 1, frames.append)
    return data_url(Image.fromarray(frames[0][..., :3]))
