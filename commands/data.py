"""Load the data a command is given, or make the built-in data, and check what the film needs of them."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import TYPE_CHECKING

from commands.spool import file_of
from pipeline.errors import SettingsError
from pipeline.printable import shown

if TYPE_CHECKING:
    from ridge_math import Dataset
    from ridge_math.io.notation import Mark
    from scenes.look import Look

SHOWN = 8


@dataclass(frozen=True)
class DataOptions:
    """The options on the data: which columns of which file, and how to read it."""

    data: Path | None = None
    features: tuple[str, ...] | None = None
    response: str | None = None
    adjust_for: tuple[str, ...] = ()
    sheet: str | None = None
    decimal: str | None = None
    drop_missing: bool = False

    @property
    def reading(self) -> tuple[str, ...]:
        """Those of them that say how to read the file, as they are typed."""
        return (
            *(() if self.sheet is None else ("--sheet", self.sheet)),
            *(() if self.decimal is None else ("--decimal", self.decimal)),
            *(("--drop-missing",) if self.drop_missing else ()),
        )


def read_data(
    options: DataOptions | None = None, *, scale: bool = True, all_features: bool = False
) -> Dataset:
    """Read columns of a file, or make the built-in data where there is none.

    Parameters
    ----------
    options
        File and columns; without a file, no other option can be given.
    scale
        As for ``Dataset.from_file``.
    all_features
        Where only the response is named: take every other column of numbers that can be one as a
        feature, instead of leaving the choice to the user; the notes tell which are left out.

    Raises
    ------
    SettingsError
        If columns are named and no file.
    DataError
        If the file cannot be used.
    """
    from ridge_math import Dataset
    from ridge_math.errors import DataError, OpenChoiceError, UnsettledError
    from ridge_math.io.columns import composed, usable_columns
    from ridge_math.io.table import Reading, Table

    options = options or DataOptions()
    if options.data is None:
        given = [field.name for field in fields(DataOptions) if getattr(options, field.name)]
        if given:
            flags = [f"--{name.replace('_', '-')}" for name in given]
            verb = "needs" if len(flags) == 1 else "need"
            raise SettingsError(f"{' and '.join(flags)} {verb} --data: name the file.")
        built_in = Dataset.synthetic()
        if scale:
            return built_in
        return Dataset.from_arrays(
            built_in.X, built_in.y, built_in.features, built_in.response, scale=False
        )
    path, name = file_of(options.data)
    marks: dict[str | None, Mark] = {"point": ".", "comma": ","}
    reading = Reading(options.sheet, marks.get(options.decimal), options.drop_missing, name)
    features, response, others = options.features, options.response, options.adjust_for
    left_out: tuple[str, ...] = ()
    try:
        table = Table.open(path, reading)
        if all_features and features is None and response is not None:
            named = composed((response, *others))
            candidates = [each for each in table.numeric_columns() if each not in named]
            usable, left_out = usable_columns(table, candidates)
            left_out = (*(() if table.counter in named else table.counter_notes), *left_out)
            # With none that can be used, the first column's own error says why.
            features = usable or tuple(candidates)
        dataset = Dataset.from_table(table, features, response, others, scale)
        return replace(dataset, notes=(*left_out, *dataset.notes))
    except OpenChoiceError as error:
        wanted = " and ".join(f"--{part}" for part in error.parts)
        raise DataError(f"{error}, with {wanted}") from error
    except UnsettledError as error:
        wanted = _OPTIONS[error.parameter]
        raise DataError(f"{error}, with {wanted}") from error


#: The options for what a file leaves unsettled.
_OPTIONS = {
    "decimal": "--decimal point or --decimal comma",
    "drop_missing": "--drop-missing",
    "sheet": "--sheet",
}


def check_two_features(dataset: Dataset) -> None:
    """Raise SettingsError if the data have no two features for the surface, and say what helps."""
    names = dataset.features
    if len(names) == 2:
        return
    if len(names) == 1:
        raise SettingsError(
            f"The film shows two features, but only {names[0]!r} is named: name two with --features."
        )
    listed = ", ".join(map(repr, names[:SHOWN])) + (", …" if len(names) > SHOWN else "")
    raise SettingsError(
        f"The film shows two features, but {len(names)} are named ({listed}): name two with "
        "--features, and those of the others that are to stay in the model with --adjust-for."
    )


def check_names(dataset: Dataset, look: Look | None = None) -> None:
    """Raise SettingsError if the fonts of the film lack a character of a name, and say what helps."""
    for column, name in zip(dataset.columns, (*dataset.features, dataset.response), strict=True):
        of = f"the column {name!r}" if name == column else f"the label {name!r}"
        check_fonts(name, of, f"call it otherwise with --label '{column}=…'", look)


def check_fonts(text: str, of: str, remedy: str, look: Look | None = None) -> None:
    """Raise SettingsError if the fonts of the film lack a character of a text that is to be shown."""
    if text.isascii():
        return
    from scenes.text.typesetting import missing_characters, use_fonts

    use_fonts(look)
    if missing := missing_characters(text):
        listed = ", ".join(f"{shown(c)} (U+{ord(c):04X})" for c in missing[:SHOWN])
        more = " and more" if len(missing) > SHOWN else ""
        raise SettingsError(f"The fonts of the film lack {listed}{more} of {of}: {remedy}.")
