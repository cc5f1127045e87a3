"""The landscape most acts play in: a stage with floor, surface, axes, and the best θ on it.

Everything is computed from the data: the window of θ, the span of λ, the cut in height, the ticks.
"""

from __future__ import annotations

import math
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

from ridge_math import QuadraticObjective
from ridge_math.path import ridge_path
from ridge_math.window import Pace, bowl_lam, common_height_cut, pace_to, theta_window
from scenes.mobjects.axis_labels import FloorLabels, HeightLabels
from scenes.mobjects.widgets import TICK, Widget
from scenes.stage.marks import AxesBox, AxesFront, Balls, Tube
from scenes.stage.quadratic import Light, Quadratic
from scenes.stage.stage import Dial, Stage
from scenes.stage.surface import Floor, StageScale, Surface
from scenes.text.numerals import Ticks, nice_ticks
from scenes.text.words import verbatim

if TYPE_CHECKING:
    import numpy.typing as npt

    from ridge_math import Dataset
    from scenes.act import Act
    from scenes.layout import Box

    Array = npt.NDArray[np.float64]

#: The surface hovers this share of the box's height above the floor, so that the map stays in sight.
HOVER = 0.10
#: The surface is cut off where the bowl's rim is an ellipse with a short half-axis of this share of the
#: window's half width: as large as it can be and still close within the window.
FILL = 0.78
#: Height of the axes box, in stage units; half a side of its floor is 2.
HEIGHT = 2.1
#: Share of its box, across and upwards, that the axes box may take.
ROOM = (0.98, 1.0)
#: Radii of the ball at the best θ and of the dots of a cloud, in stage units.
BALL, DOT = 0.105, 0.042
#: The eye looks along the valley, turned aside by this much.
ASIDE = math.radians(24.0)
#: And down on it at this angle, until an act turns it.
ELEVATION = math.radians(33.0)
#: How high the eye rises in most acts, in degrees.
HIGHEST = 62.0


def stage_scale(dataset: Dataset, last_lam: float | None = None) -> StageScale:
    """Window and cut for the surface from λ = 0 to a last λ, by default the bowl's: one scale for all."""
    window = theta_window(dataset)
    objective = dataset.objective()
    lowest = float(objective.minimum)
    last = last_lam or bowl_lam(dataset)
    high = common_height_cut(objective, window, [0.0, last], fill=FILL)
    return StageScale(
        centre=window.centre,
        half_width=window.half_width,
        low=lowest - HOVER / (1.0 - HOVER) * (high - lowest),
        high=high,
        height=HEIGHT,
    )


def quadratic_of(objective: QuadraticObjective, scale: StageScale) -> Quadratic:
    """RSS(θ) + λ‖θ‖² as a form in stage coordinates."""
    centre = np.asarray(scale.centre)
    return scale.form(
        np.asarray(objective.hessian),
        np.asarray(objective.gradient(centre)),
        float(scale.level(objective.value(centre))),
    )


def penalty_quadratic(lam: float, scale: StageScale) -> Quadratic:
    """λ‖θ‖² alone, in the same units of height, 0 where the lowest RSS stands."""
    centre = np.asarray(scale.centre)
    at_centre = lam * float(centre @ centre) / (scale.high - scale.low)
    return scale.form(2.0 * lam * np.eye(2), 2.0 * lam * centre, at_centre + HOVER)


def look_along_valley(dataset: Dataset) -> float:
    """The azimuth that looks along the valley from the side of small θ₂."""
    along = dataset.reduced.V[:, -1]
    along = along if along[1] > 0 else -along
    return float(math.atan2(-along[0], along[1]))


