"""Speech programs: what they are given, what is spoken anew, and what is said when one fails."""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path

import pytest

from pipeline.errors import RenderError, SettingsError
from pipeline.voice.lines import line_of
from pipeline.voice.manifest import NAME, read_manifest
from pipeline.voice.speech import Program, Running, speak_lines, time_lines
from pipeline.voice.voice import read_voice
from tests.pipeline.voice.sounds import RATE, burst, write_sound

#: Speaks a quarter of a second a word, and notes what it was given.
SPEAKER = """
import array, math, sys, time, wave
text = sys.stdin.buffer.read().decode()
lang, out = sys.argv[1:3]
open("given.txt", "a").write(f"{lang}: {text}\\n")
if text == "fail":
    print("no voice for that\\nno such voice", file=sys.stderr)
    sys.exit(3)
if text == "forever":
    time.sleep(20)
    open("late.txt", "w")
if text != "nothing":
    with wave.open(sys.stdout.buffer if out == "-" else out, "wb") as file:
        file.setnchannels(1), file.setsampwidth(2), file.setframerate(8000)
        n = 2000 * len(text.split())
        file.writeframes(array.array("h", (int(9000 * math.sin(i)) for i in range(n))).tobytes())
"""
TEXTS = {"a.one": ("Eins λ", "one lambda"), "a.two": ("Zwei", "two"), "b.three": ("3", "three is")}


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("speaker.py").write_text(SPEAKER, encoding="utf-8")


def program(language: str = "en", out: str = "{out}") -> Program:
    return Program.of(f"'{sys.executable}' speaker.py {{lang}} '{out}'", language)


def given() -> list[str]:
    return sorted(Path("given.txt").read_text(encoding="utf-8").splitlines())


def test_lines_are_spoken_as_they_are_pronounced() -> None:
    spoken = speak_lines(TEXTS, program("de"), Path("voice"))
    assert sorted(spoken.new) == list(TEXTS)
    assert given() == ["de: one lambda", "de: three is", "de: two"]
    assert len(line_of("a.one", Path("voice/a.one.wav")).samples) / RATE == pytest.approx(
        0.5, abs=0.02
    )
    assert {id: entry.text for id, entry in read_manifest(Path("voice", NAME)).items()} == {
        id: text for id, (text, _) in TEXTS.items()
    }
    assert sorted(path.name for path in Path("voice").iterdir()) == [
        *(f"{id}.wav" for id in TEXTS),
        NAME,
    ]


def test_only_what_has_changed_is_spoken_again() -> None:
    speak_lines(TEXTS, program(), Path("voice"))
    again = speak_lines(TEXTS, program(), Path("voice"))
    assert (again.new, sorted(again.kept)) == ([], list(TEXTS))
    other = speak_lines({**TEXTS, "a.two": ("Zwei", "two!")}, program(), Path("voice"))
    assert (other.new, sorted(other.kept)) == (["a.two"], ["a.one", "b.three"])
    assert len(speak_lines(TEXTS, program("de"), Path("voice")).new) == 3


def test_a_recording_of_ones_own_is_never_replaced() -> None:
    Path("voice").mkdir()
    own = write_sound(Path("voice/a.one.flac"), burst(1.0, 1), codec="flac")
    speak_lines(TEXTS, program(), Path("voice"))
    mine = write_sound(Path("voice/a.two.wav"), burst(1.0, 2))  # in the place of what was spoken
    before = own.read_bytes(), mine.read_bytes()
    spoken = speak_lines(dict.fromkeys(TEXTS, ("?", "new")), program(), Path("voice"))
    assert (spoken.new, sorted(spoken.own)) == (["b.three"], ["a.one", "a.two"])
    assert (own.read_bytes(), mine.read_bytes()) == before
    assert not Path("voice/a.one.wav").exists()


def test_a_program_that_writes_to_its_output_needs_no_file() -> None:
    speak_lines({"a.one": TEXTS["a.one"]}, program(out="-"), Path("voice"))
    assert line_of("a.one", Path("voice/a.one.wav"))


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ("fail", "a.two: .* ended with 3: no such voice$"),
        ("nothing", "a.two: .* left no sound that can be used: "),
    ],
)
def test_a_failure_names_the_line_and_leaves_what_is_finished(said: str, sentence: str) -> None:
    texts = {**TEXTS, "a.two": ("Zwei", said)}
    with pytest.raises(RenderError, match=sentence):
        speak_lines(texts, program(), Path("voice"), n_at_once=1)
    finished = {path.stem for path in Path("voice").glob("*.wav")}
    assert "a.one" in finished <= {"a.one", "b.three"}  # what was begun may be finished
    again = speak_lines(TEXTS, program(), Path("voice"))
    assert (set(again.kept), set(again.new)) == (finished, set(TEXTS) - finished)


def test_an_interruption_ends_a_program_whatever_it_is_at() -> None:
    def interrupt() -> None:
        raise KeyboardInterrupt

    texts = {"a.one": TEXTS["a.one"], "a.two": ("Zwei", "forever")}
    with pytest.raises(KeyboardInterrupt):
        speak_lines(texts, program(), Path("voice"), n_at_once=2, on_line=interrupt)
    assert not Path("late.txt").exists()
    assert {path.name for path in Path("voice").iterdir()} == {"a.one.wav", NAME}


def test_what_is_no_program_is_refused() -> None:
    with pytest.raises(SettingsError, match="There is no program 'no-such-program'"):
        speak_lines(TEXTS, Program.of("no-such-program {out}", "en"), Path("voice"))
    for command in ("", "  ", "espeak 'x"):
        with pytest.raises(SettingsError, match="is no command"):
            Program.of(command, "en")


def test_arguments_are_no_code_of_a_shell() -> None:
    Program.of(f"'{sys.executable}' speaker.py '; touch x; $(touch y)' {{out}}", "en").speak(
        "a.one", "$(touch z)", Path("spoken.wav"), Running()
    )
    assert {path.name for path in Path().iterdir()} == {"speaker.py", "given.txt", "spoken.wav"}


def test_silence_takes_its_time_and_gives_way_to_sound() -> None:
    Path("voice").mkdir()
    write_sound(Path("voice/b.three.wav"), burst(1.0, 1))
    spoken = time_lines(TEXTS, Path("voice"), words_a_minute=60)
    assert (spoken.new, spoken.own) == (["a.one", "a.two"], ["b.three"])
    assert json.loads(Path("voice", NAME).read_text())["lines"]["a.one"]["seconds"] == 2.0
    lines = read_voice(Path("voice"), {"a", "b"}, "en").lines
    assert lines["a.one"].n_frames(100) == 225  # and its rest
    assert not lines["a.one"].samples.any()
    assert lines["b.three"].samples.any()
    assert time_lines(TEXTS, Path("voice"), words_a_minute=60).kept == ["a.one", "a.two"]
    assert sorted(speak_lines(TEXTS, program(), Path("voice")).new) == ["a.one", "a.two"]
    assert read_voice(Path("voice"), {"a"}, "en").lines["a.one"].samples.any()


@pytest.mark.skipif(shutil.which("espeak-ng") is None, reason="espeak-ng is not installed")
def test_espeak_speaks_both_languages() -> None:
    for language, text in (
        ("en", "the squared norm of theta"),
        ("de", "Norm von theta zum Quadrat"),
    ):
        espeak = Program.of("espeak-ng -v {lang} -w {out}", language)
        speak_lines({"a.one": (text, text)}, espeak, Path(language))
        line = line_of("a.one", Path(language, "a.one.wav"))
        assert 0.8 < len(line.samples) / RATE < 4.0
        assert line.note == ""
