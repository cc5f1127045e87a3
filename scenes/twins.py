"""What multicollinearity is, in both its forms: a pair of twins, and several features together."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from manim import UP, FadeIn, FadeOut, Mobject

from ridge_math import Dataset, QuadraticObjective, correlation
from scenes.act import Act
from scenes.layout import Box
from scenes.mobjects.columns import Columns
from scenes.mobjects.data_table import opening_table
from scenes.mobjects.model_formula import model_formula
from scenes.mobjects.plots import Axis, Curve, Dots, Plot, Stems, align, keep
from scenes.mobjects.rows import rows_note
from scenes.mobjects.widgets import Readout, beside_or_below
from scenes.stage.stage import Dial
from scenes.text.numerals import correlation_label, number, plain, whole
from scenes.text.words import natural_width, shortened, verbatim, without_units

if TYPE_CHECKING:
    import numpy.typing as npt

    Array = npt.NDArray[np.float64]

#: Names stand whole in a caption where they fill no more than this share of its lines and none is wider
#: than so many ems; else each is cut to so many ems, or this share of a line.
FILLED, WHOLE_EMS, NAME_EMS, NAME_SHARE = 0.85, 12.0, 6.8, 0.36
#: Radius of a dot, in frame units.
DOT = 0.06
#: Plots that stand one above the other may be this much wider than high.
STACKED = 1.8


class ThirdCase:
    """Made-up A, B and C ≈ A + B: no two are close, and yet two of them predict the third."""

    def __init__(self) -> None:
        made = Dataset.synthetic(theta=(1.0, 1.0, 1.0), correlation=0.99, structure="sum")
        self.a, self.b, self.c = made.X.T

    def mixed(self, share: float) -> Array:
        """Predictor of C: A at 0, A + B at 1, scaled to unit variance all the way."""
        angle = 0.25 * math.pi * share
        return np.asarray(math.cos(angle) * self.a + math.sin(angle) * self.b)

    def name(self, share: float) -> str:
        """The predictor's name, up to its scale."""
        if share <= 0.0:
            return "A"
        weight = math.tan(0.25 * math.pi * share)
        return "A + B" if share >= 1.0 else f"A + {plain(weight, 2)} B"

    def r2(self, share: float) -> float:
        """R² of C on the predictor."""
        pair = np.column_stack([self.mixed(share), self.c])
        return float(correlation(QuadraticObjective.from_arrays(pair, self.c))[0, 1] ** 2)

    @cached_property
    def reach(self) -> float:
        """What both axes must span."""
        return 1.08 * max(float(np.abs(self.mixed(s)).max()) for s in (0.0, 0.5, 1.0))


