"""Embedding sets over HTTP: details, points, labels, search, links."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient

from dotscape.server.sets.search import bit_mask
from dotscape.store.rows import RowsDraft, VectorsDraft
from tests.server.conftest import BASE, TOKEN, App, open_app
from tests.server.data import EVIL, ROWS, RUN, rows, write_run


@pytest.fixture(scope="module")
def base(app: App) -> str:
    return f"/api/runs/{RUN}/sets/{app.set_id()}"


def column(detail: Any, name: str) -> Any:
    return next(c for c in detail["columns"] if c["name"] == name)


def test_detail_counts_what_a_picture_hides(app: App, base: str) -> None:
    detail = app.json(base)
    assert (detail["rows"], detail["dim"], detail["dtype"]) == (ROWS, 8, "float32")
    assert detail["nonfinite_rows"] == 1
    assert detail["zero_rows"] == 1
    assert detail["duplicate_ids"] == 1
    assert len(detail["notes"]) == 3
    assert detail["complete"]
    assert detail["hint"] is None


def test_detail_knows_its_columns(app: App, base: str) -> None:
    detail = app.json(base)
    text, label, score = (column(detail, name) for name in ("text", "label", "score"))
    assert (text["missing"], text["distinct"], text["longest"]) == (1, 59, 120_000)
    assert (label["missing"], label["distinct"]) == (6, 3)
    # NaN is missing, and neither a value nor an end of the range.
    assert (score["missing"], score["distinct"]) == (9, 51)
    assert (score["minimum"], score["maximum"]) == (1, 59)
    assert column(detail, "day")["minimum"] == 1_704_067_200_000
    assert column(detail, "pictures")["origin"] == "from `pictures`, step 1"
    assert not column(detail, "pictures")["own"]


def test_detail_chooses_what_to_show_first(app: App, base: str) -> None:
    detail = app.json(base)
    chosen = detail["defaults"]
    assert chosen["label_column"] == column(detail, "text")["id"]
    assert chosen["color_column"] == column(detail, "label")["id"]
    assert chosen["image_column"] == column(detail, "pictures")["id"]
    assert chosen["layout"] == "pca-3"
    assert [one["id"] for one in detail["layouts"]][:2] == ["pca-2", "pca-3"]
    assert [one["name"] for one in detail["layouts"] if one["method"] == "logged"] == ["mine"]


def test_a_set_without_columns_shows_the_line_that_helps(app: App) -> None:
    detail = app.json(f"/api/runs/{RUN}/sets/{app.set_id('lonely')}")
    assert detail["hint"].startswith('dotscape.log({"texts": texts})')
    assert "5 strings" in detail["hint"]
    assert '"lonely"' in detail["hint"]
    assert detail["defaults"]["label_column"] is None
    assert detail["defaults"]["color_column"] is None


def test_point_has_every_column_in_full(app: App, base: str) -> None:
    def values(row: int) -> dict[str, Any]:
        return {v["name"]: v["value"] for v in app.json(f"{base}/points/{row}")["values"]}

    third = values(3)
    assert third["text"] == EVIL
    assert third["label"] == "cat"
    assert third["day"] == 1_704_067_200_000 + 3 * 86_400_000
    assert third["good"] is False
    assert values(1)["text"] is None
    assert values(2)["text"] == ""
    assert values(7)["score"] is None
    assert values(0)["count"] == str(2**60)  # JavaScript's numbers would round it
    assert app.json(f"{base}/points/3")["id"] == "row-003"
    assert app.json(f"{base}/points/7")["nonfinite"] is True
    assert app.json(f"{base}/points/3")["nonfinite"] is False


def test_long_texts_are_cut_and_said(app: App, base: str) -> None:
    text = app.json(f"{base}/points/5")["values"][0]
    assert len(text["value"]) == 100_000
    assert text["truncated"]
    [label] = app.json(f"{base}/labels?rows=5&column=0")["labels"]
    assert label == "x" * 300


def test_labels_come_in_the_order_asked(app: App, base: str) -> None:
    labels = app.json(f"{base}/labels?rows=4,3,1,2,3&column=0")["labels"]
    assert labels == ["שלום 😀 dogs", EVIL, None, "", EVIL]
    assert app.json(f"{base}/labels?rows=9&column=3")["labels"] == ["9"]
    assert app.json(f"{base}/labels?rows=&column=0")["labels"] == []


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ("labels?rows=60&column=0", "rows"),
        ("labels?rows=-1&column=0", "rows"),
        ("labels?rows=a&column=0", "rows"),
        ("labels?rows=" + ",".join("1" * 1001) + "&column=0", "rows"),
        ("labels?rows=1&column=x", "column"),
        ("search?q=(&mode=regex", "q"),
        ("search?q=" + "x" * 1001, "q"),
        ("search?q=x&mode=sql", "mode"),
        ("columns/0?as=number", "as"),
        ("columns/0?as=blob", "as"),
        ("layouts/pca-3?axes=0,9", "axes"),
        ("layouts/pca-3?axes=0", "axes"),
        ("layouts/pca-3?axes=a,b", "axes"),
    ],
)
def test_a_bad_parameter_is_named(app: App, base: str, query: str, parameter: str) -> None:
    reply = app.get(f"{base}/{query}")
    assert reply.status_code == 400
    assert reply.json()["error"]["parameter"] == parameter
    assert reply.json()["error"]["message"]


@pytest.mark.parametrize(
    "path",
    [
        "points/60",
        "labels?rows=1&column=99",
        "columns/99",
        "layouts/nothing",
        "search?q=a&column=99",
    ],
)
def test_what_is_not_there_is_not_found(app: App, base: str, path: str) -> None:
    reply = app.get(f"{base}/{path}")
    assert reply.status_code == 404
    assert reply.json()["error"]["code"] == "not_found"


def hits(app: App, address: str) -> list[int]:
    reply = app.get(address)
    assert reply.status_code == 200, reply.text
    bits = np.unpackbits(np.frombuffer(reply.content, np.uint8), bitorder="little")
    found = np.flatnonzero(bits).tolist()
    assert int(reply.headers["x-matches"]) == len(found)
    assert len(reply.content) == (ROWS + 7) // 8
    return found


def test_search_finds_rows_by_text(app: App, base: str) -> None:
    assert hits(app, f"{base}/search?q=NUMBER 12 ABOUT") == [12]
    assert hits(app, f"{base}/search?q=<script>") == [3]
    assert hits(app, f"{base}/search?q=😀") == [4]
    assert hits(app, f"{base}/search?q=no such text") == []
    assert len(hits(app, f"{base}/search?q=")) == ROWS


def test_search_by_expression_and_column(app: App, base: str) -> None:
    assert hits(app, f"{base}/search?q=number 1[23] &mode=regex") == [12, 13]
    names = next(c["id"] for c in app.json(base)["columns"] if c["name"] == "name")
    assert hits(app, f"{base}/search?q=^row-01&mode=regex&column={names}") == [9, *range(10, 20)]
    day = next(c["id"] for c in app.json(base)["columns"] if c["name"] == "day")
    assert hits(app, f"{base}/search?q=2024-01-05&column={day}") == [4]


def test_search_takes_linear_time(app: App, base: str) -> None:
    """An expression that backtracking engines never finish on."""
    assert hits(app, f"{base}/search?q=(x%2Bx%2B)%2By&mode=regex&column=0") == []


@given(st.lists(st.booleans(), max_size=100))
@settings(max_examples=50)
def test_bit_mask_is_row_order(mask: list[bool]) -> None:
    packed = bit_mask(np.array(mask, np.bool_))
    assert [bool(packed[row >> 3] >> (row & 7) & 1) for row in range(len(mask))] == mask


@pytest.fixture
def changing(tmp_path: Path) -> Any:
    """An application over a folder of its own, to change."""
    vectors = np.ones((4, 3), np.float32)
    texts = rows("list", {"texts": pa.array(["a", "b", "c", "d"])}, 4)
    write_run(
        tmp_path,
        RUN,
        [("v", RowsDraft("embeddings", 4, [VectorsDraft("", vectors)])), ("texts", texts)],
    )
    guard, _ = open_app(tmp_path)
    with TestClient(guard, BASE, raise_server_exceptions=False, follow_redirects=False) as client:
        client.get(f"/?token={TOKEN}")
        yield client


def patch(client: TestClient, path: str, body: Any) -> Any:
    return client.patch(path, json=body, headers={"Origin": BASE})


def test_links_detach_rename_and_come_back(changing: TestClient) -> None:
    [embedding] = changing.get(f"/api/runs/{RUN}").json()["embedding_sets"]
    base = f"/api/runs/{RUN}/sets/{embedding['id']}"
    assert [c["name"] for c in changing.get(base).json()["columns"]] == ["texts"]

    reply = patch(
        changing, f"{base}/links", {"source": "texts", "column": "texts", "rename": "said"}
    )
    assert [c["name"] for c in reply.json()["columns"]] == ["said"]
    assert changing.get(base).json() == reply.json()

    detached = patch(
        changing, f"{base}/links", {"source": "texts", "column": "texts", "detached": True}
    )
    assert [c["detached"] for c in detached.json()["columns"]] == [True]
    assert detached.json()["hint"]
    assert detached.json()["defaults"]["label_column"] is None

    back = patch(changing, f"{base}/links", {"source": "texts", "column": "texts"})
    assert [c["detached"] for c in back.json()["columns"]] == [False]


@pytest.mark.parametrize(
    ("body", "status", "parameter"),
    [
        ({"source": "texts", "column": "nothing"}, 404, "column"),
        ({"source": "texts", "column": "texts", "rename": ""}, 400, "rename"),
        ({"source": "texts", "column": "texts", "renam": "x"}, 400, "renam"),
        ({"source": "texts", "column": 3}, 400, "column"),
        ({"source": "texts"}, 400, "column"),
        ([], 400, None),
    ],
)
def test_a_bad_link_is_refused(
    changing: TestClient, body: Any, status: int, parameter: str
) -> None:
    [embedding] = changing.get(f"/api/runs/{RUN}").json()["embedding_sets"]
    reply = patch(changing, f"/api/runs/{RUN}/sets/{embedding['id']}/links", body)
    assert reply.status_code == status
    assert reply.json()["error"]["parameter"] == parameter
