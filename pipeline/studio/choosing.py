"""What can be chosen, made and edited from the page, as the session asks for it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol


class Chooser(Protocol):
    """Options of a film: the words for them, and how they are changed."""

    @property
    def words(self) -> tuple[str, ...]:
        """As they are typed."""

    def choose(self, changes: Mapping[str, object]) -> tuple[str, ...]:
        """Change some; raise SettingsError for what cannot be chosen."""

    def render(self, wish: Mapping[str, object]) -> tuple[str, ...]:
        """Return the words that make a film, a GIF and so on; SettingsError for what cannot be made."""

    def edit(self, act: str, key: str, text: str | None) -> str | None:
        """Write a caption where the film reads it, and return what was there; SettingsError if not."""
