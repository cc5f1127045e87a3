"""Renders in processes of their own, to be killed, starved and looked at.

A short film at 128x72, in small chunks.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
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
#: Smaller chunks than usual, so that a short film has many.
SCRIPT = (
    "import sys, signal, resource\n"
    "import pipeline.work.chunks as chunks\n"
    "chunks.TARGET, chunks.SHORTEST = 0.04, 0.3\n"
    "limit = int(sys.argv.pop(1))\n"
    "if limit: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))\n"
    "import render\n"
    "render.main()\n"
)


class Render:
    """A render in a process of its own, in a folder of its own: a film, or another `verb`."""

    def __init__(
        self, folder: Path, *options: str, verb: Sequence[str] = FILM, limit: int = 0
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
        with self.log.open("w") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-c", SCRIPT, str(limit), *verb, "--json", *options],
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
        return {(e["start"], e["stop"]) for e in self.events() if e["event"] == event}

    def wait_for(self, event: str, count: int = 1, timeout: float = 120) -> None:
        end = time.monotonic() + timeout
        while len([e for e in self.events() if e["event"] == event]) < count:
            assert self.process.poll() is None, self.process.communicate()
            assert time.monotonic() < end, f"no {event} in {timeout} s: {self.events()}"
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
        """Folders of unfinished files: outputs, entries of the cache, temporary ones."""
        return [*self.folder.rglob(f"{PREFIX}*")]


def frames(path: Path) -> np.ndarray:
    with av.open(path) as container:
        return np.stack([frame.to_ndarray() for frame in container.decode(video=0)])
