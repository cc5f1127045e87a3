"""The acts of the film, in order. Importing this package does not import Manim."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from scenes.act_file import ActFile
    from scenes.brief import Brief
    from scenes.text.wording import Wording


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
    file : ActFile or None
        The file it is in, if that is outside the tree.
    """

    name: str
    module: str
    class_name: str
    summary: str
    credited: bool = False
    file: ActFile | None = None

    def load(self) -> Any:
        """The class of the act. Imports Manim."""
        module = self.file.load() if self.file else import_module(self.module)
        return getattr(module, self.class_name)

    def build(self, brief: Brief, renderer: Any) -> Any:
        """The act, made for a renderer, as a Manim scene."""
        return self.load()(brief, renderer=renderer)

    def title(self, wording: Wording) -> str:
        """What its viewer calls it; the class's name where an act from outside does not say."""
        if self.file is None:
            return wording.text(self.name, "title")
        from scenes.text.captions.acts import act_texts

        return act_texts(self.load(), wording).get("title", self.class_name)

    @property
    def modules(self) -> tuple[str, ...]:
        """The modules of ours that it is made of."""
        return self.file.uses if self.file else (self.module,)


#: The title of a whole film, before its acts; it says nothing that one would list or show alone.
OPENING = ActEntry(
    "opening", "scenes.opening", "Opening", "Why is it called ridge regression?", credited=True
)

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
    for entry in (OPENING, *ACTS, *LOOPS):
        if entry.name == name:
            return entry
    raise KeyError(name)


def build_act(name: str, brief: Brief, renderer: Any) -> Any:
    """The act of this name, made for a renderer, as a Manim scene."""
    return find_act(name).build(brief, renderer)
