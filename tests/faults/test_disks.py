"""A disk that is full or read-only is told in one sentence, and what exists stays."""

from __future__ import annotations

import contextlib
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.scratch import PREFIX
from tests.faults.processes import ACT, Render


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


def test_a_full_folder_for_temporary_files_is_named_as_that(tmp_path: Path) -> None:
    """There the segments of a film without a cache go; there is room in it to begin with."""
    folder = tmp_path / "r"
    with mounted(folder / "temporary", "size=8k"):
        said = Render(folder, "--workers", "0", "--no-cache").finish(code=1)
    assert said.startswith(
        f"Error: The folder for temporary files {folder / 'temporary'} cannot be"
    )
    assert "TMPDIR" in said
    assert said.count("\n") == 1


@pytest.mark.faults
@pytest.mark.parametrize("place", ["out", "cache"])
def test_a_disk_that_really_is_full(tmp_path: Path, whole: Render, place: str) -> None:
    folder = tmp_path / "r"
    with mounted(folder / place, "size=64k"):
        said = Render(folder).finish(code=1)
        assert "no space left on device" in said
        assert list((folder / place).rglob(f"{PREFIX}*")) == []
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
