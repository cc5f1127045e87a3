"""Text and formulas, set by Typst with its embedded fonts and drawn as pictures.

`Words` is a Manim object that knows its markup, its size and its place; its picture is made when a
frame needs it, at the frame's own resolution, and cached by content. Stepping over a frame without
drawing it therefore costs no typesetting beyond the measure of a text, once.

Text that comes from outside (feature names, captions) is never markup: `verbatim` makes it a string
literal of Typst, which shows every character as it is.
"""

from __future__ import annotations

import re
from functools import lru_cache, partial
from typing import TYPE_CHECKING, Any, Self

import numpy as np
from manim import (
    Animation,
    Create,
    DrawBorderThenFill,
    Mobject,
    Uncreate,
    Unwrite,
    Write,
)

from scenes.text.captions import ISOLATES
from scenes.text.typesetting import POINTS, ink, measure, premultiplied

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import numpy.typing as npt

    from scenes.theme import Colour, Theme

    Picture = npt.NDArray[np.uint8]

#: Of a longer name, the rest is left out before anything is measured.
LONGEST_NAME = 200

#: What says how a text looks, beside its place.
_SETTING = ("markup", "size", "ink", "line_width", "align", "gliding")
_ONLY_WORDS = "Words turn into Words only: for anything else fade one out and the other in"

#: What ends a name and may be left out: a unit in brackets.
_UNIT = re.compile(r"(\([^()]{1,12}\)|\[[^][]{1,12}\])\s*$")

#: Of a word in which two names part, so much is shown before they do.
_WORD = 6

#: Spaces at which no line is broken.
_HARD_SPACES = "\u00a0\u202f"


def verbatim(text: str) -> str:
    """Markup that shows a text as it is, whatever characters it holds.

    Parameters
    ----------
    text
        Anything; control characters become spaces.
    """
    kept = {*_HARD_SPACES, *ISOLATES}
    plain = "".join(c if c.isprintable() or c in kept else " " for c in text)
    return '#"' + plain.replace("\\", "\\\\").replace('"', '\\"') + '"'


def without_units(names: Sequence[str]) -> tuple[str, ...]:
    """Names without a short bracket at their ends, as in "height (cm)", where all stay different.

    For sentences and coefficients: θ of a standardised feature is not in that feature's unit.
    """
    bare = tuple(_UNIT.sub("", name).rstrip() or name for name in names)
    return bare if len(set(bare)) == len(set(names)) else tuple(names)


def natural_width(text: str, size: float) -> float:
    """Width of a plain text on one line, in frame units."""
    return measure(verbatim(text[:LONGEST_NAME]))[0] / POINTS * size


def shortened(text: str, size: float, width: float, beside: Sequence[str] = ()) -> str:
    """A text cut to a width, with an ellipsis where something is missing.

    Parameters
    ----------
    text
        Plain text, such as a name of the data; not markup.
    size
        Of the type it will be set in, in frame units.
    width
        Room for it, in frame units.
    beside
        Other texts that are cut alike: where they begin as this one, its beginning is cut, and
        what tells it from them stays.
    """
    room = width / size * POINTS
    text = " ".join(text[:LONGEST_NAME].split())

    def longest(made: Callable[[int], str], most: int) -> str:
        """The last of some ever longer texts that fits."""
        fits, beyond = 0, most
        while beyond - fits > 1:
            middle = (fits + beyond) // 2
            short_enough = measure(verbatim(made(middle)))[0] <= room
            fits, beyond = (middle, beyond) if short_enough else (fits, middle)
        return made(fits)

    if measure(verbatim(text))[0] <= room:
        return text
    cut = longest(lambda count: text[:count].rstrip() + "…", len(text))
    others = (" ".join(other[:LONGEST_NAME].split()) for other in beside)
    same = max((_alike(text, other) for other in others if other != text), default=0)
    if same < len(cut) - 1 or same >= len(text):
        return cut
    # From the start of the word in which they part.
    word = max(text.rfind(sign, 0, same) for sign in " _.-") + 1
    rest = text[max(word, same - _WORD) :].lstrip()
    if measure(verbatim("…" + rest))[0] > room:
        return longest(lambda count: f"…{rest[:count].rstrip()}…", len(rest))
    start = text[: len(text) - len(rest)]
    return longest(lambda count: f"{start[:count].rstrip()}…{rest}", len(start))


def _alike(first: str, second: str) -> int:
    """With how many equal characters two texts begin."""
    pairs = enumerate(zip(first, second, strict=False))
    return next((i for i, (a, b) in pairs if a != b), min(len(first), len(second)))


def coloured(markup: str, colour: Colour) -> str:
    """Markup in another colour."""
    return f'#text(fill: rgb("{colour.hex}"))[{markup}]'


