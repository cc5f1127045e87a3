"""Six seconds for an article: valley, bowl, peak, ridge, and the valley again, without a seam.

The whole picture is a function of one phase that goes round once at a constant rate, so the frame
after the last is the first, pixel for pixel, at any number of frames a second.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from manim import Circle, Line, linear

from scenes.act import Act
from scenes.flip import Upturned
from scenes.layout import EDGE, Box
from scenes.mobjects.axis_labels import AxisNames
from scenes.mobjects.widgets import Widget, stroke
from scenes.stage.stage import Dial
from scenes.text.words import Words, caption_markup

if TYPE_CHECKING:
    from ridge_math import QuadraticObjective

#: Length of the loop, in seconds.
SECONDS = 6.0
#: Type sizes as a share of the frame's height; nothing in a loop is smaller than 5 % of it.
NAME, FORMULA, AXIS = 0.085, 0.058, 0.065


@dataclass(frozen=True)
class Move:
    """A stretch of the loop in which something goes from 0 to 1; times are shares of the loop."""

    start: float
    stop: float

    def at(self, phase: float) -> float:
        """How far it has come, eased in and out."""
        share = min(max((phase - self.start) / (self.stop - self.start), 0.0), 1.0)
        return share * share * (3.0 - 2.0 * share)


#: Where the eye stands, in degrees aside from the valley, and up: for valley and bowl; and how much further
#: aside it goes for what is turned over, which is seen from the side.
VALLEY, BOWL, SIDE = (24.0, 34.0), (30.0, 46.0), (40.0, 18.0)

#: λ rises, the bowl turns over, λ falls, the ridge turns back; each is followed by a rest.
RISE, TURN_OVER, FALL, TURN_BACK = (
    Move(start / SECONDS, stop / SECONDS)
    for start, stop in ((0.4, 1.7), (2.1, 3.1), (3.6, 4.5), (4.8, 5.8))
)


class Loop(Act):
    """Valley → bowl → peak → ridge → valley: up with λ, over, down with λ, and back over."""

    name = "loop"
    #: How often the phase goes round.
    rounds = 1

    def construct(self) -> None:
        self.phase = Dial(0.0)
        self.set_the_stage()
        self.play(
            self.phase.to(float(self.rounds)), run_time=SECONDS * self.rounds, rate_func=linear
        )
        self.mark_rests()

    def mark_rests(self) -> None:
        """The four shapes are beats with their numbers, though nothing stops for them."""
        arrivals = (0.0, *(move.stop for move in (RISE, TURN_OVER, FALL)))
        for arrival, (shape, _) in zip(arrivals, self.shapes(), strict=True):
            self.phase.set_value(arrival)
            self.place()
            self.beats.append(self.beat_at(round(arrival * SECONDS * self.renderer.fps), shape))

    def objective_now(self) -> QuadraticObjective:
        return self.land.now()

    def shapes(self) -> tuple[tuple[str, str], ...]:
        """What each of the four shapes is called, and what it is the shape of."""
        low, high = ("bowl", "peak") if self.kind == "round" else ("valley", "ridge")
        return (low, "rss"), ("bowl", "penalised"), ("peak", "posterior"), (high, "likelihood")

    def set_the_stage(self) -> None:
        words_box, stage_box, slider_box = self.regions()
        self.land = land = Upturned(self, stage_box, labels=False, room=self.room())
        land.stage.labels = (0.0, 1.8 * AXIS * self.layout.frame.height, 0.0)
        self.signs = self.make_signs(words_box)
        self.slider = PlainSlider(self, slider_box)
        self.follow(land.stage, self.place)
        names = AxisNames(self, land.stage, land.axes, AXIS)
        self.add(land.stage, names, *(word for sign in self.signs for word in sign), self.slider)
        self.place()

    def regions(self) -> tuple[Box, Box, Box]:
        """Places of the words, the stage and the slider."""
        safe, em = self.layout.safe, NAME * self.layout.frame.height
        if self.layout.wide:
            left = Box.from_edges(safe.left, safe.left + 0.27 * safe.width, safe.bottom, safe.top)
            edge = EDGE * self.layout.frame.height
            frame = self.layout.frame
            stage = Box.from_edges(left.right, frame.right - edge, safe.bottom, frame.top - edge)
            return left, stage, Box(left.x, left.bottom + 0.5 * em, left.width, em)
        words = Box.from_edges(safe.left, safe.right, safe.top - 2.6 * em, safe.top)
        slider = Box(0.0, safe.bottom + 0.5 * em, 0.6 * safe.width, em)
        return (
            words,
            Box.from_edges(safe.left, safe.right, slider.top + 0.2 * em, words.bottom),
            slider,
        )

    def room(self) -> tuple[float, float]:
        """Share of the stage's place that the axes box may take: the rest is for names of the axes."""
        return (0.88, 1.0) if self.layout.wide else (0.72, 1.0)

    def make_signs(self, box: Box) -> list[tuple[Words, Words]]:
        """The name of each of the four shapes, and under it the formula."""
        theme, em = self.theme, self.layout.frame.height
        signs = []
        for key, meaning in self.shapes():
            name, formula = (
                self.words(caption_markup(self.caption(word), theme), size)
                for word, size in ((key, NAME), (meaning, FORMULA))
            )
            if name.width > box.width:
                name.scale(box.width / name.width)
            name.stand(box.left, box.top - 0.75 * NAME * em)
            formula.stand(box.left, name.points[0, 1] - 1.6 * FORMULA * em)
            signs.append((name, formula))
        return signs

    def place(self) -> None:
        """Bring everything to where it is at this phase."""
        # Rounded, so that every round is the same to the last bit.
        phase = round(self.phase() % 1.0, 9) % 1.0
        rise, over, fall, back = (m.at(phase) for m in (RISE, TURN_OVER, FALL, TURN_BACK))
        land, grown = self.land, rise - fall
        land.lam.set_value(grown)
        land.flip.set_value(1.0 - 2.0 * (over - back))
        turned = over - back
        azimuth = VALLEY[0] + (BOWL[0] - VALLEY[0]) * grown + SIDE[0] * turned
        upright = VALLEY[1] + (BOWL[1] - VALLEY[1]) * grown
        land.stage.azimuth.set_value(land.aside() + math.radians(azimuth))
        land.stage.elevation.set_value(math.radians(upright + (SIDE[1] - upright) * turned))
        opacities = (
            max(_out(rise), _in(back)),
            _in(rise) * _out(over),
            _in(over) * _out(fall),
            _in(fall) * _out(back),
        )
        for sign, opacity in zip(self.signs, opacities, strict=True):
            for word in sign:
                word.set_opacity(opacity)
        self.slider.place(grown)


