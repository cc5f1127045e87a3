"""What a lecturer sets for her course, as options and in a file: in every verb, and checked at once."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Sequence
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

import render
from commands import deck as deck_verb
from commands import film as film_verb
from commands.course import labels_for
from commands.request import Request, shared_options
from commands.words_file import changes_in, words_toml
from ridge_math import Dataset
from scenes import ACTS, LOOPS, OPENING, ActEntry
from scenes.text.captions import languages
from scenes.text.wording import Wording

ROOT = Path(__file__).parents[2]
#: Verbs that draw, or tell of what would be drawn.
DRAWING = ("film", "preview", "deck", "gif", "kit", "still", "storyboard", "acts", "explore")


def run(*words: str) -> Result:
    return CliRunner().invoke(render.cli, words, prog_name="render.py")


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


@pytest.mark.parametrize("verb", DRAWING)
def test_every_verb_that_draws_has_every_choice(verb: str) -> None:
    flags = {flag for param in render.cli.commands[verb].params for flag in param.opts}
    assert {"--lam", "--label", "--words", "--theme"} <= flags


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (
            ("--lam", "1e9"),
            "--lam 1e+09: λ = 1e+09 is nothing to be seen: name a λ from 0.0006 to 478",
        ),
        (("--lam", "gvc"), "'gvc' is no λ: give a number above 0, like 0.5, or gcv, loo"),
        (("--lam", "-1"), "'-1' is no λ"),
        (("--lam", "nan"), "'nan' is no λ"),
        (("--label", "A"), "--label 'A' names no text: write it like 'A=…'"),
        (
            ("--label", "a=Height"),
            "--label names the column 'a', which these data do not show: choose from A, B, Y.\n",
        ),
        (("--label", "A= "), "--label of 'A': it is empty"),
        (("--label", "A=\t\a"), "--label of 'A': "),
        (("--label", "A=B"), "Two columns would be called 'B': give each a name of its own."),
        (
            ("--label", "A=身"),
            "lack 身 (U+8EAB) of the label '身': call it otherwise with --label 'A=…'",
        ),
    ],
)
def test_what_cannot_be_is_refused_in_one_sentence(words: tuple[str, ...], told: str) -> None:
    result = run("acts", "bowl", "--fps", "1", *words)
    assert result.exit_code == 2
    assert told in result.stderr
    assert "Traceback" not in result.output


def request_of(*words: str) -> Request:
    """What a verb is given by these options."""
    made: list[Request] = []

    @click.command()
    @shared_options(quality="draft")
    def read(request: Request) -> None:
        made.append(request)

    parent = render.cli.make_context("render.py", ["acts"])
    read.main(list(words), parent=parent, standalone_mode=False)
    return made[0]


def test_labels_are_names_of_the_data_and_stand_in_a_file_too(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    labels = {"A": "income = pay", "B": "education", "Y": "rent"}
    options = [word for column, text in labels.items() for word in ("--label", f"{column}={text}")]
    request = request_of(*options)
    dataset = request.dataset
    assert (*dataset.features, dataset.response) == tuple(labels.values())
    assert dataset.columns == ("A", "B", "Y")
    lines = "\n".join(f'{column} = "{text}"' for column, text in labels.items())
    Path("course.toml").write_text(f"[labels]\n{lines}\n")
    assert request_of("--config", "course.toml").labels == request.labels
    monkeypatch.setenv("RIDGE_LABEL", "A=income = pay\nB=education\nY=rent")
    assert request_of().labels == request.labels
    Path("course.toml").write_text("[labels]\nA = 5\n")
    result = run("acts", "--config", "course.toml")
    assert result.exit_code == 2
    assert "must give 'A' of [labels] a text in quotes" in result.stderr


def test_a_column_may_have_the_sign_in_its_name() -> None:
    data = Dataset.from_arrays([[1, 2], [2, 3], [3, 5], [4, 4.0]], [1, 2, 2, 4.0], ["a=b", "a"])
    assert labels_for(data, ["a=b=c"]) == {"a=b": "c"}
    assert data.labelled({"a=b": "c"}).features == ("c", "a")
    assert data.labelled({"a=b": "c"}).columns == ("a=b", "a", "Y")


def test_lam_stands_in_a_file_too() -> None:
    Path("course.toml").write_text("lam = 'loo'\nfps = 2\n")
    result = run("acts", "bowl", "--config", "course.toml", "--json")
    assert result.exit_code == 0, result.output
    (act,) = json.loads(result.stdout)["acts"]
    assert any("by leave-one-out" in caption["text"] for caption in act["captions"])


# --- words --------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", languages())
def test_all_words_can_be_printed_and_handed_over_again(language: str) -> None:
    printed = run("words", "--lang", language)
    assert printed.exit_code == 0
    Path("mine.toml").write_text(printed.stdout, encoding="utf-8")
    again = run("words", "--lang", language, "--words", "mine.toml")
    assert again.exit_code == 0, again.stderr
    assert again.stdout == printed.stdout
    tables = Wording(language).tables
    given = changes_in(Path("mine.toml"), tomllib.loads(printed.stdout), language)
    assert {(table, key): text for table, key, text in given} == {
        (table, key): text for table, texts in tables.items() for key, text in texts.items()
    }


def test_own_words_are_said_and_only_their_act_is_drawn_again() -> None:
    lines = "[captions.bowl]\ngrow = 'Up it goes, as λ grows.'\n[notes.flip]\nname = 'Wait.'\n"
    Path("mine.toml").write_text(lines, encoding="utf-8")
    result = run("acts", "bowl", "--fps", "2", "--words", "mine.toml", "--json")
    assert result.exit_code == 0, result.output
    (act,) = json.loads(result.stdout)["acts"]
    assert "Up it goes, as λ grows." in [caption["text"] for caption in act["captions"]]
    ours, mine = request_of(), request_of("--words", "mine.toml")
    pairs = zip(ours.scripts(ACTS), mine.scripts(ACTS), strict=True)
    assert [one.name for one, other in pairs if one.content != other.content] == ["bowl"]
    assert mine.wording.note("flip", "name") == "Wait."
    Path("course.toml").write_text(lines, encoding="utf-8")
    assert request_of("--config", "course.toml").wording == mine.wording


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        ("[captions.bowle]\na = 'b'", "[captions] has no act 'bowle': did you mean 'bowl'?"),
        ("[caption.bowl]\na = 'b'", "there are no words in [caption]: did you mean 'captions'?"),
        ("[captions.bowl]\ngrov = 'b'", "[captions.bowl] has no text 'grov': did you mean 'grow'?"),
        ("[notes.bowl]\nbow = 'b'", "[notes.bowl] has no text 'bow': did you mean 'bowl'?"),
        ("grow = 'b'", "there are no words in [grow]"),
        ("captions = 'b'", "is no table: write [captions.opening]"),
        ("[captions]\nbowl = 'b'", "'captions.bowl' is no table"),
        ("[screen]\nrss = 5", "'rss' of [screen] is no text: write it in quotes"),
        ("[screen]\nrss = ' '", "'rss' of [screen] is empty: leave the line out to keep ours"),
        ('[screen]\nrss = "a\\nb"', "'rss' of [screen] is not one line of plain text"),
        ("[screen]\nrss = '身'", "lack 身 (U+8EAB) of 'rss' of [screen] in 'mine.toml'"),
        (
            "[captions.bowl]\nkappa = '{befor}'",
            "has the blank {befor}, which nothing fills: it may have {after}, {before}.",
        ),
        ("[captions.bowl]\nkappa = '{after.x}'", "has the blank {after.x}, which nothing fills"),
        ("[captions.bowl]\nkappa = '{after!r}'", "has the blank {after!r}, which nothing fills"),
        ("[captions.bowl]\nkappa = '{}'", "has the blank {}, which nothing fills"),
        ("[captions.bowl]\ngrow = 'a } b'", "has a brace alone: write {{ for { itself"),
        (
            f"[captions.bowl]\ngrow = '{201 * 'a'}'",
            "too long to be shown: say it in 200 characters",
        ),
        ("[captions.bowl\n", "cannot be read"),
    ],
)
def test_words_that_are_none_are_refused_in_one_sentence(lines: str, told: str) -> None:
    Path("mine.toml").write_text(lines, encoding="utf-8")
    for words in (("acts", "bowl", "--words", "mine.toml"), ("words", "--words", "mine.toml")):
        result = run(*words)
        assert result.exit_code == 2, result.output
        assert told in result.stderr
        assert "Traceback" not in result.output


def test_every_blank_is_told_what_it_holds() -> None:
    for language in languages():
        assert words_toml(Wording(language)).count("\n# {") > 30


# --- acts ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "path"),
    [
        (("film", "--without", "trace"), "film-without-trace.mp4"),
        (("film", "--without", "opening", "--without", "hook"), "film-without-opening+hook.mp4"),
        (("film", "bowl", "flip", "--without", "flip"), "bowl+flip-without-flip.mp4"),
        (("film", "bowl", "--without", "loop"), "bowl.mp4"),
        (("deck", "--without", "price"), "deck-without-price.html"),
    ],
)
def test_acts_are_left_out_and_the_file_says_so(
    words: tuple[str, ...], path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[Path, list[str]]] = []

    def film(
        request: Request,
        work: object,
        path: Path,
        acts: Sequence[ActEntry],
        *_: object,
        **__: object,
    ) -> None:
        asked.append((path, [act.name for act in acts]))

    def deck(request: Request, work: object, acts: Sequence[ActEntry], *rest: object) -> None:
        asked.append((Path(str(rest[-1])), [act.name for act in acts]))

    monkeypatch.setattr(film_verb, "render_video", film)
    monkeypatch.setattr(deck_verb, "_make", deck)
    result = run(*words)
    assert result.exit_code == 0, result.output
    ((made, acts),) = asked
    assert made == Path("out", path)
    gone = {words[i + 1] for i, word in enumerate(words) if word == "--without"}
    assert acts
    assert not gone & set(acts)


def test_nothing_is_left_of_a_film_without_its_act() -> None:
    result = run("film", "bowl", "--without", "bowl")
    assert result.exit_code == 2
    assert "--without leaves no act: leave out fewer of them." in result.stderr
    result = run("film", "--without", "tracee")
    assert result.exit_code == 2
    assert "there is no act 'tracee': did you mean 'trace'?" in result.stderr


def test_an_act_promises_what_it_tells_of_these_data() -> None:
    wording = Wording("en")
    told = {
        kind: {entry.name: entry.told(wording, (kind,)) for entry in (*ACTS, *LOOPS)}
        for kind in ("valley", "exact", "pinned", "round")
    }
    assert told["valley"]["valley"] == "Why θ cannot be pinned down"
    for kind in ("pinned", "round"):
        assert "cannot" not in told[kind]["valley"]
    assert "no ridge" in told["round"]["flip"]
    assert all(all(each.values()) for each in told.values())
    rows = "\n".join(
        f"{a},{b},{a + 2 * b + c}" for a in (1, 2, 4) for b in (1, 3, 4) for c in (0, 1)
    )
    Path("round.csv").write_text(f"a,b,y\n{rows}\n")
    given = ("--data", "round.csv", "--features", "a,b", "--response", "y")
    result = run("acts", "valley", "--fps", "1", *given)
    assert "Why θ is pinned down: RSS rises steeply on every side" in " ".join(
        result.stdout.split()
    )


# --- one file -----------------------------------------------------------------------------------


def test_a_course_is_one_file(monkeypatch: pytest.MonkeyPatch) -> None:
    course = ROOT / "examples" / "course.toml"
    request = request_of("--config", str(course))
    assert request.dataset.features == ("national product", "year")
    assert request.dataset.columns[:2] == ("GNP", "Year")
    stop = request.brief().stop
    assert stop is not None
    assert stop.by == "gcv"
    assert request.look is not None
    assert request.look.logo
    assert request.settings.theme == "light"
    changed = {(table, key) for table, key, _ in request.wording.changes}
    assert {("hook", "overfit"), ("screen", "thousands"), ("notes.bowl", "bowl")} <= changed
    assert (request.title, request.author) == ("Regression II", "Ada Lovelace")
    parent = render.cli.make_context("render.py", ["acts"])
    for verb in (*DRAWING, "diagnose", "words", "cache"):  # each takes what it has a use for
        arguments = ["bowl", "--at", "bowl"] if verb == "still" else []
        command = render.cli.commands[verb]
        command.make_context(verb, [*arguments, "--config", str(course)], parent=parent)
    shown: list[str] = []
    keep = lambda request, work, path, acts, *_, **__: shown.extend(act.name for act in acts)  # noqa: E731
    monkeypatch.setattr(film_verb, "render_video", keep)
    result = run("film", "--config", str(course))
    assert result.exit_code == 0, result.stderr
    assert shown == [act.name for act in (OPENING, *ACTS) if act.name != "trace"]
