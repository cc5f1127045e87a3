"""Themes: colours and type sizes, dark and light, and contrast by WCAG 2.2.

Nothing else in the acts names a colour or a size. Height is shown by perceptually uniform,
colour-blind-safe maps (Crameri's, through ``cmap``); one accent is kept for *the minimum*, and θ₁
and θ₂ keep their own colours in formulas, on axes and in plots.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt


#: Linear sRGB as seen without the cones for red or green light: Machado, Oliveira & Fernandes (2009), IEEE
#: Transactions on Visualization and Computer Graphics 15(6), 1291-1298, severity 1.
SIGHTS = {
    "protanopia": np.array(
        [
            [0.152286, 1.052583, -0.204868],
            [0.114503, 0.786281, 0.099216],
            [-0.003882, -0.048116, 1.051998],
        ]
    ),
    "deuteranopia": np.array(
        [
            [0.367322, 0.860646, -0.227968],
            [0.280085, 0.672501, 0.047413],
            [-0.011820, 0.042940, 0.968881],
        ]
    ),
}
#: Linear sRGB to XYZ over the white of D65 (IEC 61966-2-1).
_XYZ = np.array(
    [[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]
) / np.array([[0.9505], [1.0], [1.089]])


@dataclass(frozen=True)
class Colour:
    """An sRGB colour."""

    hex: str

    @property
    def bytes(self) -> tuple[int, int, int]:
        """Red, green and blue from 0 to 255."""
        red, green, blue = bytes.fromhex(self.hex.lstrip("#"))
        return red, green, blue

    @cached_property
    def rgb(self) -> tuple[float, float, float]:
        """Red, green and blue from 0 to 1."""
        red, green, blue = self.bytes
        return red / 255.0, green / 255.0, blue / 255.0

    def contrast(self, other: Colour) -> float:
        """Contrast ratio from 1 to 21, by the WCAG 2.2 definition of relative luminance."""
        lighter, darker = sorted((self._luminance(), other._luminance()), reverse=True)
        return (lighter + 0.05) / (darker + 0.05)

    def difference(self, other: Colour, sight: str = "") -> float:
        """How different two colours look (ΔE, CIE 1976), to eyes with one of `SIGHTS` or to any."""
        return float(np.linalg.norm(self._lab(sight) - other._lab(sight)))

    def _lab(self, sight: str) -> npt.NDArray[np.float64]:
        """CIELAB of the colour, D65, as it looks to eyes with `sight`."""
        linear = np.asarray(self._linear)
        seen = np.clip(SIGHTS[sight] @ linear, 0.0, 1.0) if sight else linear
        x, y, z = (
            np.cbrt(v) if v > 216 / 24389 else (24389 / 27 * v + 16) / 116 for v in _XYZ @ seen
        )
        return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])

    @property
    def _linear(self) -> list[float]:
        return [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in self.rgb]

    def _luminance(self) -> float:
        linear = self._linear
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@dataclass(frozen=True)
class Ramp:
    """Part of a named colour map, from the lowest height to the highest."""

    name: str
    first: float
    last: float

    @property
    def table(self) -> npt.NDArray[np.uint8]:
        """1024 colours, shape (1024, 3)."""
        return _ramp_table(self.name, self.first, self.last)


@lru_cache(maxsize=8)
def _ramp_table(name: str, first: float, last: float) -> npt.NDArray[np.uint8]:
    from cmap import Colormap

    colours = np.asarray(Colormap(name)(np.linspace(first, last, 1024)), dtype=float)[:, :3]
    return np.ascontiguousarray((colours * 255.0).round().astype(np.uint8))


@dataclass(frozen=True)
class Theme:
    """Colours of one theme; type sizes are the same in all."""

    name: str
    background: Colour
    ink: Colour  # text
    quiet: Colour  # less important text, ticks
    faint: Colour  # grid lines, slider track
    floor: Colour
    theta1: Colour
    theta2: Colour
    minimum: Colour  # the accent: always and only the minimum, the best θ
    penalty: Colour  # λ and what belongs to it
    spread: Colour  # of θ̂ about its mean, and variance
    bias: Colour  # of that mean from the truth, and bias²
    height: Ramp
    penalty_height: Ramp
    iso_line: Colour
    shade: Colour
    ambient: float

    # Type sizes, as a share of the frame's height.
    title: float = 0.058
    body: float = 0.042
    readout: float = 0.037

    def sized(self, factor: float) -> Theme:
        """The same theme with all type larger or smaller."""
        return replace(
            self,
            title=factor * self.title,
            body=factor * self.body,
            readout=factor * self.readout,
        )


DARK = Theme(
    name="dark",
    background=Colour("#10151d"),
    ink=Colour("#eef1f5"),
    quiet=Colour("#a4afbd"),
    faint=Colour("#4a5666"),
    floor=Colour("#18202b"),
    theta1=Colour("#7cc4ff"),
    theta2=Colour("#f5a3d0"),
    minimum=Colour("#ff7a45"),
    penalty=Colour("#ffd166"),
    spread=Colour("#4fd1b5"),
    bias=Colour("#c3a6ff"),
    height=Ramp("crameri:lapaz", 0.92, 0.30),
    penalty_height=Ramp("crameri:lajolla", 0.92, 0.30),
    iso_line=Colour("#ffffff"),
    shade=Colour("#0a0f18"),
    ambient=0.42,
)

LIGHT = Theme(
    name="light",
    background=Colour("#faf7f1"),
    ink=Colour("#1c232d"),
    quiet=Colour("#566170"),
    faint=Colour("#bdb8ad"),
    floor=Colour("#efeae0"),
    theta1=Colour("#0b66b0"),
    theta2=Colour("#a8286f"),
    minimum=Colour("#c63d0f"),
    penalty=Colour("#8a5a00"),
    spread=Colour("#0b7460"),
    bias=Colour("#6a3fc0"),
    height=Ramp("crameri:batlow", 0.63, 0.05),
    penalty_height=Ramp("crameri:lajolla", 0.92, 0.30),
    iso_line=Colour("#ffffff"),
    shade=Colour("#2a3350"),
    ambient=0.50,
)

THEMES: dict[str, Theme] = {theme.name: theme for theme in (DARK, LIGHT)}
