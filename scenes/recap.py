"""All in one row, what else the penalty is good for, and the end card."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

from manim import FadeIn, FadeOut, Group, smooth

from ridge_math.path import gcv
from ridge_math.risk import lowest_risk, risk_of_planted
from ridge_math.search import lowest_gcv
from ridge_math.spectrum import condition_number_gram, eigenvalues
from scenes.act import Act
from scenes.landscape_act import as_large, home_of, to_box
from scenes.layout import Box
from scenes.mobjects.landscape import Landscape
from scenes.stage.stage import Dial
from scenes.text.numerals import number, whole
from scenes.text.words import (
    Words,
    caption_markup,
    coloured,
    shortened,
    symbol,
    verbatim,
    without_units,
)

#: All stages turn by so much in so many seconds, from rest to rest.
TURNED, TURNING = math.radians(-32.0), 9.0
#: Share of its box that an axes box may take: there are no labels.
CELL = (0.94, 1.0)
#: Type of the sources, as a share of that of readouts.
SMALL = 0.85
#: Seconds of the end card, before it fades and while it does.
CARD, FADE = 4.0, 0.8


class Recap(Act):
    """Valley + λ is a bowl; turned over, ridge + λ is a peak. Then what else L2 buys; the end card.

    The four stages stand in one row, in narrow frames in two. Their eye turns at first, and comes to rest.
    """

    name = "recap"

    def construct(self) -> None:
        self.set_the_stages()
        self.four()
        self.what_else()
        self.end_card()

    def set_the_stages(self) -> None:
        """Four landscapes that share one eye: without and with λ, upright and turned over."""
        low, high = ("bowl", "peak") if self.kind == "round" else ("valley", "ridge")
        looks = ((low, 1.0, 0.0), ("bowl", 1.0, 1.0), (high, -1.0, 0.0), ("peak", -1.0, 1.0))
        self.lands: list[Landscape] = []
        self.signs: list[Words] = []
        for cell, (key, flip, lam) in zip(self.cells(), looks, strict=True):
            if self.lands:
                land = Landscape(self, cell, labels=False, room=CELL)
                land.stage.shown.set_value(0.0)
            else:  # the valley that acts hand over, on its way to its cell
                home, room = home_of(self)
                land = Landscape(self, home, room=room)
                self.cell = as_large(cell, CELL, land.stage)
            land.lam.set_value(lam)
            land.flip.set_value(flip)
            sign = self.words(self.text(key), self.theme.body)
            sign.stand(cell.x - 0.5 * sign.width, cell.bottom - 1.3 * self.em)
            self.lands.append(land)
            self.signs.append(sign)
        first = self.lands[0].stage
        self.azimuth, self.start = first.azimuth, first.azimuth()
        self.home_labels, self.labelled = first.labels, Dial(1.0)
        for land in self.lands[1:]:
            land.stage.azimuth, land.stage.elevation = self.azimuth, first.elevation
        self.links = self.between()
        self.add(*(land.stage for land in self.lands), *self.lands[0].labels)
        self.follow(first, self.turn)

    def turn(self) -> None:
        """The eye at this frame; the first stage gives up the room for its labels as it goes to its cell."""
        share = min(self.frame / self.renderer.fps / TURNING, 1.0)
        self.azimuth.set_value(self.start + TURNED * smooth(share))
        shown = self.labelled()
        across, below, above = (shown * room for room in self.home_labels)
        self.lands[0].stage.labels = (across, below, above)

    def cells(self) -> list[Box]:
        """Places of the four stages: one row where the frame is wide, else two."""
        safe, em, wide = self.layout.safe, self.em, self.layout.wide
        under = (2.4 if wide else 3.3) * em  # for names and signs
        bottom = self.layout.caption.top + (4.2 if wide else 2.6) * em
        columns, rows = (4, 1) if wide else (2, 2)
        width = safe.width / columns
        height = (safe.top - bottom) / rows - under
        if wide:
            height = min(height, 1.15 * width)
            bottom = 0.5 * (bottom + safe.top - under - height)
        boxes = []
        for row in range(rows):
            base = bottom + (rows - 1 - row) * (height + under) + under
            for column in range(columns):
                left = safe.left + column * width
                boxes.append(Box.from_edges(left, left + width, base, base + height))
        return boxes

    def between(self) -> list[Words]:
        """Signs between neighbours: λ is added, all is turned over, λ is added again."""
        cells, theme = self.cells(), self.theme
        added = symbol("+ lambda", theme.penalty)
        marks = []
        for one, other, markup in zip(
            cells, cells[1:], (added, "$arrow.cw.half$", added), strict=False
        ):
            sign = self.words(markup, theme.body)
            x, y = one.right, one.bottom - 1.0 * self.em
            if other.y != one.y:  # from the end of one row to the next
                x, y = 0.0, one.bottom - 2.6 * self.em
            marks.append(sign.move_to((x, y, 0.0)))
        return marks

    def text(self, key: str, **values: Any) -> str:
        """Words of the catalogue as markup."""
        return caption_markup(self.caption(key, **values), self.theme)

    # -- the act ---------------------------------------------------------------------------------

    def four(self) -> None:
        first = self.lands[0]
        self.say("four", *(FadeOut(labels) for labels in first.labels), run_time=0.4)
        self.play(to_box(first.stage, self.cell), self.labelled.to(0.0), run_time=1.0)
        self.play(FadeIn(self.signs[0]), run_time=0.3)
        for land, sign, link in zip(self.lands[1:], self.signs[1:], self.links, strict=True):
            self.play(FadeIn(link), land.stage.shown.to(1.0), FadeIn(sign), run_time=0.7)
        self.hold()
        self.beat("four")

    def what_else(self) -> None:
        """What else the penalty is good for: one statement at a time, each with its numbers."""
        self.say("question")
        self.hold()
        before: list[Any] = []
        for key, numbers in self.advantages():
            coming = [self.numbers(numbers)] if numbers else []
            self.clear_away(before)
            self.say(key, *map(FadeIn, coming), run_time=0.4)
            self.hold()
            self.beat(key)
            before = coming
        self.clear_away(before)

    def clear_away(self, shown: list[Any]) -> None:
        """Take the caption away, and what is shown above it."""
        self.hush()
        if shown:
            self.play(*map(FadeOut, shown), run_time=0.2)

    def end_card(self) -> None:
        """The row shrinks to the peak; the punch line, the data, who made it; all fades."""
        *others, peak = self.lands
        words = [*self.signs, *self.links]
        self.play(
            *(land.stage.shown.to(0.0) for land in others),
            *(FadeOut(each) for each in words),
            run_time=0.5,
        )
        self.remove(*(land.stage for land in others))
        credits, room = self.credits()
        self.play(to_box(peak.stage, room), run_time=1.2)
        self.say("punch", FadeIn(credits), run_time=0.6, size=self.theme.title)
        self.hold(CARD)
        self.beat("card")
        self.hush()
        self.play(FadeOut(credits), peak.stage.shown.to(0.0), run_time=FADE)

    def credits(self) -> tuple[Group, Box]:
        """Who made it of which data, and sources, above the punch line; and what is left for the peak."""
        brief, theme, safe, em = self.brief, self.theme, self.layout.safe, self.em
        dataset = brief.dataset
        names = (*without_units(dataset.features), dataset.response)
        a, b, y = (shortened(name, em, 0.4 * safe.width, names) for name in names)
        made = "data_made" if dataset.is_made else "data"
        data = self.caption(made, y=y, a=a, b=b, n=whole(dataset.n_samples))
        lines = [
            (" · ".join(filter(None, (brief.title, brief.author))), theme.body, theme.ink),
            (" · ".join(filter(None, (data, brief.source))), theme.readout, theme.quiet),
            (self.caption("sources"), SMALL * theme.readout, theme.quiet),
        ]
        # The punch line is larger than other captions, and rises above their place.
        lift = 2.0 if self.layout.wide else 5.2 if self.layout.tall else 3.4
        bottom = self.layout.caption.top + lift * em
        shown = []
        for line, size, colour in reversed(lines):
            if line:
                words = self.words(verbatim(line), size, colour, width=safe.width, align="center")
                words.balance()
                words.shift((-words.get_center()[0], bottom - words.points[0, 1], 0.0))
                bottom = float(words.points[1, 1]) + 0.8 * em
                shown.append(words)
        if brief.look and brief.look.logo_on_title:
            logo = self.logo(2.0 * em)
            shown.append(logo.stand(-0.5 * logo.width, bottom + 0.2 * em))
            bottom = float(logo.points[1, 1]) + 0.4 * em
        return Group(*shown), Box.from_edges(safe.left, safe.right, bottom + 0.4 * em, safe.top)

    # -- the numbers -----------------------------------------------------------------------------

    def numbers(self, markup: str) -> Words:
        """Numbers of a statement, between the row and the caption."""
        words = self.words(
            markup, self.theme.body, self.theme.quiet, width=self.layout.safe.width, align="center"
        ).balance()
        return words.move_to((0.0, self.layout.caption.top + 1.7 * self.em, 0.0))

    def advantages(self) -> Iterator[tuple[str, str]]:
        """Key of each statement, and its numbers as markup: without the penalty, and with it."""
        dataset, lam = self.brief.dataset, self.lands[0].last_lam
        smallest = float(eigenvalues(dataset)[-1])
        yield (
            "invertible",
            self.before_after(self.text("smallest"), smallest, smallest + lam, lam),
        )
        before, after = condition_number_gram(dataset), condition_number_gram(dataset, lam)
        if _falls(before, after):
            kappa = "$kappa(X^top X + " + symbol("lambda", self.theme.penalty) + " I)$"
            yield "condition", self.before_after(kappa, before, after, lam)
        yield self.lower_error()

    def lower_error(self) -> tuple[str, str]:
        """Mean squared error of θ̂ where the truth is planted; else GCV, where it finds a better λ.

        At λ = 0 and exactly collinear features θ̂ is the one of least norm. GCV is that of
        `ridge_math.lowest_gcv`.
        """
        dataset = self.brief.dataset
        if dataset.theta is not None and dataset.noise:
            best = lowest_risk(dataset, dataset.theta, dataset.noise**2).lam
            before, after = risk_of_planted(dataset, [0.0, best]).mse
            if _falls(before, after):
                name = f'$"{self.term("mse")}"\\(hat(theta)\\)$'
                return "error", self.before_after(name, before, after, best)
        elif dataset.theta is None:
            found = lowest_gcv(dataset)
            before, after = (float(score) for score in gcv(dataset, [0.0, found.lam]))
            if found.end != "low" and _falls(before, after):
                name = verbatim(self.term("gcv"))
                return "prediction", self.before_after(name, before, after, found.lam)
        return "error_somewhere", ""

    def before_after(self, name: str, before: float, after: float, lam: float) -> str:
        """Markup of a number without the penalty, with it, and at which λ."""
        theme = self.theme
        at = f" #box[{verbatim('(')}$lambda$ {verbatim(f'= {number(lam)})')}]"
        then = coloured(verbatim(number(after)) + at, theme.penalty)
        return f"{name} {coloured(verbatim(number(before)), theme.ink)} $arrow.r$ {then}"


def _falls(before: float, after: float) -> bool:
    """Whether a number has become lower by what its readout shows."""
    return after < before and number(before) != number(after)
