"""A folder that appears whole or not at all, and never takes the place of anything but itself.

A kit lists its own files, with a digest of each, in `MANIFEST`. An older kit of the same name is
replaced only where every file in it is listed and as it was written: what somebody has added or
changed there is theirs.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import secrets
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pipeline.errors import SettingsError
from pipeline.outputs import check_writable, make_folder, reason, write_failure

MANIFEST = "kit.json"
#: What says that a manifest is one.
KIND = "ridge-film kit"
#: What systems leave in folders that somebody has looked at.
_LITTER = {".DS_Store", "Thumbs.db", "desktop.ini"}


def check_replaceable(folder: Path) -> None:
    """Raise SettingsError when a kit cannot be written as `folder`; change nothing."""
    if folder.is_symlink() or (folder.exists() and not folder.is_dir()):
        what = "a link" if folder.is_symlink() else "a file"
        raise SettingsError(
            f"{folder} is {what}, not a kit: remove it, or choose another folder with --out."
        )
    check_writable(folder.with_name(f".{folder.name}.part"))
    if not folder.exists():
        return
    try:
        foreign = _foreign(folder)
    except OSError as error:
        raise SettingsError(
            f"{folder} cannot be read ({reason(error)}): choose another folder with --out."
        ) from error
    if foreign is not None:
        raise SettingsError(
            f"{folder} holds {foreign}; it would be lost: move it away, or choose another "
            "folder with --out."
        )


def write_folder(folder: Path, files: Mapping[str, bytes], facts: Mapping[str, Any]) -> None:
    """Write a kit: all of it, or nothing.

    Parameters
    ----------
    folder
        Its place; a kit that is there is replaced.
    files
        Their contents by name.
    facts
        What else the manifest tells.

    Raises
    ------
    SettingsError
        When `folder` is there and not a kit as it was written; see `check_replaceable`.
    RenderError
        When it cannot be written. In both cases all is as it was.
    """
    check_replaceable(folder)
    make_folder(folder.parent)
    beside = folder.with_name(f".{folder.name}.{secrets.token_hex(4)}.part")
    try:
        beside.mkdir()
        for name, content in files.items():
            _write(beside / name, content)
        _write(beside / MANIFEST, _manifest(files, facts))
        _replace(folder, beside)
    except OSError as error:
        raise write_failure(folder, error) from error
    finally:
        shutil.rmtree(beside, ignore_errors=True)


def _replace(folder: Path, beside: Path) -> None:
    """Put the new one in place of the old one; if that fails, the old one stays."""
    if not folder.exists():
        os.rename(beside, folder)
        return
    aside = folder.with_name(f".{folder.name}.{secrets.token_hex(4)}.old")
    os.rename(folder, aside)
    try:
        os.rename(beside, folder)
    except BaseException:
        os.rename(aside, folder)
        raise
    shutil.rmtree(aside, ignore_errors=True)


def _manifest(files: Mapping[str, bytes], facts: Mapping[str, Any]) -> bytes:
    listed = {
        name: {"bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}
        for name, content in files.items()
    }
    told = {"kind": KIND, "format": 1, **facts, "files": listed}
    return (json.dumps(told, ensure_ascii=False, indent=2) + "\n").encode()


def _foreign(folder: Path) -> str | None:
    """Say what in a folder is not a kit's, or not as it was written; None where nothing is."""
    there = sorted(path for path in folder.iterdir() if path.name not in _LITTER)
    if not there:
        return None
    listed = _listed(folder / MANIFEST)
    if listed is None:
        return f"{there[0].name} and is no kit"
    for path in there:
        if path.name == MANIFEST:
            continue
        if path.name not in listed or path.is_symlink() or not path.is_file():
            return f"{path.name}, which is not of the kit"
        if hashlib.sha256(path.read_bytes()).hexdigest() != listed[path.name]:
            return f"{path.name}, changed since it was made"
    return None


def _listed(manifest: Path) -> dict[str, str] | None:
    """Digests by file name, of what a kit was when it was written; None if it is no kit."""
    try:
        told = json.loads(manifest.read_text(encoding="utf-8"))
        if told["kind"] != KIND:
            return None
        return {name: str(one["sha256"]) for name, one in told["files"].items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def _write(path: Path, content: bytes) -> None:
    """Write a file that survives a power cut."""
    with path.open("xb") as file:
        file.write(content)
        file.flush()
        with contextlib.suppress(OSError):  # not every file system can promise it
            os.fsync(file.fileno())
