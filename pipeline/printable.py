"""What to say of a user's text: it may hold anything a file can, and be almost the right word."""

from __future__ import annotations

import csv
import difflib
import io
from collections.abc import Iterable, Sequence


def shown(text: str, limit: int | None = None) -> str:
    r"""Return text with an escape for what is not printable, cut to `limit` characters.

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
    """Return the options that name these columns of a file; `reading` are those it is read with."""
    words = ["--data", source, *reading, "--response", response, "--features", _listed(features)]
    return words + (["--adjust-for", _listed(adjusted_for)] if adjusted_for else [])


def _listed(names: Sequence[str]) -> str:
    """Column names as an option takes them: with commas between, quoted where need be."""
    line = io.StringIO()
    csv.writer(line, lineterminator="").writerow(names)
    return line.getvalue()
