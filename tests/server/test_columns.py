"""Columns in the forms the page takes them, against plain Python."""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dotscape.errors import ParameterError
from dotscape.server.sets.columns import as_category, in_form, stream
from dotscape.server.sets.opened import zero_rows


@given(st.lists(st.none() | st.text(max_size=5), max_size=80), st.integers(1, 5))
@settings(max_examples=200)
def test_categories_keep_every_row(values: list[str | None], chunks: int) -> None:
    parts = [pa.array(values[i::chunks], pa.utf8()) for i in range(chunks)]
    joined = [value for part in parts for value in part.to_pylist()]
    found = as_category(pa.chunked_array(parts, pa.utf8()))
    assert found.to_pylist() == joined
    counts = Counter(value for value in joined if value is not None)
    listed = found.dictionary.to_pylist()
    assert sorted(listed) == sorted(counts)
    assert [counts[v] for v in listed] == sorted(counts.values(), reverse=True)


@pytest.mark.parametrize(
    ("count", "index"),
    [
        (1, pa.uint8()),
        (256, pa.uint8()),
        (257, pa.uint16()),
        (65_537, pa.uint32()),
        (1_000_000, pa.uint32()),
    ],
)
def test_indices_are_as_small_as_they_can_be(count: int, index: pa.DataType) -> None:
    texts = pa.chunked_array([pa.array(np.arange(count)).cast(pa.utf8())])
    found = as_category(texts)
    assert found.type.index_type == index
    assert len(found.dictionary) == count
    assert found.slice(count - 1)[0].as_py() == str(count - 1)


@given(st.lists(st.none() | st.floats(width=32), max_size=50))
def test_numbers_keep_every_row(values: list[float | None]) -> None:
    column = pa.chunked_array([pa.array(values, pa.float32())])
    found = in_form(column, "number", "number", "x").to_numpy()
    expected = [float("nan") if v is None else v for v in values]
    assert np.array_equal(found, expected, equal_nan=True)


@pytest.mark.parametrize(
    ("values", "kind", "texts"),
    [
        ([1.5, None, float("nan")], "number", ["1.5", None, None]),
        ([3, None, -1], "integer", ["3", None, "-1"]),
        ([True, None, False], "boolean", ["true", None, "false"]),
        (["", None, "é😀"], "text", ["", None, "é😀"]),
        ([None, None], "text", [None, None]),
        ([], "text", []),
    ],
)
def test_values_as_a_person_writes_them(values: list[Any], kind: Any, texts: list[Any]) -> None:
    column = pa.chunked_array([pa.array(values, None if any(values) else pa.utf8())])
    assert in_form(column, kind, "text", "x").to_pylist() == texts
    assert in_form(column, kind, "category", "x").to_pylist() == texts


@pytest.mark.parametrize("zone", [None, "UTC", "Europe/Berlin"])
def test_dates_are_written_short_where_they_are_days(zone: str | None) -> None:
    days = pa.chunked_array([pa.array([0, 86_400_000, None], pa.timestamp("ms", "UTC"))])
    if zone != "UTC":
        days = days.cast(pa.timestamp("ms", zone))
    assert in_form(days, "date", "text", "x").to_pylist() == ["1970-01-01", "1970-01-02", None]
    times = pa.chunked_array([pa.array([1000], pa.timestamp("ms", "UTC"))])
    assert in_form(times, "date", "text", "x").to_pylist() == ["1970-01-01 00:00:01"]


@pytest.mark.parametrize("kind", ["text", "category", "image", "json"])
def test_text_is_no_number(kind: Any) -> None:
    with pytest.raises(ParameterError, match="'as'"):
        in_form(pa.chunked_array([pa.array(["1"])]), kind, "number", "x")


def test_a_stream_is_one_batch_whatever_the_chunks() -> None:
    chunks = pa.chunked_array([["a"], [], ["b", None]], pa.utf8())
    with pa.ipc.open_stream(stream(in_form(chunks, "text", "text", "x"))) as reader:
        batches = list(reader)
    assert [batch.num_rows for batch in batches] == [3]
    assert batches[0].column(0).to_pylist() == ["a", "b", None]


@given(st.lists(st.lists(st.sampled_from([0.0, -0.0, 1.0, float("nan")]), min_size=3, max_size=3)))
def test_zero_rows_are_counted(rows: list[list[float]]) -> None:
    vectors = np.array(rows, np.float32).reshape(-1, 3)
    assert zero_rows(vectors) == sum(all(x == 0 for x in row) for row in rows)
