"""Targets: file size, width and formats that sites take, from one dated table to add to."""

from __future__ import annotations

import datetime
import tomllib
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

from pipeline.clip.formats import FORMATS
from pipeline.errors import SettingsError
from pipeline.inputs import read_toml
from pipeline.printable import suggestion
from pipeline.sizes import bytes_text, parse_bytes

#: How an entry begins to say of its limit that nobody vouches for it.
UNCONFIRMED = "unconfirmed"


@dataclass(frozen=True, slots=True)
class Target:
    """A target: a site where an animation is to be shown.

    Attributes
    ----------
    name : str
        What it is called on the command line.
    max_bytes : int
        The largest file it takes.
    width : int or None
        The widest picture it shows in full.
    formats : tuple of str
        What it takes, the best known first.
    note, sure, source : str
        What else is worth knowing; how sure the limit is; where it is from.
    checked : date
        When it was looked up.
    """

    name: str
    max_bytes: int
    width: int | None
    formats: tuple[str, ...]
    note: str
    sure: str
    source: str
    checked: datetime.date

    def doubts(self, width: int) -> tuple[str, ...]:
        """Say in a sentence each what is not so sure, or more than is shown, of so wide a picture."""
        told = []
        if self.width is not None and width > self.width:
            told.append(
                f"{self.name} shows no picture wider than {self.width} pixels in full: "
                f"--width {width} costs bytes, and is scaled down there."
            )
        if self.sure.startswith(UNCONFIRMED):
            source = self.sure.removeprefix(UNCONFIRMED).removeprefix(": ")
            told.append(
                f"The limit of {bytes_text(self.max_bytes)} for {self.name} is unconfirmed"
                f"{f' ({source})' if source else ''}; a smaller one can be set with --max-size."
            )
        return tuple(told)


def find_target(name: str, own: Path | None = None) -> Target:
    """Return a target by name, from the user's own table if it is there, else from ours.

    Raises
    ------
    SettingsError
        When there is none, or the table cannot be used.
    """
    targets = targets_of(own)
    if name in targets:
        return targets[name]
    raise SettingsError(f"There is no target {name!r}{suggestion(name, sorted(targets))}")


def targets_of(own: Path | None = None) -> dict[str, Target]:
    """Return all targets by name: ours, with the user's own added or in their stead."""
    text = files("pipeline.clip").joinpath("targets.toml").read_text(encoding="utf-8")
    targets = {
        name: _target(name, entry, "our table") for name, entry in tomllib.loads(text).items()
    }
    if own is None:
        return targets
    return targets | {
        name: _target(name, entry, str(own)) for name, entry in read_toml(own).items()
    }


def _target(name: str, entry: Any, table: str) -> Target:
    def fault(problem: str) -> SettingsError:
        return SettingsError(f"The target {name!r} in {table} {problem}.")

    if not isinstance(entry, dict):
        raise fault("is no table: write it as [name] with max_size, formats and source below")
    known = {"max_size", "width", "formats", "note", "sure", "source", "checked"}
    if unknown := sorted(set(entry) - known):
        raise fault(f"has an unknown key {unknown[0]!r}: use {', '.join(sorted(known))}")
    formats = entry.get("formats", list(FORMATS))
    if not isinstance(formats, list) or not formats or not set(map(str, formats)) <= set(FORMATS):
        raise fault(f"must have formats from {', '.join(FORMATS)}")
    width = entry.get("width")
    if width is not None and (not isinstance(width, int) or isinstance(width, bool) or width < 64):
        raise fault("must have a width of 64 pixels or more")
    if "max_size" not in entry:
        raise fault('has no max_size: write it like max_size = "5MB"')
    try:
        max_bytes = parse_bytes(str(entry["max_size"]))
    except SettingsError as error:
        raise fault(f"has a max_size that is none: {entry['max_size']!r}") from error
    checked = entry.get("checked", datetime.date.min)
    if not isinstance(checked, datetime.date):
        raise fault("must have a date as checked, such as 2026-11-22")
    texts = {key: str(entry.get(key, "")) for key in ("note", "sure", "source")}
    return Target(name, max_bytes, width, tuple(map(str, formats)), checked=checked, **texts)
