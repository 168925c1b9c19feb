"""Hashes of vector files are remembered, and forgotten when the file changes."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest

from dotscape.core.fingerprint import fingerprint
from dotscape.core.matrix import Matrix
from dotscape.engine.fingerprints import Fingerprints
from dotscape.engine.source import ArrayVectors
from dotscape.errors import Cancelled


class Saved:
    """Vectors of a .npy file, counting how often they are read."""

    def __init__(self, path: Path) -> None:
        self.path, self.reads = path, 0

    def open(self) -> Matrix:
        self.reads += 1
        return np.load(self.path)

    @property
    def identity(self) -> tuple[str, int, int]:
        stat = self.path.stat()
        return str(self.path), stat.st_size, stat.st_mtime_ns


def saved(folder: Path, seed: int = 0) -> Saved:
    path = folder / "vectors.npy"
    np.save(path, np.random.default_rng(seed).normal(size=(50, 4)))
    return Saved(path)


def test_a_file_is_hashed_once(tmp_path: Path) -> None:
    source, notes = saved(tmp_path), Fingerprints(tmp_path / "notes")
    assert notes.known(source) is None
    found = notes.of(source, source.open())
    assert found == fingerprint(np.load(source.path))
    assert notes.known(source) == found
    assert notes.of(source, np.zeros((1, 1))) == found  # not hashed again
    assert Fingerprints(tmp_path / "notes").known(source) == found  # after a restart


def test_a_changed_file_is_hashed_again(tmp_path: Path) -> None:
    source, notes = saved(tmp_path), Fingerprints(tmp_path / "notes")
    before = notes.of(source, source.open())
    os.utime(source.path, ns=(1, 1))
    assert notes.known(source) is None
    assert Fingerprints(tmp_path / "notes").known(source) is None
    saved(tmp_path, seed=1)
    assert notes.of(source, source.open()) != before


def test_a_file_that_changes_while_it_is_read_is_not_remembered(tmp_path: Path) -> None:
    source, notes = saved(tmp_path), Fingerprints(tmp_path / "notes")
    notes.of(source, source.open(), check=lambda: os.utime(source.path, ns=(5, 5)))
    assert notes.known(source) is None


@pytest.mark.parametrize("content", ["", "{", "[]", '{"identity": 3}', '{"fingerprint": "x"}'])
def test_damaged_notes_are_ignored(tmp_path: Path, content: str) -> None:
    source = saved(tmp_path)
    Fingerprints(tmp_path / "notes").of(source, source.open())
    (note,) = (tmp_path / "notes").iterdir()
    note.write_text(content)
    assert Fingerprints(tmp_path / "notes").known(source) is None


def test_hashing_can_be_stopped(tmp_path: Path) -> None:
    def stop() -> None:
        raise Cancelled("enough")

    source = saved(tmp_path)
    with pytest.raises(Cancelled):
        Fingerprints(tmp_path / "notes").of(source, source.open(), check=stop)


def test_arrays_are_hashed_and_not_remembered(tmp_path: Path) -> None:
    notes, source = Fingerprints(tmp_path / "notes"), ArrayVectors(np.eye(3))
    assert notes.of(source, source.open()) == fingerprint(np.eye(3))
    assert notes.known(source) is None
    assert not (tmp_path / "notes").exists()
