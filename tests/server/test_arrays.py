"""Arrays over HTTP: draw order, layouts, columns, point clouds."""

from __future__ import annotations

import struct
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pytest

from tests.server.conftest import App
from tests.server.data import ROWS, RUN


@pytest.fixture(scope="module")
def base(app: App) -> str:
    return f"/api/runs/{RUN}/sets/{app.set_id()}"


class Packed:
    """Packed positions, read as docs/http.md describes them."""

    def __init__(self, content: bytes, order: npt.NDArray[np.uint32]) -> None:
        fields = struct.unpack("<4sIIIffffIIf", content[:44])
        self.magic, self.rows, self.dimensions, self.frame = fields[:4]
        self.center, self.half = np.array(fields[4:7]), fields[7]
        self.missing, self.flags, self.loss = fields[8:]
        end = 64 + 8 * self.rows
        drawn = np.frombuffer(content[64:end], "<u2").reshape(self.rows, 4)
        self.raw = np.empty_like(drawn)
        self.raw[order] = drawn
        self.rest = content[end:]

    @property
    def positions(self) -> npt.NDArray[np.float64]:
        """In row order and layout units; NaN where there is none."""
        values = (self.raw[:, :3].astype(float) - 32768) / 32767 * self.half + self.center
        values[self.raw[:, 3] == 0] = np.nan
        return values


@pytest.fixture(scope="module")
def order(app: App, base: str) -> npt.NDArray[np.uint32]:
    return np.frombuffer(app.get(f"{base}/order").content, "<u4")


def test_order_is_a_shuffle_for_good(app: App, base: str, order: npt.NDArray[np.uint32]) -> None:
    assert sorted(order.tolist()) == list(range(ROWS))
    assert order.tolist() != list(range(ROWS))
    reply = app.get(f"{base}/order")
    assert "immutable" in reply.headers["cache-control"]
    assert app.get(f"{base}/order", **{"If-None-Match": reply.headers["etag"]}).status_code == 304


@pytest.mark.parametrize("dim", [2, 3])
def test_pca_always_exists(app: App, base: str, order: npt.NDArray[np.uint32], dim: int) -> None:
    packed = Packed(app.get(f"{base}/layouts/pca-{dim}").content, order)
    assert (packed.magic, packed.rows, packed.dimensions) == (b"DSP1", ROWS, dim)
    assert packed.flags & 1
    assert packed.missing == 1
    # What PCA is, without our own code: the singular vectors of the centred, finite rows.
    X = app.filled.vectors.astype(np.float64)
    finite = np.isfinite(X).all(axis=1)
    centred = X[finite] - X[finite].mean(axis=0)
    expected = centred @ np.linalg.svd(centred, full_matrices=False)[2][:dim].T
    found = packed.positions[finite][:, :dim]
    signs = np.sign((expected * found).sum(axis=0))
    assert np.abs(found - expected * signs).max() < packed.half / 30_000
    assert np.isnan(packed.positions[~finite]).all()


def test_full_precision_agrees_with_packed(
    app: App, base: str, order: npt.NDArray[np.uint32]
) -> None:
    packed = Packed(app.get(f"{base}/layouts/pca-3").content, order)
    floats = np.frombuffer(app.get(f"{base}/layouts/pca-3/float").content, "<f4").reshape(ROWS, 3)
    error = np.abs(packed.positions - floats)
    assert np.nanmax(error) <= packed.half / 32767
    assert (np.isnan(floats).any(axis=1) == (packed.raw[:, 3] == 0)).all()


def test_axes_choose_columns(app: App, base: str, order: npt.NDArray[np.uint32]) -> None:
    all_three = Packed(app.get(f"{base}/layouts/pca-3").content, order).positions
    two = Packed(app.get(f"{base}/layouts/pca-3?axes=2,0").content, order)
    assert two.dimensions == 2
    assert np.nanmax(np.abs(two.positions[:, :2] - all_three[:, [2, 0]])) < 1e-3 * two.half


def test_logged_layout_is_what_was_logged(
    app: App, base: str, order: npt.NDArray[np.uint32]
) -> None:
    [mine] = [one for one in app.json(base)["layouts"] if one["method"] == "logged"]
    floats = np.frombuffer(app.get(f"{base}/layouts/{mine['id']}/float").content, "<f4")
    assert np.array_equal(floats.reshape(ROWS, 2), app.filled.vectors[:, :2], equal_nan=True)
    packed = Packed(app.get(f"{base}/layouts/{mine['id']}").content, order)
    assert packed.dimensions == 2


