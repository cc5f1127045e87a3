"""Parameters of an act beside the size of its frame: data set, theme, language, captions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from typing import TYPE_CHECKING, Self

from scenes.text.wording import Wording
from scenes.theme import THEMES

if TYPE_CHECKING:
    from ridge_math import Dataset
    from ridge_math.stop import Stop
    from scenes.look import Look
    from scenes.text.wording import Changes
    from scenes.theme import Theme


@dataclass(frozen=True)
class Brief:
    """The problem to show and how to show it.

    Attributes
    ----------
    dataset
        Two features and a response.
    theme
        ``"dark"`` or ``"light"``.
    look
        What of the theme is someone's own.
    language
        Of the captions.
    changes
        Texts of someone's own, see `scenes.text.wording`.
    captions
        Whether captions are burnt into the picture.
    transparent
        Whether the background is left out.
    stop
        The λ at which acts stop, where someone has chosen it; else it is `ridge_math.bowl_lam`, for the eye.
    title, author, source
        Of the film, and of its data, where someone has given them: for acts that show them.
    spoken
        Frames that captions of this act take to be spoken, by key; none where nobody speaks.
    """

    dataset: Dataset
    theme: str = "dark"
    language: str = "en"
    captions: bool = True
    transparent: bool = False
    look: Look | None = None
    changes: Changes = ()
    stop: Stop | None = None
    title: str = ""
    author: str = ""
    source: str = ""
    spoken: Mapping[str, int] = field(default_factory=dict)

    @property
    def uncredited(self) -> Self:
        """The same without title, author and source: what acts are given that do not show them."""
        return replace(self, title="", author="", source="")

    @property
    def palette(self) -> Theme:
        """Colours and type sizes."""
        theme = THEMES[self.theme]
        return self.look.of(theme) if self.look else theme

    @property
    def wording(self) -> Wording:
        """All texts."""
        return Wording(self.language, self.changes)

    @property
    def last_lam(self) -> float:
        """The λ at which acts stop."""
        from ridge_math.window import bowl_lam

        return self.stop.lam if self.stop else bowl_lam(self.dataset)

    @property
    def forms(self) -> tuple[str, ...]:
        """What captions may differ by, as endings of their keys, the most special first.

        Who chose the λ at which acts stop; ``"still"`` where the valley is a valley still at it; and the
        kind of data, see `ridge_math.kind_of`.
        """
        from ridge_math.kind import kind_of
        from ridge_math.stop import stays_valley

        kind, stop = kind_of(self.dataset), self.stop
        if stop is None:
            return (kind,)
        still = kind != "round" and stays_valley(self.dataset, stop.lam)
        return (stop.by, *(("still",) if still else ()), kind)

    @property
    def fingerprint(self) -> str:
        """A key of everything an act is given: equal keys, equal acts."""
        given = {each.name: getattr(self, each.name) for each in fields(self)}
        given |= {"dataset": self.dataset.fingerprint, "spoken": sorted(self.spoken.items())}
        return repr({**given, "look": self.look and self.look.fingerprint})
