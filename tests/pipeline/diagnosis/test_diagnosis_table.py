"""The report in a terminal: readable at 80 columns, names only names, code that runs as it stands."""

import io
import math
import re
import shlex

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.console import Console

from commands.console.commandline import read_names
from pipeline.diagnosis.table import film_command, print_diagnosis
from pipeline.diagnosis.words import Words, texts
from pipeline.printable import shown
from ridge_math import Dataset, diagnose
from ridge_math.sentence import Language
from scenes.text.captions import languages

GERMAN = Words(Language("de", ",", "\u202f"))
number, aligned = Words().number, Words().aligned
LONGLEY = "examples/longley.csv"
ORDER = ["GNP", "Unemployed", "Armed.Forces", "Population", "Year", "GNP.deflator"]
MARKUP = ("[bold red]A[/bold red] :smile:", 'B, with "quotes" & ' + "x" * 80, "C\n\x1b[31mred\x07")


def longley(*names: str, **other: object) -> Dataset:
    return Dataset.from_file(LONGLEY, names or ORDER, "Employed", **other)  # type: ignore[arg-type]


def odd() -> Dataset:
    rng = np.random.default_rng(4)
    X = rng.standard_normal((30, 1)) + 0.1 * rng.standard_normal((30, 3))
    return Dataset.from_arrays(X, X.sum(1) + rng.standard_normal(30), MARKUP, "[/] Y")


CASES = {
    "built in": Dataset.synthetic,
    "collinear": lambda: Dataset.synthetic(correlation=1.0),
    "uncorrelated": lambda: Dataset.synthetic(correlation=0.0),
    "sum": lambda: Dataset.synthetic(theta=(1, -2, 0.5), correlation=0.999, structure="sum"),
    "longley": longley,
    "pair": lambda: longley("GNP", "Year"),
    "one": lambda: longley("GNP"),
    "adjusted": lambda: longley("GNP", "Year", adjust_for=["Population"]),
    "centred": lambda: longley("GNP", "Year", scale=False),
    "many": lambda: Dataset.synthetic(n_samples=80, theta=[1.0] * 40, correlation=0.9),
    "odd names": odd,
}