def symbol(math: str, colour: Colour) -> str:
    """A piece of a formula in its own colour, for use inside or outside of ``$…$``."""
    return f'#text(fill: rgb("{colour.hex}"))[${math}$]'


def picture_markup(svg: str) -> str:
    """An SVG picture as markup: one em high, standing on the line."""
    quoted = svg.replace("\\", "\\\\").replace('"', '\\"')
    return f'#box(image(bytes("{quoted}"), format: "svg", height: 1em))'


class Words(Mobject):
    """A line, a paragraph or a formula.

    Parameters
    ----------
    markup
        Typst markup; use `verbatim` for text that is not ours.
    size
        Size of the type (one em) in frame units.
    colour
        Of what the markup does not colour itself.
    width
        If given, lines are broken at this many frame units.
    align
        ``"left"``, ``"center"`` or ``"right"``, where lines are broken.

    gliding
        Whether it moves slowly and often, as a label on a turning stage does: such a text is set
        once in fine pixels, and its picture between two pixels is taken from those.

    Notes
    -----
    The box that Manim sees runs from the baseline of the last line to the height of capitals of
    the first, so that texts placed by their lower edges stand on one line.
    """

    def __init__(
        self,
        markup: str,
        size: float,
        colour: Colour,
        *,
        width: float | None = None,
        align: str = "left",
        gliding: bool = False,
    ) -> None:
        super().__init__()
        self.markup = markup
        self.size = size
        self.ink = colour
        self.line_width = width
        self.align = align
        self.gliding = gliding
        self.opacity = 1.0
        self.uncovered = 1.0  # the share of it, from the left, that is seen
        self._measure_at(np.zeros(3))

    def source(self) -> str:
        """The Typst body: the markup, its colour and its measure."""
        width = None if self.line_width is None else f"{self.line_width / self.size * POINTS:.3f}pt"
        return _source(self.markup, self.ink.hex, width, self.align)

    def write(self, markup: str) -> Self:
        """Show another text, its lower left corner (or edge it is aligned to) kept in place."""
        if markup != self.markup:
            self.markup = markup
            corner = self.points[0].copy()
            self._measure_at(corner)
        return self

    def stand(self, left: float, baseline: float) -> Self:
        """Put the left end of the (last) line's baseline here."""
        return self.shift((left - self.points[0, 0], baseline - self.points[0, 1], 0.0))

    def hang(self, left: float, top: float) -> Self:
        """Put the upper left corner of the ink here: of a formula it may lie above its box."""
        across, _, _, up = self.extent()
        return self.shift((left - across, top - up, 0.0))

    def extent(self) -> tuple[float, float, float, float]:
        """Left, right, bottom and top of all that is drawn of the text, in frame units."""
        unit = self.size * self.scale_now / POINTS
        left, right, down, up = (side * unit for side in ink(self.source()))
        x, y = float(self.points[0, 0]), float(self.points[1, 1])
        return x + left, x + right, y + down, y + up

    def _measure_at(self, corner: npt.NDArray[np.float64]) -> None:
        width, height = (side / POINTS * self.size for side in measure(self.source()))
        self.points = corner + np.array([[0.0, 0.0, 0.0], [width, height, 0.0]])

    @property
    def scale_now(self) -> float:
        """How much larger the box has been made since the text was set."""
        natural = measure(self.source())[1] / POINTS * self.size
        return float((self.points[1, 1] - self.points[0, 1]) / natural)

    def balance(self) -> Self:
        """Break the lines where they come out about equally long, in as few lines as before."""
        if self.line_width is not None:
            middle = self.get_center()
            lines = measure(self.source())[1]
            low, high = 0.0, self.line_width
            for _ in range(10):
                self.line_width = 0.5 * (low + high)
                low, high = (
                    (low, self.line_width)
                    if measure(self.source())[1] <= lines + 1e-6
                    else (self.line_width, high)
                )
            self.line_width = high
            self._measure_at(np.zeros(3))
            self.move_to(middle)
        return self

    # What Manim computes for any object and its parts, for one of two points: labels are moved by the
    # dozen at every frame.

    def get_family(self, recurse: bool = True) -> list[Mobject]:
        return super().get_family(recurse) if self.submobjects else [self]

    def length_over_dim(self, dim: int) -> float:
        if self.submobjects:
            return float(super().length_over_dim(dim))
        return abs(float(self.points[1, dim]) - float(self.points[0, dim]))

    def get_critical_point(self, direction: Any) -> npt.NDArray[np.float64]:
        if self.submobjects:
            return np.asarray(super().get_critical_point(direction))
        pairs = zip(*self.points.tolist(), direction, strict=True)
        return np.array(
            [
                (a + b) / 2 if towards == 0 else max(a, b) if towards > 0 else min(a, b)
                for a, b, towards in pairs
            ]
        )

    # What Manim's fades and moves ask of an object:

    def set_opacity(self, opacity: float) -> Self:
        self.opacity = opacity
        return self

    def fade(self, darkness: float = 0.5, family: bool = True) -> Self:
        self.opacity *= 1.0 - darkness
        return self

    def set_color(self, color: Any = None, family: bool = True) -> Self:
        return self

    def interpolate_color(self, mobject1: Mobject, mobject2: Mobject, alpha: float) -> None:
        first, second = getattr(mobject1, "opacity", 1.0), getattr(mobject2, "opacity", 1.0)
        self.opacity = (1.0 - alpha) * first + alpha * second
        if not (isinstance(mobject1, Words) and isinstance(mobject2, Words)):
            return
        if any(getattr(mobject1, name) != getattr(mobject2, name) for name in _SETTING):
            shown = mobject1 if alpha < 0.5 else mobject2
            for name in _SETTING:
                setattr(self, name, getattr(shown, name))
            self.opacity = shown.opacity * abs(1.0 - 2.0 * alpha)
            # Between their places, but neither stretched to the other's box.
            self.points = shown.points + self.get_center() - shown.get_center()

    def align_points_with_larger(self, larger_mobject: Mobject) -> None:
        """Every text has two points: there is nothing to align, but with a shape."""
        raise TypeError(_ONLY_WORDS)

    @property
    def fill_rgbas(self) -> Any:
        """What a shape of Manim's asks for, to become a text."""
        raise TypeError(_ONLY_WORDS)

    def rotate(self, *args: Any, **options: Any) -> Self:
        raise TypeError(
            "Words keep upright, so that their letters are sharp: for text that turns take MathTypst, "
            "Typst or Text of Manim"
        )


