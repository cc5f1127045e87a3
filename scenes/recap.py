"""Four small stages at once, what the penalty is good for beside, and a question to the audience."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import numpy as np
from manim import FadeIn, FadeOut, Group, linear
from manim.animation.animation import prepare_animation

from ridge_math.path import gcv
from ridge_math.risk import risk_of_planted
from ridge_math.search import lowest_gcv
from ridge_math.spectrum import condition_number_gram, eigenvalues
from ridge_math.window import lam_range
from scenes.act import Act
from scenes.landscape_act import as_large, home_of, to_box
from scenes.layout import Box
from scenes.mobjects.landscape import Landscape
from scenes.mobjects.shrinkage import STEPS
from scenes.stage.stage import Dial
from scenes.text.captions import reading_seconds
from scenes.text.numerals import number
from scenes.text.words import Words, caption_markup, coloured, symbol, verbatim

#: Degrees a second at which all stages turn, from where acts hand over.
SPEED = -4.5
#: Share of its box that an axes box may take: there are no labels.
CELL = (0.86, 0.96)


class Recap(Act):
    """Valley and bowl above, ridge and peak below, turning together; three lines with numbers."""

    name = "recap"

    def construct(self) -> None:
        self.set_the_stages()
        self.four()
        self.more()
        self.ask()

    def play(self, *moving: Any, **options: Any) -> None:
        """Play, and keep all stages turning meanwhile, at one speed once they have come to it."""
        animations = [prepare_animation(one) for one in moving]
        seconds = options.get("run_time") or max(one.run_time for one in animations)
        starting = self.frame == 0
        angle = math.radians(SPEED * seconds) * (0.5 if starting else 1.0)
        turn = prepare_animation(self.azimuth.to(self.azimuth() + angle))
        turn.run_time, turn.rate_func = seconds, _gathering if starting else linear
        super().play(*animations, turn, **options)

    def set_the_stages(self) -> None:
        """Four landscapes that share one eye: columns without and with λ, rows upright and over."""
        theme = self.theme
        grid, self.slot = self.regions()
        em = self.em
        low, high = ("bowl", "peak") if self.kind == "round" else ("valley", "ridge")
        width, height = 0.5 * grid.width, 0.5 * (grid.height - 1.4 * em)
        self.lands: list[Landscape] = []
        self.signs: list[Words] = []
        for row, (flip, keys) in enumerate(((1.0, (low, "bowl")), (-1.0, (high, "peak")))):
            for column, key in enumerate(keys):
                left, top = grid.left + column * width, grid.top - 1.4 * em - row * height
                box = Box.from_edges(left, left + width, top - height + 1.5 * em, top)
                if self.lands:
                    land = Landscape(self, box, labels=False, room=CELL)
                    land.stage.shown.set_value(0.0)
                else:  # the valley that acts hand over, on its way to its cell
                    home, room = home_of(self)
                    land = Landscape(self, home, room=room)
                    self.cell = as_large(box, CELL, land.stage)
                land.lam.set_value(float(column))
                land.flip.set_value(flip)
                sign = self.words(self.text(key), theme.readout)
                sign.stand(box.x - 0.5 * sign.width, box.bottom - 1.0 * em)
                self.lands.append(land)
                self.signs.append(sign)
        first = self.lands[0]
        self.azimuth: Dial = first.stage.azimuth
        for land in self.lands[1:]:
            land.stage.azimuth, land.stage.elevation = self.azimuth, first.stage.elevation
        self.heads = []
        for column, lam in enumerate((0.0, first.last_lam)):
            head = self.words(
                f"$lambda$ {verbatim('= ' + number(lam))}", theme.readout, theme.penalty
            )
            middle = grid.left + (column + 0.5) * width
            self.heads.append(head.stand(middle - 0.5 * head.width, grid.top - em))
        self.add(*(land.stage for land in self.lands), *first.labels)

    def regions(self) -> tuple[Box, Box]:
        """Places of the four stages and of the lines."""
        whole, em = self.layout.whole, self.em
        edges = Box.from_edges
        if self.layout.wide:
            middle = whole.left + 0.58 * whole.width
            lines = edges(middle + em, whole.right, whole.bottom, whole.top - 1.4 * em)
            return edges(whole.left, middle, whole.bottom, whole.top), lines
        split = whole.bottom + (7.2 if self.layout.tall else 4.6) * em
        return (
            edges(whole.left, whole.right, split + 0.6 * em, whole.top),
            edges(whole.left, whole.right, whole.bottom, split),
        )

    def text(self, key: str, **values: Any) -> str:
        """Words of the catalogue as markup."""
        return caption_markup(self.caption(key, **values), self.theme)

    # -- the act ---------------------------------------------------------------------------------

    def four(self) -> None:
        shown = [
            [land.stage.shown.to(1.0), FadeIn(sign)]
            for land, sign in zip(self.lands, self.signs, strict=True)
        ]
        first = self.lands[0]
        self.say("four", *(FadeOut(labels) for labels in first.labels), run_time=0.4)
        self.play(to_box(first.stage, self.cell), run_time=1.0)
        self.play(FadeIn(self.signs[0], self.heads[0]), run_time=0.4)
        self.play(*shown[1], FadeIn(self.heads[1]), run_time=0.6)
        self.play(*shown[2], run_time=0.6)
        self.play(*shown[3], run_time=0.6)
        self.hold()
        self.beat("four")

    def more(self) -> None:
        """The lines: all under each other where there is room, else one after another."""
        self.hush()
        top, before = self.slot.top, None
        gap = 1.9 * self.em
        for key, numbers in self.advantages():
            line = self.line(key, numbers, top)
            if self.layout.wide:
                top = line.get_bottom()[1] - gap
            elif before is not None:
                self.play(FadeOut(before), run_time=0.3)
            self.play(FadeIn(line), run_time=0.5)
            self.wait(1.6 if self.layout.wide else self.to_read(key))
            before = line
        self.beat("more")

    def to_read(self, key: str) -> float:
        """How long a line must stay that makes room for the next."""
        return reading_seconds(self.caption(key)) - 0.5

    def ask(self) -> None:
        self.say("question" if self.brief.dataset.is_made else "question_own")
        self.hold(3.0)
        self.beat("question")
        self.hush()

    # -- the lines -------------------------------------------------------------------------------

    def line(self, key: str, numbers: str, top: float) -> Group:
        """What the penalty is good for, and under it how it is for this data."""
        theme, slot = self.theme, self.slot
        em = self.em
        wide = self.layout.wide
        align, size = ("left", theme.body) if wide else ("center", theme.readout)
        parts = [self.words(self.text(key), size, width=slot.width, align=align).balance()]
        if numbers:
            parts.append(
                self.words(numbers, theme.readout, theme.quiet, width=slot.width, align=align)
            )
        for part in parts:
            left = slot.left if wide else slot.x - 0.5 * part.width
            part.shift((left - part.points[0, 0], top - part.points[1, 1], 0.0))
            top = part.points[0, 1] - 0.95 * em
        return Group(*parts)

    def advantages(self) -> Iterator[tuple[str, str]]:
        """Key of each line, and its numbers as markup: without the penalty, and with it."""
        dataset, lam = self.brief.dataset, self.lands[0].last_lam
        smallest = float(eigenvalues(dataset)[-1])
        yield (
            "invertible",
            self.before_after(self.text("smallest"), smallest, smallest + lam),
        )
        before, after = condition_number_gram(dataset), condition_number_gram(dataset, lam)
        if _falls(before, after):
            kappa = "$kappa(X^top X + " + symbol("lambda", self.theme.penalty) + " I)$"
            yield "condition", self.before_after(kappa, before, after)
        yield self.lower_error()

    def lower_error(self) -> tuple[str, str]:
        """Mean squared error of θ̂ where the truth is planted; else GCV, where it finds a better λ.

        At λ = 0 and exactly collinear features θ̂ is the one of least norm. GCV is that of
        `ridge_math.lowest_gcv`.
        """
        dataset = self.brief.dataset
        if dataset.theta is not None and dataset.noise:
            lams = lam_range(dataset).steps(STEPS)
            errors = risk_of_planted(dataset, np.append(lams, 0.0)).mse
            best = int(np.argmin(errors[:-1]))
            if _falls(errors[-1], errors[best]):
                return "error", self.before_after(
                    f'$"{self.term("mse")}"\\(hat(theta)\\)$', errors[-1], errors[best], lams[best]
                )
        elif dataset.theta is None:
            found = lowest_gcv(dataset)
            before, after = (float(score) for score in gcv(dataset, [0.0, found.lam]))
            if found.end != "low" and _falls(before, after):
                return "prediction", self.before_after(
                    verbatim(self.term("gcv")), before, after, found.lam
                )
        return "error_somewhere", ""

    def before_after(self, name: str, before: float, after: float, lam: float | None = None) -> str:
        """Markup of a number without the penalty and with it, and at which λ if not the film's."""
        theme = self.theme
        if number(before) == number(after):
            return f"{name} {coloured(verbatim(number(after)), theme.ink)}"
        at = (
            "" if lam is None else f" #box[{verbatim('(')}$lambda$ {verbatim(f'= {number(lam)})')}]"
        )
        then = coloured(verbatim(number(after)) + at, theme.penalty)
        return f"{name} {coloured(verbatim(number(before)), theme.ink)} $arrow.r$ {then}"


def _gathering(share: float) -> float:
    """From rest to full speed."""
    return share * share


def _falls(before: float, after: float) -> bool:
    """Whether a number has become lower by what its readout shows."""
    return after < before and number(before) != number(after)
