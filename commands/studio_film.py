"""What a drawing process of the studio opens: the film that `render.py film` would make of these words."""

from __future__ import annotations

import contextlib
import io
from collections.abc import Iterable, Sequence
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from commands.act_files import WRITTEN
from commands.act_names import left_over
from commands.choices import Choices, described, typed
from commands.film import film, shown_acts
from commands.request import Request
from commands.voice_option import asked_voice
from pipeline.errors import SettingsError
from pipeline.render.settings import THEMES

if TYPE_CHECKING:
    from pipeline.studio.showing import Showing
    from scenes import ActEntry

#: Options of `film` that are not chosen on screen: where it goes, who draws it, and what is looked at anyway.
ELSEWHERE = frozenset(
    {
        *("out", "as_json", "config", "first", "last", "dry_run", "cache", "cache_dir"),
        *("voice", "under", "workers", "cluster", "tls_ca", "tls_cert", "tls_key"),
    }
)
PROJECT = Path(__file__).resolve().parents[1]
#: What files of an option are called, so that those nearby can be offered.
ENDINGS = {
    "data": (".csv", ".tsv", ".txt", ".xlsx", ".xls", ".ods", ".parquet"),
    "words": (".toml",),
}
#: Options that take columns of the data.
COLUMNS = ("features", "response", "adjust_for")
#: Files and columns that are offered at most.
MOST = 200


def open_film(words: Sequence[str]) -> Showing:
    """Open the film as its command line says.

    Raises
    ------
    SettingsError
        For words that the command would refuse.
    """
    from pipeline.studio.showing import Showing
    from pipeline.work.keys import this_machine
    from ridge_math.kind import strength
    from ridge_math.verdict import valley_in_words
    from scenes.stage.renderer import describe_renderer

    said = io.StringIO()
    with contextlib.redirect_stderr(said):
        request, acts = read(words)
        # Its folder comes to be with the first recording.
        speaks = request.voice is not None and request.voice.exists()
        voice = asked_voice(request, acts) if speaks else None
        scripts = request.scripts(acts, voice=voice)
    dataset = request.dataset
    verdict = f"Collinearity: {strength(dataset)}. {valley_in_words(dataset, dataset.features)}"
    return Showing(
        scripts=scripts,
        settings=request.settings,
        machine=this_machine(describe_renderer()),
        notes=(verdict, *said.getvalue().splitlines()),
        watched=(
            *files_of(words),
            *(path for act in acts if act.file for path, _ in act.file.contents),
            *([] if voice is None else voice.files),
        ),
        spoken={} if voice is None else voice.wordings.texts,
        texts={act.name: request.wording.tables[act.name] for act in acts if act.file is None},
    )


def read(words: Sequence[str]) -> tuple[Request, tuple[ActEntry, ...]]:
    """Return what a command line of `film` asks for, and its acts."""
    try:
        given: dict[str, Any] = film.make_context("film", list(words)).params
    except click.ClickException as error:
        raise SettingsError(error.format_message()) from error
    names = {field.name for field in fields(Request)}
    request = Request(**{name: value for name, value in given.items() if name in names})
    acts = left_over(shown_acts(request, given["acts"]), given["without"])
    return request, tuple(dict.fromkeys(acts))


def choices_of(words: Sequence[str]) -> tuple[dict[str, Any], ...]:
    """Return the options of the film for a page, with what is chosen, and what else could be."""
    said = typed(film, words)
    told = described(film, said, ELSEWHERE)
    columns = _columns(said)
    for each in told:
        if each["name"] in COLUMNS:
            each["values"] = columns
        elif each["name"] in ENDINGS:
            each["values"] = _files(said.get(each["name"]), ENDINGS[each["name"]])
    return tuple(told)


def _columns(said: Choices) -> list[str]:
    """Columns of numbers in the data file; none where it cannot be read: then its error is told."""
    from ridge_math.errors import DataError
    from ridge_math.io.table import Reading, Table

    path, sheet = said.get("data"), said.get("sheet")
    if not isinstance(path, str):
        return []
    reading = Reading(sheet=sheet if isinstance(sheet, str) else None)
    try:
        return list(Table.open(path, reading).numeric_columns())[:MOST]
    except (DataError, SettingsError, OSError):
        return []


def _files(chosen: object, endings: Sequence[str]) -> list[str]:
    """Files that could be chosen: in this folder, in that of the one that is chosen, our examples."""
    folders = [Path(), *([Path(chosen).parent] if isinstance(chosen, str) else [])]
    found: dict[Path, str] = {}
    for path in _listed(dict.fromkeys([*folders, PROJECT / "examples"])):
        if path.suffix.lower() in endings:
            here = Path.cwd()
            near = path.relative_to(here) if path.is_relative_to(here) else path
            found.setdefault(path.resolve(), str(near))
    return list(found.values())[:MOST]


def _listed(folders: Iterable[Path]) -> Iterable[Path]:
    for folder in folders:
        with contextlib.suppress(OSError):
            yield from sorted(path for path in folder.iterdir() if path.is_file())


def files_of(words: Sequence[str]) -> tuple[str, ...]:
    """Return the files that words name, whether or not they can be read: mended, they are read again."""
    said = typed(film, words)
    acts = said.get("acts")
    written = map(WRITTEN.fullmatch, acts if isinstance(acts, tuple) else ())
    kinds = {each["name"] for each in described(film, {}, ()) if each["kind"] == "file"}
    named = [value for name, value in said.items() if name in kinds or name == "theme"]
    files = [
        str(Path(each).absolute()) for each in named if isinstance(each, str) and each not in THEMES
    ]
    return (*files, *(str(Path(match["file"]).absolute()) for match in written if match))
