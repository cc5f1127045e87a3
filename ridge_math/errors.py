"""The errors a user's data can cause: one kind, and one that a command line can say more of."""

from __future__ import annotations


class DataError(ValueError):
    """Data that cannot be used; the message is one sentence for its user.

    The sentence names the input (file, column, row), the problem, and what to do about it, so that
    a command line can print it as it is and exit with code 2.
    """


class OpenChoiceError(DataError):
    """Columns that could play a part in more than one way.

    ``parts`` are the parameters that would settle it: ``"features"``, ``"response"``, or both.
    """

    def __init__(self, sentence: str, parts: tuple[str, ...] = ()) -> None:
        super().__init__(sentence)
        self.parts = parts


class UnsettledError(DataError):
    """A file that can be used if one parameter of its reading is set.

    ``parameter`` is the name of it in ``Reading``; the sentence ends with what it would do, so that
    a command line can go on with its option.
    """

    def __init__(self, sentence: str, parameter: str) -> None:
        super().__init__(sentence)
        self.parameter = parameter
