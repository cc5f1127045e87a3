"""What every command line needs: options from the command, the environment or a file; endings."""

from __future__ import annotations

import csv
import os
import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import fields
from functools import wraps
from pathlib import Path
from typing import Any, TypeVar

import click

from pipeline.inputs import read_toml
from pipeline.printable import shown
from pipeline.render.settings import ASPECTS, QUALITIES
from pipeline.video.captions import PLACES

_Command = TypeVar("_Command", bound=Callable[..., Any])


class Ending(click.ClickException):
    """An exception that ends a command: one sentence, without control characters."""

    def format_message(self) -> str:
        """Return the sentence in characters that can be shown."""
        return shown(self.message)


class Failed(Ending):
    """The render failed: one sentence, exit code 1."""

    exit_code = 1


class Misused(Ending):
    """Options or data that cannot be used: one sentence, exit code 2."""

    exit_code = 2


class Stopped(Ending):
    """Interrupted by the user: one sentence, exit code 130."""

    exit_code = 130


class FilePath(click.Path):
    """click's type of a path: not empty, without NUL bytes."""

    name = "path"

    def __init__(self) -> None:
        super().__init__(path_type=Path)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Take the name, unless no file can have it."""
        text = os.fsdecode(value)
        if not text:
            self.fail("it is empty: leave the option out, or give it a name", param, ctx)
        if "\0" in text:
            self.fail(f"'{shown(text, 60)}' is no name that a file can have", param, ctx)
        return super().convert(value, param, ctx)


def read_seconds(text: str) -> float:
    """Return ``70.5`` for ``"70.5"``, ``"1:10.5"`` or ``"0:01:10.5"``, as players show moments."""
    clock = re.fullmatch(
        r"(?:([0-9]{1,4}):)?([0-5]?[0-9]):([0-5][0-9](?:\.[0-9]{0,9})?)", text.strip()
    )
    if clock is not None:
        return 3600 * int(clock[1] or 0) + 60 * int(clock[2]) + float(clock[3])
    try:
        return float(text)
    except ValueError:
        raise ValueError(f"{text!r} is no moment: write it like 70.5 or 1:10.5") from None


def read_names(value: str | Sequence[Any]) -> tuple[str, ...]:
    """Split column names at commas; a name that holds a comma is quoted, as in CSV.

    A list (from a configuration file) is taken as it is.
    """
    if not isinstance(value, str):
        return tuple(str(name) for name in value)
    try:
        (names,) = csv.reader([value], skipinitialspace=True, strict=True)
    except (csv.Error, ValueError):
        raise ValueError(
            f"{value!r} is no list of names: write it like 'A,\"B, second\"'"
        ) from None
    return tuple(names)


def read_line(text: str) -> str:
    """Return one line of text without the blanks around it, or say what it must not hold."""
    text = text.strip()
    if not text:
        raise ValueError("it is empty: leave the option out, or give it a text")
    # Control characters, halves of characters, and ends of lines and paragraphs.
    if any(unicodedata.category(c) in ("Cc", "Cs", "Zl", "Zp") for c in text):
        raise ValueError(
            f"'{shown(text, 60)}' is not one line of plain text: leave out what cannot be shown"
        )
    return text


#: How the names of our variables in the environment begin.
PREFIX = "RIDGE_"


def option(
    flag: str, *names: str, known_as: str | None = None, **attributes: Any
) -> Callable[[_Command], _Command]:
    """Return a click option that an environment variable sets, too: --from is RIDGE_FROM.

    Where another command has the flag with another meaning, the option is `known_as` something else
    in the environment and in files.
    """
    long_name = known_as or flag.split("/")[0].removeprefix("--")
    variable = PREFIX + long_name.replace("-", "_").upper()
    return click.option(flag, *names, envvar=variable, **attributes)


def add_options(*options: Callable[[_Command], _Command]) -> Callable[[_Command], _Command]:
    """Return a decorator that adds several options to a click command, in this order."""

    def decorate(command: _Command) -> _Command:
        for add in reversed(options):
            command = add(command)
        return command

    return decorate


def gather_options(
    record: type[Any], name: str, *options: Callable[[Any], Any], **fixed: Any
) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Return a decorator that passes options to a click command as one dataclass.

    So it does with options of its own that are called like a field. `fixed` are fields with no
    option.
    """

    def decorate(command: Callable[..., None]) -> Callable[..., None]:
        @wraps(command)
        def with_record(**given: Any) -> None:
            names = [field.name for field in fields(record) if field.name in given]
            one = record(**fixed, **{each: given.pop(each) for each in names})
            command(**{name: one}, **given)

        return add_options(*options)(with_record)

    return decorate


