"""A diagnosis as a person reads it in a terminal: verdict, tables, code to type elsewhere.

Names and sentences from the data are only ever ``Text``: rich sees no markup in them, and what
cannot be printed is shown as its escape.
"""

from __future__ import annotations

import math
import shlex
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from rich.console import Console
from rich.table import Column, Table
from rich.text import Text

from pipeline.diagnosis.words import LAM_DIGITS, Words
from pipeline.printable import data_words, shown, shown_apart
from ridge_math.conventions import CONVENTIONS

if TYPE_CHECKING:
    from ridge_math import Diagnosis, Price

MATRIX = 8  # features whose correlations fit on a line; with more, the largest are listed
LARGEST_PAIRS = 10
PROPORTIONS = 8  # features whose variance proportions fit on a line
EIGENVALUES = 6  # on one line; with more, the largest and the last
NAME = 24  # characters of a name in a table
NO_FILE = "the data"  # the source of what is not from a file
COLOURS = {"none": "yellow", "weak": "cyan", "moderate": "green", "strong": "green", "exact": "red"}


def print_diagnosis(
    found: Diagnosis,
    console: Console | None = None,
    reading: Sequence[str] = (),
    words: Words | None = None,
) -> None:
    """Print the whole report, on stdout unless a console is given, in English unless words are given.

    ``reading`` are the options with which the file was read, for the command that it proposes.
    """
    console, words = console or Console(highlight=False), words or Words()

    def section(key: str, table: Table) -> None:
        console.print()
        _print_paragraph(console, words(key), style="bold")
        console.print(table)

    def remark(text: str) -> None:
        _print_paragraph(console, text, style="dim")

    _print_verdict(found, console, reading, words)
    console.print()
    console.print(_collinearity_facts(found, words))
    section("features", _feature_table(found, words))
    if found.adjusted_for:
        remark(_about_full_model(found, words))
    if found.n_features > 1:
        section("directions", _direction_table(found, words))
        if found.scaled:
            remark(_about_components(found, words))
    if found.n_features > MATRIX:
        console.print()
        console.print(_pair_table(found, words))
    section("coefficients", _coefficient_table(found, words))
    remark(_about_coefficients(found, words))
    if found.price is not None:
        remark(_about_price(found.price, words))
    section("intervals", _interval_table(found, words))
    if found.ridge.intervals is not None:
        remark(words("about_intervals"))
    remark(words("about_vif"))
    section("choice", _choice_table(found, words))
    flat = found.gcv_within_one_percent
    low, high = words.number(flat.low, 3), words.number(flat.high, 3)
    remark(words("flatness", low=low, high=high))
    for choice in found.choices:
        if choice.remark:
            remark(words.said(choice.remark))
    section("elsewhere", _elsewhere_table(found, words))
    _print_code(found, console, words)


def film_command(found: Diagnosis, reading: Sequence[str] = (), lang: str = "en") -> str:
    """Return what to type for the film of ``found.pair``; empty without a pair or without a file."""
    if found.pair is None or found.source == NO_FILE:
        return ""
    adjusted = list(found.adjusted_for)
    if found.pair.adjusted:
        adjusted += [name for name in found.features if name not in found.pair.features]
    words = data_words(found.source, reading, found.response, found.pair.features, adjusted)
    words += ["--lang", lang] if lang != "en" else []
    return "render.py film " + shlex.join(words)


# -- its parts --------------------------------------------------------------------------------------


