"""A diagnosis as a person reads it in a terminal: verdict, tables, code to type elsewhere.

Names and sentences from the data are only ever ``Text``: rich sees no markup in them, and what
cannot be printed is shown as its escape.
"""

from __future__ import annotations

import math
import shlex
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import numpy as np
from rich.console import Console
from rich.table import Column, Table
from rich.text import Text

from pipeline.printable import data_words, shown
from ridge_math.conventions import CONVENTIONS

if TYPE_CHECKING:
    from ridge_math import Diagnosis, Price

MATRIX = 8  # features whose correlations fit on a line; with more, the largest are listed
LARGEST_PAIRS = 10
PROPORTIONS = 8  # features whose variance proportions fit on a line
EIGENVALUES = 6  # on one line; with more, the largest and the last
NAME = 24  # characters of a name in a table
DIGITS = 5
LAM_DIGITS = 6  # a searched λ has so many
NO_FILE = "the data"  # the source of what is not from a file
COLOURS = {"none": "yellow", "weak": "cyan", "moderate": "green", "strong": "green", "exact": "red"}


def print_diagnosis(
    found: Diagnosis, console: Console | None = None, reading: Sequence[str] = ()
) -> None:
    """Print the whole report, on stdout unless a console is given.

    ``reading`` are the options with which the file was read, for the command that it proposes.
    """
    console = console or Console(highlight=False)
    _print_verdict(found, console, reading)
    console.print()
    console.print(_collinearity_facts(found))
    _print_section(console, "Features", _feature_table(found))
    if found.n_features > 1:
        _print_section(console, "Directions, steepest first", _direction_table(found))
    if found.n_features > MATRIX:
        console.print()
        console.print(_pair_table(found))
    _print_section(console, "Coefficients", _coefficient_table(found))
    _print_paragraph(console, _about_coefficients(found), style="dim")
    if found.price is not None:
        _print_paragraph(console, _about_price(found.price), style="dim")
    _print_section(console, "Choice of λ", _choice_table(found))
    flat = found.gcv_within_one_percent
    _print_paragraph(
        console,
        f"GCV is within 1 % of its lowest from λ = {number(flat.low, 3)} to {number(flat.high, 3)}: "
        "so little does it tell them apart.",
        style="dim",
    )
    for choice in found.choices:
        if choice.remark:
            _print_paragraph(console, choice.remark, style="dim")
    _print_section(console, "The same λ elsewhere", _elsewhere_table(found))
    _print_code(found, console)


def number(value: float | None, digits: int = DIGITS) -> str:
    """Return a number with so many significant digits, ∞ and, for None, a dash."""
    if value is None or math.isnan(value):
        return "–"
    if math.isinf(value):
        return "∞" if value > 0 else "-∞"
    if value == 0:
        return "0"
    scientific = f"{value:.{digits - 1}e}"
    power = int(scientific.split("e")[1])
    return f"{value:.{max(digits - 1 - power, 0)}f}" if -5 < power <= digits else scientific


def aligned(values: Iterable[float | None], digits: int = DIGITS) -> list[str]:
    """Return numbers padded so that, set flush right, their decimal points are one below another."""
    texts = [number(value, digits) for value in values]
    tails = [len(text) - text.index(".") if "." in text else 0 for text in texts]
    widest = max(tails, default=0)
    return [text + " " * (widest - tail) for text, tail in zip(texts, tails, strict=True)]


def film_command(found: Diagnosis, reading: Sequence[str] = ()) -> str:
    """Return what to type for the film of ``found.pair``; empty without a pair or without a file."""
    if found.pair is None or found.source == NO_FILE:
        return ""
    adjusted = list(found.adjusted_for)
    if found.pair.adjusted:
        adjusted += [name for name in found.features if name not in found.pair.features]
    words = data_words(found.source, reading, found.response, found.pair.features, adjusted)
    return "render.py film " + shlex.join(words)


# -- its parts --------------------------------------------------------------------------------------


def _print_verdict(found: Diagnosis, console: Console, reading: Sequence[str]) -> None:
    names = ", ".join(shown(name, NAME) for name in found.features)
    _print_paragraph(console, f"{shown(found.response, NAME)} on {names}", style="bold")
    units = "standardised" if found.scaled else "centred, not scaled"
    source = "" if found.source == NO_FILE else f" of {shown(found.source)}"
    facts = f"{found.n_samples} rows{source}; features {units}"
    if found.adjusted_for:
        facts += "; adjusted for " + ", ".join(shown(name, NAME) for name in found.adjusted_for)
    _print_paragraph(console, facts, style="dim")
    console.print()
    verdict = Text("Collinearity: ")
    verdict.append(found.strength, style=f"bold {COLOURS[found.strength]}")
    verdict.append(f". {shown(found.valley)}")
    console.print(verdict)
    if found.warning:
        _print_paragraph(console, f"Warning: {shown(found.warning)}", style="yellow")
    if found.pair_hint:
        _print_paragraph(console, shown(found.pair_hint))
    if command := film_command(found, reading):
        _print_code_lines(console, shown(command))
    for note in found.notes:
        _print_paragraph(console, f"Note: {shown(note)}")


