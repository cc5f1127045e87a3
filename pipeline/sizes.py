"""How many bytes: read as people write it, and written so."""

from __future__ import annotations

import re

from pipeline.errors import SettingsError

_UNITS = {
    **{"": 1, "B": 1},
    **{unit + b: 10 ** (3 * i) for i, unit in enumerate("KMGT", start=1) for b in ("", "B")},
    **{f"{unit}IB": 2 ** (10 * i) for i, unit in enumerate("KMGT", start=1)},
}

#: Whoever writes less than this without a unit does not mean bytes.
_FEW = 1000


def parse_bytes(text: str) -> int:
    """Read ``"5MB"``, ``"1.5 MB"``, ``"2G"``, ``"800kB"``, ``"16MiB"`` or ``"120000"`` as bytes.

    k, M, G and T are powers of ten: where somebody means powers of two, what fits is safely below.
    A few bytes without a unit are a unit forgotten.

    Raises
    ------
    SettingsError
        When it is no size, or has no unit and needs one.
    """
    match = re.fullmatch(r"([0-9]{1,12}(?:\.[0-9]{1,6})?)\s*([a-zA-Z]*)", text.strip())
    if match is None or match[2].upper() not in _UNITS or not float(match[1]):
        raise SettingsError(f"{text!r} is no size of a file: write it like 5MB or 800kB.")
    if not match[2] and float(match[1]) < _FEW:
        raise SettingsError(f"{text!r} lacks a unit: write it like {text.strip()}MB or 800kB.")
    return int(float(match[1]) * _UNITS[match[2].upper()])


def bytes_text(size: int) -> str:
    """Return a size as people write it, to three digits: ``"1.36 MB"``."""
    for unit, power in (("GB", 9), ("MB", 6), ("kB", 3)):
        if size >= 999.5 * 10 ** (power - 3):
            return f"{size / 10**power:.3g} {unit}"
    return f"{size} bytes"
