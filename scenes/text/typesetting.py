"""Typesetting: Typst bodies to measures and to pixels, cached by content.

Everything here is a function of its arguments alone: the same body is the same picture, in any
process and in any order.
"""

from __future__ import annotations

import io
import math
import re
from functools import lru_cache
from typing import TYPE_CHECKING, Literal

import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt
    import typst

    from scenes.look import Look

    Picture = npt.NDArray[np.uint8]

#: Typst sets everything at this size; pictures and measures are scaled from it.
POINTS = 10.0
#: Room around a text, in points, for ink that leaves its box (descenders, accents).
MARGIN = 5.0
#: Pictures are made at this many places between two pixels, each way: text in slow motion glides.
PHASES = 4
#: Pixels a point in which the ink of a text is measured, and from which opacity on it counts.
_INK_PIXELS, _INK_OPACITY = 4.0, 48

#: The font's own raised figures are half as high as its digits, too small for the exponents of ticks.
_RAISED = "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"
_RAISED_SIZE, _RAISED_DOWN = 1.5, 0.15

_BODY_FONT = "Libertinus Serif"
_MATH_FONT = "New Computer Modern Math"

#: No font has this character: Unicode keeps it free for private use.
_NOWHERE = "\U0010fffd"

#: A body that is a number: what sets its colour, and characters that stand apart from each other.
_NUMBER = re.compile(
    r'((?:#set text\(fill: rgb\("#[0-9a-f]{6}"\)\)\n)?)#"([0-9.,−×∞\u202f\u00a0 ]+)"'
)


#: Of them, those that nearly every number is made of.
_FIGURES = "0123456789.,−"
#: The fonts in use: what Typst has, and the families of someone's own before ours and after them.
_fonts: typst.Fonts | None = None
_families: tuple[list[str], list[str]] = ([], [])
_own: tuple[tuple[bytes, ...], tuple[bytes, ...]] = ((), ())
#: Their size over that of ours, so that no text takes more room than in ours.
_scale = 1.0
#: By which the widths of fonts are compared.
_SAMPLE = '#"As the penalty grows, the valley closes into a bowl 0123456789"'


def use_fonts(look: Look | None) -> None:
    """Set texts in the fonts of a look from now on; without one, in ours again.

    Raises
    ------
    ValueError
        If one of its files is no font.
    """
    global _fonts, _families, _own, _scale
    own = (look.fonts, look.fallback) if look else ((), ())
    if own == _own:
        return
    _fonts, _families, _own, _scale = None, ([], []), ((), ()), 1.0
    _forget()
    if look and any(own):
        fonts, families = look.load_fonts((*look.fonts, *look.fallback))
        room, count = measure(_SAMPLE)[0], len(look.fonts)
        _fonts, _families, _own = fonts, (families[:count], families[count:]), own
        _forget()
        _scale = min(1.0, room / measure(_SAMPLE)[0])
        _forget()


def _forget() -> None:
    """Clear every cache of this module: what is in them was set in other fonts."""
    for each in tuple(globals().values()):
        if hasattr(each, "cache_clear"):
            each.cache_clear()


@lru_cache(maxsize=1)
def _compiler() -> typst.Compiler:
    import typst

    return typst.Compiler(font_paths=[] if _fonts is None else _fonts, ignore_system_fonts=True)


def _math_size() -> str:
    """Formulas stay in our font, and as large as they are."""
    return "" if _scale == 1.0 else f", size: {POINTS:g}pt"


def _font_list(ours: str) -> str:
    """The fonts of a text in Typst, by falling preference."""
    names = (*_families[0], ours, *_families[1])
    return "(" + "".join(f'"{name}", ' for name in names) + ")" if len(names) > 1 else f'"{ours}"'


def _document(body: str, left: float, top: float) -> bytes:
    return (
        f"#set page(width: auto, height: auto, fill: none, "
        f"margin: (left: {left:.4f}pt, top: {top:.4f}pt, right: {MARGIN}pt, bottom: {MARGIN}pt))\n"
        f"#set text(font: {_font_list(_BODY_FONT)}, size: {POINTS * _scale:g}pt)\n"
        '#set text(number-width: "tabular", hyphenate: false)\n'
        f'#show math.equation: set text(font: "{_MATH_FONT}"{_math_size()})\n'
        f'#show regex("[{_RAISED}]+"): '
        f'set text(size: {_RAISED_SIZE}em, baseline: {_RAISED_DOWN}em, top-edge: "baseline")\n'
        "#set par(leading: 0.62em)\n" + body
    ).encode()


