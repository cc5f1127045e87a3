"""Tasks of workers: step an act, or draw and encode a chunk of it as a segment.

A segment is an MP4 file of its own, in memory: one encoder thread, no B-frames, closed groups of
pictures, the same options for every segment. So segments join without encoding again, and what a
frame looks like depends on its chunk alone, not on who drew it, when, or next to what.
"""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from typing import TYPE_CHECKING

import av

from pipeline.errors import RenderError
from pipeline.video.container import SEGMENT
from pipeline.video.encode import VideoWriter, encoder_options
from pipeline.video.stream import EncoderOptions

if TYPE_CHECKING:
    from pipeline.render.film import Chunk
    from pipeline.render.frames import ActFactory, Frame
    from pipeline.render.settings import RenderSettings
    from pipeline.render.timeline import Timeline

OnFrame = Callable[[], None]


def segment_options(settings: RenderSettings) -> EncoderOptions:
    """Return the encoder's options, the same for every segment of a film."""
    return encoder_options(settings, SEGMENT, threads=1)


def step(factory: ActFactory, settings: RenderSettings, on_frame: OnFrame) -> Timeline:
    """Return the timeline of an act: `probe` as a task."""
    from pipeline.render.frames import probe

    return probe(factory, settings)


def draw_segment(chunk: Chunk, settings: RenderSettings, on_frame: OnFrame) -> bytes:
    """Draw and encode a chunk.

    Parameters
    ----------
    chunk : Chunk
        The frames.
    settings : RenderSettings
        What they look like.
    on_frame : callable
        Called after each frame.

    Returns
    -------
    bytes
        An MP4 file.

    Raises
    ------
    RenderError
        When the act does not have the frames that were planned, or encoding fails.
    """
    from pipeline.render.frames import draw

    memory = BytesIO()
    keyframes = frozenset(chunk.keyframes)

    def sink(frame: Frame) -> None:
        video.write(frame, starts_group=chunk.start + video.n_frames in keyframes)
        on_frame()

    with VideoWriter(memory, settings, SEGMENT, name=str(chunk), threads=1) as video:
        draw(chunk.factory, settings, chunk.start, chunk.stop, sink)
    check_drawn(chunk, video.n_frames)
    return memory.getvalue()


def checked_segment(chunk: Chunk, settings: RenderSettings, segment: bytes) -> bytes:
    """Validate a segment: return it if it is the video of this chunk, as far as its packets tell.

    Raises
    ------
    ValueError
        When it is no video, or one of another size, length, or with other places to part it.
    """
    try:
        with av.open(BytesIO(segment), "r", format=SEGMENT.container) as file:
            (video,) = file.streams.video
            size = video.width, video.height
            keys = [packet.is_keyframe for packet in file.demux(video) if packet.size]
    except (av.FFmpegError, ValueError) as error:
        raise ValueError("it is no video") from error
    if size != settings.size or len(keys) != chunk.n_frames:
        raise ValueError("it is the video of something else")
    if not all(keys[at - chunk.start] for at in (chunk.start, *chunk.keyframes)):
        raise ValueError("it cannot be parted where it should be")
    return segment


def check_drawn(chunk: Chunk, n_drawn: int) -> None:
    """Raise RenderError when not all frames of a chunk, or more, were drawn."""
    # An act whose length depends on being drawn would put every later caption in the wrong place.
    if n_drawn != chunk.n_frames:
        raise RenderError(
            f"The act {chunk.act} drew {n_drawn} frames where {chunk.n_frames} were planned: "
            "its length must not change from one run to the next."
        )
