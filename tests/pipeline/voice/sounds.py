"""Sounds of known length and place, as files."""

from __future__ import annotations

from pathlib import Path

import av
import numpy as np
import numpy.typing as npt

RATE = 48_000

Samples = npt.NDArray[np.float32]


def burst(seconds: float, seed: int, rate: int = RATE) -> Samples:
    """Noise that rises and falls as syllables do: like no other of another seed."""
    noise = np.random.default_rng(seed).normal(size=round(seconds * rate))
    syllables = 0.3 + 0.7 * np.sin(2 * np.pi * 3 * np.arange(len(noise)) / rate) ** 2
    made = np.convolve(noise, np.ones(12) / 12, "same") * syllables
    return (0.05 * made / made.std()).astype(np.float32)


def among_silence(samples: Samples, before: float, after: float, rate: int = RATE) -> Samples:
    """The same after some seconds of silence, and before some."""
    return np.pad(samples, (round(before * rate), round(after * rate)))


def write_sound(
    path: Path, samples: npt.NDArray[np.floating], rate: int = RATE, codec: str = "pcm_s16le"
) -> Path:
    """Write (n,) or (2, n) samples as a file of the kind that its name says."""
    channels = np.atleast_2d(samples)
    layout = "mono" if len(channels) == 1 else "stereo"
    with av.open(str(path), "w") as file:
        stream = file.add_stream(codec, rate=rate, layout=layout)
        packed = np.ascontiguousarray(channels, dtype=np.float32)
        frame = av.AudioFrame.from_ndarray(packed, format="fltp", layout=layout)
        frame.sample_rate, frame.pts = rate, 0
        for packet in (*stream.encode(frame), *stream.encode(None)):
            file.mux(packet)
    return path


def place_of(samples: Samples, heard: Samples) -> int:
    """The sample of what is heard at which a sound is most alike."""
    n = 1 << (len(heard) + len(samples)).bit_length()
    alike = np.fft.irfft(np.fft.rfft(heard, n) * np.conj(np.fft.rfft(samples, n)), n)
    return int(np.argmax(alike[: len(heard)]))
