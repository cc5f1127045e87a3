"""Every caption in words that a speech program can read, in each language."""

from __future__ import annotations

import re
from collections import defaultdict

import pytest

from pipeline.voice.pronunciation import pronounced
from scenes.text.captions import catalogue, languages


@pytest.mark.parametrize(
    ("language", "written", "read"),
    [
        (
            "en",
            "λ‖θ‖²: a bowl around θ = 0.",
            "lambda times the squared norm of theta: a bowl around theta is 0.",
        ),
        (
            "en",
            "log-likelihood is −RSS ∕ 2σ², up",
            "log-likelihood is minus R S S over two sigma squared, up",
        ),
        (
            "en",
            "as λ\u00a0=\u00a0σ²\u00a0∕\u00a0τ² rises",
            "as lambda is sigma squared over tau squared rises",
        ),
        ("en", "makes XᵀX + λI invertible", "makes X transpose X plus lambda I invertible"),
        ("en", "from 1,999 to 3.5 × 10⁻¹²", "from 1,999 to 3.5 times ten to the minus 12"),
        ("en", "at θ̂, θ₁ and θ₂; y − ŷ", "at theta hat, theta one and theta two; y minus y hat"),
        ("en", "RSSI and biasλ of GCV", "RSSI and biaslambda of G C V"),  # no word within another
        (
            "de",
            "ein Strafterm, λ‖θ‖²: θ = 0",
            "ein Strafterm, lambda mal Norm von theta zum Quadrat: theta gleich 0",
        ),
        ("de", "3\u202f100 bei κ ≥ 10⁵", "3100 bei kappa mindestens zehn hoch 5"),
        ("de", "Die RSS, VIF = 9,7", "Die R S S, V I F gleich 9,7"),
    ],
)
def test_signs_are_read_as_words(language: str, written: str, read: str) -> None:
    assert pronounced(written, language) == read


def test_words_of_a_script_go_first() -> None:
    own = {"RSS": "residual sum of squares", "λ": "lamb", "per cent": "percent"}
    assert (
        pronounced("RSS at λ, 5 per cent", "en", own)
        == "residual sum of squares at lamb, 5 percent"
    )
    assert pronounced("λ‖θ‖²", "en", {"λ": "lamb"}).startswith("lambda times")  # what is longer


@pytest.mark.parametrize("language", languages())
def test_no_caption_has_a_sign_that_is_not_read(language: str) -> None:
    """But for names of data, which stay as they are."""
    values = defaultdict(lambda: "12")
    for act, texts in catalogue(language).items():
        for key, text in texts.items():
            if act not in ("screen", "alt", "explore", "film"):
                read = pronounced(text.format_map(values), language)
                assert re.fullmatch(r"[A-Za-zÄÖÜäöüßé0-9 ,.;:!?()„“”’…–-]*", read), (act, key, read)
