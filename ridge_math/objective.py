"""The one objective of the film: RSS(θ) + λ‖θ‖², a valley at λ = 0 and a bowl as λ grows."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike

from ridge_math.arrays import FloatArray, penalties
from ridge_math.reduced import ReducedProblem


@dataclass(frozen=True, eq=False)
class QuadraticObjective:
    """The penalised least-squares objective J(θ) = ‖y − Xθ‖² + λ‖θ‖².

    X and y are the prepared data (see Dataset), held in reduced form, so evaluating costs the same
    for a hundred rows and a hundred million. λ is in scikit-learn's ``alpha`` units.

    Attributes
    ----------
    reduced : ReducedProblem
        d, V, Uᵀy and the remainder of least squares.
    lam : float
        The penalty λ, finite and at least 0.

    Raises
    ------
    ValueError
        If λ is negative or not finite.

    Notes
    -----
    Values are sums of squares, J(θ) = Σ (dᵢ(Vᵀθ)ᵢ − (Uᵀy)ᵢ)² + rest + λ‖θ‖², not the expanded
    quadratic yᵀy − 2θᵀXᵀy + θᵀXᵀXθ, which cancels near the minimum.
    Source: Hoerl & Kennard (1970), Technometrics 12(1), 55-67.
    """

    reduced: ReducedProblem
    lam: float = 0.0

    def __post_init__(self) -> None:
        object.__setattr__(self, "lam", float(penalties(self.lam)))

    @classmethod
    def from_arrays(cls, X: ArrayLike, y: ArrayLike, lam: float = 0.0) -> QuadraticObjective:
        """Build the objective of X (n, p) and y (n,) exactly as given: nothing centred or scaled.

        Raises
        ------
        ValueError
            If the shapes do not agree, or a value is not finite.
        """
        matrix = np.asarray(X, dtype=np.float64)
        target = np.asarray(y, dtype=np.float64)
        if matrix.ndim != 2 or target.shape != matrix.shape[:1]:
            raise ValueError(f"X (n, p) and y (n,) needed, got {matrix.shape} and {target.shape}")
        if not (np.all(np.isfinite(matrix)) and np.all(np.isfinite(target))):
            raise ValueError("X and y must be finite")
        return cls(ReducedProblem.from_triangle(matrix, target, matrix.shape[0], 0), lam)

    @property
    def n_features(self) -> int:
        """Number of features p."""
        return self.reduced.n_features

    @property
    def n_samples(self) -> int:
        """Number of rows n of the data behind the objective."""
        return self.reduced.n_samples

    def penalised(self, lam: float) -> QuadraticObjective:
        """Return the objective with the same RSS and another λ (it replaces, it does not add).

        Raises
        ------
        ValueError
            If λ is negative or not finite.
        """
        return replace(self, lam=lam)

    def value(self, theta: ArrayLike) -> FloatArray:
        """Return J(θ) for θ of shape (..., p): shape (...,). Units of y squared.

        Raises
        ------
        ValueError
            If the last axis of θ is not of length p.
        """
        t = self._theta(theta)
        residual = t @ self.reduced.triangle().T - self.reduced.uty
        out: FloatArray = np.einsum("...i,...i->...", residual, residual) + self.reduced.rss_min
        if self.lam:
            out = out + self.lam * np.einsum("...i,...i->...", t, t)
        return out

    def gradient(self, theta: ArrayLike) -> FloatArray:
        """Return ∇J(θ) = −2Xᵀ(y − Xθ) + 2λθ for θ of shape (..., p): shape (..., p).

        Raises
        ------
        ValueError
            If the last axis of θ is not of length p.
        """
        t = self._theta(theta)
        triangle = self.reduced.triangle()
        residual = t @ triangle.T - self.reduced.uty
        return np.asarray(2.0 * (residual @ triangle) + 2.0 * self.lam * t)

    @property
    def hessian(self) -> FloatArray:
        """∇²J = 2(XᵀX + λI), shape (p, p), the same at every θ."""
        triangle = self.reduced.triangle()
        return np.asarray(2.0 * (triangle.T @ triangle + self.lam * np.eye(self.n_features)))

    def minimiser(self) -> FloatArray:
        """Return θ̂(λ) = V diag(d/(d² + λ)) Uᵀy, shape (p,).

        Equivalent to (XᵀX + λI)⁻¹Xᵀy. For λ = 0 and collinear features every point of the valley
        floor is a minimum; this is the one of least norm.
        """
        return self.reduced.minimisers(self.lam)

    @property
    def minimum(self) -> float:
        """J(θ̂(λ)) = rest + Σ (Uᵀy)ᵢ² λ/(dᵢ² + λ), in units of y squared."""
        lost = self.reduced.filter_complements(self.lam)
        return self.reduced.rss_min + float(lost @ self.reduced.uty**2)

    def grid(self, theta1: ArrayLike, theta2: ArrayLike) -> FloatArray:
        """Return J on a grid, two features only: (k, m) for θ₁ (m,) and θ₂ (k,); rows follow θ₂.

        Equivalent to ``value`` at every ``(theta1[j], theta2[i])``.

        Raises
        ------
        ValueError
            If the problem does not have exactly two features.
        """
        t1, t2 = self._axes(theta1, theta2)
        out: FloatArray = np.full((t2.size, t1.size), self.reduced.rss_min)
        triangle = self.reduced.triangle()
        for i in range(2):
            residual = (triangle[i, 0] * t1 - self.reduced.uty[i]) + (triangle[i, 1] * t2)[:, None]
            out += residual * residual
        if self.lam:
            out += self.lam * (t1 * t1 + (t2 * t2)[:, None])
        return out

    def _theta(self, theta: ArrayLike) -> FloatArray:
        t: FloatArray = np.asarray(theta, dtype=np.float64)
        if t.ndim == 0 or t.shape[-1] != self.n_features:
            raise ValueError(f"θ must have {self.n_features} entries last, got shape {t.shape}")
        return t

    def _axes(self, theta1: ArrayLike, theta2: ArrayLike) -> tuple[FloatArray, FloatArray]:
        if self.n_features != 2:
            raise ValueError(f"a surface needs two features, this problem has {self.n_features}")
        t1: FloatArray = np.asarray(theta1, dtype=np.float64)
        t2: FloatArray = np.asarray(theta2, dtype=np.float64)
        return t1.reshape(-1), t2.reshape(-1)
