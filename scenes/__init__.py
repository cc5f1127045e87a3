"""The acts of the film, in order. Importing this package does not import Manim."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any

from scenes.text.captions import key_for

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
        What its viewer can answer afterwards, where the catalogue does not say: see `told`.
    credited : bool
        Whether it shows title and author of the film: others do not depend on them.
    file : ActFile or None
        The file it is in, if that is outside the tree.
    """

    name: str
    module: str
    class_name: str
    summary: str = ""
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

    def told(self, wording: Wording, forms: Iterable[str]) -> str:
        """What its viewer can answer afterwards, for data of these forms (`scenes.brief.Brief.forms`)."""
        texts = wording.tables["summary"]
        return texts.get(key_for(self.name, texts, forms), self.summary)

    @property
    def modules(self) -> tuple[str, ...]:
        """The modules of ours that it is made of."""
        return self.file.uses if self.file else (self.module,)


#: The title of a whole film, before its acts; it says nothing that one would list or show alone.
OPENING = ActEntry("opening", "scenes.opening", "Opening", credited=True)

#: The film, in order.
ACTS: tuple[ActEntry, ...] = (
    ActEntry("hook", "scenes.hook", "Hook"),
    ActEntry("twins", "scenes.twins", "Twins"),
    ActEntry("terrain", "scenes.terrain", "Terrain"),
    ActEntry("valley", "scenes.valley", "Valley"),
    ActEntry("bowl", "scenes.bowl", "Bowl"),
    ActEntry("flip", "scenes.flip", "Flip"),
    ActEntry("trace", "scenes.ridge_trace", "Trace"),
    ActEntry("price", "scenes.price", "Price"),
    ActEntry("recap", "scenes.recap", "Recap", credited=True),
)

#: Short pieces for articles, not part of the film.
LOOPS: tuple[ActEntry, ...] = (ActEntry("loop", "scenes.loop", "Loop"),)


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