def _print_verdict(
    found: Diagnosis, console: Console, reading: Sequence[str], words: Words
) -> None:
    names = ", ".join(shown_apart(found.features, NAME))
    on = words("on", response=shown(found.response, NAME), features=names)
    _print_paragraph(console, on, style="bold")
    key = "rows" if found.source == NO_FILE else "rows_of"
    facts = [words(key, rows=found.n_samples, source=shown(found.source))]
    facts.append(words("scaled" if found.scaled else "centred"))
    if found.adjusted_for:
        others = ", ".join(shown_apart(found.adjusted_for, NAME))
        facts.append(words("adjusted_for", names=others))
    _print_paragraph(console, "; ".join(facts), style="dim")
    console.print()
    verdict = Text(words("collinearity"))
    verdict.append(words(f"strength_{found.strength}"), style=f"bold {COLOURS[found.strength]}")
    verdict.append(f". {shown(words.said(found.valley))}")
    console.print(verdict)
    if found.warning:
        warning = words("warning", text=shown(words.said(found.warning)))
        _print_paragraph(console, warning, style="yellow")
    if found.pair_hint:
        _print_paragraph(console, shown(words.said(found.pair_hint)))
    if command := film_command(found, reading, words.language.code):
        _print_code_lines(console, shown(command))
    for note in found.notes:
        _print_paragraph(console, words("note", text=shown(words.said(note))))


def _collinearity_facts(found: Diagnosis, words: Words) -> Table:
    table = Table(box=None, pad_edge=False, show_header=False)
    table.add_column(no_wrap=True)
    table.add_column()
    eigenvalues = [words.number(value) for value in found.eigenvalues]
    if found.n_features > EIGENVALUES:
        eigenvalues = [*eigenvalues[: EIGENVALUES - 2], "…", eigenvalues[-1]]
    table.add_row(words("condition_X"), words.number(found.condition_number_X))
    table.add_row(words("condition_gram"), words.number(found.condition_number_gram))
    if not found.scaled:
        table.add_row(words("condition_unit"), words.number(found.condition_number_unit))
    table.add_row(words("eigenvalues"), "  ".join(eigenvalues))
    table.add_row(words("rank"), words("rank_of", rank=found.rank, count=found.n_features))
    table.add_row(words("noise"), words.number(found.noise_sd))
    return table


def _feature_table(found: Diagnosis, words: Words) -> Table:
    """VIF of each feature, and ρ with those before it where that fits."""
    matrix = 1 < found.n_features <= MATRIX
    vif = words("vif_partial" if found.adjusted_for else "vif")
    gap = "\n" * vif.count("\n")
    columns = [Column(gap + words("feature"), no_wrap=True), _right(vif)]
    if matrix:
        heads = [words("rho_with"), *(str(j + 1) for j in range(1, found.n_features - 1))]
        columns += [_right(gap + head) for head in heads]
    table = _table(*columns)
    factors = words.aligned(found.vif)
    for i, name in enumerate(shown_apart(found.features, NAME - 6 if matrix else NAME)):
        label = f"{i + 1} {name}" if matrix else name
        rhos = found.correlation[i, :i] if matrix else ()
        table.add_row(Text(label), factors[i], *(_rho(float(rho), 3, words) for rho in rhos))
    return table


def _about_full_model(found: Diagnosis, words: Words) -> str:
    names = shown_apart(list(found.vif_full), NAME)
    factors = [
        f"{short}{'*' * (name in found.adjusted_for)} {words.number(value)}"
        for short, (name, value) in zip(names, found.vif_full.items(), strict=True)
    ]
    return words("vif_full", factors=", ".join(factors)) + "; " + words("adjusted_mark")


def _direction_table(found: Diagnosis, words: Words) -> Table:
    """Condition indices, what ridge and PCR keep, and Belsley's variance proportions where they fit."""
    eigenvalues, lam = found.eigenvalues, found.ridge.lam
    features = range(found.n_features) if found.n_features <= PROPORTIONS else ()
    # Where features are only centred, the directions of ridge are others.
    keeps = ["ridge_keeps", "components_keep"] if found.scaled else []
    heads = [words("index"), *map(words, keeps), *(f"π {j + 1}" for j in features)]
    table = _table(*map(_right, heads))
    kept = np.where(eigenvalues > 0, eigenvalues / (eigenvalues + lam), 0.0)
    rows = range(found.n_features)
    if found.n_features > MATRIX:
        rows = range(found.n_features - LARGEST_PAIRS, found.n_features)
    for i in rows:
        shares = [f"{found.variance_proportions[i, j]:.2f}" for j in features]
        parts = [f"{100 * kept[i]:.1f} %", f"{100 * found.components.factors[i]:.0f} %"]
        cells = [*parts[: len(keeps)], *shares]
        index = words.number(float(found.condition_indices[i]))
        table.add_row(index, *map(words.language.numeral, cells))
    return table


