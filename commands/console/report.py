"""Progress bars and tables on the terminal (rich), and the list of acts as JSON."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    Task,
    TextColumn,
    TimeRemainingColumn,
)
from rich.table import Table
from rich.text import Text

from pipeline.printable import shown

if TYPE_CHECKING:
    from commands.console.doctor import Check
    from pipeline.render.film import Act


class _FramesPerSecond(ProgressColumn):
    def render(self, task: Task) -> Text:
        speed = task.finished_speed or task.speed
        return Text("" if speed is None else f"{speed:.1f} frames/s", style="progress.data.speed")


def progress_columns() -> tuple[ProgressColumn, ...]:
    """Return what a bar shows beside itself: what it is of, frames, frames per second, time left."""
    return (
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        MofNCompleteColumn(),
        _FramesPerSecond(),
        TimeRemainingColumn(compact=True),
    )


@contextlib.contextmanager
def progress_bar(label: str, n_steps: int | None) -> Iterator[Callable[[], None]]:
    """Show a bar with frames per second and time left; call what it gives after each frame.

    Where the end is not known, it shows only that something goes on. It goes to stderr, and only
    where that is a terminal: a log stays readable.
    """
    console = Console(stderr=True)
    if not console.is_terminal:
        yield lambda: None
    elif n_steps is None:
        with console.status(label):
            yield lambda: None
    else:
        with Progress(*progress_columns(), console=console, transient=True) as progress:
            task = progress.add_task(label, total=n_steps)
            yield lambda: progress.advance(task)


def waiting(label: str) -> AbstractContextManager[object]:
    """Show, on a terminal, that something goes on whose end is not known."""
    return progress_bar(label, None)


def acts_payload(acts: Sequence[Act], summaries: Sequence[str], fps: int) -> list[dict[str, Any]]:
    """Return the list of acts as JSON holds it, and as `print_acts` takes it.

    The names in it are those of docs/programs.md, where they are promised to stay.
    """
    return [
        {
            "name": act.name,
            "title": act.title,
            "summary": summary,
            "seconds": act.n_frames / fps,
            "frames": act.n_frames,
            "beats": act.timeline.beats_payload,
            "captions": [
                {
                    "start_frame": cue.start,
                    "stop_frame": cue.stop,
                    "start_seconds": cue.start / fps,
                    "stop_seconds": cue.stop / fps,
                    "text": cue.text,
                    "key": cue.key,
                }
                for cue in act.timeline.cues
            ],
        }
        for act, summary in zip(acts, summaries, strict=True)
    ]


def print_acts(
    acts: Sequence[dict[str, Any]], fps: int, loops: Sequence[dict[str, Any]] = ()
) -> None:
    """Print a table of acts, then of loops: name, length, frames, and what each says."""
    table = Table(title=None, box=None, pad_edge=False)
    table.add_column("act", style="bold", no_wrap=True)
    table.add_column("length", justify="right", no_wrap=True)
    table.add_column(f"frames at {fps} fps", justify="right", no_wrap=True)
    table.add_column("what it says")
    for act in (*acts, *loops):
        if loops and act is loops[0]:
            table.add_row()
        length = f"{act['seconds']:.1f} s"
        table.add_row(Text(act["name"]), length, str(act["frames"]), Text(act["summary"]))
    Console().print(table)


def print_checks(checks: Sequence[Check]) -> None:
    """Print a table of what was examined, and how to get what is missing."""
    table = Table(box=None, pad_edge=False, show_header=False)
    table.add_column(no_wrap=True)
    table.add_column(style="bold", no_wrap=True)
    table.add_column()
    for check in checks:
        mark = ("ok", "green") if check.ok else ("missing", "red") if check.needed else ("-", "dim")
        table.add_row(Text(*mark), Text(check.name), Text(shown(check.found or check.remedy)))
    Console().print(table)
