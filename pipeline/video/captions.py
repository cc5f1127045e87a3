"""Captions beside the film: SubRip (.srt) and WebVTT (.vtt), to the frame.

Everything here is a pure function of a film's cues; `write_captions` alone makes files.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.outputs import write_whole

if TYPE_CHECKING:
    from pipeline.render.timeline import Cue


#: What may be told where captions go: into the picture, into files beside it, or nowhere.
PLACES = ("burned", "file", "none")
#: SubRip has no way to write a character that players take for the beginning of a tag, so a word
#: joiner, which takes no room, comes after it.
_JOINER = "\u2060"
#: Spaces at which no line is broken.
_HARD_SPACES = "\u00a0\u202f"


def srt(cues: Sequence[Cue], fps: int) -> str:
    """Captions as SubRip text: numbered, with a comma before the milliseconds."""
    blocks = (
        f"{number}\n{_times(cue, fps, ',')}\n{_no_tags(one_line(cue.text))}\n"
        for number, cue in enumerate(cues, start=1)
    )
    return "\n".join(blocks)


def vtt(cues: Sequence[Cue], fps: int) -> str:
    """Captions as WebVTT text (W3C, https://www.w3.org/TR/webvtt1/)."""
    blocks = (
        f"{_times(cue, fps, '.')}\n{html.escape(one_line(cue.text), quote=False)}\n" for cue in cues
    )
    return "\n".join(["WEBVTT\n", *blocks])


#: What the files are called, and what writes them.
FORMATS: dict[str, Callable[[Sequence[Cue], int], str]] = {".srt": srt, ".vtt": vtt}


def caption_paths(film: Path) -> tuple[Path, ...]:
    """The files beside a film that hold its captions."""
    return tuple(film.with_suffix(suffix) for suffix in FORMATS)


def write_captions(film: Path, cues: Sequence[Cue], fps: int) -> tuple[Path, ...]:
    """Write captions beside a film, each file whole or not at all.

    Raises
    ------
    SettingsError, RenderError
        When a file cannot be written.
    """
    for path, write in zip(caption_paths(film), FORMATS.values(), strict=True):
        write_whole(path, write(cues, fps).encode())
    return caption_paths(film)


def _times(cue: Cue, fps: int, point: str) -> str:
    return f"{_time(cue.start, fps, point)} --> {_time(cue.stop, fps, point)}"


def _time(frame: int, fps: int, point: str) -> str:
    """The time of a frame, cut to milliseconds.

    Cut, not rounded: a caption that starts a part of a millisecond early starts with its frame, one
    that starts late would miss it.
    """
    seconds, rest = divmod(frame * 1000 // fps, 1000)
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}{point}{rest:03}"


def one_line(text: str) -> str:
    """Text without line breaks and control characters: a blank line would end the caption."""
    kept = "".join(c if c.isprintable() or c in _HARD_SPACES else " " for c in text)
    return re.sub(" +", " ", kept).strip(" ")


def _no_tags(text: str) -> str:
    return re.sub(r"([<{])", rf"\1{_JOINER}", text).replace("-->", f"--{_JOINER}>")
