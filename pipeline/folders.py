"""A folder that appears whole or not at all, and never takes the place of anything but itself.

It lists its own files, with a digest of each, in a manifest. An older one of the same name is
replaced only where every file in it is listed and as it was written: what somebody has added or
changed there is theirs.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.errors import SettingsError
from pipeline.inputs import read_json
from pipeline.outputs import check_writable, make_folder, reason, sync, writing
from pipeline.scratch import PREFIX, SET_ASIDE, staging_folder

#: What systems leave in folders that somebody has looked at.
_LITTER = {".DS_Store", "Thumbs.db", "desktop.ini"}


@dataclass(frozen=True)
class Kind:
    """What a folder is.

    Attributes
    ----------
    name : str
        What it is called in a sentence, such as ``"kit"``.
    flag : str
        The option that names it.
    """

    name: str
    flag: str = "--out"

    @property
    def manifest(self) -> str:
        """The file in it that lists all others."""
        return f"{self.name}.json"

    @property
    def mark(self) -> str:
        """What says in a manifest that it is one."""
        return f"ridge-film {self.name}"


def check_replaceable(folder: Path, kind: Kind) -> None:
    """Raise SettingsError when no folder of this kind can be written; change nothing."""
    check_writable(folder.with_name(PREFIX), kind.flag)  # beside it, where it is made
    if folder.is_symlink() or (folder.exists() and not folder.is_dir()):
        what = "a link" if folder.is_symlink() else "a file"
        raise SettingsError(
            f"{folder} is {what}, not a {kind.name}: remove it, or choose another folder with "
            f"{kind.flag}."
        )
    if not folder.exists():
        return
    try:
        foreign = _foreign(folder, kind)
    except OSError as error:
        raise SettingsError(
            f"{folder} cannot be read ({reason(error)}): choose another folder with {kind.flag}."
        ) from error
    if foreign is not None:
        raise SettingsError(
            f"{folder} holds {foreign}; it would be lost: move it away, or choose another "
            f"folder with {kind.flag}."
        )


@contextlib.contextmanager
def atomic_folder(
    folder: Path, kind: Kind, facts: Mapping[str, Any] | None = None
) -> Iterator[Path]:
    """Give an empty folder beside `folder`; list what is in it and put it in place of `folder`.

    Parameters
    ----------
    folder
        Its place; one of its kind that is there is replaced when the block ends well.
    kind
        What it is.
    facts
        What else its manifest tells.

    Raises
    ------
    SettingsError
        When `folder` is there and not as it was written; see `check_replaceable`.
    RenderError
        When it cannot be written. After any failure, an interrupt included, all is as it was.
    """
    check_replaceable(folder, kind)
    make_folder(folder.parent, kind.flag)
    with writing(folder, kind.flag), staging_folder(folder.parent) as staging:
        fresh = staging / folder.name
        fresh.mkdir()
        yield fresh
        (fresh / kind.manifest).write_bytes(_manifest(fresh, kind, facts or {}))
        for path in fresh.rglob("*"):
            with contextlib.suppress(OSError):  # not every file system can promise it
                sync(path)
        if folder.exists():
            # Should we end between these two, the old one is put back: see `pipeline.scratch`.
            aside = staging / SET_ASIDE
            aside.mkdir()
            os.rename(folder, aside / folder.name)
        os.rename(fresh, folder)


def _manifest(folder: Path, kind: Kind, facts: Mapping[str, Any]) -> bytes:
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    listed = {
        path.relative_to(folder).as_posix(): {
            "bytes": path.stat().st_size,
            "sha256": _digest(path),
        }
        for path in files
    }
    manifest = {"kind": kind.mark, "format": 1, **facts, "files": listed}
    return (json.dumps(manifest, ensure_ascii=False, indent=2) + "\n").encode()


def _foreign(folder: Path, kind: Kind) -> str | None:
    """Say what in a folder is not of its kind, or not as it was written; None where nothing is."""
    there = sorted(path for path in folder.rglob("*") if path.name not in _LITTER)
    if not there:
        return None
    listed = _listed(folder, kind)
    if listed is None:
        return f"{there[0].name} and is no {kind.name}"
    folders = {parent.as_posix() for name in listed for parent in Path(name).parents}
    for path in there:
        name = path.relative_to(folder).as_posix()
        if name == kind.manifest or (name in folders and path.is_dir() and not path.is_symlink()):
            continue
        if name not in listed or path.is_symlink() or not path.is_file():
            return f"{name}, which is not of the {kind.name}"
        if _digest(path) != listed[name]:
            return f"{name}, changed since it was made"
    return None


def _listed(folder: Path, kind: Kind) -> dict[str, str] | None:
    """Digests by file name, of what there was when it was written; None without a manifest."""
    try:
        manifest = read_json(folder / kind.manifest)
        if manifest["kind"] != kind.mark:
            return None
        return {name: str(one["sha256"]) for name, one in manifest["files"].items()}
    except (ValueError, KeyError, TypeError, AttributeError):
        return None


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
