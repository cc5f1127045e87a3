"""Lines: recordings of what is spoken to captions, trimmed and made as loud as each other."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from pipeline.errors import SettingsError
from pipeline.video.sound import RATE
from pipeline.voice.decode import rate_of, read_sound
from pipeline.voice.loudness import levelled

if TYPE_CHECKING:
    import numpy.typing as npt

#: Seconds that a line may last: it is said to one caption.
LONGEST = 600.0
#: Seconds of rest after a line; the next caption takes its time to come up, too.
REST = 0.25
#: What is so much below the loudest moment of a line, in dB, is no speech; nor is what is below so
#: much of full scale. Before and after it a line keeps seconds: breath, and the end of a sound.
_BELOW, _SILENT, _LEAD, _TAIL = -40.0, -60.0, 0.05, 0.12
#: Seconds of fading in and out, against clicks; and of what is loudness in a moment.
FADES, _MOMENT = (0.005, 0.03), 0.01
#: Samples a second below which speech is dull.
_CLEAR = 16_000
#: Samples in a row at full scale that are no chance.
_CLIPPED, _FULL = 3, 0.999


@dataclass(frozen=True, slots=True)
class Line:
    """What is spoken to a caption.

    Attributes
    ----------
    id : str
        The act and the caption's key in it: ``"bowl.grow"``.
    samples : numpy.ndarray
        Of shape (n,): from the first sound to the last, as loud as speech should be.
    before, after : float
        Seconds of rest, while the caption is up.
    note : str
        What is wrong with the recording, though it can be used; a sentence, or nothing.
    """

    id: str
    samples: npt.NDArray[np.float32]
    before: float = 0.0
    after: float = REST
    note: str = ""

    def n_frames(self, fps: int) -> int:
        """Frames for which its caption stays; the last may be spoken in part."""
        seconds = self.before + len(self.samples) / RATE + self.after
        return math.ceil(seconds * fps - 1e-6)


def line_of(id: str, path: Path) -> Line:
    """Read a recording as a line.

    Raises
    ------
    SettingsError
        When it cannot be read, is silent or far too long.
    """
    try:
        (samples,) = read_sound(path, LONGEST)
        rate = rate_of(path)
    except SettingsError as error:
        raise SettingsError(f"{id}: {error}") from None
    line = made_line(id, samples, str(path))
    if rate < _CLEAR and not line.note:
        note = f"{id}: {path} has {rate} samples a second, as a telephone has: 44100 or more are clear."
        return replace(line, note=note)
    return line


def made_line(id: str, samples: npt.NDArray[np.float32], source: str) -> Line:
    """Make a line of (n,) samples as they were recorded: trimmed, levelled, faded.

    Raises
    ------
    SettingsError
        When nothing is heard in them.
    """
    start, stop = speech_in(samples)
    if start == stop:
        raise SettingsError(
            f"{id}: nothing is heard in {source}: record it anew, or take the file away and the "
            "caption stays as long as it takes to read."
        )
    note = ""
    if is_clipped(samples):
        note = f"{id}: {source} is clipped: its loudest moments went beyond what it can hold."
    return Line(id, faded(levelled(samples[start:stop]), *FADES), note=note)


def speech_in(samples: npt.NDArray[np.float32]) -> tuple[int, int]:
    """Return where in (n,) samples something is heard, from the first to after the last of it."""
    size = round(_MOMENT * RATE)
    count = math.ceil(len(samples) / size)
    moments = np.pad(samples.astype(np.float64), (0, count * size - len(samples)))
    power = (moments.reshape(count, size) ** 2).mean(axis=1)
    least = max(power.max(initial=0.0) * 10.0 ** (_BELOW / 10.0), 10.0 ** (_SILENT / 10.0))
    heard = np.flatnonzero(power > least)
    if not len(heard):
        return 0, 0
    start = heard[0] * size - round(_LEAD * RATE)
    stop = (heard[-1] + 1) * size + round(_TAIL * RATE)
    return max(int(start), 0), min(int(stop), len(samples))


def is_clipped(samples: npt.NDArray[np.float32]) -> bool:
    """Whether several samples in a row are at full scale, as where a recording was too loud."""
    full = np.abs(samples) >= _FULL
    return bool(len(full) >= _CLIPPED and np.convolve(full, np.ones(_CLIPPED)).max() >= _CLIPPED)


def faded(
    samples: npt.NDArray[np.float32], seconds_in: float, seconds_out: float
) -> npt.NDArray[np.float32]:
    """Return (n,) samples that begin from nothing and end in nothing, without a click."""
    made = samples.copy()
    for seconds, part in ((seconds_in, made), (seconds_out, made[::-1])):
        n = min(round(seconds * RATE), len(made))
        part[:n] *= np.sin(np.linspace(0.0, 0.5 * np.pi, n, endpoint=False, dtype=np.float32)) ** 2
    return made
