"""Files appear whole or not at all, and nothing that exists is touched before that."""

import errno
import os
import stat
import tempfile
from pathlib import Path
from typing import Any, NoReturn

import pytest

from pipeline.errors import RenderError, SettingsError
from pipeline.outputs import atomic_write, check_writable
from pipeline.scratch import scratch_folder


def test_the_file_takes_its_name_at_the_end_only(tmp_path: Path) -> None:
    path = tmp_path / "new" / "film.mp4"
    with atomic_write(path) as temporary:
        temporary.write_bytes(b"whole")
        assert path.parent in temporary.parents  # a rename across disks would not be atomic
        assert not path.exists()
    assert path.read_bytes() == b"whole"
    assert [entry.name for entry in path.parent.iterdir()] == ["film.mp4"]


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt, SystemExit])
def test_a_failure_leaves_the_old_file_and_nothing_else(
    tmp_path: Path, error: type[BaseException]
) -> None:
    path = tmp_path / "film.mp4"
    path.write_bytes(b"old")

    def fail_halfway() -> None:
        with atomic_write(path) as temporary:
            temporary.write_bytes(b"half")
            raise error

    with pytest.raises(error):
        fail_halfway()
    assert path.read_bytes() == b"old"
    assert [entry.name for entry in tmp_path.iterdir()] == ["film.mp4"]


def test_others_may_read_it_as_far_as_the_umask_says(tmp_path: Path) -> None:
    path = tmp_path / "film.mp4"
    before = os.umask(0o027)
    try:
        with atomic_write(path) as temporary:
            temporary.write_bytes(b"whole")
    finally:
        os.umask(before)
    assert stat.S_IMODE(path.stat().st_mode) == 0o640


def test_a_full_disk_at_the_last_moment_is_a_render_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(descriptor: int) -> NoReturn:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    path = tmp_path / "film.mp4"
    path.write_bytes(b"old")
    monkeypatch.setattr(os, "fsync", full)
    with (
        pytest.raises(RenderError, match=r"film\.mp4 .*no space left"),
        atomic_write(path) as temporary,
    ):
        temporary.write_bytes(b"new")
    assert path.read_bytes() == b"old"
    assert [entry.name for entry in tmp_path.iterdir()] == ["film.mp4"]


def test_a_full_disk_in_the_block_is_told_of_the_file(tmp_path: Path) -> None:
    says = r"page\.png .*no space left.* with --plot; no existing"
    with pytest.raises(RenderError, match=says), atomic_write(tmp_path / "page.png", "--plot"):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), "some temporary path")
    assert list(tmp_path.iterdir()) == []


def test_a_full_disk_on_the_way_is_told_of_the_temporary_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    says = f"temporary files {tmp_path} cannot be written .no space left.* with TMPDIR"
    with (
        scratch_folder() as folder,
        pytest.raises(RenderError, match=says),
        atomic_write(folder / "clip.mp4"),
    ):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def test_a_folder_yet_to_be_made_is_writable_and_is_not_made(tmp_path: Path) -> None:
    check_writable(tmp_path / "a" / "b" / "film.mp4")
    assert list(tmp_path.iterdir()) == []


def test_an_existing_file_is_writable_and_stays(tmp_path: Path) -> None:
    path = tmp_path / "film.mp4"
    path.write_bytes(b"old")
    check_writable(path)
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_file_in_the_place_of_the_folder_is_named(tmp_path: Path) -> None:
    (tmp_path / "out").write_bytes(b"")
    for path in (tmp_path / "out" / "film.mp4", tmp_path / "out" / "deep" / "film.mp4"):
        with pytest.raises(SettingsError, match=r"not a directory.*--out"):
            check_writable(path)
        with pytest.raises(SettingsError, match="--out"), atomic_write(path):
            pytest.fail("there is no place for the file")


def test_a_folder_in_the_place_of_the_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "film.mp4").mkdir()
    with pytest.raises(SettingsError, match="a folder of that name"):
        check_writable(tmp_path / "film.mp4")


def test_a_folder_without_permission_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Not by chmod: tests may run as root, who may write anywhere.
    def refuse(**place: Any) -> NoReturn:
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(place["dir"]))

    monkeypatch.setattr(tempfile, "TemporaryFile", refuse)
    with pytest.raises(SettingsError, match=r"permission denied.*--out"):
        check_writable(tmp_path / "film.mp4")


def test_a_name_too_long_for_the_disk_is_told(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="file name too long"):
        check_writable(tmp_path / ("x" * 300) / "film.mp4")


def test_a_link_to_nowhere_is_named_and_stays(tmp_path: Path) -> None:
    link = tmp_path / "out"
    link.symlink_to(tmp_path / "gone")
    for path in (link / "film.mp4", link / "deep" / "film.mp4"):
        with pytest.raises(
            SettingsError, match=r"out is a link to .*gone, which is not there: make"
        ):
            check_writable(path)
    assert not (tmp_path / "gone").exists()
    (tmp_path / "gone").mkdir()
    check_writable(link / "film.mp4")
