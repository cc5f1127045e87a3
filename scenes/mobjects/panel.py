"""Formula, readout and λ slider of an act, stacked in its panel by the shape of the frame."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from manim import Group

from scenes.layout import Box
from scenes.mobjects.widgets import LambdaSlider, Readout, ReadoutLine, Widget

if TYPE_CHECKING:
    from scenes.landscape_act import LandscapeAct
    from scenes.text.words import Words


class Panel(Widget):
    """A formula, a readout under it and the λ slider at the bottom; an act may show parts of it.

    In a square frame, which leaves a low panel, the readout stands beside the formula. Distances are
    those of the act's `Arrangement`.

    Parameters
    ----------
    act
        The act it belongs to; its landscape gives λ.
    formula
        Parts of a formula, placed relative to each other, or one.
    lines
        Of the readout.
    beside
        How many of them stand beside the formula in a square frame, the rest below it; by default
        all.

    Attributes
    ----------
    slider : LambdaSlider
        λ now, also as a number above the knob.
    """

    def __init__(
        self,
        act: LandscapeAct,
        formula: Sequence[Words],
        lines: Sequence[ReadoutLine],
        *,
        beside: int | None = None,
    ) -> None:
        layout, how, em, box = act.layout, act.arrangement, act.em, act.layout.panel
        hang_together(formula, box.left, box.top)
        under = min(part.extent()[2] for part in formula) - how.gap * em
        track = Box(box.x, box.bottom + (1.25 if layout.tall else 1.6) * em, 0.9 * box.width, em)
        if layout.wide or layout.tall:
            self.readouts = [Readout(act, box.left, under, lines, leading=how.leading)]
        else:
            column = box.right - how.column * em
            places = (column, box.top + 0.3 * em), (box.left, under)
            parts = lines[:beside], lines[len(lines) if beside is None else beside :]
            self.readouts = [
                Readout(act, *place, part, leading=how.leading)
                for place, part in zip(places, parts, strict=True)
                if part
            ]
            track = Box.from_edges(box.left, column - 1.2 * em, track.bottom, track.top)
        land = act.land
        self.slider = LambdaSlider(
            act, track, land.pace.first, land.last_lam, land.lam_now, shows_value=True
        )
        super().__init__(*formula, *self.readouts, self.slider)

    def lines(self, first: int, last: int | None = None) -> Group:
        """Some lines of the readout, to be shown before the others."""
        names = [name for readout in self.readouts for name in readout.names]
        values = [value for readout in self.readouts for value in readout.values]
        return Group(*names[first:last], *values[first:last])


def hang_together(parts: Sequence[Words], left: float, top: float) -> None:
    """Move parts of a formula together so that the ink of the first begins at the left, under the top."""
    across = left - parts[0].extent()[0]
    up = top - max(part.extent()[3] for part in parts)
    for part in parts:
        part.shift((across, up, 0.0))
