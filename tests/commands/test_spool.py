"""Data through pipes, and what is no file: real processes, since files are opened by the system."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LONGLEY = ROOT / "examples" / "longley.csv"


def diagnose(
    data: str, stdin: str | None = None, shell: str = ""
) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(ROOT / "render.py"), "diagnose", "--response", "Employed"]
    words = [*command, "--data", data]
    if shell:
        words = ["bash", "-c", f'exec "$@" {shell}', "bash", *command, "--data"]
    return subprocess.run(words, input=stdin, capture_output=True, text=True, timeout=120)


def test_a_table_comes_through_a_pipe_and_nothing_is_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    text = LONGLEY.read_text(encoding="utf-8")
    for made in (diagnose("-", text), diagnose("", shell=f"<(cat {LONGLEY})")):
        assert made.returncode == 0, made.stderr
        assert "16 rows of /dev/" in made.stdout
    assert not list(tmp_path.iterdir())


def test_a_pipe_that_nobody_writes_to_is_refused(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    made = diagnose(str(tmp_path / "pipe"))
    assert made.returncode == 2
    assert "is a pipe, and nobody writes to it: name a file" in made.stderr
