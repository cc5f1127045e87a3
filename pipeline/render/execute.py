"""What needs no executor: drawing a still."""

from __future__ import annotations

from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING

from pipeline.render.film import Act, Chunk
from pipeline.render.frames import draw
from pipeline.render.service import Deliverable
from pipeline.render.settings import RenderSettings
from pipeline.video.encode import write_png
from pipeline.video.segment import check_drawn

if TYPE_CHECKING:
    from pipeline.render.frames import Frame


def render_still(act: Act, frame: int, settings: RenderSettings, path: Path) -> Deliverable:
    """Draw one frame of an act as a PNG, whole or not at all.

    Raises
    ------
    SettingsError
        When `path` cannot be written.
    RenderError
        When drawing fails or the disk is full.
    """
    began = perf_counter()
    frames: list[Frame] = []
    chunk = Chunk(act.name, act.factory, frame, frame + 1)
    draw(chunk.factory, settings, chunk.start, chunk.stop, frames.append)
    check_drawn(chunk, len(frames))
    write_png(path, frames[0], transparent=settings.transparent)
    return Deliverable(
        path=path,
        acts=(act.name,),
        n_frames=1,
        settings=settings,
        n_bytes=path.stat().st_size,
        elapsed=perf_counter() - began,
    )
