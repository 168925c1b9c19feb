"""Cached layouts: found by everything that made them, and never wrong when damaged."""

from __future__ import annotations

import json
from dataclasses import asdict, fields
from pathlib import Path

import numpy as np
import pytest

from dotscape import model
from dotscape.core.projection import Receipt as CoreReceipt
from dotscape.engine.cache import LayoutCache, StoredLayout, layout_id

RECEIPT = model.Receipt(
    data="ab" * 32,
    method="tsne",
    parameters={"perplexity": 30.0, "metric": "cosine"},
    seed=42,
    rows=5,
    rows_left_out=1,
    versions={"dotscape": "0.1.0"},
    approximations=("a tree",),
    measures={"kl_divergence": 1.25},
    seconds=0.5,
)
COORDINATES = np.array([[1, 2], [3, 4], [np.nan, np.nan], [5, 6], [-1e30, 0]], np.float32)


def identifier(**changes: object) -> str:
    what: dict = {
        "fingerprint": "ab" * 32,
        "method": "tsne",
        "version": 1,
        "n_components": 2,
        "parameters": {"a": 1, "b": "x"},
        "seed": 42,
    }
    return layout_id(**{**what, **changes})


def kept(folder: Path) -> tuple[LayoutCache, StoredLayout]:
    cache = LayoutCache(folder)
    return cache, cache.put(identifier(), COORDINATES, RECEIPT, ("x", "y"))


def test_what_was_put_is_got(tmp_path: Path) -> None:
    cache, put = kept(tmp_path)
    got = cache.get(identifier())
    assert got is not None
    assert np.array_equal(got.coordinates, COORDINATES, equal_nan=True)
    assert (got.receipt, got.axes, got.created) == (RECEIPT, ("x", "y"), put.created)
    assert got.n_components == 2
    assert LayoutCache(tmp_path).of("ab" * 32)[0].id == put.id
    assert not list(tmp_path.rglob(".tmp-*"))


def test_the_id_depends_on_everything_and_on_no_order() -> None:
    same = identifier()
    assert identifier(parameters={"b": "x", "a": 1}) == same
    changed = [
        identifier(fingerprint="ac" * 32),
        identifier(method="pca"),
        identifier(version=2),
        identifier(n_components=3),
        identifier(parameters={"a": 1, "b": "y"}),
        identifier(parameters={"a": 1}),
        identifier(seed=43),
    ]
    assert len({same, *changed}) == 8


@pytest.mark.parametrize("suffix", [".npy", ".json"])
@pytest.mark.parametrize(
    "damage",
    ["missing", "empty", "torn", "flipped", "other", "text"],
)
def test_damage_is_noticed(
    tmp_path: Path, suffix: str, damage: str, caplog: pytest.LogCaptureFixture
) -> None:
    cache, put = kept(tmp_path)
    path = next(tmp_path.rglob(f"*{suffix}"))
    content = bytearray(path.read_bytes())
    if damage == "missing":
        path.unlink()
    elif damage == "empty":
        path.write_bytes(b"")
    elif damage == "torn":
        path.write_bytes(content[:-5])
    elif damage == "flipped":
        content[-9 if suffix == ".npy" else 12] ^= 0x20
        path.write_bytes(content)
    elif damage == "other":
        path.write_bytes(b"[]" if suffix == ".json" else content[:80] + bytes(400))
    else:
        path.write_text("something else altogether")
    found = cache.get(put.id)
    if damage == "flipped" and suffix == ".json" and found is not None:
        assert np.array_equal(found.coordinates, COORDINATES, equal_nan=True)
        return
    assert found is None
    assert cache.of("ab" * 32) == []
    if damage != "missing":
        assert "will be made anew" in caplog.text
    # And it is.
    again = cache.put(put.id, COORDINATES, RECEIPT, None)
    assert np.array_equal(again.coordinates, COORDINATES, equal_nan=True)


def test_pickles_are_never_read(tmp_path: Path) -> None:
    cache, put = kept(tmp_path)
    npy = next(tmp_path.rglob("*.npy"))
    np.save(npy, np.array([{"a": 1}], dtype=object), allow_pickle=True)
    note = next(tmp_path.rglob("*.json"))
    fields_ = json.loads(note.read_text())
    import zlib

    fields_["crc32"] = zlib.crc32(npy.read_bytes())
    note.write_text(json.dumps(fields_))
    assert cache.get(put.id) is None


def test_names_lead_nowhere_else(tmp_path: Path) -> None:
    cache, _ = kept(tmp_path / "layouts")
    for name in ("../" * 3 + "etc-passwd", "/etc/passwd", "a-b", "", "A" * 16 + "-" + "b" * 16):
        assert cache.get(name) is None


def test_the_oldest_go_when_there_are_too_many(tmp_path: Path) -> None:
    cache = LayoutCache(tmp_path, limit_bytes=3 * (COORDINATES.nbytes + 128))
    import os

    ids = []
    for seed in range(5):
        ids.append(identifier(seed=seed))
        cache.put(ids[-1], COORDINATES, RECEIPT, None)
        for path in tmp_path.rglob(f"*{ids[-1][17:]}.npy"):
            os.utime(path, (seed, seed))
    assert [cache.get(id_) is not None for id_ in ids] == [False, False, True, True, True]
    assert len(list(tmp_path.rglob("*.json"))) == 3


def test_empty_layouts(tmp_path: Path) -> None:
    cache = LayoutCache(tmp_path)
    stored = cache.put(identifier(), np.empty((0, 3), np.float32), RECEIPT, None)
    assert stored.coordinates.shape == (0, 3)


def test_the_receipts_of_core_and_model_have_the_same_fields() -> None:
    assert [f.name for f in fields(CoreReceipt)] == [f.name for f in fields(model.Receipt)]
    assert asdict(CoreReceipt(**asdict(RECEIPT))) == asdict(RECEIPT)
