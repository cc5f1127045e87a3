"""The two features as a viewer meets them: in their own units, and how alike they are."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Literal

import numpy as np

from ridge_math import QuadraticObjective, correlation, strength, vif

if TYPE_CHECKING:
    import numpy.typing as npt

    from ridge_math import Dataset

    Array = npt.NDArray[np.float64]

Likeness = Literal["exact", "strong", "some", "none"]

#: Rows drawn as dots, at most: evenly spaced ones of a longer table.
MOST_DOTS = 240
#: The word for each strength of collinearity, as `diagnose` tells it.
LIKENESS: dict[str, Likeness] = {
    "exact": "exact",
    "strong": "strong",
    "moderate": "strong",
    "weak": "some",
    "none": "none",
}
#: Seed of the noise that stands in for what the second feature has of its own, where it has nothing.
OWN_SEED = 7


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
        """Which rows of X are drawn as dots."""
        rows = self.dataset.y.size
        count = min(rows, MOST_DOTS)
        return np.arange(count) * (rows - 1) // max(count - 1, 1)

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

    # -- from unrelated to as they are -----------------------------------------------------------

    @property
    def first(self) -> Array:
        """The first feature in its own units, at the rows that are drawn."""
        return np.asarray(self.raw[self._drawn, 0])

    def second(self, share: float) -> Array:
        """The second feature, in its own units, on the way from unrelated to as it is.

        With z₁, z₂ the standardised features and e what z₂ has of its own (z₂ less its regression on
        z₁, standardised): sin(a) z₁ + cos(a) e, of correlation sin(a) with z₁ and the same mean and
        variance all the way. At ``share`` 0, a is 0; at 1, sin(a) is the correlation of the data.
        """
        return self._in_units(
            math.sin(self._angle(share)) * self._z[:, 0], math.cos(self._angle(share))
        )

    def predicted(self) -> Array:
        """The second feature as its regression on the first predicts it, in its own units."""
        return self._in_units(self.rho * self._z[:, 0], 0.0)

    def _in_units(self, common: Array, own: float) -> Array:
        _, slopes, _ = self.dataset.original_units(np.ones(self.dataset.n_features))
        z = (common + own * self._own)[self._drawn]
        return np.asarray(z * self._deviation[1] / slopes[1] + self._centre[1])

    def rho_at(self, share: float) -> float:
        """The correlation at that point of the way."""
        return self.rho if share >= 1.0 else float(correlation(self._problem(share))[0, 1])

    def vif_at(self, share: float) -> float:
        """The variance inflation factor at that point of the way."""
        return self.vif if share >= 1.0 else float(vif(self._problem(share))[0])

    def _angle(self, share: float) -> float:
        return share * math.asin(float(np.clip(self.rho, -1.0, 1.0)))

    def _problem(self, share: float) -> QuadraticObjective:
        """Two features with the Gram matrix of that point of the way."""
        angle = self._angle(share)
        root = [[1.0, math.sin(angle)], [0.0, math.cos(angle)]]
        return QuadraticObjective.from_arrays(root, [1.0, 1.0])

    @cached_property
    def _z(self) -> Array:
        return np.asarray(self.dataset.X[:, :2] / self._deviation[:2])

    @cached_property
    def _own(self) -> Array:
        """What the second feature has of its own, standardised; noise if it has nothing."""
        z1, z2 = self._z.T
        own = z2 - self.rho * z1
        if self.exact or np.linalg.norm(own) < 1e-6 * np.linalg.norm(z2):
            own = np.random.default_rng(OWN_SEED).standard_normal(z1.size)
            for _ in range(2):
                own = own - own.mean()
                own = own - (own @ z1) / (z1 @ z1) * z1
            return np.asarray(own / math.sqrt(own @ own / own.size))
        return np.asarray(own / math.sqrt((1.0 - self.rho) * (1.0 + self.rho)))
