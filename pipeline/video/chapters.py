"""Chapters: the acts of a film with the frames that show them, for players and for video sites.

Players find them inside the MP4 file. Video sites want them as text, which goes into a video's
description: a line a chapter, the moment it begins and its title. YouTube takes them if the first
begins at 0:00, there are three or more, and each lasts ten seconds or more; one that breaks a rule
spoils the whole list (YouTube Help, "Video Chapters", support.google.com/youtube/answer/9884579).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.render.timeline import clock

if TYPE_CHECKING:
    from pipeline.render.timeline import Chapter

#: What video sites take: seconds a chapter must last, and how many there must be.
SHORTEST, FEWEST = 10, 3


@dataclass(frozen=True, slots=True)
class SiteChapters:
    """Chapters as video sites take them.

    Attributes
    ----------
    lines : tuple of (int, str)
        The whole second in which each begins, and its title; empty if there would be too few.
    left_out : tuple of str
        Titles of those that are too short.
    """

    lines: tuple[tuple[int, str], ...]
    left_out: tuple[str, ...]

    @property
    def text(self) -> str:
        """What goes into a video's description."""
        return "".join(f"{clock(second)} {title}\n" for second, title in self.lines)


def site_chapters(chapters: Sequence[Chapter], fps: int) -> SiteChapters:
    """Return chapters as video sites take them.

    A chapter that is too short is left out: its seconds go to the one before it, at the beginning
    of the film to the one after it. Moments are cut to whole seconds, so that a chapter begins with
    its first frame or a little earlier, never late.
    """
    end = chapters[-1].stop / fps if chapters else 0.0
    begins = [chapter.start // fps for chapter in chapters]
    lines: list[tuple[int, str]] = []
    left_out: list[str] = []
    for i, chapter in enumerate(chapters):
        # What was left out before the first that is long enough belongs to it.
        begin = begins[i] if lines else 0
        until = begins[i + 1] if i + 1 < len(begins) else end
        if until - begins[i] < SHORTEST:
            left_out.append(chapter.title)
        else:
            lines.append((begin, chapter.title))
    return SiteChapters(tuple(lines) if len(lines) >= FEWEST else (), tuple(left_out))


def chapters_path(film: Path) -> Path:
    """The file beside a film that holds its chapters; named like its captions, after the film."""
    return film.with_suffix(".chapters.txt")
