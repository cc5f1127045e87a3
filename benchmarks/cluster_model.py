"""How long a 10-minute 2160p60 film takes on 1 to 1000 workers: ``python -m benchmarks.cluster_model``.

A calculation, not a measurement: the film is cut by the product's own planner, its chunks are given
to workers as the product gives them, longest first, each to whoever is free first; what a chunk
costs comes from measured seconds, see `Costs`. ``--measure`` measures them on this machine.
"""

from __future__ import annotations

import argparse
import heapq
import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from pipeline.render.film import Act, Film
from pipeline.render.settings import RenderSettings
from pipeline.render.timeline import Timeline

LOOK = RenderSettings(width=3840, height=2160, fps=60)
#: As our own acts: half a minute each, a sixth of it held still.
N_ACTS, ACT_SECONDS, HELD = 20, 30, 1 / 6
WORKERS = (1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1000)


@dataclass(frozen=True)
class Costs:
    """Seconds on one core of a small server (2 cores, software renderer), 2160p.

    Attributes
    ----------
    start : float
        A worker's first import of everything, once.
    begin : float
        Making an act and its first picture, once a chunk.
    step : float
        Stepping over a frame without drawing it.
    moving, held : float
        Drawing and encoding a frame that moves; encoding one that does not.
    hand_over : float
        Taking a segment of about a megabyte from a gigabit network, checking it, and writing it to
        the disk; one at a time.
    join : float
        Joining, a segment.
    """

    start: float = 1.5
    begin: float = 0.5
    step: float = 0.0001
    moving: float = 0.1
    held: float = 0.04
    hand_over: float = 0.015
    join: float = 0.016


def film() -> list[Act]:
    """Acts with three holds each, spread evenly."""
    n_frames = ACT_SECONDS * LOOK.fps
    hold = round(n_frames * HELD / 3)
    starts = [n_frames * part // 4 for part in (1, 2, 3)]
    holds = tuple((start, start + hold) for start in starts)
    timeline = Timeline(n_frames, LOOK.fps, holds=holds)
    return [Act(f"act {i}", _nothing, timeline=timeline) for i in range(N_ACTS)]


def _nothing(renderer: Any) -> Any:
    raise NotImplementedError


def chunk_seconds(acts: Sequence[Act], costs: Costs) -> list[float]:
    """What each chunk of the film takes one worker."""
    seconds = []
    for part in Film.of(acts, LOOK).chunks():
        act = next(act for act in acts if act.name == part.act)
        held = sum(
            max(0, min(stop, part.stop) - max(start, part.start))
            for start, stop in act.timeline.holds
        )
        drawing = costs.held * held + costs.moving * (part.n_frames - held)
        seconds.append(costs.begin + costs.step * part.start + drawing)
    return seconds


def film_seconds(pieces: Sequence[float], acts: Sequence[Act], costs: Costs, n: int) -> float:
    """From the command to the finished file, on n workers that are there."""
    stepping = [costs.begin + costs.step * act.n_frames for act in acts]
    measured = makespan(stepping, n)
    drawn = max(makespan(pieces, n), costs.hand_over * len(pieces))
    return costs.start + measured + drawn + costs.join * len(pieces)


def makespan(pieces: Sequence[float], n: int) -> float:
    """When the last piece ends, the longest first, each to whoever is free first."""
    free = [0.0] * n
    for piece in sorted(pieces, reverse=True):
        heapq.heapreplace(free, free[0] + piece)
    return max(free)


def table(costs: Costs) -> str:
    """The result in Markdown."""
    acts = film()
    pieces = chunk_seconds(acts, costs)
    alone = film_seconds(pieces, acts, costs, 1)
    lines = [
        f"{sum(act.n_frames for act in acts)} frames in {len(pieces)} chunks of "
        f"{min(pieces):.0f} to {max(pieces):.0f} s.",
        "",
        "| workers | time | times as fast | of the ideal |",
        "|---:|---:|---:|---:|",
    ]
    for n in WORKERS:
        seconds = film_seconds(pieces, acts, costs, n)
        gain = alone / seconds
        lines.append(f"| {n} | {_duration(seconds)} | {gain:.1f} | {100 * gain / n:.0f} % |")
    return "\n".join(lines)


def _duration(seconds: float) -> str:
    if seconds < 120:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min"


def measure(act: str, n_frames: int = 40) -> Costs:
    """Measure begin, step, moving and held on this machine, in processor seconds."""
    from pipeline.render.film import Chunk
    from pipeline.render.frames import probe
    from pipeline.video.segment import draw_segment
    from ridge_math import Dataset
    from scenes import build_act
    from scenes.brief import Brief

    factory = partial(build_act, act, Brief(Dataset.synthetic()))

    def spent(start: int, stop: int) -> float:
        began = time.process_time()
        draw_segment(Chunk(act, factory, start, stop), LOOK, lambda: None)
        return time.process_time() - began

    probe(factory, LOOK)
    began = time.process_time()
    timeline = probe(factory, LOOK)
    step = (time.process_time() - began) / timeline.n_frames
    held = max(timeline.holds, key=lambda hold: hold[1] - hold[0])[0]
    moving = max(stop for _, stop in timeline.holds[:-1])
    spent(moving, moving + 1)
    begin = spent(moving, moving + 1)
    return Costs(
        begin=begin,
        step=step,
        moving=(spent(moving, moving + n_frames) - begin) / (n_frames - 1),
        held=(spent(held, held + n_frames) - spent(held, held + 1)) / (n_frames - 1),
    )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--measure", metavar="ACT", help="measure with this act")
    arguments = parser.parse_args()
    found = Costs()
    if arguments.measure:
        from pipeline.work.workers import limit_threads

        limit_threads(0)
        found = measure(arguments.measure)
        print(found)
    print(table(found))
