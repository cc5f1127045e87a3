"""The diagnosis on one page: what is drawn, that nothing is cut off, and the same bytes each time."""

import itertools
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

import matplotlib as mpl
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from PIL import Image

from pipeline.diagnosis.page import LABELLED, check_plot, draw_page, page_range, write_page
from pipeline.diagnosis.plot_style import (
    Palette,
    between,
    feature_colours,
    fitted,
    plain_style,
    spread,
    text_width,
    unsettable,
)
from pipeline.diagnosis.words import Words
from pipeline.errors import RenderError, SettingsError
from ridge_math import Dataset, diagnose, filter_factors, gcv, ridge_path
from ridge_math.sentence import Language
from scenes.theme import THEMES
from tests.matrix import matrix

LONGLEY = Path(__file__).parents[3] / "examples" / "longley.csv"
ENGLISH, GERMAN = Words(), Words(Language("de", ",", "\u202f"))
DARK, LIGHT = (Palette.of(THEMES[name]) for name in ("dark", "light"))
MATHS = ("$x_1$ costs $5", "\\frac{1}{", "[red]B[/red] & <c> --> " + "z" * 60)


def longley(**other: object) -> Dataset:
    order = ["GNP", "Unemployed", "Armed.Forces", "Population", "Year", "GNP.deflator"]
    return Dataset.from_file(LONGLEY, order, "Employed", **other)  # type: ignore[arg-type]


def alike(p: int, names: tuple[str, ...] | None = None, power: float = 1.0) -> Dataset:
    rng = np.random.default_rng(p)
    X = rng.standard_normal((50, 1)) + 0.3 * rng.standard_normal((50, p))
    y = (X.sum(axis=1) + rng.standard_normal(50)) * power
    return Dataset.from_arrays(X, y, names, "Y" if names is None else "$y$ & <b>")


CASES = {
    "built in": Dataset.synthetic,
    "longley": longley,
    "collinear": lambda: Dataset.synthetic(correlation=1.0),
    "uncorrelated": lambda: Dataset.synthetic(correlation=0.0),
    "no noise": lambda: Dataset.synthetic(noise=0.0),
    "one": lambda: alike(1),
    "fourteen": lambda: alike(14),
    "more than rows": lambda: alike(70),
    "large numbers": lambda: alike(2, power=1e100),
    "small numbers": lambda: alike(2, power=1e-100),
    "odd names": lambda: alike(3, MATHS),
    "wide names": lambda: alike(3, ("W" * 90, "日本" * 40, "m" * 300)),
}


@pytest.fixture(autouse=True)
def style() -> Iterator[None]:
    with plain_style():
        yield


def drawn(
    data: Dataset, palette: Palette = DARK, words: Words = ENGLISH
) -> tuple[Figure, list[Axes]]:
    figure = draw_page(data, diagnose(data), palette, words)
    FigureCanvasAgg(figure).draw()
    return figure, figure.axes


def curves(axes: Axes) -> list[np.ndarray]:
    """What is drawn over λ, markers and straight lines left out."""
    lines = [np.asarray(line.get_xydata()) for line in axes.get_lines()]
    return [line for line in lines if len(line) > 2]


# --- what is drawn -------------------------------------------------------------------------------


@pytest.mark.parametrize("case", ["built in", "longley", "one", "fourteen", "collinear"])
def test_the_curves_are_those_of_ridge_math(case: str) -> None:
    data = CASES[case]()
    _, (trace, score, shrink, _) = drawn(data)
    path = curves(trace)
    lams = path[0][:, 0]
    expected = ridge_path(data, lams)
    assert len(path) == data.n_features
    found = sorted(tuple(curve[:, 1]) for curve in path)
    assert np.allclose(found, sorted(map(tuple, expected.T)))
    (line,) = curves(score)
    assert np.allclose(line[:, 1], gcv(data, line[:, 0]))
    factors = np.array([curve[:, 1] for curve in curves(shrink)]).T
    assert np.allclose(factors, filter_factors(data, lams))


