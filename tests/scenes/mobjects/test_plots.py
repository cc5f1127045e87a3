"""Plots put data where their axes say, and keep it on their ground."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.render.frames import probe
from pipeline.render.settings import RenderSettings
from ridge_math import Dataset
from scenes.act import Act
from scenes.brief import Brief
from scenes.layout import Box
from scenes.mobjects.plots import Axis, Curve, Dots, Plot, Stems, align, set_polylines
from scenes.text.numerals import some_of
from scenes.text.words import natural_width, shortened, without_units
from scenes.theme import DARK

BOX = Box(1.0, -0.5, 6.0, 5.0)


def in_an_act(check: Callable[[Any], None]) -> None:
    """Run a check where an act would do its work."""

    class Trial(Act):
        def construct(self) -> None:
            check(self)
            self.wait(0.1)

    settings = RenderSettings(width=320, height=180, fps=5)
    probe(lambda renderer: Trial(Brief(Dataset.synthetic()), renderer), settings)


def inside(box: Box, points: np.ndarray, slack: float = 1e-9) -> bool:
    low, high = points.min(axis=0), points.max(axis=0)
    return bool(
        low[0] >= box.left - slack
        and high[0] <= box.right + slack
        and low[1] >= box.bottom - slack
        and high[1] <= box.top + slack
    )


def test_the_corners_of_the_axes_are_those_of_the_ground() -> None:
    def check(act: Act) -> None:
        plot = Plot(act, BOX, Axis(-2.0, 6.0, "x"), Axis(1e-3, 1e3, "y", log=True))
        area = plot.area
        assert inside(BOX, np.vstack([part.points for part in plot.family_members_with_points()]))
        corners = plot.to_frame([-2.0, 6.0, 2.0], [1e-3, 1e3, 1.0])
        middle = (area.x, area.y)
        expected = [(area.left, area.bottom), (area.right, area.top), middle]
        assert corners[:, :2] == pytest.approx(np.array(expected))
        assert plot.to_frame(np.zeros((3, 4)), 1.0).shape == (3, 4, 3)

    in_an_act(check)


def test_a_plot_goes_elsewhere_with_what_is_on_it_and_keeps_its_type() -> None:
    def check(act: Act) -> None:
        plot = Plot(act, BOX, Axis(0.0, 1.0, "x"), Axis(0.0, 1.0, "y"), square=True)
        assert plot.area.width == pytest.approx(plot.area.height)
        sizes = [label.height for label in plot.tick_labels[0]]
        smaller = Box(-3.0, 1.0, 4.0, 2.5)
        act.add(plot)
        act.play(plot.go(smaller, widest=1.5), run_time=0.4)
        plot.place()
        parts = [part.points for part in plot.family_members_with_points()]
        assert inside(smaller, np.vstack(parts), 0.02)
        assert plot.area.width == pytest.approx(1.5 * plot.area.height)
        assert [label.height for label in plot.tick_labels[0]] == pytest.approx(sizes)
        centre = plot.to_frame(0.5, 0.5)
        assert centre[:2] == pytest.approx((plot.area.x, plot.area.y))

    in_an_act(check)


def test_aligned_plots_have_grounds_of_one_size() -> None:
    def check(act: Act) -> None:
        left, right = Box(-3.0, 0.0, 5.0, 5.0), Box(3.0, 0.0, 5.0, 5.0)
        long = Plot(act, left, Axis(0.0, 1.0), Axis(12000.0, 12001.0), square=True)
        short = Plot(act, right, Axis(0.0, 1.0), Axis(0.0, 4.0), square=True)
        assert short.area.width > long.area.width
        align(long, short)
        assert short.fill(right).area.width == pytest.approx(long.area.width)

    in_an_act(check)


def test_names_are_cut_to_their_plot_and_tick_labels_do_not_meet() -> None:
    def check(act: Act) -> None:
        name = "a feature with a very, very long name indeed " * 3
        plot = Plot(act, BOX, Axis(1e7, 1e7 + 3, name), Axis(0.0, 1.0, name), corner=2.0)
        x_name, y_name = plot.names
        assert x_name.width <= plot.area.width + 1e-9
        assert y_name.get_right()[0] <= plot.area.right - 2.0 + 1e-9
        labels = plot.tick_labels[0]
        for before, after in pairwise(labels):
            assert before.get_right()[0] < after.get_left()[0]

    in_an_act(check)


def test_a_name_may_change_while_the_plot_is_on_screen() -> None:
    def check(act: Act) -> None:
        says = ["A"]
        plot = Plot(act, BOX, Axis(0.0, 1.0, markup=lambda: says[0]), Axis(0.0, 1.0))
        assert plot.names[0].markup == "A"
        says[0] = "A + B"
        plot.place()
        assert plot.names[0].markup == "A + B"
        assert plot.names[0].get_center()[0] == pytest.approx(plot.area.x)

    in_an_act(check)


def test_a_curve_is_cut_exactly_where_it_leaves_the_ground() -> None:
    def check(act: Act) -> None:
        plot = Plot(act, BOX, Axis(0.0, 1.0), Axis(-1.0, 1.0))
        curve, x = Curve(act.theme.ink), np.linspace(0.0, 1.0, 201)
        curve.trace(plot, x, 3.0 * np.sin(4.0 * np.pi * x))
        assert inside(plot.area, curve.points)
        assert curve.points[:, 1].max() == pytest.approx(plot.area.top)
        assert curve.points[:, 1].min() == pytest.approx(plot.area.bottom)
        assert len(curve.get_subpaths()) == 5, "the wave goes out four times"
        curve.trace(plot, x, x + 5.0)
        assert curve.points.size == 0
        curve.trace(plot, [0.0, 1.0], [0.5, 0.5])
        assert curve.points[[0, -1]] == pytest.approx(plot.to_frame([0.0, 1.0], 0.5))

    in_an_act(check)


def test_dots_are_round_and_stems_reach_from_end_to_end() -> None:
    places = np.array([[0.0, 0.0, 0.0], [2.0, 1.0, 0.0]])
    dots = Dots(DARK.ink, 0.1)
    dots.sit(places)
    away = np.linalg.norm(dots.points.reshape(2, -1, 3) - places[:, None], axis=-1)
    ends = dots.points.reshape(2, 4, 4, 3)[:, :, [0, 3]]
    assert np.linalg.norm(ends - places[:, None, None], axis=-1) == pytest.approx(0.1)
    assert away.max() < 0.13, "control points of a circle lie just outside it"
    stems = Stems(DARK.ink)
    stems.join(places, places + [0.0, 1.0, 0.0])
    assert stems.points[[0, 3, 4, 7]] == pytest.approx(
        np.array([[0, 0, 0], [0, 1, 0], [2, 1, 0], [2, 2, 0]], dtype=float)
    )
    set_polylines(stems, [])
    assert stems.points.shape == (0, 3)


@pytest.mark.parametrize(
    ("low", "high", "labels"),
    [
        (1e-2, 1e2, ("10⁻²", "10⁻¹", "1", "10", "10²")),
        (1e-9, 1e3, ("10⁻⁹", "10⁻⁶", "10⁻³", "1", "10³")),
    ],
)
def test_log_ticks_are_powers_of_ten(low, high, labels) -> None:
    ticks = Axis(low, high, log=True).ticks()
    assert ticks.labels == labels
    assert Axis(low, high, log=True).share(ticks.values)[[0, -1]] == pytest.approx([0.0, 1.0])


@given(st.integers(-12, 12), st.integers(1, 20), st.integers(1, 5))
def test_some_powers_are_evenly_spaced_and_at_least_two(first: int, more: int, most: int) -> None:
    exponents = range(first, first + more + 1)
    some = some_of(exponents, most)
    assert set(some) <= set(exponents)
    assert len({after - before for before, after in pairwise(some)}) <= 1
    assert 2 <= len(some) <= max(most, 3)


@pytest.mark.parametrize("values", [[1.0, 3.0], [5.0, 5.0], [0.0, 0.0], [-1e30, 1e30]])
def test_an_axis_spans_its_values(values) -> None:
    axis = Axis.of(values)
    assert axis.low < min(values) <= max(values) < axis.high
    assert axis.ticks().values


@pytest.mark.parametrize(
    ("names", "bare"),
    [
        (["Größe (cm)", "Gewicht [kg/m²]", "Year"], ("Größe", "Gewicht", "Year")),
        (["GDP (real)", "GDP (nominal)"], ("GDP (real)", "GDP (nominal)")),
        (
            ["(cm)", "log(x) of y", "f (a longer remark)"],
            ("(cm)", "log(x) of y", "f (a longer remark)"),
        ),
    ],
)
def test_units_are_left_out_where_names_stay_different(names, bare) -> None:
    assert without_units(names) == bare


@pytest.mark.parametrize(
    "text", ["short", '#read("x") $*_ ' * 5, "x" * 5000, "日本語の長い名前" * 9]
)
@pytest.mark.parametrize("width", [0.4, 1.5, 8.0])
def test_a_shortened_text_fits_and_says_as_much_as_it_can(text, width) -> None:
    size = 0.3
    kept = shortened(text, size, width)
    assert natural_width(kept, size) <= width or kept == "…"
    if natural_width(text, size) <= width and len(text) < 200:
        assert kept == " ".join(text.split())
    else:
        assert kept.endswith("…")
        start = kept[:-1]
        longer = text[: len(start) + 2].rstrip() + "…"
        assert text.startswith(start)
        assert natural_width(longer, size) > width or len(longer) >= 200
