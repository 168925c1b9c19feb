"""Stores that earlier releases wrote are read forever, value for value."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import numpy as np
import pytest

import dotscape
from dotscape.sdk.opened import OpenedRun
from dotscape.store.catalog import Catalog
from dotscape.store.media import MediaFolder
from tests.archive.make import vectors

HERE = Path(__file__).parent
ARCHIVES = sorted(path for path in HERE.glob("v*") if path.is_dir())


@pytest.fixture(params=ARCHIVES, ids=lambda path: path.name)
def root(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A copy, so that nothing that is done changes the archive."""
    copy = shutil.copytree(request.param, tmp_path / "root")
    for lock in copy.glob("runs/*/*.lock"):  # as old as they are, whenever they were checked out
        os.utime(lock, (0, 0))
    return copy


@pytest.fixture
def complete(root: Path) -> OpenedRun:
    return dotscape.open_run("complete", dir=root)


def test_there_is_an_archive_of_every_version() -> None:
    from dotscape.store.root import FORMAT_VERSION

    assert [path.name for path in ARCHIVES] == [f"v{n + 1}" for n in range(FORMAT_VERSION)]


def test_the_run(complete: OpenedRun) -> None:
    run = complete._reader.run
    assert (run.state, run.exit_code, run.steps) == ("finished", 0, 18)
    assert (run.project, run.entity, run.name) == ("archive", "me", "日本 run")
    assert (run.group, run.job_type, run.notes, run.tags) == ("g", "train", "notes", ("edited",))
    assert run.config == {"lr": 0.1, "nested": {"layers": [1, 2]}, "none": None}
    assert run.summary["best"] == 0.5
    assert run.summary["val/acc"] == {"min": 0, "max": 2}
    assert run.damaged_lines == 0
    assert complete.damage == []
    assert "printed" in complete._reader.logs()[0].text


def test_series(complete: OpenedRun) -> None:
    history = complete.history()
    steps, times, values = history["loss"]
    assert steps.tolist() == [0, 1, 2]
    assert values.tolist() == [1, 1 / 2, 1 / 3]
    assert (np.diff(times) >= 0).all()
    assert np.isnan(history["nan"][2]).all()
    last = {key: history[key][2][-1] for key in ("text", "flag", "big", "none")}
    assert last == {"text": "é😀\ud800", "flag": True, "big": 2**70, "none": None}
    assert history["text"][0].tolist() == [10]


def test_embeddings(complete: OpenedRun) -> None:
    found = complete.embedding("emb")
    assert found.vectors.dtype == np.float32
    np.testing.assert_array_equal(found.vectors, vectors(5, 8))
    assert found.step == 11
    assert next(iter(found.columns)) == "sentence"
    assert list(found.columns["sentence"]) == ["a", "b", None, "d", "é\u202e"]
    assert {"axes", "table: v"} <= set(found.layouts)
    half = complete.embedding("half").vectors
    assert half.dtype == np.float16
    np.testing.assert_array_equal(half, vectors(5, 4).astype(np.float16))
    full = complete.embedding("full")
    assert full.ids == [1, 2, 2, 4, 5]
    assert list(full.columns["kind"]) == ["x", "y", "x", "y", "x"]
    np.testing.assert_array_equal(full.layouts["mine"], vectors(5, 2))
    row_set = next(r for r in complete._reader.row_sets if r.key == "full")
    assert row_set.projection == {"method": "tsne", "perplexity": 2}


def test_points_and_tables(complete: OpenedRun) -> None:
    by_key = {r.key: r for r in complete._reader.row_sets}
    assert by_key["points"].kind == "points"
    np.testing.assert_array_equal(
        complete._reader.vectors(by_key["points"].vectors[0]), vectors(4, 3)
    )
    assert by_key["axes"].vectors[0].axes == ("x", "y")
    assert {c.name: c.type for c in by_key["table"].columns} == {
        "n": "integer",
        "v": "vector",
        "day": "date",
        "json": "json",
        "image": "image",
    }
    table = complete.table("table")
    assert table.column("n").to_pylist() == list(range(5))
    assert table.column("json").to_pylist() == [f'{{"row": {row}}}' for row in range(5)]
    assert str(table.column("day")[0]) == "2024-01-02 03:04:05+00:00"
    np.testing.assert_array_equal(complete.embedding("table").vectors, vectors(5, 2))


def test_media(complete: OpenedRun, root: Path) -> None:
    media = {key: value for key, _, value in complete._reader.media}
    assert {key: value["_type"] for key, value in media.items()} == {
        "image": "image",
        "images": "images",
        "audio": "audio",
        "html": "html",
        "histogram": "histogram",
    }
    assert media["image"]["caption"] == "black"
    assert media["histogram"]["values"] == [1, 2, 1]
    path = MediaFolder(root).path(media["html"]["sha256"])
    assert path is not None
    assert path.read_text() == "<b>bold</b>"


def test_a_run_that_broke_off(root: Path) -> None:
    broken = dotscape.open_run("broken", dir=root)
    assert broken.state == "crashed"
    assert broken.history(["loss"])["loss"][2].tolist() == [1, 2]
    assert len(broken.damage) == 1


def test_the_catalog(root: Path) -> None:
    catalog = Catalog(root)
    catalog.refresh()
    assert {(run.id, run.state) for run in catalog.runs("archive")} == {
        ("complete", "finished"),
        ("broken", "crashed"),
    }


def test_an_old_run_can_be_continued(root: Path) -> None:
    run = dotscape.init(id="complete", resume="must", dir=root)
    assert run.step == 18
    run.log({"loss": 0})
    run.finish()
    opened = dotscape.open_run("complete", dir=root)
    assert opened.history(["loss"])["loss"][0].tolist() == [0, 1, 2, 18]
    assert opened.tags == ("edited",)
