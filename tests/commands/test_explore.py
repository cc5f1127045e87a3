"""`render.py explore`: what it takes, what it refuses, and what it leaves."""

from __future__ import annotations

import json
import re
from _thread import interrupt_main
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest
from click.testing import CliRunner, Result

import render
from scenes.text.captions import catalogue, languages
from scenes.text.wording import FORMS
from tests.refusals import check_refused


def run(folder: Path, *options: str) -> Result:
    return CliRunner().invoke(render.cli, ["explore", "--out", str(folder), *options])


def given(page: Path) -> dict[str, Any]:
    found = re.search(
        r'<script type="application/json" id="given">(.*?)</script>', page.read_text("utf-8")
    )
    assert found
    return dict(json.loads(found[1]))


def csv(folder: Path, header: str = "a,b,y", n: int = 12) -> Path:
    path = folder / "data.csv"
    rows = [f"{k},{k % 5 + 0.9 * k},{2 * k + (k * 7) % 3}" for k in range(n)]
    path.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    return path


def test_one_file_says_what_it_is(tmp_path: Path) -> None:
    done = run(tmp_path)
    assert done.exit_code == 0, done.output
    page = tmp_path / "explore.html"
    assert [path.name for path in tmp_path.iterdir()] == ["explore.html"]
    assert done.stdout.startswith(f"{page}: ")
    told = json.loads(run(tmp_path, "--json").stdout)
    assert told == {"path": str(page), "bytes": page.stat().st_size, "rows": 60}
    assert page.stat().st_size < 400_000
    # Nothing is fetched from anywhere.
    assert not re.search(r"https?://(?!www\.w3\.org/2000/svg)", page.read_text("utf-8"))


def test_same_data_same_page(tmp_path: Path) -> None:
    pages = [run(tmp_path / name) and (tmp_path / name / "explore.html") for name in "ab"]
    assert pages[0].read_bytes() == pages[1].read_bytes()


def test_names_are_data_and_nothing_else(tmp_path: Path) -> None:
    evil = "</script><script>alert(1)</script>"
    path = csv(tmp_path, f'a,"{evil}",<!--')
    done = run(tmp_path, "--data", str(path), "--features", f"a,{evil}", "--response", "<!--")
    assert done.exit_code == 0, done.output
    page = tmp_path / "explore.html"
    assert given(page)["features"] == ["a", evil]
    assert page.read_text("utf-8").count("<script") == 2


def test_the_command_in_the_page_makes_it_again(tmp_path: Path) -> None:
    path = csv(tmp_path, '"a, old",b,y')
    asked = ["--data", str(path), "--features", '"a, old",b', "--response", "y", "--lang", "de"]
    assert run(tmp_path, *asked, "--state", "#lam=2").exit_code == 0
    page = tmp_path / "explore.html"
    before, command = given(page), given(page)["command"]
    assert before["hash"] == "lam=2"
    assert run(tmp_path, *command, "--state", "lam=2").exit_code == 0
    assert given(page) == before


@pytest.mark.parametrize("more", [(), ("--theme", "light", "--lam", "eye", "--lang", "de")])
def test_the_command_of_a_course_names_its_file(more: tuple[str, ...], tmp_path: Path) -> None:
    course = tmp_path / "course.toml"
    lines = ['lam = "gcv"', "[labels]", 'A = "age"', "[theme]", 'theta1 = "#ff9966"']
    course.write_text("\n".join([*lines, "[screen]", 'rss = "SSE"']), encoding="utf-8")
    assert run(tmp_path, "--config", str(course), *more).exit_code == 0
    page = tmp_path / "explore.html"
    before = page.read_bytes()
    said = given(page)
    words = [said["words"][key] for key in ("rss", "side_rss", "rss_sum")]
    assert words == ["SSE", "SSE", "SSE + λ‖θ‖²"]
    assert '"data">SSE(θ)<' in before.decode()
    assert run(tmp_path, *said["command"]).exit_code == 0
    assert page.read_bytes() == before


def test_many_rows_are_not_carried_along(tmp_path: Path) -> None:
    path = csv(tmp_path, n=2500)
    assert run(tmp_path, "--data", str(path), "--response", "y").exit_code == 0
    page = tmp_path / "explore.html"
    told = given(page)
    assert (told["columns"], told["reduced"]["n"]) == (None, 2500)
    assert page.stat().st_size < 400_000


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (("--data", "missing.csv"), "missing.csv"),
        (("--features", "a,b"), "--data"),
        (("--data", "{csv}", "--features", "a", "--response", "y"), "two features"),
        (("--data", "{csv}", "--features", "a,c", "--response", "y"), "'c'"),
        (("--theme", "blue"), "blue"),
        (("--lang", "xx"), "xx"),
        (("--out", "{csv}/x"), "cannot be"),
    ],
)
def test_what_cannot_be_done_is_said_in_a_sentence(
    tmp_path: Path, options: tuple[str, ...], says: str
) -> None:
    path = csv(tmp_path)
    before = sorted(tmp_path.iterdir())
    done = run(tmp_path, *(option.replace("{csv}", str(path)) for option in options))
    check_refused(done, [says])
    assert sorted(tmp_path.iterdir()) == before


@pytest.mark.parametrize("language", languages())
def test_every_word_of_the_page_is_there_and_used(language: str) -> None:
    """Words are looked up by name in the template and in the modules."""
    from pipeline.explore.modules import WEB

    forms = re.compile(f"_({'|'.join(FORMS)})$")
    words = {forms.sub("", word) for word in catalogue(language)["explore"]}
    files = [*WEB.iterdir(), WEB.parent / "templates" / "page.html.j2"]
    sources = {path.name: path.read_text("utf-8") for path in files}
    text = "\n".join(
        source for name, source in sources.items() if ".test." not in name and name != "state.js"
    )
    named = set(re.findall(r"words\.(\w+)", sources["page.html.j2"])) | set(
        re.findall(r'\bsay\(\s*"(\w+)"', text)
    )
    assert named - words - {"rss", "rss_sum", "gcv", "mse", "vif"} == set()
    steps = set(re.findall(r'key: "(\w+)"', sources["steps.js"]))
    assert {f"{part}_{step}" for part in ("step", "told") for step in steps} <= words
    # The others are asked for by names that are put together.
    listed = set(re.findall(r'"(\w+)"', text)) | set(re.findall(r"`(\w+)`", text))
    made = tuple(f"{part}_" for part in ("step", "told", "plot", "dial", "side", "part", "cloud"))
    unused = {w for w in words - named - listed if not w.startswith(made)} - {
        "log_likelihood",
        "log_likelihood_sum",
    }
    assert unused == set()


def test_served_page_is_the_one_that_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    got: list[bytes] = []

    def launched(address: str) -> None:
        for path in ("", "explore.html?x"):
            got.append(urlopen(address + path).read())
        with pytest.raises(HTTPError):
            urlopen(address + "../render.py")
        interrupt_main()

    def launch(address: str) -> None:
        Thread(target=launched, args=[address], daemon=True).start()

    monkeypatch.setattr("click.launch", launch)
    done = run(tmp_path, "--serve")
    assert done.exit_code == 0, done.output
    assert got == [(tmp_path / "explore.html").read_bytes()] * 2
    assert "http://127.0.0.1:" in done.stderr