class Landscape:
    """A stage with everything on it, for one dataset.

    Parameters
    ----------
    act
        The act it belongs to.
    box
        Where it stands in the frame.
    labels
        Whether the axes carry names and tick labels.
    room
        Share of the box, across and upwards, that the axes box may take; the rest is for labels.
    highest
        How high the eye will rise, in degrees: seen from there, the labels of the upright axis must
        still be apart.

    Attributes
    ----------
    stage : Stage
        Add this to the scene.
    lam : Dial
        How far λ has come, from 0 to 1, where it stops, by visible change: see `ridge_math.Pace`.
    flip : Dial
        1 for the valley, -1 for the ridge.
    ball, path, shadow, cloud, floor, surface, axes
        What stands on the stage.
    floor_labels, height_labels : Widget
        Names and tick labels along the floor, and upwards; add these to the scene too.
    """

    def __init__(
        self,
        act: Act,
        box: Box,
        *,
        labels: bool = True,
        room: tuple[float, float] = ROOM,
        highest: float = HIGHEST,
    ) -> None:
        self.act = act
        self.highest = math.radians(highest)
        dataset, theme = act.brief.dataset, act.theme
        self.dataset = dataset
        self.objective: QuadraticObjective = dataset.objective()
        self.pace: Pace = pace_to(dataset, act.brief.last_lam)
        self.last_lam = self.pace.last
        self.scale = stage_scale(dataset, self.last_lam)
        # What labels, readouts and the stage ask for is computed once for the state of the dials.
        once = lru_cache(maxsize=2)
        self._penalised, self._quadratic = once(self.objective.penalised), once(quadratic_of)
        self._minimiser, self._path = once(QuadraticObjective.minimiser), once(self._path_up_to)
        self.lam = Dial(0.0)
        self.stage = Stage(
            box,
            Light(theme.ambient, theme.shade.rgb),
            azimuth=look_along_valley(dataset) + ASIDE,
            elevation=ELEVATION,
            reach=self.scale.reach,
            height=self.scale.height,
            room=room,
        )
        scale = self.scale
        self.ticks = self._ticks()
        self.surface = Surface(
            self.form, scale, theme.height, theme.iso_line, levels=self.iso_levels()
        )
        self.flip = self.surface.flip
        step = [
            (axis.values[1] - axis.values[0]) * scale.reach / scale.half_width
            for axis in self.ticks[:2]
        ]
        origin = self._tick_places(0)[0], self._tick_places(1)[0]
        self.floor = Floor(
            self.form,
            scale,
            theme.height,
            theme.floor,
            theme.quiet,
            (*origin, step[0], step[1]),
            levels=self.iso_levels(),
        )
        self.axes = AxesBox(
            scale.reach,
            scale.height,
            (theme.theta1, theme.theta2, theme.quiet),
            (self._tick_places(0), self._tick_places(1)),
        )
        self.ball = Balls(self._best_point, theme.minimum, radius=BALL)
        self.path = Tube(self._path_points, theme.minimum, radius=0.03)
        self.shadow = Tube(self._shadow_points, theme.minimum, radius=0.016, shown=self.path.shown)
        self.path.shown.set_value(0.0)
        self.draws: Array = np.empty((0, 2))
        self.cloud = Balls(self._cloud_points, theme.minimum, radius=DOT, slices=12)
        self.cloud.shown.set_value(0.0)
        self.cloud_count = Dial(0.0)
        self.stage.put(
            self.floor,
            self.axes,
            self.surface,
            AxesFront(self.axes),
            self.path,
            self.cloud,
            self.ball,
        )
        if labels:
            self.floor_labels = FloorLabels(act, self.stage, self.axes, self.ticks[:2])
            self.height_labels = self.heights()
            self.make_room_for(self.height_labels)

    @property
    def labels(self) -> tuple[Widget, Widget]:
        """All labels: those along the floor and those of the height axis."""
        return self.floor_labels, self.height_labels

    def make_room_for(self, heights: HeightLabels) -> None:
        """Have the axes box leave room for labels: these of the height axis, and those of the floor."""
        layout = self.act.layout
        margin = max(layout.scenery.top - layout.safe.top, 0.0)  # texts keep to it
        self.stage.labels = (*self.floor_labels.below(), heights.above() + margin)

    def at_rest(self) -> tuple[tuple[Dial, float], ...]:
        """Dials, and where they stand between acts: RSS alone, upright."""
        return (self.lam, 0.0), (self.flip, 1.0), (self.cloud.shown, 0.0)

    def iso_levels(self) -> tuple[float, float]:
        """Iso-lines at every tick of the height axis and half-way between them."""
        values = self.ticks[2].values
        step = 0.5 * (values[1] - values[0])
        return (self.scale.high - self.scale.low) / step, self.scale.low / step

    def heights(self, *, penalised: bool = False) -> HeightLabels:
        """Labels of the height axis for RSS, or for RSS + λ‖θ‖²."""
        ticks = self._height_ticks(max(self.scale.low, 0.0), self.scale.high)
        levels = [float(self.scale.level(value)) for value in ticks.values]
        name = self.act.term("rss") + (" + λ‖θ‖²" if penalised else "")
        return HeightLabels(self.act, self.stage, self.axes, ticks, levels, name, self.floor_labels)

    def log_ticks(self, sigma2: float) -> Ticks:
        """Ticks of the log-likelihood less its maximum."""
        lowest = float(self.objective.minimum)
        return self._height_ticks((lowest - self.scale.high) / (2.0 * sigma2), 0.0)

    def log_heights(self, sigma2: float, *, posterior: bool = False) -> HeightLabels:
        """Labels of the height axis for the log-likelihood less its maximum, upside down.

        With ``posterior``, the same axis for the log-likelihood with the log-prior added.
        """
        lowest, ticks = float(self.objective.minimum), self.log_ticks(sigma2)
        levels = [
            1.0 - float(self.scale.level(lowest - 2.0 * sigma2 * value)) for value in ticks.values
        ]
        name = self.act.term("log_posterior" if posterior else "log_likelihood")
        return HeightLabels(self.act, self.stage, self.axes, ticks, levels, name, self.floor_labels)

    def penalty_stage(self, box: Box, strength: Dial | None = None) -> Stage:
        """The penalty on a stage that turns with this one: at λ's last, or a dial's share of a bowl's."""
        theme, scale = self.act.theme, self.scale
        most = max(self.last_lam, bowl_lam(self.dataset))

        def form() -> Quadratic:
            lam = self.last_lam if strength is None else most * strength()
            return penalty_quadratic(lam, scale)

        stage = Stage(
            box,
            self.stage.light,
            reach=scale.reach,
            height=scale.height,
            room=self.stage.room,
        )
        stage.azimuth, stage.elevation = self.stage.azimuth, self.stage.elevation
        stage.labels = self.stage.labels
        per_v = self.iso_levels()[0]
        levels = (per_v, -per_v * HOVER)
        ramp = theme.penalty_height
        surface = Surface(form, scale, ramp, theme.iso_line, flip=self.flip, levels=levels)
        floor = Floor(
            form, scale, ramp, theme.floor, theme.quiet, self.floor.grid_step, levels=levels
        )
        axes = AxesBox(scale.reach, scale.height, self.axes.colours, self.axes.ticks)
        zero = Balls(
            lambda: surface.point(np.zeros((1, 2))) + [0.0, 0.0, 0.05], theme.penalty, 0.07
        )
        return stage.put(floor, axes, surface, AxesFront(axes), zero)

    def aside(self) -> float:
        """The azimuth that looks along the valley."""
        return look_along_valley(self.dataset)

    def turn(self, azimuth: float, elevation: float, *others: Any, run_time: float) -> None:
        """Walk around the stage by so many degrees, and up, while ``others`` play."""
        stage = self.stage
        self.act.play(
            stage.azimuth.to(stage.azimuth() + math.radians(azimuth)),
            stage.elevation.to(stage.elevation() + math.radians(elevation)),
            *others,
            run_time=run_time,
        )

    # -- the numbers of this moment --------------------------------------------------------------

    def lam_now(self) -> float:
        """λ at this moment."""
        return self.pace.at(self.lam())

    def now(self) -> QuadraticObjective:
        """RSS(θ) + λ‖θ‖² with λ as it is now."""
        return self._penalised(self.lam_now())

    def form(self) -> Quadratic:
        """What the surface shows now."""
        return self._quadratic(self.now(), self.scale)

    def best(self) -> Array:
        """θ̂(λ) with λ as it is now."""
        return np.asarray(self._minimiser(self.now()))

    # -- points on the stage ---------------------------------------------------------------------

    def _best_point(self) -> Array:
        """The minimum of this data; while it is drawn again, the minimum of the latest draw."""
        drawn = round(self.cloud_count() * len(self.draws))
        if 0 < drawn < len(self.draws):
            return self._resting(self._inside(self.draws[drawn - 1 : drawn]), self.ball.radius)
        return self._resting(self.best()[None], self.ball.radius)

    def _path_points(self) -> Array:
        return self._path(self.lam(), self.flip(), self.form())

    def _path_up_to(self, share: float, *_: Any) -> Array:
        if share <= 0.0:
            return np.empty((0, 3))
        lams = [self.pace.at(part) for part in np.linspace(0.0, min(share, 1.0), 96)]
        return self._resting(ridge_path(self.dataset, lams), self.path.radius)

    def _shadow_points(self) -> Array:
        """The ridge path on the floor, where the surface cannot hide it."""
        points = self._path_points().copy()
        points[..., 2] = self.shadow.radius
        return points

    def _cloud_points(self) -> Array:
        drawn = self.draws[: round(self.cloud_count() * len(self.draws))]
        return self._resting(self._inside(drawn), self.cloud.radius)

    def _inside(self, theta: Array) -> Array:
        """Those that lie over the floor."""
        return theta[np.all(np.abs(self.scale.place(theta)) <= self.scale.reach, axis=1)]

    def _resting(self, theta: Array, radius: float) -> Array:
        """Points above θ whose balls rest on the surface rather than sink into it."""
        points = self.surface.point(theta)
        xy = points[..., :2]
        slope = self.form().slope(xy[..., 0], xy[..., 1]) * (self.scale.height * self.flip())
        normal = np.concatenate([-slope, np.ones((*slope.shape[:-1], 1))], axis=-1)
        normal /= np.linalg.norm(normal, axis=-1, keepdims=True)
        return np.asarray(points + 0.8 * radius * normal)

    # -- ticks -----------------------------------------------------------------------------------

    def _ticks(self) -> tuple[Ticks, Ticks, Ticks]:
        (c1, c2), half = self.scale.centre, self.scale.half_width
        return (
            self._floor_ticks(c1 - half, c1 + half),
            self._floor_ticks(c2 - half, c2 + half),
            nice_ticks(max(self.scale.low, 0.0), self.scale.high),
        )

    def _floor_ticks(self, low: float, high: float) -> Ticks:
        """Ticks along an edge of the floor, as many as there is room for from the sides it is seen."""
        act = self.act
        edge = 0.62 * self.stage.view().zoom * 2.0 * self.scale.reach
        size = TICK * act.theme.readout
        for about in (4, 3, 2):
            ticks = nice_ticks(low, high, about)
            widest = max(act.words(verbatim(text), size).width for text in ticks.labels)
            step = (ticks.values[1] - ticks.values[0]) / (high - low) * edge
            if widest + 0.4 * size * act.layout.frame.height <= step:
                return ticks
        zero = int(np.argmin(np.abs(ticks.values)))
        labelled = [k for k in range(len(ticks.values)) if (k - zero) % 2 == 0]
        if len(labelled) < 2:
            labelled = [0, len(ticks.values) - 1]
        labels = (text if k in labelled else "" for k, text in enumerate(ticks.labels))
        return replace(ticks, labels=tuple(labels))

    def _height_ticks(self, low: float, high: float) -> Ticks:
        """Ticks of the upright axis, as many as there is room for their labels."""
        seen = self.stage.view(self.highest)
        upright = seen.zoom * self.scale.height * math.cos(seen.elevation)
        line = 1.2 * TICK * self.act.theme.readout * self.act.layout.frame.height
        for about in (4, 3, 2):
            ticks = nice_ticks(low, high, about)
            if (ticks.values[1] - ticks.values[0]) / (high - low) * upright >= line:
                return ticks
        ends = slice(None, None, max(1, len(ticks.values) - 1))
        return replace(ticks, values=ticks.values[ends], labels=ticks.labels[ends])

    def _tick_places(self, axis: int) -> tuple[float, ...]:
        centre, half = self.scale.centre[axis], self.scale.half_width
        return tuple(
            (value - centre) / half * self.scale.reach for value in self.ticks[axis].values
        )
