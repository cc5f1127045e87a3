"""Where a film stops: acts cut at their beats into slides, with what is said on each.

A slide ends on the last frame *before* its beat: there everything is complete and nothing moves,
and the caption is still up; with the beat's own frame it may begin to leave. It begins where the
slide before has stopped, so that the deck, gone through without a pause, is the film.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from pipeline.render.film import Shot
from pipeline.video.captions import one_line

if TYPE_CHECKING:
    from pipeline.render.film import Act
    from pipeline.render.timeline import Beat, Cue

NumberLine = Callable[[dict[str, Any]], str]


@dataclass(frozen=True, slots=True)
class Span:
    """Frames [start, stop) of the act of this name."""

    act: str
    start: int
    stop: int

    @property
    def n_frames(self) -> int:
        """Frames in it."""
        return self.stop - self.start


@dataclass(frozen=True)
class Slide:
    """A clip to be played, and then left on its last frame.

    Attributes
    ----------
    act, title : str
        Name of the act it stops in, and the act's title.
    name : str
        Of the beat it stops at; empty where it stops at none.
    spans : tuple of Span
        Its frames: of its act, after those that were left of the act before.
    captions : tuple of str
        The captions that come up in it, or else the one that is up at its end.
    numbers : tuple of str
        What is shown at its end, in a line; for a loop, at each of its beats.
    remarks : tuple of str
        What a speaker may say and ask beyond its captions, a line each.
    loops : bool
        Whether it is played again and again.
    """

    act: str
    title: str
    name: str
    spans: tuple[Span, ...]
    captions: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()
    loops: bool = False
    remarks: tuple[str, ...] = ()

    @property
    def n_frames(self) -> int:
        """Frames in its clip."""
        return sum(span.n_frames for span in self.spans)

    @property
    def notes(self) -> str:
        """What the speaker reads: captions, remarks, then the numbers, a line each."""
        return "\n".join((*self.captions, *self.remarks, *self.numbers))

    @property
    def description(self) -> str:
        """What is seen, for those who do not see it: captions and numbers."""
        return " ".join((*self.captions, *self.numbers))

    @property
    def file_name(self) -> str:
        """What its clip is called, without a number: letters, digits and hyphens."""
        return re.sub("[^a-z0-9]+", "-", f"{self.act} {self.name}".lower()).strip("-")


def slides_of(acts: Sequence[Act], number_line: NumberLine) -> tuple[Slide, ...]:
    """Cut acts, shown one after the other, into slides.

    Parameters
    ----------
    acts
        In the order they are shown; one may come more than once.
    number_line
        Says in one line the numbers that an act notes at a beat.

    Notes
    -----
    An act that loops stops nowhere: it is one slide that is played again and again.

    What is left of an act after its last beat leads into the next slide, as within an act. Before
    a loop, and at the end of the deck, it is left out.
    """
    slides: list[Slide] = []
    left: tuple[Span, ...] = ()
    for act in acts:
        if act.loops:
            slides.append(_loop(act, number_line))
            left = ()
            continue
        stops = act.stops
        for (start, _), (stop, beat) in pairwise([(0, None), *stops]):
            spans = (*left, Span(act.name, start, stop))
            slides.append(_slide(act, spans, beat, number_line))
            left = ()
        last = stops[-1][0]
        left = (Span(act.name, last, act.n_frames),) if last < act.n_frames else ()
    return tuple(slides)


def shots_of(slide: Slide, acts: Mapping[str, Act]) -> tuple[Shot, ...]:
    """Return what is shown of acts on a slide, as the shots of a film of it alone."""
    shots, at = [], 0
    for span in slide.spans:
        shots.append(Shot(acts[span.act], span.start, span.stop, at))
        at += span.n_frames
    return tuple(shots)


def captions_in(cues: Iterable[Cue], start: int, stop: int) -> tuple[str, ...]:
    """Return the captions that come up in frames [start, stop), or are up in the last of them."""
    return tuple(
        one_line(cue.text)  # names in it are a user's, and may hold anything
        for cue in cues
        if start <= cue.start < stop or (cue.start < start and stop <= cue.stop)
    )


def _slide(act: Act, spans: tuple[Span, ...], beat: Beat | None, number_line: NumberLine) -> Slide:
    own = spans[-1]
    return Slide(
        act.name,
        act.title,
        beat.name if beat else "",
        spans,
        captions=captions_in(act.timeline.cues, own.start, own.stop),
        numbers=_lines([beat] if beat else [], number_line),
    )


def _loop(act: Act, number_line: NumberLine) -> Slide:
    span = Span(act.name, 0, act.n_frames)
    captions = captions_in(act.timeline.cues, 0, act.n_frames)
    numbers = _lines(act.timeline.beats, number_line)
    return Slide(act.name, act.title, "", (span,), captions, numbers, loops=True)


def _lines(beats: Iterable[Beat], number_line: NumberLine) -> tuple[str, ...]:
    lines = (number_line(beat.numbers) for beat in beats if beat.numbers is not None)
    return tuple(dict.fromkeys(lines))
