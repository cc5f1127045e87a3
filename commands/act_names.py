"""The acts a command is given: by name, or as classes in a file of one's own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import click
from click.shell_completion import CompletionItem

from commands.act_files import WRITTEN, acts_in
from commands.console.commandline import option
from pipeline.errors import SettingsError
from pipeline.printable import suggestion
from scenes import ACTS, LOOPS, ActEntry, find_act

#: What is typed for an act: one, or all of a file.
_Entries = tuple[ActEntry, ...]
#: Acts that are to be left out, as they are typed.
Without = tuple[_Entries, ...]


class ActName(click.ParamType[_Entries]):
    """The name of an act, or ``FILE.py:CLASS``, or ``FILE.py`` for all acts in it, as entries."""

    name = "act"
    known = tuple(entry.name for entry in (*ACTS, *LOOPS))

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> _Entries:
        """Find the act, or say which ones there are."""
        if isinstance(value, tuple):
            return value
        written = WRITTEN.fullmatch(value)
        if written is None:
            try:
                return (find_act(value),)
            except KeyError:
                self.fail(f"there is no act {value!r}{suggestion(value, self.known)}", param, ctx)
        found = acts_in(Path(written["file"]))
        wanted = written["act"]
        if wanted is None:
            return tuple(found)
        named = tuple(entry for entry in found if wanted in (entry.class_name, entry.name))
        if not named:
            names = [entry.class_name for entry in found]
            self.fail(
                f"{written['file']} has no act {wanted!r}{suggestion(wanted, names)}", param, ctx
            )
        return named

    def shell_complete(
        self, ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> list[CompletionItem]:
        """Complete a name, or that of a file, in the shell."""
        names = [CompletionItem(name) for name in self.known if name.startswith(incomplete)]
        return names or [CompletionItem(incomplete, type="file")]


def acts_argument(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the argument for any number of acts, as `acts`."""
    return click.argument("acts", nargs=-1, type=ActName(), callback=_all, metavar="[ACT]...")(
        command
    )


without_option = option(
    "--without",
    type=ActName(),
    multiple=True,
    metavar="ACT",
    help="Leave this act out; once for each.",
)


def left_over(acts: Sequence[ActEntry], without: Without) -> tuple[ActEntry, ...]:
    """Return the acts without some.

    Raises
    ------
    SettingsError
        If none is left.
    """
    gone = {entry.name for entries in without for entry in entries}
    left = tuple(entry for entry in acts if entry.name not in gone)
    if not left:
        raise SettingsError("--without leaves no act: leave out fewer of them.")
    return left


def stem_without(stem: str, acts: Sequence[ActEntry], without: Without) -> str:
    """Return the name of a file that would have all these acts, for one that lacks some."""
    there = {entry.name for entry in acts}
    gone = [entry.name for entries in without for entry in entries if entry.name in there]
    return f"{stem}-without-{'+'.join(dict.fromkeys(gone))}" if gone else stem


def act_argument(
    metavar: str = "[ACT]", **given: Any
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Return what adds the argument for one act, as `act`."""
    return click.argument("act", type=ActName(), callback=_one, metavar=metavar, **given)


def _all(ctx: click.Context, param: click.Parameter, found: tuple[_Entries, ...]) -> _Entries:
    entries = tuple(entry for each in found for entry in each)
    by_name = {entry.name: entry for entry in entries}
    for entry in entries:
        if entry != by_name[entry.name]:
            raise SettingsError(
                f"Two acts are called {entry.name!r}: give one of the classes another name."
            )
    return entries


def _one(ctx: click.Context, param: click.Parameter, found: _Entries | None) -> ActEntry | None:
    if found is not None and len(found) > 1:
        listed = ", ".join(entry.class_name for entry in found)
        raise click.BadParameter(
            f"there are several acts in it: name one after a colon, of {listed}", ctx, param
        )
    return found[0] if found else None
