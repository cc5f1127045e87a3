"""What captions write as a speech program should read it: λ, θ₁, RSS, 10⁻³ in words."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from pipeline.video.captions import one_line

_RAISED = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-")


def pronounced(text: str, language: str, own: Mapping[str, str] | None = None) -> str:
    """Return a text in words, as `pronunciation.toml` says; `own` words go before those.

    A word that begins or ends with a letter stands for itself alone, not within another.
    """
    table = _table(language)
    words, signs, numbers = {**table["words"], **(own or {})}, table["signs"], table["numbers"]
    text = unicodedata.normalize("NFC", one_line(text)).replace("\u202f", "").replace("\u00a0", " ")
    text = re.sub(r"[\u2060-\u2069]", "", text)  # what keeps words together or apart is not read
    text = re.sub(
        r"10(⁻?)([⁰¹²³⁴⁵⁶⁷⁸⁹]+)",
        lambda found: numbers["power"].format(
            numbers["minus"].format(found[2].translate(_RAISED))
            if found[1]
            else found[2].translate(_RAISED)
        ),
        text,
    )
    text = _replaced(
        text, {unicodedata.normalize("NFC", word): said for word, said in words.items()}
    )
    for sign, said in signs.items():
        text = text.replace(sign, f" {said} ")
    text = re.sub(r"\s+([,.;:!?])", r"\1", text)
    return re.sub(r" +", " ", text).strip()


def _replaced(text: str, words: Mapping[str, str]) -> str:
    """A text with words replaced, the longest first, each once: what is put in is not looked at."""
    if not words:
        return text
    longest = sorted(words, key=lambda word: (-len(word), word))
    pattern = re.compile("|".join(_alone(word) for word in longest))
    return pattern.sub(lambda found: words[found[0]], text)


def _alone(word: str) -> str:
    latin = "[A-Za-zÀ-ɏ0-9]"
    before = f"(?<!{latin})" if re.match(latin, word) else ""
    after = f"(?!{latin})" if re.search(f"{latin}$", word) else ""
    return before + re.escape(word) + after


@cache
def _table(language: str) -> dict[str, dict[str, str]]:
    path = Path(__file__).with_name("pronunciation.toml")
    tables: dict[str, dict[str, dict[str, str]]] = tomllib.loads(path.read_text(encoding="utf-8"))
    return tables.get(
        language, {"words": {}, "signs": {}, "numbers": {"power": "10^{0}", "minus": "-{0}"}}
    )
