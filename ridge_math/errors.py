"""The one error a user's data can cause."""

from __future__ import annotations


class DataError(ValueError):
    """Data that cannot be used, told in one sentence.

    The sentence names the input (file, column, row), the problem, and what to do about it, so that
    a command line can print it as it is and exit with code 2.
    """
