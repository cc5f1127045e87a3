"""Progress counts what is drawn once, whatever is lost on the way, and says it in either form."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console
from rich.progress import Progress

from commands.console import progress
from commands.console.progress import Bars, Lines, Log, print_account, watching
from pipeline.render.film import Chunk
from pipeline.render.plan import Deliverable, Plan
from pipeline.render.settings import RenderSettings
from pipeline.work.executor import Advanced, Began, Ended, Lost

SETTINGS = RenderSettings(width=128, height=72, fps=10)


def nothing(renderer: Any) -> Any:
    raise NotImplementedError


PARTS = (
    *(Chunk("bowl", nothing, start, start + 10) for start in (0, 10)),
    Chunk("flip", nothing, 0, 30),
)
PLAN = Plan(PARTS, ("a", "b", "c"), (1.0, 1.0, 3.0), (0, 2), (SETTINGS,) * 3)


def said(capsys: pytest.CaptureFixture[str]) -> str:
    captured = capsys.readouterr()
    assert captured.out == ""
    return captured.err


def events(monkeypatch: pytest.MonkeyPatch) -> tuple[Lines, list[dict[str, Any]]]:
    """A watcher that speaks of all frames, and what it said."""
    monkeypatch.setattr(progress, "_PERIOD", 0.0)
    told: list[dict[str, Any]] = []
    return Lines(lambda line: told.append(json.loads(line))), told


def test_every_round_counts_chunks_and_not_the_numbers_of_its_tasks(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    lines, told = events(monkeypatch)
    lines.planned(PLAN)
    # The longest first: the numbers of tasks are not those of chunks.
    lines.on_event(Began("1", 0), PARTS[2])
    lines.on_event(Advanced("1", 0, 12), PARTS[2])
    assert told[-1] == {"event": "frames", "drawn": 12, "to_draw": 40}
    lines.on_event(Lost("1", 0, "was ended by SIGKILL", 1), PARTS[2])
    lines.on_event(Began("2", 1), PARTS[0])
    lines.on_event(Advanced("2", 1, 4), PARTS[0])
    assert told[-1] == {"event": "frames", "drawn": 4, "to_draw": 40}
    lines.on_event(Began("1", 0), PARTS[2])
    lines.on_event(Ended("1", 0, b"xx"), PARTS[2])
    assert told[-1] == {
        **{"event": "finished", "worker": "1", "act": "flip", "start": 0, "stop": 30},
        "bytes": 2,
    }
    lines.on_event(Ended("2", 1, b""), PARTS[0])
    # Two pieces are gone from the cache, one of them drawn before and one cached: task 0 is another.
    lines.planned(replace(PLAN, missing=(0, 1)))
    lines.on_event(Began("1", 0), PARTS[1])
    lines.on_event(Advanced("1", 0, 5), PARTS[1])
    assert told[-1] == {"event": "frames", "drawn": 30 + 5, "to_draw": 50}
    lines.on_event(Ended("1", 0, b""), PARTS[1])
    lines.on_event(Began("1", 1), PARTS[0])
    lines.on_event(Advanced("1", 1, 10), PARTS[0])
    assert told[-1] == {"event": "frames", "drawn": 50, "to_draw": 50}
    assert [event["frames_to_draw"] for event in told if event["event"] == "plan"] == [40, 20]


def test_bars_show_the_film_and_every_worker() -> None:
    console = Console(file=io.StringIO(), force_terminal=True, width=100, color_system=None)
    shown = Progress(console=console)
    bars = Bars("film", shown)
    bars.planned(PLAN)
    bars.on_event(Began("1", 0), PARTS[2])
    bars.on_event(Began("2", 1), PARTS[0])
    bars.on_event(Advanced("1", 0, 12), PARTS[2])

    def state() -> list[tuple[str, float | None, float]]:
        return [(task.description, task.total, task.completed) for task in shown.tasks]

    assert state() == [
        ("film (10 frames cached)", 40, 12),
        ("  1: flip, frames 0 to 30", 30, 12),
        ("  2: bowl, frames 0 to 10", 10, 0),
    ]
    bars.on_event(Ended("1", 0, b""), PARTS[2])
    bars.on_event(Ended("2", 1, b""), PARTS[0])
    assert shown.tasks[0].finished
    bars.planned(replace(PLAN, missing=(1,)))
    assert state()[0] == ("film (10 frames cached)", 50, 40)
    assert not shown.tasks[0].finished
    bars.on_event(Began("2", 0), PARTS[1])
    assert [task.description for task in shown.tasks[1:]] == [
        "  1: flip, frames 0 to 30",
        "  2: bowl, frames 10 to 20",
    ]
    bars.on_event(Lost("2", 0, "is [gone]", 1), PARTS[1])
    assert "Worker 2 is [gone]: bowl, frames 10 to 20 is drawn again (loss 1 of 3)." in (
        console.file.getvalue()  # type: ignore[attr-defined]
    )


def test_a_log_hears_of_lost_workers_alone(capsys: pytest.CaptureFixture[str]) -> None:
    told: list[str] = []
    with watching("film", False, told.append, told.append) as watcher:
        assert isinstance(watcher, Log)
        watcher.planned(PLAN)
        watcher.on_event(Began("1", 0), PARTS[0])
        watcher.on_event(Lost("1", 0, "is gone", 2), PARTS[0])
    assert told == ["Worker 1 is gone: bowl, frames 0 to 10 is drawn again (loss 2 of 3)."]
    assert said(capsys) == ""


def test_the_account_is_of_what_was_drawn_and_not_of_what_was_planned(
    capsys: pytest.CaptureFixture[str],
) -> None:
    made = Deliverable(
        Path("film.mp4"), ("bowl", "flip"), 50, SETTINGS, 9, 1.0, n_cached=0, drawn=PARTS
    )
    print_account(PLAN, made)
    rows = [line.split() for line in said(capsys).splitlines()]
    assert rows[1] == ["bowl", "20", "20", "0", "2"]
    assert rows[2] == ["flip", "30", "30", "0", "3"]


def test_a_long_name_costs_no_number_of_the_account(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    path = Path("/home/her/lectures/2026/regularisation") / ("a-long-name-" * 4 + "\x1b[31m.mp4")
    made = Deliverable(path, ("bowl", "flip"), 50, SETTINGS, 123456, 12.3, 20)
    print_account(PLAN, made)
    lines = said(capsys).splitlines()
    assert max(map(len, lines)) <= 80
    table = "\n".join(lines)
    assert all(part in table for part in ("from cache", "seconds of film", "took 12.3 s, 123 kB"))
    assert "\x1b" not in table
