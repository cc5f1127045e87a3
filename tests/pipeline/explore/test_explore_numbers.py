"""What the page computes in a real browser is what `ridge_math` computes, number for number."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ridge_math import (
    Dataset,
    GaussianLikelihood,
    condition_number_gram,
    correlation,
    effective_df,
    filter_factors,
    gcv,
    loo,
    resampled_minimisers,
    residual_ss,
    ridge_path,
    risk,
    vif_ridge,
)
from ridge_math.choice import choose
from ridge_math.kind import kind_of
from ridge_math.window import bowl_lam, lam_range
from scenes.mobjects.landscape import stage_scale
from tests.browser import Browser, Page
from tests.pipeline.explore.making import made_page

#: At 1e-9 of what they are told against: θ̂ of its largest, a covariance of its trace.
CLOSE = 1e-9
#: A square that is 0 but for rounding, over the squares it is made of.
NOTHING = 1e-24


def told(dataset: Dataset, lam: float) -> dict[str, Any]:
    """The numbers of a state by `ridge_math`."""
    model = GaussianLikelihood.from_problem(dataset)
    # The world that is known of made data, or else the one that is fitted.
    truth = ridge_path(dataset, 0.0) if dataset.theta is None else dataset.theta
    variance = model.sigma2 if dataset.noise is None else dataset.noise**2
    cost = risk(dataset, lam, truth, variance)
    scale, span = stage_scale(dataset), lam_range(dataset)
    entries = ([0, 0, 1], [0, 1, 1])
    with np.errstate(divide="ignore", invalid="ignore"):
        reduced = dataset.reduced
        posterior = (reduced.V * (model.sigma2 / (reduced.d**2 + lam))) @ reduced.V.T
    total, size = dataset.reduced.total_ss, float(truth @ truth)
    return {
        "squares": dict.fromkeys(("rss", "objective", "gcv", "loo", "sigma2"), total)
        | dict.fromkeys(("bias2", "variance"), size),
        "kind": kind_of(dataset),
        "d": reduced.d,
        "theta": ridge_path(dataset, lam),
        "rss": residual_ss(dataset, lam),
        "objective": dataset.objective(lam).minimum,
        "condition": condition_number_gram(dataset, lam),
        "vif": vif_ridge(dataset, lam)[0],
        "df": effective_df(dataset, lam),
        "filter": filter_factors(dataset, lam),
        "gcv": gcv(dataset, lam),
        "loo": loo(dataset, [lam])[0],
        "bias2": cost.bias2[0],
        "variance": cost.variance[0],
        "sigma2": model.sigma2,
        "sampling": model.sampling_covariance(lam)[entries],
        "posterior": posterior[entries],
        "rho": correlation(dataset)[0, 1],
        "span": (span.low, span.high),
        "bowl": bowl_lam(dataset),
        "window": (*scale.centre, scale.half_width),
        "heights": (scale.low, scale.high),
    }


def differences(found: dict[str, Any], wanted: dict[str, Any]) -> list[str]:
    """Which numbers are not the same, each with how far it is off."""
    off = []
    squares = wanted.pop("squares")
    for name, value in wanted.items():
        if isinstance(value, str):
            if found[name] != value:
                off.append(f"{name}: {found[name]} for {value}")
            continue
        # JSON has no infinity: it arrives as None.
        there = np.array([math.inf if v is None else v for v in np.atleast_1d(found[name])], float)
        right = np.atleast_1d(np.asarray(value, dtype=float))
        right = np.where(np.isfinite(right), right, math.inf)
        largest = np.max(np.abs(right[np.isfinite(right)]), initial=0.0)
        slack = CLOSE * largest + NOTHING * squares.get(name, 0.0)
        if not np.allclose(there, right, rtol=CLOSE, atol=slack):
            off.append(f"{name}: {there} for {right}")
    return off


@pytest.fixture(scope="module")
def page(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Page:
    path: Path = made_page(tmp_path_factory.mktemp("numbers"))
    return browser.open(path)


def test_thousand_random_states_agree_with_ridge_math(page: Page) -> None:
    rng = np.random.default_rng(17)
    states = []
    for k in range(1000):
        gap = 10.0 ** rng.uniform(-5, 0)
        rho = float(np.round(rng.choice([-1.0, 1.0]) * (1.0 - gap), 9))
        states.append(
            {
                "n": int(rng.integers(5, 120)),
                "rho": (1.0 if rho > 0 else -1.0) if k % 50 == 0 else rho,
                "theta": [float(t) for t in np.round(rng.uniform(-3, 3, 2), 3)],
                "noise": float(np.round(rng.uniform(0.05, 2.0), 3)),
                "seed": int(rng.integers(0, 2**31)),
                "lam": 0.0 if k % 20 == 0 else float(f"{10.0 ** rng.uniform(-5, 4):.6g}"),
            }
        )
    hashes = [
        f"lam={s['lam']!r}&n={s['n']}&rho={s['rho']!r}&noise={s['noise']!r}&seed={s['seed']}"
        f"&truth={s['theta'][0]!r},{s['theta'][1]!r}"
        for s in states
    ]
    found = page.script("return arguments[0].map(hash => explore.numbers(hash))", hashes)
    wrong = []
    for state, numbers in zip(states, found, strict=True):
        dataset = Dataset.synthetic(
            state["n"], state["rho"], state["theta"], state["noise"], state["seed"]
        )
        wrong += [f"{state}: {each}" for each in differences(numbers, told(dataset, state["lam"]))]
    assert wrong == []


def test_criteria_choose_the_same_lam(page: Page) -> None:
    for n, rho, noise, seed in [
        (60, 0.99, 0.5, 5),
        (20, 0.9, 1.5, 3),
        (40, 1.0, 1.0, 8),
        (5, 0.5, 1.0, 2),
    ]:
        found = page.script(
            "return explore.choices(arguments[0])", f"n={n}&rho={rho}&noise={noise}&seed={seed}"
        )
        dataset = Dataset.synthetic(n, rho, noise=noise, seed=seed)
        chosen = {choice.criterion.key: choice.lam for choice in choose(dataset)}
        assert found == pytest.approx({key: chosen[key] for key in ("gcv", "loo")}, rel=2e-5)


def test_clouds_are_the_same_dots(page: Page) -> None:
    """Drawn from the truth where it is known, by numpy's own generator."""
    dataset = Dataset.synthetic()
    page.script("explore.show('lam=2&cloud=sampling&draw=11')")
    found = page.script("return explore.cloud()")
    wanted = resampled_minimisers(
        dataset,
        2.0,
        60,
        11,
        sigma2=dataset.noise**2,
        theta=dataset.theta,  # type: ignore[operator]
    )
    np.testing.assert_allclose(found, wanted, rtol=0, atol=1e-12)


