"""Edits afterwards: a journal of their own that changes nothing but what was asked."""

from __future__ import annotations

from pathlib import Path

import pytest

from dotscape.errors import NotFoundError
from dotscape.store.edits import RunEdits
from dotscape.store.reader import RunReader
from tests.store.folders import Folder, embeddings, texts, vectors


def test_edits_change_what_they_say_and_nothing_else(tmp_path: Path) -> None:
    folder = Folder(tmp_path, tags=["old"], notes="old", name="old", program="train.py")
    folder.rows("emb", 0, embeddings(vectors(3, 4)))
    folder.rows("texts", 0, texts(["a", "b", "c"]))
    folder.close()
    before = folder.journal_path.read_bytes()
    reader = RunReader(tmp_path, "r1")
    run = reader.run
    edits = RunEdits(tmp_path, "r1")
    edits.tags(["new"], notes="", name="renamed")
    set_id = reader.embedding_sets()[0].id
    edits.link(set_id, "texts", "value", rename="sentence")
    assert reader.refresh() == {"info", "links", "state"}
    assert (reader.run.tags, reader.run.notes, reader.run.name) == (("new",), "", "renamed")
    assert [c.name for c in reader.embedding_sets()[0].columns] == ["sentence"]
    for field in ("state", "created", "program", "host", "exit_code", "project", "steps"):
        assert getattr(reader.run, field) == getattr(run, field), field
    edits.link(set_id, "texts", "value", detached=True)
    reader.refresh()
    assert [c.detached for c in reader.embedding_sets()[0].columns] == [True]
    edits.close()
    edits.close()
    assert folder.journal_path.read_bytes() == before
    edits.tags(["again"])  # a closed one begins another journal
    reader.refresh()
    assert reader.run.tags == ("again",)


def test_editing_a_crashed_run_does_not_revive_it(tmp_path: Path) -> None:
    Folder(tmp_path).die()
    edits = RunEdits(tmp_path, "r1")
    edits.tags(["x"])
    assert RunReader(tmp_path, "r1").run.state == "crashed"


def test_nothing_is_written_before_the_first_edit(tmp_path: Path) -> None:
    folder = Folder(tmp_path)
    before = sorted(folder.path.iterdir())
    RunEdits(tmp_path, "r1").close()
    assert sorted(folder.path.iterdir()) == before


def test_a_run_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError):
        RunEdits(tmp_path, "r1")
