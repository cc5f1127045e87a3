"""Acts cut into chunks of about equal work, at places that depend on act and settings alone.

Not on the number of workers, nor on which part of the act is asked for: so the same chunk, with the
same key and the same bytes, serves every render that shows its frames.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from itertools import accumulate
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pipeline.render.film import Act, Chunk
    from pipeline.render.settings import RenderSettings
    from pipeline.render.timeline import Timeline

#: Work in a chunk, in seconds of one core: long enough that beginning it, a quarter of a second at
#: 1080p for stepping there and its first picture, does not count; short enough to be lost.
TARGET = 5.0
#: The same for frames without loss: an animation is short. What is less is not worth another worker,
#: which takes as long to start as this lasts.
LOSSLESS_TARGET = 2.0
#: An act of this much work, in seconds of one core, is cut in two at least: a preview of it keeps
#: two cores busy.
WORTH_TWO = 2.4
#: On average no chunk is shorter than a group of pictures, in seconds of film: it would cost bytes.
SHORTEST = 2.0
#: Seconds a frame, and a megapixel of it, cost one core, drawn and encoded: measured on the acts at
#: 480p and 1080p. What matters is the ratio; it may be off by a factor and only balance suffers.
MOVING = (0.006, 0.007)
HELD = (0.0004, 0.0005)
#: Seconds to begin a chunk, and a megapixel of it, and to step over a frame without drawing it.
BEGIN, STEP = (0.05, 0.05), 0.0001


def frame_costs(timeline: Timeline, settings: RenderSettings) -> list[float]:
    """Return the estimated seconds of one core that each frame of an act costs."""
    megapixels = settings.width * settings.height / 1e6
    moving, held = (a + b * megapixels for a, b in (MOVING, HELD))
    costs = [moving] * timeline.n_frames
    for start, stop in timeline.holds:
        # The first frame of a hold is drawn, a few more are encoded, the others cost nothing.
        costs[start + 1 : stop] = [held] * (stop - start - 1)
    return costs


def cuts(
    timeline: Timeline, settings: RenderSettings, target: float | None = None
) -> tuple[int, ...]:
    """Return the frames at which chunks of an act begin, and its end; `target` is that of work."""
    # In whole microseconds: sums of floats depend on how they are added.
    work = list(accumulate(round(1e6 * cost) for cost in frame_costs(timeline, settings)))
    most = max(1, int(timeline.n_frames / (SHORTEST * settings.fps)))
    seconds = work[-1] / 1e6
    least = 2 if seconds >= WORTH_TWO else 1
    n_chunks = min(most, max(least, round(seconds / (target or TARGET))))
    inner = (bisect_left(work, work[-1] * i // n_chunks) + 1 for i in range(1, n_chunks))
    return (0, *inner, timeline.n_frames)


def chunk_costs(
    chunks: Sequence[Chunk], acts: Sequence[Act], settings: RenderSettings
) -> list[float]:
    """Return the estimated seconds of one core for each chunk, stepping up to it included."""
    known = {act.name: frame_costs(act.timeline, settings) for act in acts}
    begin = BEGIN[0] + BEGIN[1] * settings.width * settings.height / 1e6
    return [
        begin + STEP * part.start + sum(known[part.act][frame] for frame in part.frames)
        for part in chunks
    ]
