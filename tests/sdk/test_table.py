"""Tables: the rows that were given, and the rule that makes embeddings of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

import dotscape
from dotscape.errors import DataError
from dotscape.sdk.opened import OpenedRun
from dotscape.sdk.run import Run

ReadBack = Callable[[Run], OpenedRun]
V = np.random.default_rng(0).standard_normal((4, 5)).astype(np.float32)


def logged(table: Any, read_back: ReadBack) -> OpenedRun:
    run = dotscape.init()
    run.log({"t": table})
    opened = read_back(run)
    assert opened.damage == []
    return opened


def sets(opened: OpenedRun) -> dict[str, tuple[int, ...]]:
    """Titles and shapes of the embedding sets."""
    reader = opened._reader
    return {s.title: reader.vectors(s.vectors).shape for s in reader.embedding_sets()}


# --- the rule -------------------------------------------------------------------------------------


@pytest.mark.parametrize("cells", [list(V), V.tolist(), [tuple(v) for v in V.tolist()]])
def test_a_column_of_vectors_is_an_embedding_set(read_back: ReadBack, cells: Any) -> None:
    table = dotscape.Table(columns=["v", "label"], data=[[c, "x"] for c in cells])
    opened = logged(table, read_back)
    assert sets(opened) == {"t: v": (4, 5)}
    np.testing.assert_array_equal(opened.embedding("t").vectors, V)
    assert list(opened.embedding("t").columns) == ["label"]
    types = [(c.name, c.type) for c in opened._reader.row_sets[0].columns]
    assert types == [("v", "vector"), ("label", "category")]


def test_each_column_of_vectors_is_a_set_of_its_own(read_back: ReadBack) -> None:
    table = dotscape.Table(columns=["a", "n", "b"], data=[[v, i, v[:2]] for i, v in enumerate(V)])
    opened = logged(table, read_back)
    assert sets(opened) == {"t: a": (4, 5), "t: b": (4, 2)}
    assert opened.embedding("t: b").vectors.shape == (4, 2)
    assert list(opened.embedding("t").layouts) == ["t: b"]


def test_numeric_columns_alone_are_the_dimensions(read_back: ReadBack) -> None:
    for data in (V, V.tolist(), V.astype(object)):
        table = dotscape.Table(data=data, columns=list("abcde"))
        opened = logged(table, read_back)
        assert sets(opened) == {"t": (4, 5)}
        np.testing.assert_array_equal(opened.embedding("t").vectors, V)
        assert opened._reader.row_sets[0].vectors[0].axes == tuple("abcde")
        np.testing.assert_allclose(opened.table("t").column("b").to_numpy(), V[:, 1])


@pytest.mark.parametrize(
    "data",
    [
        {"only": [1, 2]},
        {"n": [1, 2], "s": ["a", "b"]},
        {"n": [1, 2], "flag": [True, False]},
        {"n": [1, 2], "missing": [None, None]},
    ],
)
def test_anything_else_is_a_plain_table(read_back: ReadBack, data: Any) -> None:
    assert sets(logged(dotscape.Table(data=data), read_back)) == {}


def test_integers_and_floats_together(read_back: ReadBack) -> None:
    table = dotscape.Table(data={"i": [1, 2, None], "f": [0.5, None, 1.5]})
    got = logged(table, read_back).embedding("t").vectors
    np.testing.assert_array_equal(got, [[1, 0.5], [2, np.nan], [np.nan, 1.5]])


@pytest.mark.parametrize(
    ("embedding", "expected"),
    [
        (None, {"t: v": (4, 5), "t: w": (4, 5)}),
        (False, {}),
        ("w", {"t: w": (4, 5)}),
        (["w", "v"], {"t: v": (4, 5), "t: w": (4, 5)}),
        (["x", "y"], {"t": (4, 2)}),
        (["x"], {"t": (4, 1)}),
        (("x", "y", "v"), {"t: v": (4, 5), "t": (4, 2)}),
        ([], {}),
    ],
)
def test_the_rule_is_overridden(read_back: ReadBack, embedding: Any, expected: Any) -> None:
    columns = {"v": list(V), "w": list(V), "x": [1, 2, 3, 4], "y": V[:, 0], "s": list("abcd")}
    opened = logged(dotscape.Table(data=columns, embedding=embedding), read_back)
    assert sets(opened) == expected
    chosen = {title.removeprefix("t: ") for title in expected}
    types = {c.name: c.type for c in opened._reader.row_sets[0].columns}
    assert [types[n] for n in ("v", "w")] == [
        "vector" if n in chosen else "json" for n in ("v", "w")
    ]


def test_a_choice_that_is_not_there_is_said(run: Run, read_back: ReadBack) -> None:
    table = dotscape.Table(data={"v": list(V), "s": list("abcd")}, embedding=["v", "s", "none"])
    with pytest.warns(UserWarning, match=r"\['s', 'none'\], which are not among them"):
        run.log({"t": table})
    assert sets(read_back(run)) == {"t: v": (4, 5)}
    with pytest.warns(UserWarning, match="'embedding' must be None, False, a name or a list"):
        dotscape.init().log({"t": dotscape.Table(data={"v": list(V)}, embedding=5)})  # type: ignore


def test_missing_vectors_are_rows_of_nan(read_back: ReadBack) -> None:
    table = dotscape.Table(columns=["v"], data=[[V[0]], [None], [V[2]]])
    opened = logged(table, read_back)
    got = opened.embedding("t").vectors
    np.testing.assert_array_equal(got, [V[0], [np.nan] * 5, V[2]])
    assert opened._reader.row_sets[0].vectors[0].nonfinite == 1


def test_ragged_vectors_are_kept_as_json_and_said(run: Run, read_back: ReadBack) -> None:
    table = dotscape.Table(columns=["v", "s"], data=[[[1, 2], "a"], [[3], "b"]])
    with pytest.warns(UserWarning, match="'v' of `t` is no set of vectors.*row 1 has 1 values"):
        run.log({"t": table})
    assert read_back(run).table("t").to_pydict() == {"v": ["[1, 2]", "[3]"], "s": ["a", "b"]}


# --- building and asking --------------------------------------------------------------------------


def test_row_by_row(read_back: ReadBack) -> None:
    table = dotscape.Table(columns=["a", "b"])
    table.add_data(1, "x")
    table.add_row(2, "y")
    table.add_column("c", [True, None])
    table.add_computed_columns(lambda i, row: {"d": f"{i}{row['b']}"})
    assert table.columns == ["a", "b", "c", "d"]
    assert table.data == [[1, "x", True, "0x"], [2, "y", None, "1y"]]
    assert list(table.iterrows()) == [(0, [1, "x", True, "0x"]), (1, [2, "y", None, "1y"])]
    assert table.get_index() == [0, 1]
    assert table.get_column("a") == [1, 2]
    assert table.get_column("a", convert_to="numpy").tolist() == [1, 2]
    assert len(table) == 2
    assert logged(table, read_back).table("t").to_pydict() == {
        "a": [1, 2],
        "b": ["x", "y"],
        "c": [True, None],
        "d": ["0x", "1y"],
    }


def test_column_by_column(read_back: ReadBack) -> None:
    table = dotscape.Table(columns=[])
    table.add_column("v", V)
    table.add_column("s", list("abcd"))
    assert len(table) == 4
    assert sets(logged(table, read_back)) == {"t: v": (4, 5)}
    assert table.data[0][1] == "a"
    table.add_data(V[0], "e")
    assert len(table) == 5


def test_a_table_of_columns_only(read_back: ReadBack) -> None:
    table = dotscape.Table(columns=["a", "b"])
    opened = logged(table, read_back)
    assert opened.table("t").num_rows == 0
    assert opened.table("t").schema.names == ["a", "b"]
    table.add_column("c", [1, 2])
    assert table.data == [[None, None, 1], [None, None, 2]]


def test_names_where_none_are_given() -> None:
    assert dotscape.Table().columns == ["Input", "Output", "Expected"]
    assert dotscape.Table(data=[[1, 2, 3]]).columns == ["Input", "Output", "Expected"]
    assert dotscape.Table(data=[[1, 2]]).columns == ["0", "1"]
    assert dotscape.Table(data=np.zeros((2, 5))).columns == list("01234")
    assert dotscape.Table(rows=[[1]], columns=["a"]).data == [[1]]
    assert dotscape.Table(data=np.array([1, 2])).data == [[1], [2]]


def test_changing_the_rows_changes_the_table(read_back: ReadBack) -> None:
    table = dotscape.Table(data=np.arange(4).reshape(2, 2), columns=["a", "b"])
    table.data.append([5, 6])
    table.data[0][0] = 9
    assert logged(table, read_back).table("t").to_pydict() == {"a": [9, 2, 5], "b": [1, 3, 6]}
    table.data = [[1, 2]]
    assert len(table) == 1


def test_frames(read_back: ReadBack) -> None:
    pd, pl = pytest.importorskip("pandas"), pytest.importorskip("polars")
    content = {"v": V.tolist(), "s": ["a", None, "b", "a"], "n": [1, 2, 3, 4]}
    arrow = pa.table(content)
    frames = [
        pd.DataFrame(content),
        pl.DataFrame(content),
        pl.DataFrame(content).lazy(),
        arrow,
        arrow.to_batches()[0],
    ]
    for frame in frames:
        for value in (
            frame,
            dotscape.Table(dataframe=frame),
            dotscape.Table(data=frame),
            dotscape.Table(frame.columns if frame is frames[0] else None, frame),
        ):
            opened = logged(value, read_back)
            np.testing.assert_allclose(opened.embedding("t").vectors, V, rtol=1e-6)
            assert opened.table("t").to_pydict() == {"s": content["s"], "n": content["n"]}
    table = dotscape.Table(dataframe=frames[0], columns=["n", "s"])
    assert table.columns == ["n", "s"]
    assert table.get_dataframe()["n"].tolist() == [1, 2, 3, 4]


def test_large_frames_are_not_taken_apart(read_back: ReadBack) -> None:
    table = dotscape.Table(data=np.zeros((50, 20), np.float32))
    logged(table, read_back)
    assert table._whole is not None
    assert table._rows == []


# --- what is wrong with it ------------------------------------------------------------------------


def test_rows_of_the_wrong_length_say_both(read_back: ReadBack) -> None:
    table = dotscape.Table(columns=["a", "b"])
    with pytest.warns(UserWarning, match="expects 2 values.*Got 1. Missing ones are left empty"):
        table.add_data(1)
    with pytest.warns(UserWarning, match="expects 2 values.*Got 3. The rest is left out"):
        table.add_data(1, 2, 3)
    with pytest.warns(UserWarning, match="expects 1 values"):
        dotscape.Table(columns=["a"], data=[[1, 2]])
    assert table.data == [[1, None], [1, 2]]


def test_columns_of_the_wrong_length_say_both(run: Run, read_back: ReadBack) -> None:
    table = dotscape.Table(columns=["a"], data=[[1], [2]])
    with pytest.warns(
        UserWarning, match="'b' must have one value for each of the table's 2 rows. Got 3"
    ):
        table.add_column("b", [1, 2, 3])
    with pytest.warns(UserWarning, match="'y' has 2 values, the first column 3"):
        run.log({"t": dotscape.Table(data={"x": [1, 2, 3], "y": [1, 2]})})
    assert read_back(run).table("t").schema.names == ["x"]


def test_names_that_do_not_fit_the_array(read_back: ReadBack) -> None:
    with pytest.warns(UserWarning, match="5 columns needs 5 names. Got 2"):
        table = dotscape.Table(data=V, columns=["a", "b"])
    assert table.columns == ["a", "b", "2", "3", "4"]


def test_repeated_names_get_a_number(run: Run, read_back: ReadBack) -> None:
    with pytest.warns(UserWarning, match="more than one column 'a'"):
        run.log({"t": dotscape.Table(columns=["a", "a"], data=[[1, "x"]])})
    assert read_back(run).table("t").to_pydict() == {"a": [1], "a (2)": ["x"]}


def test_names_of_any_kind(read_back: ReadBack) -> None:
    table = dotscape.Table(columns=[1, None, "é", "a.b", ""], data=[["a", "b", "c", "d", "e"]])
    opened = logged(table, read_back)
    assert opened.table("t").schema.names == ["1", "None", "é", "a.b", ""]


def test_mixed_types_unless_meant(run: Run, read_back: ReadBack) -> None:
    with pytest.warns(UserWarning, match="'a' of `t` mixes int and str"):
        run.log({"t": dotscape.Table(columns=["a"], data=[[1], ["x"]])})
    run.log({"t": dotscape.Table(columns=["a"], data=[[1], ["x"]], allow_mixed_types=True)})
    assert read_back(run).table("t").to_pydict() == {"a": ["1", "x"]}


@pytest.mark.parametrize("data", [5, [1, 2], np.zeros((2, 2, 2))])
def test_what_is_no_table_is_said_when_it_is_logged(run: Run, data: Any) -> None:
    table = dotscape.Table(data=data)
    with pytest.warns(UserWarning, match="`t`"):
        run.log({"t": table})


def test_a_column_that_is_not_there() -> None:
    with pytest.raises(DataError, match="'b'"):
        dotscape.Table(columns=["a"]).get_column("b")


def test_images_in_cells(read_back: ReadBack) -> None:
    pixels = np.zeros((3, 3), np.uint8)
    table = dotscape.Table(columns=["i", "n"], data=[[dotscape.Image(pixels), 1], [None, 2]])
    opened = logged(table, read_back)
    assert opened._reader.row_sets[0].columns[0].type == "image"
    digest, missing = opened.table("t").column("i").to_pylist()
    assert len(digest) == 64
    assert missing is None


def test_nested_in_a_dictionary(run: Run, read_back: ReadBack) -> None:
    run.log({"group": {"tbl": dotscape.Table(columns=["a"], data=[[1]])}})
    assert read_back(run).table("group.tbl").to_pydict() == {"a": [1]}


def test_logged_again_it_is_written_again(read_back: ReadBack) -> None:
    run = dotscape.init()
    table = dotscape.Table(columns=["a"], log_mode="INCREMENTAL")
    for value in range(3):
        table.add_data(value)
        run.log({"t": table})
    opened = read_back(run)
    assert [opened.table("t", step).num_rows for step in (0, 1, 2)] == [1, 2, 3]
