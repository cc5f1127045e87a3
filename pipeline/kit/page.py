"""What a kit's reader opens: a page to look at everything."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pipeline.kit.description import CONVENTIONS, seconds_text
from pipeline.kit.media import VIDEOS
from pipeline.kit.snippets import (
    snippet_head,
    snippet_html,
    snippet_image,
    snippet_markdown,
)
from pipeline.pages import templates_of
from pipeline.render.timeline import clock
from pipeline.sizes import bytes_text

if TYPE_CHECKING:
    from pipeline.kit.description import Piece, Problem, Writing
    from pipeline.kit.media import Medium, Missing
    from pipeline.kit.snippets import Placement

#: How formats are called on a page, in the order they are offered.
NAMES = {
    "webm": "WebM",
    "mp4": "MP4",
    "webp": "WebP",
    "avif": "AVIF",
    "gif": "GIF",
    "poster": "Poster",
    "card": "Card",
}
#: Moving pictures, by how many places show them.
_PICTURES = ("gif", "webp")


@dataclass(frozen=True)
class Language:
    """A language: its code, as for ``srclang``, its own name, its decimal point, words on a button."""

    code: str
    name: str
    point: str = "."
    play: str = "Play"
    pause: str = "Pause"


@dataclass(frozen=True)
class Exhibit:
    """A piece with its media and texts.

    Attributes
    ----------
    piece : Piece
        What is shown.
    alt : str
        Its alternative text.
    description : str
        What there is to say about it, at length.
    caption : str
        What stands below it.
    size : tuple of int
        Of its videos.
    media : sequence of Medium
        In all themes.
    missing : sequence of Missing
        What did not fit.
    captions : str
        Its captions as WebVTT; empty if it has none.
    """

    piece: Piece
    alt: str
    description: str
    caption: str
    size: tuple[int, int]
    media: Sequence[Medium]
    missing: Sequence[Missing]
    captions: str

    def of(self, theme: str) -> list[Medium]:
        """The media in a theme, in the order of `NAMES`."""
        order = list(NAMES)
        mine = [medium for medium in self.media if medium.theme == theme]
        return sorted(mine, key=lambda medium: order.index(medium.kind))

    def names(self, kind: str) -> dict[str, str]:
        """File name by theme."""
        return {medium.theme: medium.name for medium in self.media if medium.kind == kind}

    @property
    def moving(self) -> dict[str, str]:
        """The moving picture in each theme that most places show; the poster where none fits."""
        for kind in _PICTURES:
            if len(found := self.names(kind)) == len(self.names("poster")):
                return found
        return self.names("poster")


def index(
    exhibits: Sequence[Exhibit],
    problem: Problem,
    writing: Writing,
    language: Language,
    themes: Mapping[str, Mapping[str, str]],
    links: Mapping[str, Sequence[str]],
    hand: str,
    placement: Placement,
) -> str:
    """Return the page on which everything in a kit is to be seen.

    Parameters
    ----------
    exhibits
        The pieces.
    problem, writing
        The data, and how numbers are written.
    language
        The language of captions.
    themes
        Colours by name, in each theme: ``background``, ``ink``, ``quiet``, ``faint``, ``floor``,
        ``theta1``, ``theta2``, ``minimum``, ``penalty``.
    links
        Text files of each piece, by its name.
    hand
        The snippet of the page to take in hand.
    placement
        Of the snippets; the page itself has its media beside it.
    """
    snippets = {
        one.piece.name: {
            "live": snippet_html(one, language, replace(placement, base=""), inline=True),
            "html": snippet_html(one, language, placement),
            "markdown": snippet_markdown(one, placement),
            "image": snippet_image(one, placement),
            "head": snippet_head(one, placement),
        }
        for one in exhibits
    }
    template = templates_of("pipeline.kit").get_template("index.html.j2")
    return template.render(
        exhibits=exhibits,
        problem=problem,
        writing=writing,
        language=language,
        themes=themes,
        links=links,
        snippets=snippets,
        hand=hand,
        placement=placement,
        videos=VIDEOS,
        names=NAMES,
        conventions=CONVENTIONS,
        clock=clock,
        seconds_text=seconds_text,
        bytes_text=bytes_text,
    )
