"""One writer's journal: a JSON object a line, appended, never rewritten."""

from __future__ import annotations

import errno
import json
import os
import secrets
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from dotscape.errors import StoreError

PREFIX = "events-"
SUFFIX = ".jsonl"
_BLOCK = 16 << 20

# One encoder for all records. ASCII only, so that any text (lone surrogates too) comes back as it
# was; keys as they come, since records of one kind always list theirs in the same order.
encode = json.JSONEncoder(
    ensure_ascii=True, allow_nan=True, check_circular=True, separators=(",", ":")
).encode

# Linux since 2.2, macOS and the BSDs have it; elsewhere a plain sync does more than is needed.
_sync_data = getattr(os, "fdatasync", os.fsync)


def new_writer_name() -> str:
    """Return a name that no other writer has; names sort by the time they were made (UTC)."""
    stamp = time.strftime("%Y%m%dT%H%M%S", time.gmtime())
    return f"{stamp}-{os.getpid()}-{secrets.token_hex(3)}"


def journal_path(run: Path, writer: str) -> Path:
    """Return the path of one writer's journal."""
    return run / f"{PREFIX}{writer}{SUFFIX}"


def writer_of(file_name: str) -> str | None:
    """Return the writer whose journal has this name; None for any other file."""
    if file_name.startswith(PREFIX) and file_name.endswith(SUFFIX):
        return file_name[len(PREFIX) : -len(SUFFIX)] or None
    return None


class JournalWriter:
    """Appends records, each with one ``write``: what `append` returned for survives a kill.

    Raises
    ------
    StoreError
        If the file can't be made.
    """

    def __init__(self, run: Path, writer: str) -> None:
        self.path = journal_path(run, writer)
        self._torn = False
        try:
            flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | getattr(os, "O_BINARY", 0)
            self._fd = os.open(self.path, flags, 0o644)
        except OSError as error:
            raise StoreError(error.errno, f"Can't write {self.path}: {error.strerror}") from error

    def append(self, record: dict[str, Any]) -> None:
        """Append one record; see `append_line`."""
        self.append_line(encode(record).encode("ascii") + b"\n")

    def append_line(self, line: bytes) -> None:
        """Append one line that ends in a newline.

        Raises
        ------
        StoreError
            If it could not be written whole (a full disk); nothing of it stays in the file, or what
            stays is closed off, so that the next line is whole again.
        """
        if self._torn:
            line = b"\n" + line
        try:
            written = os.write(self._fd, line)
        except OSError as error:
            raise StoreError(error.errno, f"Can't write {self.path}: {error.strerror}") from error
        if written == len(line):
            self._torn = False
            return
        self._take_back(written)
        reason = os.strerror(errno.ENOSPC)
        raise StoreError(errno.ENOSPC, f"Can't write {self.path}: {reason}")

    def _take_back(self, written: int) -> None:
        """Remove the last `written` bytes, which are the beginning of a line."""
        try:
            os.ftruncate(self._fd, os.fstat(self._fd).st_size - written)
        except OSError:
            self._torn = True

    def sync(self) -> None:
        """Wait until everything appended so far would survive a power loss."""
        _sync_data(self._fd)

    def close(self) -> None:
        """Close the file; what was appended stays."""
        if self._fd >= 0:
            fd, self._fd = self._fd, -1
            os.close(fd)


@dataclass(frozen=True, slots=True)
class JournalRead:
    """What one read of a journal gave: records, where the next read begins, lines skipped."""

    records: list[dict[str, Any]]
    offset: int
    damaged: int


def read_journal(path: Path, offset: int = 0, most: int = -1) -> JournalRead:
    """Read the complete lines of a journal from a byte offset on.

    A last line without a newline is left for the next read; lines that can't be parsed are counted
    and skipped.

    Parameters
    ----------
    path
        The journal.
    offset
        Where to begin: 0, or where the last read ended.
    most
        Read about so many bytes, but at least one line if there is one; all by default.

    Raises
    ------
    StoreError
        If the file can't be read.
    """
    try:
        with open(path, "rb") as file:
            file.seek(offset)
            data = file.read(most)
            while most > 0 and b"\n" not in data and (more := file.read(most)):
                data += more
    except OSError as error:
        raise StoreError(error.errno, f"Can't read {path}: {error.strerror}") from error
    end = data.rfind(b"\n") + 1
    if end == 0:
        return JournalRead([], offset, 0)
    records: list[dict[str, Any]] = []
    damaged = 0
    parse = _parser()
    for line in data[:end].split(b"\n"):
        if not line:
            continue
        record = parse(line)
        if record is None:
            damaged += 1
        else:
            records.append(record)
    return JournalRead(records, offset + end, damaged)


def journal_blocks(path: Path, offset: int = 0) -> Iterator[JournalRead]:
    """Read a journal as `read_journal` does, but in blocks, so that a long one takes little memory.

    Raises
    ------
    StoreError
        If the file can't be read.
    """
    while True:
        read = read_journal(path, offset, _BLOCK)
        if read.offset == offset:
            return
        offset = read.offset
        yield read


def _parser() -> Any:
    """Return a function from one line to its record, or None if it holds none."""
    # msgspec is six times as fast but knows neither NaN nor lone surrogates; json reads those.
    from msgspec import MsgspecError
    from msgspec.json import Decoder

    fast = Decoder().decode

    def parse(line: bytes) -> dict[str, Any] | None:
        try:
            value = fast(line)
        except (MsgspecError, ValueError, RecursionError):
            try:
                value = json.loads(line)
            except (ValueError, RecursionError):
                return None
        if isinstance(value, dict):
            record = cast("dict[str, Any]", value)
            if isinstance(record.get("t"), str):
                return record
        return None

    return parse
