"""What a kit's reader opens: a page to look at everything, and snippets to paste into an article."""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.kit.description import CONVENTIONS, seconds_text
from pipeline.pages import templates_of
from pipeline.render.timeline import clock
from pipeline.sizes import bytes_text

if TYPE_CHECKING:
    from pipeline.kit.description import Piece, Problem, Writing
    from pipeline.kit.media import Medium, Missing

#: How formats are called on a page, in the order they are offered.
NAMES = {
    "webm": "WebM",
    "mp4": "MP4",
    "webp": "WebP",
    "gif": "GIF",
    "poster": "Poster",
    "card": "Card",
}
#: Moving pictures, by how many places show them.
_PICTURES = ("gif", "webp")


@dataclass(frozen=True)
class Language:
    """The language of the captions: its code, as for ``srclang``, its own name, its decimal point."""

    code: str
    name: str
    point: str = "."


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


def snippet_html(exhibit: Exhibit, language: Language, *, inline: bool = False) -> str:
    """Return a ``<video>`` for an article, in the reader's colours.

    Parameters
    ----------
    exhibit, language
        What is shown, and the language of its captions.
    inline
        Whether captions are part of the text: browsers load them from no file beside a page that
        is itself opened as a file.
    """
    track = ""
    if exhibit.captions:
        track = f"{exhibit.piece.name}.vtt"
        if inline:
            packed = base64.b64encode(exhibit.captions.encode()).decode()
            track = f"data:text/vtt;charset=utf-8;base64,{packed}"
    width, height = exhibit.size
    return _rendered(
        "snippet.html.j2",
        name=exhibit.piece.name,
        seamless=exhibit.piece.seamless,
        width=width,
        height=height,
        alt=exhibit.alt,
        track=track,
        language=language.code,
        language_name=language.name,
    )


def snippet_markdown(exhibit: Exhibit) -> str:
    """Return a ``<picture>`` for Markdown: a moving picture in the reader's colours, or a still one.

    It has no height: GitHub narrows pictures on phones, but does not lower those that have one.
    It is as wide as the narrower of both: what fits a limit differs, and nothing is to be blown up.
    """
    moving, still = exhibit.moving, exhibit.names("poster")
    widths = [medium.width for medium in exhibit.media if medium.name in moving.values()]
    width = min(*widths, exhibit.size[0])
    return _rendered("snippet.md.j2", moving=moving, still=still, width=width, alt=exhibit.alt)


def snippet_image(exhibit: Exhibit) -> str:
    """Return Markdown's own picture, for places that take no HTML: the light one, as most pages."""
    alt = re.sub(r"([\\\[\]])", r"\\\1", exhibit.alt)
    return f"![{alt}]({exhibit.moving['light']})\n"


def snippet_hand(exhibit: Exhibit, title: str) -> str:
    """Return a frame with the page to take in hand, a still in its place until it is there."""
    return _rendered("hand.html.j2", name=exhibit.piece.name, title=title)


def snippet_head(exhibit: Exhibit) -> str:
    """Return the tags that let a page be shown with a picture where it is shared."""
    card = next(medium for medium in exhibit.of("dark") if medium.kind == "card")
    return _rendered("head.html.j2", card=card, alt=exhibit.alt)


def index(
    exhibits: Sequence[Exhibit],
    problem: Problem,
    writing: Writing,
    language: Language,
    themes: Mapping[str, Mapping[str, str]],
    links: Mapping[str, Sequence[str]],
    hand: str,
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
    """
    snippets = {
        one.piece.name: {
            "live": snippet_html(one, language, inline=True),
            "html": snippet_html(one, language),
            "markdown": snippet_markdown(one),
            "image": snippet_image(one),
            "head": snippet_head(one),
        }
        for one in exhibits
    }
    return _rendered(
        "index.html.j2",
        exhibits=exhibits,
        problem=problem,
        writing=writing,
        language=language,
        themes=themes,
        links=links,
        snippets=snippets,
        hand=hand,
        names=NAMES,
        conventions=CONVENTIONS,
        clock=clock,
        seconds_text=seconds_text,
        bytes_text=bytes_text,
    )


def _rendered(template: str, **values: object) -> str:
    return templates_of("pipeline.kit").get_template(template).render(**values)
