"""Sentences in several languages: the same keys and blanks in each, numbers as each writes them."""

import copy
import pickle
import re
import string
from pathlib import Path

import pytest

from ridge_math import Dataset, diagnose
from ridge_math.sentence import Language, Sentence, catalogue, codes, said
from scenes.text.captions import caption_text, languages

ROOM = Path(__file__).parents[2] / "ridge_math"
GERMAN = Language("de", ",", "\u202f")


def texts(code):
    return {
        f"{table}.{key}": text
        for table, words in catalogue(code).items()
        for key, text in words.items()
    }


def blanks(text):
    return {(name, spec, kind) for _, name, spec, kind in string.Formatter().parse(text) if name}


def test_every_language_of_the_film_is_spoken():
    assert codes() == languages()


@pytest.mark.parametrize("code", [code for code in codes() if code != "en"])
def test_every_language_has_the_same_keys_and_blanks(code):
    english, other = texts("en"), texts(code)
    assert list(other) == list(english)
    assert {key: blanks(text) for key, text in other.items()} == {
        key: blanks(text) for key, text in english.items()
    }


def test_every_key_is_in_use_and_every_use_has_a_key():
    source = "".join(path.read_text(encoding="utf-8") for path in ROOM.rglob("*.py"))
    used = set(re.findall(r'"((?:note|place|pair|warning|valley)\.[a-z_0-9]+)"', source))
    assert used <= set(texts("en"))
    built = re.compile(r"(valley|warning|title|convention|remark)\.")
    assert {key for key in texts("en") if not built.match(key)} - used - {"note.dropped_one"} == {
        "note.dropped"
    }


def test_a_sentence_is_its_english_text_and_can_be_said_otherwise():
    sentence = diagnose(Dataset.synthetic()).valley
    assert "14.1 times as large" in sentence
    assert "14,1-mal so groß" in said(sentence, GERMAN)
    assert "0,0627" in said(sentence, GERMAN)
    assert said("plain", GERMAN) == "plain"
    assert said(sentence, Language()) == sentence


def test_a_sentence_survives_a_copy_and_another_process():
    sentence = diagnose(Dataset.synthetic()).valley
    for twin in (copy.deepcopy(sentence), pickle.loads(pickle.dumps(sentence))):
        assert twin == sentence
        assert said(twin, GERMAN) == said(sentence, GERMAN)


def test_sentences_within_sentences_and_weights_are_in_the_language():
    pinned = diagnose(Dataset.synthetic(n_samples=20_000, theta=(2.0, 1.0))).valley
    assert "besser bestimmt" in said(pinned, GERMAN)
    assert "legen θ trotzdem fest" in said(pinned, GERMAN)
    three = Dataset.synthetic(theta=(1.0, -2.0, 0.5), correlation=0.999, structure="sum")
    assert "0,71 θ_C" in said(diagnose(three).valley, GERMAN)


def test_names_are_never_filled_in():
    sentence = Sentence.of("note.counter", name="{0} {name.__class__} 1.5")
    assert "{0} {name.__class__} 1.5" in sentence
    assert "{0} {name.__class__} 1.5" in said(sentence, GERMAN)


@pytest.mark.parametrize("code", codes())
def test_everything_said_of_data_can_be_said(code):
    language = Language(
        code, *(caption_text(code, "screen", key) for key in ("point", "thousands"))
    )
    kinds = [
        *(Dataset.synthetic(correlation=rho) for rho in (0.0, 0.5, 0.99, 1.0)),
        Dataset.synthetic(theta=(1.0, 1.0, 1.0), n_samples=5),
        Dataset.synthetic(noise=0.0),
        Dataset.synthetic(theta=(1.0,)),
    ]
    for data in kinds:
        told, english = diagnose(data).to_dict(language), diagnose(data).to_dict()
        if code != "en":
            assert told["valley"] != english["valley"]
            assert all(a != b for a, b in zip(told["notes"], english["notes"], strict=True))
        assert "{" not in repr([told["valley"], told["warning"], told["notes"], told["pair_hint"]])
