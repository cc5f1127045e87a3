"""Draws films: what is finished comes from the store, the rest is drawn by an executor, all is joined.

Settings → chunks → segments → deliverable. Every segment is kept the moment it is there, so a render
that is stopped, however it is stopped, goes on where it was.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING

from pipeline.errors import RenderError
from pipeline.render.entries import PACE, SEGMENT, TIMELINE, segments_of
from pipeline.render.film import Act
from pipeline.video.join import MismatchError, join_segments
from pipeline.video.segment import draw_segment, segment_options, step
from pipeline.work.chunks import chunk_costs
from pipeline.work.executor import Began, Ended, Event, Executor, Lost, Task
from pipeline.work.keys import Machine, pace_key, segment_key, timeline_key

if TYPE_CHECKING:
    from pipeline.render.film import Chunk, Film, Script
    from pipeline.render.settings import RenderSettings
    from pipeline.video.metadata import Metadata
    from pipeline.work.store import Store

#: How often drawing and joining are begun: pieces may be damaged, or disappear from the store when
#: somebody prunes it, and are then drawn again.
_ROUNDS = 4


@dataclass(frozen=True)
class Plan:
    """A film in chunks, and what is known of them.

    Attributes
    ----------
    chunks : tuple of Chunk
        In the order they are shown.
    keys : tuple of str
        Under which their segments are kept.
    costs : tuple of float
        Estimated seconds of one core for each, on this machine if it has rendered before.
    missing : tuple of int
        Places of the chunks that must be drawn.
    settings : RenderSettings
        What they look like.
    pace : float
        How much longer this machine is taken to need than the estimate it is in `costs`.
    """

    chunks: tuple[Chunk, ...]
    keys: tuple[str, ...]
    costs: tuple[float, ...]
    missing: tuple[int, ...]
    settings: RenderSettings
    pace: float = 1.0

    @property
    def n_frames(self) -> int:
        """Frames in the film."""
        return sum(part.n_frames for part in self.chunks)

    @property
    def n_missing(self) -> int:
        """Frames that must be drawn."""
        return sum(self.chunks[i].n_frames for i in self.missing)

    @property
    def n_cached(self) -> int:
        """Frames that need not."""
        return self.n_frames - self.n_missing


@dataclass(frozen=True, slots=True)
class Deliverable:
    """A finished file and what it took to make it.

    Attributes
    ----------
    path : Path
        The file.
    acts : tuple of str
        The acts in it, in order.
    n_frames : int
        Frames in it.
    settings : RenderSettings
        What it looks like.
    n_bytes : int
        Its size.
    elapsed : float
        Seconds from the first frame drawn to the finished file.
    captions : tuple of Path
        Caption files beside it.
    chapters : tuple of Path
        The list of its chapters beside it, if there is one.
    n_cached : int
        Frames that were not drawn, but found finished in the cache.
    drawn : tuple of Chunk
        What was drawn, where there is a cache.
    """

    path: Path
    acts: tuple[str, ...]
    n_frames: int
    settings: RenderSettings
    n_bytes: int
    elapsed: float
    captions: tuple[Path, ...] = ()
    chapters: tuple[Path, ...] = ()
    n_cached: int = 0
    drawn: tuple[Chunk, ...] = ()


class Watcher:
    """Is told how a render goes. This one does nothing about it."""

    def planned(self, plan: Plan) -> None:
        """Drawing is about to begin; told once more for what is gone when all is to be joined."""

    def on_event(self, event: Event, part: Chunk) -> None:
        """Something happened to a worker and the chunk it is at."""


@dataclass(frozen=True)
class RenderService:
    """Who draws films, on what, and where finished pieces are kept."""

    executor: Executor
    store: Store
    machine: Machine

    def measure(self, scripts: Sequence[Script], settings: RenderSettings) -> tuple[Act, ...]:
        """Learn the timelines of acts: from the store, or by stepping through them."""
        keys = [timeline_key(script.content, settings, self.machine) for script in scripts]
        kept = [self.store.get(key, TIMELINE) for key in keys]
        timelines = {
            i: found for i, found in enumerate(kept) if found and found.fps == settings.fps
        }
        missing = [i for i in range(len(scripts)) if i not in timelines]

        def on_event(event: Event) -> None:
            if isinstance(event, Ended):
                place = missing[event.task]
                timelines[place] = event.result
                self.store.put(keys[place], TIMELINE, event.result)

        tasks = [
            Task(f"The act {scripts[i].name}", partial(step, scripts[i].factory, settings))
            for i in missing
        ]
        self.executor.run(tasks, on_event)
        return tuple(Act.of(script, timelines[i]) for i, script in enumerate(scripts))

    def plan(self, film: Film) -> Plan:
        """Cut a film into chunks and see which are finished already."""
        settings, chunks = film.settings, film.chunks()
        encoder = segment_options(settings)
        keys = tuple(segment_key(part, settings, self.machine, encoder) for part in chunks)
        pace = self._pace()
        return Plan(
            chunks,
            keys,
            costs=tuple(pace * cost for cost in chunk_costs(chunks, film.acts, settings)),
            # Whether they are whole is seen when they are read, once, to be joined.
            missing=_places(keys, lambda i: not self.store.has(keys[i], SEGMENT)),
            settings=settings,
            pace=pace,
        )

    def render(
        self,
        plan: Plan,
        path: Path,
        watcher: Watcher | None = None,
        metadata: Metadata | None = None,
    ) -> Deliverable:
        """Draw what is missing and join everything into one MP4 file, whole or not at all.

        `metadata` is what the file tells beside its pictures; it costs no drawing.

        Raises
        ------
        SettingsError
            When `path` cannot be written.
        RenderError
            When drawing or encoding fails, a chunk loses every worker it is given to, or the disk
            is full. What is finished is kept.
        """
        from pipeline.video.metadata import Metadata

        began = perf_counter()
        told = metadata or Metadata()
        parts = self.make(
            plan, lambda pieces: join_segments(pieces, plan.settings, path, told), watcher
        )
        return Deliverable(
            path=path,
            acts=tuple(dict.fromkeys(part.act for part in plan.chunks)),
            n_frames=plan.n_frames,
            settings=plan.settings,
            n_bytes=path.stat().st_size,
            elapsed=perf_counter() - began,
            n_cached=plan.n_frames - sum(part.n_frames for part in parts),
            drawn=parts,
        )

    def make(
        self,
        plan: Plan,
        use: Callable[[Iterator[tuple[bytes, int]]], None],
        watcher: Watcher | None = None,
    ) -> tuple[Chunk, ...]:
        """Draw what is missing and give all segments, in order, to `use`; return what was drawn.

        `use` is given each segment with its number of frames, read one at a time. It begins anew,
        with all of them, when one turns out to be gone or damaged.

        Raises
        ------
        RenderError
            As in `render`.
        """
        watcher = watcher or Watcher()
        clock, drawn = _Clock(), set[int]()
        todo = plan
        for _ in range(_ROUNDS):
            watcher.planned(todo)
            self._draw(todo, watcher, clock)
            drawn.update(todo.missing)
            try:
                use(self._segments(plan))
                break
            except MismatchError:  # which of them is not what it should be, none of them tells
                for key in plan.keys:
                    self.store.discard(key, "not all are of one film")
            except _GoneError:
                pass
            todo = replace(
                plan, missing=_places(plan.keys, lambda i: self._segment(plan, i) is None)
            )
        else:
            raise RenderError(
                f"The cache {self.store.folder} does not keep what is written to it: choose "
                "another --cache-dir, or use --no-cache."
            )
        return tuple(plan.chunks[i] for i in sorted(drawn))

    def _draw(self, plan: Plan, watcher: Watcher, clock: _Clock) -> None:
        # The longest first: then no worker is left with a long one at the end.
        places = sorted(plan.missing, key=lambda i: (-plan.costs[i], i))

        def on_event(event: Event) -> None:
            place = places[event.task]
            clock.on_event(event, plan.costs[place])
            if isinstance(event, Ended):
                self.store.put(plan.keys[place], SEGMENT, event.result)
            watcher.on_event(event, plan.chunks[place])

        tasks = [_task(plan.chunks[i], plan.settings) for i in places]
        self.executor.run(tasks, on_event)
        if clock.pace is not None:
            pace = plan.pace * clock.pace
            self.store.put(pace_key(self.machine), PACE, pace)

    def _segments(self, plan: Plan) -> Iterator[tuple[bytes, int]]:
        for place, part in enumerate(plan.chunks):
            segment = self._segment(plan, place)
            if segment is None:
                raise _GoneError
            yield segment, part.n_frames

    def _segment(self, plan: Plan, place: int) -> bytes | None:
        return self.store.get(plan.keys[place], segments_of(plan.chunks[place], plan.settings))

    def _pace(self) -> float:
        """How much longer this machine takes than estimated, from the last render on it."""
        return self.store.get(pace_key(self.machine), PACE) or 1.0


class _GoneError(Exception):
    """A segment has disappeared from the store, or was damaged in it."""


class _Clock:
    """Compares the seconds that tasks take with those they were expected to take."""

    def __init__(self, now: Callable[[], float] = perf_counter) -> None:
        self._now = now
        self._began: dict[int, float] = {}
        self._taken = self._expected = 0.0

    def on_event(self, event: Event, cost: float) -> None:
        if isinstance(event, Began):
            self._began[event.task] = self._now()
        elif isinstance(event, Ended):
            self._taken += self._now() - self._began[event.task]
            self._expected += cost
        elif isinstance(event, Lost):
            self._began.pop(event.task, None)

    @property
    def pace(self) -> float | None:
        return self._taken / self._expected if self._expected else None


def _places(keys: Sequence[str], missing: Callable[[int], bool]) -> tuple[int, ...]:
    """Places of the keys that are missing; one that comes several times is missing once."""
    first = {key: place for place, key in reversed(tuple(enumerate(keys)))}
    return tuple(place for place in sorted(first.values()) if missing(place))


def _task(part: Chunk, settings: RenderSettings) -> Task:
    return Task(str(part), partial(draw_segment, part, settings), part.n_frames)
