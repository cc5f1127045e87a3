"""Pictures that know in which rectangles they differ from the one before."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any
from weakref import ref

import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt

    #: Left, top, right and bottom, in pixels.
    Rectangle = tuple[int, int, int, int]


class Picture(np.ndarray):
    """An RGBA picture, shape (height, width, 4); see `differing`. What is computed from it is not one."""

    _before: Callable[[], Any] = staticmethod(lambda: None)
    _changed: Sequence[Rectangle] = ()

    def differs_from(self, before: npt.NDArray[np.uint8], changed: Sequence[Rectangle]) -> None:
        """Note that it differs from another picture in these rectangles alone."""
        self._before, self._changed = ref(before), changed


def differing(
    picture: npt.NDArray[np.uint8], before: npt.NDArray[np.uint8] | None
) -> Sequence[Rectangle] | None:
    """Rectangles outside of which two pictures are equal; None where nobody knows."""
    if not isinstance(picture, Picture) or before is None or picture._before() is not before:
        return None
    return picture._changed