@pytest.fixture(autouse=True)
def at_home(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> None:
    monkeypatch.chdir(request.config.rootpath)


def report(data: Dataset, width: int = 80, colour: bool = False, words: Words | None = None) -> str:
    out = io.StringIO()
    console = Console(file=out, width=width, highlight=False, force_terminal=colour)
    print_diagnosis(diagnose(data), console, words=words)
    return out.getvalue()


def code_in(text: str, start: str) -> str:
    """The lines of a piece of code, as somebody would copy them."""
    return text[text.index(start) :].split("\n\nIn R")[0]


@pytest.mark.parametrize("words", [Words(), GERMAN], ids=["en", "de"])
@pytest.mark.parametrize("case", CASES)
def test_it_is_readable_at_80_columns(case: str, words: Words) -> None:
    text = report(CASES[case](), words=words)
    for heading in ("features", "coefficients", "intervals", "choice", "elsewhere"):
        assert f"\n{words(heading)}\n" in text
    # Commands are left whole, whatever their length.
    tables = text.split("\nIn Python")[0].splitlines()
    tables = [line for line in tables if not line.startswith("render.py")]
    assert [line for line in tables if cell_len(line) > 80] == []
    # No cell of a table was cut: an ellipsis stands only for names, eigenvalues and weights.
    numbers = [
        line
        for line in tables
        if re.match(r"(sklearn|glmnet|GCV|\(intercept\)|\(Konstante\))\b", line)
    ]
    assert numbers
    assert [line for line in numbers if "…" in line] == []


def test_the_numbers_are_those_of_the_diagnosis() -> None:
    found = diagnose(longley())
    text = report(longley())
    for value in (*found.vif, *found.eigenvalues, found.condition_number_gram):
        assert number(float(value)) in text
    for value in (*found.least_squares.theta, *found.ridge.slopes, found.ridge.intercept):
        assert number(float(value)) in text
    for choice in found.choices:
        assert f"{choice.lam:.6g}" in text
        for lam in choice.elsewhere.values():
            assert number(lam, 6) in text
        assert choice.criterion.title in text
    assert "0.995" in text
    assert "Collinearity: strong." in text
    assert "16 rows of examples/longley.csv; features standardised" in text


def test_principal_components_intervals_and_ridge_vif_are_told() -> None:
    found = diagnose(longley())
    text, flat = report(longley()), " ".join(report(longley()).split())
    kept = found.components.n_components
    assert f"PCR: principal-component regression on {kept} of 6 components" in flat
    rows = [line.split() for line in text.splitlines() if " %  " in line or " % " in line]
    cells = [[c for c in row if c != "%"][:3] for row in rows if len(row) == 11]
    assert [cell[2] for cell in cells] == [f"{100 * f:.0f}" for f in found.components.factors]
    *_, row = [line for line in text.splitlines() if re.match(r"Year( +-?[\d.]+){6}$", line)]
    marquardt, fox_monette = (found.vif_ridge[way][4] for way in ("marquardt", "fox_monette"))
    ends = (*found.least_squares.intervals[4], *found.ridge.intervals[4])
    expected = [number(float(value), 4) for value in (*ends, marquardt, fox_monette)]
    assert row.split()[1:] == expected
    assert "for E θ̂(λ), not for θ: they leave out its bias" in flat
    assert "Marquardt, lmridge" in flat


def test_nothing_is_said_in_another_language() -> None:
    """English words that no German report has, names and code aside."""
    english = re.compile(r"(?<!-)\b(the|of|and|with|is|at|from|lowest|features?|rows)\b")
    for case in ("built in", "collinear", "uncorrelated", "longley", "adjusted", "one"):
        text = report(CASES[case](), words=GERMAN).split("\nIn Python")[0]
        assert english.findall(text) == []
        assert "." not in re.sub(r"[A-Za-zθ]\.\w|\.csv|\. |\.\n|\.py|\.ridge", "", text)


def test_every_language_has_the_same_words_and_blanks() -> None:
    assert sorted(texts()) == languages()
    english = texts()["en"]
    for other in texts().values():
        assert list(other) == list(english)
        for key, text in other.items():
            assert (
                re.findall(r"{[^}]*}", text).sort() == re.findall(r"{[^}]*}", english[key]).sort()
            )


def test_numbers_have_the_decimal_mark_of_the_language() -> None:
    assert [GERMAN.number(x) for x in (14.1067, 1.5e150, 123456.7)] == [
        "14,107", "1,5000e+150", "123457",
    ]  # fmt: skip
    assert GERMAN.aligned([1.5, 10.25], 3) == ["1,50", "10,2 "]


def test_planted_truth_stands_beside_what_was_found() -> None:
    text = report(Dataset.synthetic(theta=(1.25, -3.5)))
    first = next(line for line in text.splitlines() if line.startswith("A "))
    assert "1.2500" in first
    assert "planted" in text
    assert "planted" not in report(longley("GNP", "Year"))


def test_the_warning_is_there_when_there_is_no_valley() -> None:
    flat = " ".join(report(CASES["uncorrelated"]()).split())
    assert "Warning: The features are not collinear, and a film would show no valley" in flat
    assert "Warning" not in report(Dataset.synthetic())


def test_notes_and_remarks_are_told() -> None:
    text = " ".join(report(CASES["collinear"]()).split())
    assert "Note: The features are exactly collinear" in text
    assert "needs three features or more" in text
    assert "∞" in text


def test_features_adjusted_for_are_marked() -> None:
    text = report(CASES["adjusted"]())
    assert "Population*" in text
    assert "* adjusted for" in text
    full = diagnose(CASES["adjusted"]()).vif_full
    listed = f"GNP {number(full['GNP'])}, Year {number(full['Year'])}"
    assert "VIF and ρ are partial" in text
    assert listed in " ".join(text.split())
    assert f"Population* {number(full['Population'])}" in " ".join(text.split())
    assert "adjusted for Population" in " ".join(text.split())


def test_the_largest_pairs_stand_for_many() -> None:
    text = report(CASES["many"]())
    assert "most correlated pairs" in text
    assert text.count(" 0.90000") == 10
    assert "most correlated pairs" not in report(longley())


@pytest.mark.parametrize("colour", [False, True])
def test_names_are_never_markup_and_never_reach_the_terminal_raw(colour: bool) -> None:
    text = report(CASES["odd names"](), colour=colour)
    assert "[bold red]A" in text
    assert ":smile:" in text
    assert "\x07" not in text
    assert "\x1b[31m" not in text.split("\nIn ")[0]
    if not colour:
        assert "\x1b" not in text
    assert "C\\n\\x1b[" in text
    assert "[/] Y" in text


@pytest.mark.parametrize("case", ["built in", "longley", "adjusted", "odd names"])
def test_the_python_in_the_report_runs_and_gives_the_coefficients_in_it(case: str) -> None:
    data = CASES[case]()
    raw = np.concatenate(list(data.rows.blocks()))
    place = {"data": pl.DataFrame(dict(zip(data.rows.names, raw.T, strict=True)))}
    text = report(data)
    exec(code_in(text, "from sklearn"), place)
    for value in place["model"].coef_:
        assert number(float(value)) in text


def test_the_r_in_the_report_is_whole() -> None:
    text = report(longley())
    assert text.rstrip().endswith("maxit = 1e7)")
    assert diagnose(longley()).chosen.glmnet in text


# --- small parts ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "–"),
        (math.nan, "–"),
        (math.inf, "∞"),
        (-math.inf, "-∞"),
        (0.0, "0"),
        (14.1067, "14.107"),
        (0.9999999999, "1.0000"),
        (-0.00012345678, "-0.00012346"),
        (123456.7, "123457"),
        (0.00001, "1.0000e-05"),
        (1.5e150, "1.5000e+150"),
    ],
)
def test_numbers_are_written_with_five_digits(value: float | None, text: str) -> None:
    assert number(value) == text


