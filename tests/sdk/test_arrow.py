"""Arrow arrays made by hand, against those that pyarrow makes."""

from __future__ import annotations

import math
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dotscape.sdk.arrow import (
    date_array,
    from_numpy,
    matrix_of_lists,
    number_array,
    plain_arrow,
    text_array,
    to_numpy,
)

TEXT = st.text(st.characters(exclude_categories=["Cs"]))
INTS = st.integers(-(2**63), 2**63 - 1)


def optional(values: Any) -> Any:
    return st.lists(st.none() | values, max_size=20)


@given(optional(TEXT))
def test_texts(values: list[str | None]) -> None:
    array = text_array(values)
    array.validate(full=True)
    assert array.equals(pa.array(values, pa.string()))


def test_a_lone_surrogate_is_an_error() -> None:
    with pytest.raises(UnicodeEncodeError):
        text_array(["a", "\ud800"])


@given(optional(INTS) | optional(st.booleans()) | optional(st.floats(allow_nan=False)))
def test_numbers(values: list[Any]) -> None:
    array = number_array(values)
    array.validate(full=True)
    expected = pa.array(values)
    if pa.types.is_null(expected.type):
        expected = expected.cast(array.type)
    assert array.equals(expected)


@given(optional(st.integers() | st.floats()))
def test_integers_and_floats_of_any_size(values: list[Any]) -> None:
    array = number_array(values)
    array.validate(full=True)
    for got, value in zip(array.to_pylist(), values, strict=True):
        if value is None or isinstance(got, str):
            assert got == (None if value is None else str(value))
        elif isinstance(value, float) and math.isnan(value):
            assert math.isnan(got)
        elif abs(value) < 2**53 or isinstance(got, int):
            assert got == value
        else:
            assert got == pytest.approx(float(value)) if abs(value) < 1e308 else True


@given(optional(st.datetimes(timezones=st.just(UTC)) | st.dates() | st.datetimes()))
def test_dates(values: list[Any]) -> None:
    array = date_array(values)
    array.validate(full=True)
    assert array.type == pa.timestamp("ms", "UTC")
    for got, value in zip(array.to_pylist(), values, strict=True):
        if value is None:
            assert got is None
            continue
        if not isinstance(value, datetime):
            value = datetime(value.year, value.month, value.day)
        expected = value if value.tzinfo else value.replace(tzinfo=UTC)
        assert got == expected.replace(microsecond=expected.microsecond // 1000 * 1000)


@pytest.mark.parametrize("dtype", ["i1", "u2", "i8", "u8", "f4", "f8", "?"])
def test_from_and_to_numpy(dtype: str) -> None:
    values = (np.arange(20) * 7 % 5).astype(dtype)
    array = from_numpy(values)
    array.validate(full=True)
    assert array.equals(pa.array(values))
    if dtype != "?":
        np.testing.assert_array_equal(to_numpy(array), values)
        np.testing.assert_array_equal(to_numpy(array[3:9]), values[3:9])
        assert np.shares_memory(to_numpy(array), values)
    missing = values == 1
    holes = from_numpy(values, missing)
    holes.validate(full=True)
    assert holes.equals(pa.array(values, mask=missing))
    if dtype != "?":
        expected = np.where(missing, np.nan, values)[5:17]
        np.testing.assert_array_equal(to_numpy(holes[5:17]), expected)


@given(st.lists(st.none() | st.lists(st.floats(width=32), min_size=3, max_size=3), max_size=8))
def test_matrices_of_lists(rows: list[list[float] | None]) -> None:
    expected = np.array([[np.nan] * 3 if r is None else r for r in rows], np.float32)
    for kind in (pa.list_(pa.float32()), pa.large_list(pa.float32()), pa.list_(pa.float32(), 3)):
        array = pa.array(rows, kind)
        got = matrix_of_lists(array)
        if got is None:
            assert not any(rows)
            assert not pa.types.is_fixed_size_list(kind)
            continue
        np.testing.assert_array_equal(got, expected.reshape(-1, 3))
        if len(rows) > 2:
            sliced = matrix_of_lists(array[1:])
            assert sliced is None or np.array_equal(sliced, expected[1:], equal_nan=True)


@pytest.mark.parametrize(
    "array",
    [
        pa.array([[1.0], [1.0, 2.0]]),
        pa.array([[], []], pa.list_(pa.float32())),
        pa.array([["a"], ["b"]]),
        pa.array([1.0]),
    ],
)
def test_what_is_no_matrix(array: Any) -> None:
    assert matrix_of_lists(array) is None


def test_a_missing_number_of_a_matrix_is_nan() -> None:
    expected = np.array([[1.0, 2.0], [np.nan, 4.0]])
    np.testing.assert_array_equal(matrix_of_lists(pa.array([[1, 2], [None, 4]])), expected)


def test_types_that_columns_are_not_stored_in() -> None:
    for array in (pa.array([b"x"]), pa.array([{"a": 1}]), pa.array([None]), pa.array([[1]])):
        assert plain_arrow(array) is None
    decimal = pa.array([1, None]).cast(pa.decimal128(21, 2))
    assert plain_arrow(decimal).to_pylist() == [1.0, None]


def test_logging_imports_no_pandas(tmp_path: Path) -> None:
    script = """
import sys, numpy, dotscape
vectors = numpy.eye(9, dtype="f4")
with dotscape.init(dir=sys.argv[1], strict=True) as run:
    columns = {"text": ["a", None] + ["b"] * 7, "n": list(range(9)), "m": numpy.arange(9)}
    run.log({"e": dotscape.Embeddings(vectors, columns=columns), "loss": 0.5})
    run.log({"t": dotscape.Table(columns=["x", "y"], data=[[1, 2.0]] * 9), "s": list("abcdefghi")})
print([name for name in ("pandas", "polars", "scipy", "dotscape.core") if name in sys.modules])
"""
    run = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path)], capture_output=True, text=True, check=True
    )
    assert run.stdout.splitlines()[-1] == "[]"
