"""Drawing processes as the server sees them: forked from a warm one, talked to, ended."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import pickle
import shutil
import signal
import threading
from collections.abc import Callable
from multiprocessing.connection import Connection
from pathlib import Path

from pipeline.studio.drawing import Order, Word, serve
from pipeline.studio.faults import PROJECT
from pipeline.work.workers import interrupts_blocked, limit_threads

_FORKS = multiprocessing.get_context("forkserver")
#: The first of all: it need not wait for Manim to say what is on, and what is kept is shown at once.
_SPAWNS = multiprocessing.get_context("spawn")
#: What it imports.
_WARM = "pipeline.studio.warm"


def prepare(threads: int = 0) -> None:
    """Begin the process that others are forked from; it imports Manim meanwhile."""
    from multiprocessing.forkserver import ensure_running

    limit_threads(threads)  # they are read when NumPy is imported there
    _FORKS.set_forkserver_preload([_WARM])
    before = os.environ.get("PYTHONPATH")
    # The fork server imports before it is told our path.
    os.environ["PYTHONPATH"] = os.pathsep.join([str(PROJECT), *([before] if before else [])])
    try:
        with interrupts_blocked():
            ensure_running()
    finally:
        del os.environ["PYTHONPATH"]
        if before is not None:
            os.environ["PYTHONPATH"] = before


class Drawer:
    """One drawing process.

    Parameters
    ----------
    folder
        For its temporary files; made now, and gone when it is.
    opener, words
        What it opens; see `pipeline.studio.drawing.serve`.
    hear
        Called in a thread with the drawer and each word of it, and with None at its end.
    threads
        Threads that Mesa's software renderer may start in it.
    first
        Whether nothing of ours has been imported for others to begin with: then it begins by itself.

    Attributes
    ----------
    order : Order or None
        What it was last told to draw, until that is done.
    at : tuple of (str, int) or None
        The act it is in, by key, and the frame it stands before.
    open : bool
        Whether the film is open in it.
    """

    def __init__(
        self,
        folder: Path,
        opener: str,
        words: tuple[str, ...],
        hear: Callable[[Drawer, Word | None], None],
        threads: int = 0,
        *,
        first: bool = False,
    ) -> None:
        self.order: Order | None = None
        self.urgent = False
        self.at: tuple[str, int] | None = None
        self.open = False
        self._folder = folder
        self._hear = hear
        self._dead = False
        folder.mkdir()
        self._connection, theirs = _FORKS.Pipe()
        self._process = (_SPAWNS if first else _FORKS).Process(
            target=serve,
            args=(theirs, str(folder), threads, opener, words),
            name="drawing",
            daemon=True,
        )
        self._thread = threading.Thread(
            target=self._talk, args=(theirs,), name="hears what is drawn", daemon=True
        )
        self._thread.start()

    @property
    def pid(self) -> int | None:
        """Its number, once it runs."""
        return self._process.pid

    def give(self, order: Order, *, urgent: bool = False) -> None:
        """Have frames drawn, instead of what it was told before."""
        self.order, self.urgent = order, urgent
        with contextlib.suppress(OSError):  # it is gone, and that is heard
            self._connection.send(order)

    def kill(self) -> None:
        """End it at once; nothing is heard of it any more."""
        self._dead = True
        if self._process.pid is not None:
            self._process.kill()

    def ending(self) -> str:
        """Say how it ended."""
        if self._process.pid is None:
            return "could not be started"
        self._process.join(timeout=1.0)
        code = self._process.exitcode
        if code is not None and code < 0:
            with contextlib.suppress(ValueError):
                return f"was ended by {signal.Signals(-code).name}"
        return f"ended with exit code {code}"

    def _talk(self, theirs: Connection) -> None:
        # Starting it waits for the process it is forked from, which may still be importing Manim.
        with contextlib.suppress(EOFError, OSError, pickle.UnpicklingError):
            with interrupts_blocked():
                self._process.start()
            theirs.close()
            if self._dead:
                self._process.kill()
            while not self._dead:
                self._hear(self, self._connection.recv())
        if not self._dead:
            self._hear(self, None)
        if self._process.pid is not None:
            self._process.join(timeout=1.0)
        self._connection.close()
        shutil.rmtree(self._folder, ignore_errors=True)
