"""The option --config: a TOML file that sets other options by name, and holds what is too long for one.

Such a file is a whole course: options are its keys, and its tables hold the labels of columns, the words
and the theme.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import click

from commands.console.commandline import PREFIX, FilePath, option, read_names
from pipeline.errors import SettingsError
from pipeline.inputs import read_toml
from pipeline.printable import suggestion

#: Tables of a file, and the options they stand for.
TABLES = {
    "labels": "label",
    "theme": "theme",
    **dict.fromkeys(("captions", "screen", "film", "alt", "explore", "notes"), "words"),
}


@dataclass(frozen=True)
class Tables:
    """Tables of a TOML file that make up one option.

    Attributes
    ----------
    path : Path
        The file; paths in it start from its folder.
    known : mapping or None
        Its tables, where they have been read.
    """

    path: Path
    known: Mapping[str, Any] | None = None

    @cached_property
    def content(self) -> Mapping[str, Any]:
        """The tables, by name.

        Raises
        ------
        SettingsError
            If the file cannot be read.
        """
        return read_toml(self.path) if self.known is None else self.known


class TablesFile(click.ParamType[Tables]):
    """click's type of a TOML file; in a file of options, its tables."""

    name = "path"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> Tables:
        """Take the name, unless the tables are there already."""
        if isinstance(value, Tables):
            return value
        return Tables(FilePath().convert(value, param, ctx))


def config_option() -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Return the option --config, which sets the defaults of the others from a TOML file."""
    return option(
        "--config",
        type=FilePath(),
        is_eager=True,
        expose_value=False,
        callback=_take_defaults,
        metavar="FILE",
        help="TOML file with these options by name; paths in it start from its folder.",
    )


def _take_defaults(ctx: click.Context, param: click.Parameter, path: Path | None) -> None:
    if path is None:
        return
    options = _options_by_name(ctx)
    options.pop("config", None)
    defaults: dict[str, Any] = {}
    tables: dict[str, dict[str, Any]] = {}
    try:
        settings = read_toml(path)
    except SettingsError as error:
        raise click.BadParameter(str(error), ctx, param) from error
    for key, value in settings.items():
        if key in TABLES and isinstance(value, dict):
            tables.setdefault(TABLES[key], {})[key] = value
        elif key in options:
            defaults[str(options[key].name)] = _default(options[key], value, path, ctx, param)
        else:
            known = [*options, *TABLES]
            raise click.BadParameter(
                f"{str(path)!r} has an unknown key {key!r}{suggestion(key, known)}", ctx, param
            )
    own = {parameter.name: parameter for parameter in ctx.command.params}
    for name, content in tables.items():
        wanted = own.get(options[name].name) or options[name]
        if isinstance(wanted.type, click.Choice):  # a table stands for more than this command takes
            continue
        defaults[str(wanted.name)] = (
            _lines(content, path, ctx, param) if wanted.multiple else Tables(path, content)
        )
    ctx.default_map = {**(ctx.default_map or {}), **defaults}


def _default(
    option: click.Parameter, value: Any, path: Path, ctx: click.Context, param: click.Parameter
) -> Any:
    if isinstance(value, list) and getattr(option.type, "func", None) is read_names:
        return value
    if isinstance(value, list) and option.multiple:
        return [str(each) for each in value]
    if isinstance(value, list | dict):
        name = option.opts[0].removeprefix("--")
        raise click.BadParameter(f"{str(path)!r} must give {name!r} one value", ctx, param)
    if isinstance(option.type, click.Path):
        return path.parent / str(value)
    # As text, a value goes through the same checks as one from the command line.
    text = value if isinstance(value, bool) else str(value)
    return [text] if option.multiple else text


def _lines(
    content: Mapping[str, Any], path: Path, ctx: click.Context, param: click.Parameter
) -> list[str]:
    """``key=text`` for each line of a table."""
    lines = []
    for name, table in content.items():
        for key, text in table.items():
            if not isinstance(text, str):
                raise click.BadParameter(
                    f"{str(path)!r} must give {key!r} of [{name}] a text in quotes", ctx, param
                )
            lines.append(f"{key}={text}")
    return lines


def _options_by_name(ctx: click.Context) -> dict[str, click.Option]:
    """Every option of every command, by its name in files: one file serves them all."""
    return {
        variable.removeprefix(PREFIX).replace("_", "-").lower(): parameter
        for variable, parameter in options_by_variable(ctx).items()
    }


def options_by_variable(ctx: click.Context) -> dict[str, click.Option]:
    """Return every option of every command, by the variable of the environment that sets it."""
    return {
        parameter.envvar: parameter
        for command in _commands_in(ctx.find_root().command)
        for parameter in command.params
        if isinstance(parameter, click.Option) and isinstance(parameter.envvar, str)
    }


def _commands_in(command: click.Command) -> Iterator[click.Command]:
    """A command that does something, or all those in a group."""
    if isinstance(command, click.Group):
        for each in command.commands.values():
            yield from _commands_in(each)
    else:
        yield command
