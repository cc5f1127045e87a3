"""The array type used throughout, and arrays that cannot be changed by accident."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

FloatArray = NDArray[np.float64]


def read_only(values: ArrayLike) -> FloatArray:
    """Return ``values`` as a float64 array whose writeable flag is off (copied if need be)."""
    array: FloatArray = np.array(values, dtype=np.float64)
    array.setflags(write=False)
    return array


def penalties(lams: ArrayLike) -> FloatArray:
    """Return λ values as a float64 array.

    Raises
    ------
    ValueError
        If a λ is negative, infinite or not a number.
    """
    array: FloatArray = np.asarray(lams, dtype=np.float64)
    if not np.all(np.isfinite(array)) or np.any(array < 0):
        raise ValueError(f"λ must be finite and at least 0, got {lams!r}")
    return array


def triangular_factor(matrix: FloatArray) -> FloatArray:
    """Return R of the Householder QR of ``matrix`` (m, c): shape (min(m, c), c)."""
    return np.asarray(np.linalg.qr(matrix, mode="r"), dtype=np.float64)
