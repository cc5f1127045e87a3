"""Loudness as FFmpeg's own meter measures it, and lines that are as loud as they should be."""

from __future__ import annotations

import av
import numpy as np
import pytest

from pipeline.voice.loudness import TRUE_PEAK, levelled, limited, loudness, true_peak
from tests.pipeline.voice.sounds import RATE, Samples, among_silence, burst


def metered(samples: Samples) -> tuple[float, float]:
    """Loudness in LUFS and true peak in dB of samples heard left and right, by FFmpeg's ebur128."""
    graph = av.filter.Graph()
    source = graph.add_abuffer(sample_rate=RATE, format="fltp", layout="stereo")
    meter, sink = graph.add("ebur128", "peak=true:metadata=1"), graph.add("abuffersink")
    source.link_to(meter)
    meter.link_to(sink)
    graph.configure()
    told: dict[str, str] = {}
    for start in range(0, len(samples), 4800):
        block = np.ascontiguousarray(np.stack([samples[start : start + 4800]] * 2))
        frame = av.AudioFrame.from_ndarray(block, format="fltp", layout="stereo")
        frame.sample_rate, frame.pts = RATE, start
        graph.push(frame)
        while True:
            try:
                told = dict(graph.pull().metadata) or told
            except av.error.BlockingIOError:
                break
    peak = max(float(told[f"lavfi.r128.true_peaks_ch{channel}"]) for channel in (0, 1))
    return float(told["lavfi.r128.I"]), 20 * np.log10(peak)


@pytest.mark.parametrize(
    "samples",
    [
        burst(3.0, 1),
        among_silence(burst(2.0, 2), 1.5, 2.5),  # which the gates leave out
        np.concatenate([burst(2.0, 3), 0.1 * burst(3.0, 4)]).astype(np.float32),
    ],
)
def test_loudness_is_what_another_meter_says(samples: Samples) -> None:
    told, peak = metered(samples)
    assert loudness(samples) == pytest.approx(told, abs=0.02)
    assert true_peak(samples) == pytest.approx(peak, abs=0.1)


def test_a_sine_of_997_hz_at_full_scale_in_one_of_two_channels_is_at_minus_3() -> None:
    sine = np.sin(2 * np.pi * 997 * np.arange(3 * RATE) / RATE).astype(np.float32)
    # BS.1770-4, of one channel; ours are two alike.
    assert loudness(sine) - 10 * np.log10(2) == pytest.approx(-3.01, abs=0.01)


def test_silence_has_no_loudness() -> None:
    assert loudness(np.zeros(RATE, dtype=np.float32)) == -np.inf
    assert not levelled(np.zeros(RATE, dtype=np.float32)).any()


@pytest.mark.parametrize("gain", [0.02, 1.0, 8.0])
def test_lines_are_equally_loud_and_leave_room(gain: float) -> None:
    line = levelled((gain * burst(2.0, 5)).astype(np.float32))
    told, peak = metered(line)
    assert told == pytest.approx(-16.0, abs=0.1)
    assert peak <= TRUE_PEAK


def test_a_peak_is_turned_down_and_all_else_is_as_it_was() -> None:
    quiet = burst(1.0, 6) * np.float32(0.2)
    loud = quiet.copy()
    loud[RATE // 2 : RATE // 2 + 40] *= 60.0
    made = limited(loud, 0.5)
    assert true_peak(made) <= 20 * np.log10(0.5) + 0.1
    away = np.abs(np.arange(RATE) - RATE // 2) > RATE // 20
    assert np.array_equal(made[away], quiet[away])
    assert np.all(np.abs(made) <= np.abs(loud) + 1e-6)
