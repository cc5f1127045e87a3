"""The clips of a deck: cut from the segments of a film and joined, without decoding a frame.

The segments are the film's own, under the same keys: in each, a group of pictures begins at every
beat (`Chunk.keyframes`), so a slide's packets can be taken out of it as they are. A deck after a film
therefore draws nothing but what the film has not. (The groups cost the film 5 % of its bytes,
measured at 720p; to draw and encode every slide anew would cost as much as the film.)
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

import av

from pipeline.errors import RenderError
from pipeline.video.container import SEGMENT
from pipeline.video.join import join_segments

if TYPE_CHECKING:
    from pipeline.deck.slides import Slide, Span
    from pipeline.render.film import Chunk
    from pipeline.render.settings import RenderSettings
    from pipeline.video.sound import Sound

Piece = tuple[bytes, int]


def write_clips(
    slides: Sequence[Slide],
    chunks: Sequence[Chunk],
    segments: Iterable[bytes],
    settings: RenderSettings,
    folder: Path,
    sound_of: Callable[[Slide], Sound | None] = lambda slide: None,
) -> list[Path]:
    """Write the clip of each slide as an MP4 file; slides of the same frames share one.

    Parameters
    ----------
    slides
        What is to be shown.
    chunks
        All frames of their acts, each act once and in order.
    segments
        The video of each chunk.
    settings
        What they were made with.
    folder
        Where the files go; it exists.
    sound_of
        Returns what is heard on a slide, if anything.

    Returns
    -------
    list of Path
        For each slide, its clip.

    Raises
    ------
    RenderError
        When a segment cannot be parted at a slide's edge, or a file cannot be written.
    """
    paths: dict[tuple[Span, ...], Path] = {}
    shown = {slide.spans: slide for slide in slides}
    for slide in slides:
        name = f"{len(paths) + 1:02}-{slide.file_name}{SEGMENT.suffix}"
        paths.setdefault(slide.spans, folder / name)
    # With the place of its span in the slide: an act that comes again may be drawn before another.
    pieces: dict[tuple[Span, ...], list[tuple[int, Piece]]] = {spans: [] for spans in paths}
    for part, segment in zip(chunks, segments, strict=True):
        for spans, found in pieces.items():
            for place, span in enumerate(spans):
                start, stop = max(span.start, part.start), min(span.stop, part.stop)
                if span.act == part.act and start < stop:
                    n_frames = stop - start
                    piece = cut(segment, start - part.start, n_frames), n_frames
                    found.append((place, piece))
        for spans in _complete(pieces):
            found = sorted(pieces.pop(spans), key=lambda placed: placed[0])
            join_segments(
                (piece for _, piece in found),
                settings,
                paths[spans],
                sound=sound_of(shown[spans]),
            )
    return [paths[slide.spans] for slide in slides]


def cut(segment: bytes, first: int, n_frames: int) -> bytes:
    """Take frames out of a segment as they are; the first must begin a group of pictures.

    Raises
    ------
    RenderError
        When it does not, or there are not as many.
    """
    memory = BytesIO()
    with av.open(BytesIO(segment), "r", format=SEGMENT.container) as source:
        (video,) = source.streams.video
        packets = [packet for packet in source.demux(video) if packet.size]
        wanted = packets[first : first + n_frames]
        if len(wanted) < n_frames or not wanted[0].is_keyframe:
            raise RenderError(
                "A segment cannot be parted where a slide ends: empty the cache with "
                "`render.py cache --clear`."
            )
        if n_frames == len(packets):
            return segment
        with av.open(memory, "w", format=SEGMENT.container) as file:
            stream = file.add_stream_from_template(video)
            for packet in wanted:
                packet.stream = stream
                file.mux_one(packet)
    return memory.getvalue()


def _complete(
    pieces: Mapping[tuple[Span, ...], Sequence[tuple[int, Piece]]],
) -> list[tuple[Span, ...]]:
    """Return the slides of which all frames are there."""
    return [
        spans
        for spans, found in pieces.items()
        if sum(n for _, (_, n) in found) == sum(span.n_frames for span in spans)
    ]
