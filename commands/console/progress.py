"""Progress of a render: bars on a terminal, JSON events for a program, silence in a log."""

from __future__ import annotations

import contextlib
import json
import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from rich.console import Console, JustifyMethod
from rich.progress import Progress, TaskID
from rich.table import Table
from rich.text import Text

from commands.console.commandline import say
from commands.console.report import progress_columns
from pipeline.printable import shown
from pipeline.render.plan import Plan, Watcher
from pipeline.sizes import bytes_text
from pipeline.work.executor import MAX_ATTEMPTS, Advanced, Began, Ended, Event, Lost

if TYPE_CHECKING:
    from pipeline.render.film import Chunk
    from pipeline.render.plan import Deliverable

#: Seconds between two events about frames.
_PERIOD = 1.0


class _Tally:
    """Frames to draw and drawn: what is lost, with a worker or from the cache, does not count."""

    def __init__(self) -> None:
        self._to_draw: dict[tuple[str, int], int] = {}
        self._drawn: dict[tuple[str, int], int] = {}

    def planned(self, plan: Plan) -> None:
        """Take in what is to be drawn, for the first time or again."""
        for place in plan.missing:
            part = plan.chunks[place]
            self._to_draw[part.act, part.start] = part.n_frames
            self._drawn[part.act, part.start] = 0

    def on_event(self, event: Event, part: Chunk) -> int:
        """Take an event in; return how many frames of its chunk are drawn."""
        key = part.act, part.start
        if isinstance(event, Began | Lost):
            self._drawn[key] = 0
        elif isinstance(event, Advanced):
            self._drawn[key] += event.n_frames
        elif isinstance(event, Ended):
            self._drawn[key] = part.n_frames
        return self._drawn[key]

    @property
    def to_draw(self) -> int:
        """Frames that must be drawn, or had to be."""
        return sum(self._to_draw.values())

    @property
    def drawn(self) -> int:
        """Frames of these that are drawn."""
        return sum(self._drawn.values())


class Bars(Watcher):
    """Progress bars on a terminal: one for the film and one for every worker."""

    def __init__(self, label: str, progress: Progress) -> None:
        self._label = label
        self._progress = progress
        self._tally = _Tally()
        self._film: TaskID | None = None
        self._workers: dict[str, TaskID] = {}

    def planned(self, plan: Plan) -> None:
        """Show the film's bar; what was cached is no part of the speed."""
        self._tally.planned(plan)
        if self._film is None:
            cached = f" ({plan.n_cached} frames cached)" if plan.n_cached else ""
            self._film = self._progress.add_task(f"{self._label}{cached}")
        self._move()

    def on_event(self, event: Event, part: Chunk) -> None:
        """Move the bars."""
        drawn = self._tally.on_event(event, part)
        self._move()
        if isinstance(event, Lost):
            self._progress.console.print(_lost(event, part), style="yellow", markup=False)
        if isinstance(event, Began):
            if event.worker in self._workers:
                self._progress.remove_task(self._workers[event.worker])
            self._workers[event.worker] = self._progress.add_task(
                f"  {event.worker}: {part}", total=part.n_frames
            )
        elif event.worker in self._workers:
            self._progress.update(self._workers[event.worker], completed=drawn)

    def _move(self) -> None:
        if self._film is not None:
            tally = self._tally
            self._progress.update(self._film, total=tally.to_draw, completed=tally.drawn)


class Lines(Watcher):
    """Progress as JSON events, one a line."""

    def __init__(self, write: Callable[[str], None]) -> None:
        self._write = write
        self._tally = _Tally()
        self._last = time.monotonic()

    def planned(self, plan: Plan) -> None:
        """Say what is to be drawn."""
        self._tally.planned(plan)
        self.say("plan", **plan_payload(plan))

    def on_event(self, event: Event, part: Chunk) -> None:
        """Say that a chunk began, ended or was lost, and every second how far all have come."""
        self._tally.on_event(event, part)
        facts = {"worker": event.worker, **chunk_payload(part)}
        if isinstance(event, Began):
            self.say("began", **facts)
        elif isinstance(event, Ended):
            self.say("finished", **facts, bytes=len(event.result))
        elif isinstance(event, Lost):
            self.say("lost", **facts, reason=event.reason, attempt=event.attempt)
        elif time.monotonic() - self._last >= _PERIOD:
            self._last = time.monotonic()
            self.say("frames", drawn=self._tally.drawn, to_draw=self._tally.to_draw)

    def say(self, event: str, **facts: Any) -> None:
        """Write one event."""
        self._write(json.dumps({"event": event, **facts}))


