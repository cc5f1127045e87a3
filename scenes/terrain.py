"""Every point is a whole model; its height is how badly it fits: how the surface comes about."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
from manim import FadeIn, linear, smooth, squish_rate_func

from ridge_math.spectrum import valley_direction
from scenes.landscape_act import MOVE, LandscapeAct
from scenes.layout import Arrangement, Box, Layout
from scenes.mobjects.fits import FitPlot, rss_share
from scenes.mobjects.model_formula import ModelFormula, model_formula
from scenes.mobjects.widgets import Readout
from scenes.stage.marks import Balls, Stems
from scenes.stage.stage import Dial
from scenes.stage.surface import warmest
from scenes.text.numerals import number
from scenes.text.words import Words, symbol, verbatim

if TYPE_CHECKING:
    import numpy.typing as npt

    from ridge_math import Dataset
    from scenes.stage.surface import StageScale

    Array = npt.NDArray[np.float64]

#: How high two candidates stand in the box, and how far along the valley, in half widths.
CANDIDATES = ((0.66, 0.12), (0.22, -0.30))
#: A few models, which make ten with the first, and the side of the lattice of hundreds.
FEW, LATTICE = 9, 22
#: Share of the time that one of many takes to rise.
RISE = 0.3
#: Width of the column beside the stage in a square frame, in ems.
COLUMN = 7.4
#: How far the eye walks around the finished surface, in degrees, to where acts hand over; from the side
#: from which the upright axis stays at one corner.
ORBIT = 32.0
#: Steps of an even scatter over a square: powers of the plastic number (Roberts' R2 sequence).
SCATTER = np.array([0.7548776662466927, 0.5698402909980532])


def candidates(dataset: Dataset, scale: StageScale) -> Array:
    """Two models on either side of the valley, within the window: shape (2, 2)."""
    objective = dataset.objective()
    best, along = objective.minimiser(), valley_direction(dataset)
    across = np.array([-along[1], along[0]])
    across = -across if across.sum() < 0 else across
    steepness = float(across @ objective.hessian @ across) / 2.0
    span = scale.high - float(objective.minimum)
    made = []
    for side, (level, aside) in zip((-1.0, 1.0), CANDIDATES, strict=True):
        step = side * np.sqrt(level * span / steepness) * across + aside * scale.half_width * along
        room = 0.92 * scale.half_width - np.sign(step) * (best - scale.centre)
        made.append(best + step * min(1.0, float(np.min(room / np.abs(step)))))
    return np.array(made)


def inside_the_box(dataset: Dataset, scale: StageScale, shares: npt.ArrayLike) -> Array:
    """Those θ at shares (n, 2) of the window, from −1 to 1, whose RSS is below the cut."""
    theta = np.asarray(scale.centre) + scale.half_width * np.asarray(shares, dtype=float)
    return np.asarray(theta[scale.level(dataset.objective().value(theta)) < 0.985])


def staggered(time: float, order: Array) -> Array:
    """How far each of many has come at a time from 0 to 1, the first in order first."""
    share = np.clip((time - order * (1.0 - RISE)) / RISE, 0.0, 1.0)
    return np.asarray(share * share * (3.0 - 2.0 * share))


class Terrain(LandscapeAct):
    """One model, ten, hundreds: they condense into the surface of RSS."""

    name = "terrain"
    square = Arrangement(across=0.74)
    tall = Arrangement(panel=5.4, across=0.76)

    def construct(self) -> None:
        self.set_the_stage()
        self.one_model()
        self.its_residuals()
        self.its_height()
        self.another()
        self.many()
        self.condense()
        self.look_around()
        self.hand_over(fade=0.5, run_time=MOVE)

    def arrange(self) -> Layout:
        """The formulas above all; in a square frame, numbers and plot in a column beside the stage."""
        self.head, self.model, self.rss = self.formulas()
        if self.layout.wide or self.layout.tall:
            return self.layout.arranged(
                replace(self.arrangement, head=self.head / self.em), self.em
            )
        return self.layout.with_column(COLUMN * self.em, self.head)

    def begin(self) -> None:
        """Nothing is shown yet: how the landscape comes about is what this act tells."""

    def set_the_stage(self) -> None:
        land = self.land
        self.objective, self.scale = land.objective, land.scale
        self.stops = np.vstack([candidates(land.dataset, land.scale), land.best()])
        for dial in (land.surface.shown, land.ball.shown, land.floor.map):
            dial.set_value(0.0)
        land.axes.upright.set_value(0.0)
        self.put_models_on_the_stage()
        self.put_numbers_in_the_panel(self.head)
        land.stage.azimuth.set_value(self.home_azimuth - math.radians(self.orbit))
        land.stage.shown.set_value(0.0)
        self.corner, self.natural = self.model.get_center(), self.model.width
        self.add(self.model.in_the_middle(self))

    @property
    def orbit(self) -> float:
        return ORBIT if math.degrees(self.home_azimuth) % 90.0 > ORBIT else -ORBIT

    # -- the panel -------------------------------------------------------------------------------

    def formulas(self) -> tuple[float, ModelFormula, Words]:
        """The model and its RSS at the top of the frame, and the height they take there."""
        theme, layout = self.theme, self.layout
        side_by_side = not (layout.wide or layout.tall)
        model = model_formula(self)
        theta = symbol("theta", theme.ink)
        rss = self.words(f'$"{self.term("rss")}"({theta}) = sum (y - hat(y))^2$', theme.body)
        left, top, lines = layout.safe.left, layout.safe.top, model.n_lines
        row = 1.9 * theme.body * layout.frame.height
        beside = (left + 0.5 * layout.panel.width, top - 0.5 * row)
        below = (left, top - (lines + 0.5) * row)
        for words, place in (
            (model, (left, top - 0.5 * lines * row)),
            (rss, beside if side_by_side else below),
        ):
            words.shift((place[0] - words.get_left()[0], place[1] - words.get_center()[1], 0.0))
        return (lines if side_by_side else lines + 1) * row, model, rss

    def put_numbers_in_the_panel(self, head: float) -> None:
        theme, panel, tall = self.theme, self.layout.panel, self.layout.tall
        top = panel.top - (head + 0.2 * self.em if self.layout.wide else 0.0)
        leading = 1.5
        line = leading * self.em
        one, two = symbol("theta_1", theme.theta1), symbol("theta_2", theme.theta2)
        self.readout = Readout(
            self,
            panel.left,
            top,
            [
                (f"${one}$", lambda: number(self.theta()[0]), theme.theta1),
                (f"${two}$", lambda: number(self.theta()[1]), theme.theta2),
            ],
            leading=leading,
        )
        self.rss_readout = Readout(
            self,
            panel.left,
            top - 2 * line,
            [(verbatim(self.term("rss")), lambda: number(self.summed()), theme.ink)],
        )
        if tall:
            box = Box.from_edges(panel.left + 7.4 * self.em, panel.right, panel.bottom, panel.top)
        else:
            box = Box.from_edges(
                panel.left, panel.right, panel.bottom, top - 3 * line - 0.3 * self.em
            )
        self.fit = FitPlot(self, box, lambda: self.theta()[None], [theme.ink], self.stops)

    # -- the models of this moment ---------------------------------------------------------------

    def put_models_on_the_stage(self) -> None:
        theme, land = self.theme, self.land
        self.route, self.rows_summed = Dial(0.0), Dial(0.0)
        self.few_risen, self.many_risen = Dial(0.0), Dial(0.0)
        scatter = np.arange(1, 6 * FEW)[:, None] * SCATTER
        self.few = inside_the_box(land.dataset, self.scale, 2.0 * (scatter % 1.0) - 1.0)[:FEW]
        steps = np.linspace(-1.0, 1.0, LATTICE)
        lattice = np.stack(np.meshgrid(steps, steps), axis=-1).reshape(-1, 2)
        self.crowd = inside_the_box(land.dataset, self.scale, lattice)
        away = np.linalg.norm(self.crowd - self.stops[1], axis=1)
        self.crowd_order = away / away.max()
        self.dot = Balls(lambda: self.seen_at(self.theta(), self.share()), theme.ink, radius=0.07)
        self.stem = Stems(lambda: self.stems_of(self.theta()[None], self.share()), theme.ink, 2.2)
        self.guides = [
            Stems(lambda: self.guide(0), theme.theta1, weight=1.6),
            Stems(lambda: self.guide(1), theme.theta2, weight=1.6),
        ]
        self.few_dots = Balls(
            lambda: self.risen(self.few, self.few_rise()),
            theme.ink,
            radius=0.06,
            slices=16,
            colours=lambda: self.colours_of(self.few, self.few_rise()),
        )
        self.few_stems = Stems(
            lambda: self.stems_of(self.few, self.few_rise()), theme.ink, 1.2, strength=0.55
        )
        self.crowd_dots = Balls(
            lambda: self.risen(self.crowd, self.crowd_rise()),
            theme.ink,
            radius=0.042,
            slices=10,
            colours=lambda: self.colours_of(self.crowd, self.crowd_rise()),
        )
        for prop in (self.dot, self.stem, *self.guides):
            prop.shown.set_value(0.0)
        land.stage.put(*self.guides, self.stem, self.few_stems)
        land.stage.put(self.crowd_dots, self.few_dots, self.dot)

    def theta(self) -> Array:
        """The model looked at now, on its way from one stop to the next."""
        leg, part = divmod(min(self.route(), len(self.stops) - 1.0), 1.0)
        start = self.stops[int(leg)]
        end = self.stops[min(int(leg) + 1, len(self.stops) - 1)]
        return np.asarray(start + part * (end - start))

    def share(self) -> float:
        """How much of its RSS has been summed."""
        return rss_share(self.land.dataset, self.theta(), self.rows_summed())

    def summed(self) -> float:
        """The sum of squared residuals over the rows that have been squared."""
        return self.share() * float(self.objective.value(self.theta()))

    def seen_at(self, theta: Array, share: npt.ArrayLike) -> Array:
        """Points of the stage over θ, at so much of the height of their RSS over the floor.

        A sum that is not complete stands at its share of the height, so that it starts at the floor.
        """
        level = self.scale.level(self.objective.value(theta))
        return self.land.surface.point(theta, level * np.asarray(share))

    def stems_of(self, theta: Array, share: npt.ArrayLike) -> Array:
        """Upright lines from the floor to those points: shape (n, 2, 3)."""
        return np.stack([self.seen_at(theta, 0.0), self.seen_at(theta, share)], axis=1)

    def guide(self, axis: int) -> Array:
        """The line on the floor from θ to where it is read off on an axis."""
        at = self.seen_at(self.theta(), 0.0)
        near = self.land.axes.near(self.land.stage.view().rotation()[2])
        edge = at.copy()
        edge[1 - axis] = near[1 - axis]
        return np.array([[at, edge]])

    def few_rise(self) -> Array:
        return staggered(self.few_risen(), np.linspace(0.0, 1.0, len(self.few)))

    def crowd_rise(self) -> Array:
        return staggered(self.many_risen(), self.crowd_order)

    def risen(self, theta: Array, rise: Array) -> Array:
        """Where those of many that have left the floor are now."""
        return self.seen_at(theta, rise)[rise > 0.0]

    def colours_of(self, theta: Array, rise: Array) -> Array:
        """Their colours on the map of heights: those that the surface will have there."""
        table, first = self.theme.height.table, warmest(self.land.form())
        level = self.scale.level(self.objective.value(theta))[rise > 0.0]
        share = np.clip((level - first) / (1.0 - first), 0.0, 1.0)
        return np.asarray(table[(share * (len(table) - 1)).astype(int)] / 255.0)

    # -- what happens ----------------------------------------------------------------------------

    def one_model(self) -> None:
        land = self.land
        self.say("model" if self.brief.dataset.scaled else "model_centred")
        self.wait(1.6)
        going: Any = self.model.animate
        self.play(going.scale_to_fit_width(self.natural).move_to(self.corner), run_time=1.0)
        self.add(land.stage)
        self.play(land.stage.shown.to(1.0), FadeIn(land.floor_labels), run_time=0.8)
        self.hold()
        self.beat("floor")
        shown = [prop.shown.to(1.0) for prop in (self.dot, *self.guides)]
        self.say("point", *shown, FadeIn(self.readout), run_time=0.8)
        self.hold()
        self.beat("point")

    def its_residuals(self) -> None:
        self.say("residuals", FadeIn(self.fit), run_time=0.8)
        self.play(self.fit.residuals.to(1.0), run_time=1.2)
        self.hold()
        self.beat("residuals")

    def its_height(self) -> None:
        """Row by row, residuals become squares, and the stem grows by the area of each."""
        land = self.land
        self.stem.shown.set_value(1.0)
        self.say(
            "height",
            FadeIn(self.rss),
            FadeIn(self.rss_readout),
            land.axes.upright.to(1.0),
            run_time=1.0,
        )
        self.play(
            FadeIn(land.height_labels),
            self.rows_summed.to(1.0),
            self.fit.squared.to(1.0),
            run_time=self.paced(3.0),
            rate_func=linear,
        )
        self.hold()
        self.beat("height")

    def another(self) -> None:
        self.say("another")
        self.play(self.route.to(1.0), run_time=self.paced(2.6))
        self.hold()
        self.beat("another")

    def many(self) -> None:
        self.say("ten")
        self.play(self.few_risen.to(1.0), run_time=1.8, rate_func=linear)
        self.hold()
        self.beat("ten")
        self.say("hundreds", *(guide.shown.to(0.0) for guide in self.guides), run_time=0.5)
        self.play(self.few_stems.shown.to(0.0), run_time=0.4)
        self.play(self.many_risen.to(1.0), run_time=self.paced(2.0), rate_func=linear)
        self.hold()
        self.beat("hundreds")

    def condense(self) -> None:
        land = self.land

        def late(dial: Dial) -> Any:
            turned: Any = dial.animate(rate_func=squish_rate_func(smooth, 0.45, 1.0))
            return turned.set_value(0.0)

        self.say(
            "surface",
            land.surface.shown.to(1.0),
            land.floor.map.to(1.0),
            late(self.crowd_dots.shown),
            late(self.few_dots.shown),
            self.stem.shown.to(0.0),
            run_time=2.2,
        )
        self.hold()
        self.beat("surface")

    def look_around(self) -> None:
        """A slow orbit, while the model rolls down to the best one."""
        land = self.land
        self.say("meaning")
        land.turn(self.orbit, 0, self.route.to(2.0), run_time=self.paced(3.2, then=1.1))
        self.play(land.ball.shown.to(1.0), self.dot.shown.to(0.0), run_time=0.5)
        self.hold()
        self.beat("meaning")