@pytest.mark.parametrize("case", ["longley", "one", "more than rows", "small numbers"])
def test_the_chosen_lambda_is_marked_on_all_three(case: str) -> None:
    data = CASES[case]()
    lam = diagnose(data).ridge.lam
    _, panels = drawn(data)
    for axes in panels[:3]:
        low, high = axes.get_xlim()
        assert low < lam < high
        assert [
            line
            for line in axes.get_lines()
            if list(line.get_xdata()) == [lam, lam] and line.get_color() == DARK.penalty
        ]
    (dot,) = [line for line in panels[1].get_lines() if line.get_marker() == "o"]
    assert (dot.get_xdata()[0], dot.get_ydata()[0]) == (lam, float(gcv(data, lam)))
    low, high = panels[1].get_ylim()
    assert low < dot.get_ydata()[0] < high


@pytest.mark.parametrize("case", ["built in", "longley", "fourteen", "collinear"])
def test_principal_components_keep_all_or_nothing_beside_the_factors_of_ridge(case: str) -> None:
    data = CASES[case]()
    found = diagnose(data)
    _, (_, _, factors, _) = drawn(data)
    squares = [line for line in factors.get_lines() if line.get_marker() == "s"]
    assert {line.get_xdata()[0] for line in squares} == {found.ridge.lam}
    assert {line.get_ydata()[0] for line in squares} == set(found.components.factors)
    kept = f"□ PCR, {found.components.n_components} of {data.n_features} components"
    assert factors._right_title.get_text() == kept


@pytest.mark.parametrize("case", ["longley", "fourteen", "collinear", "more than rows"])
def test_intervals_and_vif_of_every_named_feature_are_those_of_the_diagnosis(case: str) -> None:
    data = CASES[case]()
    found = diagnose(data)
    _, (*_, panel) = drawn(data)
    low, high = panel.get_xlim()
    bars = [line.get_xdata() for line in panel.get_lines() if len(line.get_xdata()) == 2]
    dots = [line.get_xdata()[0] for line in panel.get_lines() if len(line.get_xdata()) == 1]
    named = [text.get_text() for text in panel.texts][::2]
    which = [data.features.index(name) for name in named]
    assert len(which) == min(data.n_features, LABELLED)
    fits = (found.least_squares, found.ridge)
    assert dots == [fit.theta[j] for fit in fits for j in which]
    intervals = [fit.intervals[j] for fit in fits if fit.intervals is not None for j in which]
    assert len(bars) == 1 + len(
        intervals
    )  # the line of 0, and none where no noise can be estimated
    for bar, interval in zip(bars[1:], intervals, strict=True):
        assert list(bar) == list(np.clip(interval, low, high))
    shown = [text.get_text() for text in panel.texts][1::2]
    assert shown[0].startswith(ENGLISH.number(float(found.vif[which[0]]), 3))
    assert shown[0].endswith(ENGLISH.number(float(found.vif_ridge["marquardt"][which[0]]), 3))


def test_a_page_in_german_has_its_words_and_decimal_commas() -> None:
    figure, panels = drawn(longley(), words=GERMAN)
    texts = [text.get_text() for text in reachable(figure, panels)]
    assert "Filterfaktoren: was entlang jeder Richtung bleibt" in texts
    assert any(text.startswith("Employed auf GNP") for text in texts)
    ticks = [tick.get_text() for axes in panels for tick in axes.get_yticklabels()]
    assert "0,4" in ticks
    assert not [text for text in ticks if "." in text]


def test_the_dip_of_gcv_can_be_seen() -> None:
    _, (_, score, _, _) = drawn(longley())
    (line,) = curves(score)
    low, high = score.get_ylim()
    assert (line[0, 1] - line[:, 1].min()) / (high - low) > 0.15


