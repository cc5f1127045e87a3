"""What users name as input is read, or refused at once in one sentence."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from pipeline.errors import SettingsError
from pipeline.inputs import open_input, read_json, read_text, read_toml


@contextmanager
def piped(content: bytes) -> Iterator[Path]:
    """A pipe as ``<(command)`` hands it over."""
    reading, writing = os.pipe()
    os.write(writing, content)
    os.close(writing)
    yield Path(f"/dev/fd/{reading}")
    os.close(reading)


def test_a_file_is_read_with_or_without_a_byte_order_mark(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes("λ = 1\r\n".encode("utf-8-sig"))
    (tmp_path / "b").write_bytes(b"x = 1")
    assert read_text(tmp_path / "a") == "λ = 1\r\n"
    assert read_toml(tmp_path / "b") == {"x": 1}
    with piped(b"[1, 2]") as pipe:
        assert read_json(pipe) == [1, 2]


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("/dev/zero", "a device"),
        ("/dev/null", "a device"),
        ("/proc/kmsg", ""),
        ("/proc/self/environ", "no file on a disk"),
        ("/dev/fd/999", "bad file descriptor"),
        ("missing", "no such file"),
        ("folder", "a folder"),
        ("fifo", "a named pipe"),
        ("socket", ""),
        ("x" * 300, "file name too long"),
        ("\x1b[31m", r"\x1b[31m"),
    ],
)
def test_what_is_no_file_is_refused_at_once(
    name: str, says: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("folder").mkdir()
    os.mkfifo("fifo")
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind("socket")
        with pytest.raises(SettingsError, match="cannot be read: ") as refused:
            read_text(Path(name))
        assert says in str(refused.value)


@pytest.mark.parametrize(
    ("content", "read", "says"),
    [
        (b"\xff\xfe", read_text, "no text in UTF-8"),
        (b" " * 4_000_001, read_text, "more than 4 MB"),
        (b"= 3", read_toml, "line 1"),
        (b"{", read_json, "line 1"),
        (b"a = " + b"[" * 100_000, read_toml, "nested too deeply"),
        (b"[" * 100_000, read_json, "nested too deeply"),
    ],
)
def test_a_file_of_something_else_is_one_sentence(
    content: bytes, read: object, says: str, tmp_path: Path
) -> None:
    path = tmp_path / "file"
    path.write_bytes(content)
    with pytest.raises(SettingsError, match=says):
        read(path)  # type: ignore[operator]


def test_what_goes_wrong_while_reading_is_told_of_the_file(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"x")
    says = pytest.raises(SettingsError, match="cannot be read: input/output error")
    with says, open_input(tmp_path / "a"):
        raise OSError(5, "Input/output error")
