"""A deck as one page: a file that holds all it needs, and opens with a double click.

Why not manim-slides' own page: it takes RevealJS from an address on the network, when it is shown
or, with ``offline``, when it is made, and neither may be there the evening before a class. With a
template of our own nothing of it would be left but the encoding in base64. So the page, its style
and its script stand beside this module, and need no package at all.
"""

from __future__ import annotations

import html
import json
import tomllib
from base64 import b64encode
from functools import cache
from pathlib import Path
from string import Template
from typing import IO, TYPE_CHECKING, Any

from pipeline.deck.posters import data_address, edge_colour, first_frame, last_frame
from pipeline.outputs import atomic_write

if TYPE_CHECKING:
    from pipeline.deck.deck import Deck

_HERE = Path(__file__).parent
#: A multiple of three, so that pieces encoded one by one are the whole encoded.
_PIECE = 3 << 18
_CLIPS = "<!-- clips -->"


@cache
def page_words() -> dict[str, dict[str, Any]]:
    """What the page says of itself, by language."""
    return tomllib.loads((_HERE / "words.toml").read_text(encoding="utf-8"))


def write_page(deck: Deck, path: Path) -> None:
    """Write a deck as one HTML file, whole or not at all; each clip is in it once.

    Raises
    ------
    SettingsError, RenderError
        When it cannot be written.
    """
    clips = list(dict.fromkeys(deck.clips))
    before, after = _page(deck, clips).split(_CLIPS)
    with (
        atomic_write(path) as temporary,
        open(temporary, "w", encoding="utf-8", newline="\n") as file,
    ):
        file.write(before)
        for number, clip in enumerate(clips):
            file.write(f'<script type="application/octet-stream" id="clip-{number}">')
            _embed(clip, file)
            file.write("</script>\n")
        file.write(after)


def _page(deck: Deck, clips: list[Path]) -> str:
    words = page_words().get(deck.language, page_words()["en"])
    posters = {clip: data_address(last_frame(clip)) for clip in clips}
    slides: list[dict[str, Any]] = [
        {
            "clip": clips.index(clip),
            "title": slide.title,
            "said": slide.said,
            "numbers": slide.numbers,
            "frames": slide.n_frames,
            "loops": slide.loops,
            "poster": posters[clip],
        }
        for slide, clip in zip(deck.slides, deck.clips, strict=True)
    ]
    slides[0]["first"] = data_address(first_frame(deck.clips[0]))
    width, height = deck.settings.size
    return Template(_asset("page.html")).substitute(
        {**deck.colours, "background": edge_colour(deck.clips[0])},
        lang=html.escape(deck.language),
        scheme=deck.settings.theme,
        title=html.escape(deck.title),
        width=width,
        height=height,
        shape="wide" if width >= height else "tall",
        no_script=html.escape(words["no_script"]),
        style=_asset("page.css"),
        script=_asset("page.js"),
        deck=_data({"fps": deck.settings.fps, "words": words, "slides": slides}),
        clips=_CLIPS,
    )


def _embed(clip: Path, file: IO[str]) -> None:
    with open(clip, "rb") as source:
        while piece := source.read(_PIECE):
            file.write(b64encode(piece).decode("ascii"))


def _data(value: Any) -> str:
    """JSON that nothing in it can end: names and captions may hold anything, tags included."""
    return json.dumps(value, ensure_ascii=False).replace("<", "\\u003c")


def _asset(name: str) -> str:
    return (_HERE / name).read_text(encoding="utf-8")
