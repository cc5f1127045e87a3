"""A look of someone's own: colours instead of those of a theme, fonts, and a logo.

Plain data, light to import and the same in every process: what it is made of travels with it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, fields, replace
from typing import Any, TypeAlias

from scenes.theme import Colour, Ramp, Theme

#: Of font files what Typst takes, and the family of each.
FontLoader: TypeAlias = Callable[[Sequence[bytes]], tuple[Any, list[str]]]
#: Fields of a theme that are colours, and those that are ramps of heights.
COLOURS = tuple(each.name for each in fields(Theme) if each.type == "Colour")
RAMPS = tuple(each.name for each in fields(Theme) if each.type == "Ramp")
#: Colours in which text is written, and pairs that must be told apart by colour alone.
WRITTEN = ("ink", "quiet", "theta1", "theta2", "minimum", "penalty", "spread", "bias")
TOLD_APART = (("theta1", "theta2"), ("spread", "bias"))
#: The least contrast of text to its background (WCAG 2.2, 1.4.3), and the least difference (ΔE, CIE 1976) of
#: colours that colour-blind eyes must tell apart; our own have 16 or more.
CONTRAST, APART = 4.5, 10.0


def _none(files: Sequence[bytes]) -> tuple[Any, list[str]]:
    raise ValueError("a look with fonts needs a way to load them")


@dataclass(frozen=True)
class Look:
    """What differs from a theme.

    Attributes
    ----------
    colours : tuple of (str, Colour or Ramp)
        Fields of the theme, and what is in their place.
    fonts, fallback : tuple of bytes
        Font files: those that texts are set in, and those for characters that no other has.
    logo : str
        An SVG picture; "" for none.
    load_fonts : callable
        Gives font files as Typst has them, and their families; ``pipeline.fonts.load_fonts``.
    logo_on_title : bool
        Whether it stands on opening and end card; else it is in a corner of every frame.
    """

    colours: tuple[tuple[str, Colour | Ramp], ...] = ()
    fonts: tuple[bytes, ...] = field(default=(), repr=False)
    fallback: tuple[bytes, ...] = field(default=(), repr=False)
    logo: str = field(default="", repr=False)
    logo_on_title: bool = False
    load_fonts: FontLoader = field(default=_none, repr=False, compare=False)

    @property
    def fingerprint(self) -> str:
        """A key of all that it changes in a picture."""
        parts = [repr(self).encode(), *self.fonts, b"", *self.fallback, self.logo.encode()]
        digests = [hashlib.sha256(part).hexdigest() for part in parts]
        return hashlib.sha256("".join(digests).encode()).hexdigest()

    def of(self, theme: Theme) -> Theme:
        """The theme with these colours."""
        return replace(theme, **dict(self.colours))  # type: ignore[arg-type]


def faults(theme: Theme) -> list[str]:
    """What is wrong with a theme: colours that cannot be read or told apart, with their measure."""
    found = []
    for name in WRITTEN:
        contrast = getattr(theme, name).contrast(theme.background)
        if contrast < CONTRAST:
            colours = f"{getattr(theme, name).hex} on {theme.background.hex}"
            found.append(
                f"{name} on background ({colours}) has a contrast of {contrast:.1f}:1, less than {CONTRAST}:1"
            )
    for one, other in TOLD_APART:
        for sight in ("deuteranopia", "protanopia"):
            first, second = getattr(theme, one), getattr(theme, other)
            difference = first.difference(second, sight)
            if difference < APART:
                found.append(
                    f"{one} and {other} ({first.hex} and {second.hex}) look alike with {sight} "
                    f"(ΔE {difference:.0f}, less than {APART:.0f})"
                )
    return found