#: Which columns of which file, and how to read it: the fields of `DataOptions`.
data_options = add_options(
    option(
        "--data",
        type=FilePath(),
        metavar="FILE",
        help="CSV, Excel or Parquet; - is standard input; else built-in data.",
    ),
    option(
        "--features",
        type=read_names,
        metavar="A,B",
        help="Columns, two for a film. Quote a comma: '\"A, old\",B'.",
    ),
    option("--response", metavar="Y", help="The column to explain."),
    option(
        "--adjust-for",
        type=read_names,
        default=(),
        metavar="C,D",
        help="Columns in the model but not shown: regressed out of all others first.",
    ),
    option(
        "--sheet",
        metavar="NAME",
        help="Sheet of a workbook, by name or number; else its first.",
    ),
    option(
        "--decimal",
        type=click.Choice(["point", "comma"]),
        help="How decimals are written, where the file leaves it in doubt.",
    ),
    option("--drop-missing", is_flag=True, help="Leave out rows that lack a value."),
)
#: Where files go if nobody says.
OUT = "out"


def out_option(default: str = OUT) -> Callable[[_Command], _Command]:
    """Return the option --out, the folder for what is made."""
    return option("--out", type=FilePath(), default=default, show_default=True, metavar="DIR")


json_option = option("--json", "as_json", is_flag=True, help="Result as JSON on stdout.")


def look_options(
    quality: str | None, languages: Iterable[str], *, themes: bool = True, out: str = OUT
) -> Callable[[_Command], _Command]:
    """Return a decorator that adds the options for look and output.

    Parameters
    ----------
    quality
        The named quality that is meant where none is given; with None the options for quality,
        size and frame rate are left out, for a command that has its own.
    languages
        Those with captions.
    themes
        Whether there is one place for captions; not for a command that makes all.
    out
        Where files go if nobody says.
    """
    shapes = click.Choice(list(ASPECTS))
    places, named = click.Choice(PLACES), click.Choice(list(QUALITIES))
    frame = (
        option(
            "--quality",
            type=named,
            default=quality,
            show_default=True,
            help="Shorter side of the frame; "
            + ", ".join(f"{name} {each.fps}" for name, each in QUALITIES.items())
            + " fps.",
        ),
        option("--size", metavar="WxH", help="Frame size, instead of quality's and aspect's."),
        option("--fps", type=int, help="Frames per second, instead of the quality's."),
    )
    captions = option(
        "--captions",
        type=places,
        default=PLACES[0],
        show_default=True,
        help="In the picture, in .srt and .vtt files beside the video, or nowhere.",
    )
    return add_options(
        *(frame if quality else ()),
        option(
            "--aspect",
            type=shapes,
            default=next(iter(ASPECTS)),
            show_default=True,
            help="Shape of the frame"
            + ("; its shorter side is the quality's." if quality else "."),
        ),
        option(
            "--lang",
            type=click.Choice(list(languages)),
            default="en",
            show_default=True,
            help="Language of captions, labels and numbers.",
        ),
        *((captions,) if themes else ()),
        out_option(out),
        json_option,
    )


#: From where to where, as `first` and `last`.
range_options = add_options(
    option(
        "--from",
        "first",
        type=read_seconds,
        metavar="TIME",
        help="Begin at this moment: 70.5, or 1:10.5.",
    ),
    option("--to", "last", type=read_seconds, metavar="TIME", help="Stop before this moment."),
)


def say(sentence: str) -> None:
    """Print a line on stdout, without control characters."""
    click.echo(shown(sentence))


def project() -> dict[str, Any]:
    """Return what pyproject.toml says of the project: name, version, dependencies."""
    table: dict[str, Any] = read_toml(Path(__file__).parents[2] / "pyproject.toml")["project"]
    return table


def version_option() -> Callable[[_Command], _Command]:
    """Return the option --version, which says what pyproject.toml says."""

    def tell(ctx: click.Context, param: click.Parameter, wanted: bool) -> None:
        if wanted and not ctx.resilient_parsing:
            click.echo(f"{project()['name']} {project()['version']}")
            ctx.exit()

    return click.option(
        "--version",
        is_flag=True,
        is_eager=True,
        expose_value=False,
        callback=tell,
        help="Show the version and exit.",
    )


def warn(sentence: str) -> None:
    """Print a line on stderr, without control characters."""
    click.echo(shown(sentence), err=True)


def note(sentence: str) -> None:
    """Print a note on stderr: worth knowing, though all goes well."""
    warn(f"Note: {sentence}")


def examples(*lines: str) -> str:
    """Return examples for the end of a help text, in lines that click does not wrap."""
    return "\b\nExamples:\n" + "\n".join(f"  {line}" for line in lines)
