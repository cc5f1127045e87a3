"""Output files that appear whole or not at all."""

import contextlib
import os
import secrets
import tempfile
from collections.abc import Iterator
from pathlib import Path

from pipeline.errors import RenderError, SettingsError


@contextlib.contextmanager
def atomic_write(path: Path, flag: str = "--out") -> Iterator[Path]:
    """Give a temporary path beside `path`; put it in place of `path` when the block succeeds.

    Readers see the old file or the new one, never a part: the new one is written to the disk
    before it takes the name. After any failure, an interrupt included, the temporary file is
    gone and `path` is as it was. `flag` is the option to change when it cannot be written.

    Raises
    ------
    RenderError
        When the file cannot be put in place.
    """
    make_folder(path.parent, flag)
    # Not tempfile.mkstemp: its files are readable by their owner only, and stay so when renamed.
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
    try:
        yield temporary
        try:
            sync(temporary)
            os.replace(temporary, path)
        except OSError as error:
            raise write_failure(path, error, flag) from error
        # The new name, too, should survive a power cut; not every file system can promise that.
        with contextlib.suppress(OSError):
            sync(path.parent)
    finally:
        with contextlib.suppress(OSError):
            temporary.unlink(missing_ok=True)


def check_writable(path: Path, flag: str = "--out") -> None:
    """Raise early when a file at `path` could not be written; creates nothing.

    Raises
    ------
    SettingsError
        When `path` is a folder, or its folder neither takes new files nor can be made.
    """
    try:
        if path.is_dir():
            raise SettingsError(f"{path} cannot be written: there is a folder of that name.")
        folder = next(place for place in (path.parent, *path.parent.parents) if place.exists())
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


def write_failure(path: Path, error: OSError, flag: str = "--out") -> RenderError:
    """Return the sentence for an output that could not be written."""
    return RenderError(
        f"{path} could not be written ({reason(error)}): "
        f"make room or choose another folder with {flag}; no existing file was touched."
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
