"""What a diagnosis says in words is true of the data, in every language."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.api import OLS, add_constant

from ridge_math import (
    Dataset,
    condition_number_X,
    diagnose,
    strength,
)
from ridge_math.sentence import Language, Ratio
from ridge_math.verdict import in_words
from tests.ridge_math.diagnosing import chosen, uncorrelated


@pytest.mark.parametrize(
    ("rho", "steep", "valley"),
    [(0.9, "θ_A + θ_B", "θ_A − θ_B"), (-0.9, "θ_A − θ_B", "θ_A + θ_B")],
)
def test_the_valley_of_two_features(rho, steep, valley):
    data = Dataset.synthetic(correlation=rho, noise=1.0)
    fit = OLS(data.y, add_constant(data.X)).fit()
    sign = 1.0 if rho > 0 else -1.0
    better, worse = (float(fit.t_test(np.array([[0.0, 1.0, s]])).sd.item()) for s in (sign, -sign))
    ratio = math.sqrt(1.9 / 0.1)
    assert diagnose(data).valley == (
        f"{steep} is better determined, with a standard error of {better:.3g}; "
        f"{valley} worse, with {worse:.3g}, {ratio:.1f} times as large."
    )


def test_the_valley_of_a_sum(three):
    sentence = diagnose(three).valley
    assert sentence.startswith("0.71 θ_C + 0.50 θ_A + 0.50 θ_B is better determined")
    assert "0.71 θ_C − 0.50 θ_A − 0.50 θ_B worse" in sentence


def test_an_exactly_flat_valley(singular):
    found = diagnose(singular)
    assert (found.strength, found.shows_valley, found.warning) == ("exact", True, None)
    assert found.valley.startswith("θ_A + θ_B is determined, with a standard error of 0.")
    assert "θ_A − θ_B is not determined at all" in found.valley
    assert np.all(np.isinf(found.vif))
    assert np.all(np.isinf(found.standard_errors))
    assert any("exactly collinear" in note for note in found.notes)


def test_several_flat_directions_are_counted(wide):
    found = diagnose(wide)  # 9 features, 6 rows
    assert "4 combinations are not determined at all" in found.valley
    assert found.noise_sd is None
    assert found.standard_errors is None
    assert "σ² cannot be estimated" in chosen(found, "hkb").remark


def test_several_equally_bad_directions_are_counted():
    found = diagnose(Dataset.synthetic(theta=[1.0] * 5, correlation=0.99))
    assert found.valley.startswith("θ_A + θ_B + θ_C + θ_D + θ_E is better determined, ")
    assert "4 combinations are worse" in found.valley


def test_uncorrelated_features_are_called_so_with_the_criterion():
    found = diagnose(uncorrelated())
    assert (found.strength, found.shows_valley) == ("none", False)
    assert found.valley == (
        "No combination of coefficients is worse determined than another: the standard error of each is "
        f"{found.standard_errors_along[0]:.3g}."
    )
    for part in ("not collinear", "no valley", "as wide as long", "3 times as long as wide", "0.8"):
        assert part in found.warning


def test_weakly_correlated_features_are_told_with_their_condition_number():
    found = diagnose(Dataset.synthetic(correlation=0.3))
    assert found.valley.startswith("No combination of coefficients is much worse determined")
    for part in ("not collinear", "no valley", "1.4 times as long as wide", "from 3 on", "0.8"):
        assert part in found.warning


@pytest.mark.parametrize(("rho", "shows"), [(0.79, False), (0.8, True), (-0.8, True)])
def test_the_criterion_is_as_stated(rho, shows):
    found = diagnose(Dataset.synthetic(correlation=rho))
    assert found.shows_valley is shows
    assert (found.warning is None) is shows
    assert found.strength == "weak"
    assert ("weakly collinear" in (found.warning or "")) is not shows


def test_one_feature_has_nothing_to_be_collinear_with(longley_file):
    found = diagnose(Dataset.from_file(longley_file, ["GNP"], "Employed"))
    assert (found.strength, found.shows_valley, found.vif[0]) == ("none", False, 1.0)
    assert "One feature" in found.warning
    assert "θ_GNP" in found.valley
    assert found.condition_number_X == 1.0
    assert (found.pair, found.pair_hint) == (None, "")


def test_a_valley_made_by_units_alone_is_told_apart():
    data = uncorrelated()
    scaled = data.X * [1.0, 50.0]
    found = diagnose(Dataset.from_arrays(scaled, data.y, ("A", "B"), scale=False))
    assert found.condition_number_X == pytest.approx(50.0)
    assert found.condition_number_unit == pytest.approx(1.0)
    assert (found.strength, found.shows_valley) == ("none", True)
    assert "only because of the features' units" in found.warning
    assert found.valley.startswith("θ_B is better determined, ")


def test_strength_does_not_depend_on_units(longley, longley_file):
    raw = Dataset.from_file(longley_file, longley.features, "Employed", scale=False)
    assert strength(raw) == strength(longley) == "strong"
    found = diagnose(raw)
    assert found.condition_number_unit == pytest.approx(condition_number_X(longley), rel=1e-6)


def test_names_that_are_more_than_a_word_are_quoted(default):
    names = ("GNP, 1954", "a" * 60)
    found = diagnose(Dataset.from_arrays(default.X, default.y, names))
    assert found.valley.startswith(f"θ_'GNP, 1954' + θ_{'a' * 39}… is better determined")


@given(
    st.lists(st.floats(-1, 1), min_size=1, max_size=12).filter(lambda v: np.any(np.abs(v) > 0.1))
)
def test_a_direction_and_its_opposite_are_the_same_words(entries):
    v = np.array(entries) / np.linalg.norm(entries)
    names = tuple("ABCDEFGHIJKL"[: v.size])
    text, length = in_words(v, names)
    assert (text, length) == in_words(-v, names)
    assert length >= 1
    assert not text.startswith("−")
    largest = names[int(np.argmax(np.abs(v) > np.abs(v).max() * (1 - 1e-6)))]
    assert f"θ_{largest}" in text


def test_ratios_are_rounded_and_written_by_language():
    german = Language("de", ",", "\u202f")
    ratios = [Ratio(x) for x in (1.0, 14.107, 120.4, 12345.6, 3.2e7)]
    texts = [ratio.in_language(Language()) for ratio in ratios]
    assert texts == ["1.0", "14.1", "120", "12,346", "3e+07"]
    assert [ratio.in_language(german) for ratio in ratios[1:4]] == ["14,1", "120", "12\u202f346"]