def _out(share: float) -> float:
    """Opacity of the name of before: gone by the middle of a move."""
    return min(max(2.0 - 4.0 * share, 0.0), 1.0)


def _in(share: float) -> float:
    """Opacity of the name of after: it comes when its shape is there."""
    return min(max(5.0 * share - 4.0, 0.0), 1.0)


class PlainSlider(Widget):
    """λ, a track and a knob: nothing that would be too small to read.

    Parameters
    ----------
    act
        The act it belongs to.
    box
        Its place.
    """

    def __init__(self, act: Act, box: Box) -> None:
        theme = act.theme
        em = FORMULA * act.layout.frame.height
        name = act.words("$lambda$", 1.3 * FORMULA, theme.penalty)
        name.move_to((box.left + name.width / 2, box.y, 0.0))
        self.left, self.right, self.y = name.get_right()[0] + 0.8 * em, box.right - 0.5 * em, box.y
        ends = (self.left, self.y, 0), (self.right, self.y, 0)
        track = stroke(Line(*ends), theme.faint, 9)
        self.filled = stroke(Line(*ends), theme.penalty, 9)
        self.knob = Circle(radius=0.42 * em)
        self.knob.set_fill(theme.penalty.hex, 1.0).set_stroke(theme.background.hex, width=3)
        super().__init__(track, self.filled, name, self.knob)

    def place(self, share: float) -> None:
        """Bring the knob to this share of the track."""
        x = self.left + share * (self.right - self.left)
        self.knob.move_to((x, self.y, 0))
        self.filled.set_points_by_ends(
            (self.left, self.y, 0), (max(x, self.left + 1e-3), self.y, 0)
        )
