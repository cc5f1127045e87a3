"""Numbers as a reader expects them: few digits, a true minus sign, powers of ten where they help.

The decimal point is that of the film's language: an act sets it when it is made, for the context
(`contextvars`) in which it runs.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from contextvars import ContextVar
from dataclasses import dataclass

import numpy as np

#: Digits of a number in a table, at most.
_MOST_DIGITS = 10
_SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


@dataclass(frozen=True)
class Numerals:
    """What stands before decimals, and between thousands."""

    point: str = "."
    thousands: str = ","


#: Until an act says otherwise.
ENGLISH = Numerals()
_numerals: ContextVar[Numerals] = ContextVar("numerals", default=ENGLISH)


def write_numbers(numerals: Numerals) -> None:
    """Write all numbers so from now on, in this context."""
    _numerals.set(numerals)


def plain(value: float, decimals: int) -> str:
    """A number with so many decimals, a true minus sign and no minus before zero."""
    text = f"{value:.{decimals}f}"
    if text.startswith("-") and float(text) == 0:
        text = text[1:]
    return text.replace("-", "−").replace(".", _numerals.get().point)


def whole(count: int) -> str:
    """A whole number, its thousands set apart: ``12,345``."""
    return f"{count:,}".replace(",", _numerals.get().thousands)


def power_of_ten(exponent: int) -> str:
    """``10⁶``, in plain text."""
    return "10" + str(exponent).translate(_SUPERSCRIPTS)


def number(value: float, digits: int = 3) -> str:
    """A number to so many significant digits, for a readout.

    From 0.001 up to 10 000 it is written out; beyond that as ``1.23 × 10⁵``, one digit before the
    point.
    """
    if math.isnan(value):
        return "–"
    if math.isinf(value):
        return "∞" if value > 0 else "−∞"
    if value == 0:
        return "0"
    magnitude = math.floor(math.log10(abs(float(f"{value:.{digits - 1}e}"))))
    if -3 <= magnitude < 4:
        return plain(value, max(0, digits - 1 - magnitude))
    mantissa = f"{value:.{digits - 1}e}".partition("e")[0]
    return f"{plain(float(mantissa), digits - 1)} × {power_of_ten(magnitude)}"


@dataclass(frozen=True)
class Ticks:
    """Ticks of an axis: where they are, what they say, and the power of ten taken out of them."""

    values: tuple[float, ...]
    labels: tuple[str, ...]
    exponent: int = 0

    @property
    def unit(self) -> str:
        """What the labels are counted in, or nothing: ``/ 10⁶``, to stand after the axis' name.

        A quantity over its unit is the number that is read off (ISO 80000-1, 7.1.4): nobody takes
        ``RSS / 10⁶`` for a product, as ``RSS × 10⁶`` might be.
        """
        return f"/ {power_of_ten(self.exponent)}" if self.exponent else ""


def nice_ticks(low: float, high: float, about: int = 4) -> Ticks:
    """Ticks at multiples of 1, 2 or 5 times a power of ten, about as many as asked for, at least two.

    Raises
    ------
    ValueError
        If the range is empty or not finite.
    """
    if not (math.isfinite(low) and math.isfinite(high) and low < high):
        raise ValueError(f"no ticks between {low} and {high}")
    for count in range(about, about + 4):  # a step under half the span has two in it
        step = _nice_step((high - low) / count)
        first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
        if last > first:
            break
    values = tuple(k * step for k in range(first, last + 1))
    largest = max(abs(low), abs(high))
    exponent = 3 * (math.floor(math.log10(largest)) // 3)
    exponent = 0 if -3 <= math.floor(math.log10(largest)) < 4 and step >= 1e-3 else exponent
    shown_step = step / 10.0**exponent
    decimals = max(0, -math.floor(math.log10(shown_step) + 1e-9))
    return Ticks(values, tuple(plain(v / 10.0**exponent, decimals) for v in values), exponent)


def column(values: Sequence[float]) -> Ticks:
    """Numbers of one column: the same decimals in every row, three digits of what sets them apart.

    Whole numbers stay whole; a power of ten common to all is taken out of very large and very small
    ones, see `Ticks.unit`.
    """
    largest = max(map(abs, values))
    if largest == 0.0:
        return Ticks(tuple(values), ("0",) * len(values))
    power = math.floor(math.log10(largest))
    exponent = 0 if -3 <= power < 4 else 3 * (power // 3)
    shown = [value / 10.0**exponent for value in values]
    spread = (max(shown) - min(shown)) or abs(shown[0])
    wanted = max(0, 2 - math.floor(math.log10(spread)))
    decimals = max(0, min(wanted, _MOST_DIGITS - max(1, power - exponent + 1)))
    while decimals and all(math.isclose(v, round(v, decimals - 1), rel_tol=1e-12) for v in shown):
        decimals -= 1
    return Ticks(tuple(values), tuple(plain(value, decimals) for value in shown), exponent)


def correlation_label(rho: float, exact: bool = False) -> str:
    """A correlation to three decimals, or to as many as tell it from 1; beyond six, as 1 − a rest.

    Parameters
    ----------
    rho
        The correlation, or its square.
    exact
        Whether it is exactly 1 or −1, whatever rounding has left of it.
    """
    if exact:
        return "1" if rho > 0 else "−1"
    for decimals in range(3, 7):
        if abs(float(f"{rho:.{decimals}f}")) < 1.0:
            return plain(rho, decimals)
    rest = number(1.0 - abs(rho), 1)
    return f"1 − {rest}" if rho > 0 else f"−1 + {rest}"


def log_ticks(low: float, high: float) -> Sequence[int]:
    """Whole powers of ten from ``low`` to ``high``: their exponents."""
    return list(range(math.ceil(math.log10(low) - 1e-9), math.floor(math.log10(high) + 1e-9) + 1))


def some_of(exponents: Sequence[int], most: int) -> list[int]:
    """Evenly spaced ones of several powers of ten, so many at most: but two where there are two."""
    for every in range(max(1, -(-len(exponents) // most)), 0, -1):
        some = [exponent for exponent in exponents if exponent % every == 0]
        if len(some) > 1:
            break
    return some


def _nice_step(step: float) -> float:
    power = 10.0 ** math.floor(math.log10(step))
    return float(power * min((1, 2, 5, 10), key=lambda nice: abs(np.log(step / (nice * power)))))
