"""Temporary folders: gone when we are done, and those of processes that were killed, too.

Each is locked as long as whoever made it lives: the system lets go of a lock when a process ends,
however it ends. A folder that can be locked is therefore abandoned, whatever became of process
numbers, and however many machines or containers share the disk. (systemd's cleaning of old
temporary files keeps its hands off a locked folder, too.)
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

PREFIX = "ridge-film-scratch-"


@contextlib.contextmanager
def scratch_folder() -> Iterator[Path]:
    """Give an empty temporary folder of our own; it goes with all that is in it.

    In the folder for temporary files (``TMPDIR``), which in a worker process is one of its own.
    """
    folder, lock = _make()
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        if lock is not None:
            os.close(lock)


def sweep() -> int:
    """Remove what killed processes of this user have left behind; return how many folders.

    Those of processes that live, here or in another container, and other people's stay.
    """
    folders = Path(tempfile.gettempdir()).glob(f"{PREFIX}*")
    return sum(remove_abandoned(folder) for folder in folders)


def remove_abandoned(folder: Path) -> bool:
    """Remove a scratch folder if it is ours and nobody works in it; return whether it was."""
    try:
        if folder.lstat().st_uid != os.getuid():
            return False
        lock = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    except OSError:
        return False
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:  # somebody works in it, or this disk knows no locks
        return False
    else:
        shutil.rmtree(folder, ignore_errors=True)
        return not folder.exists()
    finally:
        os.close(lock)


def _make() -> tuple[Path, int | None]:
    """A new folder and what keeps it locked, if anything can."""
    while True:
        folder = Path(tempfile.mkdtemp(prefix=PREFIX))
        # Between making and locking it, it looks abandoned: then somebody may have swept it away.
        with contextlib.suppress(FileNotFoundError):
            lock = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                os.close(lock)
                continue
            except OSError:  # nobody can lock anything here, so nobody takes it for abandoned
                os.close(lock)
                return folder, None
            if _is(folder, lock):
                return folder, lock
            os.close(lock)


def _is(folder: Path, descriptor: int) -> bool:
    with contextlib.suppress(FileNotFoundError):
        return os.path.samestat(folder.stat(), os.fstat(descriptor))
    return False
