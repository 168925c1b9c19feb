"""Embeddings with everything that belongs to them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

import dotscape
from dotscape.errors import MissingExtraError, NotFoundError
from dotscape.sdk.opened import OpenedRun
from dotscape.sdk.run import Run

ReadBack = Callable[[Run], OpenedRun]
V = np.random.default_rng(0).standard_normal((4, 9)).astype(np.float32)
XY = V[:, :2].copy()


def test_all_of_it_comes_back(run: Run, read_back: ReadBack) -> None:
    run.log(
        {
            "e": dotscape.Embeddings(
                V,
                columns={
                    "word": ["a", "b", "c", "d"],
                    "kind": ["x", "y", "x", "y"],
                    "n": np.arange(4),
                    "score": [0.5, None, 1.5, 2.5],
                    "flag": [True, False, None, True],
                    "day": [datetime(2024, 1, i + 1) for i in range(4)],
                    "other": V[:, :3],
                },
                ids=["i1", "i2", "i2", "i4"],
                layouts={"mine": XY, "deep": V[:, :3]},
                projection={"method": "tsne", "n_components": 3, "perplexity": np.int64(5)},
                caption="four",
            )
        }
    )
    opened = read_back(run)
    found = opened.embedding("e")
    np.testing.assert_array_equal(found.vectors, V)
    assert list(found.columns) == ["word", "kind", "n", "score", "flag", "day", "id"]
    assert list(found.columns["word"]) == ["a", "b", "c", "d"]
    np.testing.assert_array_equal(found.columns["score"], [0.5, np.nan, 1.5, 2.5])
    assert found.columns["day"][0] == np.datetime64("2024-01-01")
    assert found.ids == ["i1", "i2", "i2", "i4"]
    assert list(found.layouts) == ["mine", "deep", "e: other"]
    np.testing.assert_array_equal(found.layouts["mine"], XY)
    row_set = opened._reader.row_sets[0]
    assert row_set.projection == {"method": "tsne", "n_components": 3, "perplexity": 5}
    assert row_set.caption == "four"
    assert opened.embedding("e: other").vectors.shape == (4, 3)
    assert {c.name: c.type for c in row_set.columns} == {
        "word": "text",
        "kind": "category",
        "n": "integer",
        "score": "number",
        "flag": "boolean",
        "day": "date",
        "other": "vector",
        "id": "text",
    }


def test_columns_of_a_frame(read_back: ReadBack) -> None:
    pd, pl = pytest.importorskip("pandas"), pytest.importorskip("polars")
    content = {"a": list("wxyz"), "b": [1, 2, 3, 4]}
    for frame in (pd.DataFrame(content), pl.DataFrame(content), pa.table(content)):
        run = dotscape.init()
        run.log({"e": dotscape.Embeddings(V, columns=frame, ids="b")})
        found = read_back(run).embedding("e")
        assert {k: list(v) for k, v in found.columns.items()} == content
        assert found.ids == [1, 2, 3, 4]


def test_a_method_by_name(run: Run, read_back: ReadBack) -> None:
    run.log({"e": dotscape.Embeddings(V, projection="tsne")})
    assert read_back(run)._reader.row_sets[0].projection == {"method": "tsne"}


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        (
            {"columns": {"a": [1, 2, 3]}},
            "'a' of `e` must have one value for each of the 4 rows. Got 3",
        ),
        ({"columns": [1, 2]}, "columns of `e` must be a mapping"),
        ({"columns": {"a": 5}}, "must be a list or an array. Got int"),
        ({"columns": {"a": "four"}}, "must be a list or an array. Got str"),
        ({"ids": [1, 2]}, "ids of `e` must be one for each of the 4 rows. Got 2"),
        ({"ids": "none"}, "must name one of its columns"),
        ({"ids": V}, "are vectors"),
        ({"layouts": {"l": V}}, r"must be of shape \(4, 2\) or \(4, 3\). Got \(4, 9\)"),
        ({"layouts": {"l": XY[:3]}}, r"Got \(3, 2\)"),
        ({"layouts": {"l": [1, 2]}}, "layout 'l' of `e`"),
        ({"projection": 5}, "projection of `e` must be"),
        ({"projection": {"perplexity": 5}}, "projection of `e` must be"),
    ],
)
def test_what_does_not_fit_is_left_out_and_the_vectors_are_kept(
    run: Run, read_back: ReadBack, fields: Any, expected: str
) -> None:
    with pytest.warns(UserWarning, match=expected):
        run.log({"e": dotscape.Embeddings(V, **fields)})
    opened = read_back(run)
    if "must be a" not in expected:
        np.testing.assert_array_equal(opened.embedding("e").vectors, V)


def test_duplicate_and_missing_ids_are_kept(run: Run, read_back: ReadBack) -> None:
    run.log({"e": dotscape.Embeddings(V, columns={"id": list("abcd")}, ids=[1, 1, None, 2])})
    found = read_back(run).embedding("e")
    assert found.ids == [1, 1, None, 2]
    assert list(found.columns) == ["id", "id_"]


def test_steps(run: Run, read_back: ReadBack) -> None:
    for step in range(3):
        run.log({"e": dotscape.Embeddings(V + step, columns={"s": [str(step)] * 4})})
    opened = read_back(run)
    assert opened.embedding("e").step == 2
    for step in range(3):
        found = opened.embedding("e", step)
        np.testing.assert_array_equal(found.vectors, V + step)
        assert found.columns["s"][0] == str(step)
    with pytest.raises(NotFoundError, match=r"'e' at step 7.*e, step 0"):
        opened.embedding("e", 7)
    with pytest.raises(NotFoundError, match="'none'"):
        opened.embedding("none")


def test_to_pandas(run: Run, read_back: ReadBack) -> None:
    pytest.importorskip("pandas")
    run.log({"e": dotscape.Embeddings(V, columns={"w": list("abcd"), "vector": [1, 2, 3, 4]})})
    frame = read_back(run).embedding("e").to_pandas()
    assert list(frame.columns) == ["w", "vector", "vector_"]
    np.testing.assert_array_equal(np.stack(frame["vector_"]), V)


def test_to_pandas_without_pandas(
    run: Run, read_back: ReadBack, monkeypatch: pytest.MonkeyPatch
) -> None:
    run.log({"e": V})
    found = read_back(run).embedding("e")
    monkeypatch.setitem(__import__("sys").modules, "pandas", None)
    with pytest.raises(MissingExtraError, match="pip install"):
        found.to_pandas()


def test_opening_by_id_path_and_name(run: Run, read_back: ReadBack, tmp_path: Any) -> None:
    run.log({"loss": 1})
    opened = read_back(run)
    folder = opened._reader.path
    for way in (run.id, folder, str(folder) + "/", f"demo/{run.id}", f"me/demo/{run.id}"):
        assert dotscape.open_run(way).id == run.id
    assert dotscape.open_run(run.id, dir=folder.parent.parent).summary == {"loss": 1}
    with pytest.raises(NotFoundError):
        dotscape.open_run("none")
    with pytest.raises(NotFoundError):
        dotscape.open_run(run.id, dir=tmp_path / "empty")


def test_a_running_run_is_followed(run: Run) -> None:
    opened = dotscape.open_run(run.id)
    assert opened.state == "running"
    run.log({"e": V})
    assert opened.refresh().keys() == ["e"]
    run.finish()
    assert opened.refresh().state == "finished"


def test_dates_are_in_utc(run: Run, read_back: ReadBack) -> None:
    run.log({"e": dotscape.Embeddings(V[:1], columns={"d": [datetime(2024, 1, 2, tzinfo=UTC)]})})
    assert read_back(run).embedding("e").columns["d"][0] == np.datetime64("2024-01-02")
