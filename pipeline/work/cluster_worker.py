"""What runs on a Dask worker: it says what it is, and does one task at a time."""

from __future__ import annotations

import pickle
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from pipeline.work.executor import Call
from pipeline.work.keys import Machine, this_machine
from pipeline.work.sources import source_digest
from pipeline.work.workers import Counting, limit_threads, portable

#: Seconds between two words of a worker about its frames.
PERIOD = 0.5


def packed(function: Callable[..., Any], *args: Any) -> bytes:
    """Return a call that is made when it is unpickled.

    Dask's scheduler unpickles what it passes on, and would need our code to do it. So what it sees is
    ``pickle.loads`` and bytes: only workers, where these bytes are unpickled, must know what we are.
    """
    return pickle.dumps(_Packed(function, args))


class _Packed:
    def __init__(self, function: Callable[..., Any], args: tuple[Any, ...]) -> None:
        self._call = function, args

    def __reduce__(self) -> tuple[Callable[..., Any], tuple[Any, ...]]:
        return self._call


@dataclass(frozen=True)
class Sources:
    """The modules that all workers must have as we have them; see `source_digest`."""

    modules: tuple[str, ...]
    packages: tuple[str, ...]

    def digest(self) -> str:
        """Return their digest in this process."""
        return source_digest(self.modules, self.packages)


class _UnwantedError(Exception):
    """Nobody wants what is being drawn."""


@lru_cache(maxsize=1)
def _thread() -> ThreadPoolExecutor:
    """The one thread of this process that draws.

    An OpenGL context belongs to a thread, and Manim's configuration to the process.
    """
    return ThreadPoolExecutor(max_workers=1, thread_name_prefix="drawing")


def describe(opengl: Callable[[], Mapping[str, str]], sources: Sources) -> tuple[Machine, str]:
    """Say what this worker draws on, and the digest of its sources.

    The first thing that a worker is asked, so nothing has been drawn on it: the renderer still reads
    how many threads it may start. BLAS has read it already, see `thread_limits` and docs/cluster.md.
    """
    limit_threads(0)
    machine = this_machine(_thread().submit(opengl).result())
    return machine, sources.digest()


def work(call: Call, topic: str, task: int) -> tuple[Any, ...]:
    """Do a task on a worker and return what became of it.

    It ends at the next frame once nobody wants the result: who asked is gone, or took this worker for
    lost. Dask itself only waits for a task that has begun.
    """
    from distributed import get_worker

    worker = get_worker()
    address, states, key = worker.address, worker.state.tasks, worker.get_current_task()

    def say(n_frames: int) -> None:
        worker.log_event(topic, (address, task, n_frames))

    counting = Counting(say, PERIOD)

    def on_frame() -> None:
        if key not in states or states[key].state == "cancelled":
            say(0)  # so that it is known that this worker can draw
            raise _UnwantedError
        counting()

    try:
        return "ended", _thread().submit(call, on_frame).result()
    except MemoryError:
        return ("memory",)
    except BaseException as error:
        return ("raised", *portable(error))
