"""What is to be drawn: acts of known length, cut into the frames that were asked for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.errors import SettingsError
from pipeline.render.settings import RenderSettings

if TYPE_CHECKING:
    from pipeline.render.frames import ActFactory
    from pipeline.render.timeline import Beat, Cue, Timeline


@dataclass(frozen=True, slots=True)
class Script:
    """An act by name, the way to make it, and a key of all that it is made of.

    Attributes
    ----------
    name : str
        As it is called on the command line.
    factory : ActFactory
        Makes it for a renderer.
    content : str
        Equal means the same act, drawn the same: a digest of its sources and of all that it is
        given, its name included.
    title : str
        As its viewer calls it, in the language of the film.
    """

    name: str
    factory: ActFactory
    content: str
    title: str = ""


@dataclass(frozen=True, slots=True)
class Act:
    """An act by name, the way to make it, and what it is in time.

    Attributes
    ----------
    name, factory, title
        As of its `Script`.
    timeline : Timeline
        Its length, captions, beats, and when it holds still.
    content : str
        As of its `Script`; empty for an act that is not to be kept.
    """

    name: str
    factory: ActFactory
    timeline: Timeline
    content: str = ""
    title: str = ""

    @property
    def n_frames(self) -> int:
        """Its length."""
        return self.timeline.n_frames

    @property
    def cues(self) -> tuple[Cue, ...]:
        """Its captions."""
        return self.timeline.cues

    @property
    def holds(self) -> tuple[tuple[int, int], ...]:
        """Frames [start, stop) in which nothing moves."""
        return self.timeline.holds

    @property
    def beats(self) -> tuple[Beat, ...]:
        """Its named moments."""
        return self.timeline.beats


@dataclass(frozen=True, slots=True)
class Chunk:
    """Frames [start, stop) of one act.

    `keyframes` are frames in it at which its video can be parted: a viewer may stop before them, and
    jump to them.
    """

    act: str
    factory: ActFactory
    start: int
    stop: int
    keyframes: tuple[int, ...] = ()

    @property
    def n_frames(self) -> int:
        """Frames in the chunk."""
        return self.stop - self.start

    def __str__(self) -> str:
        return f"{self.act}, frames {self.start} to {self.stop}"


@dataclass(frozen=True, slots=True)
class Deliverable:
    """A finished file and what it took to make it.

    Attributes
    ----------
    path : Path
        The file.
    acts : tuple of str
        The acts in it, in order.
    n_frames : int
        Frames in it.
    settings : RenderSettings
        What it looks like.
    n_bytes : int
        Its size.
    elapsed : float
        Seconds from the first frame drawn to the finished file.
    captions : tuple of Path
        Caption files beside it.
    chapters : tuple of Path
        The list of its chapters beside it, if there is one.
    n_cached : int
        Frames that were not drawn, but found finished in the cache.
    drawn : tuple of Chunk
        What was drawn, where there is a cache.
    """

    path: Path
    acts: tuple[str, ...]
    n_frames: int
    settings: RenderSettings
    n_bytes: int
    elapsed: float
    captions: tuple[Path, ...] = ()
    chapters: tuple[Path, ...] = ()
    n_cached: int = 0
    drawn: tuple[Chunk, ...] = ()


def lay_out(
    acts: Sequence[Act],
    settings: RenderSettings,
    first: float | None = None,
    last: float | None = None,
) -> tuple[Chunk, ...]:
    """Cut the acts, shown one after the other, to the seconds [first, last).

    Parameters
    ----------
    acts : sequence of Act
        In the order they are shown.
    settings : RenderSettings
        Their frame rate.
    first, last : float, optional
        Seconds from the beginning of the first act. A `last` past the end means the end.

    Returns
    -------
    tuple of Chunk
        One for each act that has frames in the range.

    Raises
    ------
    SettingsError
        When no frame is in the range.
    """
    span = frames_shown(acts, settings, first, last)
    ends = accumulate(act.n_frames for act in acts)
    cuts = (
        Chunk(
            act.name,
            act.factory,
            start=max(0, span.start - (end - act.n_frames)),
            stop=min(act.n_frames, span.stop - (end - act.n_frames)),
        )
        for act, end in zip(acts, ends, strict=True)
    )
    return tuple(chunk for chunk in cuts if chunk.n_frames > 0)


def frames_shown(
    acts: Sequence[Act],
    settings: RenderSettings,
    first: float | None = None,
    last: float | None = None,
) -> range:
    """Return the frames in the seconds [first, last) of acts, counted from the first act's beginning.

    Raises
    ------
    SettingsError
        When there is none.
    """
    check_range(first, last)
    total = sum(act.n_frames for act in acts)
    start = 0 if first is None else settings.first_frame_from(first)
    stop = total if last is None else min(total, settings.first_frame_from(last))
    if first is not None and start >= total:
        raise SettingsError(
            f"--from {first:g} is after the end: there are {total / settings.fps:g} s to show."
        )
    if start >= stop:
        raise SettingsError(
            f"There is no frame from {start / settings.fps:g} s to {last or 0:g} s: "
            f"at {settings.fps} frames per second one lasts {1 / settings.fps:.3g} s."
        )
    return range(start, stop)


def check_range(first: float | None, last: float | None) -> None:
    """Raise SettingsError for a range that is empty whatever the film is."""
    settings = RenderSettings()
    for seconds in (first, last):
        if seconds is not None:
            settings.frame_at(seconds)
    if first is not None and last is not None and first >= last:
        raise SettingsError(f"--from {first:g} is not before --to {last:g}.")


def still_of(act: Act, settings: RenderSettings, seconds: float) -> Chunk:
    """Return the one frame of `act` on screen at `seconds`; at its very end, its last frame.

    Raises
    ------
    SettingsError
        When the act is shorter.
    """
    frame = settings.frame_at(seconds)
    if frame > act.n_frames:
        raise SettingsError(
            f"--at {seconds:g} is after the end: {act.name} lasts {act.n_frames / settings.fps:g} s."
        )
    frame = min(frame, act.n_frames - 1)
    return Chunk(act.name, act.factory, frame, frame + 1)