def test_rows_that_are_changed_or_left_out_make_another_problem(page: Page) -> None:
    found = page.script("return explore.numbers('lam=3&out=4,9&row=2,1.5,-0.5,2&row=7,0,3,1')")
    raw = page.script("return JSON.parse(document.getElementById('given').textContent).columns")
    X, y = np.array(raw[:2]).T, np.array(raw[2])
    X[2], y[2] = (1.5, -0.5), 2.0
    X[7], y[7] = (0.0, 3.0), 1.0
    kept = np.delete(np.arange(60), [4, 9])
    dataset = Dataset.from_arrays(X[kept], y[kept])
    assert differences(found, told(dataset, 3.0)) == []


NUMBERS = np.random.default_rng(3)
X = NUMBERS.normal(size=(40, 2)) @ np.array([[1.0, 0.95], [0.0, 0.1]])
Y = X.sum(axis=1) + NUMBERS.normal(size=40)
BROUGHT: dict[str, tuple[np.ndarray, int]] = {
    "huge and tiny": (np.column_stack([X * (3e12, 2e-9), Y * 1e30]), 0),
    "far from zero": (np.column_stack([X + 1e7, Y * 1e-20]), 0),
    "few rows": (np.column_stack([X, Y])[:4], 0),
    "explained exactly": (np.column_stack([X, X @ (1.0, -2.0)]), 0),
    "the same column twice": (np.column_stack([X[:, 0], 3 * X[:, 0] - 1, Y]), 0),
    "uncorrelated": (np.column_stack([NUMBERS.normal(size=(30, 2)), Y[:30]]), 0),
    "adjusted": (np.column_stack([NUMBERS.normal(size=(40, 2)) + X, X, Y]), 2),
    "too many to carry": (np.column_stack([np.tile(X, (60, 1)), np.tile(Y, 60)]), 0),
}


@pytest.mark.parametrize("name", BROUGHT)
def test_data_that_are_brought_agree_too(browser: Browser, tmp_path: Path, name: str) -> None:
    rows, adjusted = BROUGHT[name]
    named = [f"c{j}" for j in range(rows.shape[1])]
    data = tmp_path / "data.csv"
    lines = [",".join(named), *(",".join(map(repr, row)) for row in rows.tolist())]
    data.write_text("\n".join(lines) + "\n", encoding="utf-8")
    features, others = named[adjusted:-1], named[:adjusted]
    asked = ["--data", str(data), "--features", ",".join(features), "--response", named[-1]]
    asked += ["--adjust-for", ",".join(others)] if others else []
    page = browser.open(made_page(tmp_path, *asked))
    page.until("document.body.classList.contains('ready')")
    dataset = Dataset.from_file(data, features, named[-1], others)
    for lam in (0.0, 1e-3, 1.0, 50.0):
        found = page.script("return explore.numbers(arguments[0])", f"lam={lam}")
        wanted = told(dataset, lam)
        if len(rows) * rows.shape[1] > 6000:
            wanted.pop("loo")
        assert differences(found, wanted) == []
    assert page.troubles() == []
    assert page.script("return document.querySelectorAll('#plot-map .line').length") > 3
