"""A storyboard: acts on one sheet, a frame for every beat, the one on which a deck stops for it."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from pipeline.outputs import write_whole
from pipeline.render.film import Film
from pipeline.render.timeline import clock
from pipeline.video.encode import png

if TYPE_CHECKING:
    from pipeline.render.film import Act
    from pipeline.render.frames import Frame
    from pipeline.render.lossless import FrameBuffer
    from pipeline.render.plan import Watcher
    from pipeline.render.service import RenderService
    from pipeline.render.settings import RenderSettings
    from pipeline.render.timeline import Cue

#: Sets a text of so many pixels: RGBA, premultiplied, the height alone given by the size.
Labeller = Callable[[str, float], "Frame"]

#: A frame on the sheet is this much smaller than it is drawn: text in it stays smooth.
SHRINK = 2
#: Frames side by side, at most: few enough that words are read on a laptop that shows all the width.
MOST_ACROSS = {"wide": 4, "square": 6, "tall": 7}
#: Moments of an act that marks none, as shares of its length.
QUARTERS = (0.0, 0.25, 0.5, 0.75)
#: Type sizes and gaps, as shares of the shorter side of a frame on the sheet.
HEAD, NOTE, GAP = 0.105, 0.08, 0.09
#: From line to line of a caption, in type sizes.
LEADING = 1.25


@dataclass(frozen=True)
class Moment:
    """A frame worth showing.

    Attributes
    ----------
    frame
        Its number in its act.
    name
        What has just been completed.
    picture
        Its pixels.
    words
        The caption at that moment, if there is one.
    """

    frame: int
    name: str
    picture: Frame
    words: str = ""


@dataclass(frozen=True)
class Scenario:
    """An act as a row of the storyboard."""

    name: str
    n_frames: int
    moments: tuple[Moment, ...]


@dataclass(frozen=True)
class Paper:
    """The style of a sheet: how text is set, and colours.

    Attributes
    ----------
    heading, note, words
        Set the name of an act, and under a frame its time and name, and its caption; no captions
        without ``words``.
    background, line
        Colours, 0 to 255: of the sheet, and of the line around a frame.
    """

    heading: Labeller
    note: Labeller
    words: Labeller | None
    background: tuple[int, int, int]
    line: tuple[int, int, int]


@dataclass(frozen=True)
class Storyboard:
    """A finished sheet: its file, what is on it, its width and height in pixels."""

    path: Path
    scenarios: tuple[Scenario, ...]
    size: tuple[int, int]
    settings: RenderSettings


def beats_of(film: Film) -> Film:
    """Return the film of one act of which the frames at its beats are wanted; without, its quarters."""
    (act,) = film.acts
    frames = [frame for frame, _ in act.beat_frames]
    frames = frames or [int(share * act.n_frames) for share in QUARTERS]
    return replace(film, picked=tuple(sorted(set(frames))))


def scenario(film: Film, pictures: FrameBuffer) -> Scenario:
    """Return an act as a row, from the frames of `beats_of`."""
    (act,) = film.acts
    seen = dict(zip(film.picked or (), pictures.frames(), strict=True))
    shown = act.beat_frames or [(frame, "") for frame in seen]
    said = {frame: _words_at(act.timeline.cues, frame) for frame in seen}
    moments = tuple(Moment(frame, name, seen[frame], said[frame]) for frame, name in shown)
    return Scenario(act.name, act.n_frames, moments)


def _words_at(cues: Sequence[Cue], frame: int) -> str:
    """The caption at a frame."""
    return next((cue.text for cue in cues if cue.start <= frame < cue.stop), "")


def sheet(scenarios: Sequence[Scenario], settings: RenderSettings, paper: Paper) -> Frame:
    """Lay acts out on one sheet, each with its name and times over its frames, and words under them.

    Returns
    -------
    ndarray of shape (height, width, 4)
        RGBA, opaque.
    """
    width, height = (side // SHRINK for side in settings.size)
    short = min(width, height)
    head, small, gap = round(HEAD * short), round(NOTE * short), round(GAP * short)
    shape = "wide" if width > height else "square" if width == height else "tall"
    across = min(MOST_ACROSS[shape], max(len(each.moments) for each in scenarios))
    said = [[_lines(moment, paper, small, width) for moment in each.moments] for each in scenarios]
    most = max((len(lines) for act in said for lines in act), default=0)
    row = height + round((2 + LEADING * most) * small) + gap
    rows = [-(-len(each.moments) // across) for each in scenarios]
    total = gap + sum(2 * head + count * row for count in rows)
    page = Image.new("RGBA", (gap + across * (width + gap), total), (*paper.background, 255))
    top, began = gap, 0
    for each, captions, count in zip(scenarios, said, rows, strict=True):
        ended = began + each.n_frames
        times = " – ".join(clock(round(frame / settings.fps)) for frame in (began, ended))
        _paste(page, paper.heading(f"{each.name}   {times}", head), gap, top)
        top += 2 * head
        for place, moment in enumerate(each.moments):
            x = gap + place % across * (width + gap)
            y = top + place // across * row
            page.paste((*paper.line, 255), (x - 1, y - 1, x + width + 1, y + height + 1))
            seen = Image.fromarray(np.ascontiguousarray(moment.picture)).convert("RGB")
            page.paste(seen.resize((width, height), Image.Resampling.BOX), (x, y))
            words = f"{moment.frame / settings.fps:.1f} s   {moment.name}".strip()
            _paste(page, paper.note(words, small), x, y + height)
            for line, caption in enumerate(captions[place]):
                _paste(page, caption, x, y + height + round((1.6 + LEADING * line) * small))
        top += count * row
        began = ended
    return np.asarray(page)


def _lines(moment: Moment, paper: Paper, size: float, width: int) -> list[Frame]:
    """The caption of a moment, set line by line."""
    if paper.words is None:
        return []
    return [paper.words(line, size) for line in broken(moment.words, paper.words, size, width)]


def broken(text: str, label: Labeller, size: float, width: int) -> list[str]:
    """Wrap a text into lines no wider than so many pixels."""
    if not text:
        return []
    most = max(1, int(len(text) * width / max(label(text, size).shape[1], 1)))
    while True:
        lines = textwrap.wrap(text, most)
        if most == 1 or all(label(line, size).shape[1] <= width for line in lines):
            return lines
        most -= 1


def make_storyboard(
    path: Path,
    service: RenderService,
    acts: Sequence[Act],
    settings: RenderSettings,
    paper: Paper,
    watcher: Watcher | None = None,
) -> Storyboard:
    """Draw the moments of acts and write the sheet, whole or not at all.

    Parameters
    ----------
    path
        The PNG file to make.
    service
        Draws them.
    acts
        In the order of the film.
    settings
        Of the frames.
    paper
        How the sheet looks.
    watcher
        Is told how it goes.

    Raises
    ------
    SettingsError, RenderError
        When it cannot be written.
    """
    films = [beats_of(Film.of([act], settings)) for act in acts]
    drawn = service.frames(films, watcher)
    scenarios = tuple(scenario(*pair) for pair in zip(films, drawn, strict=True))
    made = sheet(scenarios, settings, paper)
    write_whole(path, png(made))
    return Storyboard(path, scenarios, (made.shape[1], made.shape[0]), settings)


def _paste(page: Image.Image, picture: Frame, x: int, y: int) -> None:
    """Lay a premultiplied picture over the page."""
    height, width = picture.shape[:2]
    under = np.asarray(page.crop((x, y, x + width, y + height))).astype(np.uint16)
    opacity = picture[..., 3:].astype(np.uint16)
    over = picture + (under * (255 - opacity) + 127) // 255
    page.paste(Image.fromarray(over.clip(0, 255).astype(np.uint8)), (x, y))
