"""Quadratic forms in stage coordinates, and the light on them: plain numbers, no OpenGL and no Manim."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np


@dataclass(frozen=True)
class Quadratic:
    """A quadratic form in the stage's x and y: the value v that a surface shows as its height.

    ``v = xx x² + xy x y + yy y² + x x + y y + constant``, with v = 0 on the floor of the axes box and
    v = 1 at its top.
    """

    xx: float
    xy: float
    yy: float
    x: float
    y: float
    constant: float

    def square(self, x: Any, y: Any) -> Any:
        """The part of v that is quadratic, at stage coordinates x and y (numbers or arrays)."""
        return self.xx * x * x + self.xy * x * y + self.yy * y * y

    def value(self, x: Any, y: Any) -> Any:
        """v at stage coordinates x and y (numbers or arrays)."""
        return self.square(x, y) + self.x * x + self.y * y + self.constant

    def slope(self, x: Any, y: Any) -> Any:
        """Slopes of v along x and y, at stage coordinates of shape (...): shape (..., 2)."""
        return np.stack(
            [2 * self.xx * x + self.xy * y + self.x, 2 * self.yy * y + self.xy * x + self.y],
            axis=-1,
        )

    def lowest(self) -> float:
        """v at its lowest point, wherever that is; of a flat floor, anywhere on it."""
        a, b, c = 2.0 * self.xx, self.xy, 2.0 * self.yy
        determinant, trace = a * c - b * b, a + c
        if determinant > 1e-12 * trace * trace:
            x = (b * self.y - c * self.x) / determinant
            y = (b * self.x - a * self.y) / determinant
        elif trace > 0.0:  # of rank one: its pseudo-inverse is itself over its trace squared
            x = -(a * self.x + b * self.y) / trace**2
            y = -(b * self.x + c * self.y) / trace**2
        else:
            x = y = 0.0
        return float(self.value(x, y))


@dataclass(frozen=True)
class Light:
    """How bright the stage is where the key light does not reach, and the colour of its shade."""

    ambient: float
    shade: tuple[float, float, float]


def bend(form: Quadratic) -> tuple[float, float]:
    """How strongly v bends, least and most: the eigenvalues of its second derivatives."""
    middle, apart = form.xx + form.yy, math.hypot(form.xx - form.yy, form.xy)
    return middle - apart, middle + apart
