"""The acts of the film, in order. Importing this package does not import Manim."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from scenes.brief import Brief


@dataclass(frozen=True)
class ActEntry:
    """One act.

    Attributes
    ----------
    name : str
        What it is called everywhere.
    module, class_name : str
        Where it is written.
    summary : str
        What its viewer can answer afterwards.
    credited : bool
        Whether it shows title and author of the film: others do not depend on them.
    """

    name: str
    module: str
    class_name: str
    summary: str
    credited: bool = False

    def load(self) -> Any:
        """The class of the act. Imports Manim."""
        return getattr(import_module(self.module), self.class_name)


#: The film, in order.
ACTS: tuple[ActEntry, ...] = (
    ActEntry("hook", "scenes.hook", "Hook", "L2 is more than a cure for overfitting"),
    ActEntry("twins", "scenes.twins", "Twins", "What multicollinearity is, in both its forms"),
    ActEntry(
        "terrain",
        "scenes.terrain",
        "Terrain",
        "Every point is a model, its height how badly it fits",
    ),
    ActEntry("valley", "scenes.valley", "Valley", "Why θ cannot be pinned down"),
    ActEntry("bowl", "scenes.bowl", "Bowl", "The penalty turns a valley into a bowl"),
    ActEntry("flip", "scenes.flip", "Flip", "The valley, turned over, is a likelihood ridge"),
    ActEntry(
        "trace", "scenes.ridge_trace", "Trace", "What shrinks as λ grows, and how a λ is chosen"
    ),
    ActEntry("price", "scenes.price", "Price", "What bias buys, and what it costs"),
    ActEntry(
        "recap",
        "scenes.recap",
        "Recap",
        "Valley, bowl, ridge, peak: what the penalty is good for",
        credited=True,
    ),
)

#: Short pieces for articles, not part of the film.
LOOPS: tuple[ActEntry, ...] = (
    ActEntry("loop", "scenes.loop", "Loop", "Valley, bowl, peak, ridge, without a seam"),
)


def find_act(name: str) -> ActEntry:
    """The act of this name.

    Raises
    ------
    KeyError
        If there is none.
    """
    for entry in (*ACTS, *LOOPS):
        if entry.name == name:
            return entry
    raise KeyError(name)


def build_act(name: str, brief: Brief, renderer: Any) -> Any:
    """The act of this name, made for a renderer, as a Manim scene."""
    return find_act(name).load()(brief, renderer=renderer)
