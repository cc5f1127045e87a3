"""Every act at 1080p60: drawing with encoding, against encoding alone (``python -m benchmarks.acts``).

A few short stretches stand for each act, spread evenly over it, stills included. Each is drawn and
encoded, then the same frames, kept in memory, are encoded alone; the two take turns.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from functools import partial
from pathlib import Path

from rich.console import Console
from rich.table import Table

from pipeline.render.frames import ActFactory, Frame, draw, probe
from pipeline.render.settings import RenderSettings
from pipeline.video.encode import VideoWriter
from ridge_math import Dataset
from scenes import ACTS, LOOPS, build_act
from scenes.brief import Brief

SETTINGS = RenderSettings(1920, 1080, fps=60)
#: Frames of one excerpt: as many as fit in memory with ease.
STRETCH = 40


def both(factory: ActFactory, start: int, folder: Path) -> tuple[float, float]:
    """Seconds to draw and encode an excerpt, and to encode the same frames alone."""
    frames: list[Frame] = []
    ticks: list[float] = []
    with VideoWriter(folder / "both.mp4", SETTINGS) as video:

        def sink(frame: Frame) -> None:
            ticks.append(time.perf_counter())  # the first tick comes after making the scene
            frames.append(frame)
            video.write(frame)

        draw(factory, SETTINGS, start, start + STRETCH, sink)
    drawn = (time.perf_counter() - ticks[0]) / (len(frames) - 1) * len(frames)
    began = time.perf_counter()
    with VideoWriter(folder / "alone.mp4", SETTINGS) as video:
        for frame in frames:
            video.write(frame)
    return drawn, time.perf_counter() - began


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.acts", description=__doc__)
    parser.add_argument("--stretches", type=int, default=5, help="stretches of each act [5]")
    arguments = parser.parse_args()
    table = Table(title="1080p60, milliseconds a frame")
    for heading in ("act", "draw and encode", "encode alone", "speed of encoding alone"):
        table.add_column(heading, justify="left" if heading == "act" else "right")
    film = [0.0, 0.0]
    console = Console()
    with tempfile.TemporaryDirectory() as folder:
        for entry in (*ACTS, *LOOPS):
            factory = partial(build_act, entry.name, Brief(Dataset.synthetic()))
            length = probe(factory, SETTINGS).n_frames
            draw(factory, SETTINGS, 0, 2, lambda frame: None)  # warm
            sums = [0.0, 0.0]
            for k in range(arguments.stretches):
                with console.status(f"{entry.name} {k + 1}"):
                    start = int((k + 0.5) * length / arguments.stretches) - STRETCH // 2
                    for i, seconds in enumerate(both(factory, start, Path(folder))):
                        sums[i] += seconds
            a_frame = [1000 * total / (arguments.stretches * STRETCH) for total in sums]
            table.add_row(
                entry.name, *(f"{ms:.1f}" for ms in a_frame), f"{a_frame[1] / a_frame[0]:.2f}"
            )
            if entry in ACTS:
                film = [f + ms * length for f, ms in zip(film, a_frame, strict=True)]
    table.add_row("the film", "", "", f"{film[1] / film[0]:.2f}")
    console.print(table)


if __name__ == "__main__":
    main()
