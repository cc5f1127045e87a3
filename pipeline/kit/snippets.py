"""What a kit's reader pastes into an article: a figure that moves, pictures, a frame, shortcodes.

Every snippet of HTML is one block to Markdown: it begins with a tag that begins a block, and has no empty
line. So it comes through Hugo, markdown-it, marked, mistune, Python-Markdown and pandoc as it is.
"""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pipeline.errors import SettingsError
from pipeline.pages import templates_of

if TYPE_CHECKING:
    from pipeline.kit.page import Exhibit, Language

#: What stands for the address of the media until a shortcode is told it.
_SOMEWHERE = "media-of-this-kit/"
#: An address on the web, or a path; nothing that ends an attribute, a list of pictures or a template.
_ADDRESS = re.compile(r"(https?://)?(?![a-z][a-z0-9+.-]*:)[^\s\"'<>\\,{}`|^]+", re.IGNORECASE)


#: What stands before the figure in a shortcode of Hugo: where it goes, and what can be said to it.
_HUGO = """\
{{/* For layouts/shortcodes; at="/media/" where it is used says where the media lie. */}}
{{- $at := .Get "at" | default "%s" -}}
"""
_QUARTO = """\
::: {{.content-visible when-format="html"}}
```{{=html}}
{html}```
:::

::: {{.content-visible unless-format="html"}}
{picture}{{fig-alt="{alt}"}}
:::
"""


@dataclass(frozen=True)
class Placement:
    """Where the media lie, as seen from the article, and how often they are played.

    Attributes
    ----------
    base : str
        What stands before their names: empty, or an address that ends with a slash.
    times : int
        How often a loop is played; 0 for ever.
    """

    base: str = ""
    times: int = 0

    @classmethod
    def of(cls, address: str | None, times: int | None) -> Placement:
        """Return the placement for what was typed.

        Raises
        ------
        SettingsError
            When that is no address.
        """
        if address is None:
            return cls(times=times or 0)
        if not _ADDRESS.fullmatch(address):
            raise SettingsError(
                f"--base-url {address!r} is no address of a folder: write it like "
                "https://example.org/media/, or /media/ or media/ for a place on the same site."
            )
        return cls(address.removesuffix("/") + "/", times or 0)


def snippet_html(
    exhibit: Exhibit, language: Language, placement: Placement, *, inline: bool = False
) -> str:
    """Return a ``<figure>`` with a video for an article, in the reader's colours.

    Parameters
    ----------
    exhibit, language
        What is shown, and the language of its captions.
    placement
        Where the media lie, and how often a loop is played.
    inline
        Whether captions are part of the text: browsers load them from no file beside a page that
        is itself opened as a file.
    """
    track = ""
    if exhibit.captions:
        track = f"{placement.base}{exhibit.piece.name}.vtt"
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
        caption=exhibit.caption,
        base=placement.base,
        times=placement.times,
        track=track,
        language=language,
    )


def snippet_markdown(exhibit: Exhibit, placement: Placement) -> str:
    """Return a ``<picture>`` for Markdown: a moving picture in the reader's colours, or a still one.

    It has no height: GitHub narrows pictures on phones, but does not lower those that have one.
    It is as wide as the narrower of both: what fits a limit differs, and nothing is to be blown up.
    """
    moving, still, small = exhibit.moving, exhibit.names("poster"), exhibit.names("avif")
    widths = [medium.width for medium in exhibit.media if medium.name in moving.values()]
    return _rendered(
        "snippet.md.j2",
        moving=moving,
        still=still,
        small=small if len(small) == len(still) else None,
        width=min(*widths, exhibit.size[0]),
        alt=exhibit.alt,
        base=placement.base,
    )


def snippet_image(exhibit: Exhibit, placement: Placement) -> str:
    """Return Markdown's own picture, for places that take no HTML: the light one, as most pages."""
    return f"![{_bracketed(exhibit.alt)}]({placement.base}{exhibit.moving['light']})\n"


def shortcode_hugo(exhibit: Exhibit, language: Language, placement: Placement) -> str:
    """Return a template of Hugo, for ``layouts/shortcodes``: Hugo lets no HTML through from Markdown.

    Where the media lie can be said where it is used: ``{{< loop at="/media/" >}}``.
    """
    html = snippet_html(exhibit, language, replace(placement, base=_SOMEWHERE))
    return _HUGO % placement.base + html.replace(_SOMEWHERE, "{{ $at }}")


def shortcode_quarto(exhibit: Exhibit, language: Language, placement: Placement) -> str:
    """Return a document for Quarto's shortcode ``include``: the figure, or on paper its poster."""
    html = snippet_html(exhibit, language, placement)
    alt, poster = exhibit.alt.replace('"', "”"), exhibit.names("poster")["light"]
    printed = f"![{_bracketed(exhibit.caption)}]({placement.base}{poster})"
    return _QUARTO.format(html=html, picture=printed, alt=_bracketed(alt))


def snippet_hand(exhibit: Exhibit, title: str, placement: Placement) -> str:
    """Return a frame with the page to take in hand, a still in its place until it is there."""
    return _rendered("hand.html.j2", name=exhibit.piece.name, title=title, base=placement.base)


def snippet_head(exhibit: Exhibit, placement: Placement) -> str:
    """Return the tags that let a page be shown with a picture where it is shared: by its whole address."""
    base = placement.base
    if not re.match("https?://", base, re.IGNORECASE):
        base = f"https://YOUR-SITE/{base.lstrip('/')}"
    card = next(medium for medium in exhibit.of("dark") if medium.kind == "card")
    return _rendered("head.html.j2", card=card, alt=exhibit.alt, base=base)


def _bracketed(text: str) -> str:
    """Return a text that can stand between the brackets of Markdown, and begins no shortcode there."""
    return re.sub(r"([\\\[\]{])", r"\\\1", text)


def _rendered(template: str, **values: object) -> str:
    """Return a snippet in which a text with braces begins no template of whoever takes it."""
    html = templates_of("pipeline.kit").get_template(template).render(**values)
    return html.replace("{{", "&#123;&#123;")
