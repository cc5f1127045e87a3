"""The data set: features X and a response y, centred, adjusted and scaled once, with notes on it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
from numpy.typing import ArrayLike

from ridge_math.arrays import FloatArray, read_only
from ridge_math.errors import DataError
from ridge_math.io.checks import note_on_dropped
from ridge_math.io.columns import choose_columns, composed, listed
from ridge_math.io.rows import ArrayRows, Rows
from ridge_math.io.table import Reading, Table
from ridge_math.objective import QuadraticObjective
from ridge_math.preparation import ColumnSummary, Preparation, prepare
from ridge_math.reduced import ReducedProblem
from ridge_math.sample import keeping_some
from ridge_math.sentence import Sentence
from ridge_math.synthetic import Structure, collinear_features, feature_names, linear_response

MAX_ROWS_KEPT = 100_000
DEFAULT_SEED = 5


@dataclass(frozen=True, eq=False)
class Dataset:
    """A regression problem ready for ridge: y centred, X centred and (by default) of unit variance.

    Attributes
    ----------
    features : tuple of str
        Names of the p features, any characters.
    response : str
        Name of the response.
    n_samples : int
        Number of rows n of the data.
    X : (n, p)
        Prepared features: mean 0, variance 1 (ddof 0) if ``scaled``; residuals on ``adjusted_for``
        if there are any. For data of more than ``MAX_ROWS_KEPT`` rows: evenly spaced rows of it
        and the outermost (see ``is_sample``), for pictures; everything computed comes from all rows,
        by ``reduced``.
    y : (n,)
        Prepared response: mean 0, in its own units. Rows as in X.
    reduced : ReducedProblem
        The SVD form of the whole problem.
    preparation : Preparation
        How raw columns become X and y.
    rows : Rows
        The raw columns, adjusted-for first, then features, then the response.
    scaled : bool
        Whether the features have unit variance; otherwise they are centred only.
    adjusted_for : tuple of str
        Features regressed out of y and of every feature (Frisch-Waugh-Lovell).
    theta : (p,) or None
        The planted truth of synthetic data, in the units of X.
    noise : float or None
        The planted standard deviation of the noise, in units of y.
    notes : tuple of str
        Plain sentences worth telling the user.
    """

    features: tuple[str, ...]
    response: str
    n_samples: int
    X: FloatArray = field(repr=False)
    y: FloatArray = field(repr=False)
    reduced: ReducedProblem = field(repr=False)
    preparation: Preparation = field(repr=False)
    rows: Rows = field(repr=False)
    scaled: bool = True
    adjusted_for: tuple[str, ...] = ()
    theta: FloatArray | None = None
    noise: float | None = None
    notes: tuple[str, ...] = ()

    @classmethod
    def synthetic(
        cls,
        n_samples: int = 60,
        correlation: float = 0.99,
        theta: Sequence[float] = (1.5, 0.5),
        noise: float = 0.5,
        seed: int = DEFAULT_SEED,
        structure: Structure = "pairwise",
    ) -> Dataset:
        """Make seeded data y = Xθ + noise · ε with as many features as ``theta`` has entries.

        Parameters
        ----------
        correlation
            Sample correlation of every two features, exactly, −1 and 1 included. With
            ``structure="sum"``: the multiple correlation of the last feature with the others,
            C ≈ A + B.
        theta
            The planted truth, in the units of X (the features have unit variance as they are made). By
            default off the steep direction (1, 1): along it, shrinking the valley would cost nothing.
        noise
            Standard deviation of the noise, units of y.

        Raises
        ------
        DataError
            If the correlation is impossible, there are too few rows, or y does not vary.
        """
        rng = np.random.default_rng(seed)
        X = collinear_features(n_samples, len(theta), correlation, structure, rng)
        y = linear_response(X, theta, noise, rng)
        made = cls.from_arrays(X, y, feature_names(X.shape[1]), "Y")
        return _with_truth(made, theta, noise)

    @classmethod
    def from_file(
        cls,
        path: str | Path,
        features: Sequence[str] | None = None,
        response: str | None = None,
        adjust_for: Sequence[str] = (),
        scale: bool = True,
        reading: Reading | None = None,
    ) -> Dataset:
        """Read columns of a table, in memory that does not grow with its rows.

        Parameters
        ----------
        path
            CSV (UTF-8, UTF-16 or Windows-1252; separated by comma, semicolon, tab or vertical bar;
            a header line; packed or not), Parquet, or a workbook of Excel or LibreOffice.
        features, response
            Column names. What is not given is chosen where there is only one good choice, see
            ``choose_columns``.
        adjust_for
            Columns regressed out of the response and of every feature (Frisch-Waugh-Lovell), so
            that RSS(θ) is the lowest over their coefficients.
        scale
            Whether features get unit variance (ddof 0) or are centred only.
        reading
            Sheet, decimal mark, and what to do with missing values; by default rows that lack
            values are refused.

        Raises
        ------
        DataError
            If the file cannot be used; the sentence says where and why.
        """
        table = Table.open(path, reading)
        return cls.from_table(table, features, response, adjust_for, scale)

    @classmethod
    def from_table(
        cls,
        table: Table,
        features: Sequence[str] | None = None,
        response: str | None = None,
        adjust_for: Sequence[str] = (),
        scale: bool = True,
    ) -> Dataset:
        """Read columns of a table that is open, as ``from_file`` does."""
        features = (features,) if isinstance(features, str) else features
        adjust_for = composed((adjust_for,) if isinstance(adjust_for, str) else adjust_for)
        chosen, target = choose_columns(
            table,
            None if features is None else composed(features),
            None if response is None else composed([response])[0],
            adjust_for,
        )
        names = (*adjust_for, *chosen, target)
        rows = table.rows(names)
        made = cls.from_rows(_in_memory_if_small(rows), len(adjust_for), scale)
        counter = table.counter_notes if features is None or response is None else ()
        counter = () if table.counter in names else counter
        done = (*table.notes, *counter, *rows.notes, *note_on_dropped(table, names, made.n_samples))
        return replace(made, notes=(*done, *made.notes))

    @classmethod
    def from_arrays(
        cls,
        X: ArrayLike,
        y: ArrayLike,
        features: Sequence[str] | None = None,
        response: str = "Y",
        adjust_for: ArrayLike | None = None,
        adjusted_names: Sequence[str] | None = None,
        scale: bool = True,
    ) -> Dataset:
        """Prepare X (n, p) and y (n,), adjusting for the columns of ``adjust_for`` (n, q).

        Raises
        ------
        DataError
            If shapes do not agree, a value is not finite, a column is constant, a name is used
            twice, or there are fewer than q + min(p, 2) + 2 rows.
        """
        matrix = np.asarray(X, dtype=np.float64)
        target = np.asarray(y, dtype=np.float64)
        others = np.empty((target.size, 0)) if adjust_for is None else np.asarray(adjust_for, float)
        if matrix.ndim != 2 or others.ndim != 2 or target.ndim != 1:
            raise DataError("X and the columns adjusted for must be tables, and y one column")
        if not matrix.shape[0] == others.shape[0] == target.shape[0]:
            raise DataError(
                f"X has {matrix.shape[0]} rows and y {target.shape[0]}: give them the same rows"
            )
        names = tuple(features or feature_names(matrix.shape[1]))
        other_names = tuple(adjusted_names or (f"z{i + 1}" for i in range(others.shape[1])))
        if len(names) != matrix.shape[1] or len(other_names) != others.shape[1]:
            raise DataError("give as many names as there are columns")
        raw = np.column_stack([others, matrix, target])
        return cls.from_rows(
            ArrayRows(read_only(raw), (*other_names, *names, response)), len(other_names), scale
        )

    @classmethod
    def from_rows(cls, rows: Rows, n_adjusted: int = 0, scale: bool = True) -> Dataset:
        """Prepare any source of rows whose columns are adjusted-for, features, response."""
        names, q = rows.names, n_adjusted
        p = len(names) - q - 1
        if p < 1:
            raise DataError("no features: choose at least one column besides the response")
        summary = ColumnSummary.of(rows.blocks(), len(names))
        n, needed = summary.n_samples, q + min(p, 2) + 2
        if n < needed:
            raise DataError(
                f"{rows.source} has {n} row{'s' * (n != 1)} of data, {needed} are needed for "
                f"{p + q} feature{'s' * (p + q != 1)}: add rows"
            )
        kept: list[FloatArray] = []
        blocks = keeping_some(rows.blocks(), summary, MAX_ROWS_KEPT, kept, rows.source)
        preparation, reduced = prepare(blocks, summary, names, q, scale)
        X, y = preparation.apply(np.concatenate(kept))
        made = cls(
            features=names[q:-1],
            response=names[-1],
            n_samples=n,
            X=read_only(X),
            y=read_only(y),
            reduced=reduced,
            preparation=preparation,
            rows=rows,
            scaled=scale,
            adjusted_for=names[:q],
        )
        object.__setattr__(made, "notes", _notes(made))
        return made

    @property
    def n_features(self) -> int:
        """Number of features p."""
        return len(self.features)

    @property
    def is_made(self) -> bool:
        """Whether it was made with a planted truth, rather than brought by someone."""
        return self.theta is not None

    @property
    def is_sample(self) -> bool:
        """Whether X and y hold only some of the rows."""
        return self.y.size < self.n_samples

    def objective(self, lam: float = 0.0) -> QuadraticObjective:
        """Return RSS(θ) + λ‖θ‖² of all rows, whatever ``is_sample`` says."""
        return QuadraticObjective(self.reduced, lam)

    def focused(self, features: Sequence[str], adjust_for_others: bool = False) -> Dataset:
        """Return the problem of some of the features, two for the surface.

        The others are left out of the model, or with ``adjust_for_others`` stay in it and are
        regressed out (Frisch-Waugh-Lovell), so that RSS(θ) is the lowest over their coefficients.
        What was adjusted for already stays so.

        Raises
        ------
        DataError
            If a name is no feature, or what is left of one does not vary.
        """
        for name in features:
            if name not in self.features:
                raise DataError(f"{name!r} is no feature: choose from {listed(self.features)}")
        others = tuple(f for f in self.features if f not in features) if adjust_for_others else ()
        adjusted = (*self.adjusted_for, *others)
        rows = self.rows.select((*adjusted, *features, self.response))
        return Dataset.from_rows(rows, len(adjusted), self.scaled)

    def labelled(self, labels: Mapping[str, str]) -> Dataset:
        """Return the same problem with other names for some columns; see ``columns`` for their own.

        Raises
        ------
        DataError
            If two features, or one and the response, would have the same name.
        """
        features = tuple(labels.get(name, name) for name in self.features)
        names = (*features, labels.get(self.response, self.response))
        for name in names:
            if names.count(name) > 1:
                raise DataError(
                    f"Two columns would be called {name!r}: give each a name of its own."
                )
        return replace(self, features=features, response=names[-1])

    @property
    def columns(self) -> tuple[str, ...]:
        """The features' and the response's own names in the data, whatever they are called here."""
        return self.rows.names[len(self.adjusted_for) :]

    @property
    def fingerprint(self) -> str:
        """A SHA-256 key of all that can be drawn: names, prepared rows, reduced problem, truth."""
        key = hashlib.sha256(repr((self.features, self.response, self.n_samples)).encode())
        key.update(repr((self.adjusted_for, self.scaled, self.noise, self.notes)).encode())
        reduced = self.reduced
        truth = self.theta if self.theta is not None else np.empty(0)
        for array in (self.X, self.y, reduced.d, reduced.V, reduced.uty, truth):
            key.update(repr(array.shape).encode() + np.ascontiguousarray(array).tobytes())
        key.update(repr((reduced.rss_min, reduced.n_unpenalised)).encode())
        return key.hexdigest()

    def prepared_blocks(self) -> Iterator[tuple[FloatArray, FloatArray, FloatArray]]:
        """Yield all prepared rows in blocks: X (b, p), y (b,), and their unpenalised leverage (b,).

        That leverage is 1/n for the intercept, plus that of the features adjusted for.
        """
        for raw in self.rows.blocks():
            X, y = self.preparation.apply(raw)
            yield X, y, self.preparation.unpenalised_leverage(raw)

    def original_units(self, theta: ArrayLike) -> tuple[float, FloatArray, FloatArray]:
        """Return intercept, slopes (p,) and slopes of ``adjusted_for`` (q,) for raw columns.

        ŷ = intercept + Σ slopeⱼ · raw featureⱼ + Σ slopeₖ · raw adjustedₖ. Units: those of the
        response, per unit of each column.
        """
        return self.preparation.original_units(np.asarray(theta, dtype=np.float64))


def _in_memory_if_small(rows: Rows) -> Rows:
    """Hold rows that are few in memory: read once, and safe from a file that changes."""
    held: list[FloatArray] = []
    count = 0
    for block in rows.blocks():
        held.append(block)
        count += block.shape[0]
        if count > MAX_ROWS_KEPT:
            return rows
    values = np.concatenate(held) if held else np.empty((0, len(rows.names)))
    return ArrayRows(read_only(values), rows.names, rows.source)


def _with_truth(data: Dataset, theta: Sequence[float], noise: float) -> Dataset:
    object.__setattr__(data, "theta", read_only(theta))
    object.__setattr__(data, "noise", float(noise))
    return data


def _notes(data: Dataset) -> tuple[str, ...]:
    reduced = data.reduced
    notes = []
    if reduced.rank < min(data.n_features, data.n_samples - reduced.n_unpenalised):
        notes.append(Sentence.of("note.collinear"))
    if reduced.n_samples - reduced.n_unpenalised < data.n_features:
        counts = {"features": data.n_features, "rows": data.n_samples}
        notes.append(Sentence.of("note.wide", **counts))
    elif reduced.residual_df > 0 and reduced.fits_exactly:
        notes.append(Sentence.of("note.exact"))
    if data.is_sample:
        notes.append(Sentence.of("note.sample", rows=data.n_samples, shown=data.y.size))
    return tuple(notes)
