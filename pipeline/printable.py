"""Text of a user's, fit to be shown: a name may hold anything a file can."""

from __future__ import annotations


def shown(text: str, limit: int | None = None) -> str:
    r"""Return text with an escape for what is not printable, cut to `limit` characters.

    Control characters would otherwise reach the terminal: ``"\x1b[31m"`` becomes ``"\\x1b[31m"``.
    """
    plain = "".join(c if c.isprintable() else ascii(c)[1:-1] for c in text)
    return plain if limit is None or len(plain) <= limit else plain[: limit - 1] + "…"