@given(st.floats(-1e307, 1e307), st.integers(2, 8))  # rounding up must not overflow
def test_a_written_number_is_near_the_number(value: float, digits: int) -> None:
    assert float(number(value, digits)) == pytest.approx(value, rel=10.0 ** (1 - digits))


@given(st.lists(st.floats(1e-3, 1e4) | st.none(), min_size=1, max_size=6))
def test_decimal_points_are_aligned(values: list[float | None]) -> None:
    texts = aligned(values)
    width = max(map(len, texts))
    flush = [text.rjust(width) for text in texts]
    assert len({text.index(".") for text in flush if "." in text}) <= 1


def test_what_cannot_be_printed_is_escaped() -> None:
    assert shown("a\x1b[31m\n\u202eλ日") == "a\\x1b[31m\\n\\u202eλ日"
    assert shown("abcdef", 4) == "abc…"
    assert shown("abcd", 4) == "abcd"


def test_the_command_for_the_film_means_the_pair(tmp_path) -> None:
    rng = np.random.default_rng(1)
    names = ['A, "old"', "B's", "C $x"]
    X = rng.standard_normal((40, 3))
    X[:, 2] = X[:, 0] + X[:, 1] + 0.01 * rng.standard_normal(40)
    frame = pl.DataFrame({**dict(zip(names, X.T, strict=True)), "Y": X[:, 0] + X[:, 1]})
    path = tmp_path / "my data.csv"
    frame.with_columns(Y=pl.col("Y") + rng.standard_normal(40)).write_csv(path)
    found = diagnose(Dataset.from_file(path, names, "Y"))
    assert found.pair is not None
    assert found.pair.adjusted
    program, verb, *words = shlex.split(film_command(found))
    assert (program, verb) == ("render.py", "film")
    given = dict(zip(words[::2], words[1::2], strict=True))
    assert (given["--data"], given["--response"]) == (str(path), "Y")
    features = read_names(given["--features"])
    others = read_names(given["--adjust-for"])
    assert features == found.pair.features
    assert sorted((*features, *others)) == sorted(names)


def test_there_is_no_command_for_what_is_in_no_file() -> None:
    assert film_command(diagnose(CASES["sum"]())) == ""
    assert film_command(diagnose(longley("GNP", "Year"))) == ""
    assert "--features GNP,Year" in film_command(diagnose(longley()))
    assert film_command(diagnose(longley()), lang="de").endswith(" --lang de")
