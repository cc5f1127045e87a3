"""The words of a film: those of a language, and what someone would rather have said.

A text may come in *forms*: ``grow_exact`` beside ``grow``, for data, or a λ, for which it alone is true. Who
changes ``grow`` changes it for all of them, but for those that are changed themselves.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, TypeAlias

from scenes.text import captions
from scenes.text.notes import NOTES, notes

#: Endings of keys: what is said of one kind of data or choice of λ alone, see `scenes.brief.Brief.forms`.
FORMS = ("round", "exact", "pinned", "still", "value", "gcv", "loo", "hkb", "reml", "chosen")

Tables: TypeAlias = Mapping[str, Mapping[str, str]]
#: Texts instead of those of a language: table, key, text.
Changes: TypeAlias = tuple[tuple[str, str, str], ...]


@dataclass(frozen=True)
class Wording:
    """All texts of a film.

    Attributes
    ----------
    language : str
        Of what is not changed.
    changes : tuple of (str, str, str)
        Table, key and text of what is.
    """

    language: str = "en"
    changes: Changes = ()

    @property
    def tables(self) -> Tables:
        """All texts: those of `scenes.text.captions`, and speaker's notes as ``notes.bowl`` and so on."""
        if self.changes:
            return _changed(self.language, self.changes)
        return {**captions.catalogue(self.language), **notes(self.language)}

    def text(self, table: str, key: str, **values: Any) -> str:
        """A text with its blanks filled in."""
        return captions.filled(self.tables[table][key], **values)

    def note(self, act: str, key: str, forms: Iterable[str] = ()) -> str:
        """What a speaker may say at a beat of an act, for data of these forms; "" where nothing is noted."""
        texts = self.tables.get(f"{NOTES}{act}", {})
        return texts.get(captions.key_for(key, texts, forms), "")


def base_of(key: str, texts: Iterable[str]) -> str:
    """The key of which another is a form, among those of a table; itself if it is none."""
    base, _, form = key.rpartition("_")
    return base if form in FORMS and base in texts else key


@lru_cache(maxsize=4)
def _changed(language: str, changes: Changes) -> Tables:
    made = {table: dict(texts) for table, texts in Wording(language).tables.items()}
    new = {(table, key) for table, key, _ in changes}
    for table, key in new:
        texts = made.setdefault(table, {})
        for form in [each for each in texts if base_of(each, texts) == key != each]:
            if (table, form) not in new:
                del texts[form]
    for table, key, text in changes:
        made[table][key] = text
    return made
