"""The code that a diagnosis tells people to type, run in Python and in R."""

import shutil
import subprocess

import numpy as np
import polars as pl
import pytest

from ridge_math import (
    Dataset,
    Fit,
    diagnose,
    gcv,
)
from tests.ridge_math.diagnosing import ODD, chosen, table_of


def cases(longley_file):
    two, others = ["GNP", "Year"], ["Population", "Unemployed"]
    order = ["GNP", "Unemployed", "Armed.Forces", "Population", "Year", "GNP.deflator"]
    rng = np.random.default_rng(2)
    odd = rng.standard_normal((30, 1)) + 0.1 * rng.standard_normal((30, 2))
    return {
        "two features": Dataset.from_file(longley_file, two, "Employed"),
        "six features": Dataset.from_file(longley_file, order, "Employed"),
        "one feature": Dataset.from_file(longley_file, ["GNP"], "Employed"),
        "adjusted": Dataset.from_file(longley_file, two, "Employed", adjust_for=others),
        "one adjusted": Dataset.from_file(longley_file, ["GNP"], "Employed", adjust_for=["Year"]),
        "centred only": Dataset.from_file(longley_file, two, "Employed", scale=False),
        "collinear": Dataset.synthetic(correlation=1.0),
        "odd names": Dataset.from_arrays(
            odd, odd.sum(1) + rng.standard_normal(30), ODD[:2], ODD[2]
        ),
    }


NAMES = [
    *("two features", "six features", "one feature", "adjusted", "one adjusted"),
    *("centred only", "collinear", "odd names"),
]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("library", ["pandas", "polars"])
def test_the_call_to_scikit_learn_gives_the_same_fit(longley_file, name, library):
    frame = pytest.importorskip(library).DataFrame
    data = cases(longley_file)[name]
    found = diagnose(data)
    for choice in found.choices:
        if choice.lam is None:
            continue
        place = {"data": frame(table_of(data))}
        exec(choice.scikit_learn, place)
        fit = Fit.of(data, float(f"{choice.lam:.6g}"))
        assert np.allclose(place["model"].coef_, fit.theta, rtol=1e-9)
        if not data.adjusted_for:
            intercept = fit.centre if data.scaled else fit.intercept
            assert place["model"].intercept_ == pytest.approx(intercept, rel=1e-9)


def skip_without(*packages):
    """Skip the test where R or one of its packages is not installed."""
    asked = " && ".join(f"requireNamespace('{name}', quietly = TRUE)" for name in packages)
    command = ["Rscript", "-e", f"quit(status = !({asked}))"]
    if shutil.which("Rscript") is None or subprocess.run(command, capture_output=True).returncode:
        pytest.skip(f"R or one of {', '.join(packages)} is not installed")


def said_by_r(folder, data, script):
    """Run R with the raw columns of a dataset as `data`; return the numbers it writes."""
    pl.DataFrame(table_of(data)).write_csv(folder / "data.csv", quote_style="necessary")
    read = "data <- read.csv('data.csv', check.names = FALSE, encoding = 'UTF-8')\n"
    (folder / "call.R").write_text(read + script, encoding="utf-8")
    done = subprocess.run(
        ["Rscript", "--encoding=UTF-8", "call.R"],
        cwd=folder, env={"LC_ALL": "C.UTF-8", "PATH": "/usr/bin:/bin:/usr/local/bin"},
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    return np.array(done.stdout.split(), dtype=float)


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_the_call_to_glmnet_gives_the_same_fit(longley_file, tmp_path, name):
    skip_without("glmnet")
    data = cases(longley_file)[name]
    found = diagnose(data)
    write = "\nwrite(format(as.numeric(coef(fit)), digits = 15), stdout())\n"
    intercept, *slopes = said_by_r(tmp_path, data, found.chosen.glmnet + write)
    size = np.abs(found.ridge.slopes).max()
    got = slopes[: data.n_features]  # one feature has a column of zeros beside it
    assert np.allclose(got, found.ridge.slopes, rtol=0, atol=1e-6 * size)
    expected = 0.0 if data.adjusted_for else found.ridge.intercept
    assert intercept == pytest.approx(expected, rel=1e-6, abs=1e-9)


@pytest.mark.slow
def test_gcv_and_vif_are_those_of_mass_and_car(longley_file, tmp_path):
    skip_without("MASS", "car")
    data = cases(longley_file)["adjusted"]
    full = Dataset.from_rows(data.rows)
    lam = chosen(diagnose(full), "gcv-mass").lam
    script = (
        f"fit <- MASS::lm.ridge(Employed ~ ., data, lambda = {lam!r})\n"
        "model <- lm(Employed ~ ., data)\n"
        "all <- c(car::vif(model), confint(model)[-1, ], coef(fit), fit$GCV)\n"
        "write(format(all, digits = 15), stdout())\n"
    )
    said = said_by_r(tmp_path, data, script)
    p = full.n_features
    free, ridge = Fit.of(full, 0.0), Fit.of(full, lam)
    per_unit = (free.slopes / free.theta)[:, None]
    assert said[:p] == pytest.approx(list(diagnose(data).vif_full.values()), rel=1e-9)
    assert pytest.approx(free.intervals * per_unit, rel=1e-7) == said[p : 3 * p].reshape(2, p).T
    expected = [ridge.intercept, *ridge.slopes]
    assert said[3 * p : 4 * p + 1] == pytest.approx(expected, rel=1e-7)
    assert said[-1] == pytest.approx(float(gcv(full, lam, "mass")), rel=1e-9)


def test_names_are_quoted_for_r(longley_file):
    call = diagnose(cases(longley_file)["odd names"]).chosen.glmnet
    assert '"GNP \\"1954\\", \\\\old\\\\"' in call
    assert '"$x$ [red]\\u{200b}#λ\\u{000a}"' in call
    assert 'data[["it\'s Y"]]' in call


def test_features_that_are_only_centred_are_not_scaled_elsewhere_either(longley_file):
    found = diagnose(cases(longley_file)["centred only"])
    assert "standardize = FALSE" in found.chosen.glmnet
    assert "StandardScaler" not in found.chosen.scikit_learn
    assert found.chosen.elsewhere["mass"] is None
    assert found.chosen.elsewhere["sklearn"] == found.ridge.lam
    assert chosen(found, "hkb").lam is None
    assert "standardised" in chosen(found, "hkb").remark


def test_long_lists_of_names_are_broken_between_names():
    data = Dataset.synthetic(n_samples=80, theta=[1.0] * 40, correlation=0.5)
    found = diagnose(data)
    for code in (found.chosen.scikit_learn, found.chosen.glmnet):
        assert all(len(line) <= 79 for line in code.splitlines())
        assert (
            sum(code.count(f"{quote}{name}{quote}") for name in data.features for quote in "'\"")
            == 40
        )
