"""Draws chunks of acts and makes deliverables of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING

from pipeline.encode import open_video, write_png
from pipeline.errors import RenderError
from pipeline.frames import draw, probe
from pipeline.plan import Act, Chunk, Deliverable
from pipeline.settings import RenderSettings

if TYPE_CHECKING:
    from pipeline.frames import ActFactory, Frame


def measure(
    named_factories: Iterable[tuple[str, ActFactory]], settings: RenderSettings
) -> tuple[Act, ...]:
    """Step through the acts, drawing nothing, to learn their lengths and captions."""
    timelines = ((name, factory, probe(factory, settings)) for name, factory in named_factories)
    return tuple(Act(name, factory, t.n_frames, t.cues) for name, factory, t in timelines)


def render_video(
    chunks: Sequence[Chunk],
    settings: RenderSettings,
    path: Path,
    on_frame: Callable[[], None] = lambda: None,
) -> Deliverable:
    """Draw the chunks in order into one video, whole or not at all.

    Parameters
    ----------
    chunks : sequence of Chunk
        What to draw.
    settings : RenderSettings
        How it should look.
    path : Path
        The MP4 file to make.
    on_frame : callable, optional
        Called after each frame.

    Raises
    ------
    SettingsError
        When `path` cannot be written.
    RenderError
        When drawing or encoding fails.
    """
    began = perf_counter()
    with open_video(path, settings) as video:

        def sink(frame: Frame) -> None:
            video.write(frame)
            on_frame()

        for chunk in chunks:
            before = video.n_frames
            draw(chunk.factory, settings, chunk.start, chunk.stop, sink)
            _check_drawn(chunk, video.n_frames - before)
    return _deliverable(chunks, settings, path, began)


def render_still(chunk: Chunk, settings: RenderSettings, path: Path) -> Deliverable:
    """Draw a chunk of one frame as a PNG, whole or not at all.

    Raises
    ------
    SettingsError
        When `path` cannot be written.
    RenderError
        When drawing fails or the disk is full.
    """
    began = perf_counter()
    frames: list[Frame] = []
    draw(chunk.factory, settings, chunk.start, chunk.stop, frames.append)
    _check_drawn(chunk, len(frames))
    write_png(path, frames[0], transparent=settings.transparent)
    return _deliverable([chunk], settings, path, began)


def _check_drawn(chunk: Chunk, n_drawn: int) -> None:
    # An act whose length depends on being drawn would put every later caption in the wrong place.
    if n_drawn != chunk.n_frames:
        raise RenderError(
            f"The act {chunk.act} drew {n_drawn} frames where {chunk.n_frames} were planned: "
            "its length must not change from one run to the next."
        )


def _deliverable(
    chunks: Sequence[Chunk], settings: RenderSettings, path: Path, began: float
) -> Deliverable:
    return Deliverable(
        path=path,
        acts=tuple(chunk.act for chunk in chunks),
        n_frames=sum(chunk.n_frames for chunk in chunks),
        settings=settings,
        n_bytes=path.stat().st_size,
        elapsed=perf_counter() - began,
    )
