"""Writing, killed before every step that the system sees: run by `test_steps`.

    python -m tests.faults.steps KIND FOLDER

Each attempt is made by a process of its own that sends itself SIGKILL before its k-th step, for
k = 0, 1, … until one gets through. Prints how many were killed; what must hold is asserted.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path

from pipeline.folders import Kind, atomic_folder, check_replaceable
from pipeline.outputs import atomic_write
from pipeline.scratch import PREFIX, scratch_folder
from pipeline.work.store import Kind as Content
from pipeline.work.store import Store

KIT = Kind("kit")
KEY, TEXT = "00" * 32, Content("text", str.encode, bytes.decode)


def write_file(folder: Path, content: str) -> None:
    with atomic_write(folder / "file") as temporary:
        temporary.write_text(content)


def read_file(folder: Path) -> str:
    return (folder / "file").read_text()


def write_folder(folder: Path, content: str) -> None:
    with atomic_folder(folder / "kit", KIT) as fresh:
        (fresh / "text").write_text(content)
        (fresh / "more").mkdir()
        (fresh / "more" / "text").write_text(content)


def read_folder(folder: Path) -> str:
    check_replaceable(folder / "kit", KIT)  # all of it is there, as it was written
    listed = json.loads((folder / "kit" / KIT.manifest).read_text())["files"]
    assert set(listed) == {"text", "more/text"}
    return (folder / "kit" / "text").read_text()


def write_entry(folder: Path, content: str) -> None:
    Store(folder).put(KEY, TEXT, content)


def read_entry(folder: Path) -> str:
    return Store(folder).get(KEY, TEXT) or ""


def work(folder: Path, content: str) -> None:
    tempfile.tempdir = str(folder)
    with scratch_folder() as scratch:
        (scratch / "deep").mkdir()
        (scratch / "deep" / "file").write_text(content)


KINDS: dict[str, tuple[Callable[[Path, str], None], Callable[[Path], str] | None]] = {
    "file": (write_file, read_file),
    "folder": (write_folder, read_folder),
    "entry": (write_entry, read_entry),
    "scratch": (work, None),
}


def killed(action: Callable[[], None], before_step: int) -> bool:
    """Do it in another process, killed before that step; return whether it came to that."""
    steps = 0

    def count(event: str, arguments: object) -> None:
        nonlocal steps
        if event == "open" or event.split(".")[0] in ("os", "fcntl", "shutil", "tempfile"):
            steps += 1
            if steps == before_step + 1:
                os.kill(os.getpid(), signal.SIGKILL)

    if pid := os.fork():
        status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
        assert status in (0, -signal.SIGKILL)
        return status != 0
    sys.addaudithook(count)
    action()
    os._exit(0)


def kill_before_every_step(kind: str, folder: Path) -> int:
    """Return in how many places it was killed."""
    write, read = KINDS[kind]
    for step in range(1000):
        place = folder / str(step)
        place.mkdir()
        write(place, "old")
        if not killed(partial(write, place, "new"), step):
            return step
        # Whatever is written beside it next clears up.
        with atomic_write(place / "next") as temporary:
            temporary.touch()
        assert list(place.rglob(f"{PREFIX}*")) == []
        assert read is None or read(place) in ("old", "new")
        write(place, "newer")
        assert read is None or read(place) == "newer"
        assert list(place.rglob(f"{PREFIX}*")) == []
    raise AssertionError("it never gets through")


if __name__ == "__main__":
    print(kill_before_every_step(sys.argv[1], Path(sys.argv[2])))
