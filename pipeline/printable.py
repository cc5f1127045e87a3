"""Text of users in messages: escaped, compared with what is known, quoted to be typed again."""

from __future__ import annotations

import csv
import difflib
import io
from collections.abc import Iterable, Sequence


def shown(text: str, limit: int | None = None) -> str:
    r"""Escape what is not printable in a text, and cut it to `limit` characters.

    Control characters would otherwise reach the terminal: ``"\x1b[31m"`` becomes ``"\\x1b[31m"``.
    """
    plain = "".join(c if c.isprintable() else ascii(c)[1:-1] for c in text)
    return plain if limit is None or len(plain) <= limit else plain[: limit - 1] + "…"


def suggestion(word: str, words: Iterable[str]) -> str:
    """Return the end of a sentence on an unknown word: the one most like it, or all there are."""
    words = list(words)
    close = difflib.get_close_matches(word, words, n=1)
    return f": did you mean {close[0]!r}?" if close else f": choose from {', '.join(words)}."


def data_words(
    source: str,
    reading: Sequence[str],
    response: str,
    features: Sequence[str],
    adjusted_for: Sequence[str],
) -> list[str]:
    """Return --data, --response … for these columns; `reading` are the options it is read with."""
    words = ["--data", source, *reading, "--response", response, "--features", _listed(features)]
    return words + (["--adjust-for", _listed(adjusted_for)] if adjusted_for else [])


def _listed(names: Sequence[str]) -> str:
    """Column names as an option takes them: with commas between, quoted where need be."""
    line = io.StringIO()
    csv.writer(line, lineterminator="").writerow(names)
    return line.getvalue()
