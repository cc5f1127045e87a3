"""Really killed: nothing is lost but time, nothing half-done is left, all of it is told."""

from __future__ import annotations

import contextlib
import os
import random
import signal
import time
from pathlib import Path

import numpy as np
import pytest

from pipeline.scratch import PREFIX
from tests.faults.processes import ACT, Render, frames


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
    assert last.halves() == []


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


def test_two_renders_into_one_folder_do_each_other_no_harm(tmp_path: Path, whole: Render) -> None:
    folder = tmp_path / "r"
    renders = [Render(folder, "--workers", "1") for _ in range(2)]
    for render in renders:
        render.finish()
    assert renders[0].film.read_bytes() == whole.film.read_bytes()
    assert renders[0].halves() == []
    assert sorted(p.name for p in (folder / "out").iterdir()) == [f"{ACT}.mp4"]