class Twins(Act):
    """A table, a cloud that closes on a line, a prediction; then three features; then the word."""

    name = "twins"

    def construct(self) -> None:
        self.arranged = self.layout.with_panel(5.6 * self.em)
        if not (self.layout.wide or self.layout.tall):
            self.arranged = self.layout.with_column(9.0 * self.em)
        self.table()
        self.unrelated()
        self.close()
        self.predict()
        self.third_case()
        self.name_it()
        self.hand_over()

    @cached_property
    def columns(self) -> Columns:
        """The two features as columns."""
        return Columns(self.brief.dataset)

    @property
    def kind(self) -> str:
        """How much the two columns are alike."""
        return self.columns.likeness

    # -- the data --------------------------------------------------------------------------------

    def table(self) -> None:
        """Two columns are there from the first frame; the response joins them."""
        data = self.brief.dataset
        table = opening_table(self, self.columns)
        pair, response = table.part(0, 1), table.part(2)
        aside = pair.get_center()[0] - self.layout.whole.x
        self.add(pair.shift((-aside, 0.0, 0.0)))
        key = "table_adjusted" if data.adjusted_for else "table"
        moved = pair.animate.shift((aside, 0.0, 0.0))
        self.say(key, moved, run_time=0.9, **self._named(key, n=whole(data.n_samples)))
        self.play(FadeIn(response), run_time=0.6)
        self.hold(1.5)
        self.beat("table")
        self.leaving = [pair, response]

    def _named(self, key: str, **values: Any) -> dict[str, Any]:
        """What a caption is filled in with: the names of the data, whole where there is room, and values."""
        data, line = self.brief.dataset, self.layout.caption.width
        size = self.theme.body * self.layout.frame.height
        values["k"] = len(data.adjusted_for)
        names = without_units((*data.features[:2], data.response))
        whole_names = dict(zip("aby", names, strict=True))
        text = self.caption(key, **whole_names, **values)
        lines = 3 if self.layout.tall else 2
        fits = natural_width(text, size) < FILLED * lines * line
        if fits and all(natural_width(name, size) < WHOLE_EMS * size for name in names):
            return {**whole_names, **values}
        room = min(NAME_EMS * size, NAME_SHARE * line)
        cut = (shortened(name, size, room, names) for name in names)
        return {**dict(zip("aby", cut, strict=True)), **values}

    # -- a pair ----------------------------------------------------------------------------------

    def unrelated(self) -> None:
        theme, columns = self.theme, self.columns
        data = self.brief.dataset
        self.closed = Dial(0.0)
        along = [*(columns.second(share) for share in (0.0, 0.5, 1.0)), columns.predicted()]
        labels = not self.layout.tall  # there, plots end up small
        self.plot = plot = Plot(
            self,
            self.arranged.stage.inset(right=0.8 * self.em),
            Axis.of(columns.first, name=data.features[0], colour=theme.theta1, labels=labels),
            Axis.of(along, name=data.features[1], colour=theme.theta2, labels=labels),
            square=True,
            note=self._note(),
        )
        self.dots = Dots(theme.ink, DOT, opacity=0.9)

        def sit() -> None:
            places = plot.to_frame(columns.first, self._second())
            self.dots.sit(places, columns.sizes(self.closed()))

        keep(self, self.dots, sit)
        self.measures = self._measures()
        self.say("round", FadeOut(*self.leaving), run_time=0.4, **self._named("round"))
        self.play(FadeIn(plot, self.dots), run_time=0.7)
        self.play(FadeIn(*self.measures), run_time=0.3)
        self.hold()
        self.beat("unrelated")

    def _note(self) -> str:
        """How many of the rows are drawn, and what large dots are."""
        equal = self.term("equal_rows") if self.columns.some_equal else ""
        return ", ".join(filter(None, (rows_note(self, self.columns.n_drawn), equal)))

    def _second(self) -> Array:
        return self.columns.second(self.closed())

    def _measures(self) -> list[Mobject]:
        """ρ, R² and VIF as they are now, and what VIF is."""
        theme, panel, tall = self.theme, self.arranged.panel, self.layout.tall
        formula = self.words(f'$"{self.term("vif")}" = frac(1, 1 - R^2)$', theme.title)
        formula.hang(panel.left, panel.top)
        vif_name = f'$"{self.term("vif")}"{" = 1 slash (1 - R^2)" * tall}$'
        partial = f'_"{self.term("partial")}"' if self.brief.dataset.adjusted_for else ""
        lines = [
            (f"$rho{partial}$", self._rho, theme.ink),
            (f"$R^2{partial}$", self._r2, theme.ink),
            (vif_name, lambda: number(self.columns.vif_at(self.closed())), theme.ink),
        ]
        if tall:
            return [Readout(self, panel.left, panel.top, lines)]
        return [formula, Readout(self, *beside_or_below(self, formula, panel), lines)]

    def _exact(self) -> bool:
        return self.columns.exact and self.closed() >= 1.0

    def _rho(self) -> str:
        return correlation_label(self.columns.rho_at(self.closed()), self._exact())

    def _r2(self) -> str:
        return correlation_label(self.columns.rho_at(self.closed()) ** 2, self._exact())

    def close(self) -> None:
        columns = self.columns
        rho = correlation_label(columns.rho, columns.exact)
        key = "partial_line" if self.brief.dataset.adjusted_for else "line"
        self.say(key, self.closed.to(1.0), run_time=2.8, rho=rho, vif=number(columns.vif))
        self.hold()
        self.beat("pair")

    def predict(self) -> None:
        """The regression of one on the other, and what it leaves over."""
        theme, columns, plot = self.theme, self.columns, self.plot
        drawn, grown = Dial(0.0), Dial(0.0)
        first, fitted, second = columns.first, columns.predicted(), columns.second(1.0)
        low, high = int(np.argmin(first)), int(np.argmax(first))
        self.line = line = Curve(theme.theta2, width=4.0)
        self.stems = stems = Stems(theme.theta2, width=2.5)

        def draw_line() -> None:
            x, y = (
                values[low] + drawn() * (values[high] - values[low]) for values in (first, fitted)
            )
            line.trace(plot, [first[low], x], [fitted[low], y])

        def grow_stems() -> None:
            starts = plot.to_frame(first, fitted)
            ends = plot.to_frame(first, fitted + grown() * (second - fitted))
            stems.join(starts, ends)

        keep(self, line, draw_line)
        keep(self, stems, grow_stems)
        self.add(line, stems, self.dots)
        left = _percent(1.0 / columns.vif, self.term("under", number=plain(0.01, 2)))
        self.say("predict", drawn.to(1.0), run_time=1.0, **self._named("predict", left=left))
        self.play(grown.to(1.0), run_time=0.9)
        self.hold()
        self.beat("prediction")

    # -- several together ------------------------------------------------------------------------

    def third_case(self) -> None:
        theme = self.theme
        case, mixing = ThirdCase(), Dial(0.0)
        left, right, self.sign = self._two_boxes()
        labels = not self.layout.tall
        widest = STACKED if self.layout.tall else 1.0
        span = case.reach
        plot = Plot(
            self,
            right,
            Axis(-span, span, markup=lambda: case.name(mixing()), labels=labels),
            Axis(-span, span, markup="C", labels=labels),
            widest=widest,
        )
        align(self.plot, plot)
        plot.fill(right)
        dots = Dots(theme.ink, DOT, opacity=0.9)
        keep(self, dots, lambda: dots.sit(plot.to_frame(case.mixed(mixing()), case.c)))
        self.plot.corner = 6 * self.em  # for R²
        self.say("alone", FadeOut(*self.measures), run_time=0.4)
        self.play(self.plot.go(left, widest=widest), run_time=0.9)
        ours = self._r2_above(self.plot, self._r2)
        theirs = self._r2_above(plot, lambda: correlation_label(case.r2(mixing())))
        self.play(FadeIn(ours, plot, dots, theirs), run_time=0.8)
        self.hold()
        self.say("together", mixing.to(1.0), run_time=2.4)
        self.hold()
        self.beat("several")

    def _two_boxes(self) -> tuple[Box, Box, Box]:
        """Room for the two plots, and above them for the word."""
        whole, em = self.layout.whole, self.em
        high = 1.25 * self.theme.title * self.layout.frame.height
        word = Box.from_edges(whole.left, whole.right, whole.top - high, whole.top)
        rest = Box.from_edges(whole.left, whole.right, whole.bottom, word.bottom - 0.5 * em)
        left, right = rest.parts(1.5 * em)
        return left, right, word

    def _r2_above(self, plot: Plot, r2: Callable[[], str]) -> Readout:
        """R² of a plot, above the right end of its ground."""
        area = plot.area
        shown = Readout(self, 0.0, 0.0, [("$R^2 =$", r2, self.theme.ink)])
        lower = area.top + 0.55 * self.em
        shown.shift((area.right - shown.get_right()[0], lower - shown.get_bottom()[1], 0.0))
        return shown

    def name_it(self) -> None:
        """The word, over both of its forms."""
        word = self.words(f"*{verbatim(self.term('multicollinearity'))}*", self.theme.title)
        word.move_to((self.sign.x, self.sign.y, 0.0))
        self.word = word
        self.say("name", **self._named("name"))
        self.play(FadeIn(word, shift=0.4 * self.em * UP), run_time=0.9)
        self.hold(2.2)
        self.beat("word")

    def hand_over(self) -> None:
        """The word leaves upwards, and both features fly from their axes into the linear model."""
        formula = model_formula(self).in_the_middle(self)
        labels, plot = self.plot.names, self.plot
        self.hush()
        going = [each for each in (*self.mobjects, *plot) if each not in (plot, self.word, *labels)]
        gone = FadeOut(self.word, shift=2.0 * self.em * UP)
        self.play(gone, *map(FadeOut, going), run_time=0.4)
        plot.place()
        self.remove(*labels)
        flights = []
        for name, label in zip(formula.names, labels, strict=True):
            height, place = name.height, name.get_center()
            name.scale(label.size / (name.size * name.scale_now)).stand(*label.points[0, :2])
            fly: Any = name.animate
            flights.append(fly.scale_to_fit_height(height).move_to(place))
        self.play(*flights, FadeIn(formula.rest), run_time=1.2)


def _percent(share: float, under: str) -> str:
    """A share in per cent, without the sign; ``under`` says that it is under 0.01."""
    if 0.0 < share < 1e-4:
        return under
    return number(100.0 * share, 3 if share >= 0.1 else 2)
