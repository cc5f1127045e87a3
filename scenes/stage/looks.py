"""What surfaces and floors look like, as a canvas draws them: plain numbers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Rgba = tuple[float, float, float, float]


@dataclass(frozen=True)
class Look:
    """What surfaces and floors have in common.

    Attributes
    ----------
    reach
        Half the side, in stage units.
    ramp, warmest
        Colours of height, shape (n, 3), and the value v at which they begin; they end at v = 1.
    levels
        Iso-lines stand where ``levels[0] * v + levels[1]`` is whole.
    weight
        How wide a line is, in pixels.
    opacity
        Of all of it.
    """

    reach: float
    ramp: npt.NDArray[np.uint8]
    warmest: float
    levels: tuple[float, float]
    weight: float
    opacity: float


@dataclass(frozen=True)
class SurfaceLook(Look):
    """What a height surface looks like.

    Attributes
    ----------
    height
        z at v = 1/2, half the height of the box, and flip: -1 is upside down.
    cut
        The values v at which it is cut level, below and above.
    line
        Colour and strength of its iso-lines.
    """

    height: tuple[float, float, float]
    cut: tuple[float, float]
    line: Rgba


@dataclass(frozen=True)
class FloorLook(Look):
    """What a floor looks like.

    Attributes
    ----------
    z
        Where it lies.
    paper, grid
        Colours of it and of its grid lines.
    grid_step
        Where the grid lines stand: an offset along x and y, and a step along each.
    map
        How strong the iso-lines of what stands above it are.
    """

    z: float
    paper: Rgba
    grid: Rgba
    grid_step: tuple[float, float, float, float]
    map: float
