"""The view: the projection from stage to frame, shared by the OpenGL layer and the labels over it.

With ``R`` the rotation of the view, ``c`` its centre, ``f`` the focal distance, ``s`` the zoom and
``p' = R(p - c)``, a point lands at ``s p'_xy / (1 - p'_z / f)`` in Manim's frame units, measured
from the middle of the stage. That is the projection of Manim's own ``ThreeDCamera``, so anything
drawn flat can be put exactly where the depth layer shows a point.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt

    Array = npt.NDArray[np.float64]

#: No point of a stage lies further than this from the centre of its view, in stage units.
REACH = 6.0
#: How near two corners of a box are, in stage units, when they take turns at being the outermost.
SOFT = 0.08
#: How sharply width takes over from height where the room for a box decides its size.
SHARP = 40.0


@dataclass(frozen=True)
class View:
    """An eye that looks at a point of the stage from an azimuth and an elevation.

    Parameters
    ----------
    azimuth
        Angle about the upright axis, in radians: 0 looks along +y with +x to the right.
    elevation
        Angle above the horizon, in radians: 0 is level with the floor, π/2 straight down.
    zoom
        Frame units per stage unit, for points at the centre.
    centre
        The point of the stage, shape (3,), that stands in the middle.
    focal
        Focal distance in stage units: the smaller, the stronger the perspective.
    shift
        Moves the whole picture, in frame units.
    """

    azimuth: float
    elevation: float
    zoom: float = 1.0
    centre: tuple[float, float, float] = (0.0, 0.0, 0.0)
    focal: float = 16.0
    shift: tuple[float, float] = (0.0, 0.0)

    def rotation(self) -> Array:
        """Rows: right, up and towards the eye, in stage coordinates; shape (3, 3)."""
        return _rotation(self.azimuth, self.elevation)

    def eye(self) -> Array:
        """The point of the stage, shape (3,), from which the view is seen."""
        return np.asarray(self.centre) + self.focal * self.rotation()[2]

    def project(self, points: npt.ArrayLike) -> Array:
        """Frame units (x, y) from the middle of the stage, and depth towards the eye.

        Parameters
        ----------
        points
            Shape (..., 3), in stage units.

        Returns
        -------
        ndarray of shape (..., 3)
        """
        seen = (np.asarray(points, dtype=float) - self.centre) @ self.rotation().T
        scale = self.zoom / (1.0 - seen[..., 2:] / self.focal)
        return np.concatenate([seen[..., :2] * scale + self.shift, seen[..., 2:]], axis=-1)

    def rays(self, width: float, height: float) -> Array:
        """From a place in OpenGL's clip space to the ray from the eye through it, for such a viewport.

        Returns
        -------
        ndarray of shape (3, 3)
            Its product with (x, y, 1) is the way, in stage units, from the eye to the plane through the
            centre that faces it.
        """
        right, up, towards = self.rotation()
        across, upwards = right * (width / 2.0 / self.zoom), up * (-height / 2.0 / self.zoom)
        along = -self.focal * towards - (self.shift[0] * right + self.shift[1] * up) / self.zoom
        return np.stack([across, upwards, along], axis=1)

    def clip_matrix(self, width: float, height: float) -> Array:
        """The 4x4 matrix to OpenGL clip space for a viewport of this size in frame units.

        Rows are written top-down (y is negated): what OpenGL reads back is then already in the
        order in which pictures are stored. Depth falls with distance to the eye, as OpenGL wants.
        """
        rotation = self.rotation()
        depth_scale = (1.0 - REACH / self.focal) / REACH
        rows = np.zeros((4, 4))
        rows[0, :3] = rotation[0] * (2.0 * self.zoom / width)
        rows[1, :3] = rotation[1] * (-2.0 * self.zoom / height)
        rows[2, :3] = -rotation[2] * depth_scale
        rows[3, :3] = -rotation[2] / self.focal
        rows[:, 3] = -rows[:, :3] @ np.asarray(self.centre)
        rows[3, 3] += 1.0
        rows[0] += rows[3] * (2.0 * self.shift[0] / width)
        rows[1] -= rows[3] * (2.0 * self.shift[1] / height)
        return rows

    def framing(
        self,
        reach: float,
        height: float,
        room: tuple[float, float],
        labels: tuple[float, float, float] = (0.0, 0.0, 0.0),
    ) -> View:
        """Frame an axes box: the same eye, with the zoom and the shift for it.

        Parameters
        ----------
        reach, height
            Half the side of the box's floor, and its height, in stage units.
        room
            Width and height of the room for it, in frame units. The box as it is seen from here
            decides the size, so that it fills the room from every side and never leaves it.
        labels
            What labels take of that: below the corners of the floor, below the middle of its edges,
            and above the upright edge furthest left.

        Notes
        -----
        The size is smooth in the angles: as one corner takes over from another as the outermost, the
        picture does not jerk.
        """
        framed = replace(self, zoom=1.0, centre=(0.0, 0.0, 0.5 * height), shift=(0.0, 0.0))
        sides = [(x, y) for x in (-reach, reach) for y in (-reach, reach)]
        edges = [(-reach, 0.0), (reach, 0.0), (0.0, -reach), (0.0, reach)]
        head = framed.project([(*side, height) for side in sides])
        foot = framed.project([(*side, 0.0) for side in sides])
        middle = framed.project([(*edge, 0.0) for edge in edges])
        left, right, top = (_smooth_max(v) for v in (-head[:, 0], head[:, 0], head[:, 1]))
        lowest = _smooth_max(-np.concatenate([foot[:, 1], head[:, 1]]))  # the head's, from above
        # The highest of those furthest left, where the upright axis stands.
        post = _smooth_max(head[:, 1] - 3.0 * (head[:, 0] + left))
        # What reaches furthest down and up, and the labels there.
        down, up = np.array([lowest, _smooth_max(-middle[:, 1])]), np.array([top, post])
        spare = np.minimum(labels, 0.3 * room[1])
        below, above = spare[:2], np.array([0.0, spare[2]])
        across = (left + right) / room[0]
        upright = np.add.outer(down, up) / (room[1] - np.add.outer(below, above))
        taken = np.array([across, *upright.ravel()])
        zoom = float(np.sum(taken**SHARP) ** (-1.0 / SHARP))  # 1 / the largest, without a kink
        framed = replace(framed, zoom=zoom)
        corners = np.concatenate(
            [framed.project([(*side, z) for side in sides])[:, :2] for z in (0.0, height)]
        )
        x, y = 0.5 * (corners.min(axis=0) + corners.max(axis=0))
        under, over = zoom * down, zoom * up
        lift = _smooth_max(under + below) - _smooth_max(under)
        lift -= _smooth_max(over + above) - _smooth_max(over)
        return replace(framed, shift=(-float(x), 0.5 * lift - float(y)))


@lru_cache(maxsize=8)
def _rotation(azimuth: float, elevation: float) -> Array:
    """See `View.rotation`; every label of a frame asks for the same one."""
    ca, sa = np.cos(azimuth), np.sin(azimuth)
    ce, se = np.cos(elevation), np.sin(elevation)
    rows = np.array([[ca, sa, 0.0], [-sa * se, ca * se, ce], [sa * ce, -ca * ce, se]])
    rows.flags.writeable = False
    return rows


def _smooth_max(values: Array) -> float:
    """No less than the largest, and with no kink where another becomes the largest."""
    return SOFT * float(np.logaddexp.reduce(values / SOFT))
