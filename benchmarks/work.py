"""What workers, chunks and the cache gain and cost: ``python -m benchmarks.work``.

On a machine that does other things, too, seconds say little: what is compared is measured in turn,
round after round, and what is printed are medians and ratios of the same round.
"""

from __future__ import annotations

import argparse
import os
import resource
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import lru_cache, partial
from pathlib import Path
from statistics import median, quantiles

from rich.console import Console
from rich.table import Table

from pipeline.render.film import Chunk
from pipeline.render.settings import RenderSettings
from pipeline.video.join import join_segments
from pipeline.video.segment import draw_segment
from pipeline.work.chunks import MOVING, TARGET
from pipeline.work.executor import Event, Task
from pipeline.work.workers import Processes, limit_threads
from ridge_math import Dataset
from scenes import build_act
from scenes.brief import Brief

LOOK = RenderSettings()
ACT = "bowl"
#: Frames of a chunk as the planner cuts it where all of them move.
LENGTH = round(TARGET / (MOVING[0] + MOVING[1] * LOOK.width * LOOK.height / 1e6))
HALF, PAIRS = 8, 16  # frames on either side of a cut, and how often that is measured


def no_frame() -> None:
    """Nobody counts."""


@lru_cache(maxsize=1)
def moving() -> tuple[int, int]:
    """The longest run of frames in which nothing is held."""
    from pipeline.render.frames import probe

    timeline = probe(partial(build_act, ACT, Brief(Dataset.synthetic())), LOOK)
    edges = [0, *(edge for hold in timeline.holds for edge in hold), timeline.n_frames]
    runs = list(zip(edges[::2], edges[1::2], strict=True))
    return max(runs, key=lambda run: run[1] - run[0])


def chunks(number: int) -> list[Chunk]:
    """Chunks in which all frames move; where that is not long enough, they overlap."""
    factory = partial(build_act, ACT, Brief(Dataset.synthetic()))
    first, stop = moving()
    apart = min(LENGTH, (stop - first - LENGTH) // max(1, number - 1))
    starts = (first + i * apart for i in range(number))
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
    with on_cores(cores), Processes(n_workers, threads) as executor:
        executor.run(tasks(warm[:1] * n_workers), ignore)
        began = time.perf_counter()
        executor.run(tasks(parts), ignore)
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


def spent(parts: Sequence[Chunk]) -> float:
    """Processor seconds of drawing these, one after the other, in this process."""
    began = time.process_time()
    for part in parts:
        draw_segment(part, LOOK, no_frame)
    return time.process_time() - began


def cutting(pairs: int) -> list[float]:
    """Processor seconds that one cut costs, by pair.

    A cut is beginning again: making the act, stepping there, its first picture, an encoder. So the
    same few frames are drawn at one go and in two halves, in the order ABBA, which takes out
    whatever grows meanwhile. Few frames, since their noise is all that hides the difference.
    """
    factory = chunks(1)[0].factory
    start, _ = moving()
    middle, stop = start + HALF, start + 2 * HALF
    whole = [Chunk(ACT, factory, start, stop)]
    halves = [Chunk(ACT, factory, start, middle), Chunk(ACT, factory, middle, stop)]
    spent(halves)  # warm
    cuts = []
    for _ in range(pairs):
        first, *both, last = (spent(parts) for parts in (whole, halves, halves, whole))
        cuts.append((sum(both) - first - last) / 2)
    return cuts


def joining(rounds: int, number: int) -> float:
    """Processor seconds to join a chunk."""
    (part,) = chunks(1)
    segment = draw_segment(part, LOOK, no_frame), part.n_frames
    seconds = []
    with tempfile.TemporaryDirectory() as folder:
        for _ in range(rounds):
            began = time.process_time()
            join_segments([segment] * number, LOOK, Path(folder) / "film.mp4")
            seconds.append((time.process_time() - began) / number)
    return median(seconds)


def chunking(pairs: int, console: Console) -> None:
    """Measure what a chunk costs beside its frames."""
    with console.status("chunking"):
        cuts = cutting(pairs)
        join = joining(9, 6)
        begin = median(cuts)
        work = median(spent([part]) - begin for part in chunks(6))
    low, _, high = quantiles(cuts, n=4)
    console.print(
        f"A chunk of {LENGTH} frames takes {work:.2f} processor seconds of work, {begin:.3f} s to "
        f"begin (half of {pairs} pairs from {low:.3f} to {high:.3f}) and "
        f"{join:.4f} s to be joined: {100 * (begin + join) / work:.1f} % more than uncut."
    )


def interrupted(after: float) -> float:
    """Seconds from Ctrl-C, so long after the first chunk was begun, until nobody is left."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "render.py", "film", ACT, "--workers", "2", "--json"]
        with subprocess.Popen(
            [*command, "--out", folder, "--no-cache"],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        ) as render:
            assert render.stdout is not None
            while b"began" not in render.stdout.readline():
                assert render.poll() is None, "the render ended before it began"
            time.sleep(after)
            began = time.perf_counter()
            os.killpg(render.pid, signal.SIGINT)  # a terminal tells everybody
            render.communicate()
            while at_work(render.pid):
                time.sleep(0.005)
            return time.perf_counter() - began


def at_work(group: int) -> bool:
    """Whether a process of this group runs, by Linux's /proc; what only waits to be counted does not."""
    for entry in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            state, _, its_group = entry.read_text().rpartition(")")[2].split()[:3]
            if int(its_group) == group and state != "Z":
                return True
    return False


def stopping(rounds: int, console: Console) -> None:
    """Measure how soon Ctrl-C ends a render."""
    seconds = []
    for number in range(rounds):
        with console.status("Ctrl-C"):
            seconds.append(interrupted(0.7 * number))
    console.print(
        f"Ctrl-C in the middle of a 1080p render with 2 workers: nobody is left after "
        f"{median(seconds):.2f} s, at most {max(seconds):.2f} s ({rounds} times; 2 s are allowed)."
    )


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
    chunking(PAIRS, console)
    stopping(2 * rounds, console)
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
    parser.add_argument("--only", choices=("chunking", "stopping"), help="one of the short ones")
    arguments = parser.parse_args()
    limit_threads(0)
    if arguments.only == "chunking":
        chunking(PAIRS, Console())
    elif arguments.only == "stopping":
        stopping(2 * arguments.rounds, Console())
    else:
        measure(arguments.rounds, arguments.chunks, Console())
