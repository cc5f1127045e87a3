"""What workers, chunks and the cache gain and cost: ``python -m benchmarks.work``.

On a machine that does other things, too, seconds say little: what is compared is measured in turn,
round after round, and what is printed are medians and ratios of the same round.
"""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from statistics import median

from rich.console import Console
from rich.table import Table

from pipeline.plan import Chunk
from pipeline.settings import RenderSettings
from pipeline.video.join import join_segments
from pipeline.video.segment import draw_segment
from pipeline.work.crew import Event, Task
from pipeline.work.workers import Processes, limit_threads
from ridge_math import Dataset
from scenes import build_act
from scenes.brief import Brief

LOOK = RenderSettings()
ACT = "bowl"
FIRST, LENGTH = 600, 144  # frames: the surface grows and turns; a chunk as the planner cuts it


def no_frame() -> None:
    """Nobody counts."""


def chunks(number: int) -> list[Chunk]:
    """Neighbouring chunks, in which most frames move."""
    factory = partial(build_act, ACT, Brief(Dataset.synthetic()))
    starts = range(FIRST, FIRST + number * LENGTH, LENGTH)
    return [Chunk(ACT, factory, start, start + LENGTH) for start in starts]


def tasks(parts: Sequence[Chunk]) -> list[Task]:
    """What a worker is given."""
    return [Task(str(part), partial(draw_segment, part, LOOK), part.n_frames) for part in parts]


def ignore(event: Event) -> None:
    """Nobody watches."""


@contextmanager
def on_cores(cores: set[int]) -> Iterator[None]:
    """Stay on these cores; processes started meanwhile stay on them for good."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, cores)
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


def workers_seconds(
    n_workers: int, cores: set[int], threads: int, number: int
) -> tuple[float, float]:
    """Seconds for a number of chunks, workers being warm, and processor seconds of all of it."""
    parts = chunks(number)
    warm = [Chunk(part.act, part.factory, part.start, part.start + 1) for part in parts]
    spent = processor_seconds()
    with on_cores(cores), Processes(n_workers, threads) as crew:
        crew.run(tasks(warm[:1] * n_workers), ignore)
        began = time.perf_counter()
        crew.run(tasks(parts), ignore)
        seconds = time.perf_counter() - began
    return seconds, processor_seconds() - spent


def processor_seconds() -> float:
    """What processes that were started here and have ended took."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def worker_ratios(rounds: int, number: int, console: Console) -> None:
    """Measure one worker on one core, two on two, and the alternatives."""
    two = set(sorted(os.sched_getaffinity(0))[:2])
    one = {min(two)}
    if len(two) < 2:
        console.print("Workers are not compared: there is only one core.")
        return
    cases = {
        "1 worker on 1 core": (1, one, 0),
        "2 workers on 2 cores": (2, two, 0),
        "1 worker on 2 cores": (1, two, 2),
        "2 workers, software renderer with 2 threads each": (2, two, 2),
    }
    runs: dict[str, list[float]] = {name: [] for name in cases}
    spent: dict[str, list[float]] = {name: [] for name in cases}
    for _ in range(rounds):
        for name, (n_workers, cores, threads) in cases.items():
            with console.status(name):
                seconds, processor = workers_seconds(n_workers, cores, threads, number)
            runs[name].append(seconds)
            spent[name].append(processor)
    table = Table(title=f"{number} chunks of {LENGTH} frames, 1080p60, one encoder thread each")
    for heading in ("", "seconds", "lowest", "times as fast", "highest", "lowest ", "processor"):
        table.add_column(heading, justify="right" if heading else "left")
    base = runs["1 worker on 1 core"]
    for name, measured in runs.items():
        ratios = [b / m for b, m in zip(base, measured, strict=True)]
        table.add_row(
            name,
            *(f"{value:.1f}" for value in (median(measured), min(measured))),
            *(f"{value:.2f}x" for value in (median(ratios), max(ratios), min(ratios))),
            f"{median(spent[name]):.1f} s",
        )
    console.print(table)
    console.print(
        "Where others use the cores, too, look at processor seconds: the same for one worker and for "
        "two, beside one more start, means that nothing is lost but what the others take."
    )


def chunking_overhead(number: int) -> tuple[float, float]:
    """Processor seconds of frames uncut and in chunks with joining, in this process."""
    parts = chunks(number)
    whole = Chunk(ACT, parts[0].factory, parts[0].start, parts[-1].stop)
    draw_segment(parts[0], LOOK, no_frame)  # warm
    began = time.process_time()
    draw_segment(whole, LOOK, no_frame)
    uncut = time.process_time() - began
    began = time.process_time()
    segments = [(draw_segment(part, LOOK, no_frame), part.n_frames) for part in parts]
    with tempfile.TemporaryDirectory() as folder:
        join_segments(segments, LOOK, Path(folder) / "film.mp4")
    return uncut, time.process_time() - began


def cached_render() -> tuple[int, float, float]:
    """Frames of the whole film as a preview, and seconds of its first and second render."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "render.py", "film", "--quality", "draft", "--fps", "60"]
        command += ["--out", folder, "--cache-dir", f"{folder}/cache", "--json"]
        seconds = []
        for _ in range(2):
            began = time.perf_counter()
            done = subprocess.run(command, check=True, capture_output=True, text=True)
            seconds.append(time.perf_counter() - began)
        n_frames = int(done.stdout.split('"frames": ')[-1].split(",")[0])
        return n_frames, seconds[0], seconds[1]


def measure(rounds: int, number: int, console: Console) -> None:
    """Measure and print everything."""
    worker_ratios(rounds, number, console)
    with console.status("chunking"):
        pairs = [chunking_overhead(number) for _ in range(rounds)]
    over = [100 * (cut / uncut - 1) for uncut, cut in pairs]
    console.print(
        f"Cutting {number * LENGTH} frames into {number} chunks and joining them costs "
        f"{median(over):.1f} % of processor time (rounds: {', '.join(f'{o:.1f}' for o in over)})."
    )
    with console.status("the film, twice"):
        n_frames, first, second = cached_render()
    allowed = 3 + n_frames / 1000
    console.print(
        f"{n_frames} frames: {first:.1f} s drawn, {second:.2f} s from the cache "
        f"(3 s and 1 ms a frame would be {allowed:.1f} s)."
    )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m benchmarks.work", description=__doc__)
    parser.add_argument("--rounds", type=int, default=3, help="[3]")
    parser.add_argument("--chunks", type=int, default=6, help="in each measurement [6]")
    arguments = parser.parse_args()
    limit_threads(0)
    measure(arguments.rounds, arguments.chunks, Console())
