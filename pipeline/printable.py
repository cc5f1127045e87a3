"""Text of users in messages: escaped, compared with what is known, quoted to be typed again."""

from __future__ import annotations

import csv
import difflib
import io
from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from itertools import takewhile

LONGEST = 200  # characters of a text that are looked at


def shown(text: str, limit: int | None = None) -> str:
    r"""Escape what is not printable in a text, and cut it to `limit` characters.

    Control characters would otherwise reach the terminal: ``"\x1b[31m"`` becomes ``"\\x1b[31m"``.
    """
    plain = "".join(c if c.isprintable() else ascii(c)[1:-1] for c in text)
    return plain if limit is None or len(plain) <= limit else plain[: limit - 1] + "…"


def shown_apart(
    texts: Sequence[str], limit: float, width: Callable[[str], float] = len
) -> tuple[str, ...]:
    """Return texts as `shown` does, cut to a width: of those that begin alike, what differs is left.

    Parameters
    ----------
    limit
        The most that one may be wide.
    width
        How wide a text is; in characters if not given.
    """
    plain = [shown(text[:LONGEST]) for text in texts]
    return tuple(_cut(text, plain, limit, width) for text in plain)


def _cut(text: str, beside: Sequence[str], limit: float, width: Callable[[str], float]) -> str:
    """A text cut to a width, with an ellipsis where something is missing."""

    def longest(made: Callable[[int], str], most: int) -> str:
        fit = bisect_right(range(1, most + 1), limit, key=lambda count: width(made(count)))
        return made(max(fit, 1))

    if width(text) <= limit:
        return text
    cut = longest(lambda count: text[:count] + "…", len(text) - 1)
    others = (other for other in beside if other != text)
    alike = [same for other in others if (same := _alike(text, other)) >= len(cut) - 1]
    if not alike:
        return cut
    # From where they begin to part, with a little of what is before it.
    rest = text[max(min(alike) - 2, 0) :]
    if width("…" + rest) > limit:
        return longest(lambda count: f"…{rest[:count]}…", len(rest) - 1)
    return longest(lambda count: f"{text[:count]}…{rest}", len(text) - len(rest) - 1)


def _alike(first: str, second: str) -> int:
    """With how many equal characters two texts begin."""
    pairs = zip(first, second, strict=False)
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))


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
