"""A temporary folder goes when its maker does, however that was, and never before."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from pipeline import scratch
from pipeline.scratch import PREFIX, SET_ASIDE, scratch_folder, sweep

ROOT = Path(__file__).resolve().parents[2]
#: Makes a folder, writes into it, says where, and stays until its standard input is closed.
STAY = (
    "import sys; from pipeline.scratch import scratch_folder\n"
    "with scratch_folder() as folder:\n"
    "    (folder / 'inner').mkdir(); (folder / 'inner' / 'file').write_text('x')\n"
    "    print(folder, flush=True); sys.stdin.read()\n"
)


@pytest.fixture(autouse=True)
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder for temporary files of our own."""
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


@contextmanager
def somebody() -> Iterator[tuple[subprocess.Popen[str], Path]]:
    """Another process, and its folder."""
    pipe = subprocess.PIPE
    with subprocess.Popen(
        [sys.executable, "-c", STAY], stdin=pipe, stdout=pipe, text=True, cwd=ROOT
    ) as process:
        assert process.stdout is not None
        yield process, Path(process.stdout.readline().strip())


def test_it_is_there_and_then_it_is_gone(temporary: Path) -> None:
    with scratch_folder() as folder:
        assert folder.parent == temporary
        assert list(folder.iterdir()) == []
        (folder / "file").touch()
    assert list(temporary.iterdir()) == []


def test_it_is_gone_after_a_failure(temporary: Path) -> None:
    with pytest.raises(ZeroDivisionError), scratch_folder():
        1 / 0  # noqa: B018
    assert list(temporary.iterdir()) == []


def test_nobody_s_work_is_swept_away(temporary: Path) -> None:
    with scratch_folder() as ours, somebody() as (process, theirs):
        sweep(temporary)
        assert ours.is_dir()
        assert (theirs / "inner" / "file").exists()
        process.communicate()
        assert not theirs.exists()


def test_what_a_killed_process_left_is_swept_away() -> None:
    with somebody() as (process, theirs):
        process.send_signal(signal.SIGKILL)
    assert (theirs / "inner" / "file").exists()
    with scratch_folder() as ours:
        assert not theirs.exists()
        assert ours.is_dir()


def test_what_is_not_a_folder_of_ours_stays(
    temporary: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    elsewhere = temporary / "elsewhere"
    (elsewhere / "work").mkdir(parents=True)
    (temporary / f"{PREFIX}file").touch()
    (temporary / f"{PREFIX}link").symlink_to(elsewhere)
    (temporary / "ridge-film-other").mkdir()
    sweep(temporary)
    foreign = temporary / f"{PREFIX}foreign"
    foreign.mkdir()
    with monkeypatch.context() as patch:
        patch.setattr(os, "getuid", lambda: foreign.stat().st_uid + 1)
        sweep(temporary)
    assert {path.name for path in temporary.iterdir()} == {
        *("elsewhere", "ridge-film-other"),
        *(f"{PREFIX}{kind}" for kind in ("file", "link", "foreign")),
    }
    assert (elsewhere / "work").is_dir()
    sweep(temporary)
    assert not foreign.exists()


@pytest.mark.parametrize("moment", ["open", "flock"])
def test_one_that_is_swept_away_while_it_is_made_is_made_again(
    temporary: Path, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    """The one moment in which a folder is there and not locked."""
    swept: list[Path] = []
    module = os if moment == "open" else scratch.fcntl
    real = getattr(module, moment)

    def late(*args: object, **options: object) -> object:
        monkeypatch.setattr(module, moment, real)
        swept.extend(temporary.iterdir())
        sweep(temporary)
        return real(*args, **options)

    monkeypatch.setattr(module, moment, late)
    with scratch_folder() as folder:
        assert len(swept) == 1
        assert folder not in swept
        sweep(temporary)
        assert list(temporary.iterdir()) == [folder]


def test_where_nothing_can_be_locked_only_what_is_old_is_swept(
    temporary: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_locks(descriptor: int, operation: int) -> None:
        raise OSError(38, "Function not implemented")

    monkeypatch.setattr(scratch.fcntl, "flock", no_locks)
    with scratch_folder() as folder:
        sweep(temporary)
        assert folder.is_dir()
        os.utime(folder, (0, 0))
        sweep(temporary)
        assert not folder.exists()
    assert list(temporary.iterdir()) == []


def test_what_was_set_aside_is_put_back_unless_its_place_is_taken(temporary: Path) -> None:
    for name in ("missing", "replaced"):
        old = temporary / f"{PREFIX}{name}" / SET_ASIDE / name
        old.mkdir(parents=True)
        (old / "file").write_text("old")
    (temporary / "replaced").mkdir()
    (temporary / "replaced" / "file").write_text("new")
    sweep(temporary)
    assert (temporary / "missing" / "file").read_text() == "old"
    assert (temporary / "replaced" / "file").read_text() == "new"
    assert {path.name for path in temporary.iterdir()} == {"missing", "replaced"}


@pytest.mark.parametrize("moment", ["mkdir", "rmtree"])
def test_none_is_left_by_who_is_interrupted_as_it_comes_or_goes(
    temporary: Path, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    module = Path if moment == "mkdir" else shutil
    real = getattr(module, moment)

    def interrupted(*args: object, **options: object) -> None:
        monkeypatch.setattr(module, moment, real)
        if moment == "mkdir":
            real(*args, **options)
        raise KeyboardInterrupt

    monkeypatch.setattr(module, moment, interrupted)
    with pytest.raises(KeyboardInterrupt), scratch_folder() as folder:
        (folder / "file").touch()
    assert list(temporary.iterdir()) == []
