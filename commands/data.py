"""The data a command is given: read, or made where no file is named, and fit for what is asked."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.errors import SettingsError

if TYPE_CHECKING:
    from ridge_math import Dataset

SHOWN = 8


def read_data(
    path: Path | None,
    features: tuple[str, ...] | None = None,
    response: str | None = None,
    adjust_for: tuple[str, ...] = (),
    *,
    scale: bool = True,
    all_features: bool = False,
) -> Dataset:
    """Read columns of a file, or make the built-in data where there is none.

    Parameters
    ----------
    path, features, response, adjust_for, scale
        As for ``Dataset.from_file``; without a path, no columns can be named.
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
    from ridge_math.errors import DataError, OpenChoiceError

    if path is None:
        named = {"--features": features, "--response": response, "--adjust-for": adjust_for}
        flags = [flag for flag, value in named.items() if value]
        if flags:
            verb = "needs" if len(flags) == 1 else "need"
            raise SettingsError(f"{' and '.join(flags)} {verb} --data: name the file.")
        built_in = Dataset.synthetic()
        if scale:
            return built_in
        return Dataset.from_arrays(
            built_in.X, built_in.y, built_in.features, built_in.response, scale=False
        )
    if all_features and features is None and response is not None:
        from ridge_math.io.columns import usable_columns
        from ridge_math.io.table import Table

        table, others = Table.open(path), {response, *adjust_for}
        candidates = [name for name in table.numeric_columns() if name not in others]
        usable, left_out = usable_columns(table, candidates)
        # With none that can be used, the first column's own error says why.
        chosen = usable or tuple(candidates)
        dataset = Dataset.from_file(path, chosen, response, adjust_for, scale)
        return replace(dataset, notes=(*left_out, *dataset.notes))
    try:
        return Dataset.from_file(path, features, response, adjust_for, scale)
    except OpenChoiceError as error:
        wanted = " and ".join(f"--{part}" for part in error.parts)
        raise DataError(f"{error}, with {wanted}") from error


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
