"""How loud sound is, as ITU-R BS.1770-4 and EBU R 128 measure it, and how it is made so loud.

Sound in one channel, of shape (n,), will be heard from two, left and right alike; in two it is (2, n).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from pipeline.voice.decode import RATE

if TYPE_CHECKING:
    import numpy.typing as npt

    Samples = npt.NDArray[np.float32]

#: Of speech, as sites and players for lectures and podcasts ask for: loudness in LUFS, and the
#: highest true peak in dB. AAC adds up to half a dB to that, so a line stays so much below it.
LOUDNESS, TRUE_PEAK, CODEC_PEAK = -16.0, -1.5, 0.5

# BS.1770-4, tables 1 and 2: the head as a shelf, then a high-pass; for 48 kHz.
_SHELF = (
    [1.53512485958697, -2.69169618940638, 1.19839281085285],
    [1.0, -1.69065929318241, 0.73248077421585],
)
_HIGH_PASS = ([1.0, -2.0, 1.0], [1.0, -1.99004745483398, 0.99007225036621])
_BLOCK, _STEP = RATE * 4 // 10, RATE // 10  # 400 ms, overlapping by three quarters
_GATE, _BELOW = -70.0, -10.0
_PIECE, _AROUND = 1 << 18, 64
_AHEAD = RATE // 100  # a limiter that sees a peak 10 ms before it


def loudness(samples: Samples) -> float:
    """Return the integrated loudness in LUFS of (n,) or (2, n) samples; minus infinity for silence.

    What is shorter than a block of 400 ms is measured as if silence followed.
    """
    from scipy.signal import lfilter  # half a second that a film without a voice need not wait

    channels = np.atleast_2d(samples)
    both = sum(lfilter(*_HIGH_PASS, lfilter(*_SHELF, each.astype(float))) ** 2 for each in channels)
    power_of = np.asarray(both) * (2.0 if len(channels) == 1 else 1.0)
    padded = np.pad(power_of, (0, max(0, _BLOCK - len(power_of))))
    sums = np.concatenate([[0.0], np.cumsum(padded)])
    starts = np.arange(0, len(padded) - _BLOCK + 1, _STEP)
    power = np.maximum((sums[starts + _BLOCK] - sums[starts]) / _BLOCK, 0.0)
    heard = power[_lufs(power) > _GATE]
    if len(heard):
        heard = heard[_lufs(heard) > _lufs(heard.mean()) + _BELOW]
    return float(_lufs(heard.mean())) if len(heard) else -np.inf


def true_peak(samples: Samples) -> float:
    """Return the highest point of the curve through (n,) samples, in dB of full scale."""
    peak = float(_peaks(samples).max(initial=0.0))
    return 20.0 * np.log10(peak) if peak else -np.inf


def levelled(samples: Samples, target: float = LOUDNESS) -> Samples:
    """Return (n,) samples as loud as speech should be, with no peak above `TRUE_PEAK`.

    Peaks in the way are turned down, for the hundredth of a second around them.
    """
    ceiling = 10.0 ** ((TRUE_PEAK - CODEC_PEAK) / 20.0)
    for _ in range(4):  # what is turned down is missing in loudness: once more
        lacking = target - loudness(samples)
        if not np.isfinite(lacking) or abs(lacking) < 0.05:
            break
        samples = limited(samples * np.float32(10.0 ** (lacking / 20.0)), ceiling)
    return samples


def limited(samples: Samples, ceiling: float) -> Samples:
    """Return (n,) samples whose curve stays below a ceiling: gain falls before each peak, smoothly."""
    from scipy.ndimage import minimum_filter1d, uniform_filter1d

    peaks = _peaks(samples)
    if peaks.max(initial=0.0) <= ceiling:
        return samples
    gain = ceiling / np.maximum(peaks, ceiling)
    # A mean of lowest gains, each of which has this moment in its window, is no higher than its own.
    size = 2 * _AHEAD + 1
    smooth = uniform_filter1d(minimum_filter1d(gain, size, mode="nearest"), size, mode="nearest")
    return np.asarray(samples * smooth, dtype=np.float32)


def _peaks(samples: Samples) -> npt.NDArray[np.float64]:
    """The highest point of the curve after each sample, at four times the rate."""
    from scipy.signal import resample_poly

    peaks = np.empty(len(samples))
    for start in range(0, len(samples), _PIECE):  # piece by piece, each with what is around it
        before, stop = min(start, _AROUND), min(start + _PIECE, len(samples))
        piece = samples[start - before : stop + _AROUND].astype(np.float64)
        dense = np.abs(resample_poly(piece, 4, 1)).reshape(-1, 4).max(axis=1)
        peaks[start:stop] = dense[before : before + stop - start]
    return peaks


def _lufs(power: npt.ArrayLike) -> npt.NDArray[np.float64]:
    return -0.691 + 10.0 * np.log10(np.maximum(power, 1e-20))
