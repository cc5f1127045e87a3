"""A folder that appears whole or not at all, and takes the place of nothing but its like."""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
from collections.abc import Collection, Iterator
from pathlib import Path

from pipeline.errors import SettingsError
from pipeline.outputs import check_writable, make_folder, reason, write_failure


@contextlib.contextmanager
def whole_folder(path: Path, entries: Collection[str]) -> Iterator[Path]:
    """Give an empty folder beside `path`; put it in place of `path` when the block succeeds.

    After any failure the folder given is gone and `path` is as it was.

    Raises
    ------
    SettingsError
        As `check_folder`.
    RenderError
        When the folder cannot be put in place.
    """
    check_folder(path, entries)
    make_folder(path.parent)
    mark = secrets.token_hex(4)
    fresh, old = (path.with_name(f".{path.name}.{mark}.{end}") for end in ("part", "old"))
    make_folder(fresh)
    try:
        yield fresh
        try:
            if path.exists():
                os.rename(path, old)
            os.rename(fresh, path)
        except OSError as error:
            if old.exists() and not path.exists():
                os.rename(old, path)
            raise write_failure(path, error) from error
        shutil.rmtree(old, ignore_errors=True)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


def check_folder(path: Path, entries: Collection[str]) -> None:
    """Raise early when `path` could not be such a folder.

    Raises
    ------
    SettingsError
        When it cannot be made, is a file, or holds anything but `entries`, which would be lost.
    """
    try:
        others = sorted({entry.name for entry in path.iterdir()} - set(entries))
    except FileNotFoundError:
        check_writable(path)
        return
    except OSError as error:
        raise SettingsError(
            f"{path} cannot be a deck's folder ({reason(error)}): choose another place with --out."
        ) from error
    if others:
        raise SettingsError(
            f"{path} holds more than a deck ({others[0]}), which would be lost: move that, or "
            "choose another place with --out."
        )
    check_writable(path.with_name(f".{path.name}.part"))  # beside it, where the new one is made
