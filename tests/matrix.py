"""Matrices of cases: a diagonal in `make test`, where each value has its turn; all in `make test-slow`."""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from typing import Any

import pytest


def matrix(*axes: Iterable[Any]) -> list[Any]:
    """Return all combinations of some values; those off the diagonal are slow.

    The diagonal is as long as the longest axis: shorter ones start again.

        @pytest.mark.parametrize(("name", "shape"), matrix(NAMES, SHAPES))
    """
    values = [list(axis) for axis in axes]
    turns = range(max(map(len, values)))
    diagonal = [tuple(axis[turn % len(axis)] for axis in values) for turn in turns]
    return [
        pytest.param(*case, marks=() if case in diagonal else pytest.mark.slow)
        for case in itertools.product(*values)
    ]
