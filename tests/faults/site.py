"""A Dask scheduler and workers in processes of their own, to be stopped, killed and started again."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from pipeline.work.cluster import Cluster
from pipeline.work.cluster_worker import Sources
from pipeline.work.executor import Ended, Event, Task
from pipeline.work.heartbeats import Timeouts
from tests.faults.processes import AT_LAST, ROOT

SOURCES = Sources(("pipeline.work.cluster_worker",), ("pipeline",))
#: Little of it, so that tests are short; enough for workers that share a core with others.
TIMEOUTS = Timeouts(look=0.1, tell=1.5, lose=5.0, connect=AT_LAST, give_up=2 * AT_LAST)

OnFrame = Callable[[], None]
#: What somebody does when a sentence or an event with these words is heard, in turn.
Story = Iterator[str]


def renderer() -> dict[str, str]:
    return {"renderer": "pencil", "version": "2"}


class Draw:
    """A task that draws until there is a file, and says how many frames that could have been."""

    def __init__(self, number: int, until: Path) -> None:
        self.number, self.until = number, until

    def __call__(self, on_frame: OnFrame) -> int:
        while not self.until.exists():
            time.sleep(0.02)
            on_frame()
        return self.number**2


class Hang:
    """A task that hangs the first time, though its worker answers."""

    def __init__(self, number: int, mark: Path) -> None:
        self.number, self.mark = number, mark

    def __call__(self, on_frame: OnFrame) -> int:
        if not self.mark.exists():
            self.mark.touch()
            time.sleep(2 * AT_LAST)
        return self.number**2


def pid(on_frame: OnFrame) -> int:
    time.sleep(0.1)
    return os.getpid()


class Site:
    """Where a scheduler and its workers are."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        with socket.create_server(("127.0.0.1", 0)) as listener:
            self.port = listener.getsockname()[1]
        self.address = f"tcp://127.0.0.1:{self.port}"
        self.processes: list[subprocess.Popen[bytes]] = []
        self.told: list[str] = []

    def start(self, *arguments: object, path: Path = ROOT) -> subprocess.Popen[bytes]:
        limits = ("LP_NUM_THREADS", "OMP_NUM_THREADS")
        with (self.folder / "dask.log").open("ab") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "dask", *map(str, arguments), "--no-dashboard"],
                env={**os.environ, "PYTHONPATH": str(path), **dict.fromkeys(limits, "1")},
                stdout=log,
                stderr=log,
                cwd=self.folder,
            )
        self.processes.append(process)
        return process

    def scheduler(self) -> subprocess.Popen[bytes]:
        return self.start("scheduler", "--host", "127.0.0.1", "--port", self.port)

    def worker(self, path: Path = ROOT) -> subprocess.Popen[bytes]:
        folder = self.folder / f"worker-{len(self.processes)}"
        options = (
            "--nthreads",
            1,
            "--no-nanny",
            "--local-directory",
            folder,
            "--host",
            "127.0.0.1",
        )
        return self.start("worker", self.address, *options, path=path)

    def close(self) -> None:
        for process in self.processes:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            process.wait()

    def pids(self, cluster: Cluster, n_workers: int) -> dict[str, int]:
        """Wait until so many workers work; return the process of each."""
        found: dict[str, int] = {}
        end = time.monotonic() + AT_LAST

        def on_event(event: Event) -> None:
            if isinstance(event, Ended):
                found[event.worker] = event.result

        while len(found) < n_workers:
            assert time.monotonic() < end, self.told
            found.clear()
            cluster.run([Task("who", pid)] * n_workers, on_event)
        return found

    def play(
        self,
        tasks: list[Any],
        story: Callable[[dict[str, int]], Story],
        n_workers: int,
        timeouts: Timeouts = TIMEOUTS,
    ) -> dict[int, Any]:
        """Do tasks while a story happens to their workers; return the results.

        The story yields the words that it waits for, in a sentence or in an event.
        """
        results: dict[int, Any] = {}
        steps: Story = iter(())
        waited = ""

        def hear(words: str) -> None:
            nonlocal waited
            self.told.append(words)
            while waited and waited in self.told[-1]:
                self.told.append("")
                waited = next(steps, "")

        def on_event(event: Event) -> None:
            if isinstance(event, Ended):
                results[event.task] = event.result
            hear(repr(event))

        with Cluster(self.address, renderer, SOURCES, hear, timeouts=timeouts) as cluster:
            cluster.machine()
            steps = story(self.pids(cluster, n_workers))
            waited = next(steps)
            cluster.run([Task(f"task {i}", call) for i, call in enumerate(tasks)], on_event)
        assert not waited, f"nobody said {waited!r}: {self.told}"
        return results


def stop(number: int) -> None:
    os.kill(number, signal.SIGSTOP)


def go_on(number: int) -> None:
    os.kill(number, signal.SIGCONT)


def kill(number: int) -> None:
    os.kill(number, signal.SIGKILL)


@contextlib.contextmanager
def a_site(folder: Path, n_workers: int) -> Iterator[Site]:
    """Start a scheduler and workers; end them."""
    folder.mkdir(exist_ok=True)
    site = Site(folder)
    try:
        site.scheduler()
        for _ in range(n_workers):
            site.worker()
        yield site
    finally:
        site.close()
