"""Real renders, really killed: nothing is lost but time, nothing half-done is left, all of it is told.

A short film at 128x72, in small chunks. `make test` kills a little, `make test-faults` a lot.
"""

from __future__ import annotations

import contextlib
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

from pipeline.scratch import PREFIX

ROOT = Path(__file__).resolve().parents[1]
ACT = "loop"
FILM = ["film", ACT, "--size", "128x72", "--fps", "24"]
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
pytestmark = pytest.mark.skipif(
    not Path("/proc/self/environ").exists(), reason="finds processes by Linux's /proc"
)


class Render:
    """A render in a process of its own, in a folder of its own."""

    def __init__(self, folder: Path, *options: str, limit: int = 0) -> None:
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
            "RIDGE_TEST_MARK": str(folder),  # children inherit it: so they are found
        }
        if "--cluster" in options:
            del environment["RIDGE_WORKERS"]
        with self.log.open("w") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-c", SCRIPT, str(limit), *FILM, "--json", *options],
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
        mark = f"RIDGE_TEST_MARK={self.folder}\0".encode()
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
        """Unfinished files, and temporary folders."""
        return [*self.folder.rglob("*.part*"), *self.temporary.glob(f"{PREFIX}*")]


def frames(path: Path) -> np.ndarray:
    with av.open(path) as container:
        return np.stack([frame.to_ndarray() for frame in container.decode(video=0)])


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Render:
    """A render that nobody disturbed, and its cache."""
    render = Render(tmp_path_factory.mktemp("whole"), "--workers", "0")
    render.finish()
    assert len(render.chunks("finished")) >= 6
    return render


def killed_and_resumed(folder: Path, whole: Render, moments: int, seed: int) -> None:
    """Kill a render with -9 at random moments, each time resuming it, then let it finish.

    Every other time with all its workers, so that nobody can clear up.
    """
    rng = random.Random(seed)
    n_chunks = len(whole.chunks("finished"))
    finished: set[tuple[int, int]] = set()
    for moment in range(moments):
        render = Render(folder)
        if rng.random() < 0.8:  # most while it draws, some while it only begins
            render.wait_for("plan")
            if len(finished) < n_chunks - 2:
                time.sleep(rng.uniform(0.0, 1.5))
        else:
            time.sleep(rng.uniform(0.0, 1.5))
        if moment % 2 == 0:
            render.kill_all()
            left = set(render.temporary.glob(f"{PREFIX}*"))
            assert left or not render.chunks("began")
        else:  # workers see that who started them is gone, and go, too
            render.process.kill()
            render.process.communicate()
            render.assert_gone()
        assert not render.chunks("began") & finished, "a finished chunk was drawn again"
        finished |= render.chunks("finished")
    last = Render(folder, "--workers", "0")
    last.finish()
    assert not last.chunks("began") & finished
    assert finished | last.chunks("finished") == whole.chunks("finished")
    assert np.array_equal(frames(last.film), frames(whole.film))
    assert last.film.read_bytes() == whole.film.read_bytes()
    assert [path for path in last.halves() if "cache" not in path.parts] == []


def test_killed_twice_and_resumed_it_is_the_same_film(tmp_path: Path, whole: Render) -> None:
    killed_and_resumed(tmp_path / "r", whole, moments=2, seed=1)


@pytest.mark.faults
def test_killed_twenty_times_and_resumed_it_is_the_same_film(tmp_path: Path, whole: Render) -> None:
    killed_and_resumed(tmp_path / "r", whole, moments=20, seed=2)


def test_a_killed_worker_is_replaced(tmp_path: Path, whole: Render) -> None:
    render = Render(tmp_path / "r")
    render.wait_for("finished")
    os.kill(render.workers()[0], signal.SIGKILL)
    render.finish()
    (lost,) = [e for e in render.events() if e["event"] == "lost"]
    assert (lost["reason"], lost["attempt"]) == ("was ended by SIGKILL", 1)
    assert np.array_equal(frames(render.film), frames(whole.film))


@pytest.mark.faults
def test_every_worker_killed_again_and_again_until_it_is_too_much(tmp_path: Path) -> None:
    render = Render(tmp_path / "r")
    render.wait_for("began")
    while render.process.poll() is None:
        for pid in render.workers():
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        time.sleep(0.02)
    said = render.finish(code=1)
    assert "could not be finished: 3 workers were lost" in said
    assert f"{ACT}, frames" in said
    assert "was ended by SIGKILL" in said
    assert render.halves() == []


def test_a_killed_dask_worker_loses_nothing(tmp_path: Path, whole: Render) -> None:
    render = Render(tmp_path / "r", "--cluster", "local:2")
    render.wait_for("finished")
    began = {e["worker"] for e in render.events() if e["event"] == "began"}
    victim = listening_on(render, int(sorted(began)[0].rpartition(":")[2]))
    os.kill(victim, signal.SIGKILL)
    render.finish()
    assert len([e for e in render.events() if e["event"] == "lost"]) == 1
    assert np.array_equal(frames(render.film), frames(whole.film))
    assert render.film.read_bytes() == whole.film.read_bytes()
    render.assert_gone()


