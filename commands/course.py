"""The options by which a lecturer makes the film her own, in every verb that draws: λ, names, words, look."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import click

from commands.console.commandline import add_options, option, read_line
from commands.console.config import Tables, TablesFile
from pipeline.errors import SettingsError
from pipeline.printable import suggestion
from pipeline.render.settings import THEMES

if TYPE_CHECKING:
    from ridge_math import Dataset
    from ridge_math.stop import Stop
    from scenes.look import Look
    from scenes.text.wording import Wording
    from scenes.theme import Theme

#: Who may choose λ, beside a number: the eye, and criteria by their keys in `ridge_math.stop`.
CHOOSERS = ("eye", "gcv", "loo", "hkb", "reml")


def read_lam(text: str) -> float | str:
    """Return a λ above 0, or the name of who is to choose it.

    Raises
    ------
    ValueError
        If it is neither.
    """
    if text in CHOOSERS:
        return text
    try:
        lam = float(text)
    except ValueError:
        lam = math.nan
    if not 0.0 < lam < math.inf:
        raise ValueError(
            f"{text!r} is no λ: give a number above 0, like 0.5, or {', '.join(CHOOSERS[1:])} or eye"
        )
    return lam


def stop_for(dataset: Dataset, lam: float | str) -> Stop | None:
    """Return where λ stops for these data; None where that is for the eye.

    Raises
    ------
    SettingsError
        If it cannot be shown; the sentence names the range that can.
    """
    from ridge_math.errors import DataError
    from ridge_math.stop import stop_of

    if lam == CHOOSERS[0]:
        return None
    try:
        return stop_of(dataset, lam)
    except DataError as error:
        asked = lam if isinstance(lam, str) else f"{lam:g}"
        raise SettingsError(f"--lam {asked}: {error}") from None


def labels_for(dataset: Dataset, given: Sequence[str]) -> dict[str, str]:
    """Return the labels of columns that ``COLUMN=TEXT`` give; a column's own name may hold a ``=``.

    Raises
    ------
    SettingsError
        If there is no such column, it is not part of the picture, or no text to show for it.
    """
    columns = (*dataset.adjusted_for, *dataset.columns)
    labels: dict[str, str] = {}
    for each in given:
        splits = [at for at, sign in enumerate(each) if sign == "="]
        column = next((each[:at] for at in reversed(splits) if each[:at] in columns), None)
        if not splits:
            raise SettingsError(f"--label {each!r} names no text: write it like '{columns[0]}=…'.")
        if column is None:
            named = each[: splits[0]]
            raise SettingsError(
                f"--label names the column {named!r}, which these data do not show"
                f"{suggestion(named, columns)}"
            )
        try:
            labels[column] = read_line(each[len(column) + 1 :])
        except ValueError as error:
            raise SettingsError(f"--label of {column!r}: {error}.") from None
    return labels


lam_option = option(
    "--lam",
    type=read_lam,
    default=CHOOSERS[0],
    show_default=True,
    metavar="VALUE|" + "|".join((*CHOOSERS[1:], CHOOSERS[0])),
    help="Where λ stops: a value, by a criterion, or where the surface looks like a bowl.",
)


class _Line(click.ParamType[str]):
    """click's type of a text of which the environment holds several, one a line."""

    name = "text"
    envvar_list_splitter = "\n"

    def convert(self, value: str, param: object, ctx: object) -> str:
        return value


def wording_for(language: str, given: Tables | None, look: Look | None = None) -> Wording:
    """Return all texts: those of a language, and instead of some those of a file of words.

    Raises
    ------
    SettingsError
        If what is in the file is no text of ours.
    """
    from scenes.text.wording import Wording

    if given is None:
        return Wording(language)
    from commands.words_file import changes_in

    return Wording(language, changes_in(given.path, given.content, language, look))


class ThemeName(click.ParamType["str | Tables"]):
    """click's type of a theme: one of ours by name, or a TOML file of one's own."""

    name = "theme"

    def __init__(self, names: Sequence[str]) -> None:
        self.names = names

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> str | Tables:
        """Take the name, or read the file."""
        if isinstance(value, Tables) or value in self.names:
            return value
        if not str(value).endswith(".toml"):
            known = suggestion(str(value), (*self.names, "a FILE.toml"))
            self.fail(f"there is no theme {value!r}{known}", param, ctx)
        return TablesFile().convert(value, param, ctx)


def theme_option(names: Sequence[str], *, chosen: bool = True) -> Callable[[Any], Any]:
    """Return the option --theme: one of these names, or a file; where none is chosen, a file alone tells."""
    return option(
        "--theme",
        type=ThemeName(names),
        default=names[0],
        show_default=chosen,
        metavar="|".join((*names, "FILE")) if chosen else "FILE",
        help="TOML file with colours, fonts and a logo of your own"
        + (", or a theme by name." * chosen or "."),
    )


def base_of(theme: str | Tables) -> str:
    """The theme of ours that is meant, or that a file changes."""
    if isinstance(theme, str):
        return theme if theme in THEMES else THEMES[0]
    from commands.theme_file import base_in

    return base_in(theme)


def look_for(theme: str | Tables) -> Look | None:
    """Return what a file of a theme says, checked; None for a theme of ours."""
    if isinstance(theme, str):
        return None
    from commands.theme_file import look_in

    return look_in(theme)


def palette_of(base: str, look: Look | None) -> Theme:
    """Return the colours of a theme of ours, with a look of someone's own."""
    from scenes.theme import THEMES as COLOURS

    return look.of(COLOURS[base]) if look else COLOURS[base]


label_option = option(
    "--label",
    "labels",
    type=_Line(),
    multiple=True,
    metavar="COLUMN=TEXT",
    help="What a column is called in pictures and words; once for each.",
)
words_option = option(
    "--words",
    type=TablesFile(),
    metavar="FILE",
    help="TOML file of texts of your own; `render.py words` writes all there are.",
)
credit_options = add_options(
    option(
        "--title",
        type=lambda text: read_line(text) if text.strip() else "",
        metavar="TEXT",
        help="On the opening, the end card and as players list it; '' leaves the opening out.",
    ),
    option(
        "--author",
        type=read_line,
        metavar="TEXT",
        help="On the end card and as players list it; else nobody.",
    ),
    option("--source", type=read_line, metavar="TEXT", help="Of the data, on the end card."),
)
course_options = add_options(lam_option, label_option, words_option, credit_options)
