"""A film: acts, one after the other, at given settings, cut to a span of frames.

All that follows from where an act lies in a film is defined here: chunks to be drawn, captions,
chapters. Where a film stops, at its beats, is a matter of each act.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, fields, replace
from difflib import get_close_matches
from itertools import pairwise
from typing import TYPE_CHECKING

from pipeline.errors import SettingsError
from pipeline.render.settings import RenderSettings
from pipeline.render.timeline import Beat, Chapter, Cue, Timeline
from pipeline.work.chunks import cuts

if TYPE_CHECKING:
    from pipeline.render.frames import ActFactory


#: Where no more than one frame in so many is wanted, stepping to it is what costs.
_FEW = 8


@dataclass(frozen=True, slots=True)
class Script:
    """An act that can be made: its name, its factory, and a content key of all it depends on.

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
        As its viewer calls it, in the language of the film; empty for what is no chapter.
    loops : bool
        Whether it ends as it began, to be played again and again.
    """

    name: str
    factory: ActFactory
    content: str = ""
    title: str = ""
    loops: bool = False


@dataclass(frozen=True, slots=True)
class Act(Script):
    """A script with its timeline: all that is known of an act without drawing."""

    timeline: Timeline = field(kw_only=True)

    @classmethod
    def of(cls, script: Script, timeline: Timeline) -> Act:
        """Return the act of a script and its timeline."""
        given = {each.name: getattr(script, each.name) for each in fields(Script)}
        return cls(**given, timeline=timeline)

    @property
    def n_frames(self) -> int:
        """Its length."""
        return self.timeline.n_frames

    @property
    def stops(self) -> tuple[tuple[int, Beat | None], ...]:
        """The frames before which a lecture stops, rising, each with its beat if it has one.

        After its last beat an act only leaves, or hands over to the next. If it says something there,
        or has no beat at all, its end is a stop, too.
        """
        stops: dict[int, Beat | None] = {
            beat.frame: beat for beat in self.timeline.beats if 0 < beat.frame <= self.n_frames
        }
        last = max(stops, default=0)
        if not stops or any(cue.start >= last for cue in self.timeline.cues):
            stops.setdefault(self.n_frames, None)
        return tuple(sorted(stops.items(), key=lambda stop: stop[0]))

    @property
    def beat_frames(self) -> tuple[tuple[int, str], ...]:
        """The frame on which a deck stops for each beat: there all is complete that it names.

        An act that is played again and again stops nowhere: what its beats name is complete on them.
        """
        if self.loops:
            last = self.n_frames - 1
            return tuple((min(beat.frame, last), beat.name) for beat in self.timeline.beats)
        return tuple((stop - 1, beat.name) for stop, beat in self.stops if beat)

    def frame_of_beat(self, name: str) -> int:
        """Return the frame of `beat_frames` that a name stands for; of several the first.

        Raises
        ------
        SettingsError
            When the act has no such beat; it lists those that there are.
        """
        frames = {beat: frame for frame, beat in reversed(self.beat_frames)}
        if name in frames:
            return frames[name]
        names = sorted(frames, key=frames.__getitem__)
        close = get_close_matches(name, names, n=1)
        hint = f" (did you mean {close[0]!r}?)" if close else ""
        raise SettingsError(f"{self.name} has no beat {name!r}{hint}: it has {', '.join(names)}.")

    def frame_at(self, seconds: float) -> int:
        """Return the frame on screen at `seconds`; at the very end of the act, its last frame.

        Raises
        ------
        SettingsError
            When the act is shorter.
        """
        frame = RenderSettings(fps=self.timeline.fps).frame_at(seconds)
        if frame > self.n_frames:
            raise SettingsError(
                f"--at {seconds:g} is after the end: {self.name} lasts {self.timeline.seconds:g} s."
            )
        return min(frame, self.n_frames - 1)


@dataclass(frozen=True, slots=True)
class Chunk:
    """Frames [start, stop) of one act.

    `keyframes` are frames in it at which its video can be parted: a viewer may stop before them, and
    jump to them. `picked` are the frames in it that are wanted, where not all are. `content` is that
    of its act.
    """

    act: str
    factory: ActFactory
    start: int
    stop: int
    keyframes: tuple[int, ...] = ()
    content: str = ""
    picked: tuple[int, ...] = ()

    @property
    def frames(self) -> Sequence[int]:
        """Frames in the chunk, by number in its act."""
        return self.picked or range(self.start, self.stop)

    @property
    def n_frames(self) -> int:
        """How many frames there are in the chunk."""
        return len(self.frames)

    def __str__(self) -> str:
        return f"{self.act}, frames {self.start} to {self.stop}"


@dataclass(frozen=True, slots=True)
class Shot:
    """Frames [start, stop) of an act, and the frame of the film with which they begin."""

    act: Act
    start: int
    stop: int
    at: int


@dataclass(frozen=True)
class Film:
    """Acts, one after the other, of which a span of frames is shown.

    Attributes
    ----------
    acts : tuple of Act
        In the order they are shown; one may come more than once.
    settings : RenderSettings
        What they look like.
    span : range
        The frames that are shown, counted from the beginning of the first act.
    picked : tuple of int or None
        Those of the span that are wanted, where not all are; rising, counted as the span.
    """

    acts: tuple[Act, ...]
    settings: RenderSettings
    span: range
    picked: tuple[int, ...] | None = None

    @classmethod
    def of(
        cls,
        acts: Sequence[Act],
        settings: RenderSettings,
        first: float | None = None,
        last: float | None = None,
    ) -> Film:
        """Cut acts to the seconds [first, last); a `last` past the end means the end.

        Raises
        ------
        SettingsError
            When no frame is in the range.
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
        return cls(tuple(acts), settings, range(start, stop))

    def every(self, nth: int) -> Film:
        """Return the film of which every n-th frame is wanted, from its first."""
        return self if nth == 1 else replace(self, picked=tuple(self.span[::nth]))

    @property
    def shots(self) -> tuple[Shot, ...]:
        """What is shown of each act, in order, and where; the one place that adds lengths up."""
        shots, begin = [], 0
        for act in self.acts:
            start = max(0, self.span.start - begin)
            stop = min(act.n_frames, self.span.stop - begin)
            if start < stop:
                shots.append(Shot(act, start, stop, begin + start - self.span.start))
            begin += act.n_frames
        return tuple(shots)

    @property
    def cues(self) -> tuple[Cue, ...]:
        """Its captions; of one that is cut, what is shown of it."""
        return tuple(cue for _, cue in self.said)

    @property
    def said(self) -> tuple[tuple[str, Cue], ...]:
        """Its captions, each with the name of the act that says it."""
        return tuple(
            (
                shot.act.name,
                Cue(
                    max(cue.start, shot.start) - shot.start + shot.at,
                    min(cue.stop, shot.stop) - shot.start + shot.at,
                    cue.text,
                    cue.key,
                ),
            )
            for shot in self.shots
            for cue in shot.act.timeline.cues
            if max(cue.start, shot.start) < min(cue.stop, shot.stop)
        )

    @property
    def chapters(self) -> tuple[Chapter, ...]:
        """A chapter for each act that is shown; together they are all frames.

        An act without a title belongs to the chapter of the next.
        """
        chapters: list[Chapter] = []
        begin, shots = 0, self.shots
        for shot in shots:
            stop = shot.at + shot.stop - shot.start
            if shot.act.title or shot is shots[-1]:
                chapters.append(Chapter(begin, stop, shot.act.title))
                begin = stop
        return tuple(chapters)

    def chunks(self, target: float | None = None) -> tuple[Chunk, ...]:
        """Return the pieces it is drawn in, of about `target` seconds of work each, if not the usual.

        Where they are cut depends on act and settings alone: so the same chunk, with the same key
        and the same bytes, serves every film that shows its frames.
        """
        chunks = []
        for shot in self.shots:
            few = self.picked is not None and _FEW * len(self.picked) < len(self.span)
            inner = () if few else cuts(shot.act.timeline, self.settings, target)
            edges = [shot.start, *(a for a in inner if shot.start < a < shot.stop), shot.stop]
            beats = sorted({beat.frame for beat in shot.act.timeline.beats})
            offset = self.span.start + shot.at - shot.start
            for start, stop in pairwise(edges):
                part = Chunk(shot.act.name, shot.act.factory, start, stop, content=shot.act.content)
                if self.picked is None:
                    keyframes = tuple(at for at in beats if start < at < stop)
                    chunks.append(replace(part, keyframes=keyframes))
                elif picked := tuple(i - offset for i in self.picked if start <= i - offset < stop):
                    chunks.append(replace(part, picked=picked))
        return tuple(chunks)


def check_range(first: float | None, last: float | None) -> None:
    """Raise SettingsError for a range that is empty whatever the film is."""
    settings = RenderSettings()
    for seconds in (first, last):
        if seconds is not None:
            settings.frame_at(seconds)
    if first is not None and last is not None and first >= last:
        raise SettingsError(f"--from {first:g} is not before --to {last:g}.")
