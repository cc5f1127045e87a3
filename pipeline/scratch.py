"""Staging folders: temporary and locked, removed by their maker, swept when it was killed.

What is written beside an output, in the cache, or for temporary use is written in such a folder. It
is locked as long as whoever made it lives: the system lets go of a lock when a process ends, however
it ends. A folder that can be locked is therefore abandoned, whatever became of process numbers, and
however many containers share the disk. Where a file system knows no locks, its age must tell.
(systemd's cleaning of old temporary files keeps its hands off a locked folder, too.)
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import secrets
import shutil
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

PREFIX = ".ridge-film-"
#: In a folder of ours, what stood in the place of an output that was to be replaced.
SET_ASIDE = "set-aside"
#: Seconds after which nobody works in a folder any more, where there are no locks to tell.
_ABANDONED = 7 * 24 * 3600


@contextlib.contextmanager
def staging_folder(parent: Path) -> Iterator[Path]:
    """Give an empty, locked temporary folder in `parent`, removed when the block ends.

    What killed processes have left in `parent` goes first.

    Raises
    ------
    OSError
        When it cannot be made.
    """
    sweep(parent)
    # It is named before it is made, so that it goes whenever we are interrupted.
    named: list[Path] = []
    lock = None
    try:
        lock = _make(parent, named)
        yield named[-1]
    finally:
        try:
            for folder in named[-1:]:
                _remove(folder)
        except KeyboardInterrupt:
            for folder in named[-1:]:
                _remove(folder)
            raise
        finally:
            if lock is not None:
                os.close(lock)


def scratch_folder() -> contextlib.AbstractContextManager[Path]:
    """Give a staging folder among the temporary files (``TMPDIR``; a worker has its own)."""
    return staging_folder(Path(tempfile.gettempdir()))


def is_scratch(path: Path) -> bool:
    """Whether a path is in a folder of ours, so that no user has chosen it."""
    return any(part.startswith(PREFIX) for part in path.parts)


def sweep(parent: Path) -> None:
    """Remove what killed processes of this user have left in a folder.

    What they had set aside is put back, where nothing has taken its place. Folders of processes
    that live, here or in another container, and other people's stay.
    """
    with contextlib.suppress(OSError):
        for folder in parent.glob(f"{PREFIX}*"):
            with contextlib.suppress(OSError):
                lock = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
                try:
                    if _is_abandoned(lock):
                        _remove(folder)
                finally:
                    os.close(lock)


def _is_abandoned(folder: int) -> bool:
    """Whether a folder, given as a descriptor, is ours and nobody works in it."""
    status = os.fstat(folder)
    if status.st_uid != os.getuid():
        return False
    try:
        fcntl.flock(folder, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:  # there are no locks
        return time.time() - status.st_mtime > _ABANDONED
    return True


def _make(parent: Path, named: list[Path]) -> int:
    """Make a folder, the last that is named; return what keeps it locked, if anything can."""
    while True:
        folder = parent / f"{PREFIX}{secrets.token_hex(8)}"
        named.append(folder)
        folder.mkdir(mode=0o700)
        # Between making and locking it, it looks abandoned: then somebody may have swept it away.
        with contextlib.suppress(FileNotFoundError):
            lock = os.open(folder, os.O_RDONLY)
            with contextlib.suppress(OSError):
                fcntl.flock(lock, fcntl.LOCK_EX)
            if folder.exists():
                return lock
            os.close(lock)


def _remove(folder: Path) -> None:
    """Remove a folder; what was set aside in it takes its place again, if that is empty."""
    with contextlib.suppress(OSError):
        for old in folder.glob(f"{SET_ASIDE}/*"):
            place = folder.parent / old.name
            if not os.path.lexists(place):
                os.rename(old, place)
        shutil.rmtree(folder, ignore_errors=True)
