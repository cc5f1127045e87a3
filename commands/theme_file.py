"""A file of a theme: colours, fonts and a logo, all checked before anything is drawn."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.errors import SettingsError
from pipeline.inputs import open_input
from pipeline.printable import suggestion
from pipeline.render.settings import THEMES
from scenes.look import COLOURS, RAMPS, Look, faults
from scenes.theme import THEMES as OURS
from scenes.theme import Colour, Ramp

if TYPE_CHECKING:
    from commands.console.config import Tables

#: Bytes of a font or a logo; a font of all of Chinese has fewer.
MOST_BYTES = 32_000_000
#: Where a logo may stand.
PLACES = ("corner", "title")
#: What else a file may say, beside colours.
OTHERS = ("base", "fonts", "fallback", "logo", "logo-place")


def base_in(given: Tables) -> str:
    """Return the theme of ours that a file changes.

    Raises
    ------
    SettingsError
        If there is no such theme.
    """
    base = _lines(given).get("base", THEMES[0])
    if base not in THEMES:
        raise _wrong(given, f"'base' is {base!r}: write {' or '.join(map(repr, THEMES))}")
    return str(base)


def look_in(given: Tables) -> Look:
    """Return the look that a file describes.

    Raises
    ------
    SettingsError
        If a key is unknown, a colour is none, a file cannot be used, or colours cannot be read on their
        background or told apart by colour-blind eyes; the sentence names the pair.
    """
    from pipeline.fonts import load_fonts

    base, lines = base_in(given), _lines(given)
    known = (*OTHERS, *COLOURS, *RAMPS)
    for key in lines:
        if key not in known:
            raise _wrong(given, f"there is no {key!r} in a theme{suggestion(key, known)}")
    changed: list[tuple[str, Colour | Ramp]] = []
    for key, value in lines.items():
        if key in COLOURS:
            changed.append((key, _colour(given, key, value)))
        elif key in RAMPS:
            changed.append((key, _ramp(given, key, value)))
    place = lines.get("logo-place", PLACES[0])
    if place not in PLACES:
        raise _wrong(given, f"'logo-place' is {place!r}: write {' or '.join(map(repr, PLACES))}")
    look = Look(
        tuple(changed),
        _fonts(given, "fonts", lines.get("fonts", [])),
        _fonts(given, "fallback", lines.get("fallback", [])),
        _logo(given, lines["logo"]) if "logo" in lines else "",
        place == "title",
        load_fonts,
    )
    for fault in faults(look.of(OURS[base])):
        raise _wrong(given, f"{fault}: choose colours further apart")
    return look


def _lines(given: Tables) -> Mapping[str, Any]:
    """What is said of the theme: in a table of that name, or else in all of the file."""
    inner = given.content.get("theme", given.content)
    return inner if isinstance(inner, dict) else given.content


def _colour(given: Tables, key: str, value: Any) -> Colour:
    if not isinstance(value, str) or not re.fullmatch("#[0-9a-fA-F]{6}", value):
        raise _wrong(given, f"{key!r} is no colour: write it like '#1c232d'")
    return Colour(value.lower())


def _ramp(given: Tables, key: str, value: Any) -> Ramp:
    from cmap import Colormap

    try:
        name, first, last = value
        ramp = Ramp(str(Colormap(name).name), float(first), float(last))
        if not (0 <= ramp.first <= 1 and 0 <= ramp.last <= 1 and ramp.first != ramp.last):
            raise ValueError
    except (TypeError, ValueError, KeyError):
        example = '["crameri:lapaz", 0.92, 0.30]'
        raise _wrong(
            given, f"{key!r} is no part of a colour map: write it like {example}, a map of `cmap`"
        ) from None
    return ramp


def _fonts(given: Tables, key: str, value: Any) -> tuple[bytes, ...]:
    from pipeline.fonts import load_fonts

    names = [value] if isinstance(value, str) else value
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise _wrong(given, f'{key!r} is no list of files: write it like ["Inter.ttf"]')
    fonts = []
    for name in names:
        content = _content(given, name)
        try:
            load_fonts([content])
        except ValueError as error:
            raise _wrong(given, f"{name!r} of {key!r}: {error}") from None
        fonts.append(content)
    return tuple(fonts)


def _logo(given: Tables, name: Any) -> str:
    """A logo as SVG: a picture of pixels is wrapped in one."""
    from scenes.text.typesetting import measure
    from scenes.text.words import picture_markup

    if not isinstance(name, str):
        raise _wrong(given, "'logo' is no file: write it like 'logo.svg'")
    content = _content(given, name)
    try:
        logo = _wrapped(content) if content.startswith(b"\x89PNG") else content.decode("utf-8-sig")
        measure(picture_markup(logo))
    except (OSError, ValueError, SyntaxError):
        remedy = "use a PNG, or an SVG that refers to no other file"
        raise _wrong(given, f"{name!r} of 'logo' cannot be drawn: {remedy}") from None
    return logo


def _wrapped(png: bytes) -> str:
    import io

    from PIL import Image

    with Image.open(io.BytesIO(png)) as image:
        width, height = image.size
        image.verify()
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" '
        f'viewBox="0 0 {width} {height}"><image width="{width}" height="{height}" '
        f'href="data:image/png;base64,{b64encode(png).decode()}"/></svg>'
    )


def _content(given: Tables, name: str) -> bytes:
    """A file that is named in another, from that one's folder."""
    path = given.path.parent / Path(name).expanduser()
    with open_input(path) as file:
        content = file.read(MOST_BYTES + 1)
    if len(content) > MOST_BYTES:
        raise _wrong(given, f"{name!r} has more than {MOST_BYTES // 10**6} MB: use a smaller file")
    return content


def _wrong(given: Tables, what: str) -> SettingsError:
    end = "" if what.endswith((".", "?")) else "."
    return SettingsError(f"The theme in {str(given.path)!r} cannot be used: {what}{end}")
