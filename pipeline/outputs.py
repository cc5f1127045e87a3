"""Atomic writes: output files that appear whole or not at all."""

import contextlib
import errno
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

from pipeline.errors import RenderError, SettingsError
from pipeline.scratch import is_scratch, staging_folder, sweep


@contextlib.contextmanager
def atomic_write(path: Path, flag: str = "--out") -> Iterator[Path]:
    """Give a temporary path that is renamed to `path` when the block succeeds.

    Readers see the old file or the new one, never a part: the new one is written to the disk
    before it takes the name. After any failure, an interrupt included, the temporary file is
    gone and `path` is as it was. `flag` is the option to change when it cannot be written.

    The temporary path has the name of `path`, in a staging folder beside it, in which there is room
    for what is made on the way.

    Raises
    ------
    SettingsError
        When there is no folder for it and none can be made.
    RenderError
        When it cannot be written, in the block or afterwards.
    """
    make_folder(path.parent, flag)
    with writing(path, flag), staging_folder(path.parent) as folder:
        # Made by whoever writes it, not by tempfile: so others may read it as far as the umask says.
        temporary = folder / path.name
        yield temporary
        sync(temporary)
        os.replace(temporary, path)
        # The new name, too, should survive a power cut; not every file system can promise that.
        with contextlib.suppress(OSError):
            sync(path.parent)


def write_whole(path: Path, content: bytes, flag: str = "--out") -> None:
    """Write bytes to a file atomically; raises as `atomic_write`."""
    with atomic_write(path, flag) as temporary:
        temporary.write_bytes(content)


@contextlib.contextmanager
def writing(path: Path, flag: str = "--out") -> Iterator[None]:
    """Turn what goes wrong in writing an output into a sentence about it.

    Raises
    ------
    RenderError
        When the block raises OSError.
    """
    try:
        yield
    except OSError as error:
        if is_scratch(path):
            raise temporary_failure(error) from error
        raise RenderError(
            f"{path} could not be written ({reason(error)}): "
            f"make room or choose another folder with {flag}; no existing file was touched."
        ) from error


def check_writable(path: Path, flag: str = "--out") -> None:
    """Raise early when a file at `path` could not be written; creates nothing.

    What killed processes have left in its folder goes.

    Raises
    ------
    SettingsError
        When `path` is a folder, or its folder neither takes new files nor can be made.
    """
    try:
        if path.is_dir():
            raise SettingsError(f"{path} cannot be written: there is a folder of that name.")
        _check_links(path.parent, flag)
        folder = next(place for place in (path.parent, *path.parent.parents) if place.exists())
        longest = os.pathconf(folder, "PC_NAME_MAX")
        if any(len(os.fsencode(name)) > longest for name in path.parts):
            raise OSError(errno.ENAMETOOLONG, os.strerror(errno.ENAMETOOLONG))
        sweep(folder)
        # A real file tells more than the permission bits: read-only mounts, network shares.
        tempfile.TemporaryFile(dir=folder).close()
    except OSError as error:
        raise SettingsError(
            f"The output folder {path.parent} cannot be written ({reason(error)}): "
            f"choose another with {flag}."
        ) from error


def make_folder(folder: Path, flag: str = "--out") -> None:
    """Make `folder` and what leads to it, or raise SettingsError."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise SettingsError(
            f"The output folder {folder} cannot be made ({reason(error)}): "
            f"choose another with {flag}."
        ) from error


def _check_links(folder: Path, flag: str) -> None:
    """Raise SettingsError where a folder is, or is in, one that a link promises and that is gone."""
    for place in (folder, *folder.parents):
        if place.is_symlink() and not place.exists():
            raise SettingsError(
                f"{place} is a link to {os.readlink(place)}, which is not there: make that folder, "
                f"or choose another with {flag}."
            )


def temporary_failure(error: OSError) -> RenderError:
    """Return the sentence for a temporary file that could not be written."""
    folder = tempfile.tempdir or "that TMPDIR names"  # None where there is none to write to
    return RenderError(
        f"The folder for temporary files {folder} cannot be written ({reason(error)}): "
        "make room there, or choose another with TMPDIR."
    )


def reason(error: OSError) -> str:
    """Return what the system says about `error`, in lower case: ``"no space left on device"``."""
    text = os.strerror(error.errno) if error.errno else str(error)
    return text[:1].lower() + text[1:]


def sync(path: Path) -> None:
    """Have the system put a file, or the names in a folder, on the disk before this returns."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
