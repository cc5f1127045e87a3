"""A diagnosis as CSV: a folder of tables whose columns have the names of its JSON."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.csv_table import Row, csv_text
from pipeline.folders import Kind, atomic_folder, check_replaceable
from ridge_math import filter_factors
from ridge_math.sentence import ENGLISH, Language

if TYPE_CHECKING:
    from ridge_math import Dataset, Diagnosis

KIND = Kind("diagnosis", "--csv")


def check_tables(folder: Path) -> None:
    """Raise SettingsError, before anything is read, if no folder of tables could be written there."""
    check_replaceable(folder, KIND)


def write_tables(
    dataset: Dataset, found: Diagnosis, folder: Path, language: Language = ENGLISH
) -> None:
    """Write the folder, whole or not at all.

    Columns are separated by commas, and decimals by a point; by semicolons where the language has a
    decimal comma, so that a spreadsheet of its own opens them with a double click.

    Raises
    ------
    SettingsError
        If there is something else of that name.
    RenderError
        If writing fails.
    """
    with atomic_folder(folder, KIND) as made:
        for name, rows in tables_of(dataset, found, language).items():
            if rows:  # one feature has no correlation
                text = csv_text(rows, language.point)
                (made / f"{name}.csv").write_text(text, encoding="utf-8", newline="")


def tables_of(
    dataset: Dataset, found: Diagnosis, language: Language = ENGLISH
) -> dict[str, list[Row]]:
    """Return the tables by name, as rows by column; numbers are whole, infinity is ``inf``."""
    told = found.to_dict(language)
    return {
        "coefficients": list(_coefficients(found, told)),
        "correlation": [
            {"first": entry["features"][0], "second": entry["features"][1], "rho": entry["rho"]}
            for entry in told["correlation"]
        ],
        "directions": [
            {
                "eigenvalue": eigenvalue,
                "ridge_factor": float(factor),
                "component_factor": kept,
            }
            for eigenvalue, factor, kept in zip(
                told["eigenvalues"],
                filter_factors(dataset, found.ridge.lam),
                told["principal_components"]["factors"],
                strict=True,
            )
        ],
        "variance_proportions": [
            {"condition_index": index, "feature": name, "proportion": share}
            for index, shares in zip(
                told["condition_indices"], told["variance_proportions"], strict=True
            )
            for name, share in zip(found.features, shares, strict=True)
        ],
        "choices": [
            {
                **{name: choice[name] for name in ("criterion", "lam", "effective_df")},
                **{f"lam_{name}": lam for name, lam in choice["lam_elsewhere"].items()},
                **{name: choice[name] for name in ("convention", "remark")},
            }
            for choice in told["choices"]
        ],
    }


def _coefficients(found: Diagnosis, told: Row) -> Iterator[Row]:
    """A row for the intercept, each feature, and each that was adjusted for."""
    fits = {
        "least_squares": told["least_squares"],
        "ridge": told["ridge"],
        "principal_components": told["principal_components"],
    }
    intercepts = {f"{n}_per_unit": fit["original_units"]["intercept"] for n, fit in fits.items()}
    rows: list[dict[str, Any]] = [{"name": "(intercept)", "part": "intercept", **intercepts}]
    for j, name in enumerate(found.features):
        row = {"name": name, "part": "feature", "vif": told["vif"][j]}
        row["vif_full"] = told["vif_full"][name]
        row |= {f"vif_ridge_{way}": factors[j] for way, factors in told["vif_ridge"].items()}
        if told["planted_theta"] is not None:
            row["planted_theta"] = told["planted_theta"][j]
        for fit_name, fit in fits.items():
            row[f"{fit_name}_theta"] = fit.get("standardised_units", fit)["theta"][j]
            if fit.get("standard_errors") is not None:
                low, high = fit["intervals"][j]
                row[f"{fit_name}_standard_error"] = fit["standard_errors"][j]
                row |= {f"{fit_name}_interval_low": low, f"{fit_name}_interval_high": high}
            row[f"{fit_name}_per_unit"] = fit["original_units"]["slopes"][j]
        rows.append(row)
    for k, name in enumerate(found.adjusted_for):
        slopes = {
            f"{n}_per_unit": fit["original_units"]["adjusted_slopes"][k] for n, fit in fits.items()
        }
        full = {"vif_full": told["vif_full"][name]}
        rows.append({"name": name, "part": "adjusted_for", **full, **slopes})
    columns = dict.fromkeys(name for row in rows[1:] for name in row)
    yield from ({name: row.get(name) for name in columns} for row in rows)
