"""Captions beside the film: SubRip (.srt) and WebVTT (.vtt), to the frame.

A film is its acts one after the other, so a caption of the film is a caption of an act, moved by the
frames of the acts before it. Everything here is a pure function of their timelines; `write_captions`
alone makes files.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from pipeline.outputs import atomic_write

if TYPE_CHECKING:
    from pipeline.render.timeline import Cue


class Captioned(Protocol):
    """An act in time: its length in frames, and its captions."""

    @property
    def n_frames(self) -> int:
        """Its length."""

    @property
    def cues(self) -> tuple[Cue, ...]:
        """Its captions, with frames counted from its own beginning."""


#: What may be told where captions go: into the picture, into files beside it, or nowhere.
PLACES = ("burned", "file", "none")
#: SubRip has no way to write a character that players take for the beginning of a tag, so a word
#: joiner, which takes no room, comes after it.
_JOINER = "\u2060"
#: Spaces at which no line is broken.
_HARD_SPACES = "\u00a0\u202f"


def film_cues(acts: Iterable[Captioned], frames: range | None = None) -> tuple[Cue, ...]:
    """The captions of acts shown one after the other.

    Parameters
    ----------
    acts
        In the order they are shown.
    frames
        The frames of them that are shown, counted from the beginning of the first; by default all.

    Returns
    -------
    tuple of Cue
        Frames counted from the first that is shown. What is shown of a caption is kept.
    """
    offset, shown = 0, []
    for act in acts:
        shown += [replace(c, start=c.start + offset, stop=c.stop + offset) for c in act.cues]
        offset += act.n_frames
    first, last = (0, offset) if frames is None else (frames.start, frames.stop)
    cut = (
        replace(cue, start=max(cue.start, first) - first, stop=min(cue.stop, last) - first)
        for cue in shown
    )
    return tuple(cue for cue in cut if cue.start < cue.stop)


def srt(cues: Sequence[Cue], fps: int) -> str:
    """Captions as SubRip text: numbered, with a comma before the milliseconds."""
    blocks = (
        f"{number}\n{_times(cue, fps, ',')}\n{_no_tags(one_line(cue.text))}\n"
        for number, cue in enumerate(cues, start=1)
    )
    return "\n".join(blocks)


def vtt(cues: Sequence[Cue], fps: int) -> str:
    """Captions as WebVTT text (W3C, https://www.w3.org/TR/webvtt1/)."""
    blocks = (f"{_times(cue, fps, '.')}\n{_escaped(one_line(cue.text))}\n" for cue in cues)
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
        with atomic_write(path) as temporary:
            temporary.write_text(write(cues, fps), encoding="utf-8", newline="\n")
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


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
