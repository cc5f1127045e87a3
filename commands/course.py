"""The options by which a lecturer makes the film her own, in every verb that draws: λ, names, words."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import click

from commands.console.commandline import add_options, option, read_line
from commands.console.config import TablesFile
from pipeline.errors import SettingsError
from pipeline.printable import suggestion

if TYPE_CHECKING:
    from collections.abc import Sequence

    from commands.console.config import Tables
    from ridge_math import Dataset
    from ridge_math.stop import Stop
    from scenes.text.wording import Wording

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
                f"{suggestion(named, columns)}."
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


def wording_for(language: str, given: Tables | None) -> Wording:
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

    return Wording(language, changes_in(given.path, given.content, language))


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
course_options = add_options(lam_option, label_option, words_option)
