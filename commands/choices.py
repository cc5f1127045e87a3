"""Options of a command as they are typed: read from words, described for a page, and written again.

Values stay the text that was typed. What they mean, and whether they can be used, is for the command to
say; so a new option of a command needs no word here.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import click

from commands.console.commandline import read_names
from commands.course import ThemeName

#: A typed value: a text, several of them (arguments), or on and off.
Typed = str | tuple[str, ...] | bool
Choices = Mapping[str, Typed]


def typed(command: click.Command, words: Sequence[str]) -> dict[str, Typed]:
    """Return what words say, by the names of the options; what they do not say is left out.

    Raises
    ------
    click.UsageError
        For words that are none of the command's.
    """
    context = click.Context(command, info_name=command.name)
    said, _, _ = command.make_parser(context).parse_args(list(words))
    return {
        name: tuple(value) if isinstance(value, list) else value
        for name, value in said.items()
        if isinstance(value, str | bool | tuple | list)
    }


def written(command: click.Command, choices: Choices) -> list[str]:
    """Return choices as words for a command; those that it does not have are left out."""
    words: list[str] = []
    for parameter in command.params:
        value = choices.get(str(parameter.name))
        if value is None:
            continue
        several = value if isinstance(value, tuple) else (value,)
        if isinstance(parameter, click.Argument):
            words[:0] = map(str, several)
        else:
            words += [word for each in several for word in _option(parameter, each)]
    return words


def _option(parameter: click.Parameter, value: str | bool) -> list[str]:
    flag = parameter.opts[0]
    if isinstance(value, bool):
        return (parameter.opts if value else parameter.secondary_opts)[:1]
    return [f"{flag}={value}"] if value.startswith("-") else [flag, value]


def described(
    command: click.Command, choices: Choices, without: Collection[str]
) -> list[dict[str, Any]]:
    """Return the options of a command for a page, in their order, each with what is chosen."""
    return [
        _described(each, choices.get(str(each.name)))
        for each in command.params
        if isinstance(each, click.Option) and each.name not in without
    ]


def _described(option: click.Option, value: Typed | None) -> dict[str, Any]:
    default = option.default if isinstance(option.default, str | int | float) else None
    told: dict[str, Any] = {
        "name": option.name,
        "flag": option.opts[0],
        "kind": _kind(option),
        "help": option.help or "",
        "default": default,
        "metavar": option.metavar or "",
        "value": value,
    }
    if isinstance(option.type, click.Choice):
        told["values"] = [str(each) for each in option.type.choices]
    elif isinstance(option.type, ThemeName):
        told["values"] = list(option.type.names)
        if isinstance(value, str) and value not in told["values"]:
            told["values"].append(value)  # a file
    return told


def _kind(option: click.Option) -> str:
    if option.is_flag:
        return "flag"
    if option.multiple:
        return "several"
    if isinstance(option.type, click.Choice | ThemeName):
        return "choice"
    if isinstance(option.type, click.Path) or str(option.metavar).endswith(("FILE", "FOLDER")):
        return "file"
    if getattr(option.type, "func", None) is read_names:
        return "names"
    return "text"