@lru_cache(maxsize=4096)
def measure(source: str) -> tuple[float, float]:
    """Width and height in points of a Typst body, from baseline to the height of capitals.

    Raises
    ------
    ValueError
        If it is not valid Typst: an error of ours, since outside text never reaches it as markup.
    """
    figures = _figures(source)
    if figures is not None:
        prefix, text = figures
        return sum(_advance(prefix, c) for c in text), _set_measure(f'{prefix}#"0"')[1]
    return _set_measure(source)


@lru_cache(maxsize=4096)
def _set_measure(source: str) -> tuple[float, float]:
    svg = _compile(source, MARGIN, MARGIN, "svg", None)[:200].decode(errors="replace")
    found = re.search(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', svg)
    if found is None:
        raise ValueError(f"Typst gave no page for {source!r}")
    return float(found[1]) - 2 * MARGIN, max(float(found[2]) - 2 * MARGIN, 1e-3)


@lru_cache(maxsize=4096)
def ink(source: str) -> tuple[float, float, float, float]:
    """Left, right, bottom and top of a text's ink, in points from the upper left corner of its box."""
    drawn = premultiplied(source, MARGIN, MARGIN, _INK_PIXELS)[..., 3] > _INK_OPACITY
    rows, columns = np.flatnonzero(drawn.any(axis=1)), np.flatnonzero(drawn.any(axis=0))
    if not len(rows):
        return 0.0, 0.0, 0.0, 0.0
    ends = columns[0], columns[-1] + 1, -rows[-1] - 1, -rows[0]
    left, right, bottom, top = (float(end) / _INK_PIXELS for end in ends)
    return left - MARGIN, right - MARGIN, bottom + MARGIN, top + MARGIN


def missing_characters(text: str) -> str:
    """Those characters of a text for which no font of the film has a picture."""
    box = _outlines(_NOWHERE)
    if not _outlines(text) & box:
        return ""
    return "".join(c for c in dict.fromkeys(text) if _outlines(c) & box) or text


@lru_cache(maxsize=512)
def _outlines(text: str) -> frozenset[str]:
    """The shapes of a text's characters; all that no font has are drawn as the same crossed box."""
    body = "".join(f"\\u{{{ord(c):x}}}" for c in text if c.isprintable() or c == _NOWHERE)
    svg = _compile(f'#"{body}"', MARGIN, MARGIN, "svg", None).decode()
    return frozenset(re.findall(r"<symbol[^>]*>(.*?)</symbol>", svg, re.DOTALL))


def set_as_svg(source: str) -> str:
    """A text as SVG, with ``MARGIN`` points around its box."""
    return _compile(source, MARGIN, MARGIN, "svg", None).decode()


def picture(
    source: str, pixels_per_point: float, phase_x: int, phase_y: int, *, gliding: bool = False
) -> Picture:
    """A text as pixels: shape (height, width, 4), RGBA, colours premultiplied by alpha.

    The text's box starts ``MARGIN`` points and ``phase / PHASES`` pixels from the left and the top.
    A gliding text is set once, in fine pixels, and all its phases are taken from those; a number is
    put together from the pictures of its figures.
    """
    figures = _figures(source)
    if figures is not None and not gliding:
        return _row(*figures, pixels_per_point, phase_x, phase_y)
    if not gliding:
        return _set(source, pixels_per_point, phase_x, phase_y)
    from PIL import Image

    fine = _fine(source, pixels_per_point)
    rows, columns = (-(-(side + PHASES - 1) // PHASES) * PHASES for side in fine.shape[:2])
    room = np.zeros((rows, columns, 4), dtype=np.uint8)
    room[phase_y : phase_y + fine.shape[0], phase_x : phase_x + fine.shape[1]] = fine
    # Four plain channels: Pillow would premultiply what it takes for RGBA once more.
    return np.array(Image.frombuffer("CMYK", (columns, rows), room).reduce(PHASES))


def _figures(source: str) -> tuple[str, str] | None:
    """What stands before a number, and its characters, where a body is nothing but a number.

    Readouts change at every frame: their figures, which are all equally wide, are set only once.
    """
    found = _NUMBER.fullmatch(source)
    return None if found is None else (found[1], found[2])


@lru_cache(maxsize=512)
def _advance(prefix: str, character: str) -> float:
    """Points from a character of a number to the next."""
    between = _set_measure(f'{prefix}#"0{character}0"')[0]
    return between - _set_measure(f'{prefix}#"00"')[0]


def _row(prefix: str, text: str, pixels_per_point: float, phase_x: int, phase_y: int) -> Picture:
    """A number from the pictures of its figures, each at the nearest phase to its place."""
    place, placed = float(phase_x), []
    for character in text:
        steps = round(place)
        glyph = _glyph(prefix, character, pixels_per_point, steps % PHASES, phase_y)
        placed.append((steps // PHASES, glyph))
        place += _advance(prefix, character) * pixels_per_point * PHASES
    height = max(glyph.shape[0] for _, glyph in placed)
    width = max(left + glyph.shape[1] for left, glyph in placed)
    row = np.zeros((height, width, 4), dtype=np.uint8)
    for left, glyph in placed:
        room = row[: glyph.shape[0], left : left + glyph.shape[1]]
        np.maximum(room, glyph, out=room)
    return row


@lru_cache(maxsize=1024)
def _glyph(
    prefix: str, character: str, pixels_per_point: float, phase_x: int, phase_y: int
) -> Picture:
    """A character of a number; the common ones come from one page, since all of them will be needed."""
    if character in _FIGURES:
        return _figures_page(prefix, pixels_per_point, phase_y)[character, phase_x]
    return _set(f'{prefix}#"{character}"', pixels_per_point, phase_x, phase_y)


@lru_cache(maxsize=64)
def _figures_page(
    prefix: str, pixels_per_point: float, phase_y: int
) -> dict[tuple[str, int], Picture]:
    """Figures at every phase to the right, side by side on one page and cut apart."""
    widest = max(_advance(prefix, character) for character in _FIGURES)
    tallest = _set_measure(f'{prefix}#"0"')[1]
    across, down = (
        math.ceil((side + 2.0 * MARGIN) * pixels_per_point) + 1 for side in (widest, tallest)
    )
    body = [prefix]
    for row, character in enumerate(_FIGURES):
        for phase in range(PHASES):
            dx = phase * across / pixels_per_point + _nudged(phase, pixels_per_point) - MARGIN
            dy = row * down / pixels_per_point
            body.append(f'#place(top + left, dx: {dx:.9f}pt, dy: {dy:.9f}pt)[#"{character}"]')
    # What is placed takes no room: this does.
    width, height = (n / pixels_per_point for n in (PHASES * across, len(_FIGURES) * down))
    body.append(f"#box(width: {width:.6f}pt, height: {height:.6f}pt)")
    page = premultiplied(
        "".join(body), MARGIN, _nudged(phase_y, pixels_per_point), pixels_per_point
    )
    return {
        (character, phase): page[
            row * down : (row + 1) * down, phase * across : (phase + 1) * across
        ]
        for row, character in enumerate(_FIGURES)
        for phase in range(PHASES)
    }


def _set(source: str, pixels_per_point: float, phase_x: int, phase_y: int) -> Picture:
    left, top = (_nudged(phase, pixels_per_point) for phase in (phase_x, phase_y))
    return premultiplied(source, left, top, pixels_per_point)


def _nudged(phase: int, pixels_per_point: float) -> float:
    """The margin and some phases of a pixel, in points, as a page is given it."""
    return round(MARGIN + phase / (PHASES * pixels_per_point), 4)


@lru_cache(maxsize=40)  # as many labels as may move at once: each is PHASES² times its picture
def _fine(source: str, pixels_per_point: float) -> Picture:
    """A text in pixels `PHASES` times as fine each way."""
    return premultiplied(source, MARGIN, MARGIN, pixels_per_point * PHASES)


def premultiplied(source: str, left: float, top: float, pixels_per_point: float) -> Picture:
    """A text as pixels, colours premultiplied by alpha, with its margins in points."""
    from PIL import Image

    png = _compile(source, left, top, "png", 72.0 * pixels_per_point)
    straight = np.asarray(Image.open(io.BytesIO(png)).convert("RGBA")).astype(np.uint16)
    colours = (straight[..., :3] * straight[..., 3:] + 127) // 255
    return np.ascontiguousarray(
        np.concatenate([colours, straight[..., 3:]], axis=-1).astype(np.uint8)
    )


def _compile(
    source: str, left: float, top: float, kind: Literal["svg", "png"], ppi: float | None
) -> bytes:
    import typst

    try:
        made = _compiler().compile(_document(source, left, top), format=kind, ppi=ppi)
    except typst.TypstError as error:
        raise ValueError(f"Typst cannot set {source!r}: {error}") from error
    if not isinstance(made, bytes):
        raise ValueError(f"{source!r} takes more than one page")
    return made
