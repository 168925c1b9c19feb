"""The catalog: all runs, what changed, and a file that may vanish at any moment."""

from __future__ import annotations

import shutil
import sqlite3
from pathlib import Path

import pytest

from dotscape.errors import NotFoundError, StoreError
from dotscape.store import catalog as catalog_module
from dotscape.store.catalog import Catalog
from tests.store.folders import Folder, embeddings, vectors


@pytest.fixture(autouse=True)
def _save_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(catalog_module, "SAVE_SECONDS", 0.0)


def changes(catalog: Catalog) -> dict[str, set[str]]:
    return {change.run: set(change.changes) for change in catalog.refresh()}


def runs(catalog: Catalog) -> list[str]:
    return [run.id for run in catalog.runs()]


def test_an_empty_or_missing_root(tmp_path: Path) -> None:
    catalog = Catalog(tmp_path / "not" / "there")
    assert catalog.refresh() == []
    assert catalog.runs() == []
    assert catalog.projects() == []
    assert not (tmp_path / "not").exists()


def test_tells_what_changed(tmp_path: Path) -> None:
    catalog = Catalog(tmp_path)
    folder = Folder(tmp_path, alive=True)
    assert changes(catalog) == {"r1": {"new", "state"}}
    assert changes(catalog) == {}
    folder.log(0, loss=1)
    assert changes(catalog) == {"r1": {"scalars"}}
    folder.rows("e", 0, embeddings(vectors(2, 3)))
    folder.append("config", d={"a": 1})
    assert changes(catalog) == {"r1": {"rows", "info"}}
    (folder.path / "output-x.log").write_text("hello")
    assert changes(catalog) == {"r1": {"logs"}}
    (folder.path / "note.txt").write_text("not ours")
    assert changes(catalog) == {}
    folder.die()
    assert changes(catalog) == {"r1": {"state"}}
    assert catalog.run("r1").state == "crashed"
    assert changes(catalog) == {}
    shutil.rmtree(folder.path)
    assert changes(catalog) == {"r1": {"gone"}}
    with pytest.raises(NotFoundError):
        catalog.run("r1")


def test_runs_and_projects(tmp_path: Path) -> None:
    Folder(tmp_path, "a1", project="a", start=100.0).close()
    Folder(tmp_path, "b1", project="b", start=300.0)
    Folder(tmp_path, "a2", project="a", start=200.0, alive=True)
    catalog = Catalog(tmp_path)
    catalog.refresh()
    assert runs(catalog) == ["b1", "a2", "a1"]
    assert [run.id for run in catalog.runs("a")] == ["a2", "a1"]
    assert catalog.runs("none") == []
    found = [(p.name, p.runs, p.running, p.updated) for p in catalog.projects()]
    assert found == [("b", 1, 0, 300.0), ("a", 2, 1, 200.0)]


def test_a_run_resumed_after_it_was_read(tmp_path: Path) -> None:
    Folder(tmp_path, writer="20200101T000000-1-aaaaaa").close()
    catalog = Catalog(tmp_path)
    catalog.refresh()
    again = Folder(tmp_path, writer="20200102T000000-1-bbbbbb", start=1_700_001_000.0, alive=True)
    assert changes(catalog)["r1"] == {"state"}
    assert catalog.run("r1").state == "running"
    again.die()
    catalog.refresh()
    assert catalog.run("r1").state == "crashed"