def _collinearity_facts(found: Diagnosis) -> Table:
    table = Table(box=None, pad_edge=False, show_header=False)
    table.add_column(no_wrap=True)
    table.add_column()
    eigenvalues = [number(value) for value in found.eigenvalues]
    if found.n_features > EIGENVALUES:
        eigenvalues = [*eigenvalues[: EIGENVALUES - 2], "…", eigenvalues[-1]]
    table.add_row("condition number of X", number(found.condition_number_X))
    table.add_row("condition number of XᵀX", number(found.condition_number_gram))
    if not found.scaled:
        table.add_row("… of X, standardised", number(found.condition_number_unit))
    table.add_row("eigenvalues of XᵀX", "  ".join(eigenvalues))
    table.add_row("rank", f"{found.rank} of {found.n_features}")
    table.add_row("noise s", number(found.noise_sd))
    return table


def _feature_table(found: Diagnosis) -> Table:
    """VIF of each feature, and ρ with those before it where that fits."""
    matrix = 1 < found.n_features <= MATRIX
    columns = [Column("feature", no_wrap=True), Column("VIF", justify="right", no_wrap=True)]
    if matrix:
        heads = [f"ρ with {1}", *(str(j + 1) for j in range(1, found.n_features - 1))]
        columns += [Column(head, justify="right", no_wrap=True) for head in heads]
    table = _table(*columns)
    factors = aligned(found.vif)
    for i, name in enumerate(found.features):
        label = f"{i + 1} {shown(name, NAME - 6)}" if matrix else shown(name, NAME)
        cells = [_rho(float(rho), 3) for rho in found.correlation[i, :i]] if matrix else []
        table.add_row(Text(label), factors[i], *cells)
    return table


def _direction_table(found: Diagnosis) -> Table:
    """Condition indices, what ridge keeps, and Belsley's variance proportions where they fit."""
    eigenvalues, lam = found.eigenvalues, found.ridge.lam
    features = range(found.n_features) if found.n_features <= PROPORTIONS else ()
    right = {"justify": "right", "no_wrap": True}
    keeps = ["ridge keeps"] if found.scaled else []  # otherwise its directions are others
    heads = ["condition index", *keeps, *(f"π {j + 1}" for j in features)]
    table = _table(*(Column(head, **right) for head in heads))  # type: ignore[arg-type]
    kept = np.where(eigenvalues > 0, eigenvalues / (eigenvalues + lam), 0.0)
    rows = range(found.n_features)
    if found.n_features > MATRIX:
        rows = range(found.n_features - LARGEST_PAIRS, found.n_features)
    for i in rows:
        shares = [f"{found.variance_proportions[i, j]:.2f}" for j in features]
        index = number(float(found.condition_indices[i]))
        table.add_row(index, *(f"{100 * kept[i]:.1f} %" for _ in keeps), *shares)
    return table


def _pair_table(found: Diagnosis) -> Table:
    pairs = sorted(
        ((i, j) for i in range(found.n_features) for j in range(i)),
        key=lambda pair: -round(abs(float(found.correlation[pair])), 9),
    )[:LARGEST_PAIRS]
    table = _table("most correlated pairs", "", Column("ρ", justify="right"))
    for i, j in pairs:
        first, second = (Text(shown(found.features[k], NAME)) for k in (j, i))
        table.add_row(first, second, _rho(float(found.correlation[i, j]), 5))
    return table


def _rho(value: float, decimals: int) -> str:
    return f"{round(value, decimals) + 0.0: .{decimals}f}"  # 0 has no sign


def _coefficient_table(found: Diagnosis) -> Table:
    """θ̂ of least squares and of ridge, in both units, under headings of two lines."""
    free, ridge = found.least_squares, found.ridge
    errors = found.standard_errors
    q = len(found.adjusted_for)
    # (heading, values for: intercept, features, adjusted for)
    columns: list[tuple[str, list[float | None]]] = []
    if found.theta is not None:
        columns.append(("\nplanted", [None, *found.theta, *[None] * q]))
    columns.append(("\nleast sq.", [free.centre, *free.theta, *[None] * q]))
    if errors is not None:
        columns.append(("\n± s.e.", [None, *errors, *[None] * q]))
    columns += [
        ("\nridge", [ridge.centre, *ridge.theta, *[None] * q]),
    ]
    if ridge.standard_errors is not None:
        columns.append(("\n± s.e.", [None, *ridge.standard_errors, *[None] * q]))
    columns += [
        ("per unit:\nleast sq.", [free.intercept, *free.slopes, *free.adjusted_slopes]),
        ("\nridge", [ridge.intercept, *ridge.slopes, *ridge.adjusted_slopes]),
    ]
    columns[0] = (("per sd:" if found.scaled else "centred:") + columns[0][0], columns[0][1])
    table = _table(
        Column("\nfeature", no_wrap=True),
        *(Column(heading, justify="right", no_wrap=True) for heading, _ in columns),
    )
    names = ["(intercept)", *(shown(name, NAME - 8) for name in found.features)]
    names += [f"{shown(name, NAME - 8)}*" for name in found.adjusted_for]
    texts = [aligned(values) for _, values in columns]
    for row, name in enumerate(names):
        table.add_row(Text(name), *(column[row] for column in texts))
    return table


