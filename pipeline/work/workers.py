"""Worker processes on this machine: started once, replaced when they die, gone when we go.

Always spawned, never forked: an OpenGL context and threads do not survive a fork. Each worker has a
pipe of its own, so that one killed in the middle of a word garbles nobody else's, a thread here that
talks with it, so that one stopped in the middle of a word keeps nobody else waiting, and a folder of its
own for temporary files, which goes when it does.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import pickle
import shutil
import signal
import sys
import tempfile
import threading
import time
import traceback
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from importlib import import_module
from multiprocessing.connection import Connection, wait
from pathlib import Path
from queue import SimpleQueue
from typing import Any

from pipeline.errors import RenderError
from pipeline.scratch import scratch_folder, sweep
from pipeline.work.executor import (
    Advanced,
    Began,
    Call,
    Ended,
    Listener,
    Losses,
    Task,
    waited_for,
)
from pipeline.work.heartbeats import Heartbeats, Timeouts

#: Seconds between two words of a worker about its frames: often enough for a bar, no more.
_PERIOD = 0.1
#: Workers that are begun at once.
_AHEAD = 2
#: Threads of BLAS, the worker's own included; it reads them when NumPy is imported. Beyond that it
#: would be no loss: for matrices of two columns it works in the calling thread alone.
_BLAS = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}
#: Threads that Mesa's software renderer starts beside the worker's own; it reads this when a context
#: is made. Two workers on two cores with two threads each are as fast as 1.52 workers, without them
#: as fast as 1.86: the workers are the parallel part.
_MESA = "LP_NUM_THREADS"

_SPAWN = multiprocessing.get_context("spawn")

#: What a worker says: how many more frames, its result, or an error and where it was raised.
_Word = tuple[Any, ...]


class Processes:
    """An executor of worker processes.

    Parameters
    ----------
    n_workers : int
        How many may work at once; no more are started than there are tasks.
    threads : int
        Threads that Mesa's software renderer may start in each, beside the worker's own.
    timeouts : Timeouts
        How long a worker may be silent.
    warm : tuple of str
        Modules that workers import before they are given anything. Then one is begun before there is a
        task, and a second one with the first task, however few there are: what is drawn is measured before,
        in one task, and by then both have imported Manim.
    """

    def __init__(
        self,
        n_workers: int,
        threads: int = 0,
        timeouts: Timeouts | None = None,
        warm: tuple[str, ...] = (),
    ) -> None:
        self._n_workers = n_workers
        self._threads = threads
        self._warm = warm
        self._timeouts = timeouts or Timeouts()
        self._silence = Heartbeats(self._timeouts)
        self._words: SimpleQueue[tuple[_Worker, _Word | None]] = SimpleQueue()
        self._workers: list[_Worker] = []
        self._folder = Path()
        self._until_exit = contextlib.ExitStack()
        self._n_started = 0

    def __enter__(self) -> Processes:
        self._folder = self._until_exit.enter_context(scratch_folder())
        if self._warm:
            self._start()
        return self

    def __exit__(self, *error: object) -> None:
        for worker in self._workers:
            worker.kill()
        for worker in self._workers:
            worker.join()
        self._workers.clear()
        self._until_exit.close()

    def run(self, tasks: Sequence[Task], on_event: Listener) -> None:
        """Do the tasks; see `Executor.run`."""
        waiting = deque(range(len(tasks)))
        losses = Losses(tasks)

        def lose(worker: _Worker, why: str) -> None:
            self._workers.remove(worker)
            if worker.task is not None:
                on_event(losses.count(worker.name, worker.task, why))
                waiting.appendleft(worker.task)

        while waiting or any(worker.task is not None for worker in self._workers):
            idle = [worker for worker in self._workers if worker.task is None]
            while waiting and (idle or len(self._workers) < self._n_workers):
                worker = idle.pop() if idle else self._start()
                index = waiting.popleft()
                worker.give(index, tasks[index].call)
                self._silence.heard(worker.name)
                on_event(Began(worker.name, index))
            while self._warm and len(self._workers) < min(self._n_workers, _AHEAD):
                self._start()
            for worker, word in waited_for(self._words, self._timeouts.look):
                if worker not in self._workers:
                    continue  # the last words of one that was given up
                self._silence.heard(worker.name)
                task = worker.task
                if word is None or task is None:
                    lose(worker, worker.end())
                elif word[0] == "advanced":
                    on_event(Advanced(worker.name, task, *word[1:]))
                elif word[0] == "ended":
                    worker.task = None
                    on_event(Ended(worker.name, task, *word[1:]))
                else:
                    raise raised_elsewhere(*word[1:])
            self._silence.look()
            for worker in tuple(self._workers):
                task = worker.task
                if task is not None and self._silence.is_too_long(
                    worker.name, losses.patience(task)
                ):
                    worker.kill()
                    worker.join()
                    lose(worker, "draws nothing any more")

    def _start(self) -> _Worker:
        self._n_started += 1
        folder = self._folder / str(self._n_started)
        folder.mkdir()
        # Workers keep their place on the screen: a replacement takes the name of the one it replaces.
        taken = {worker.name for worker in self._workers}
        name = next(n for n in map(str, range(1, self._n_workers + 1)) if n not in taken)
        worker = _Worker(name, folder, self._threads, self._warm, self._words)
        self._workers.append(worker)
        return worker


class _Worker:
    """One process, as it is seen from here; `words` is given all it says, and None at its end."""

    def __init__(
        self,
        name: str,
        folder: Path,
        threads: int,
        warm: tuple[str, ...],
        words: SimpleQueue[tuple[_Worker, _Word | None]],
    ) -> None:
        self.name = name
        self.task: int | None = None
        self._connection, theirs = _SPAWN.Pipe()
        self._calls: SimpleQueue[Call | None] = SimpleQueue()
        self._words = words
        self._folder = folder
        self._process = _SPAWN.Process(
            target=serve,
            args=(theirs, str(folder), threads, warm),
            name=f"worker {name}",
            daemon=True,
        )
        with interrupts_blocked(), _program_left_out():
            self._process.start()
        theirs.close()
        self._talking = threading.Thread(target=self._talk, name=f"talks with {name}", daemon=True)
        self._talking.start()

    def give(self, index: int, call: Call) -> None:
        self.task = index
        self._calls.put(call)

    def _talk(self) -> None:
        # If the worker is gone, sending or receiving fails.
        with contextlib.suppress(EOFError, OSError, pickle.UnpicklingError):
            while (call := self._calls.get()) is not None:
                self._connection.send(call)
                word: _Word = ("advanced",)
                while word[0] == "advanced":
                    word = pickle.loads(self._connection.recv_bytes())
                    self._words.put((self, word))
        self._words.put((self, None))

    def end(self) -> str:
        """Say how a process ended that has closed its pipe."""
        self._process.join(timeout=1.0)
        self.kill()
        self.join()
        code = self._process.exitcode
        if code is not None and code < 0:
            with contextlib.suppress(ValueError):
                return f"was ended by {signal.Signals(-code).name}"
        return f"ended with exit code {code}"

    def kill(self) -> None:
        self._process.kill()

    def join(self) -> None:
        self._process.join()
        self._calls.put(None)
        self._talking.join()
        self._connection.close()
        shutil.rmtree(self._folder, ignore_errors=True)


@contextlib.contextmanager
def interrupts_blocked() -> Iterator[None]:
    """Hold back Ctrl-C and the end of a terminal, which reach all that run in it.

    A process started meanwhile never sees them; we see them a moment later.
    """
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGHUP})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


@contextlib.contextmanager
def _program_left_out() -> Iterator[None]:
    """Let a process that is spawned not run anew the program that spawns it, of which it needs nothing."""
    program = vars(sys.modules["__main__"])
    known = {name: program.pop(name, None) for name in ("__file__", "__spec__")}
    program["__spec__"] = None
    try:
        yield
    finally:
        program.update({name: value for name, value in known.items() if value is not None})


# -- in the worker ----------------------------------------------------------------------------------


def serve(connection: Connection, folder: str, threads: int, warm: tuple[str, ...] = ()) -> None:
    """Do what comes through the pipe until it is closed. The main function of a worker."""
    for stop in (signal.SIGINT, signal.SIGHUP):  # Ctrl-C and the end of a terminal reach us all;
        signal.signal(stop, signal.SIG_IGN)  # who started us decides
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    limit_threads(threads)
    tempfile.tempdir = folder
    threading.Thread(target=end_with_parent, args=(folder,), daemon=True).start()
    for module in warm:
        import_module(module)
    with contextlib.suppress(EOFError, BrokenPipeError, ConnectionResetError):
        while True:
            _do(connection, connection.recv_bytes())


def limit_threads(threads: int) -> None:
    """Limit the threads of BLAS and Mesa; to be called before NumPy is imported."""
    for name, value in thread_limits(threads).items():
        os.environ[name] = value


def thread_limits(threads: int) -> dict[str, str]:
    """Return the environment of a worker whose OpenGL renderer may start so many threads.

    Whoever has set one of these variables knows better.
    """
    limits = {**_BLAS, _MESA: str(threads)}
    return {name: os.environ.get(name, value) for name, value in limits.items()}


def _do(connection: Connection, message: bytes) -> None:
    try:
        call: Call = pickle.loads(message)
        word: tuple[Any, ...] = ("ended", call(Counting(lambda n: _say(connection, "advanced", n))))
        packed = pickle.dumps(word)
    except (EOFError, BrokenPipeError, ConnectionResetError):
        raise
    except MemoryError:
        os._exit(12)  # ENOMEM: a new process, with memory in order, tries again
    except BaseException as error:
        packed = pickle.dumps(("raised", *portable(error)))
    connection.send_bytes(packed)


def _say(connection: Connection, *word: Any) -> None:
    connection.send_bytes(pickle.dumps(word))


def end_with_parent(folder: str) -> None:
    """Wait until the process that started us is gone, however it went, and go too."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait([parent.sentinel])
        sweep(Path(folder).parents[1])  # the folder of who started us, with ours in it
        os._exit(1)


class Counting:
    """Counts frames, and reports them at intervals."""

    def __init__(self, say: Callable[[int], None], period: float = _PERIOD) -> None:
        self._say = say
        self._period = period
        self._n_frames = 0
        self._last = time.monotonic()

    def __call__(self) -> None:
        """Count one."""
        self._n_frames += 1
        now = time.monotonic()
        if now - self._last >= self._period:
            self._say(self._n_frames)
            self._n_frames, self._last = 0, now


def portable(error: BaseException) -> tuple[BaseException, str]:
    """Return an exception that can be pickled, and its traceback as text."""
    where = "".join(traceback.format_exception(error))
    error.__cause__ = error.__context__ = None
    try:
        pickle.loads(pickle.dumps(error))
    except Exception:
        return RenderError(f"{type(error).__name__}: {error}"), where
    return error, where


class _ElsewhereError(Exception):
    """Shows, as the cause of an error, where in another process it was raised."""

    def __str__(self) -> str:
        return f"in a worker:\n{self.args[0]}"


def raised_elsewhere(error: BaseException, where: str) -> BaseException:
    """Return the exception of another process, with its traceback there as the cause."""
    error.__cause__ = _ElsewhereError(where)
    return error
