"""Parameters of an act beside the size of its frame: data set, theme, language, captions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from ridge_math import Dataset


@dataclass(frozen=True)
class Brief:
    """The problem to show and how to show it.

    Attributes
    ----------
    dataset
        Two features and a response.
    theme
        ``"dark"`` or ``"light"``.
    language
        Of the captions.
    captions
        Whether captions are burnt into the picture.
    transparent
        Whether the background is left out.
    title, author
        Of the film, where someone has given them: for acts that show them.
    spoken
        Frames that captions of this act take to be spoken, by key; none where nobody speaks.
    """

    dataset: Dataset
    theme: str = "dark"
    language: str = "en"
    captions: bool = True
    transparent: bool = False
    title: str = ""
    author: str = ""
    spoken: Mapping[str, int] = field(default_factory=dict)

    @property
    def uncredited(self) -> Self:
        """The same without title and author: what acts are given that do not show them."""
        return replace(self, title="", author="")

    @property
    def fingerprint(self) -> str:
        """A key of everything an act is given: equal keys, equal acts."""
        given = {each.name: getattr(self, each.name) for each in fields(self)}
        spoken = sorted(self.spoken.items())
        return repr({**given, "dataset": self.dataset.fingerprint, "spoken": spoken})