def _about_coefficients(found: Diagnosis) -> str:
    free, ridge = found.least_squares, found.ridge
    text = (
        f"ridge: λ = {number(ridge.lam, LAM_DIGITS)} by GCV; R² {free.r2:.4f} → {ridge.r2:.4f}, "
        f"df {number(free.effective_df, 3)} → {number(ridge.effective_df, 3)}"
    )
    if ridge.standard_errors is not None:
        text += "; ± s.e. of ridge leave out its bias, and that the data chose λ"
    if found.scaled:
        text += "; unlike least squares, ridge depends on how features are scaled"
    return text + ("; * adjusted for, not penalised" if found.adjusted_for else "")


def _about_price(price: Price) -> str:
    """What λ costs and buys, as errors of the coefficients, and in which world."""
    world = "the planted θ" if price.world.planted else "a world in which θ̂(0) and s² were true"
    chosen, bowl = price.mse
    until = (
        "any λ > 0 is better than none"
        if math.isinf(price.break_even)
        else "without noise, nothing is better than λ = 0"
        if price.break_even == 0
        else f"better than λ = 0 up to λ = {number(price.break_even, 3)}"
    )
    return (
        f"MSE of θ̂ for {world}: {number(price.least_squares, 3)} at λ = 0, {number(chosen, 3)} at "
        f"GCV's, {number(bowl, 3)} at the film's bowl (λ = {number(price.lams[1], 3)}); {until}"
    )


def _choice_table(found: Diagnosis) -> Table:
    right = {"justify": "right", "no_wrap": True}
    table = _table(
        Column("criterion", no_wrap=True),
        Column("λ", **right),  # type: ignore[arg-type]
        Column("df", **right),  # type: ignore[arg-type]
        "what is computed",
    )
    lams = aligned([choice.lam for choice in found.choices], LAM_DIGITS)
    dfs = aligned([choice.effective_df for choice in found.choices], 4)
    for choice, lam, df in zip(found.choices, lams, dfs, strict=True):
        table.add_row(choice.criterion.title, lam, df, choice.criterion.convention)
    return table


def _elsewhere_table(found: Diagnosis) -> Table:
    """Criteria down, programs across, those together that write the same λ."""
    choices = [choice for choice in found.choices if choice.lam is not None]
    programs: dict[tuple[str, bool], list[str]] = {}
    for convention in CONVENTIONS:
        fits = choices[0].elsewhere[convention.name] is not None
        programs.setdefault((convention.relation.split(" = ")[1], fits), []).append(convention.name)
    most = max(map(len, programs.values()))
    table = _table(Column("\n" * most + "criterion", no_wrap=True))
    for (relation, _), names in programs.items():
        heading = [""] * (most - len(names)) + [*names, relation]
        table.add_column("\n".join(heading), justify="right", no_wrap=True)
    for choice in choices:
        values = (choice.elsewhere[names[0]] for names in programs.values())
        table.add_row(choice.criterion.title, *(number(value, LAM_DIGITS) for value in values))
    return table


def _print_code(found: Diagnosis, console: Console) -> None:
    per, zero = ("per sd " if found.scaled else ""), (", intercept 0" if found.adjusted_for else "")
    python = f"In Python, with data a pandas or polars data frame; θ̂ {per}is in model.coef_"
    r = f"In R, with data read by check.names = FALSE; coef(fit) is per unit{zero}"
    calls = {python: found.chosen.scikit_learn, r: found.chosen.glmnet}
    for heading, code in calls.items():
        console.print()
        _print_paragraph(console, heading, style="bold")
        _print_code_lines(console, code or "")


def _print_code_lines(console: Console, code: str) -> None:
    # Neither indented nor wrapped here: what is copied should run.
    console.print(Text(code), soft_wrap=True)


def _table(*columns: Column | str) -> Table:
    return Table(*columns, box=None, pad_edge=False, header_style="dim", collapse_padding=True)


def _print_section(console: Console, title: str, table: Table) -> None:
    console.print()
    _print_paragraph(console, title, style="bold")
    console.print(table)


def _print_paragraph(console: Console, text: str, style: str = "") -> None:
    console.print(Text(text, style=style))
