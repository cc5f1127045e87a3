"""Renders in processes of their own, to be killed, starved and looked at.

A short film at 128x72, in small chunks.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import av
import numpy as np

from pipeline.scratch import PREFIX

ROOT = Path(__file__).resolve().parents[2]
ACT = "loop"
FILM = ("film", ACT, "--size", "128x72", "--fps", "24")
#: Long enough for any machine to let go of what has been killed: nothing is timed here.
AT_LAST = 60.0
#: Smaller chunks than usual, so that a short film has many; then a limit on the size of files, and
#: the folder before whose next output it kills itself: just when that is to take its name.
SCRIPT = """
import os, resource, signal, sys
import pipeline.work.chunks as chunks
chunks.TARGET, chunks.SHORTEST = 0.04, 0.3
limit, fatal = int(sys.argv.pop(1)), sys.argv.pop(1)
if limit:
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
def kill(event, given):
    if event == "os.rename" and os.path.dirname(os.fspath(given[1])) == fatal:
        os.kill(os.getpid(), signal.SIGKILL)
if fatal:
    sys.addaudithook(kill)
import render
render.main()
"""


#: What ends a run tidily.
STOPS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@contextlib.contextmanager
def hearing(but: Sequence[signal.Signals]) -> Iterator[None]:
    """Let a process that is started now be stopped by all but some signals.

    What is ignored when it starts stays ignored, and under nohup or in the background tests ignore
    some themselves.
    """
    before = {
        each: signal.signal(each, signal.SIG_IGN if each in but else signal.SIG_DFL)
        for each in STOPS
    }
    try:
        yield
    finally:
        for each, how in before.items():
            signal.signal(each, how)


class Render:
    """A render in a process of its own, in a folder of its own: a film, or another `verb`."""

    def __init__(
        self,
        folder: Path,
        *options: str,
        verb: Sequence[str] = FILM,
        limit: int = 0,
        dies: bool = False,
        deaf_to: Sequence[signal.Signals] = (),
    ) -> None:
        self.folder, self.temporary = folder, folder / "temporary"
        self.temporary.mkdir(parents=True, exist_ok=True)
        self.log = folder / f"{time.monotonic_ns()}.log"
        environment = {name: value for name, value in os.environ.items() if "RIDGE_" not in name}
        environment |= {
            "PYTHONPATH": str(ROOT),
            "RIDGE_CACHE_DIR": str(folder / "cache"),
            "RIDGE_OUT": str(folder / "out"),
            "RIDGE_WORKERS": "2",
            "TMPDIR": str(self.temporary),
            "RENDER_UNDER_TEST": str(folder),  # children inherit it: so they are found
        }
        if "--cluster" in options:
            del environment["RIDGE_WORKERS"]
        fatal = environment["RIDGE_OUT"] if dies else ""
        with self.log.open("w") as log, hearing(deaf_to):
            self.process = subprocess.Popen(
                [sys.executable, "-c", SCRIPT, str(limit), fatal, *verb, "--json", *options],
                env=environment,
                stdout=log,
                stderr=subprocess.PIPE,
                text=True,
            )

    def events(self) -> list[dict[str, Any]]:
        """What was said so far; a line that is not finished does not count."""
        lines = self.log.read_text().split("\n")[:-1]
        return [json.loads(line) for line in lines]

    def chunks(self, event: str) -> set[tuple[int, int]]:
        return {(e["start"], e["stop"]) for e in self.events() if e.get("event") == event}

    def wait_for(self, event: str, count: int = 1, timeout: float = 120) -> None:
        end = time.monotonic() + timeout
        while len([e for e in self.events() if e["event"] == event]) < count:
            assert self.process.poll() is None, self.process.communicate()
            assert time.monotonic() < end, f"no {event} in {timeout} s: {self.events()}"
            time.sleep(0.01)

    def wait_until_at_work(self) -> None:
        """Wait until it has made a temporary folder."""
        while not any(self.temporary.iterdir()):
            assert self.process.poll() is None, self.process.communicate()
            time.sleep(0.01)

    def finish(self, code: int = 0) -> str:
        """Wait for the end; return what was said on stderr."""
        _, said = self.process.communicate(timeout=300)
        assert self.process.returncode == code, said
        assert "Traceback" not in said
        return said

    def family(self) -> set[int]:
        """Every process that it started, and itself, as long as they run."""
        mark = f"RENDER_UNDER_TEST={self.folder}\0".encode()
        found = set()
        for entry in Path("/proc").glob("[0-9]*"):
            with contextlib.suppress(OSError):
                if mark in (entry / "environ").read_bytes():
                    found.add(int(entry.name))
        return found

    def workers(self) -> list[int]:
        """Its worker processes."""
        found = []
        for pid in self.family() - {self.process.pid}:
            with contextlib.suppress(OSError):
                if b"spawn_main" in Path(f"/proc/{pid}/cmdline").read_bytes():
                    found.append(pid)
        return sorted(found)

    def outputs(self) -> dict[str, str]:
        """What it has made: the digest of every file by its name."""
        out = self.folder / "out"
        return {
            str(path.relative_to(out)): hashlib.sha256(path.read_bytes()).hexdigest()
            for path in out.rglob("*")
            if path.is_file()
        }

    def assert_gone(self) -> None:
        """Wait until nobody of the family is left."""
        end = time.monotonic() + AT_LAST
        while self.family():
            assert time.monotonic() < end, f"still there: {self.family()}"
            time.sleep(0.02)

    def kill_all(self) -> None:
        """Kill the render with all its workers, as a power cut does."""
        self.process.send_signal(signal.SIGSTOP)  # so that it replaces nobody meanwhile
        for pid in self.family():
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self.process.communicate()
        self.assert_gone()

    @property
    def film(self) -> Path:
        return self.folder / "out" / f"{ACT}.mp4"

    def halves(self) -> list[Path]:
        """What is not meant to be kept: folders of unfinished files, and all that is temporary."""
        return [*self.folder.rglob(f"{PREFIX}*"), *self.temporary.iterdir()]


def frames(path: Path) -> np.ndarray:
    with av.open(path) as container:
        return np.stack([frame.to_ndarray() for frame in container.decode(video=0)])
