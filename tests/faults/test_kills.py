"""Really killed: nothing is lost but time, nothing half-done is left, all of it is told."""

from __future__ import annotations

import contextlib
import itertools
import os
import random
import shutil
import signal
import subprocess
import time
from pathlib import Path

import numpy as np
import pytest

from pipeline.scratch import PREFIX
from tests.faults.processes import ACT, FILM, STOPS, Render, frames

SMALL = ("loop", "--size", "128x72", "--fps", "24")
SQUARE = ("--aspect", "1:1", "--width", "64", "--fps", "5")
#: Everything that makes something to keep.
VERBS = {
    "film": (*FILM, "--captions", "file"),
    "preview": ("preview", "--no-open", *SMALL),
    "gif": ("gif", *SQUARE, "--max-size", "30KB"),
    "kit": ("kit", *SQUARE),
    "deck": ("deck", *SMALL),
    "deck in a folder": ("deck", *SMALL, "--to", "manim-slides"),
    "explore": ("explore",),
    "still": ("still", "loop", "--at", "1", "--size", "128x72"),
    "storyboard": ("storyboard", "loop", "--size", "256x144"),
}
#: Of each of them.
KILLS = 25


def test_killed_twice_and_resumed_it_is_the_same_film(tmp_path: Path, whole: Render) -> None:
    """While it draws, with all its workers, and while the film is joined."""
    folder = tmp_path / "r"
    drawing = Render(folder)
    drawing.wait_for("finished")
    drawing.kill_all()
    finished = drawing.chunks("finished")
    joining = Render(folder, dies=True)
    joining.finish(code=-signal.SIGKILL)
    joining.assert_gone()
    assert not joining.chunks("began") & finished, "a finished chunk was drawn again"
    assert any((folder / "out").glob(f"{PREFIX}*/{ACT}.mp4"))
    last = Render(folder, "--workers", "0")
    last.finish()
    assert last.chunks("began") == set()
    assert np.array_equal(frames(last.film), frames(whole.film))
    assert last.film.read_bytes() == whole.film.read_bytes()
    assert last.halves() == []


@pytest.mark.slow
def test_killed_while_a_folder_is_replaced_it_stands_again_after_the_next_run(
    tmp_path: Path, whole: Render
) -> None:
    folder = tmp_path / "r"
    shutil.copytree(whole.folder / "cache", folder / "cache")
    deck = Render(folder, verb=VERBS["deck in a folder"])
    deck.finish()
    made = deck.outputs()
    assert "loop/deck.json" in made
    again = Render(folder, verb=VERBS["deck in a folder"], dies=True)
    again.finish(code=-signal.SIGKILL)
    assert not (folder / "out" / "loop").exists()
    still = Render(folder, verb=VERBS["still"])
    still.finish()
    assert {name: still.outputs().get(name) for name in made} == made
    assert still.halves() == []


@pytest.mark.faults
@pytest.mark.parametrize("name", VERBS)
def test_killed_at_random_moments_and_run_again_it_makes_the_same(
    tmp_path: Path, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Every other time with all its workers, so that nobody can clear up.

    Moments are random parts of the time that the last run took which nobody disturbed, with its
    pieces in the cache or without.
    """
    rng = random.Random(name)
    folder = tmp_path / "r"
    lengths = {}
    for warm in (False, True):
        began = time.monotonic()
        render = Render(folder, verb=VERBS[name])
        render.finish()
        lengths[warm] = time.monotonic() - began
    made, kept = render.outputs(), entries(folder)
    counts = dict.fromkeys(("killed", "left something", "ended before"), 0)
    while counts["killed"] < KILLS:
        warm = rng.random() < 0.3
        if not warm:
            shutil.rmtree(folder / "cache", ignore_errors=True)
        began = time.monotonic()
        render = Render(folder, verb=VERBS[name])
        with contextlib.suppress(subprocess.TimeoutExpired):
            render.process.wait(rng.uniform(0.0, lengths[warm]))
            lengths[warm] = time.monotonic() - began
            counts["ended before"] += 1
            render.finish()
            assert render.outputs() == made
            continue
        counts["killed"] += 1
        if counts["killed"] % 2:
            render.kill_all()
        else:  # workers see that who started them is gone, and go, too
            render.process.kill()
            render.process.communicate()
            render.assert_gone()
        counts["left something"] += bool(render.halves())
        again = Render(folder, verb=VERBS[name])
        again.finish()
        assert not again.chunks("began") & render.chunks("finished"), "it was drawn again"
        assert again.outputs() == made
        assert again.halves() == []
        assert entries(folder) == kept
    with capsys.disabled():
        print(f"\n{name}: {', '.join(f'{what} {count}' for what, count in counts.items())}")


def entries(folder: Path) -> set[str]:
    """What the cache holds, by name."""
    return {path.name for path in (folder / "cache").rglob("*") if path.is_file()}


@pytest.mark.slow
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


@pytest.mark.faults
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
    assert render.halves() == []


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


def faulty(*case: object) -> object:
    """A case of the long tests alone."""
    return pytest.param(*case, marks=pytest.mark.faults)


@pytest.mark.parametrize("stop", [signal.SIGINT, *map(faulty, (signal.SIGTERM, signal.SIGHUP))])
def test_stopping_it_is_tidy_and_it_goes_on(
    tmp_path: Path, whole: Render, stop: signal.Signals
) -> None:
    render = Render(tmp_path / "r")
    render.film.parent.mkdir()
    render.film.write_bytes(b"old")
    render.wait_for("finished")
    # As a terminal does it: everybody is told of Ctrl-C, and of its end.
    for pid in [render.process.pid] if stop == signal.SIGTERM else render.family():
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


@pytest.mark.parametrize(
    ("name", "stop"),
    [
        case if case == ("still", signal.SIGHUP) else faulty(*case)
        for case in itertools.product(VERBS, STOPS)
    ],
)
def test_stopping_any_verb_is_tidy(tmp_path: Path, name: str, stop: signal.Signals) -> None:
    render = Render(tmp_path / "r", verb=VERBS[name])
    render.wait_until_at_work()
    for pid in render.family():
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, stop)
    said = render.finish(code=130)
    render.assert_gone()
    assert said.startswith("Error: Stopped; ")
    assert said.count("\n") == 1
    assert render.halves() == []
    assert render.outputs() == {}


def test_a_run_that_is_not_to_hear_of_its_terminal_does_not(tmp_path: Path) -> None:
    """As ``nohup`` starts it."""
    render = Render(tmp_path / "r", verb=VERBS["still"], deaf_to=[signal.SIGHUP])
    render.wait_until_at_work()
    render.process.send_signal(signal.SIGHUP)
    render.finish()
    assert len(render.outputs()) == 1


def test_two_renders_into_one_folder_do_each_other_no_harm(tmp_path: Path, whole: Render) -> None:
    folder = tmp_path / "r"
    renders = [Render(folder, "--workers", "0") for _ in range(2)]
    for render in renders:
        render.finish()
    assert renders[0].film.read_bytes() == whole.film.read_bytes()
    assert renders[0].halves() == []
    assert sorted(p.name for p in (folder / "out").iterdir()) == [f"{ACT}.mp4"]
