"""Where λ stops: by each criterion as `diagnose` has it, as named, or not at all."""

from __future__ import annotations

import pytest

from ridge_math import DataError, Dataset, bowl_lam, condition_number_X
from ridge_math.choice import choose
from ridge_math.kind import VALLEY_ASPECT
from ridge_math.stop import BY_CRITERION, Stop, stays_valley, stop_of, stop_range


@pytest.fixture(scope="module")
def data() -> Dataset:
    return Dataset.synthetic()


@pytest.mark.parametrize("key", BY_CRITERION)
def test_a_criterion_stops_where_the_diagnosis_says(data: Dataset, key: str) -> None:
    told = {choice.criterion.key: choice.lam for choice in choose(data)}
    assert stop_of(data, key) == Stop(told[key], key)


def test_a_value_stops_where_it_says_and_the_bowl_can_always_be_shown(data: Dataset) -> None:
    assert stop_of(data, 0.5) == Stop(0.5, "value")
    for rho in (0.0, 0.9, 1.0):
        made = Dataset.synthetic(correlation=rho)
        assert stop_of(made, bowl_lam(made)).lam == bowl_lam(made)


def test_the_range_follows_the_units_of_the_eigenvalues(data: Dataset) -> None:
    twice = Dataset.from_arrays([*data.X, *data.X], [*data.y, *data.y], data.features)
    one, other = stop_range(data), stop_range(twice)
    assert (other.low, other.high) == pytest.approx((2 * one.low, 2 * one.high))


@pytest.mark.parametrize("share", [0.99, 1.01])
def test_what_cannot_be_shown_is_refused_with_the_range(data: Dataset, share: float) -> None:
    span = stop_range(data)
    outside = share * (span.low if share < 1 else span.high)
    with pytest.raises(DataError, match=f"from {span.low:.3g} to {span.high:.3g}"):
        stop_of(data, outside)
    assert stop_of(data, outside / share**2).by == "value"


def test_a_criterion_that_wants_no_penalty_has_no_stop(data: Dataset) -> None:
    exact = Dataset.from_arrays(data.X, data.X @ [1.0, 2.0])
    for key in ("gcv", "hkb"):
        with pytest.raises(DataError, match="name a λ from"):
            stop_of(exact, key)


def test_a_valley_stays_one_until_its_ellipses_are_short(data: Dataset) -> None:
    steep, flat = data.reduced.d**2
    turns = (steep - VALLEY_ASPECT**2 * flat) / (VALLEY_ASPECT**2 - 1.0)
    assert stays_valley(data, 0.999 * turns)
    assert not stays_valley(data, 1.001 * turns)
    assert condition_number_X(data) > VALLEY_ASPECT
