"""Frames per second of animations: exact fractions, drawn exactly, and those that a GIF can hold."""

from __future__ import annotations

import math
from fractions import Fraction

from pipeline.errors import SettingsError
from pipeline.render.settings import MAX_FPS, MIN_FPS

#: GIF counts time in hundredths of a second (GIF89a, graphic control extension), and browsers take
#: a hundredth for a tenth: these are the rates for which a frame lasts whole hundredths, two or more.
GIF_RATES = tuple(Fraction(rate) for rate in (1, 2, 4, 5, 10, 12.5, 20, 25, 50))


def parse_rate(text: str) -> Fraction:
    """Read ``"25"`` or ``"12.5"`` as frames per second.

    Raises
    ------
    SettingsError
        When it is no number, out of range, or no film has frames at these times.
    """
    try:
        rate = Fraction(text.strip())
    except (ValueError, ZeroDivisionError) as error:
        raise SettingsError(
            f"{text!r} is no number of frames per second: write it like 25 or 12.5."
        ) from error
    if not MIN_FPS <= rate <= MAX_FPS:
        raise SettingsError(
            f"{text.strip()} frames per second cannot be made: "
            f"use a rate from {MIN_FPS} to {MAX_FPS}."
        )
    if rate.numerator > MAX_FPS:
        raise SettingsError(
            f"{text.strip()} frames per second cannot be drawn exactly: use {round(rate)}."
        )
    return rate


def drawn_at(rate: Fraction) -> tuple[int, int]:
    """Return (fps, every): drawing every so many frames of a film at `fps` is drawing at `rate`.

    25/2 frames per second are every second frame of 25 per second.
    """
    return rate.numerator, rate.denominator


def gif_rate(rate: Fraction) -> Fraction:
    """Return the rate itself if a GIF holds it exactly, else the nearest of `GIF_RATES`, by ratio."""
    if rate <= GIF_RATES[-1] and (100 / rate).denominator == 1:
        return rate
    return min(GIF_RATES, key=lambda held: abs(math.log(held / rate)))


def rate_text(rate: Fraction) -> str:
    """Return a rate as people write it: ``"25"``, ``"12.5"``."""
    return f"{float(rate):.6g}"
