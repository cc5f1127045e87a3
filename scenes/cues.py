"""Cues and beats: what an act says and what it completes, by frame.

Plain records, light to import: acts make them, and everything that films, cuts or describes an act
reads them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Cue:
    """A caption, the frames [start, stop) that show it, and its key in the act's texts."""

    start: int
    stop: int
    text: str
    key: str = ""


@dataclass(frozen=True)
class Beat:
    """A named frame of an act at which something is complete: a place to stop a lecture.

    Attributes
    ----------
    frame : int
        From this frame on, it is complete.
    name : str
        What the act calls it.
    numbers : dict or None
        What the surface shows then, as of `scenes.summary.objective_summary`; None where none is on
        the stage.
    """

    frame: int
    name: str
    numbers: dict[str, Any] | None = None
