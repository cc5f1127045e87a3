"""A long take is cut where its cue sheet says, whoever wrote that."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from pipeline.errors import SettingsError
from pipeline.voice.takes import read_labels
from pipeline.voice.voice import read_voice
from tests.pipeline.voice.sounds import RATE, among_silence, burst, place_of, write_sound

#: Three lines, and where they are in the take.
SPOKEN = {
    "bowl.valley": (1.0, burst(1.0, 1)),
    "bowl.grow": (61.0, burst(2.0, 2)),
    "flip.name": (64, burst(1.0, 3)),
}
SHEETS = {
    ".txt": "0.7\t2.4\tbowl.valley\n\\\t100.0\t200.0\n60.500000\t63.200000\tbowl.grow\n63.5\t66\tflip.name\n",
    ".srt": "1\n00:00:00,700 --> 00:00:02,400\nbowl.valley\n\n2\n00:01:00,500 --> 00:01:03,200\nbowl.grow\n\n"
    "3\n00:01:03,500 --> 00:01:06,000\nflip.name\n",
    ".csv": "id;start;end\nbowl.valley;0,7;2,4\nbowl.grow;1:00.5;1:03.2\n\nflip.name;63,5;66\n",
}


@pytest.fixture(scope="module")
def take(tmp_path_factory: pytest.TempPathFactory) -> Path:
    whole = np.zeros(70 * RATE, dtype=np.float32)
    for at, samples in SPOKEN.values():
        whole[round(at * RATE) : round(at * RATE) + len(samples)] = samples
    return write_sound(tmp_path_factory.mktemp("take") / "take.flac", whole, codec="flac")


@pytest.fixture
def sheet(take: Path, request: pytest.FixtureRequest) -> Iterator[Path]:
    path = take.with_suffix(request.param)
    path.write_text(SHEETS[request.param], encoding="utf-8")
    yield path
    path.unlink()


@pytest.mark.parametrize("sheet", SHEETS, indirect=True)
def test_each_line_is_what_was_spoken_between_its_marks(take: Path, sheet: Path) -> None:
    voice = read_voice(take, {"bowl"}, "en")
    assert voice.unread == ("flip.name",)
    assert set(voice.lines) == {"bowl.valley", "bowl.grow"}
    for id, line in voice.lines.items():
        samples = SPOKEN[id][1]
        assert len(line.samples) / RATE == pytest.approx(len(samples) / RATE + 0.17, abs=0.02)
        assert place_of(samples, line.samples) / RATE == pytest.approx(0.05, abs=0.011)
    assert voice.manifest == take.with_name("take.voice.json")
    before = voice.sounds
    sheet.write_text(sheet.read_text().replace("60.5", "60.6"), "utf-8")
    after = read_voice(take, {"bowl"}, "en").sounds
    moved = {id for id in before if before[id] != after[id]}
    assert moved == ({"bowl.grow"} if sheet.suffix == ".txt" else set())


@pytest.mark.parametrize(
    ("suffix", "text", "says"),
    [
        (".txt", "1\t2", "line 1: '' is no name of a line"),
        (".txt", "one\t2\ta.b", "line 1: 'one' is no moment"),
        (".txt", "3\t2\ta.b", "line 1: a.b ends before it begins"),
        (".csv", "a.b,1,2\na.b,3,4", "line 2: a.b is there twice"),
        (".csv", "id,start,end\na.b", "line 2: '' is no moment"),
        (".srt", "1\n00:00:01,0 --> then\na.b", "line 2: 'then' is no moment"),
    ],
)
def test_a_cue_sheet_that_cannot_be_used_is_refused_in_a_sentence(
    tmp_path: Path, suffix: str, text: str, says: str
) -> None:
    (tmp_path / "take.wav").touch()
    (tmp_path / f"take{suffix}").write_text(text, encoding="utf-8")
    with pytest.raises(SettingsError) as refused:
        read_labels(tmp_path / "take.wav")
    assert says in str(refused.value)
    assert len(str(refused.value).splitlines()) == 1


def test_a_take_needs_one_cue_sheet(tmp_path: Path) -> None:
    take = write_sound(tmp_path / "take.wav", among_silence(burst(1.0, 1), 1.0, 1.0))
    with pytest.raises(SettingsError, match=r"one of take.txt, take.srt, take.csv"):
        read_voice(take, {"bowl"}, "en")
    (tmp_path / "take.txt").write_text("0.2\t0.6\tbowl.grow", encoding="utf-8")
    with pytest.raises(SettingsError, match=r"bowl.grow: nothing is heard in .*from 0:00 to 0:00"):
        read_voice(take, {"bowl"}, "en")
    (tmp_path / "take.txt").write_text("0\t7000\tbowl.grow", encoding="utf-8")
    with pytest.raises(SettingsError, match=r"bowl.grow: .* lasts longer than 10 minutes"):
        read_voice(take, {"bowl"}, "en")
    (tmp_path / "take.csv").touch()
    with pytest.raises(SettingsError, match="more than one cue sheet"):
        read_voice(take, {"bowl"}, "en")
