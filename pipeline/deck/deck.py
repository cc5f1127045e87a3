"""A deck, ready to be written in any of its forms."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pipeline.deck.slides import Slide
    from pipeline.render.settings import RenderSettings


@dataclass(frozen=True)
class Live:
    """A page that stands between slides and answers to the hand.

    Attributes
    ----------
    page : str
        HTML that needs nothing else; it begins as ``"hash":""`` in it says.
    after : mapping of int to str
        What it shows at first, as such a hash, after the slides of these numbers.
    """

    page: str
    after: Mapping[int, str]


@dataclass(frozen=True)
class Deck:
    """Slides with their clips, and what surrounds them.

    Attributes
    ----------
    slides : tuple of Slide
        In the order they are shown.
    clips : tuple of Path
        The clip of each; slides of the same frames share one.
    pictures : tuple of Path
        The last frame of each, as PNG.
    settings : RenderSettings
        What the clips look like.
    title : str
        Of the whole.
    language : str
        Of captions and titles, such as ``"en"``.
    colours : mapping of str to str
        ``background``, ``ink``, ``quiet``, ``faint`` and ``raised``, each as ``"#rrggbb"``.
    live : Live or None
        A page to take in hand, where there is one; only a deck that is a page has it.
    """

    slides: tuple[Slide, ...]
    clips: tuple[Path, ...]
    pictures: tuple[Path, ...]
    settings: RenderSettings
    title: str
    language: str
    colours: Mapping[str, str]
    live: Live | None = None

    @property
    def n_frames(self) -> int:
        """Frames in its clips, each counted once."""
        lengths = {c: s.n_frames for c, s in zip(self.clips, self.slides, strict=True)}
        return sum(lengths.values())
