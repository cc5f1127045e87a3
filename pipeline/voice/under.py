"""Music or ambience under a voice: quiet, and quieter while somebody speaks."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from pipeline.errors import SettingsError
from pipeline.video.sound import RATE
from pipeline.voice.decode import read_sound
from pipeline.voice.loudness import limited, loudness

if TYPE_CHECKING:
    import numpy.typing as npt

#: Loudness in LUFS where nobody speaks, its highest peak in dB, and by how many dB it goes down under
#: a voice.
LOUDNESS, _PEAK, DUCK = -24.0, -12.0, 14.0
#: Seconds in which it goes down before a line, and comes back after it; in which it begins and ends.
_DOWN, _UP, _BEGIN, _END = 0.4, 1.0, 0.5, 2.5
#: Seconds that it may last; it is repeated if the film lasts longer.
_LONGEST = 900.0


@dataclass(frozen=True)
class Under:
    """What is heard under a film, over and over again if it is shorter.

    Attributes
    ----------
    samples : numpy.ndarray
        Of shape (2, n), as loud as they are where nobody speaks.
    length : int
        Of the film, in samples: it has faded at the end.
    """

    samples: npt.NDArray[np.float32]
    length: int

    def block(
        self, start: int, stop: int, spoken: Iterable[tuple[int, int]]
    ) -> npt.NDArray[np.float32]:
        """Return samples [start, stop), lower in and around those in which somebody speaks."""
        at = np.arange(start, stop)
        down = np.zeros(len(at))
        for begin, end in spoken:
            if begin - _DOWN * RATE < stop and start < end + _UP * RATE:
                ramp = np.minimum(1 - (begin - at) / (_DOWN * RATE), 1 - (at - end) / (_UP * RATE))
                down = np.maximum(down, np.clip(ramp, 0.0, 1.0))
        gain = 10.0 ** (-DUCK / 20.0 * down)
        gain *= np.clip(np.minimum(at / (_BEGIN * RATE), (self.length - at) / (_END * RATE)), 0, 1)
        heard = np.take(self.samples, at, axis=1, mode="wrap")
        return np.asarray(heard * gain, dtype=np.float32)


def read_under(path: Path, n_samples: int) -> Under:
    """Read what is to be heard under a film of so many samples.

    Raises
    ------
    SettingsError
        When it cannot be read, is silent, or lasts longer than a quarter of an hour.
    """
    samples = read_sound(path, _LONGEST, n_channels=2)
    lacking = LOUDNESS - loudness(samples)
    if not np.isfinite(lacking):
        raise SettingsError(
            f"--under {path}: nothing is heard in it; name another, or leave it out."
        )
    ceiling = 10.0 ** (_PEAK / 20.0)
    scaled = samples * np.float32(10.0 ** (lacking / 20.0))
    return Under(np.stack([limited(channel, ceiling) for channel in scaled]), n_samples)
