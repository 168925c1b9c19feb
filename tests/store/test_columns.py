"""Column segments: the same values under the same names, and types that say what they are."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dotscape.errors import NotFoundError, StoreError
from dotscape.store.columns import infer_type, read_columns, write_columns

TEXT = st.text(st.characters(exclude_categories=["Cs"]))
NAMES = st.lists(TEXT, min_size=1, max_size=4, unique=True)


@given(data=st.data(), names=NAMES, rows=st.integers(0, 6))
@settings(deadline=None)
def test_columns_come_back(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject, names: list[str], rows: int
) -> None:
    kinds = [
        st.tuples(st.just(pa.string()), st.lists(st.none() | TEXT, min_size=rows, max_size=rows)),
        st.tuples(
            st.just(pa.int64()),
            st.lists(st.none() | st.integers(-(2**63), 2**63 - 1), min_size=rows, max_size=rows),
        ),
        st.tuples(
            st.just(pa.float64()),
            st.lists(st.none() | st.floats(allow_nan=False), min_size=rows, max_size=rows),
        ),
        st.tuples(
            st.just(pa.bool_()), st.lists(st.none() | st.booleans(), min_size=rows, max_size=rows)
        ),
    ]
    columns = {}
    for name in names:
        kind, values = data.draw(st.one_of(kinds))
        columns[name] = pa.array(values, kind)
    path = tmp_path_factory.mktemp("c") / "x.parquet"
    write_columns(path, columns)
    back = read_columns(path)
    assert back.schema.names == names
    for name in names:
        assert back.column(name).to_pylist() == columns[name].to_pylist()
        assert read_columns(path, [name]).column(0).to_pylist() == columns[name].to_pylist()
    chosen = names[::-1]
    assert read_columns(path, chosen).schema.names == chosen


def test_names_with_dots_and_slashes_are_plain_names(tmp_path: Path) -> None:
    columns = {"a": pa.array([1]), "a.b": pa.array([2]), "a/b": pa.array([3]), "": pa.array([4])}
    write_columns(tmp_path / "x.parquet", columns)
    for name, column in columns.items():
        assert (
            read_columns(tmp_path / "x.parquet", [name]).column(0).to_pylist() == column.to_pylist()
        )


def test_a_column_that_is_not_there(tmp_path: Path) -> None:
    write_columns(tmp_path / "x.parquet", {"a": pa.array([1])})
    with pytest.raises(NotFoundError, match="'b'"):
        read_columns(tmp_path / "x.parquet", ["b"])


def test_a_segment_cut_anywhere_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "x.parquet"
    write_columns(path, {"a": pa.array(["x", "y"]), "b": pa.array([1, 2])})
    data = path.read_bytes()
    for length in range(0, len(data), 7):
        path.write_bytes(data[:length])
        with pytest.raises(StoreError, match=r"x\.parquet"):
            read_columns(path)


def test_flipped_bytes_never_crash(tmp_path: Path) -> None:
    path = tmp_path / "x.parquet"
    write_columns(path, {"a": pa.array(["x", "y"] * 20), "b": pa.array(range(40))})
    data = path.read_bytes()
    for at in range(0, len(data), 3):
        changed = bytearray(data)
        changed[at] ^= 0x55
        path.write_bytes(changed)
        try:
            read_columns(path)
        except (StoreError, NotFoundError):
            continue


def test_a_missing_segment_is_said(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="missing"):
        read_columns(tmp_path / "x.parquet")


@pytest.mark.parametrize(
    ("array", "expected"),
    [
        (pa.array([True, None]), "boolean"),
        (pa.array([1, 2], pa.int8()), "integer"),
        (pa.array([1, 2], pa.uint64()), "integer"),
        (pa.array([1.0]), "number"),
        (pa.array([1.0], pa.float32()), "number"),
        (pa.array([0], pa.timestamp("ms", "UTC")), "date"),
        (pa.array([0], pa.date32()), "date"),
        (pa.array(["a", "b", "a", "b"]), "category"),
        (pa.array(["a", "a", "a"]), "category"),
        (pa.array(["a", "b", "a", None]), "category"),
        (pa.array(["a", "b", "c", "d"]), "text"),
        (pa.array(["a"]), "text"),
        (pa.array([], pa.string()), "text"),
        (pa.array([None, None], pa.string()), "text"),
        (pa.array(["x" * 500] * 4), "text"),
        (pa.array(["a", "a"], pa.large_string()), "category"),
        (pa.array([b"x"]), "json"),
        (pa.array([[1]]), "json"),
    ],
)
def test_types(array: Any, expected: str) -> None:
    assert infer_type(array) == expected
    assert infer_type(pa.chunked_array([array])) == expected


def test_a_million_different_texts_are_no_category() -> None:
    array = pa.array([f"name {i}" for i in range(1_000_000)])
    assert infer_type(array) == "text"


def test_thousands_of_categories_may_be_one_but_not_tens_of_thousands() -> None:
    assert infer_type(pa.array([str(i % 9_000) for i in range(100_000)])) == "category"
    assert infer_type(pa.array([str(i % 11_000) for i in range(100_000)])) == "text"
