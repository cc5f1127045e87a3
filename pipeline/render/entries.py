"""The kinds of cache entries: how timelines, segments, frames and pace are packed and checked."""

from __future__ import annotations

import json
import math
from functools import partial
from typing import TYPE_CHECKING, Any

from pipeline.render.lossless import FrameBuffer
from pipeline.render.timeline import Timeline
from pipeline.work.store import Kind

if TYPE_CHECKING:
    from pipeline.render.film import Chunk
    from pipeline.render.settings import RenderSettings

#: How much slower than estimated a machine can be believed to be, and how much faster.
_MOST = 1e4


def _pace(text: bytes) -> float:
    pace: Any = json.loads(text)
    if type(pace) is not float or not math.isfinite(pace) or not 1 / _MOST <= pace <= _MOST:
        raise ValueError("it is no pace")
    return pace


def _unread(packed: bytes) -> FrameBuffer:
    raise ValueError("whose frames they are is not said")


#: What an act is in time.
TIMELINE = Kind("timeline", Timeline.to_json, Timeline.from_json)
#: How much longer a machine takes than is estimated.
PACE = Kind("pace", lambda pace: json.dumps(pace).encode(), _pace)
#: An encoded chunk, whichever it is.
SEGMENT: Kind[bytes] = Kind("segment", bytes, bytes)


#: The frames of a chunk without loss, whichever it is.
FRAMES: Kind[FrameBuffer] = Kind("frames", FrameBuffer.pack, _unread)


def frames_of(chunk: Chunk, settings: RenderSettings) -> Kind[FrameBuffer]:
    """Return the kind of cache entry for the frames of this chunk, checked when read."""
    return Kind(FRAMES.name, FrameBuffer.pack, partial(FrameBuffer.unpack, chunk, settings))


def segments_of(chunk: Chunk, settings: RenderSettings) -> Kind[bytes]:
    """Return the kind of cache entry for the segment of this chunk, checked when read."""
    from pipeline.video.segment import checked_segment

    return Kind(SEGMENT.name, bytes, partial(checked_segment, chunk, settings))
