"""How work is done and kept: workers, dry runs, the cache, events."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.commands.command_line import (
    ACT,
    TINY,
    run,
)

pytestmark = pytest.mark.usefixtures("elsewhere")


def test_a_dry_run_says_what_would_be_drawn_and_draws_nothing(tmp_path: Path) -> None:
    options = (ACT, "--size", "160x90", "--fps", "4", "--cache-dir", "new")
    told = json.loads(run("film", *options, "--dry-run", "--json").stdout)
    assert told["event"] == "plan"
    assert (
        told["frames"]
        == told["frames_to_draw"]
        == sum(chunk["stop"] - chunk["start"] for chunk in told["chunks"])
    )
    assert told["core_seconds"] > 0
    assert len(told["chunks"]) == 1
    for workers in ("0", "1", "9"):
        result = run("film", *options, "--dry-run", "--workers", workers)
        assert result.exit_code == 0, result.output
        table = " ".join(result.stdout.split())
        assert re.search(r"About \d+ s with 1 worker, in 1 chunk of up to \d+ s\.", table)
    for part in (ACT, str(told["frames"]), "core seconds"):
        assert part in table
    assert not Path("out").exists()


def test_a_second_render_comes_from_the_cache_and_the_cache_can_be_emptied() -> None:
    options = ("film", ACT, *TINY, "--to", "2", "--cache-dir", "new", "--json")
    first, second = (json.loads(run(*options).stdout.splitlines()[-1]) for _ in range(2))
    assert (first["frames_from_cache"], second["frames_from_cache"]) == (0, 4)
    cache = ("cache", "--cache-dir", "new", "--json")
    kept = json.loads(run(*cache).stdout)
    assert kept["folder"] == "new"
    assert kept["entries"] >= 2  # a segment, and the act's timeline
    assert kept["bytes"] > first["bytes"] / 2
    assert json.loads(run(*cache, "--older-than", "1h").stdout)["removed_entries"] == 0
    assert json.loads(run(*cache, "--max-size", "1G").stdout)["removed_entries"] == 0
    cleared = json.loads(run(*cache, "--clear").stdout)
    assert cleared["removed_entries"] == kept["entries"]
    assert (cleared["entries"], cleared["bytes"]) == (0, 0)
    assert run("cache", "--cache-dir", "new").stdout == "new: 0 pieces, 0 bytes\n"
    assert json.loads(run(*options).stdout.splitlines()[-1])["frames_from_cache"] == 0


def test_without_a_cache_nothing_is_kept(tmp_path: Path) -> None:
    options = ("film", ACT, *TINY, "--to", "2", "--cache-dir", "new", "--no-cache", "--json")
    for _ in range(2):
        assert json.loads(run(*options).stdout.splitlines()[-1])["frames_from_cache"] == 0
    assert not Path("new").exists()


def test_events_come_one_a_line() -> None:
    result = run("film", ACT, *TINY, "--to", "2", "--cache-dir", "new", "--json")
    events = [json.loads(line) for line in result.stdout.splitlines()]
    events = [event for event in events if event["event"] != "frames"]  # one a second
    assert [event["event"] for event in events] == ["plan", "began", "finished", "made"]
    plan, began, finished, made = events
    assert plan["frames_to_draw"] == made["frames"] == 4
    assert began == {"event": "began", "worker": "here", "act": ACT, "start": 0, "stop": 4}
    assert finished["bytes"] > 0


def test_a_closing_table_tells_drawn_from_cached() -> None:
    options = ("film", ACT, *TINY, "--cache-dir", "new")
    run(*options, "--to", "1")
    result = run(*options, "--to", "2")
    assert result.stdout.startswith(f"out/{ACT}-0s-2s.mp4: 4 frames")
    lines = [line.split() for line in result.stderr.splitlines()]
    assert lines[0][:4] == ["act", "frames", "drawn", "from"]
    assert lines[1][:4] == [ACT, "4", "4", "0"]
