"""`render.py studio`: a real process, asked over its address."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import numpy as np
import pytest
from click.testing import CliRunner, Result

import render
from commands.choices import typed, written
from commands.film import film
from commands.studio import Chooser
from commands.studio_film import ELSEWHERE, choices_of, open_film, read
from pipeline.errors import SettingsError
from pipeline.render.frames import Frame, draw_some
from ridge_math.errors import DataError
from tests.browser import wait_for
from tests.commands.studio_process import (
    ACTS,
    BLUE,
    GREEN,
    LOOK,
    ROOT,
    Studio,
    close,
    colour,
    running,
)
from tests.refusals import check_refused


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Studio]:
    """A studio of two small acts; what a test changes in them it puts back.

    When it begins they are no Python: it tells, and opens them once they are mended.
    """
    folder = tmp_path_factory.mktemp("studio")
    broken = ACTS.replace("(Act)", "(Act")
    with running(folder, "--out", str(folder / "out"), content=broken) as begun:
        fault = wait_for(lambda: begun.state()["fault"]["fault"], "an error", patience=90)
        assert (fault["title"], fault["trace"][-1]["path"]) == ("SyntaxError", str(begun.acts))
        assert any("(Act:" in text for _, text in fault["excerpt"])
        begun.save("(Act", "(Act)")
        yield begun


def test_pictures_are_those_of_the_film(studio: Studio) -> None:
    acts = studio.drawn()
    assert {name: act["title"] for name, act in acts.items()} == {
        "first": "The first",
        "second": "The second",
    }
    assert acts["first"]["beats"] == [{"frame": 18, "name": "gone"}]
    assert [cue["text"] for cue in acts["first"]["cues"]] == ["It goes."]
    request, entries = read([str(studio.acts), *LOOK, "--captions", "none"])
    for script in request.scripts(entries):
        act = acts[script.name]
        wanted = sorted({0, 1, act["frames"] // 2, act["frames"] - 1})
        frames: list[Frame] = []
        draw_some(script.factory, request.settings, wanted, frames.append)
        for number, frame in zip(wanted, frames, strict=True):
            shown = studio.picture(act["key"], number).astype(int)
            assert np.abs(shown - frame[..., :3]).mean() < 1.0  # JPEG's own


def test_it_says_what_is_on_screen_and_which_line_made_it(studio: Studio) -> None:
    acts = studio.drawn()
    status, told = studio.ask(f"things/{acts['first']['key']}/0")
    assert status == 200
    sight = json.loads(told)
    (square,) = sight["things"]
    line = ACTS.splitlines().index(
        '        square = Square(side_length=3, fill_opacity=1, fill_color="#00aa00")'
    )
    assert (square["name"], square["known_as"]) == ("Square", "square")
    assert (square["path"], square["line"]) == (str(studio.acts), line + 1)
    # 3 of 8 units high, in the middle of a frame of 16 to 9.
    half = np.array([3 / 8 * 9 / 16, 3 / 8]) / 2
    assert np.allclose(square["box"], [*(0.5 - half), *(0.5 + half)], atol=1e-3)
    # The safe margin of 5 % is that of the layout.
    assert sight["regions"]["safe"] == pytest.approx([0.05, 0.05, 0.95, 0.95])
    assert set(sight["regions"]) == {"stage", "panel", "caption", "safe"}
    assert studio.ask(f"things/{'0' * 64}/0")[0] == 404
    assert studio.drawn() == acts


def test_nobody_else_is_answered(studio: Studio) -> None:
    where = {"Host": studio.host}
    assert studio.ask("", **where)[0] == 200
    port = studio.host.partition(":")[2]
    for name in (f"localhost:{port}", "localhost:9999", "127.0.0.1"):  # as ports are forwarded
        assert studio.ask("", Host=name)[0] == 200
    for name in ("evil.example", f"evil.example:{port}", "127.0.0.1.evil.example", ""):
        assert studio.ask("", Host=name)[0] == 403
    assert studio.ask("", Origin="http://evil.example")[0] == 403
    assert studio.ask("playhead", "POST", "{}", Origin="null")[0] == 403
    assert studio.ask("playhead", "POST", "{}", Origin=f"http://{studio.host}")[0] == 400
    good = json.dumps({"act": "second", "frame": 1})
    assert studio.ask("playhead", "POST", good)[0] == 204
    assert studio.ask("playhead", "POST", "x" * 200_000)[0] == 413
    assert studio.ask("playhead", "POST", "[" * 90_000)[0] == 400
    for wrong in ({"data": "/etc/passwd"}, {"out": "x"}, {"theme": 1}):
        status, told = studio.ask("choices", "POST", json.dumps(wrong))
        assert status == 400
        assert told
    # Without the token there is nothing, and nothing beside the page's own files.
    outside = ("../", "../events", "../x/events", "web/../server.py", "web/%2e%2e%2fserver.py")
    for path in (*outside, f"web/{'a' * 5000}.js"):
        assert studio.ask(path)[0] == 404
    assert studio.ask("web/main.js")[0] == 200
    assert studio.ask(f"pictures/{'0' * 64}/0.jpg")[0] == 404


def test_saved_act_is_drawn_anew_and_others_stay(studio: Studio) -> None:
    before = studio.drawn()
    assert close(colour(studio.picture(before["first"]["key"], 0)), GREEN)
    studio.save("#00aa00", "#0000aa")
    try:
        wait_for(lambda: studio.state()["film"]["acts"][0]["key"] != before["first"]["key"], "new")
        after = studio.drawn()
        assert close(colour(studio.picture(after["first"]["key"], 0)), BLUE)
        # What was there before can still be looked at.
        assert close(colour(studio.picture(before["first"]["key"], 0)), GREEN)
    finally:
        studio.save("#0000aa", "#00aa00")
    wait_for(lambda: studio.state()["film"]["acts"][0]["key"] == before["first"]["key"], "back")
    assert studio.drawn() == before


def test_errors_are_shown_and_go(studio: Studio) -> None:
    studio.drawn()
    studio.save("self.beat(", "self.beet(")
    try:
        fault = wait_for(lambda: studio.state()["fault"]["fault"], "an error")
        assert (fault["title"], fault["act"], fault["frame"]) == ("AttributeError", "first", 18)
        assert "beet" in fault["message"]
        assert fault["trace"][-1]["path"] == str(studio.acts)
        line = next(text for number, text in fault["excerpt"] if "beet" in text)
        assert line.strip() == 'self.beet("gone")'
        assert fault["trace"][-1]["line"] in [number for number, _ in fault["excerpt"]]
        # Up to there it is drawn.
        key = studio.state()["film"]["acts"][0]["key"]
        wait_for(lambda: studio.ask(f"pictures/{key}/17.jpg")[0] == 200, "frames before it")
        studio.save("self.beet(", "self.beet((")
        wait_for(
            lambda: (studio.state()["fault"]["fault"] or {}).get("title") == "SyntaxError",
            "a file that is no Python",
        )
    finally:
        text = studio.acts.read_text(encoding="utf-8")
        studio.save(text, ACTS)
    wait_for(lambda: studio.state()["fault"]["fault"] is None, "it is mended")
    studio.drawn()


def test_a_drawing_process_that_dies_is_replaced(studio: Studio) -> None:
    acts = studio.drawn()
    for pid in studio.children():
        if "forkserver" in Path(f"/proc/{_parent(pid)}/cmdline").read_text():
            os.kill(pid, signal.SIGKILL)
    studio.save("#aa0000", "#aa00aa")
    try:
        wait_for(lambda: studio.state()["film"]["acts"][1]["key"] != acts["second"]["key"], "new")
        assert close(colour(studio.picture(studio.drawn()["second"]["key"], 0)), (170, 0, 170))
    finally:
        studio.save("#aa00aa", "#aa0000")
    studio.drawn()


def _parent(pid: int) -> str:
    return Path(f"/proc/{pid}/stat").read_text().split()[3]


# -- choices --------------------------------------------------------------------------------------


def offered(words: list[str]) -> dict[str, dict[str, Any]]:
    return {each["name"]: each for each in choices_of(words)}


def test_every_option_of_the_film_can_be_chosen_but_those_of_the_work() -> None:
    names = {option.name for option in film.params if isinstance(option, click.Option)}
    assert set(offered([])) == names - ELSEWHERE
    assert names >= ELSEWHERE
    theme = offered(["--theme", "light"])["theme"]
    assert (theme["kind"], theme["values"], theme["value"]) == (
        "choice",
        ["dark", "light"],
        "light",
    )


def test_a_theme_of_ones_own_can_be_chosen_again_and_is_watched(tmp_path: Path) -> None:
    mine = tmp_path / "mine.toml"
    mine.write_text("ink = '#ffffff'\n")
    theme = offered(["--theme", str(mine)])["theme"]
    assert (theme["values"], theme["value"]) == (["dark", "light", str(mine)], str(mine))
    assert str(mine) in open_film(["bowl", "--theme", str(mine), "--without", "flip"]).watched


def test_columns_of_the_data_are_offered_though_the_film_cannot_be_opened() -> None:
    data = str(ROOT / "examples" / "longley.csv")
    with pytest.raises(DataError, match="leaves the choice open"):
        open_film(["--data", data])
    told = offered(["--data", data])
    assert told["features"]["values"][:3] == ["Employed", "GNP.deflator", "GNP"]
    assert "Year" in told["response"]["values"]
    assert Path(data) in [Path(each).resolve() for each in told["data"]["values"]]
    shown = open_film(["--data", data, "--features", "GNP,Year", "--response", "Employed"])
    assert shown.notes[0].startswith("Collinearity: strong. ")
    assert shown.watched == (data,)


@pytest.mark.parametrize(
    "words",
    [
        [],
        ["bowl", "flip", "--theme", "light", "--drop-missing"],
        ["--features", 'A,"B, second"', "--response=-y", "--adjust-for", "C"],
        ["my.py:Corner", "--label", "A=α", "--label", "B=--b", "--title", "Ada's film"],
    ],
)
def test_words_are_read_and_written_the_same(words: list[str]) -> None:
    said = typed(film, words)
    assert typed(film, written(film, said)) == said


def test_only_what_is_offered_and_near_can_be_chosen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "here"
    folder.mkdir()
    monkeypatch.chdir(folder)
    chooser = Chooser({"quality": "draft"})
    assert chooser.choose({"theme": "light", "labels": ["A=b"], "drop_missing": True}) == (
        *("--drop-missing", "--label", "A=b", "--quality", "draft", "--theme", "light"),
    )
    assert chooser.choose({"theme": None, "labels": [], "drop_missing": False}) == (
        "--quality",
        "draft",
    )
    assert chooser.choose({"data": "mine.csv"})[:2] == ("--data", "mine.csv")
    for wrong in (
        {"out": "elsewhere"},
        {"cluster": "tcp://evil.example:1"},
        {"data": "/etc/passwd"},
        {"data": "../secret.csv"},
        {"words": str(tmp_path / "words.toml")},
        {"theme": 3},
        {"theme": "/etc/passwd"},
        {"data": ["/etc/passwd"]},
        {"data": True},
        {"title": "a\0b"},
        {"labels": [["A=b"]]},
    ):
        with pytest.raises(SettingsError):
            chooser.choose(wrong)
    assert chooser.words[:2] == ("--data", "mine.csv")


def test_what_is_made_is_what_is_seen() -> None:
    chooser = Chooser(
        {"acts": ("hook", "my.py", "bowl"), "theme": "light", "quality": "draft", "as_json": True}
    )
    assert chooser.words == ("hook", "my.py", "bowl", "--quality", "draft", "--theme", "light")
    assert chooser.render({"verb": "film", "first": 1, "last": 2.5}) == (
        *("film", "hook", "my.py", "bowl", "--from", "1", "--to", "2.5", "--theme", "light"),
    )
    assert chooser.render({"verb": "still", "act": "corner", "at": 3.25}) == (
        *("still", "my.py:corner", "--at", "3.25", "--theme", "light"),
    )
    assert chooser.render({"verb": "gif", "act": "bowl"}) == ("gif", "bowl", "--theme", "light")
    assert chooser.render({"verb": "kit"})[:4] == ("kit", "hook", "my.py", "bowl")
    for wrong in (
        {"verb": "cache"},
        {"verb": "gif", "act": "--cluster=tcp://evil.example:1"},
        {"verb": "gif", "act": "x; rm"},
        {"verb": "still", "act": "bowl", "at": "1"},
        {"verb": "film", "first": -1},
    ):
        with pytest.raises(SettingsError):
            chooser.render(wrong)


def test_still_is_made_from_the_page_and_can_be_opened(studio: Studio) -> None:
    studio.drawn()
    wish = {"verb": "still", "act": "first", "at": 1.0}
    assert studio.ask("render", "POST", json.dumps(wish))[0] == 204
    assert studio.ask("render", "POST", json.dumps({"verb": "cluster"}))[0] == 400
    done = wait_for(
        lambda: (told := studio.state().get("render")) and told["state"] != "running" and told,
        "a still",
    )
    assert done["state"] == "made", done
    assert Path(done["path"]).parent == studio.acts.parent / "out"
    status, content = studio.ask(f"made/{done['number']}")
    assert (status, content) == (200, Path(done["path"]).read_bytes())
    assert studio.ask("made/7")[0] == 404


def invoke(*words: str) -> Result:
    return CliRunner().invoke(render.cli, ["studio", "--no-open", *words], prog_name="render.py")


def test_data_that_are_not_there_are_refused(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    check_refused(invoke("--data", "no.csv"), ["'no.csv'", "no such file"])


def test_as_many_draw_as_there_are_cores(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    begun: list[Any] = []
    monkeypatch.setattr(
        "pipeline.studio.serve.serve_studio", lambda studio, tell: begun.append(studio)
    )
    monkeypatch.setattr("pipeline.work.cores.workers_that_fit", lambda settings: 3)
    assert invoke("--cache-dir", str(tmp_path)).exit_code == 0
    assert begun[0].n_drawers == 3
