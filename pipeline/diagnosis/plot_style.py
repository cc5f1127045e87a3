"""How a plot looks: colours of a film's theme, fonts that ship with Matplotlib, labels kept apart."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from functools import cache
from typing import TYPE_CHECKING, Any
from unicodedata import bidirectional

import numpy as np
from scipy.optimize import isotonic_regression

from pipeline.printable import shown_apart

if TYPE_CHECKING:
    from matplotlib.ticker import Formatter

    from ridge_math.sentence import Language

STYLE: Any = {
    "font.family": "DejaVu Sans",  # ships with Matplotlib, and is found before the system's
    "mathtext.fontset": "dejavusans",
    "svg.hashsalt": "ridge-film",
    "svg.fonttype": "path",
    "pdf.fonttype": 42,  # TrueType, embedded: text stays text
    "axes.unicode_minus": True,
    "font.size": 10.0,
}
# For a third feature and more: after P. Tol's qualitative schemes, told apart by the colour-blind.
ON_DARK = ("#44bb99", "#bbcc33", "#ee8866", "#b9a3e3", "#c4c9d0")
ON_LIGHT = ("#117733", "#88861f", "#332288", "#339988", "#6b6b6b")


@contextlib.contextmanager
def plain_style() -> Iterator[None]:
    """Draw with ``STYLE`` and nothing of the user's own."""
    import matplotlib as mpl

    with mpl.rc_context():
        mpl.rcdefaults()
        mpl.rcParams.update(STYLE)
        yield


@dataclass(frozen=True)
class Palette:
    """Colours of the page, as "#rrggbb", by the names they have in a film's theme."""

    background: str
    ink: str
    quiet: str
    faint: str
    theta1: str
    theta2: str
    penalty: str

    @classmethod
    def of(cls, theme: Any) -> Palette:
        """Take the colours of a theme (anything whose attributes have a ``hex``)."""
        return cls(**{field.name: getattr(theme, field.name).hex for field in fields(cls)})


def spread(places: Sequence[float], gap: float, low: float, high: float) -> list[float]:
    """Move labels apart by at least `gap`, as little as it takes, within [low, high].

    Neighbours that are too close form a group around their mean (isotonic regression of the places
    less their offsets); where all of them do not fit, they are spaced evenly.
    """
    n = len(places)
    if n == 0:
        return []
    gap = min(gap, (high - low) / max(n - 1, 1))
    order = np.argsort(places, kind="stable")
    offsets = gap * np.arange(n)
    inside = np.clip(np.asarray(places)[order], low + offsets, high - offsets[::-1])
    moved = np.empty(n)
    moved[order] = isotonic_regression(inside - offsets).x + offsets
    return [float(place) for place in moved]


def text_width(text: str, size: float, weight: str = "normal") -> float:
    """Return how wide text is, in points, in the font of ``STYLE``; never as maths."""
    from matplotlib.font_manager import FontProperties
    from matplotlib.textpath import text_to_path

    font = FontProperties(family=STYLE["font.family"], size=size, weight=weight)
    width, _, _ = text_to_path.get_text_width_height_descent(text, font, False)
    return float(width)


def fitted(
    texts: Sequence[str], width: float, size: float, weight: str = "normal"
) -> tuple[str, ...]:
    r"""Return texts fit to be drawn, cut to so many points of width, see ``shown_apart``.

    What the font cannot set is written as its escape, ``\u65e5``, and never as a box.
    """
    escaped = [
        "".join(ascii(c)[1:-1] if c in wrong else c for c in text)
        for text, wrong in ((text, set(unsettable(text))) for text in texts)
    ]
    return shown_apart(escaped, width, lambda text: text_width(text, size, weight))


def unsettable(text: str) -> list[str]:
    """Return the characters that the page's font lacks, or that Matplotlib would set in the wrong order."""
    known = _characters()
    wrong = (c for c in text if ord(c) not in known or bidirectional(c) in ("R", "AL", "AN"))
    return list(dict.fromkeys(wrong))


@cache
def _characters() -> frozenset[int]:
    from matplotlib.font_manager import FontProperties, findfont, get_font

    family = STYLE["font.family"]
    fonts = (findfont(FontProperties(family=family, weight=w)) for w in ("normal", "bold"))
    return frozenset.intersection(*(frozenset(get_font(font).get_charmap()) for font in fonts))


def numerals(language: Language) -> Formatter:
    """Return a formatter of ticks that writes numbers as a language does."""
    from matplotlib.ticker import ScalarFormatter

    class Numerals(ScalarFormatter):
        def __call__(self, x: float, pos: int | None = None) -> str:
            return language.numeral(super().__call__(x, pos))

        def get_offset(self) -> str:
            return language.numeral(super().get_offset())

    return Numerals()


def feature_colours(count: int, palette: Palette) -> list[tuple[str, str]]:
    """Return a colour and a dash pattern for each of some features; the first two as in the film."""
    more = ON_DARK if _luminance(palette.background) < 0.5 else ON_LIGHT
    wheel = (palette.theta1, palette.theta2, *more)
    n = len(wheel)
    return [(wheel[i % n], ("-", "--", ":")[i // n % 3]) for i in range(count)]


def between(first: str, second: str, share: float) -> str:
    """Interpolate between two colours, "#rrggbb" all three."""
    a, b = (np.array([int(c[i : i + 2], 16) for i in (1, 3, 5)], float) for c in (first, second))
    return "#" + "".join(f"{round(v):02x}" for v in (1 - share) * a + share * b)


def _luminance(colour: str) -> float:
    return float(np.mean([int(colour[i : i + 2], 16) for i in (1, 3, 5)])) / 255.0
