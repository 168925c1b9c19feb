"""Journals: every line or none of it, whatever happens to the file."""

from __future__ import annotations

import errno
import json
import math
import os
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dotscape.errors import StoreError
from dotscape.store import journal
from dotscape.store.journal import (
    JournalWriter,
    journal_path,
    new_writer_name,
    read_journal,
    writer_of,
)

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=10,
)
RECORDS = st.lists(st.dictionaries(st.text(), VALUES, max_size=4), max_size=8)


def same(a: Any, b: Any) -> bool:
    """Equal, NaN with NaN, and of the same types."""
    if isinstance(a, float) and isinstance(b, float) and math.isnan(a):
        return math.isnan(b)
    if type(a) is not type(b):
        return False
    if isinstance(a, dict):
        return a.keys() == b.keys() and all(same(a[k], b[k]) for k in a)
    if isinstance(a, list):
        return len(a) == len(b) and all(map(same, a, b))
    return a == b


def write(folder: Path, records: list[dict[str, Any]]) -> Path:
    writer = JournalWriter(folder, new_writer_name())
    for record in records:
        writer.append(record)
    writer.sync()
    writer.close()
    return writer.path


def test_writer_names_sort_and_differ() -> None:
    names = [new_writer_name() for _ in range(50)]
    assert len(set(names)) == 50
    for name in names:
        assert re.fullmatch(r"\d{8}T\d{6}-\d+-[0-9a-f]{6}", name)
        assert writer_of(journal_path(Path(), name).name) == name
    for other in ("events-.jsonl", "events-x.lock", "output-x.log", "x.jsonl"):
        assert writer_of(other) is None


@given(records=RECORDS)
@settings(deadline=None)
def test_what_is_written_is_read(tmp_path_factory: pytest.TempPathFactory, records: Any) -> None:
    records = [{**record, "t": "log"} for record in records]
    path = write(tmp_path_factory.mktemp("j"), records)
    read = read_journal(path)
    assert read.damaged == 0
    assert read.offset == path.stat().st_size
    assert all(map(same, read.records, records))
    assert len(read.records) == len(records)


def test_a_line_is_one_json_object_in_ascii(tmp_path: Path) -> None:
    path = write(tmp_path, [{"t": "log", "d": {"é\n": "\ud800\u2028", "x": float("nan")}}])
    data = path.read_bytes()
    assert data.count(b"\n") == 1
    assert data.endswith(b"\n")
    assert data.isascii()
    assert json.loads(data)["d"]["é\n"] == "\ud800\u2028"


def test_a_journal_torn_at_every_point_gives_all_whole_lines(tmp_path: Path) -> None:
    records = [{"t": "log", "s": i, "d": {"loss": i / 3, "text": "é" * i}} for i in range(6)]
    path = write(tmp_path, records)
    data = path.read_bytes()
    for length in range(len(data) + 1):
        path.write_bytes(data[:length])
        read = read_journal(path)
        whole = data[:length].count(b"\n")
        assert read.records == records[:whole]
        assert read.damaged == 0
        assert read.offset == data[:length].rfind(b"\n") + 1
        # When the rest arrives it is read from there on.
        path.write_bytes(data)
        assert read.records + read_journal(path, read.offset).records == records


@pytest.mark.parametrize("block", [1, 7, 40, 1 << 20])
def test_in_blocks_it_is_the_same(
    tmp_path: Path, block: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(journal, "_BLOCK", block)
    records = [{"t": "log", "s": i, "d": {"text": "x" * (i * 9 % 70)}} for i in range(20)]
    path = write(tmp_path, records)
    with path.open("ab") as file:
        file.write(b"garbage\n" + b'{"t":"torn')
    blocks = list(journal.journal_blocks(path))
    assert [record for read in blocks for record in read.records] == records
    assert sum(read.damaged for read in blocks) == 1
    assert blocks[-1].offset == path.stat().st_size - len(b'{"t":"torn')
    assert list(journal.journal_blocks(path, blocks[-1].offset)) == []
    assert len(blocks) == 1 or block < 1 << 20


def test_a_flipped_byte_costs_one_line_at_most(tmp_path: Path) -> None:
    records = [{"t": "log", "s": i, "d": {"loss": i / 3}} for i in range(5)]
    path = write(tmp_path, records)
    data = bytearray(path.read_bytes())
    for at in range(len(data)):
        for flip in (0xFF, 0x01):
            changed = bytearray(data)
            changed[at] ^= flip
            path.write_bytes(changed)
            read = read_journal(path)
            kept = sum(record in records for record in read.records)
            # A flipped newline joins two lines; anything else spoils one.
            assert kept >= len(records) - (2 if data[at] == 0x0A else 1)


@pytest.mark.parametrize(
    "line",
    [
        b"nonsense",
        b"[1]",
        b"1",
        b"null",
        b"{}",
        b'{"t": 1}',
        b'{"t": "log"',
        b"\xff\xfe",
        b"\0\0\0\0",
        b"[" * 100_000,
        b'{"t":"log","d":' + b'{"a":' * 50_000,
    ],
)
def test_lines_that_are_no_records_are_counted(line: bytes, tmp_path: Path) -> None:
    path = tmp_path / "events-x.jsonl"
    path.write_bytes(b'{"t":"a"}\n' + line + b"\n" + b'{"t":"b"}\n')
    read = read_journal(path)
    assert [record["t"] for record in read.records] == ["a", "b"]
    assert read.damaged == 1


def test_empty_lines_are_nothing(tmp_path: Path) -> None:
    path = tmp_path / "events-x.jsonl"
    path.write_bytes(b'\n\n{"t":"a"}\n\n')
    assert read_journal(path).damaged == 0


def test_a_missing_journal_is_a_store_error(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match=r"events-x\.jsonl"):
        read_journal(tmp_path / "events-x.jsonl")
    with pytest.raises(StoreError, match="Can't write"):
        JournalWriter(tmp_path / "missing", "w")


class ShortWrites:
    """os.write on a disk with `room` bytes left."""

    def __init__(self, room: int) -> None:
        self.room = room
        self.write = os.write

    def __call__(self, fd: int, data: bytes) -> int:
        if self.room <= 0:
            raise OSError(errno.ENOSPC, "No space left on device")
        written = self.write(fd, data[: self.room])
        self.room -= written
        return written


@pytest.mark.parametrize("truncatable", [True, False])
def test_a_full_disk_leaves_no_part_of_a_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, truncatable: bool
) -> None:
    writer = JournalWriter(tmp_path, "w")
    writer.append({"t": "log", "s": 0})
    with monkeypatch.context() as patch:
        patch.setattr(os, "write", ShortWrites(7))
        if not truncatable:

            def refuse(fd: int, length: int) -> None:
                raise OSError(errno.EIO, "no")

            patch.setattr(os, "ftruncate", refuse)
        for step in (1, 2):
            with pytest.raises(StoreError):
                writer.append({"t": "log", "s": step})
    writer.append({"t": "log", "s": 3})
    writer.close()
    read = read_journal(writer.path)
    assert [record["s"] for record in read.records] == [0, 3]
    assert read.damaged == (0 if truncatable else 1)