def test_remembers_over_a_restart_and_reads_only_what_is_new(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = Folder(tmp_path)
    for step in range(50):
        folder.log(step, loss=step)
    first = Catalog(tmp_path)
    first.refresh()
    first.close()
    folder.log(50, loss=0)
    read: list[int] = []
    original = catalog_module.journal_blocks

    def counted(path: Path, offset: int = 0):
        for block in original(path, offset):
            read.append(len(block.records))
            yield block

    monkeypatch.setattr(catalog_module, "journal_blocks", counted)
    second = Catalog(tmp_path)
    assert changes(second)["r1"] >= {"new"}
    assert read == [1]
    assert second.run("r1").steps == 51
    fresh = Catalog(tmp_path / "elsewhere")
    fresh.root = tmp_path
    fresh.refresh()
    assert fresh.run("r1") == second.run("r1")


@pytest.mark.parametrize(
    "damage",
    ["delete", "garbage", "truncate", "newer", "other tables", "bad rows", "directory"],
)
def test_a_damaged_file_is_made_again(tmp_path: Path, damage: str) -> None:
    Folder(tmp_path).log(0, loss=1)
    first = Catalog(tmp_path)
    first.refresh()
    expected = first.run("r1")
    first.close()
    path = tmp_path / "catalog.db"
    for side in ("catalog.db-wal", "catalog.db-shm"):
        (tmp_path / side).unlink(missing_ok=True)
    if damage == "delete":
        path.unlink()
    elif damage == "garbage":
        path.write_bytes(b"not a database" * 1000)
    elif damage == "truncate":
        path.write_bytes(path.read_bytes()[:3000])
    elif damage == "directory":
        path.unlink()
        path.mkdir()
    else:
        db = sqlite3.connect(path)
        if damage == "newer":
            db.execute("pragma user_version=99")
        elif damage == "other tables":
            db.executescript("drop table runs; create table runs (id)")
        else:
            db.execute("update runs set fold='{\"writers\":5}', files='{}'")
        db.commit()
        db.close()
    second = Catalog(tmp_path)
    second.refresh()
    assert second.run("r1") == expected
    second.close()
    if damage != "directory":
        db = sqlite3.connect(path)
        assert db.execute("select id from runs").fetchall() == [("r1",)]
        assert db.execute("pragma user_version").fetchone()[0] == 1
        db.close()


def test_deleted_under_a_running_server_it_is_made_again(tmp_path: Path) -> None:
    folder = Folder(tmp_path)
    Folder(tmp_path, "r2")
    catalog = Catalog(tmp_path)
    catalog.refresh()
    (tmp_path / "catalog.db").unlink()
    folder.log(0, loss=1)
    assert changes(catalog) == {"r1": {"scalars"}}
    db = sqlite3.connect(tmp_path / "catalog.db")
    assert db.execute("select id from runs order by id").fetchall() == [("r1",), ("r2",)]
    db.close()
    catalog.close()


def test_works_where_the_file_can_not_be(tmp_path: Path) -> None:
    (tmp_path / "catalog.db").mkdir()
    (tmp_path / "catalog.db" / "x").write_text("in the way")
    Folder(tmp_path).log(0, loss=1)
    catalog = Catalog(tmp_path)
    catalog.refresh()
    assert catalog.run("r1").steps == 1


def test_two_catalogs_of_one_folder_agree(tmp_path: Path) -> None:
    folder = Folder(tmp_path)
    a, b = Catalog(tmp_path), Catalog(tmp_path)
    for step in range(5):
        folder.log(step, loss=step)
        for catalog in (a, b):
            assert changes(catalog)
            assert catalog.run("r1").steps == step + 1
    a.close()
    b.close()


def test_a_folder_replaced_by_another_of_the_same_name_is_read_anew(tmp_path: Path) -> None:
    folder = Folder(tmp_path, project="old")
    folder.log(9, loss=1)
    first = Catalog(tmp_path)
    first.refresh()
    first.close()
    shutil.rmtree(folder.path)
    Folder(tmp_path, project="new", writer="20200101T000000-1-aaaaaa")
    second = Catalog(tmp_path)
    second.refresh()
    assert (second.run("r1").project, second.run("r1").steps) == ("new", 0)


def test_a_run_of_a_newer_format_is_left_out_with_a_word(tmp_path: Path) -> None:
    Folder(tmp_path, "new", v=2)
    Folder(tmp_path, "old")
    catalog = Catalog(tmp_path)
    for _ in range(2):
        catalog.refresh()
        assert runs(catalog) == ["old"]
    assert "format 2" in catalog.unreadable["new"]
    with pytest.raises(StoreError, match="format 2"):
        catalog.run("new")
    with pytest.raises(StoreError, match="format 2"):
        catalog.reader("new")


def test_folders_that_are_no_runs_are_passed_over(tmp_path: Path) -> None:
    for name in (".hidden", "with space", "empty"):
        (tmp_path / "runs" / name).mkdir(parents=True)
    (tmp_path / "runs" / "file").write_text("x")
    Folder(tmp_path)
    catalog = Catalog(tmp_path)
    assert set(changes(catalog)) == {"r1"}
    # A folder counts as soon as its first journal does.
    Folder(tmp_path, "empty")
    assert set(changes(catalog)) == {"empty"}


def test_a_damaged_journal_costs_one_run_some_lines(tmp_path: Path) -> None:
    folder = Folder(tmp_path)
    folder.log(0, loss=1)
    with folder.journal_path.open("ab") as file:
        file.write(b"\xff garbage\n")
    folder.log(1, loss=2)
    catalog = Catalog(tmp_path)
    catalog.refresh()
    assert catalog.run("r1").damaged_lines == 1
    assert catalog.run("r1").steps == 2


def test_readers_are_kept_and_up_to_date(tmp_path: Path) -> None:
    folder = Folder(tmp_path)
    catalog = Catalog(tmp_path)
    reader = catalog.reader("r1")
    folder.log(0, loss=1)
    assert catalog.reader("r1") is reader
    assert reader.run.steps == 1
    for bad in ("none", "../r1", ""):
        with pytest.raises(NotFoundError):
            catalog.reader(bad)
    for i in range(catalog_module.OPEN_READERS + 2):
        Folder(tmp_path, f"x{i}")
        catalog.reader(f"x{i}")
    assert catalog.reader("r1") is not reader


def test_a_removed_run_has_no_reader(tmp_path: Path) -> None:
    folder = Folder(tmp_path)
    catalog = Catalog(tmp_path)
    catalog.reader("r1")
    shutil.rmtree(folder.path)
    with pytest.raises(NotFoundError):
        catalog.reader("r1")


def test_writes_the_file_now_and_then_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(catalog_module, "SAVE_SECONDS", 3600.0)
    folder = Folder(tmp_path)
    catalog = Catalog(tmp_path)
    catalog.refresh()
    path = tmp_path / "catalog.db"

    def saved() -> str:
        db = sqlite3.connect(path)
        try:
            return db.execute("select files from runs").fetchone()[0]
        finally:
            db.close()

    before = saved()
    for step in range(3):
        folder.log(step, loss=1)
        catalog.refresh()
    assert saved() == before
    catalog.close()
    assert saved() != before
