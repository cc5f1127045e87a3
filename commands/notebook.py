"""The page that answers to the hand, in a notebook: `explore(dataset)` as the last line of a cell."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ridge_math import Dataset


@dataclass(frozen=True)
class Frame:
    """A page inside the notebook; it needs no network, and stays in a notebook that is saved.

    Attributes
    ----------
    page : str
        All of it, as HTML.
    height : int
        Of its frame, in pixels.
    """

    page: str
    height: int

    def _repr_html_(self) -> str:
        style = f"width: 100%; height: {self.height}px; border: 0; border-radius: 12px"
        return f'<iframe srcdoc="{escape(self.page)}" style="{style}"></iframe>'


def explore(
    dataset: Dataset,
    *,
    lam: float = 0.0,
    theme: str = "auto",
    language: str = "en",
    height: int = 760,
) -> Frame:
    """Return what a notebook shows as the surface of a problem, to be turned and dragged.

    Parameters
    ----------
    dataset
        Two features, from a file, from arrays or made.
    lam
        λ at first.
    theme
        ``"dark"``, ``"light"``, or ``"auto"`` for what the reader's system asks for.
    language
        Of its words.
    height
        Of its frame, in pixels.

    Raises
    ------
    SettingsError
        If the data do not have two features.
    """
    from commands.data import DataOptions, check_two_features
    from commands.explore import Asked, exhibit_of
    from pipeline.explore.page import page_of

    check_two_features(dataset)
    asked = Asked(DataOptions(), theme, language, f"lam={lam!r}" if lam else "")
    return Frame(page_of(exhibit_of(asked, dataset, stills=False)), height)
