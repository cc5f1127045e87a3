"""What an act is given, beside the size of its frame."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

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
    """

    dataset: Dataset
    theme: str = "dark"
    language: str = "en"
    captions: bool = True
    transparent: bool = False

    @property
    def fingerprint(self) -> str:
        """A key of everything an act is given: equal keys, equal acts."""
        given = {field.name: getattr(self, field.name) for field in fields(self)}
        return repr({**given, "dataset": self.dataset.fingerprint})
