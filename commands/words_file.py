"""A file of words: texts instead of those of the catalogue, checked; and all of them, ready to be edited."""

from __future__ import annotations

import json
import string
import tomllib
import unicodedata
from collections.abc import Iterator, Mapping
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.errors import SettingsError
from pipeline.printable import suggestion
from scenes import ACTS, LOOPS, OPENING
from scenes.text.notes import NOTES
from scenes.text.wording import Wording, base_of

if TYPE_CHECKING:
    from scenes.look import Look
    from scenes.text.wording import Changes, Tables

#: Tables of acts stand under this one in a file: ``[captions.bowl]``.
CAPTIONS = "captions"
#: More signs than these cannot be read while a caption stands, nor set where it stands.
_LONGEST = 200
#: What the film does not show: no font of it need have their characters, and notes may be long.
_UNSEEN = ("alt", "explore", NOTES)


def changes_in(
    path: Path, content: Mapping[str, Any], language: str, look: Look | None = None
) -> Changes:
    """Return the texts of a file's tables, once all of them are texts that there are.

    Raises
    ------
    SettingsError
        If a table or a key is none of the catalogue, with the nearest; or a text is no plain text, has
        blanks that nothing fills, or characters that the fonts of the film lack.
    """
    from commands.data import check_fonts

    ours, changes = Wording(language).tables, []
    for written, table, texts in _tables(path, content, ours):
        for key, text in texts.items():
            if key not in ours[table]:
                known = suggestion(key, ours[table])
                raise _wrong(path, f"[{written}] has no text {key!r}{known}")
            place = f"{key!r} of [{written}]"
            checked = _checked(path, place, table, key, text, ours[table])
            if not table.startswith(_UNSEEN):
                of = f"{place} in {str(path)!r}"
                check_fonts(checked, of, "write it in other characters", look)
            changes.append((table, key, checked))
    return tuple(changes)


def _tables(
    path: Path, content: Mapping[str, Any], ours: Tables
) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    """The tables of a file: as it calls them, as the catalogue does, and what is in them."""
    for written, table in _known(ours).items():
        outer, _, inner = written.partition(".")
        found = content.get(outer, {})
        found = found.get(inner, {}) if inner and isinstance(found, dict) else found
        if not isinstance(found, dict):
            raise _wrong(path, f"{written!r} is no table: write [{written}] and lines below it")
        if found:
            yield written, table, found
    known = _known(ours)
    for outer, value in content.items():
        inner_names = [name.partition(".")[2] for name in known if name.startswith(f"{outer}.")]
        if outer not in known and not inner_names:
            names = dict.fromkeys(name.partition(".")[0] for name in known)
            raise _wrong(path, f"there are no words in [{outer}]{suggestion(outer, names)}")
        for inner in value if inner_names and isinstance(value, dict) else ():
            if inner not in inner_names:
                raise _wrong(
                    path, f"[{outer}] has no act {inner!r}{suggestion(inner, inner_names)}"
                )


def _known(ours: Tables) -> dict[str, str]:
    """Tables as files call them, and as the catalogue does."""
    acts = [entry.name for entry in (OPENING, *ACTS, *LOOPS)]
    return {
        **{f"{CAPTIONS}.{act}": act for act in acts},
        **{table: table for table in ours if table not in acts},
        **{f"{NOTES}{act}": f"{NOTES}{act}" for act in acts if f"{NOTES}{act}" in ours},
    }


def _checked(
    path: Path, place: str, table: str, key: str, text: Any, ours: Mapping[str, str]
) -> str:
    if not isinstance(text, str):
        raise _wrong(path, f"{place} is no text: write it in quotes")
    mark = len(ours[key]) == 1  # as what stands between thousands, which may be a space
    if ours[key] and not (text if mark else text.strip()):
        raise _wrong(path, f"{place} is empty: leave the line out to keep ours")
    lines = text.strip().split("\n") if table.startswith(NOTES) else [text]
    if any(unicodedata.category(c) in ("Cc", "Cs", "Zl", "Zp") for c in "".join(lines)):
        raise _wrong(path, f"{place} is not one line of plain text: leave out what cannot be shown")
    if not table.startswith((*_UNSEEN, "film", "summary")) and len(text) > _LONGEST:
        raise _wrong(
            path, f"{place} is too long to be shown: say it in {_LONGEST} characters or fewer"
        )
    allowed = blanks_of(key, ours)
    try:
        blanks = list(_blanks(text))
    except ValueError:
        raise _wrong(path, f"{place} has a brace alone: write {{{{ for {{ itself") from None
    for blank in blanks:
        if blank not in allowed:
            names = ", ".join(f"{{{name}}}" for name in sorted(allowed)) or "none"
            raise _wrong(
                path, f"{place} has the blank {{{blank}}}, which nothing fills: it may have {names}"
            )
    return "\n".join(line.strip() for line in lines) if table.startswith(NOTES) else text


def blanks_of(key: str, texts: Mapping[str, str]) -> set[str]:
    """The blanks that a text may have: those of all its forms."""
    base = base_of(key, texts)
    return {
        blank for each in texts if base_of(each, texts) == base for blank in _blanks(texts[each])
    }


def _blanks(text: str) -> Iterator[str]:
    """The blanks of a text; what could reach beyond them, as a format or an attribute, is none."""
    for _, name, spec, conversion in string.Formatter().parse(text):
        if name is not None:
            yield name + (f"!{conversion}" if conversion else "") + (f":{spec}" if spec else "")


def _wrong(path: Path, what: str) -> SettingsError:
    end = "" if what.endswith((".", "?")) else "."
    return SettingsError(f"{str(path)!r} cannot be used: {what}{end}")


def words_toml(wording: Wording) -> str:
    """All texts as a file of words, each with what its blanks hold and of which data it is said."""
    blanks = tomllib.loads((files("scenes.text") / "blanks.toml").read_text(encoding="utf-8"))
    lines = [
        "# The words of the film. Change what you like, leave out the rest, and hand the file over with",
        "# --words, or make its tables part of the file of --config. {blanks} are filled in.",
    ]
    tables = wording.tables
    for written, table in _known(tables).items():
        lines += ["", f"[{written}]"]
        told: set[str] = set()
        for key, text in tables[table].items():
            new = [blank for blank in dict.fromkeys(_blanks(text)) if blank not in told]
            told |= {*new}
            lines += [f"# {{{blank}}}: {blanks[blank]}" for blank in new]
            base = base_of(key, tables[table])
            if base != key:
                lines.append(f"# {_FORMS[key.removeprefix(base + '_')]}")
            lines.append(f"{key} = {quoted(text)}")
    return "\n".join(lines) + "\n"


#: Of what a form of a text alone is said.
_FORMS = {
    "round": "… of data that make no valley:",
    "exact": "… of data with an exactly flat floor, or exactly collinear:",
    "pinned": "… of a valley in which many rows, or little noise, pin θ down:",
    "still": "… where --lam leaves the valley a valley:",
    "value": "… with --lam VALUE:",
    **{key: f"… with --lam {key}:" for key in ("gcv", "loo", "hkb", "reml")},
    "chosen": "… with --lam:",
}


def quoted(text: str) -> str:
    """A text as TOML has it, a note line by line; spaces that are none of the usual ones can be seen."""
    if "\n" in text:
        lines = "\n".join(quoted(line)[1:-1] for line in text.split("\n"))
        return f'"""\n{lines}"""'
    plain = json.dumps(text, ensure_ascii=False)
    return "".join(
        f"\\u{ord(c):04X}" if (c != " " and not c.isprintable()) or c == "\u00a0" else c
        for c in plain
    )
