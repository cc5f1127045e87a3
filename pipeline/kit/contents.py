"""Everything in a kit, as files in a folder: media, and the texts beside them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pipeline.csv_table import csv_text
from pipeline.kit.description import (
    alt_text,
    caption_of,
    description,
    numbers_of_pieces,
    rows_of_pieces,
    transcript,
)
from pipeline.kit.media import Medium, Missing
from pipeline.kit.page import Exhibit, index
from pipeline.kit.snippets import (
    shortcode_hugo,
    shortcode_quarto,
    snippet_hand,
    snippet_html,
    snippet_markdown,
)
from pipeline.video.captions import srt, vtt

if TYPE_CHECKING:
    from pipeline.kit.description import Piece, Problem, Writing
    from pipeline.kit.page import Language
    from pipeline.kit.snippets import Placement


@dataclass(frozen=True)
class Hand:
    """The page to take in hand: its title, and all of it."""

    title: str
    page: str


def exhibit(
    piece: Piece,
    made: Sequence[Medium | Missing],
    problem: Problem,
    writing: Writing,
    size: tuple[int, int],
) -> Exhibit:
    """Collect the media and texts of a piece."""
    mine = [one for one in made if one.piece == piece.name]
    cues, fps = piece.timeline.cues, piece.timeline.fps
    return Exhibit(
        piece,
        alt_text(piece, writing),
        description(piece, problem, writing),
        caption_of(piece, problem, writing),
        size,
        [one for one in mine if isinstance(one, Medium)],
        [one for one in mine if isinstance(one, Missing)],
        vtt(cues, fps) if cues else "",
    )


def contents(
    exhibits: Sequence[Exhibit],
    problem: Problem,
    writing: Writing,
    language: Language,
    themes: Mapping[str, Mapping[str, str]],
    hand: Hand,
    placement: Placement,
) -> dict[str, bytes]:
    """Return every file of a kit by its name; what is opened first stands first.

    Parameters
    ----------
    exhibits, problem, writing, language, themes, placement
        As for `page.index`.
    hand
        The page to take in hand.
    """
    texts = {one.piece.name: _texts(one, language, placement) for one in exhibits}
    names = {piece: tuple(mine) for piece, mine in texts.items()}
    pieces = [one.piece for one in exhibits]
    numbers, rows = numbers_of_pieces(pieces, problem), rows_of_pieces(pieces)
    frame = snippet_hand(exhibits[0], hand.title, placement)
    page = index(exhibits, problem, writing, language, themes, names, frame, placement)
    written = {"index.html": page}
    written |= {"explore.html": hand.page, "explore-snippet.html": frame}
    for mine in texts.values():
        written |= mine
    written["numbers.json"] = json.dumps(numbers, ensure_ascii=False, indent=2) + "\n"
    if rows:
        written["numbers.csv"] = csv_text(rows, language.point)
    files = {name: text.encode() for name, text in written.items()}
    return files | {medium.name: medium.content for one in exhibits for medium in one.media}


def payload_of(exhibits: Sequence[Exhibit], language: Language) -> dict[str, Any]:
    """Return the language, the media and the gaps of a kit, as JSON."""
    return {
        "language": language.code,
        "media": {medium.name: medium.payload for one in exhibits for medium in one.media},
        "missing": [gap.reason for one in exhibits for gap in one.missing],
    }


def _texts(one: Exhibit, language: Language, placement: Placement) -> dict[str, str]:
    """What can be read of a piece, by file name."""
    name, timeline = one.piece.name, one.piece.timeline
    texts = {
        f"{name}-alt.txt": one.alt + "\n",
        f"{name}-description.txt": one.description + "\n",
        f"{name}-snippet.html": snippet_html(one, language, placement),
        f"{name}-snippet.md": snippet_markdown(one, placement),
        f"{name}-hugo.html": shortcode_hugo(one, language, placement),
        f"_{name}.qmd": shortcode_quarto(one, language, placement),
    }
    if one.captions:
        texts |= {
            f"{name}-transcript.txt": transcript(one.piece),
            f"{name}.srt": srt(timeline.cues, timeline.fps),
            f"{name}.vtt": one.captions,
        }
    return texts
