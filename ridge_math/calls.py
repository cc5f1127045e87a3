"""What to type elsewhere for the same fit: scikit-learn in Python, glmnet in R.

Both start from ``data``, the table as a data frame: in Python of pandas or polars, in R read with
``check.names = FALSE``, so that columns keep their names.
"""

from __future__ import annotations

from collections.abc import Sequence

from ridge_math.conventions import Scales, to_convention
from ridge_math.dataset import Dataset

WIDTH = 76
DIGITS = 6  # of λ: a searched one has no more


def scikit_learn_call(dataset: Dataset, lam: float) -> str:
    """Return Python for ``sklearn.linear_model.Ridge`` with the same fit, ready to be run.

    Afterwards ``model.coef_`` is θ̂(λ) in the units of the prepared X. The solver is ``"svd"``,
    because the default forms XᵀX and loses half of the digits to collinearity.

    Raises
    ------
    ValueError
        If λ is negative or not finite.
    """
    alpha = to_convention(lam, "sklearn", Scales.of(dataset))
    adjusted, scaled = bool(dataset.adjusted_for), dataset.scaled
    models = "LinearRegression, Ridge" if adjusted else "Ridge"
    lines = [f"from sklearn.linear_model import {models}"]
    if scaled:
        lines.append("from sklearn.preprocessing import StandardScaler")
    lines += ["", f"y = data[{dataset.response!r}].to_numpy()"]
    lines += _listed("X = data[[", map(repr, dataset.features), "]].to_numpy()")
    if adjusted:
        lines += _listed("Z = data[[", map(repr, dataset.adjusted_for), "]].to_numpy()")
        lines += [f"{v} = {v} - LinearRegression().fit(Z, {v}).predict(Z)" for v in "yX"]
    if scaled:
        lines.append("X = StandardScaler().fit_transform(X)")
    lines.append(f"model = Ridge(alpha={alpha:.{DIGITS}g}, solver='svd').fit(X, y)")
    return "\n".join(lines)


def glmnet_call(dataset: Dataset, lam: float) -> str:
    """Return R for ``glmnet`` with the same fit, ready to be run.

    Afterwards ``coef(fit)`` holds intercept and slopes in original units (the intercept is 0 where
    X and y are residuals). ``thresh`` is small because glmnet descends coordinate by coordinate,
    slowly along a valley: at its default it stops in the second digit for Longley's data.

    Raises
    ------
    ValueError
        If λ is negative or not finite.
    """
    lambda_ = to_convention(lam, "glmnet", Scales.of(dataset))
    lines = ["library(glmnet)", f"y <- data[[{_r_string(dataset.response)}]]"]
    lines += _listed("X <- as.matrix(data[c(", map(_r_string, dataset.features), ")])")
    if dataset.adjusted_for:
        lines += _listed("Z <- as.matrix(data[c(", map(_r_string, dataset.adjusted_for), ")])")
        lines += ["y <- resid(lm(y ~ Z))", "X <- resid(lm(X ~ Z))"]
    if dataset.n_features == 1:
        lines.append("X <- cbind(X, 0)  # glmnet wants two columns")
    scale = "" if dataset.scaled else "standardize = FALSE, "
    lines.append(f"fit <- glmnet(X, y, alpha = 0, lambda = {lambda_:.{DIGITS}g},")
    lines.append(f"              {scale}thresh = 1e-20, maxit = 1e7)")
    return "\n".join(lines)


def _listed(start: str, items: Sequence[str] | map[str], end: str) -> list[str]:
    """Write a list over as many lines as it takes, each item whole."""
    lines, margin = [start], " " * len(start)
    parts = [item + ", " for item in items]
    parts[-1] = parts[-1][:-2] + end
    for part in parts:
        if len(lines[-1] + part) > WIDTH and lines[-1].strip() not in ("", start):
            lines[-1] = lines[-1].rstrip()
            lines.append(margin)
        lines[-1] += part
    return lines


def _r_string(text: str) -> str:
    """Quote text for R; what cannot be seen is written as its code point."""
    plain = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + "".join(c if c.isprintable() else f"\\u{{{ord(c):04x}}}" for c in plain) + '"'