def _about_components(found: Diagnosis, words: Words) -> str:
    fit = found.components
    return words("components", kept=fit.n_components, count=found.n_features, r2=fit.r2)


def _pair_table(found: Diagnosis, words: Words) -> Table:
    pairs = sorted(
        ((i, j) for i in range(found.n_features) for j in range(i)),
        key=lambda pair: -round(abs(float(found.correlation[pair])), 9),
    )[:LARGEST_PAIRS]
    table = _table(words("pairs"), "", Column("ρ", justify="right"))
    names = shown_apart(found.features, NAME)
    for i, j in pairs:
        first, second = (Text(names[k]) for k in (j, i))
        table.add_row(first, second, _rho(float(found.correlation[i, j]), 5, words))
    return table


def _rho(value: float, decimals: int, words: Words) -> str:
    text = f"{round(value, decimals) + 0.0: .{decimals}f}"  # 0 has no sign
    return words.language.numeral(text)


def _coefficient_table(found: Diagnosis, words: Words) -> Table:
    """θ̂ of least squares and of ridge, in both units, under headings of two lines."""
    free, ridge = found.least_squares, found.ridge
    q = len(found.adjusted_for)
    least, error, shrunk = words("least_squares"), words("error"), words("ridge")
    # (heading, values for: intercept, features, adjusted for)
    columns: list[tuple[str, list[float | None]]] = []
    if found.theta is not None:
        columns.append((words("planted"), [None, *found.theta, *[None] * q]))
    for name, fit in ((least, free), (shrunk, ridge)):
        columns.append((name, [fit.centre, *fit.theta, *[None] * q]))
        if fit.standard_errors is not None:
            columns.append((error, [None, *fit.standard_errors, *[None] * q]))
    first_per_unit = len(columns)
    for name, fit in ((least, free), (shrunk, ridge)):
        columns.append((name, [fit.intercept, *fit.slopes, *fit.adjusted_slopes]))
    above = {
        0: words("per_sd" if found.scaled else "per_centred"),
        first_per_unit: words("per_unit"),
    }
    table = _table(
        Column("\n" + words("feature"), no_wrap=True),
        *(_right(f"{above.get(i, '')}\n{heading}") for i, (heading, _) in enumerate(columns)),
    )
    features, others = found.features, found.adjusted_for
    short = shown_apart((*features, *others), NAME - 8)
    names = [words("intercept"), *short[: len(features)]]
    names += [f"{name}*" for name in short[len(features) :]]
    texts = [words.aligned(values) for _, values in columns]
    for row, name in enumerate(names):
        table.add_row(Text(name), *(column[row] for column in texts))
    return table


def _about_coefficients(found: Diagnosis, words: Words) -> str:
    free, ridge = found.least_squares, found.ridge
    parts = [
        words(
            "about_ridge",
            lam=words.number(ridge.lam, LAM_DIGITS),
            r2_free=free.r2,
            r2=ridge.r2,
            df_free=words.number(free.effective_df, 3),
            df=words.number(ridge.effective_df, 3),
        )
    ]
    parts += [words("ridge_errors")] if ridge.standard_errors is not None else []
    parts += [words("ridge_scale")] if found.scaled else []
    parts += [words("adjusted_mark")] if found.adjusted_for else []
    return "; ".join(parts)