def test_how_flat_gcv_is_can_be_seen() -> None:
    found = diagnose(longley())
    _, (_, score, _, _) = drawn(longley())
    (band,) = score.patches
    low, high = band.get_x(), band.get_x() + band.get_width()  # type: ignore[attr-defined]
    flat = found.gcv_within_one_percent
    assert (low, high) == pytest.approx((flat.low, flat.high))
    assert "+1 %" in [text.get_text() for text in score.texts]


def test_the_range_of_lambda_goes_from_least_squares_to_next_to_nothing() -> None:
    data = longley()
    span = page_range(diagnose(data))
    assert filter_factors(data, span.low).min() > 0.998
    assert filter_factors(data, span.high).max() < 0.011


@pytest.mark.parametrize(
    ("case", "words"),
    matrix(CASES, (ENGLISH, GERMAN)),
)
def test_nothing_is_cut_off_and_no_text_is_on_other_text(case: str, words: Words) -> None:
    figure, panels = drawn(CASES[case](), words=words)
    renderer = figure.canvas.get_renderer()  # type: ignore[attr-defined]
    page = figure.bbox
    boxes = [(text.get_window_extent(renderer), text) for text in reachable(figure, panels)]
    for box, text in boxes:
        assert page.x0 < box.x0 < box.x1 < page.x1, text.get_text()
        assert page.y0 < box.y0 < box.y1 < page.y1, text.get_text()
    assert len(boxes) >= 9
    for (first, one), (second, two) in itertools.combinations(boxes, 2):
        across = min(first.x1, second.x1) - max(first.x0, second.x0)
        along = min(first.y1, second.y1) - max(first.y0, second.y0)
        # Names below one another may touch: their boxes include room for descenders.
        assert across <= 0 or along <= 2, (one.get_text(), two.get_text())


def reachable(figure: Figure, panels: list[Axes]) -> list[mpl.text.Text]:
    """Titles, labels, names and notes: all text but ticks."""
    found = list(figure.texts)
    for axes in panels:
        found += [axes.title, axes._left_title, axes._right_title, *axes.texts]
        found += [axes.yaxis.label, axes.xaxis.label, axes.yaxis.get_offset_text()]
    return [text for text in found if text.get_text()]


def test_every_feature_is_named_where_its_curve_begins() -> None:
    data = longley()
    _, (trace, *_) = drawn(data)
    low, high = trace.get_ylim()
    begins = dict(zip(data.features, ridge_path(data, [trace.get_xlim()[0]])[0], strict=True))
    placed = {text.get_text(): text.get_position()[1] for text in trace.texts}
    assert set(placed) == set(data.features)
    assert sorted(placed, key=placed.__getitem__) == sorted(begins, key=begins.__getitem__)
    assert all(abs(placed[n] - (begins[n] - low) / (high - low)) < 0.12 for n in placed)


def test_of_many_features_the_largest_are_named() -> None:
    _, (trace, *_) = drawn(CASES["more than rows"]())
    assert len(trace.texts) == LABELLED
    assert trace._right_title.get_text() == "grey: the 58 smallest"
    greys = [line for line in trace.get_lines() if line.get_color() == DARK.faint]
    assert len(greys) == 58 + 1  # and the line at 0


def test_names_are_never_maths() -> None:
    data = CASES["odd names"]()
    figure, (trace, *_) = drawn(data)
    texts = [text.get_text() for text in trace.texts]
    assert "$x_1$ costs $5" in texts
    assert "\\frac{1}{" in texts
    assert all(not text.get_parse_math() for text in [*trace.texts, *figure.texts])


def test_an_end_of_the_range_is_said() -> None:
    _, (_, score, _, _) = drawn(CASES["no noise"]())
    assert score._right_title.get_text().startswith("at the low end: λ = ")


# --- the file ------------------------------------------------------------------------------------


