"""Measures the renderer side by side with the alternatives: ``python -m benchmarks``.

Every contender runs in a process of its own, in turn, so that a machine that slows down slows all
of them; what is printed are medians over the rounds and ratios between medians.
"""

from __future__ import annotations

import argparse
import math
import subprocess
import sys
from importlib.util import find_spec
from statistics import median

from rich.console import Console
from rich.table import Table

#: Frames for each contender: enough to be steady, few enough to wait for.
FRAMES = {
    "manim surface, always_redraw": 3,
    "manim surface, points in bulk": 4,
    "manim opengl renderer": 40,
    "pyvista": 40,
    "draw and encode": 90,
    "draw and encode, a worker a core": 240,
    "encode alone": 90,
}


def seconds_a_frame(name: str, mesh: int) -> tuple[float, float]:
    """Run one contender and read what it measured: seconds a frame, and seconds of processor."""
    command = [sys.executable, "-m", "benchmarks.contenders", name, "--mesh", str(mesh)]
    done = subprocess.run(
        [*command, "--frames", str(FRAMES[name])], capture_output=True, text=True, check=True
    )
    seconds, processor = map(float, done.stdout.split()[-2:])
    return seconds, processor


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--mesh", type=int, default=64, help="cells along the side of a mesh [64]")
    parser.add_argument("--rounds", type=int, default=3, help="runs of each contender [3]")
    parser.add_argument(
        "--only", choices=("drawing", "work", "gifs", "studio"), help="a part [all]"
    )
    arguments = parser.parse_args()
    console = Console()
    if arguments.only in (None, "work"):
        from benchmarks import work
        from pipeline.work.workers import limit_threads

        limit_threads(0)
        work.measure(arguments.rounds, 6, console)
    if arguments.only in (None, "gifs"):
        from benchmarks import gifs

        gifs.measure(console)
    if arguments.only in (None, "studio"):
        from benchmarks import studio

        studio.measure(arguments.rounds, console)
    if arguments.only in (None, "drawing"):
        drawing(arguments, console)


def drawing(arguments: argparse.Namespace, console: Console) -> None:
    """Measure drawing beside the alternatives."""
    names = [name for name in FRAMES if name != "pyvista" or find_spec("pyvista")]
    runs: dict[str, list[float]] = {name: [] for name in names}
    spent: dict[str, list[float]] = {name: [] for name in names}
    for _ in range(arguments.rounds):
        for name in names:
            with console.status(name):
                seconds, processor = seconds_a_frame(name, arguments.mesh)
            runs[name].append(seconds)
            spent[name].append(processor)
    ours = median(runs["draw and encode"])
    table = Table(title=f"1080p, mesh {arguments.mesh}², λ morph, moving camera, encoded")
    for heading in ("", "ms a frame", "lowest", "highest", "against ours", "processor ms"):
        table.add_column(heading, justify="left" if not heading else "right")
    for name, measured in runs.items():
        middle = median(measured)
        table.add_row(
            name,
            *(f"{1000 * value:.1f}" for value in (middle, min(measured), max(measured))),
            f"{middle / ours:.2f}x",
            "–" if math.isnan(spent[name][0]) else f"{1000 * median(spent[name]):.1f}",
        )
    console.print(table)
    alone = median(runs["encode alone"])
    shares = [f"{alone / median(measured):.2f} ({name})" for name, measured in runs.items()]
    told = ", ".join(share for share in shares if "draw and encode" in share)
    console.print(f"Of the speed of encoding alone: {told}.")
    if len(names) < len(FRAMES):
        console.print("PyVista is compared, too, once `.venv/bin/pip install pyvista` is done.")


if __name__ == "__main__":
    main()