def _about_price(price: Price, words: Words) -> str:
    """What λ costs and buys, as errors of the coefficients, and in which world."""
    key = "any" if math.isinf(price.break_even) else "none" if price.break_even == 0 else ""
    until = words(f"until_{key}" if key else "until", lam=words.number(price.break_even, 3))
    free, chosen, bowl, lam = (
        words.number(float(value), 3) for value in (price.least_squares, *price.mse, price.lams[1])
    )
    world = "price_planted" if price.world.planted else "price_fitted"
    return words(world, free=free, chosen=chosen, bowl=bowl, lam=lam, until=until)


def _interval_table(found: Diagnosis, words: Words) -> Table:
    """Intervals of least squares and of ridge, and the VIF of ridge in its two conventions."""
    columns: list[tuple[str, list[str]]] = []
    for head, fit in (("from_free", found.least_squares), ("from_ridge", found.ridge)):
        if fit.intervals is not None:
            low, high = (words.aligned(ends, 4) for ends in fit.intervals.T)
            columns += [(words(head), low), (words("to"), high)]
    for head, convention in (("vif_ridge", "marquardt"), ("vif_fox_monette", "fox_monette")):
        columns.append((words(head), words.aligned(found.vif_ridge[convention], 4)))
    table = _table(
        Column("\n" + words("feature"), no_wrap=True), *(_right(head) for head, _ in columns)
    )
    for row, name in enumerate(shown_apart(found.features, NAME - 8)):
        table.add_row(Text(name), *(texts[row] for _, texts in columns))
    return table


def _choice_table(found: Diagnosis, words: Words) -> Table:
    table = _table(
        Column(words("criterion"), no_wrap=True), _right("λ"), _right("df"), words("computed")
    )
    lams = words.aligned([choice.lam for choice in found.choices], LAM_DIGITS)
    dfs = words.aligned([choice.effective_df for choice in found.choices], 4)
    for choice, lam, df in zip(found.choices, lams, dfs, strict=True):
        title, convention = choice.criterion.title, choice.criterion.convention
        table.add_row(words.said(title), lam, df, words.said(convention))
    return table


def _elsewhere_table(found: Diagnosis, words: Words) -> Table:
    """Criteria down, programs across, those together that write the same λ."""
    choices = [choice for choice in found.choices if choice.lam is not None]
    programs: dict[tuple[str, bool], list[str]] = {}
    for convention in CONVENTIONS:
        fits = choices[0].elsewhere[convention.name] is not None
        programs.setdefault((convention.relation.split(" = ")[1], fits), []).append(convention.name)
    most = max(map(len, programs.values()))
    table = _table(Column("\n" * most + words("criterion"), no_wrap=True))
    for (relation, _), names in programs.items():
        heading = [""] * (most - len(names)) + [*names, relation]
        table.add_column("\n".join(heading), justify="right", no_wrap=True)
    for choice in choices:
        values = (choice.elsewhere[names[0]] for names in programs.values())
        title = words.said(choice.criterion.title)
        table.add_row(title, *(words.number(value, LAM_DIGITS) for value in values))
    return table


def _print_code(found: Diagnosis, console: Console, words: Words) -> None:
    calls = {
        "python_scaled" if found.scaled else "python": found.chosen.scikit_learn,
        "r_adjusted" if found.adjusted_for else "r": found.chosen.glmnet,
    }
    for heading, code in calls.items():
        console.print()
        _print_paragraph(console, words(heading), style="bold")
        _print_code_lines(console, code or "")


def _print_code_lines(console: Console, code: str) -> None:
    # Neither indented nor wrapped here: what is copied should run.
    console.print(Text(code), soft_wrap=True)


def _right(heading: str) -> Column:
    return Column(heading, justify="right", no_wrap=True)


def _table(*columns: Column | str) -> Table:
    return Table(*columns, box=None, pad_edge=False, header_style="dim", collapse_padding=True)


def _print_paragraph(console: Console, text: str, style: str = "") -> None:
    console.print(Text(text, style=style))
