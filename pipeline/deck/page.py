"""A deck as one page: a file that holds all it needs, and opens with a double click.

Why not manim-slides' own page: it takes RevealJS from an address on the network, when it is shown
or, with ``offline``, when it is made, and neither may be there the evening before a class. With a
template of our own nothing of it would be left but the encoding in base64. So the page, its style
and its script are a template and two files beside this module.
"""

from __future__ import annotations

import tomllib
from base64 import b64encode
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PIL import Image

from pipeline.deck.posters import edge_colour, first_frame, has_sound
from pipeline.outputs import atomic_write
from pipeline.pages import data_url, script_json, templates_of

if TYPE_CHECKING:
    from pipeline.deck.deck import Deck

_HERE = Path(__file__).parent
#: A multiple of three, so that pieces encoded one by one are the whole encoded.
_PIECE = 3 << 18
#: Pixels along the longer side of a slide's picture: sharp on paper, two across.
_PRINTED = 1280


@cache
def page_words() -> dict[str, dict[str, Any]]:
    """Return the texts of the page's controls, by language."""
    return tomllib.loads((_HERE / "words.toml").read_text(encoding="utf-8"))


def write_page(deck: Deck, path: Path) -> None:
    """Write a deck as one HTML file, whole or not at all; each clip is in it once.

    Raises
    ------
    SettingsError, RenderError
        When it cannot be written.
    """
    page = templates_of("pipeline.deck").get_template("page.html.j2").stream(**_filled(deck))
    with (
        atomic_write(path) as temporary,
        open(temporary, "w", encoding="utf-8", newline="\n") as file,
    ):
        file.writelines(page)


def _filled(deck: Deck) -> dict[str, Any]:
    """What the template asks for; clips are read when they are written."""
    clips = list(dict.fromkeys(deck.clips))
    words = dict(page_words().get(deck.language, page_words()["en"]))
    if any(map(has_sound, clips)):
        words["keys"] = [*words["keys"], words["voice_key"]]
    posters = {path: _poster(path) for path in dict.fromkeys(deck.pictures)}
    slides: list[dict[str, Any]] = [
        {
            "clip": clips.index(clip),
            "title": slide.title,
            "captions": slide.captions,
            "remarks": slide.remarks,
            "numbers": slide.numbers,
            "frames": slide.n_frames,
            "loops": slide.loops,
            "poster": posters[picture],
            "speaks": has_sound(clip),
        }
        for slide, clip, picture in zip(deck.slides, deck.clips, deck.pictures, strict=True)
    ]
    slides[0]["first"] = data_url(first_frame(deck.clips[0]))
    if deck.live is not None:
        slides = list(_with_live(slides, deck.live.after, words["hand"]))
    width, height = deck.settings.size
    return {
        "lang": deck.language,
        "scheme": deck.settings.theme,
        "title": deck.title,
        "colours": deck.colours,
        "background": edge_colour(deck.clips[0]),
        "width": width,
        "height": height,
        "shape": "wide" if width >= height else "tall",
        "no_script": words["no_script"],
        "style": _asset("page.css"),
        "script": _asset("page.js"),
        "deck": script_json({"fps": deck.settings.fps, "words": words, "slides": slides}),
        "live": script_json("" if deck.live is None else deck.live.page),
        "clips": map(_embedded, clips),
    }


def _poster(path: Path) -> str:
    """A slide's picture, for lists and for paper."""
    with Image.open(path) as picture:
        picture.thumbnail((_PRINTED, _PRINTED), Image.Resampling.LANCZOS)
        return data_url(picture)


def _with_live(
    slides: list[dict[str, Any]], after: Mapping[int, str], title: str
) -> Iterator[dict[str, Any]]:
    """The slides, and after some of them one that is no clip but a page."""
    for number, slide in enumerate(slides):
        yield slide
        if number in after:
            kept = {key: slide[key] for key in ("title", "poster")}
            live = {"live": after[number], "captions": [title], "remarks": [], "numbers": []}
            yield {**kept, **live, "frames": 1, "loops": False, "speaks": False}


def _embedded(clip: Path) -> Iterator[str]:
    """A clip in base64, a piece at a time."""
    with open(clip, "rb") as source:
        while piece := source.read(_PIECE):
            yield b64encode(piece).decode("ascii")


def _asset(name: str) -> str:
    return (_HERE / name).read_text(encoding="utf-8")
