"""Executors: one interface for this process, for worker processes and for a cluster.

An executor is given tasks and tells, in the caller's thread, what becomes of them. Tasks may end in any
order. A worker that is lost on the way, or silent for too long, costs nothing but its time: its task is
given to another, at most `MAX_ATTEMPTS` times. What a task itself raises ends the run at once, since it
would be raised again; results told before are not lost.
"""

from __future__ import annotations

import contextlib
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from typing import Any, Protocol, TypeVar

from pipeline.errors import RenderError

MAX_ATTEMPTS = 3

T = TypeVar("T")

#: What a task is: it calls back after each frame, if it draws any, and returns its result.
Call = Callable[[Callable[[], None]], Any]


@dataclass(frozen=True)
class Task:
    """A piece of work, what to call it in a sentence, and how many frames it draws.

    `patience` is how many times longer than usual it may take from one call back to the next.
    """

    name: str
    call: Call
    n_frames: int = 0
    patience: float = 1.0


@dataclass(frozen=True)
class Event:
    """Something happened to a worker; `task` is the place of its task among those given."""

    worker: str
    task: int


@dataclass(frozen=True)
class Began(Event):
    """A worker has begun a task."""


@dataclass(frozen=True)
class Advanced(Event):
    """A worker has drawn more frames."""

    n_frames: int


@dataclass(frozen=True)
class Ended(Event):
    """A worker has finished its task."""

    result: Any


@dataclass(frozen=True)
class Lost(Event):
    """A worker is gone, and its task with it, for the n-th time."""

    reason: str
    attempt: int


Listener = Callable[[Event], None]


class Executor(Protocol):
    """Runs tasks on workers; a context manager that leaves no worker behind."""

    def __enter__(self) -> Executor: ...

    def __exit__(self, *error: object) -> None: ...

    def run(self, tasks: Sequence[Task], on_event: Listener) -> None:
        """Do the tasks, telling `on_event` of everything, and return when all have ended.

        Raises
        ------
        RenderError
            When a task was lost `MAX_ATTEMPTS` times.
        Exception
            What a task raised.
        """


class Losses:
    """Counts how often each task was lost."""

    def __init__(self, tasks: Sequence[Task]) -> None:
        self._tasks = tasks
        self._count: Counter[int] = Counter()

    def patience(self, task: int) -> float:
        """Return its own, doubled with each loss: a machine may be that slow."""
        return self._tasks[task].patience * 2.0 ** self._count[task]

    def count(self, worker: str, task: int, reason: str) -> Lost:
        """Count one more; raise RenderError when it was one too many."""
        self._count[task] += 1
        if self._count[task] >= MAX_ATTEMPTS:
            raise RenderError(
                f"{self._tasks[task].name} could not be finished: {MAX_ATTEMPTS} workers were lost "
                f"over it (the last one {reason}). What is finished is kept; the same command goes "
                "on from there."
            )
        return Lost(worker, task, reason, self._count[task])


def waited_for(words: SimpleQueue[T], seconds: float) -> Iterator[T]:
    """Yield queued messages of workers; wait at most so long for the first, not for others."""
    with contextlib.suppress(Empty):
        yield words.get(timeout=seconds)
        while True:
            yield words.get_nowait()


class SerialExecutor:
    """An executor of one: this process itself. For a single frame, for tests, for a debugger."""

    def __enter__(self) -> SerialExecutor:
        return self

    def __exit__(self, *error: object) -> None:
        """Nobody is left behind."""

    def run(self, tasks: Sequence[Task], on_event: Listener) -> None:
        """Do the tasks one after the other."""
        for index, task in enumerate(tasks):
            on_event(Began("here", index))
            result = task.call(lambda index=index: on_event(Advanced("here", index, 1)))  # type: ignore[misc]
            on_event(Ended("here", index, result))
