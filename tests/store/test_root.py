"""Names that may stand in a path, and paths that may not lead out."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dotscape.errors import ParameterError, StoreError
from dotscape.store.root import check_run_id, default_root, folder_name, inside, run_path


def test_root_is_what_the_environment_says(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("DOTSCAPE_DIR", str(tmp_path / "here"))
    assert default_root() == tmp_path / "here"
    monkeypatch.setenv("DOTSCAPE_DIR", "~/there")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert default_root() == tmp_path / "there"


def test_root_is_the_users_data_folder_otherwise(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("DOTSCAPE_DIR")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("XDG_DATA_HOME", raising=False)
    assert default_root().name == "dotscape"
    assert default_root().is_relative_to(tmp_path)


@pytest.mark.parametrize("run_id", ["a", "A1", "0", "a.b-c_d", "x" * 64])
def test_ids_that_may_be(run_id: str, tmp_path: Path) -> None:
    assert check_run_id(run_id) == run_id
    assert run_path(tmp_path, run_id) == tmp_path / "runs" / run_id


@pytest.mark.parametrize(
    "run_id", ["", ".", "..", ".a", "-a", "a/b", "a\\b", "a b", "é", "a\0", "x" * 65, "a\n"]
)
def test_ids_that_may_not_be(run_id: str, tmp_path: Path) -> None:
    with pytest.raises(ParameterError, match="'id' of a run"):
        run_path(tmp_path, run_id)


@given(st.text())
def test_folder_names_are_plain(key: str) -> None:
    name = folder_name(key)
    assert len(name) <= 40 + 1 + 12
    assert set(name) <= set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-")
    assert os.path.basename(name) == name
    assert name not in (".", "..")


def test_folder_names_differ_where_keys_do() -> None:
    keys = ["a b", "a_b", "a/b", "a" * 50, "a" * 51, "日本", "中文", "", "\ud800", ".", ".."]
    assert len({folder_name(key) for key in keys}) == len(keys)
    assert folder_name("emb") == "emb-e251a7a05ee8"  # as docs/format.md says: SHA-256 of "emb"


@pytest.mark.parametrize(
    "relative",
    [
        "",
        ".",
        "..",
        "../other",
        "vec/../../other",
        "/etc/passwd",
        "a\0b",
        "link/secret",
        "file-link",
    ],
)
def test_paths_that_lead_out(relative: str, tmp_path: Path) -> None:
    run = tmp_path / "run"
    run.mkdir()
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "secret").write_text("x")
    (run / "link").symlink_to(tmp_path / "outside")
    (run / "file-link").symlink_to(tmp_path / "outside" / "secret")
    with pytest.raises(StoreError):
        inside(run, relative)


def test_a_sibling_with_the_same_beginning_is_outside(tmp_path: Path) -> None:
    (tmp_path / "run").mkdir()
    (tmp_path / "run2").mkdir()
    with pytest.raises(StoreError, match="outside"):
        inside(tmp_path / "run", "../run2/x")


def test_paths_that_stay_inside(tmp_path: Path) -> None:
    run = tmp_path / "run"
    (run / "vec" / "k").mkdir(parents=True)
    (run / "vec" / "k" / "1.arrow").write_text("x")
    (run / "alias").symlink_to(run / "vec")
    assert inside(run, "vec/k/1.arrow").read_text() == "x"
    assert inside(run, "alias/k/1.arrow").read_text() == "x"
    assert inside(run, "not/there/yet") == run.resolve() / "not" / "there" / "yet"
    linked = tmp_path / "linked"
    linked.symlink_to(run)
    assert inside(linked, "vec/k/1.arrow").read_text() == "x"