@pytest.mark.parametrize("suffix", ["svg", "pdf", "PNG"])
def test_the_same_data_give_the_same_bytes_whatever_the_user_has_set(
    tmp_path: Path, suffix: str
) -> None:
    first, second = tmp_path / f"1.{suffix}", tmp_path / f"2.{suffix}"
    data = longley()
    write_page(data, diagnose(data), LIGHT, first)
    mpl.rcParams.update({"font.family": "serif", "lines.linewidth": 9, "svg.hashsalt": "mine"})
    before = dict(mpl.rcParams)
    write_page(longley(), diagnose(longley()), LIGHT, second)
    assert first.read_bytes() == second.read_bytes()
    assert dict(mpl.rcParams) == before
    assert sorted(path.name for path in tmp_path.iterdir()) == [first.name, second.name]


@pytest.mark.parametrize(("name", "palette"), [("dark", DARK), ("light", LIGHT)])
def test_a_png_has_the_theme_and_a_readable_size(
    tmp_path: Path, name: str, palette: Palette
) -> None:
    data = Dataset.synthetic()
    write_page(data, diagnose(data), palette, tmp_path / "a.png")
    with Image.open(tmp_path / "a.png") as image:
        assert image.size == (1350, 1875)
        corner = image.convert("RGB").getpixel((1, 1))
        assert "Software" not in image.info
    assert "#{:02x}{:02x}{:02x}".format(*corner) == palette.background


def test_an_svg_is_xml_without_a_date_and_with_its_own_letters(tmp_path: Path) -> None:
    data = CASES["odd names"]()
    write_page(data, diagnose(data), DARK, tmp_path / "a.svg")
    text = (tmp_path / "a.svg").read_text(encoding="utf-8")
    root = ElementTree.fromstring(text)
    assert root.tag.endswith("svg")
    assert not [e for e in root.iter() if e.tag.endswith(("}date", "}text", "}creator"))]
    assert "<!-- $x_1$ costs $5 -->" in text


def test_a_pdf_has_its_fonts_in_it_and_no_date(tmp_path: Path) -> None:
    data = alike(2, ("Größe", "Ж"))
    write_page(data, diagnose(data), LIGHT, tmp_path / "a.pdf", GERMAN)
    content = (tmp_path / "a.pdf").read_bytes()
    assert content.startswith(b"%PDF")
    assert b"/FontFile2" in content  # TrueType, embedded
    assert set(re.findall(rb"/BaseFont /(?:[A-Z]{6}\+)?([\w-]+)", content)) <= {
        b"DejaVuSans",
        b"DejaVuSans-Bold",
    }
    assert not re.search(rb"/(CreationDate|Producer|Creator)\b", content)


@pytest.mark.parametrize(
    ("name", "letter"), [("日本", "日 (U+65E5)"), ("a 🙂", "🙂 (U+1F642)"), ("גובה", "U+05D2")]
)
@pytest.mark.parametrize("suffix", ["png", "svg", "pdf"])
def test_a_name_that_the_font_cannot_set_is_refused_and_the_old_page_stays(
    tmp_path: Path, name: str, letter: str, suffix: str
) -> None:
    path = tmp_path / f"a.{suffix}"
    path.write_bytes(b"old")
    data = alike(2, ("A", name))
    with pytest.raises(SettingsError, match="give the column another name") as caught:
        write_page(data, diagnose(data), DARK, path)
    assert letter in str(caught.value)
    assert repr(name)[1:-1] in str(caught.value)
    assert path.read_bytes() == b"old"


def test_letters_of_the_font_can_be_set_in_bold_and_regular() -> None:
    assert unsettable("θ̂(λ) Größe Żółć Ж □ → −½ $x$") == []
    assert unsettable("日本日") == ["日", "本"]


@pytest.mark.parametrize("name", ["a.jpg", "a", "png", "a.png.txt"])
def test_another_suffix_is_refused_before_anything_is_done(tmp_path: Path, name: str) -> None:
    with pytest.raises(
        SettingsError, match=r"let it end in \.png, \.svg or \.pdf \(--plot\)\.$"
    ) as caught:
        check_plot(tmp_path / name)
    assert str(tmp_path / name) in str(caught.value)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_in_the_way_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.png").mkdir()
    with pytest.raises(SettingsError, match="there is a folder of that name"):
        check_plot(tmp_path / "a.png")
    (tmp_path / "file").touch()
    with pytest.raises(SettingsError, match="--plot"):
        check_plot(tmp_path / "file" / "a.png")


