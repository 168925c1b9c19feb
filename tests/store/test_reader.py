"""Readers: everything that was logged, nothing twice, and a word for what is damaged."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from dotscape.errors import NotFoundError, ParameterError, StoreError
from dotscape.model import Column
from dotscape.store.reader import RunReader
from dotscape.store.rows import RowsDraft, VectorsDraft
from tests.store.folders import Folder, embeddings, texts, vectors


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(tmp_path, alive=True)


def test_follows_a_run_as_it_grows(folder: Folder) -> None:
    reader = RunReader(folder.root, "r1")
    assert reader.run.state == "running"
    assert reader.refresh() == set()
    folder.log(0, loss=1.0)
    assert reader.refresh() == {"scalars"}
    folder.rows("emb", 1, embeddings(vectors(5, 4)))
    assert reader.refresh() == {"rows"}
    folder.log(2, loss=0.5, h={"_type": "histogram", "values": [1], "bins": [0, 1]})
    assert reader.refresh() == {"rows", "scalars"}
    folder.append("config", d={"lr": 0.1})
    assert reader.refresh() == {"info"}
    found = reader.embedding_sets()[0]
    folder.append("link", set=found.id, source="x", column="y")
    assert reader.refresh() == {"links"}
    (folder.path / f"output-{folder.writer}.log").write_text("hello\n")
    assert reader.refresh() == {"logs"}
    assert reader.refresh() == set()
    folder.close()
    assert reader.refresh() == {"state"}
    assert reader.run.state == "finished"
    assert reader.history()["loss"][2].tolist() == [1.0, 0.5]


def test_a_killed_run_crashes_without_a_new_line(folder: Folder) -> None:
    reader = RunReader(folder.root, "r1")
    folder.die()
    assert reader.refresh() == {"state"}
    assert reader.run.state == "crashed"


def test_reads_a_line_that_was_in_the_making_once_it_is_whole(folder: Folder) -> None:
    folder.log(0, loss=1)
    reader = RunReader(folder.root, "r1")
    with folder.journal_path.open("ab") as file:
        file.write(b'{"t":"log","s":1,"d":{"lo')
        file.flush()
        assert reader.refresh() == set()
        file.write(b'ss":2}}\n')
    assert reader.refresh() == {"scalars"}
    assert reader.history(["loss"])["loss"][0].tolist() == [0, 1]
    assert reader.damage == []


def test_rows_come_back(folder: Folder) -> None:
    array = vectors(6, 8)
    wide = vectors(6, 2, seed=1)
    draft = embeddings(
        array,
        columns=[Column("label", "category"), Column("n", "integer")],
        cells={"label": pa.array(["a", "b", None] * 2), "n": pa.array(range(6))},
        ids="n",
        layouts=[VectorsDraft("mine", wide)],
        projection={"method": "tsne", "perplexity": 5},
        caption="six",
    )
    folder.rows("emb", 3, draft)
    folder.rows("texts", 4, texts(list("uvwxyz")))
    reader = RunReader(folder.root, "r1")
    row_set = reader.row_sets[0]
    assert (row_set.kind, row_set.rows, row_set.ids, row_set.caption) == (
        "embeddings",
        6,
        "n",
        "six",
    )
    assert row_set.projection == {"method": "tsne", "perplexity": 5}
    assert reader.row_set(row_set.id) == row_set
    found = reader.embedding_sets()[0]
    assert reader.embedding_set(found.id) == found
    np.testing.assert_array_equal(reader.vectors(found.vectors), array)
    assert [c.name for c in found.columns] == ["label", "n", "texts"]
    assert reader.column(found.columns[0]).to_pylist() == ["a", "b", None] * 2
    assert reader.column(found.columns[2]).to_pylist() == list("uvwxyz")
    assert reader.column((row_set, "n")).to_pylist() == list(range(6))
    assert reader.columns(row_set).num_rows == 6
    np.testing.assert_array_equal(reader.vectors(found.layouts[0]), wide)
    assert reader.damage == []


def test_of_one_key_and_step_the_last_counts(folder: Folder) -> None:
    folder.rows("emb", 0, embeddings(vectors(3, 4)))
    folder.rows("emb", 0, embeddings(vectors(5, 4)))
    reader = RunReader(folder.root, "r1")
    assert [r.rows for r in reader.row_sets] == [5]


def test_two_writers_are_one_run(tmp_path: Path) -> None:
    a = Folder(tmp_path, writer="20200101T000000-1-aaaaaa", start=100.0)
    b = Folder(tmp_path, writer="20200101T000000-2-bbbbbb", start=100.5)
    for step in range(5):
        a.log(step, loss=step, a=step)
        b.log(step + 3, loss=-step, b=step)
    a.rows("emb", 0, embeddings(vectors(3, 4)))
    b.rows("texts", 0, texts(list("xyz")))
    history = RunReader(tmp_path, "r1").history()
    assert history["loss"][0].tolist() == list(range(8))
    # Step 3: a's fourth record is at 104, b's first at 101.5; the later one wins.
    assert history["loss"][2].tolist() == [0, 1, 2, 3, 4, -2, -3, -4]
    assert RunReader(tmp_path, "r1").embedding_sets()[0].columns[0].name == "texts"


def test_media_in_the_order_they_were_logged(folder: Folder) -> None:
    image = {"_type": "image", "sha256": "0" * 64}
    folder.log(0, a=image, n=1)
    folder.log(1, b={"_type": "audio", "sha256": "1" * 64}, a=image)
    folder.log(1, b={"_type": "html", "sha256": "2" * 64})
    folder.log(2, c={"_type": "unsupported", "python": "x", "text": "y"})
    media = RunReader(folder.root, "r1").media
    assert [(key, step) for key, step, _ in media] == [("a", 0), ("b", 1), ("a", 1)]
    assert media[1][2]["_type"] == "html"


def test_a_list_of_images_is_media_too(folder: Folder) -> None:
    items = [{"_type": "image", "sha256": "0" * 64, "caption": "x"}]
    folder.log(4, pics={"_type": "rows", "kind": "list", "rows": 9, "preview": items})
    assert RunReader(folder.root, "r1").media == [
        ("pics", 4, {"_type": "images", "items": items, "rows": 9})
    ]


def test_what_does_not_exist(folder: Folder) -> None:
    folder.rows("texts", 0, texts(["x"]))
    reader = RunReader(folder.root, "r1")
    with pytest.raises(NotFoundError, match="no run 'other'"):
        RunReader(folder.root, "other")
    with pytest.raises(ParameterError):
        RunReader(folder.root, "../r1")
    with pytest.raises(NotFoundError):
        reader.row_set("0" * 16)
    with pytest.raises(NotFoundError):
        reader.embedding_set("0" * 16)
    with pytest.raises(NotFoundError, match="'loss'"):
        reader.history(["loss"])
    with pytest.raises(NotFoundError):
        reader.column((reader.row_sets[0], "other"))


# --- damage ---------------------------------------------------------------------------------------


def test_damaged_lines_are_counted_and_the_rest_read(folder: Folder) -> None:
    folder.log(0, loss=1)
    with folder.journal_path.open("ab") as file:
        file.write(b"garbage\n\xff\xfe\n")
    folder.append("log", s="zero", d={})
    folder.log(1, loss=2)
    reader = RunReader(folder.root, "r1")
    assert reader.history()["loss"][2].tolist() == [1, 2]
    assert reader.run.damaged_lines == 3
    assert reader.damage == [
        f"3 lines of the journal of {folder.writer} could not be read and were skipped."
    ]


@pytest.mark.parametrize("part", ["vec", "meta"])
def test_a_missing_segment_is_said_and_the_rest_works(folder: Folder, part: str) -> None:
    draft = embeddings(
        vectors(3, 4), columns=[Column("l", "text")], cells={"l": pa.array(list("abc"))}
    )
    folder.rows("emb", 0, draft)
    folder.rows("other", 1, embeddings(vectors(3, 2)))
    missing = next((folder.path / part).rglob("0-*"))
    missing.unlink()
    reader = RunReader(folder.root, "r1")
    assert len(reader.damage) == 1
    assert missing.name in reader.damage[0]
    emb, other = reader.embedding_sets()
    read = {
        "vec": lambda: reader.vectors(emb.vectors),
        "meta": lambda: reader.column(emb.columns[0]),
    }
    with pytest.raises(StoreError, match="missing"):
        read[part]()
    assert reader.vectors(other.vectors).shape == (3, 2)


def test_a_segment_of_another_shape_is_refused(folder: Folder) -> None:
    draft = embeddings(
        vectors(3, 4), columns=[Column("l", "text")], cells={"l": pa.array(list("abc"))}
    )
    record = folder.rows("emb", 0, draft)
    record["rows"] = 4
    folder.log(0, emb=record)
    reader = RunReader(folder.root, "r1")
    found = reader.embedding_sets()[0]
    with pytest.raises(StoreError, match="3 x 4; the journal says 4 x 4"):
        reader.vectors(found.vectors)
    with pytest.raises(StoreError, match="3 rows; the journal says 4"):
        reader.column(found.columns[0])
    assert len(reader.damage) == 2


@pytest.mark.parametrize(
    "change",
    [
        {"rows": -1},
        {"rows": "many"},
        {"rows": True},
        {"kind": "cube"},
        {"vectors": 5},
        {"vectors": [{"name": "x"}]},
        {"vectors": [{"name": "", "path": "p", "dim": 0, "dtype": "float32"}]},
        {"vectors": [{"name": "", "path": "p", "dim": 3, "dtype": "float64"}]},
        {"vectors": [{"name": "", "path": 7, "dim": 3, "dtype": "float32"}]},
        {"columns": [{"name": 3, "type": "text"}]},
        {"columns": "abc"},
        {"meta": 5},
        {"ids": []},
    ],
    ids=str,
)
def test_a_row_set_that_says_nonsense_is_left_out(
    folder: Folder, change: dict[str, object]
) -> None:
    folder.log(0, loss=1, bad={"_type": "rows", "kind": "table", "rows": 3, **change})
    reader = RunReader(folder.root, "r1")
    assert reader.row_sets == []
    assert len(reader.damage) == 1
    assert "`bad`, step 0" in reader.damage[0]
    assert reader.history()["loss"][2].tolist() == [1]


def test_a_column_type_of_a_later_release_is_still_a_column(folder: Folder) -> None:
    columns = [{"name": "m", "type": "molecule"}]
    folder.log(0, t={"_type": "rows", "kind": "table", "rows": 0, "columns": columns})
    assert RunReader(folder.root, "r1").row_sets[0].columns == (Column("m", "json"),)


@pytest.mark.parametrize("path", ["../../secret.arrow", "/etc/passwd", "vec/link/secret.arrow"])
def test_a_path_that_leads_out_is_never_opened(folder: Folder, path: str) -> None:
    from dotscape.store.vectors import write_vectors

    write_vectors(folder.root / "secret.arrow", vectors(3, 4))
    (folder.path / "vec").mkdir(exist_ok=True)
    (folder.path / "vec" / "link").symlink_to(folder.root)
    part = {"name": "", "path": path, "dim": 4, "dtype": "float32"}
    value = {"_type": "rows", "kind": "embeddings", "rows": 3, "vectors": [part], "meta": path}
    folder.log(0, emb={**value, "columns": [{"name": "c", "type": "text"}]})
    reader = RunReader(folder.root, "r1")
    found = reader.embedding_sets()[0]
    with pytest.raises(StoreError, match=r"outside|relative"):
        reader.vectors(found.vectors)
    with pytest.raises(StoreError, match=r"outside|relative"):
        reader.column(found.columns[0])
    assert reader.damage


def test_journals_and_logs_that_lead_out_are_not_read(folder: Folder) -> None:
    secret = folder.root / "secret"
    secret.write_text('{"t":"config","d":{"password":"x"}}\n')
    (folder.path / "output-x.log").symlink_to(secret)
    (folder.path / "events-x.jsonl").symlink_to(secret)
    reader = RunReader(folder.root, "r1")
    assert reader.logs() == []
    assert reader.run.config == {}


def test_a_newer_format_is_refused(tmp_path: Path) -> None:
    Folder(tmp_path, v=2)
    with pytest.raises(StoreError, match=r"format 2.*Update"):
        RunReader(tmp_path, "r1")


# --- logs -----------------------------------------------------------------------------------------


def test_logs_go_on_where_they_were(folder: Folder) -> None:
    path = folder.path / f"output-{folder.writer}.log"
    reader = RunReader(folder.root, "r1")
    seen, after = "", {}
    text = "añb😀\n" * 50
    data = text.encode()
    for end in range(0, len(data) + 1, 5):
        path.write_bytes(data[:end])
        for chunk in reader.logs(after):
            assert chunk.writer == folder.writer
            seen += chunk.text
            after[chunk.writer] = chunk.next
    path.write_bytes(data)
    seen += "".join(chunk.text for chunk in reader.logs(after))
    assert seen == text


def test_bytes_that_are_no_text_are_shown_as_such(folder: Folder) -> None:
    path = folder.path / f"output-{folder.writer}.log"
    path.write_bytes(b"a\xff\xfeb\n")
    assert RunReader(folder.root, "r1").logs()[0].text == "a\ufffd\ufffdb\n"


def test_reading_many_lines_costs_little_a_line(tmp_path: Path) -> None:
    folder = Folder(tmp_path)
    lines = b"".join(
        b'{"t":"log","s":%d,"ts":%d.5,"d":{"loss":0.%d,"acc":1}}\n' % (i, i, i)
        for i in range(50_000)
    )
    with open(folder.journal_path, "ab", buffering=0) as file:
        os.write(file.fileno(), lines)
    history = RunReader(tmp_path, "r1").history()
    assert len(history["loss"][0]) == 50_000


def test_drafts_without_columns_have_no_parquet(folder: Folder) -> None:
    record = folder.rows("emb", 0, RowsDraft("embeddings", 3, [VectorsDraft("", vectors(3, 2))]))
    assert record["meta"] is None
    reader = RunReader(folder.root, "r1")
    with pytest.raises(NotFoundError, match="no columns"):
        reader.columns(reader.row_sets[0])
