"""The picture of each slide: its last frame, drawn as a still, not taken out of a clip.

A clip has half the colours, and what its encoder left out; this is what stands in lists, on paper and in
files that do not play. One walk through an act gives the pictures of all its slides.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.render.film import Film
from pipeline.video.encode import png

if TYPE_CHECKING:
    from pipeline.deck.slides import Slide
    from pipeline.render.film import Act
    from pipeline.render.lossless import FrameBuffer
    from pipeline.render.settings import RenderSettings


def last_frames(
    slides: Sequence[Slide], acts: Sequence[Act], settings: RenderSettings
) -> list[Film]:
    """Return what is to be drawn: of each act, the last frames of its slides."""
    lasts = [_last(slide) for slide in slides]
    return [
        replace(Film.of([act], settings), picked=picked)
        for act in acts
        if (picked := tuple(sorted({frame for name, frame in lasts if name == act.name})))
    ]


def write_pictures(
    slides: Sequence[Slide], films: Sequence[Film], drawn: Sequence[FrameBuffer], folder: Path
) -> tuple[Path, ...]:
    """Write the picture of each slide as PNG; slides that end on the same frame share one.

    Parameters
    ----------
    slides
        The slides.
    films, drawn
        What `last_frames` has returned, and its frames.
    folder
        Where the files go; it exists.
    """
    paths: dict[tuple[str, int], Path] = {}
    for film, buffer in zip(films, drawn, strict=True):
        name = film.acts[0].name
        for frame, picture in zip(film.picked or (), buffer.frames(), strict=True):
            paths[name, frame] = folder / f"{name}-{frame}.png"
            paths[name, frame].write_bytes(png(picture))
    return tuple(paths[_last(slide)] for slide in slides)


def _last(slide: Slide) -> tuple[str, int]:
    span = slide.spans[-1]
    return span.act, span.stop - 1
