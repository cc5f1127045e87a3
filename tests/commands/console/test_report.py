"""What is said of a render: to people in a line, to programs in JSON, to logs nothing."""

import json
from pathlib import Path

import pytest

from commands.console.doctor import Check
from commands.console.made import film_report
from commands.console.report import print_acts, print_checks, progress_bar, waiting
from pipeline.render.plan import Deliverable
from pipeline.render.settings import RenderSettings


def made(path: str = "out/film.mp4", n_frames: int = 150) -> Deliverable:
    look = RenderSettings(width=1280, height=720, fps=30)
    return Deliverable(Path(path), ("a", "b"), n_frames, look, 1_234_567, elapsed=3.0)


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TTY_COMPATIBLE", "1")
    monkeypatch.setenv("COLUMNS", "120")


def test_a_log_stays_empty(capsys: pytest.CaptureFixture[str]) -> None:
    with waiting("Measuring"), progress_bar("film", 3) as advance:
        for _ in range(3):
            advance()
    assert capsys.readouterr() == ("", "")


@pytest.mark.usefixtures("terminal")
def test_a_terminal_shows_frames_and_their_rate(capsys: pytest.CaptureFixture[str]) -> None:
    with progress_bar("[film]", 3) as advance:
        for _ in range(3):
            advance()
    out, err = capsys.readouterr()
    assert out == ""
    assert "[film]" in err
    assert "3/3" in err
    assert "frames/s" in err


@pytest.mark.usefixtures("terminal")
def test_a_terminal_shows_what_is_waited_for(capsys: pytest.CaptureFixture[str]) -> None:
    with waiting("Stepping through"):
        pass
    assert "Stepping through" in capsys.readouterr().err


def test_the_closing_line_names_path_frames_seconds_and_size() -> None:
    assert film_report(made()).line == (
        "out/film.mp4: 150 frames, 5 s at 30 fps, 1280x720, 1.23 MB; took 3.0 s (50.0 frames/s)"
    )
    assert film_report(made("out/a-1s.png", 1)).line == "out/a-1s.png: 1280x720, 1.23 MB"


def test_a_report_has_plain_numbers_for_programs() -> None:
    facts = json.loads(json.dumps(film_report(made()).payload))
    assert facts == {
        "path": "out/film.mp4",
        "acts": ["a", "b"],
        "frames": 150,
        "seconds": 5.0,
        "width": 1280,
        "height": 720,
        "fps": 30,
        "theme": "dark",
        "bytes": 1234567,
        "elapsed_seconds": 3.0,
        "captions": [],
        "chapters": [],
        "frames_from_cache": 0,
    }


def test_acts_are_shown_as_they_are_written(capsys: pytest.CaptureFixture[str]) -> None:
    print_acts([{"name": "bowl", "seconds": 4.0, "frames": 120, "summary": "[b]λ[/b] grows"}], 30)
    out = capsys.readouterr().out
    for part in ("bowl", "4.0 s", "120", "30 fps", "[b]λ[/b] grows"):
        assert part in out


def test_what_is_missing_comes_with_its_remedy(capsys: pytest.CaptureFixture[str]) -> None:
    checks = [
        Check("Python", "3.11.7"),
        Check("OpenGL", None, remedy="install [Mesa]"),
        Check("Screen", None, needed=False, remedy="none"),
    ]
    print_checks(checks)
    python, opengl, screen = capsys.readouterr().out.splitlines()
    assert python.split() == ["ok", "Python", "3.11.7"]
    assert opengl.split() == ["missing", "OpenGL", "install", "[Mesa]"]
    assert screen.split() == ["-", "Screen", "none"]