def test_a_failed_page_leaves_the_old_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.png"
    path.write_bytes(b"old")

    def full(self: Figure, target: Path, **options: object) -> None:
        target.write_bytes(b"half")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Figure, "savefig", full)
    data = Dataset.synthetic()
    with pytest.raises(RenderError, match=r"no space left on device.*--plot"):
        write_page(data, diagnose(data), DARK, path)
    assert {p.name: p.read_bytes() for p in tmp_path.iterdir()} == {"a.png": b"old"}


def test_no_global_state_of_matplotlib_is_touched(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from ridge_math import Dataset, diagnose\n"
        "from pipeline.diagnosis.page import write_page\n"
        "from pipeline.diagnosis.plot_style import Palette; from scenes.theme import THEMES\n"
        "data = Dataset.synthetic()\n"
        f"write_page(data, diagnose(data), Palette.of(THEMES['dark']), Path({str(tmp_path / 'a.svg')!r}))\n"
        "print([m for m in ('matplotlib.pyplot', 'manim') if m in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"


# --- small parts ---------------------------------------------------------------------------------


@given(st.lists(st.floats(-0.2, 1.2), max_size=12), st.floats(0.01, 0.3))
def test_labels_are_moved_apart_as_little_as_it_takes(places: list[float], gap: float) -> None:
    moved = spread(places, gap, 0.0, 1.0)
    n = len(places)
    assert len(moved) == n
    assert all(-1e-9 <= place <= 1 + 1e-9 for place in moved)
    fits = min(gap, 1.0 / max(n - 1, 1))
    inner = sorted(moved)
    assert all(b - a >= fits - 1e-9 for a, b in itertools.pairwise(inner))
    order = sorted(range(n), key=lambda i: places[i])
    assert all(moved[a] <= moved[b] + 1e-12 for a, b in itertools.pairwise(order))
    apart = sorted(places)
    if all(b - a >= gap for a, b in itertools.pairwise(apart)) and all(0 <= p <= 1 for p in places):
        assert moved == pytest.approx(places)


def test_two_labels_in_one_place_part_evenly() -> None:
    assert spread([0.5, 0.5], 0.1, 0, 1) == pytest.approx([0.45, 0.55])
    assert spread([1.0, 1.0, 1.0], 0.1, 0, 1) == pytest.approx([0.8, 0.9, 1.0])


@pytest.mark.parametrize("palette", [DARK, LIGHT])
def test_features_can_be_told_apart(palette: Palette) -> None:
    looks = feature_colours(LABELLED, palette)
    assert len(set(looks)) == LABELLED
    assert looks[0] == (palette.theta1, "-")
    assert looks[1] == (palette.theta2, "-")
    for colour, _ in looks:
        assert contrast(colour, palette.background) > 3  # WCAG 2.2 for graphics


def contrast(one: str, two: str) -> float:
    from scenes.theme import Colour

    return Colour(one).contrast(Colour(two))


@pytest.mark.parametrize("text", ["W" * 90, "ЖШ" * 40, "i" * 90, "a $b$ \x1b[31m" * 9])
def test_text_is_cut_to_its_width(text: str) -> None:
    (cut,) = fitted([text], 100.0, 9.5)
    assert cut.endswith("…")
    assert 80 < text_width(cut, 9.5) <= 100
    assert fitted(["日 🙂 A"], 200.0, 9.5) == ("\\u65e5 \\U0001f642 A",)
    assert fitted(["short"], 100.0, 9.5) == ("short",)


def test_colours_between() -> None:
    assert between("#000000", "#ff8040", 0) == "#000000"
    assert between("#000000", "#ff8040", 1) == "#ff8040"
    assert between("#000000", "#ff8040", 0.5) == "#804020"