def listening_on(render: Render, port: int) -> int:
    """The process of a render that listens on this port of TCP."""
    tables = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    inodes = {row[9] for row in tables if row[3] == "0A" and int(row[1].split(":")[1], 16) == port}
    for pid in render.family():
        for link in Path(f"/proc/{pid}/fd").iterdir():
            with contextlib.suppress(OSError):
                if os.readlink(link).removeprefix("socket:[").rstrip("]") in inodes:
                    return pid
    raise AssertionError(f"nobody listens on {port}")


@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM])
def test_stopping_it_is_tidy_and_it_goes_on(
    tmp_path: Path, whole: Render, stop: signal.Signals
) -> None:
    render = Render(tmp_path / "r")
    render.film.parent.mkdir()
    render.film.write_bytes(b"old")
    render.wait_for("finished")
    # As a terminal does it: everybody is told.
    for pid in render.family() if stop == signal.SIGINT else [render.process.pid]:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, stop)
    said = render.finish(code=130)
    render.assert_gone()
    assert said == (
        "Error: Stopped; no unfinished file was left behind. What is finished is kept: "
        "the same command goes on from there.\n"
    )
    assert render.halves() == []
    assert render.film.read_bytes() == b"old"
    finished = render.chunks("finished")
    if stop == signal.SIGINT:
        again = Render(tmp_path / "r", "--workers", "0")
        again.finish()
        assert not again.chunks("began") & finished
        assert again.film.read_bytes() == whole.film.read_bytes()


def test_a_full_disk_is_one_sentence_and_nothing_is_overwritten(
    tmp_path: Path, whole: Render
) -> None:
    """A limit on the size of files stands for the disk: first the cache's, then the film's."""
    sizes = sorted(e["bytes"] for e in whole.events() if e["event"] == "finished")
    for limit, says in (
        (sizes[-1] // 2, "could not be written (file too large): make room with `render.py cache"),
        (sizes[-1] + 1000, f"{ACT}.mp4 could not be written (file too large): make room or"),
    ):
        assert limit < whole.film.stat().st_size
        render = Render(tmp_path / "r", "--workers", "0", limit=limit)
        render.film.parent.mkdir(exist_ok=True)
        render.film.write_bytes(b"old")
        said = render.finish(code=1)
        assert says in said
        assert said.count("\n") == 1
        assert render.halves() == []
        assert render.film.read_bytes() == b"old"
    # With room again, what was finished is used.
    again = Render(tmp_path / "r")
    again.finish()
    assert again.chunks("began") == set()
    assert again.film.read_bytes() == whole.film.read_bytes()


@contextlib.contextmanager
def mounted(folder: Path, options: str) -> Iterator[None]:
    """A small file system of its own, where we may make one."""
    folder.mkdir(parents=True, exist_ok=True)
    command = ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(folder)]
    try:
        done = subprocess.run(command, capture_output=True, check=False)
    except FileNotFoundError:
        pytest.skip("there is no mount")
    if done.returncode:
        pytest.skip("file systems may not be mounted here")
    try:
        yield
    finally:
        subprocess.run(["umount", str(folder)], check=True)


@pytest.mark.faults
@pytest.mark.parametrize("place", ["out", "cache"])
def test_a_disk_that_really_is_full(tmp_path: Path, whole: Render, place: str) -> None:
    folder = tmp_path / "r"
    with mounted(folder / place, "size=64k"):
        said = Render(folder).finish(code=1)
        assert "no space left on device" in said
        assert list((folder / place).rglob("*.part")) == []
    again = Render(folder)
    again.finish()
    assert again.film.read_bytes() == whole.film.read_bytes()


@pytest.mark.parametrize("place", ["out", "cache"])
def test_a_read_only_folder_is_told(tmp_path: Path, place: str) -> None:
    folder = tmp_path / "r"
    with mounted(folder / place, "ro,size=64k"):
        render = Render(folder, "--workers", "0")
        said = render.finish(code=2 if place == "out" else 1)
        assert "read-only file system" in said
        assert ("--out" if place == "out" else "--cache-dir") in said
        assert said.count("\n") == 1
        assert "began" not in {e["event"] for e in render.events()}


def test_damage_to_the_cache_is_told_once_and_mended(tmp_path: Path, whole: Render) -> None:
    """One piece is cut short, in another a bit is flipped."""
    folder = tmp_path / "r"
    shutil.copytree(whole.folder / "cache", folder / "cache")
    largest = sorted((folder / "cache").rglob("[0-9a-f]*"), key=lambda p: p.stat().st_size)
    cut, flipped = largest[-2:]
    cut.write_bytes(cut.read_bytes()[:-9])
    content = bytearray(flipped.read_bytes())
    content[len(content) // 2] ^= 1
    flipped.write_bytes(content)
    render = Render(folder, "--workers", "0")
    said = render.finish()
    assert len(render.chunks("began")) == 2
    assert said.count("\n") == 2
    assert str(cut) in said
    assert str(flipped) in said
    assert render.film.read_bytes() == whole.film.read_bytes()


def test_two_renders_into_one_folder_do_each_other_no_harm(tmp_path: Path, whole: Render) -> None:
    folder = tmp_path / "r"
    renders = [Render(folder, "--workers", "1") for _ in range(2)]
    for render in renders:
        render.finish()
    assert renders[0].film.read_bytes() == whole.film.read_bytes()
    assert renders[0].halves() == []
    assert sorted(p.name for p in (folder / "out").iterdir()) == [f"{ACT}.mp4"]
