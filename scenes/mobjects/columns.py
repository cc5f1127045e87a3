"""The two features in their own units, their correlation and VIF, on the way from shuffled to as they are."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from ridge_math import correlation, strength, vif
from scenes.mobjects.rows import enlargement, rows_to_draw

if TYPE_CHECKING:
    import numpy.typing as npt

    from ridge_math import Dataset

    Array = npt.NDArray[np.float64]

Likeness = Literal["exact", "strong", "some", "none"]

#: Rows drawn as dots, at most.
MOST_DOTS = 240
#: The word for each strength of collinearity, as `diagnose` tells it.
LIKENESS: dict[str, Likeness] = {
    "exact": "exact",
    "strong": "strong",
    "moderate": "strong",
    "weak": "some",
    "none": "none",
}
#: How many orders of the second feature are tried for one uncorrelated with the first, and their seed.
SHUFFLES, SHUFFLE_SEED = 400, 7


@dataclass(frozen=True)
class Columns:
    """The first two features of a dataset, and its response.

    Attributes
    ----------
    dataset
        The data.
    """

    dataset: Dataset

    @cached_property
    def raw(self) -> Array:
        """Features and response in their own units, a row each, shape (m, p + 1).

        What was adjusted for other features stays so, moved back to its mean.
        """
        data = self.dataset
        _, slopes, _ = data.original_units(np.ones(data.n_features))
        deviations = np.column_stack([data.X / slopes, data.y])
        return np.asarray(deviations + self._centre)

    @property
    def _centre(self) -> Array:
        return self.dataset.preparation.centre[len(self.dataset.adjusted_for) :]

    @cached_property
    def _drawn(self) -> npt.NDArray[np.intp]:
        """Which rows of X are drawn as dots: those that stand out in what is shown, and others."""
        z = self._z
        own = z[:, 1] - self.rho * z[:, 0]
        return rows_to_draw(np.column_stack([z, own, self._shuffled]), MOST_DOTS)

    @cached_property
    def _deviation(self) -> Array:
        """Standard deviations of the prepared features over all rows, shape (p,)."""
        reduced = self.dataset.reduced
        return np.asarray(np.linalg.norm(reduced.gram_root, axis=0) / math.sqrt(reduced.n_samples))

    # -- how alike -------------------------------------------------------------------------------

    @property
    def exact(self) -> bool:
        """Whether one is exactly a linear function of the other."""
        return self.dataset.reduced.rank < 2

    @cached_property
    def rho(self) -> float:
        """Their correlation, over all rows."""
        return float(correlation(self.dataset)[0, 1])

    @cached_property
    def vif(self) -> float:
        """Their variance inflation factor 1/(1 − ρ²); ∞ if exactly collinear."""
        return float(vif(self.dataset)[0])

    @property
    def likeness(self) -> Likeness:
        """How collinear they are, in a word: captions are chosen by it."""
        return LIKENESS[strength(self.dataset)]

    # -- from uncorrelated to as they are --------------------------------------------------------

    @property
    def n_drawn(self) -> int:
        """How many rows are drawn."""
        return len(self._drawn)

    @property
    def first(self) -> Array:
        """The first feature in its own units, at the rows that are drawn."""
        return np.asarray(self.raw[self._drawn, 0])

    def second(self, share: float) -> Array:
        """The second feature, in its own units, on the way from shuffled to as it is.

        With z₂ the standardised feature and p a permutation of it that is all but uncorrelated with the
        first, cos(a) p + sin(a) z₂, scaled to variance 1 all the way: at ``share`` 0, a is 0; at 1, 90°.
        So both ends are real values, whatever the feature.
        """
        mixed = self._blend(share, self._shuffled, self._z[:, 1])
        return self._in_units(mixed[self._drawn])

    def predicted(self) -> Array:
        """The second feature as its regression on the first predicts it, in its own units."""
        return self._in_units(self.rho * self._z[self._drawn, 0])

    @property
    def some_equal(self) -> bool:
        """Whether some dots are plainly larger, since they stand for equal rows."""
        return max(float(sizes.max()) for sizes in self._sizes) > 1.9

    def sizes(self, share: float) -> Array:
        """Times the radius of a dot, on that point of the way: equal rows are one larger dot."""
        start, end = self._sizes
        return np.asarray(start ** (1.0 - share) * end**share)

    @cached_property
    def _sizes(self) -> tuple[Array, Array]:
        rows = self._drawn
        first, orders = self._z[rows, 0], (self._shuffled[rows], self._z[rows, 1])
        start, end = (enlargement(np.column_stack([first, second])) for second in orders)
        return start, end

    def _in_units(self, z: Array) -> Array:
        _, slopes, _ = self.dataset.original_units(np.ones(self.dataset.n_features))
        return np.asarray(z * self._deviation[1] / slopes[1] + self._centre[1])

    def rho_at(self, share: float) -> float:
        """The correlation at that point of the way."""
        if share >= 1.0:
            return self.rho
        return self._blend(share, float(self._z[:, 0] @ self._shuffled) / len(self._z), self.rho)

    def vif_at(self, share: float) -> float:
        """The variance inflation factor at that point of the way."""
        if share >= 1.0:
            return self.vif
        rho = self.rho_at(share)
        return 1.0 / max((1.0 - rho) * (1.0 + rho), np.finfo(float).eps)

    def _blend(self, share: float, start: Any, end: Any) -> Any:
        """Start at 0, end at 1, and between them a mixture of both for which variance is kept."""
        start_part, end_part = math.cos(0.5 * math.pi * share), math.sin(0.5 * math.pi * share)
        alike = float(self._shuffled @ self._z[:, 1]) / len(self._z)
        variance = 1.0 + 2.0 * start_part * end_part * alike
        return (start_part * start + end_part * end) / math.sqrt(variance)

    @cached_property
    def _z(self) -> Array:
        """Standardised features at the rows held, which are all of them up to 100 000."""
        return np.asarray(self.dataset.X[:, :2] / self._deviation[:2])

    @cached_property
    def _shuffled(self) -> Array:
        """The second feature in the order, of some seeded ones, that is least correlated with the first."""
        z1, z2 = self._z.T
        rng = np.random.default_rng(SHUFFLE_SEED)
        orders = (rng.permutation(z2) for _ in range(min(SHUFFLES, 10_000_000 // len(z2))))
        return min(orders, key=lambda order: abs(float(z1 @ order)))
