"""The best animation that fits a file size, with few trial encodings.

Three things can be given up for size: width, frames per second, and colours (or, where there is no
palette, a finer quantiser). What each costs and saves was measured on acts of the film, as an article
shows them, at 640x360: the loss is 1 − SSIM against the lossless frames at that size and 25 frames per
second, a smaller picture scaled up to it and a slower one held. The losses are small and add up; sizes
are powers, and multiply. So every combination has a predicted loss and a predicted size, up to one factor
that depends on what is shown, and each trial encoding tells that factor anew.

The search tries the best combination of a usual width first; after that, the least loss that is predicted
to fit, up to more than twice that width. What fits was encoded and measured: nothing over the limit is ever
returned.
"""

from __future__ import annotations

import math
from collections.abc import Generator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import product

from pipeline.clip.formats import Animation

#: The least that is acceptable: a width at which the loop can be read, a rate at which it moves, as
#: many colours as keep the accent, and no picture further from what was drawn than this.
MIN_WIDTH = 320
#: The widest picture that is tried where none is asked for: more than any article shows, or a fine screen
#: of half that. And the widest that is tried first: what that comes to tells what else fits.
MAX_WIDTH, FIRST_WIDTH = 1920, 960
MIN_SIMILARITY = 0.95
RATES = tuple(Fraction(rate) for rate in (60, 50, 30, 25, 20, 12.5, 10))
COLOURS = (256, 128, 64)
#: crf of the codecs that have one, as far as thin lines hold.
QUANTISERS = {
    "avif": (22, 26, 30, 34, 38, 42, 46, 50),
    "mp4": (18, 20, 22, 24, 26, 28, 30),
    "webm": (24, 28, 32, 36, 40, 44),
}

# Loss: 0.13 for all of the width up to 640 (and a little for what a fine screen shows beyond that),
# 0.9 for each second between frames; the colours one by one.
_WIDTH_LOSS, _FINE_WIDTH_LOSS = 0.13, 0.03
_SHOWN_AREA, _FINE_AREA = 640 * 360, 1920 * 1080
_TICK_LOSS = 0.9
_COLOUR_LOSS = {None: 0.0, 256: 0.004, 128: 0.0066, 64: 0.013}
#: Where each frame has colours of its own.
_COLOUR_LOSS_A_FRAME: dict[int | None, float] = {256: 0.0024, 128: 0.0045, 64: 0.0075}
_CRF_LOSS = {"avif": (0.0040, 0.031), "mp4": (0.0028, 0.061), "webm": (0.0039, 0.039)}
# Size: powers of width and rate, and of colours; e to the minus so many crf.
_WIDTH_POWER = {"gif": 1.4, "webp": 1.2, "apng": 1.2}
_RATE_POWER = {"avif": 0.5, "mp4": 0.25, "webm": 0.65}
_COLOUR_POWER = 0.26
_CRF_RATE = {"avif": 0.051, "mp4": 0.098, "webm": 0.053}
_ALL_COLOURS = 4096  # count for this many in the power

_SAFELY = 0.97  # of the limit: how much a prediction may use
_WORTH_IT = 0.85  # of the limit: what uses this much is not searched any further


@dataclass(frozen=True, slots=True)
class Candidate:
    """Width, rate and colours to try, with predicted loss, and size up to a common factor."""

    spec: Animation
    loss: float
    weight: float


@dataclass(frozen=True, slots=True)
class Trial:
    """A trial encoding.

    Attributes
    ----------
    spec : Animation
        What was encoded.
    content : bytes
        The file.
    similarity : float
        SSIM against its lossless frames; see `similarity`.
    """

    spec: Animation
    content: bytes
    similarity: float


@dataclass(frozen=True, slots=True)
class Found:
    """The outcome of a search: the best that fits, or None, the smallest tried, how many tried."""

    best: Trial | None
    smallest: Trial
    n_trials: int


def candidates(largest: Animation, kept: frozenset[str] = frozenset()) -> tuple[Candidate, ...]:
    """Return all combinations no better than `largest`, the least predicted loss first.

    Parameters
    ----------
    largest
        The widest, fastest and finest that is wanted.
    kept
        What is not to be changed: of ``"width"``, ``"rate"``, ``"grade"``.
    """
    kind = largest.format.name
    widths: Sequence[int] = [largest.width]
    if "width" not in kept:
        widths = [largest.width, *_widths_below(largest.width)]
    rates: Sequence[Fraction] = [largest.rate]
    if "rate" not in kept:
        rates = [largest.rate, *(rate for rate in RATES if rate < largest.rate)]
    grades = [largest]
    if "grade" not in kept:
        grades += [replace(largest, colours=n) for n in COLOURS if _fewer(n, largest)]
        grades += [replace(largest, crf=n) for n in QUANTISERS.get(kind, ()) if n > largest.crf]
    found = [
        _candidate(replace(grade, width=w, height=_height(largest, w), rate=rate), largest)
        for w, rate, grade in product(widths, rates, grades)
    ]
    return tuple(sorted(found, key=lambda one: (one.loss, -one.weight)))


