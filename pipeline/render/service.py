"""The render service: cached pieces from the store, the rest drawn by an executor, all joined.

Settings → chunks → segments → deliverable. Every segment is kept the moment it is there, so a render
that is stopped, however it is stopped, goes on where it was.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any

from pipeline.errors import RenderError
from pipeline.render.entries import FRAMES, PACE, SEGMENT, TIMELINE, frames_of, segments_of
from pipeline.render.film import Act, Film
from pipeline.render.lossless import FrameBuffer, draw_frames
from pipeline.render.plan import Deliverable, Plan, Watcher, places_missing, together_of
from pipeline.video.join import MismatchError, join_segments
from pipeline.video.segment import draw_segment, segment_options, step
from pipeline.work.chunks import LOSSLESS_TARGET, chunk_costs
from pipeline.work.executor import Began, Ended, Event, Executor, Lost, Task
from pipeline.work.keys import Machine, frames_key, pace_key, segment_key, timeline_key

if TYPE_CHECKING:
    from pipeline.render.film import Chunk, Script
    from pipeline.render.frames import Frame
    from pipeline.render.settings import RenderSettings
    from pipeline.video.metadata import Metadata
    from pipeline.video.sound import Sound
    from pipeline.work.store import Kind, Store

#: How often drawing and joining are begun: pieces may be damaged, or disappear from the store when
#: somebody prunes it, and are then drawn again.
_ROUNDS = 4


@dataclass(frozen=True)
class RenderService:
    """Draws films, keeps what is finished, and joins it.

    Attributes
    ----------
    executor : Executor
        Who draws.
    store : Store
        Where finished pieces are kept.
    machine : Machine
        What draws.
    encoders : Executor or None
        Who encodes animations, on this machine, if not those who draw.
    """

    executor: Executor
    store: Store
    machine: Machine
    encoders: Executor | None = None

    @property
    def local(self) -> Executor:
        """Who works on this machine."""
        return self.encoders or self.executor

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
        """Cut a film into chunks and see which segments are finished already."""
        settings, chunks = film.settings, film.chunks()
        encoder = segment_options(settings)
        keys = tuple(segment_key(part, settings, self.machine, encoder) for part in chunks)
        pace = self._pace()
        return Plan(
            chunks,
            keys,
            costs=tuple(pace * cost for cost in chunk_costs(chunks, film.acts, settings)),
            # Whether they are whole is seen when they are read, once, to be joined.
            missing=places_missing(keys, lambda i: not self.store.has(keys[i], SEGMENT)),
            looks=(settings,) * len(chunks),
            pace=pace,
        )

    def plan_frames(self, film: Film) -> Plan:
        """Cut a film into chunks and see of which the frames are there, without loss."""
        settings, chunks = film.settings, film.chunks(LOSSLESS_TARGET)
        keys = tuple(frames_key(part, settings, self.machine) for part in chunks)
        return Plan(
            chunks,
            keys,
            costs=tuple(chunk_costs(chunks, film.acts, settings)),
            missing=places_missing(keys, lambda i: not self.store.has(keys[i], FRAMES)),
            looks=(settings,) * len(chunks),
            lossless=True,
        )

    def frames(self, films: Sequence[Film], watcher: Watcher | None = None) -> list[FrameBuffer]:
        """Return the frames of films without loss, drawn together where they are not there.

        Raises
        ------
        RenderError
            As in `render`.
        """
        buffers: list[FrameBuffer] = []
        plans = [self.plan_frames(film) for film in films]
        owners = [film for film, plan in zip(films, plans, strict=True) for _ in plan.chunks]

        def use(pieces: Iterator[FrameBuffer]) -> None:
            made = {id(film): FrameBuffer(transparent=film.settings.transparent) for film in films}
            before = None
            for film, part, piece in zip(owners, together.chunks, pieces, strict=True):
                made[id(film)].extend(piece, held=held_between(film, before, part))
                before = part
            buffers[:] = [made[id(film)] for film in films]

        together = together_of(plans)
        self.make(together, use, watcher)
        return buffers

    def stills(
        self, wanted: Sequence[tuple[Act, int, RenderSettings]], watcher: Watcher | None = None
    ) -> list[Frame]:
        """Return single frames of acts, as they are in a film."""
        films = [Film((act,), look, range(frame, frame + 1)) for act, frame, look in wanted]
        return [next(buffer.frames()) for buffer in self.frames(films, watcher)]

    def render(
        self,
        plan: Plan,
        path: Path,
        watcher: Watcher | None = None,
        metadata: Metadata | None = None,
        sound: Sound | None = None,
    ) -> Deliverable:
        """Draw what is missing and join everything into one MP4 file, whole or not at all.

        `metadata` is what the file tells beside its pictures, `sound` what is heard; neither costs
        drawing.

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
            plan,
            lambda pieces: join_segments(
                zip(pieces, (part.n_frames for part in plan.chunks), strict=True),
                plan.settings,
                path,
                told,
                sound,
            ),
            watcher,
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
        use: Callable[[Iterator[Any]], None],
        watcher: Watcher | None = None,
    ) -> tuple[Chunk, ...]:
        """Draw what is missing and give all pieces, in order, to `use`; return what was drawn.

        `use` is given segments, or buffers of frames, read one at a time. It begins anew, with all of
        them, when one turns out to be gone or damaged.

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
                use(self._pieces(plan))
                break
            except MismatchError:  # which of them is not what it should be, none of them tells
                for key in plan.keys:
                    self.store.discard(key, "not all are of one film")
            except _GoneError:
                pass
            todo = replace(
                plan, missing=places_missing(plan.keys, lambda i: self._piece(plan, i) is None)
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
                kind: Kind[Any] = FRAMES if plan.lossless else SEGMENT
                self.store.put(plan.keys[place], kind, event.result)
            watcher.on_event(event, plan.chunks[place])

        tasks = [_task(plan, i) for i in places]
        self.executor.run(tasks, on_event)
        if clock.pace is not None and not plan.lossless:
            pace = plan.pace * clock.pace
            self.store.put(pace_key(self.machine), PACE, pace)

    def _pieces(self, plan: Plan) -> Iterator[Any]:
        for place in range(len(plan.chunks)):
            piece = self._piece(plan, place)
            if piece is None:
                raise _GoneError
            yield piece

    def _piece(self, plan: Plan, place: int) -> Any:
        part, look = plan.chunks[place], plan.looks[place]
        kind: Kind[Any] = frames_of(part, look) if plan.lossless else segments_of(part, look)
        return self.store.get(plan.keys[place], kind)

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


def _task(plan: Plan, place: int) -> Task:
    part = plan.chunks[place]
    draw: Callable[..., Any] = draw_frames if plan.lossless else draw_segment
    return Task(str(part), partial(draw, part, plan.looks[place]), part.n_frames)


def held_between(film: Film, before: Chunk | None, part: Chunk) -> bool:
    """Return whether nothing moves from the last frame of a chunk to the first of the next."""
    if before is None or before.act != part.act or before.stop != part.start:
        return False
    act = next(act for act in film.acts if act.name == part.act)
    first, last = before.frames[-1], part.frames[0]
    return any(start <= first and last < stop for start, stop in act.timeline.holds)
