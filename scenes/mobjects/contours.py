"""The θ plane from above: iso-lines of RSS, the disc of the penalty, and where the two touch."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from manim import VGroup, VMobject

from ridge_math.path import ridge_path
from ridge_math.window import theta_window
from scenes.mobjects.plots import Axis, Curve, Dots, Plot, set_polylines
from scenes.mobjects.widgets import THETA, Widget
from scenes.stage.stage import Dial
from scenes.text.numerals import nice_ticks
from scenes.text.words import shortened, verbatim, without_units
from scenes.theme import Colour

if TYPE_CHECKING:
    import numpy.typing as npt

    from ridge_math import Dataset, ReducedProblem
    from ridge_math.window import LamRange
    from scenes.act import Act
    from scenes.layout import Box
    from scenes.theme import Ramp

    Array = npt.NDArray[np.float64]
    Square = tuple[tuple[float, float], tuple[float, float]]

#: Points along a whole iso-line.
STEPS = 180
#: Iso-lines are this many even steps of the window's half-width apart, across the valley; the
#: innermost is so long that both its ends are seen.
GAP, LEVELS, INNERMOST = 0.085, 8, 0.5
#: Of iso-lines against the ground.
CONTRAST = 3.5
#: No iso-line is longer than this many times its width: beyond, it is drawn as two straight lines,
#: which in any window it is, to less than a thousandth of its width.
LONGEST = 1e7


def plane_window(dataset: Dataset) -> Square:
    """The square of θ that holds the window of the film and the whole disc of least squares."""
    window = theta_window(dataset)
    radius = 1.08 * float(np.linalg.norm(dataset.reduced.minimisers(0.0)))
    spans = [
        (min(low, -radius), max(high, radius))
        for low, high in (window.theta1_range, window.theta2_range)
    ]
    half = 0.5 * max(high - low for low, high in spans)
    first, second = ((0.5 * (low + high) - half, 0.5 * (low + high) + half) for low, high in spans)
    return first, second


def map_widths(reduced: ReducedProblem, half_width: float) -> list[float]:
    """Half-widths, across the valley, of the iso-lines of a map: even steps, and a small one inside."""
    step = GAP * half_width
    inner = INNERMOST * half_width * float(reduced.d[1] / reduced.d[0])
    even = [step * k for k in range(1, LEVELS + 1)]
    return [inner, *even] if 0.0 < inner < 0.6 * step else even


def excess_rss(reduced: ReducedProblem, theta: npt.ArrayLike) -> float:
    """RSS(θ) − RSS(θ̂(0)) = Σ (d (Vᵀθ − Vᵀθ̂(0)))², in units of y squared."""
    away = np.asarray(theta, dtype=float) @ reduced.V - reduced.coordinates(0.0)
    return float(np.sum((reduced.d * away) ** 2))


def iso_lines(reduced: ReducedProblem, excess: float, window: Square) -> list[Array]:
    """The pieces inside a window of the ellipse on which RSS is so much above its minimum.

    In the eigen-directions V of XᵀX, centred at θ̂(0), the ellipse has the half-axes √excess / d; where
    it crosses the sides of the window is solved for, not searched.

    Parameters
    ----------
    reduced
        A problem with two features.
    excess
        RSS − RSS(θ̂(0)), at least 0.
    window
        Lowest and highest θ₁, lowest and highest θ₂.

    Returns
    -------
    list of ndarray of shape (m, 2)
        One closed line, or its arcs in the window. Of a valley whose floor is exactly flat, the two
        straight lines.
    """
    if excess <= 0.0:
        return []
    centre = reduced.minimisers(0.0)
    steepness = np.maximum(reduced.d, reduced.d[0] / LONGEST)
    axes = reduced.V * (np.sqrt(excess) / steepness)  # columns: half-axes in the θ plane

    def at(angle: Array) -> Array:
        return np.asarray(
            centre + np.cos(angle)[..., None] * axes[:, 0] + np.sin(angle)[..., None] * axes[:, 1]
        )

    crossings: list[float] = []
    for j, sides in enumerate(window):
        size, phase = np.hypot(*axes[j]), np.arctan2(axes[j, 1], axes[j, 0])
        for side in sides:
            cosine = (side - centre[j]) / size if size > 0 else 2.0
            if abs(cosine) < 1.0:
                crossings += [phase + np.arccos(cosine), phase - np.arccos(cosine)]
    if not crossings:
        angles = np.linspace(0.0, 2.0 * np.pi, STEPS + 1)
        return [at(angles)] if _contains(window, at(angles[:1])[0]) else []
    turns = np.sort(np.mod(crossings, 2.0 * np.pi))
    arcs = []
    for start, stop in zip(turns, np.append(turns[1:], turns[0] + 2.0 * np.pi), strict=True):
        if stop > start and _contains(window, at(np.asarray(0.5 * (start + stop)))):
            count = max(2, round(STEPS * (stop - start) / (2.0 * np.pi)))
            arcs.append(at(np.linspace(start, stop, max(count, 24))))
    return arcs


def _contains(window: Square, theta: Array) -> bool:
    return all(low <= t <= high for (low, high), t in zip(window, theta, strict=True))


class ContourMap(Widget):
    """Iso-lines of RSS, the disc ‖θ‖ ≤ ‖θ̂(λ)‖, the iso-line that touches it, and the ridge path.

    Parameters
    ----------
    act
        The act it belongs to.
    box
        Its place, labels included.
    smallest
        The smallest place it will be sent to: the names of the features must fit there.
    span
        From where to where λ runs.
    lam
        Gives λ now.
    walked
        Gives the λ up to which the ridge path is drawn.

    Attributes
    ----------
    plot, hills, disc, touching, path, ball
        Its parts, to be shown one after another.
    opened : Dial
        1 for all of `plane_window`, 0 for the window of the film alone, which the landscape's floor has.
    """

    def __init__(
        self,
        act: Act,
        box: Box,
        smallest: Box,
        span: LamRange,
        lam: Callable[[], float],
        walked: Callable[[], float],
    ) -> None:
        theme, dataset = act.theme, act.brief.dataset
        self.problem, self.reduced = dataset, dataset.reduced
        self.span, self.lam, self.walked = span, lam, walked
        self.window, own = plane_window(dataset), theta_window(dataset)
        self.own_window = own.theta1_range, own.theta2_range
        self.opened = Dial(1.0)
        em = act.em
        features = without_units(dataset.features)
        room = min(smallest.width - 2.0 * em, smallest.height - 4.3 * em) - 2.0 * em
        x, y = (
            Axis(
                *side,
                markup=f"${symbol}$" + _in_brackets(feature, side, em, room, features),
                colour=colour,
            )
            for side, symbol, feature, colour in zip(
                self.window, THETA, features, (theme.theta1, theme.theta2), strict=True
            )
        )
        self.plot = Plot(act, box, x, y, square=True)
        widths = map_widths(self.reduced, 0.5 * (self.window[0][1] - self.window[0][0]))
        self.levels = [float(self.reduced.d[0] * width) ** 2 for width in widths]
        self.lines = [iso_lines(self.reduced, level, self.window) for level in self.levels]
        colours = _legible(theme.height, theme.floor)
        self.hills = VGroup()
        for width in widths:
            height = round((len(colours) - 1) * (width / widths[-1]) ** 2)
            self.hills.add(VMobject().set_stroke(colours[height].hex, width=2.0))
        self.disc = VMobject().set_fill(theme.penalty.hex, 0.16).set_stroke(theme.penalty.hex, 3.0)
        self.zero = Dots(theme.penalty, 0.045)
        self.touching = VMobject().set_stroke(theme.ink.hex, width=4.0)
        self.path = Curve(theme.minimum)
        self.ball = Dots(theme.minimum, 0.1)
        super().__init__(
            self.plot, self.hills, self.disc, self.zero, self.touching, self.path, self.ball
        )
        for part, place in (
            (self.hills, self.open),
            (self.hills, self.place_hills),
            (self.disc, self.place_disc),
            (self.touching, self.place_touching),
            (self.path, self.place_path),
            (self.ball, self.place_ball),
        ):
            place()
            act.follow(part, place)

    def best(self) -> Array:
        """θ̂(λ): where disc and iso-line touch now, shape (2,)."""
        return np.asarray(self.reduced.minimisers(self.lam()))

    def touching_lines(self) -> list[Array]:
        """The iso-line of RSS through θ̂(λ), its pieces inside the window."""
        return iso_lines(self.reduced, excess_rss(self.reduced, self.best()), self.window)

    def shown_window(self) -> Square:
        """What of the θ plane is shown now."""
        share = self.opened()
        if share >= 1.0:
            return self.window
        low = np.array(self.own_window) + share * (np.array(self.window) - self.own_window)
        return (low[0, 0], low[0, 1]), (low[1, 0], low[1, 1])

    def open(self) -> None:
        """Bring the axes to the window that is shown."""
        first, second = self.shown_window()
        if (first[0], first[1]) != (self.plot.x.low, self.plot.x.high):
            self.plot.x = replace(self.plot.x, low=first[0], high=first[1])
            self.plot.y = replace(self.plot.y, low=second[0], high=second[1])
            self.plot.place()

    def place_hills(self) -> None:
        lines = self.lines
        if self.opened() < 1.0:
            window = self.shown_window()
            lines = [iso_lines(self.reduced, level, window) for level in self.levels]
        for shape, pieces in zip(self.hills, lines, strict=True):
            set_polylines(shape, self._in_frame(pieces))

    def place_disc(self) -> None:
        angles = np.linspace(0.0, 2.0 * np.pi, 121)
        rim = np.stack([np.cos(angles), np.sin(angles)], axis=-1)
        set_polylines(self.disc, self._in_frame([rim * np.linalg.norm(self.best())]))
        self.zero.sit(self.plot.to_frame([0.0], [0.0]))

    def place_touching(self) -> None:
        set_polylines(self.touching, self._in_frame(self.touching_lines()))

    def place_path(self) -> None:
        lams = np.concatenate([[0.0], np.geomspace(self.span.low, self.walked(), 160)])
        self.path.trace(self.plot, *ridge_path(self.problem, lams).T)

    def place_ball(self) -> None:
        self.ball.sit(self.plot.to_frame(*self.best()[:, None]))

    def _in_frame(self, pieces: list[Array]) -> list[Array]:
        return [self.plot.to_frame(piece[:, 0], piece[:, 1]) for piece in pieces]


def _legible(ramp: Ramp, ground: Colour) -> list[Colour]:
    """The colours of a map of heights, as on the surface, that stand out from a ground."""
    colours = [Colour(f"#{red:02x}{green:02x}{blue:02x}") for red, green, blue in ramp.table]
    return [colour for colour in colours if colour.contrast(ground) >= CONTRAST]


def _in_brackets(
    feature: str, side: tuple[float, float], em: float, room: float, features: Sequence[str]
) -> str:
    """A feature's name to stand after its θ, cut to the room beside the axis' power of ten."""
    room -= 3.2 * em if nice_ticks(*side).unit else 0.0
    cut = shortened(feature, em, room, features)
    return f" {verbatim(f'({cut})')}" if room > 1.5 * em else ""