class Log(Watcher):
    """Progress where there is no terminal: lost workers alone are reported."""

    def __init__(self, write: Callable[[str], None]) -> None:
        self._write = write

    def on_event(self, event: Event, part: Chunk) -> None:
        """Tell of lost workers."""
        if isinstance(event, Lost):
            self._write(_lost(event, part))


@contextlib.contextmanager
def watching(
    label: str, as_json: bool, write: Callable[[str], None], warn: Callable[[str], None]
) -> Iterator[Watcher]:
    """Give the `Watcher` that suits where the output goes: JSON, a terminal, or neither."""
    console = Console(stderr=True)
    if as_json:
        yield Lines(write)
    elif not console.is_terminal:
        yield Log(warn)
    else:
        with Progress(*progress_columns(), console=console, transient=True) as progress:
            yield Bars(label, progress)


def chunk_payload(part: Chunk) -> dict[str, Any]:
    """Return a chunk for JSON."""
    return {"act": part.act, "start": part.start, "stop": part.stop}


def plan_payload(plan: Plan) -> dict[str, Any]:
    """Return a plan for JSON."""
    missing = frozenset(plan.missing)
    return {
        "frames": plan.n_frames,
        "frames_cached": plan.n_cached,
        "frames_to_draw": plan.n_missing,
        "core_seconds": round(sum(plan.costs[i] for i in missing), 1),
        "chunks": [
            {**chunk_payload(part), "cached": i not in missing, "core_seconds": round(cost, 2)}
            for i, (part, cost) in enumerate(zip(plan.chunks, plan.costs, strict=True))
        ],
    }


def tell_plan(plan: Plan, n_workers: int | None, as_json: bool) -> None:
    """Say what would be drawn: as an event on stdout, or as a table."""
    if as_json:
        say(json.dumps({"event": "plan", **plan_payload(plan)}))
    else:
        print_plan(plan, n_workers)


def print_plan(plan: Plan, n_workers: int | None) -> None:
    """Print a plan as a table, an act a row, with the estimated time."""
    table = _table("act", "frames", "chunks", "cached", "to draw", "core seconds")
    missing = frozenset(plan.missing)
    for name, places in _by_act(plan):
        parts = [plan.chunks[i] for i in places]
        todo = [i for i in places if i in missing]
        n_frames, n_todo = (
            sum(p.n_frames for p in group) for group in (parts, [plan.chunks[i] for i in todo])
        )
        cost = sum(plan.costs[i] for i in todo)
        numbers = (n_frames, len(parts), n_frames - n_todo, n_todo, f"{cost:.1f}")
        table.add_row(Text(name), *map(str, numbers))
    console = Console()
    console.print(table)
    cost = sum(plan.costs[i] for i in missing)
    if n_workers is not None and cost:
        workers = min(n_workers, len(missing)) or 1  # without workers, this process draws
        longest = max(plan.costs[i] for i in missing)
        estimate = max(cost / workers, longest)
        console.print(
            f"About {estimate:.0f} s with {workers} worker{'s' * (workers != 1)}, "
            f"in {len(missing)} chunk{'s' * (len(missing) != 1)} of up to {longest:.0f} s."
        )


def print_account(plan: Plan, made: Deliverable) -> None:
    """Print what a render took, on stderr: an act a row, and the file."""
    table = _table("act", "frames", "drawn", "from cache", "seconds of film")
    for name, places in _by_act(plan):
        n_frames = sum(plan.chunks[i].n_frames for i in places)
        drawn = sum(part.n_frames for part in made.drawn if part.act == name)
        seconds = f"{n_frames / plan.settings.fps:g}"
        table.add_row(Text(name), str(n_frames), str(drawn), str(n_frames - drawn), seconds)
    table.add_row(
        Text(shown(str(made.path))),
        str(plan.n_frames),
        str(made.n_frames - made.n_cached),
        str(made.n_cached),
        f"took {made.elapsed:.1f} s, {bytes_text(made.n_bytes)}",
        style="bold",
    )
    Console(stderr=True).print(table)


def _by_act(plan: Plan) -> list[tuple[str, list[int]]]:
    places: dict[str, list[int]] = {}
    for i, part in enumerate(plan.chunks):
        places.setdefault(part.act, []).append(i)
    return list(places.items())


def _table(*headings: str) -> Table:
    table = Table(box=None, pad_edge=False)
    for heading in headings:
        # Where there is little room, names are broken, never numbers.
        name = heading == "act"
        justify: JustifyMethod = "left" if name else "right"
        table.add_column(heading, justify=justify, no_wrap=not name, overflow="fold")
    return table


def _lost(event: Lost, part: Chunk) -> str:
    return (
        f"Worker {event.worker} {event.reason}: {part} is drawn again "
        f"(loss {event.attempt} of {MAX_ATTEMPTS})."
    )