@lru_cache(maxsize=4096)
def _source(markup: str, colour: str, width: str | None, align: str) -> str:
    """A Typst body; the same object for the same text, so that it is hashed once."""
    set_text = f'#set text(fill: rgb("{colour}"))\n'
    if width is None:
        return set_text + markup
    return f"{set_text}#box(width: {width})[#align({align})[{markup}]]"


class Uncover(Animation):
    """Show a text from the left on, as `Write` and `Create` do with Manim's own; or take it away.

    Parameters
    ----------
    words
        The text.
    reverse
        Whether it goes, from the right on.
    options
        Those of `Write` and `Create` that concern letters or their outlines have no meaning here.
    """

    def __init__(self, words: Words, reverse: bool = False, **options: Any) -> None:
        self.reverse = reverse
        meant = {
            name: value for name, value in options.items() if name in ("run_time", "rate_func")
        }
        super().__init__(words, remover=reverse, introducer=not reverse, **meant)

    def interpolate_mobject(self, alpha: float) -> None:
        share = float(self.rate_func(alpha))
        self.mobject.uncovered = 1.0 - share if self.reverse else share

    def clean_up_from_scene(self, scene: Any) -> None:
        super().clean_up_from_scene(scene)
        self.mobject.uncovered = 1.0


for _kind in (Write, Create, DrawBorderThenFill):
    Words.add_animation_override(_kind, Uncover)
for _kind in (Unwrite, Uncreate):
    Words.add_animation_override(_kind, partial(Uncover, reverse=True))


def label(text: str, pixels: float, colour: Colour) -> Picture:
    """A plain text as a picture of its own, for use outside of a frame.

    Parameters
    ----------
    text
        Shown as it is.
    pixels
        Size of the type.
    colour
        Of the text.

    Returns
    -------
    ndarray of shape (2 pixels, width, 4)
        RGBA, colours premultiplied by alpha; all of one size have the same height, with the baseline
        a little below the middle.
    """
    words = Words(verbatim(text), POINTS, colour)
    per_point = pixels / POINTS
    drawn = premultiplied(words.source(), 0.0, 0.7 * POINTS, per_point)
    width = max(1, round(words.width * per_point))
    made = np.zeros((round(2 * pixels), width, 4), dtype=np.uint8)
    kept = drawn[: made.shape[0], :width]
    made[: kept.shape[0], : kept.shape[1]] = kept
    return made


def caption_markup(text: str, theme: Theme) -> str:
    """A caption as markup: θ₁, θ₂ and λ in their colours, and no line broken at = and > or before %."""
    text = text.replace(" = ", "\u00a0=\u00a0").replace(" > ", "\u00a0>\u00a0")
    text = text.replace(" %", "\u00a0%")
    colours = {"θ₁": theme.theta1, "θ₂": theme.theta2, "λ": theme.penalty}
    parts = re.split("(" + "|".join(colours) + ")", text)
    return "".join(
        coloured(verbatim(part), colours[part]) if part in colours else verbatim(part)
        for part in parts
        if part
    )