#: Asks for an encoding, is told what came of it, and ends with what it has found.
Search = Generator[Animation, Trial, Found]


def search(combinations: Sequence[Candidate], limit: int, at_most: int = 6) -> Search:
    """Look for the combination of least loss whose file fits.

    Parameters
    ----------
    combinations
        From `candidates`.
    limit
        Bytes.
    at_most
        Trial encodings, two at least.

    Yields
    ------
    Animation
        What is to be encoded next; its `Trial` is to be sent.
    """
    lightest = min(combinations, key=lambda one: one.weight)
    tried: list[tuple[Candidate, Trial]] = []
    best: tuple[Candidate, Trial] | None = None
    narrow = (one for one in combinations if one.spec.width <= FIRST_WIDTH)
    upcoming: Candidate | None = next(narrow, combinations[0])
    while upcoming is not None:
        trial = yield upcoming.spec
        tried.append((upcoming, trial))
        fits = len(trial.content) <= limit and trial.similarity >= MIN_SIMILARITY
        if fits and (best is None or upcoming.loss < best[0].loss):
            best = upcoming, trial
        upcoming = _next(combinations, limit, tried, best)
        left = at_most - len(tried)
        if best is None and lightest not in (one for one, _ in tried) and left <= 1:
            upcoming = lightest
        elif left <= 0:
            upcoming = None
    smallest = min((trial for _, trial in tried), key=lambda trial: len(trial.content))
    return Found(best[1] if best else None, smallest, len(tried))


def only(spec: Animation) -> Search:
    """Search for nothing: encode one spec, whatever size it comes to."""
    trial = yield spec
    return Found(trial, trial, 1)


def _next(
    combinations: Sequence[Candidate],
    limit: int,
    tried: list[tuple[Candidate, Trial]],
    best: tuple[Candidate, Trial] | None,
) -> Candidate | None:
    """What to try after these: the least loss that is predicted to fit, if it is any better."""
    if best is not None and len(best[1].content) >= _WORTH_IT * limit:
        return None
    too_large = [one.weight for one, trial in tried if len(trial.content) > limit]
    known = {id(one) for one, _ in tried}
    for one in combinations:
        if best is not None and one.loss >= best[0].loss:
            return None
        if id(one) in known or (too_large and one.weight >= min(too_large)):
            continue
        if _predicted(one, tried) <= _SAFELY * limit:
            return one
    untried = [one for one in combinations if id(one) not in known]
    lightest = min(untried, key=lambda one: one.weight, default=None)
    if (
        best is None
        and lightest is not None
        and all(lightest.weight < one.weight for one, _ in tried)
    ):
        return lightest  # predicted too large, too, but the smallest there is
    return None


def _predicted(one: Candidate, tried: list[tuple[Candidate, Trial]]) -> float:
    """Bytes, from the encoding that was most like it."""
    nearest, trial = min(tried, key=lambda pair: abs(math.log(pair[0].weight / one.weight)))
    return len(trial.content) * one.weight / nearest.weight


def _candidate(spec: Animation, largest: Animation) -> Candidate:
    kind = spec.format.name
    share = spec.width / largest.width
    ticks = float(1 / spec.rate - 1 / largest.rate)
    area = spec.width * spec.height
    loss = _WIDTH_LOSS * max(0.0, 1.0 - math.sqrt(area / _SHOWN_AREA))
    loss += _FINE_WIDTH_LOSS * max(0.0, 1.0 - math.sqrt(area / _FINE_AREA)) + _TICK_LOSS * ticks
    weight = share ** _WIDTH_POWER.get(kind, 1.15)
    weight *= float(spec.rate / largest.rate) ** _RATE_POWER.get(kind, 0.88)
    if kind in _CRF_LOSS:
        scale, growth = _CRF_LOSS[kind]
        loss += scale * math.exp(growth * spec.crf)
        weight *= math.exp(-_CRF_RATE[kind] * (spec.crf - largest.crf))
    elif spec.format.palette:
        losses = _COLOUR_LOSS_A_FRAME if kind == "gif" else _COLOUR_LOSS
        loss += losses.get(spec.colours, 0.5 / (spec.colours or _ALL_COLOURS))
        weight *= (spec.colours or _ALL_COLOURS) ** _COLOUR_POWER
    return Candidate(spec, loss, weight)


def _widths_below(width: int) -> list[int]:
    """Widths that are whole at 16:9, from the next smaller one down to the least."""
    first = (width - 1) // 32 * 32
    return list(range(first, MIN_WIDTH - 1, -32))


def _height(largest: Animation, width: int) -> int:
    """The even height that keeps the shape."""
    return 2 * round(width * largest.height / largest.width / 2)


def _fewer(colours: int, largest: Animation) -> bool:
    if not largest.format.palette or largest.transparent:
        return False
    return largest.colours is None or colours < largest.colours
