"""Lists and 1-D arrays: N rows, typed by what they hold, that attach to the points."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any
from uuid import UUID

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

import dotscape
from dotscape.sdk.opened import OpenedRun
from dotscape.sdk.run import Run
from tests.sdk.conftest import column, examples

ReadBack = Callable[[Run], OpenedRun]
DAY = datetime(2024, 1, 2, tzinfo=UTC)


def logged(values: Any, read_back: ReadBack) -> tuple[str, list[Any]]:
    """The column's type and values."""
    run = dotscape.init()
    run.log({"x": values})
    opened = read_back(run)
    assert opened.damage == []
    row_set = opened._reader.row_sets[0]
    assert row_set.kind == "list"
    assert row_set.columns[0].name == "value"
    assert row_set.rows == len(column(opened, "x"))
    return row_set.columns[0].type, column(opened, "x")


@pytest.mark.parametrize(
    ("values", "kind", "expected"),
    [
        (["a", "b", "c"], "text", None),
        (["a", "b", "a", "b"], "category", None),
        (["a", None, "b"], "text", None),
        (["", "", ""], "category", None),
        (["x" * 100_000, "y"], "text", None),
        (["שלום", "مرحبا", "👩‍👩‍👧", "\u202eabc"], "text", None),
        ([1, 2, 3], "integer", None),
        ([1, None, 3], "integer", None),
        ([2**63, 1], "integer", None),
        ([2**100, 1], "text", [str(2**100), "1"]),
        ([1, 2.5], "number", [1.0, 2.5]),
        ([0.5, None, math.inf], "number", None),
        ([True, False, None], "boolean", None),
        ([], "text", None),
        ([None, None], "text", None),
        ([DAY], "date", None),
        ([date(2024, 1, 2), None], "date", [DAY, None]),
        ([datetime(2024, 1, 2)], "date", [DAY]),
        ([DAY.astimezone(timezone(timedelta(hours=5)))], "date", [DAY]),
        ([datetime(1, 1, 1), datetime(9999, 12, 31)], "date", None),
        ([Decimal("0.5"), Decimal(2)], "number", [0.5, 2.0]),
        ([UUID(int=5)], "text", [str(UUID(int=5))]),
        ([{"a": 1}, None, [1, "x"]], "json", ['{"a": 1}', None, '[1, "x"]']),
        ([["a"], ["b", "c"]], "json", ['["a"]', '["b", "c"]']),
        ((1, 2), "integer", [1, 2]),
        (range(3), "integer", [0, 1, 2]),
        (deque([1, 2]), "integer", [1, 2]),
        ({"k": 1}.keys(), "text", ["k"]),
        (np.array([1, 2], np.uint8), "integer", [1, 2]),
        (np.array([1.5, np.nan], np.float16), "number", None),
        (np.array([1.5], ">f8"), "number", [1.5]),
        (np.array([1.5], np.longdouble), "number", [1.5]),
        (np.array([True]), "boolean", [True]),
        (np.array(["a", "b"]), "text", ["a", "b"]),
        (np.array(["a", 1.5, None], object)[:1], "text", ["a"]),
        (np.array(["2024-01-02", "NaT"], "M8[ns]"), "date", [DAY, None]),
        (np.array(["2024-01-02"], "M8[D]"), "date", [DAY]),
        ([np.float32(0.5), np.float32(1)], "number", [0.5, 1.0]),
        ([np.int64(1), 2], "integer", [1, 2]),
        ([np.str_("a")], "text", ["a"]),
        ([np.datetime64("2024-01-02")], "date", [DAY]),
        ([0, 0, -(2**63) - 1], "category", ["0", "0", str(-(2**63) - 1)]),
        (pa.array(["a", "a", "b"]), "category", ["a", "a", "b"]),
        (pa.chunked_array([[1, 2], [3]]), "integer", [1, 2, 3]),
        (pa.array(["a", "b", "a"]).dictionary_encode(), "category", ["a", "b", "a"]),
        (pa.array([DAY], pa.timestamp("ns", "UTC")), "date", [DAY]),
    ],
)
def test_lists(read_back: ReadBack, values: Any, kind: str, expected: Any) -> None:
    got_kind, got = logged(values, read_back)
    expected = list(values) if expected is None else expected
    if expected and isinstance(expected[0], datetime):
        expected = [v if v is None or v.tzinfo else v.replace(tzinfo=UTC) for v in expected]
    assert got_kind == kind
    np.testing.assert_equal(got, expected)


TEXTS = st.text(st.characters(exclude_categories=["Cs"]))
ONE_KIND = st.sampled_from(
    [TEXTS, st.integers(), st.floats(), st.booleans(), st.datetimes(timezones=st.just(UTC))]
).flatmap(lambda kind: st.lists(st.none() | kind, max_size=8))


