"""Series: one point a step, the latest, in order of steps, and no value changed."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dotscape.store.series import Series

VALUES = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text()
POINTS = st.lists(st.tuples(st.integers(0, 12), st.integers(0, 50), VALUES), max_size=40)


@given(POINTS)
def test_against_a_dictionary(points: list[tuple[int, int, Any]]) -> None:
    series = Series()
    expected: dict[int, tuple[int, Any]] = {}
    for step, time, value in points:
        series.add(step, float(time), value)
        if step not in expected or time >= expected[step][0]:
            expected[step] = (time, value)
    steps, times, values = series.arrays()
    assert steps.tolist() == sorted(expected)
    assert times.tolist() == [expected[s][0] for s in sorted(expected)]
    assert list(values) == [expected[s][1] for s in sorted(expected)]


def test_numbers_stay_float64_until_something_else_comes() -> None:
    series = Series()
    for step, value in enumerate([1.5, 2, True, float("nan"), float("inf")]):
        series.add(step, 0.0, value)
    values = series.arrays()[2]
    assert values.dtype == np.float64
    np.testing.assert_array_equal(values, [1.5, 2, 1, np.nan, np.inf])
    series.add(9, 0.0, "text")
    values = series.arrays()[2]
    assert values.dtype == object
    assert values[-1] == "text"
    assert values[0] == 1.5


def test_integers_too_large_for_a_float_keep_their_digits() -> None:
    series = Series()
    series.add(0, 0.0, 1)
    series.add(1, 0.0, 2**53 + 1)
    assert list(series.arrays()[2]) == [1, 2**53 + 1]


def test_a_step_beyond_64_bits_is_refused() -> None:
    with pytest.raises(OverflowError):
        Series().add(2**70, 0.0, 1)


def test_nothing_is_empty_arrays() -> None:
    steps, times, values = Series().arrays()
    assert (len(steps), len(times), len(values)) == (0, 0, 0)
