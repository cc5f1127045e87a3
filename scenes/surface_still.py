"""The surface of an objective alone, as a still: what a notebook shows of it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from ridge_math import QuadraticObjective
from scenes.brief import Brief
from scenes.landscape_act import LandscapeAct
from scenes.mobjects.landscape import Landscape

if TYPE_CHECKING:
    from ridge_math import Dataset
    from ridge_math.reduced import ReducedProblem
    from scenes.layout import Layout

#: How high the eye stands, in degrees: it looks into a bowl.
ELEVATION = 46.0


@dataclass(frozen=True, eq=False)
class _Bare:
    """What a landscape needs of a data set, of an objective."""

    shown: QuadraticObjective

    @property
    def reduced(self) -> ReducedProblem:
        return self.shown.reduced

    def objective(self) -> QuadraticObjective:
        return self.shown.penalised(0.0)


class _AsItIs(Landscape):
    """A landscape whose λ is that of the objective, whatever the dial says."""

    def lam_now(self) -> float:
        return cast(_Bare, self.dataset).shown.lam


class SurfaceStill(LandscapeAct):
    """One frame: the landscape in the middle of it, with nothing beside."""

    landscape = _AsItIs

    def arrange(self) -> Layout:
        return self.layout

    def make_landscape(self) -> Landscape:
        return self.landscape(self, self.layout.safe)

    def begin(self) -> None:
        if self.land.lam_now() > 0.0:
            self.land.height_labels = self.land.heights(penalised=True)
        self.land.stage.elevation.set_value(math.radians(ELEVATION))
        self.add(self.land.stage, *self.land.labels)

    def construct(self) -> None:
        self.wait()


def surface_still(objective: QuadraticObjective, theme: str, renderer: Any) -> SurfaceStill:
    """The act of an objective of two parameters, in a theme."""
    brief = Brief(cast("Dataset", _Bare(objective)), theme, captions=False)
    return SurfaceStill(brief, renderer)
