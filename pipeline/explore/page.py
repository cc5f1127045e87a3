"""The page, written: data, words, colours and shaders in, one HTML file out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pipeline.explore.modules import WEB, joined
from pipeline.outputs import atomic_write
from pipeline.pages import script_json, templates_of


@dataclass(frozen=True)
class Look:
    """A theme of the page.

    Attributes
    ----------
    name, scheme
        As it is called, and ``"dark"`` or ``"light"``.
    colours
        By name, as "#rrggbb".
    ramps
        Colours of heights, ``"height"`` and ``"penalty"``: red, green and blue of each, as bytes in base64.
    ambient
        How bright the stage is where the key light does not reach.
    """

    name: str
    scheme: str
    colours: Mapping[str, str]
    ramps: Mapping[str, str]
    ambient: float


@dataclass(frozen=True)
class Exhibit:
    """All that a page shows.

    Attributes
    ----------
    language
        Of the words.
    problem
        The data and what follows from them, see `pipeline.explore.problem`.
    words
        Every text of the page, by name.
    numerals
        What stands before decimals (``point``) and between thousands.
    looks
        Its themes; the first is that of a reader who has no wish.
    shaders
        Vertex and fragment source of each program, for a browser.
    command
        The words of a command line that makes this page anew.
    state
        What it shows at first, as the hash of its address.
    stills
        Pictures for those whose browser draws nothing: scheme and address of each.
    """

    language: str
    problem: Mapping[str, Any]
    words: Mapping[str, str]
    numerals: Mapping[str, str]
    looks: Sequence[Look]
    shaders: Mapping[str, Mapping[str, str]]
    command: Sequence[str] = ()
    state: str = ""
    stills: Mapping[str, str] = field(default_factory=dict)


def page_of(shown: Exhibit) -> str:
    """Return the page as HTML; whatever names and words hold, no script can come out of them."""
    handed = {
        **shown.problem,
        "words": shown.words,
        "numerals": shown.numerals,
        "themes": [vars(look) for look in shown.looks],
        "shaders": shown.shaders,
        "command": list(shown.command),
        "hash": shown.state,
    }
    return (
        templates_of("pipeline.explore")
        .get_template("page.html.j2")
        .render(
            lang=shown.language,
            words=shown.words,
            made=shown.problem["recipe"] is not None,
            has_rows=shown.problem["columns"] is not None,
            looks=shown.looks,
            stills=shown.stills,
            style=(WEB / "page.css").read_text(encoding="utf-8"),
            script=joined("page"),
            given=script_json(handed),
        )
    )


def write_page(shown: Exhibit, path: Path) -> int:
    """Write the page, whole or not at all, and return its size in bytes.

    Raises
    ------
    SettingsError, RenderError
        When it cannot be written.
    """
    content = page_of(shown).encode()
    with atomic_write(path) as temporary:
        temporary.write_bytes(content)
    return len(content)