def test_layouts_are_validated_by_tag_and_not_compressed(app: App, base: str) -> None:
    reply = app.get(f"{base}/layouts/pca-3", **{"Accept-Encoding": "gzip"})
    assert "content-encoding" not in reply.headers
    tag = reply.headers["etag"]
    again = app.get(f"{base}/layouts/pca-3", **{"If-None-Match": tag})
    assert again.status_code == 304
    assert not again.content
    assert app.get(f"{base}/layouts/pca-2", **{"If-None-Match": tag}).status_code == 200


def arrow(app: App, address: str) -> pa.Array:
    reply = app.get(address)
    assert reply.status_code == 200, reply.text
    with pa.ipc.open_stream(reply.content) as stream:
        batches = list(stream)
    assert len(batches) == 1
    assert batches[0].schema.names == ["value"]
    assert batches[0].num_rows == ROWS
    return batches[0].column(0)


def number_of(app: App, base: str, name: str) -> int:
    return next(c["id"] for c in app.json(base)["columns"] if c["name"] == name)


def test_column_as_text_keeps_everything(app: App, base: str) -> None:
    values = arrow(app, f"{base}/columns/{number_of(app, base, 'text')}?as=text")
    assert values.to_pylist() == app.filled.texts


def test_column_as_category_is_sorted_by_count(app: App, base: str) -> None:
    values = arrow(app, f"{base}/columns/{number_of(app, base, 'label')}?as=category")
    assert values.type.index_type == pa.uint8()
    assert values.null_count == 6
    counts = [values.to_pylist().count(name) for name in values.dictionary.to_pylist()]
    assert counts == sorted(counts, reverse=True)
    expected = [["cat", "dog", "cow"][i % 3] if i % 10 else None for i in range(ROWS)]
    assert values.to_pylist() == expected


def test_column_as_number(app: App, base: str) -> None:
    scores = arrow(app, f"{base}/columns/{number_of(app, base, 'score')}?as=number")
    assert scores.null_count == 0
    expected = [float(i) if i % 7 else np.nan for i in range(ROWS)]
    assert np.array_equal(scores.to_numpy(), expected, equal_nan=True)
    days = arrow(app, f"{base}/columns/{number_of(app, base, 'day')}?as=number").to_numpy()
    assert days[1] - days[0] == 86_400_000
    good = arrow(app, f"{base}/columns/{number_of(app, base, 'good')}?as=number").to_pylist()
    assert good[:3] == [1.0, 0.0, 1.0]


@pytest.mark.parametrize(
    ("name", "first"),
    [("good", "true"), ("day", "2024-01-01"), ("count", str(2**60)), ("score", None)],
)
def test_any_column_can_be_a_category(app: App, base: str, name: str, first: Any) -> None:
    values = arrow(app, f"{base}/columns/{number_of(app, base, name)}?as=category")
    assert values.to_pylist()[0] == first


@pytest.mark.parametrize(
    ("name", "kind"),
    [("text", pa.utf8()), ("score", pa.float64()), ("day", pa.float64()), ("pictures", pa.utf8())],
)
def test_a_column_has_a_natural_form(app: App, base: str, name: str, kind: pa.DataType) -> None:
    assert arrow(app, f"{base}/columns/{number_of(app, base, name)}").type == kind


def test_columns_are_compressed_where_it_is_accepted(app: App, base: str) -> None:
    address = f"{base}/columns/{number_of(app, base, 'text')}?as=text"
    small = app.get(address, **{"Accept-Encoding": "gzip"})
    plain = app.get(address, **{"Accept-Encoding": "identity"})
    assert small.headers["content-encoding"] == "gzip"
    assert "content-encoding" not in plain.headers
    assert small.content == plain.content
    assert int(small.headers["content-length"]) < int(plain.headers["content-length"]) / 10
    assert app.get(address, **{"If-None-Match": plain.headers["etag"]}).status_code == 304


@pytest.mark.parametrize(("key", "rest"), [("cloud3", 0), ("cloud4", 20), ("cloud6", 40)])
def test_point_clouds(app: App, key: str, rest: int) -> None:
    reply = app.get(f"/api/runs/{RUN}/points/{app.row_set_id(key)}")
    assert reply.status_code == 200
    order = np.random.default_rng().permutation(10)  # only sizes are looked at with it
    packed = Packed(reply.content, order)
    assert (packed.rows, packed.dimensions) == (10, 3)
    assert len(packed.rest) == rest
    if key == "cloud6":
        assert (
            np.frombuffer(packed.rest, np.uint8).reshape(10, 4).tolist()
            == [[100, 100, 100, 255]] * 10
        )
    if key == "cloud4":
        assert sorted(np.frombuffer(packed.rest, "<u2").tolist()) == list(range(10))


def test_only_point_clouds_are_point_clouds(app: App) -> None:
    assert app.get(f"/api/runs/{RUN}/points/{app.row_set_id('table')}").status_code == 404