@given(ONE_KIND)
@examples(80)
def test_any_list_of_one_kind_comes_back(read_back: ReadBack, values: list[Any]) -> None:
    kind, got = logged(values, read_back)
    if kind == "date":  # milliseconds are kept
        values = [v and v.replace(microsecond=v.microsecond // 1000 * 1000) for v in values]
    if kind in ("text", "category"):  # integers beyond 64 bits; a category where they repeat
        values = [v if v is None else str(v) for v in values]
    np.testing.assert_equal(got, values)


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.dates() | st.binary(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)


@pytest.mark.filterwarnings("ignore::UserWarning")
@given(st.dictionaries(st.text(), ANYTHING, max_size=4))
@examples(80)
def test_anything_at_all_can_be_logged_and_the_run_read(
    read_back: ReadBack, data: dict[str, Any]
) -> None:
    run = dotscape.init()
    run.log(data)
    run.log({"after": 1})
    opened = read_back(run)
    assert opened.summary["after"] == 1
    assert opened.damage == []
    assert opened.state == "finished"


def test_mixed_types_are_kept_as_text_and_said(run: Run, read_back: ReadBack) -> None:
    with pytest.warns(UserWarning, match="mixes int and str; it is kept as text"):
        run.log({"x": [1, "a", None]})
    assert column(read_back(run), "x") == ["1", "a", None]


def test_lone_surrogates_are_replaced_and_said(run: Run, read_back: ReadBack) -> None:
    with pytest.warns(UserWarning, match="surrogates"):
        run.log({"x": ["a\ud800b", "ok", None]})
    assert column(read_back(run), "x") == ["a\ufffdb", "ok", None]


def test_a_million_texts(run: Run, read_back: ReadBack) -> None:
    values = [f"name {i}" for i in range(1_000_000)]
    run.log({"x": values})
    opened = read_back(run)
    assert opened._reader.row_sets[0].columns[0].type == "text"
    assert column(opened, "x")[999_999] == "name 999999"


def test_texts_attach_to_embeddings_of_as_many_rows(run: Run, read_back: ReadBack) -> None:
    run.log({"e": np.zeros((3, 9), np.float32)})
    run.log({"texts": ["a", "b", "c"], "four": [1, 2, 3, 4]})
    run.log({"scores": np.array([0.5, 1.0, 1.5])})
    found = read_back(run).embedding("e")
    assert list(found.columns) == ["texts", "scores"]
    assert list(found.columns["texts"]) == ["a", "b", "c"]
    assert found.columns["scores"].tolist() == [0.5, 1.0, 1.5]
    assert found.origins == {"texts": "from `texts`, step 1", "scores": "from `scores`, step 2"}


def test_pandas_and_polars_series(read_back: ReadBack) -> None:
    pd, pl = pytest.importorskip("pandas"), pytest.importorskip("polars")
    for values, kind, expected in [
        (pd.Series(["a", None, "b"]), "text", ["a", None, "b"]),
        (pd.Series(["a", "b", "a"], dtype="category"), "category", ["a", "b", "a"]),
        (pd.Series([1, 2]), "integer", [1, 2]),
        (pd.Series([1, None], dtype="Int64"), "integer", [1, None]),
        (pd.Series([0.5, np.nan]), "number", [0.5, np.nan]),
        (pd.Series([True, False]), "boolean", [True, False]),
        (pd.Series(pd.to_datetime(["2024-01-02", None])), "date", [DAY, None]),
        (pd.Index(["a", "b"]), "text", ["a", "b"]),
        ([pd.Timestamp("2024-01-02"), pd.NaT], "date", [DAY, None]),
        ([1, pd.NA], "integer", [1, None]),
        (pl.Series(["a", None]), "text", ["a", None]),
        (pl.Series(["a", "a", "b"], dtype=pl.Categorical), "category", ["a", "a", "b"]),
        (pl.Series([1, None]), "integer", [1, None]),
        (pl.Series([DAY]), "date", [DAY]),
        (pl.Series([True]), "boolean", [True]),
    ]:
        got_kind, got = logged(values, read_back)
        assert got_kind == kind, values
        np.testing.assert_equal(got, expected)


def test_series_of_vectors(read_back: ReadBack) -> None:
    pd, pl = pytest.importorskip("pandas"), pytest.importorskip("polars")
    rows = np.arange(8, dtype=np.float32).reshape(4, 2)
    fixed = pa.FixedSizeListArray.from_arrays(pa.array(rows.ravel()), 2)
    for values in (
        pd.Series(list(rows)),
        pd.Series(rows.tolist()),
        pl.Series(rows.tolist()),
        pl.Series(rows),
        fixed,
        pa.array(rows.tolist()),
        pa.chunked_array([fixed[:1], fixed[1:]]),
    ):
        for wrapped in (values, dotscape.Embeddings(values), dotscape.Object3D(values)):
            run = dotscape.init()
            run.log({"x": wrapped})
            opened = read_back(run)
            np.testing.assert_array_equal(opened.embedding("x").vectors, rows)
