"""What comes out of films, stills, storyboards, previews and lists of acts."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any, NoReturn
from unittest import mock

import av
import click
import numpy as np
import pytest
import srt
from PIL import Image

from commands import doctor as doctor_verb
from commands.console import doctor
from commands.request import Request
from pipeline.errors import SettingsError
from scenes import ACTS, LOOPS
from scenes.text.captions import caption_text
from tests.commands.command_line import (
    ACT,
    ANOTHER,
    ROWS,
    TINY,
    decoded,
    n_frames,
    requested,
    run,
    write_csv,
)

pytestmark = pytest.mark.usefixtures("elsewhere")


def caption_tracks(path: str | Path) -> list[tuple[bool, str | None, list[tuple[Any, ...]]]]:
    """Of each track of captions: whether it is on, its language, and when it shows what."""
    tracks = []
    with av.open(path) as film:
        for track in film.streams.subtitles:
            on = bool(track.disposition & av.stream.Disposition.default)
            shown = [
                (float(p.pts * p.time_base), float((p.pts + p.duration) * p.time_base), text)
                for p in film.demux(track)
                if (text := bytes(p)[2:].decode())
            ]
            tracks.append((on, track.language, shown))
    return tracks


def test_acts_are_stepped_through_once(tmp_path: Path) -> None:
    keep = ("--cache-dir", str(tmp_path / "kept"))
    first = run("acts", *TINY, "--json", *keep)
    assert first.exit_code == 0, first.output

    def stepped(*args: Any) -> NoReturn:
        raise AssertionError("stepped through again")

    with mock.patch("pipeline.render.frames.probe", stepped):
        assert run("acts", *TINY, "--json", *keep).stdout == first.stdout
        still = run("still", ACT, "--at", "2.5", *TINY, *keep)
        assert still.exit_code == 0, still.output
        # The film of it, too, knows them from there.
        assert run("film", *(act.name for act in ACTS), *TINY, "--dry-run", *keep).exit_code == 0
        assert isinstance(run("acts", *TINY, "--no-cache").exception, AssertionError)


def test_acts_are_told_where_nothing_can_be_kept(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    result = run("acts", *TINY, "--cache-dir", str(tmp_path / "file" / "cache"))
    assert (result.exit_code, result.stderr) == (0, ""), result.output


def test_film_renders_every_act_in_order() -> None:
    listed = json.loads(run("acts", *TINY, "--json").stdout)
    assert [act["name"] for act in listed["acts"]] == [act.name for act in ACTS]
    assert all(act["frames"] == round(act["seconds"] * 2) for act in listed["acts"])

    result = run("film", *TINY, "--json")
    assert result.exit_code == 0, result.output
    assert result.stderr == ""
    told = json.loads(result.stdout.splitlines()[-1])
    assert told["path"] == "out/film.mp4"
    assert told["acts"] == ["opening", *(act.name for act in ACTS)]
    opening = told["frames"] - sum(act["frames"] for act in listed["acts"])
    assert 3.5 <= opening / 2 <= 4.0
    assert told["frames"] == n_frames("out/film.mp4")
    assert told["bytes"] == Path("out/film.mp4").stat().st_size
    assert told["chapters"] == ["out/film.chapters.txt"]
    assert sorted(map(str, Path("out").iterdir())) == ["out/film.chapters.txt", "out/film.mp4"]

    # As players see it, every act is a chapter; as a site does, too. The opening is part of the first.
    titles = [act["title"] for act in listed["acts"]]
    ends = opening / 2 + np.cumsum([act["seconds"] for act in listed["acts"]])
    begins = [0.0, *ends.tolist()]
    with av.open("out/film.mp4") as film:
        assert film.metadata["title"] == "Ridge regression: why the L2 penalty works"
        assert "artist" not in film.metadata
        chapters = film.chapters()
        assert [chapter["metadata"]["title"] for chapter in chapters] == titles
        assert [c["start"] * c["time_base"] for c in chapters] == begins[:-1]
        assert [c["end"] * c["time_base"] for c in chapters] == begins[1:]
    lines = Path("out/film.chapters.txt").read_text(encoding="utf-8").splitlines()
    assert lines == [
        f"{int(begin) // 60}:{int(begin) % 60:02} {title}"
        for begin, title in zip(begins, titles, strict=False)
    ]


def test_a_deck_begins_as_the_film_does() -> None:
    """Its opening is the title slide; an empty title leaves it out."""
    whole = run("deck", *TINY, "--dry-run")
    bare = run("deck", *TINY, "--dry-run", "--title", "")
    assert ("opening " in whole.output, "opening " in bare.output) == (True, False)


def test_a_film_without_a_title_has_no_opening() -> None:
    told = json.loads(run("film", *TINY, "--title", "", "--dry-run", "--json").stdout)
    whole = json.loads(run("film", *TINY, "--dry-run", "--json").stdout)
    assert whole["frames"] - told["frames"] in range(7, 9)


def test_a_part_never_takes_the_name_of_the_whole() -> None:
    one = run("film", ACT, *TINY, "--from", "1", "--to", "3", "--out", "a")
    assert one.stdout.startswith(f"a/{ACT}-1s-3s.mp4: 4 frames, 2 s at 2 fps, 128x72, ")
    assert n_frames(f"a/{ACT}-1s-3s.mp4") == 4
    two = run("film", ANOTHER, ACT, *TINY, "--to", "1", "--out", "a", "--json")
    told = json.loads(two.stdout.splitlines()[-1])
    assert told["path"] == f"a/{ANOTHER}+{ACT}-0s-1s.mp4"
    assert told["acts"] == [ANOTHER]


def test_a_film_has_a_title_an_author_and_the_language_of_its_captions() -> None:
    part = ("--from", "1", "--to", "3", "--lang", "de", "--captions", "file", "--json")
    for extra, title, author in (
        ((), "Die Strafe kommt hinzu", None),
        (("--title", " Θ̂(λ) & “ich” ", "--author", "Ada Łovelace"), "Θ̂(λ) & “ich”", "Ada Łovelace"),
    ):
        result = run("film", ACT, *TINY, *part, *extra)
        assert result.exit_code == 0, result.output
        told = json.loads(result.stdout.splitlines()[-1])
        assert told["chapters"] == []  # one act is no list, and nothing to tell of
        assert "Note" not in result.stderr
        with av.open(told["path"]) as film:
            assert film.metadata["title"] == title
            assert film.metadata.get("artist") == author
            assert film.chapters() == []
        ((on, language, shown),) = caption_tracks(told["path"])
        assert (on, language) == (True, "deu")
        captions = list(srt.parse(Path(told["captions"][0]).read_text(encoding="utf-8")))
        assert shown == [(0.0, 2.0, captions[0].content)]
    two = run("film", ACT, ANOTHER, *TINY, "--lang", "de", "--from", "30", "--to", "45", "--json")
    with av.open(json.loads(two.stdout.splitlines()[-1])["path"]) as film:
        assert film.metadata["title"] == "Ridge-Regression: warum der L2-Strafterm wirkt"
        assert len(film.chapters()) == 2


def test_only_acts_that_show_title_and_author_depend_on_them() -> None:
    own = {"data": None, "features": None, "response": None, "adjust_for": (), "sheet": None}
    given = {**own, "decimal": None, "drop_missing": False, "aspect": "16:9", "lang": "en"}
    request = Request(**given, out=Path("out"), as_json=False)
    plain = {script.name: script for script in request.scripts(ACTS)}
    titled = replace(request, title="Why ridge?", author="Ada Łovelace").scripts(ACTS)
    changed = {script.name for script in titled if script.content != plain[script.name].content}
    assert changed == {entry.name for entry in ACTS if entry.credited}
    with pytest.raises(SettingsError, match=r"The fonts of the film lack 身 .* of --author: write"):
        replace(request, author="身").brief()


def test_a_film_of_short_parts_has_no_list_for_sites_and_says_so(tmp_path: Path) -> None:
    names = [act.name for act in ACTS[:4]]
    whole = ("film", *names, *TINY)
    path = Path("out", "+".join(names) + ".chapters.txt")
    first = run(*whole)
    assert first.stdout.endswith(f"; chapters: {path}\n")
    assert len(path.read_text(encoding="utf-8").splitlines()) == 4
    before = path.read_bytes()
    # A part never touches the list of the whole.
    acts = json.loads(run("acts", *TINY, "--json").stdout)["acts"]
    end = acts[0]["seconds"] + acts[1]["seconds"] + 12
    part = run(*whole, "--from", str(acts[0]["seconds"] - 4), "--to", str(end), "--json")
    assert json.loads(part.stdout.splitlines()[-1])["chapters"] == []
    assert re.search(
        r"Note: out/\S+s\.chapters\.txt is not written: video sites ask for 3 chapters of 10 s or "
        r"more, and this film has 2\.\n",
        part.stderr,
    )
    cut = run(*whole, "--from", str(acts[0]["seconds"] - 4), "--json")
    (made,) = json.loads(cut.stdout.splitlines()[-1])["chapters"]
    assert f"leaves out what is shorter than 10 s: “{acts[0]['title']}”." in cut.stderr
    assert Path(made).read_text(encoding="utf-8").startswith(f"0:00 {acts[1]['title']}\n0:")
    assert path.read_bytes() == before


def test_a_second_render_is_the_same_file() -> None:
    options = ("film", ACT, ANOTHER, *TINY, "--from", "40", "--to", "46", "--author", "Ada")
    made = []
    for folder in ("a", "b"):
        run(*options, "--out", folder)
        made.append(Path(folder, f"{ACT}+{ANOTHER}-40s-46s.mp4").read_bytes())
    assert made[0] == made[1]


def test_a_still_is_one_picture() -> None:
    result = run("still", ACT, "--at", "2.5", *TINY, "--theme", "light")
    assert result.exit_code == 0, result.output
    path = f"out/{ACT}-2.5s.png"
    assert result.stdout.startswith(f"{path}: 128x72, ")
    with Image.open(path) as image:
        assert image.size == (128, 72)
        assert sum(image.getpixel((1, 1))) > 3 * 200


def test_a_still_of_a_beat_is_the_picture_on_which_a_deck_stops_for_it() -> None:
    """That is the last frame before it; where nothing stops, the frame from which it is complete."""
    acts = json.loads(run("acts", "--json", *TINY).stdout)
    for act, place, before in ((acts["acts"], "bowl", 1), (acts["loops"], "loop", 0)):
        told = next(a for a in act if a["name"] == place)
        beat = next(b for b in told["beats"] if b["name"] == "bowl")
        named = run("still", place, "--at", "bowl", *TINY)
        assert named.exit_code == 0, named.output
        assert named.stdout.startswith(f"out/{place}-bowl.png: 128x72, ")
        assert named.stderr == ""
        seconds = f"{(beat['frame'] - before) / told['frames'] * told['seconds']:.10g}"
        run("still", place, "--at", seconds, *TINY)
        with (
            Image.open(f"out/{place}-bowl.png") as one,
            Image.open(f"out/{place}-{seconds}s.png") as other,
        ):
            assert one.tobytes() == other.tobytes()


def test_captions_are_burnt_in_or_beside_the_film_or_nowhere() -> None:
    listed: dict[str, Any] = {}
    for place in ("burned", "file", "none"):
        result = run("film", ACT, *TINY, "--to", "3", "--captions", place, "--out", place, "--json")
        assert result.exit_code == 0, result.output
        listed[place] = json.loads(result.stdout.splitlines()[-1])
    beside = [f"file/{ACT}-0s-3s.srt", f"file/{ACT}-0s-3s.vtt"]
    assert [listed[place]["captions"] for place in listed] == [[], beside, []]
    assert sorted(map(str, Path("file").iterdir())) == sorted([f"file/{ACT}-0s-3s.mp4", *beside])
    assert (
        Path(beside[0]).read_text(encoding="utf-8").startswith("1\n00:00:00,000 --> 00:00:03,000")
    )
    assert len({made["frames"] for made in listed.values()}) == 1
    pictures = {place: decoded(f"{place}/{ACT}-0s-3s.mp4") for place in listed}
    assert pictures["file"] == pictures["none"] != pictures["burned"]
    # A player offers the captions: unasked where they are nowhere else, never twice.
    tracks = {place: caption_tracks(f"{place}/{ACT}-0s-3s.mp4") for place in listed}
    (in_picture,), (beside_it,) = tracks["burned"], tracks["file"]
    assert tracks["none"] == []
    assert (in_picture[0], beside_it[0]) == (False, True)
    assert in_picture[1:] == beside_it[1:]
    text = next(srt.parse(Path(beside[0]).read_text(encoding="utf-8"))).content
    assert beside_it[1:] == ("eng", [(0.0, 3.0, text)])  # cut in its middle by --to


def test_the_aspect_keeps_the_shorter_side_and_a_size_goes_before_it() -> None:
    assert requested("--quality", "720p", "--aspect", "9:16").settings.size == (720, 1280)
    assert requested("--aspect", "1:1").settings.size == (1080, 1080)
    assert requested("--aspect", "4:3").settings.size == (1440, 1080)
    small = requested("--quality", "480p").settings
    assert (small.size, small.fps) == ((854, 480), 30)
    assert requested("--aspect", "1:1", "--size", "128x72").settings.size == (128, 72)
    largest = requested("--quality", "2160p", "--fps", "60", "--aspect", "9:16").settings
    assert (largest.size, largest.fps) == ((2160, 3840), 60)


def test_a_storyboard_is_one_sheet_of_every_act() -> None:
    result = run("storyboard", *TINY, "--json")
    assert result.exit_code == 0, result.output
    told = json.loads(result.stdout)
    assert told["path"] == "out/storyboard.png"
    assert [act["name"] for act in told["acts"]] == [act.name for act in ACTS]
    for act in told["acts"]:
        moments = [moment["seconds"] for moment in act["moments"]]
        assert len(moments) >= 3
        assert moments == sorted(set(moments))
        assert moments[-1] < act["seconds"]
    with Image.open(told["path"]) as image:
        assert image.size == (told["width"], told["height"])
    one = run("storyboard", ACT, *TINY, "--theme", "light", "--aspect", "1:1", "--out", "b")
    assert re.fullmatch(r"b/storyboard.png: \d+ frames of 1 act, \d+x\d+\n", one.stdout)


@pytest.mark.parametrize(
    ("screen", "options", "opened"),
    [(True, [], True), (True, ["--no-open"], False), (True, ["--json"], False), (False, [], False)],
)
def test_a_preview_is_opened_where_somebody_sees_it(
    monkeypatch: pytest.MonkeyPatch, screen: bool, options: list[str], opened: bool
) -> None:
    launched: list[str] = []
    monkeypatch.setattr(doctor, "has_screen", lambda: screen)
    monkeypatch.setattr(click, "launch", launched.append)
    result = run("preview", ACT, *TINY, "--to", "1", *options)
    assert result.exit_code == 0, result.output
    path = f"out/preview/{ACT}.mp4"
    assert n_frames(path) == 2
    assert launched == ([path] if opened else [])


def test_collinear_features_are_explained_and_rendered() -> None:
    write_csv([(a, 2 * a, y) for a, _, y in ROWS])
    result = run("still", ACT, "--at", "5", *TINY, "--data", "data.csv")
    assert result.exit_code == 0, result.output
    assert "Note: " in result.stderr
    assert Path(f"out/{ACT}-5s.png").exists()


def test_data_without_a_valley_are_rendered_and_told() -> None:
    write_csv([(1, 1, 1.0), (1, -1, 2.0), (-1, 1, 2.5), (-1, -1, 4.0), (1, 0, 1.0)])
    for arguments in (
        ("still", ACT, "--at", "bowl"),
        ("film", ACT, "--to", "1", "--json"),
        ("film", ACT, "--dry-run"),
        ("acts", "--json"),
    ):
        result = run(*arguments, *TINY, "--data", "data.csv")
        assert result.exit_code == 0, result.output
        (note,) = [line for line in result.stderr.splitlines() if line.startswith("Note: ")]
        assert "not collinear" in note
        assert "no valley" in note
        assert "as wide as long" in note
        assert json.loads(run("diagnose", "--data", "data.csv", "--json").stdout)["warning"] in note
    write_csv(ROWS)
    assert run("acts", *TINY, "--data", "data.csv").stderr == ""
    assert run("acts", *TINY).stderr == ""


def test_names_that_look_like_markup_are_only_names() -> None:
    first, second, response = '#read("x") *A*', "<b>B</b> $x$ \\", "Y_1 & @z"
    quoted = '"#read(""x"") *A*"'
    write_csv(ROWS, header=f"{quoted},{second},{response}")
    names = ("--features", f"{quoted},{second}", "--response", response)
    for act in ACTS:
        result = run("still", act.name, "--at", "5", *TINY, "--data", "data.csv", *names)
        assert result.exit_code == 0, result.output
    assert first in requested("--data", "data.csv", *names).features


def test_acts_are_listed_in_a_table() -> None:
    out = " ".join(run("acts", *TINY).stdout.split())  # long lines are wrapped
    for act in (*ACTS, *LOOPS):
        assert act.name in out
        assert caption_text("en", "summary", act.name) in out


@pytest.mark.parametrize("correlation", ["some", pytest.param("exact", marks=pytest.mark.slow)])
def test_other_programs_learn_what_an_act_says_when(correlation: str) -> None:
    write_csv(ROWS if correlation == "some" else [(a, 2 * a, y) for a, _, y in ROWS])
    data = ("--data", "data.csv", "--lang", "de", *TINY)

    def no_such_number(name: str) -> NoReturn:
        raise AssertionError(f"{name} is no JSON")

    told = json.loads(run("acts", *data, "--json").stdout, parse_constant=no_such_number)
    assert set(told) == {"format", "title", "language", "fps", "acts", "loops"}
    assert (told["format"], told["language"], told["fps"]) == (1, "de", 2)
    assert [act["name"] for act in told["loops"]] == [entry.name for entry in LOOPS]
    for act in (*told["acts"], *told["loops"]):
        keys = {"name", "title", "summary", "seconds", "frames", "beats", "captions"}
        assert set(act) == keys
        assert act["title"] == caption_text("de", act["name"], "title")
        assert act["seconds"] == act["frames"] / 2
        assert len(act["beats"]) >= 3
        for beat in act["beats"]:
            assert set(beat) == {"name", "frame", "seconds", "numbers"}
            assert 0 <= beat["frame"] < act["frames"]
            assert beat["seconds"] == beat["frame"] / 2
        for caption in act["captions"]:
            assert 0 <= caption["start_frame"] < caption["stop_frame"] <= act["frames"]
            assert caption["start_seconds"] == caption["start_frame"] / 2
            assert caption["stop_seconds"] == caption["stop_frame"] / 2
            assert len(caption) == 6
    bowl = next(act for act in told["acts"] if act["name"] == "bowl")
    lams = [beat["numbers"]["lam"] for beat in bowl["beats"] if beat["numbers"]]
    assert lams[0] == 0 < max(lams)

    # The captions told are those that a film has.
    film = run("film", "bowl", *data, "--to", "8", "--captions", "file", "--json")
    (beside, _) = json.loads(film.stdout.splitlines()[-1])["captions"]
    read = list(srt.parse(Path(beside).read_text(encoding="utf-8")))
    assert len(read) >= 2
    for seen, said in zip(read, bowl["captions"], strict=False):
        assert seen.content == said["text"]
        assert seen.start.total_seconds() == said["start_seconds"]


def test_the_doctor_fails_where_something_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    facts = {"renderer": "llvmpipe", "version": "4.5", "software": "True"}
    monkeypatch.setattr(doctor_verb, "opengl_facts", lambda: facts)
    assert run("doctor").exit_code == 0
    assert json.loads(run("doctor", "--json").stdout)["ok"] is True

    def broken() -> dict[str, str]:
        raise RuntimeError("no EGL")

    monkeypatch.setattr(doctor_verb, "opengl_facts", broken)
    result = run("doctor")
    assert result.exit_code == 1
    assert "no EGL" in result.stdout
    told = json.loads(run("doctor", "--json").stdout)
    assert [row["name"] for row in told["checks"] if row["needed"] and not row["ok"]] == ["OpenGL"]
