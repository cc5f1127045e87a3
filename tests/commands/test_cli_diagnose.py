"""`render.py diagnose` as its users meet it: report, JSON, plot, bad input; and --adjust-for elsewhere."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from PIL import Image

from ridge_math import Dataset, condition_number_X, diagnose, gcv, vif
from tests.commands.command_line import run

ROOT = Path(__file__).resolve().parents[2]
LONGLEY = str(ROOT / "examples" / "longley.csv")
FILE = ("--data", LONGLEY, "--response", "Employed")
TINY = ("--size", "128x72", "--fps", "2")


pytestmark = pytest.mark.usefixtures("elsewhere")


def told(*arguments: str) -> dict[str, object]:
    result = run("diagnose", *arguments, "--json")
    assert result.exit_code == 0, result.output
    assert result.stderr == ""
    return json.loads(result.stdout)


# --- what it says --------------------------------------------------------------------------------


def test_the_built_in_data_need_no_option() -> None:
    result = run("diagnose")
    assert result.exit_code == 0, result.output
    assert result.stderr == ""
    flat = " ".join(result.stdout.split())
    assert "Y on A, B 60 rows" in flat
    assert "θ_A + θ_B is better determined, with a standard error of 0.0" in flat
    assert "; θ_A − θ_B worse, with " in flat
    assert "from sklearn.linear_model import Ridge" in result.stdout
    assert "library(glmnet)" in result.stdout
    assert list(Path().iterdir()) == []


def test_json_has_the_numbers_of_ridge_math() -> None:
    data = Dataset.from_file(LONGLEY, ("GNP", "Year", "Population"), "Employed")
    said = told(*FILE, "--features", "GNP,Year,Population")
    assert (said.pop("plot"), said.pop("csv")) == (None, None)
    assert said == json.loads(json.dumps(diagnose(data).to_dict()))
    assert said["vif"] == list(vif(data))
    assert said["condition_number_X"] == condition_number_X(data)
    lam = said["ridge"]["lam"]  # type: ignore[index]
    assert float(gcv(data, lam)) <= float(np.min(gcv(data, np.geomspace(1e-6, 1e3, 999))))


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (("--features", "GNP"), {"features": ["GNP"], "rank": 1}),
        (
            ("--features", "GNP,Year", "--adjust-for", "Population"),
            {"adjusted_for": ["Population"]},
        ),
        (("--features", "GNP,Year", "--no-scale"), {"standardised": False}),
        (("--features", "GNP,Year", "--scale"), {"standardised": True}),
    ],
)
def test_options_say_what_is_diagnosed(
    options: tuple[str, ...], expected: dict[str, object]
) -> None:
    said = told(*FILE, *options)
    assert {key: said[key] for key in expected} == expected


def test_with_a_response_alone_every_other_column_is_a_feature() -> None:
    said = told(*FILE)
    assert len(said["features"]) == 6  # type: ignore[arg-type]
    assert said["rows"] == 16
    assert "Year" not in told(*FILE, "--adjust-for", "Year")["features"]  # type: ignore[operator]


def test_the_python_it_prints_gives_the_coefficients_it_says() -> None:
    said = told(*FILE, "--features", "GNP,Year", "--adjust-for", "Population")
    for choice in said["choices"]:  # type: ignore[attr-defined]
        if choice["lam"] is not None:
            place = {"data": pl.read_csv(LONGLEY)}
            exec(choice["calls"]["scikit-learn"], place)
            if choice["criterion"] == "gcv":
                theta = said["ridge"]["standardised_units"]["theta"]  # type: ignore[index]
                assert np.allclose(place["model"].coef_, theta, rtol=1e-9)


def test_collinear_and_uncorrelated_data_are_told_apart() -> None:
    rng = np.random.default_rng(0)
    a, b, noise = rng.standard_normal((3, 30))
    pl.DataFrame({"A": a, "B": 2 * a, "Y": a + noise}).write_csv("same.csv")
    pl.DataFrame({"A": a, "B": b, "Y": a + noise}).write_csv("apart.csv")
    same = told("--data", "same.csv")
    assert (same["collinearity"], same["condition_number_X"]) == ("exact", "inf")
    assert "exactly collinear" in same["notes"][0]  # type: ignore[index]
    assert same["warning"] is None
    apart = told("--data", "apart.csv")
    assert "a film would show no valley" in apart["warning"]  # type: ignore[operator]
    assert (
        "Warning: The features are not collinear" in run("diagnose", "--data", "apart.csv").stdout
    )


def test_names_are_only_names() -> None:
    names = ['[red]A[/red], "x"', "$B$ \x1b[31m", "<Y>"]
    values = np.random.default_rng(1).standard_normal((20, 3))
    pl.DataFrame(dict(zip(names, values.T, strict=True))).write_csv("odd.csv")
    result = run("diagnose", "--data", "odd.csv", "--plot", "odd.svg")
    assert result.exit_code == 0, result.output
    assert "[red]A[/red]" in result.stdout
    assert "\x1b" not in result.stdout
    assert told("--data", "odd.csv")["features"] == names[:2]


# --- the plot ------------------------------------------------------------------------------------


def test_a_plot_is_drawn_beside_the_report() -> None:
    result = run("diagnose", *FILE, "--plot", "deep/a.png", "--theme", "light")
    assert result.exit_code == 0, result.output
    assert result.stdout.endswith("\ndeep/a.png: ridge trace, GCV and filter factors\n")
    assert [str(path) for path in Path("deep").iterdir()] == ["deep/a.png"]
    with Image.open("deep/a.png") as image:
        assert sum(image.convert("RGB").getpixel((1, 1))) > 3 * 200  # type: ignore[arg-type]
    assert told(*FILE, "--plot", "b.svg")["plot"] == "b.svg"
    assert Path("b.svg").read_text(encoding="utf-8").startswith("<?xml")


def test_a_report_in_german_with_pdf_and_tables() -> None:
    result = run("diagnose", *FILE, "--lang", "de", "--plot", "a.pdf", "--csv", "tables")
    assert result.exit_code == 0, result.output
    flat = " ".join(result.stdout.split())
    assert "Kollinearität: stark." in flat
    assert "mit einem Standardfehler von 0," in flat
    assert Path("a.pdf").read_bytes().startswith(b"%PDF")
    header = Path("tables/coefficients.csv").read_text(encoding="utf-8").split("\n")[0]
    assert header.startswith("name;part;vif;")
    said = told(*FILE, "--lang", "de", "--csv", "tables")
    assert said["csv"] == "tables"
    assert "besser bestimmt" in said["valley"]  # type: ignore[operator]


def test_notes_on_the_data_are_in_the_language() -> None:
    Path("n.csv").write_text(
        ",A,B,Y\n1,1,5%,3\n2,2,7%,4\n3,3,1%,1\n4,4,,4\n5,7,2%,6\n6,1,9%,2\n", encoding="utf-8"
    )
    asked = ("--data", "n.csv", "--response", "Y", "--drop-missing")
    notes = " ".join(told(*asked, "--lang", "de")["notes"])  # type: ignore[arg-type]
    assert "bleibt weg: Sie zählt die Zeilen." in notes
    assert "werden Zellen wie '5%' als Prozentzahlen gelesen" in notes
    assert "1 von 6 Zeilen bleibt weg: Es fehlen Werte, 1 in 'B', zuerst in Zeile 5." in notes


def test_options_come_from_a_file_and_the_environment(tmp_path: Path) -> None:
    (tmp_path / "my.toml").write_text(
        f"data = {LONGLEY!r}\nresponse = 'Employed'\nfeatures = ['GNP', 'Year']\n"
        "adjust-for = ['Population', 'Unemployed']\nscale = false\nplot = 'a.svg'\njson = true\n"
    )
    result = run("diagnose", "--config", "my.toml", RIDGE_ADJUST_FOR="Population")
    assert result.exit_code == 0, result.output
    said = json.loads(result.stdout)
    assert (said["adjusted_for"], said["standardised"]) == (["Population"], False)
    assert Path("a.svg").exists()
    assert json.loads(run("diagnose", "--config", "my.toml").stdout)["adjusted_for"] == [
        "Population",
        "Unemployed",
    ]


# --- bad input: one sentence, exit code 2, nothing touched ---------------------------------------


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("--plot", "a.jpg"), ["a.jpg", ".png, .svg or .pdf", "--plot"]),
        (("--csv", "taken"), ["taken", "a file", "--csv"]),
        (("--lang", "xx"), ["--lang", "xx"]),
        (("--plot", "folder.png"), ["folder.png", "folder of that name"]),
        (("--plot", "taken/a.png"), ["taken", "--plot"]),
        (("--data", "no.csv"), ["no.csv", "does not exist"]),
        (("--data", LONGLEY), ["leaves the choice open", "'Employed'", "--response"]),
        ((*FILE, "--features", "GNP,Yaer"), ["'Yaer'", "did you mean 'Year'"]),
        ((*FILE, "--features", "GNP,GNP"), ["'GNP'", "twice"]),
        ((*FILE, "--features", "GNP", "--adjust-for", "GNP"), ["'GNP'", "choose one"]),
        (("--adjust-for", "C"), ["--adjust-for needs --data"]),
        (("--theme", "blue"), ["--theme", "blue"]),
    ],
)
def test_bad_input_is_one_sentence(arguments: tuple[str, ...], says: list[str]) -> None:
    Path("folder.png").mkdir()
    Path("taken").write_bytes(b"old")
    Path("a.png").write_bytes(b"old")
    result = run("diagnose", *arguments)
    assert result.exit_code == 2, result.output
    assert isinstance(result.exception, SystemExit)
    assert result.stdout == ""
    last = result.stderr.splitlines()[-1]
    assert last.startswith("Error: ")
    assert [part for part in says if part not in last] == []
    assert {p.name: p.read_bytes() for p in Path().iterdir() if p.is_file()} == {
        "taken": b"old",
        "a.png": b"old",
    }


def test_bad_data_leave_an_old_plot_as_it_is() -> None:
    Path("a.png").write_bytes(b"old")
    Path("bad.csv").write_text("A,B,Y\n1,2,3\n2,x,4\n3,1,1\n4,4,4\n", encoding="utf-8")
    result = run("diagnose", "--data", "bad.csv", "--plot", "a.png")
    assert result.exit_code == 2
    assert "line 3" in result.stderr
    assert Path("a.png").read_bytes() == b"old"


# --- --adjust-for in a film ----------------------------------------------------------------------


def test_a_film_is_of_the_features_adjusted() -> None:
    plain = ("still", "bowl", "--at", "5", *TINY, *FILE, "--features", "GNP,Year")
    for out, more in (("plain", ()), ("adjusted", ("--adjust-for", "Population"))):
        result = run(*plain, *more, "--out", out)
        assert result.exit_code == 0, result.output
    plain_still, adjusted = Path("plain/bowl-5s.png"), Path("adjusted/bowl-5s.png")
    assert plain_still.read_bytes() != adjusted.read_bytes()


def test_more_than_two_features_are_one_sentence_that_says_what_helps() -> None:
    result = run("film", *TINY, *FILE, "--features", "GNP,Year,Population")
    assert result.exit_code == 2
    assert result.stdout == ""
    assert result.stderr == (
        "Error: The film shows two features, but 3 are named ('GNP', 'Year', 'Population'): name "
        "two with --features, and those of the others that are to stay in the model with "
        "--adjust-for.\n"
    )


# --- as a process of its own ---------------------------------------------------------------------


def test_it_runs_as_a_process_without_manim() -> None:
    script = (
        "import sys, render\n"
        "try: render.main()\n"
        "finally: print(*sorted(sys.modules), file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", script, "diagnose", *FILE, "--plot", "a.svg"],
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert "Collinearity: strong." in done.stdout
    assert Path("a.svg").exists()
    modules = set(done.stderr.split())
    assert {"ridge_math.diagnosis", "matplotlib.figure"} <= modules
    assert not {"manim", "moderngl", "typst", "av", "matplotlib.pyplot"} & modules


def test_the_script_itself_runs_and_prints_json() -> None:
    done = subprocess.run(
        [sys.executable, str(ROOT / "render.py"), "diagnose", *FILE, "--json"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stderr == ""
    assert json.loads(done.stdout)["collinearity"] == "strong"
