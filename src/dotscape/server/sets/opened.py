"""The columns and facts of every set, shared by all requests."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
import numpy as np

from dotscape.errors import DotscapeError, NotFoundError, StoreError
from dotscape.formats.untyped import ArrowColumn, pa
from dotscape.model import AttachedColumn, EmbeddingSet, RowSet
from dotscape.server.sets.background import Facts
from dotscape.server.sets.statistics import VERSION, Statistics, column_statistics

if TYPE_CHECKING:
    from dotscape.store.reader import RunReader

_KEPT_BYTES = 512 << 20
_ROWS_AT_ONCE = 65_536


class VectorFacts(msgspec.Struct, frozen=True):
    """What is counted over the vectors themselves."""

    zero_rows: int


class Columns:
    """Reads columns, their statistics, and facts about vectors."""

    def __init__(self, folder: Path) -> None:
        # Two: enough to use the machine, few enough that the page's other requests get their turn.
        self._pool = ThreadPoolExecutor(2, "dotscape-facts")
        self._values = _Kept(_KEPT_BYTES)
        self._statistics = Facts(folder / "columns", Statistics, VERSION, self._pool)
        self._vectors = Facts(folder / "vectors", VectorFacts, 1, self._pool)

    def values(self, reader: RunReader, source: RowSet, name: str) -> ArrowColumn:
        """The values of one column, exactly as many as its row set has rows."""
        return self._values.get(_key(source, name), lambda: _read(reader, source, name))

    def statistics(
        self, reader: RunReader, columns: Sequence[AttachedColumn]
    ) -> list[Future[Statistics]]:
        """What is known of each column, as far as it is counted yet."""
        wanted = {
            _key(c.source, c.column): partial(self._count, reader, c)
            for c in columns
            # A vector column's rows are what there is to say of it.
            if c.type != "vector"
        }
        asked = self._statistics.ask(wanted)
        return [asked.get(_key(c.source, c.column)) or _only_rows(c) for c in columns]

    def vector_facts(self, reader: RunReader, embedding: EmbeddingSet) -> Future[VectorFacts]:
        """What is counted over the vectors of a set."""
        key = f"{embedding.source.run}/{embedding.vectors.path}"

        def count() -> VectorFacts:
            return VectorFacts(zero_rows(reader.vectors(embedding.vectors)))

        return self._vectors.ask({key: count})[key]

    def close(self) -> None:
        """Start nothing more."""
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _count(self, reader: RunReader, column: AttachedColumn) -> Statistics:
        return column_statistics(self.values(reader, column.source, column.column), column.type)


def zero_rows(vectors: np.ndarray) -> int:
    """How many rows of an (n, d) array are nothing but zeros; a block at a time."""
    count = 0
    for start in range(0, len(vectors), _ROWS_AT_ONCE):
        block = vectors[start : start + _ROWS_AT_ONCE]
        # Most rows are told by their first number.
        suspects = np.flatnonzero(block[:, 0] == 0)
        if suspects.size:
            count += int((~block[suspects].any(axis=1)).sum())
    return count


def result(future: Future[Statistics]) -> Statistics | None:
    """The statistics, or None where they aren't ready or the column can't be read."""
    if not future.done() or future.cancelled():
        return None
    error = future.exception()
    if error is None:
        return future.result()
    if isinstance(error, DotscapeError):
        return None
    raise error


def column_of(embedding: EmbeddingSet, number: int) -> AttachedColumn:
    """A column by its number in routes."""
    if 0 <= number < len(embedding.columns):
        return embedding.columns[number]
    raise NotFoundError(
        f"'{embedding.title}' has no column number {number}; it has {len(embedding.columns)}."
    )


class _Kept:
    """The values used last, up to a number of bytes: decoding Parquet again costs more."""

    def __init__(self, most: int) -> None:
        self._kept: OrderedDict[str, ArrowColumn] = OrderedDict()
        self._bytes = 0
        self._most = most
        self._lock = threading.Lock()

    def get(self, key: str, read: Callable[[], ArrowColumn]) -> ArrowColumn:
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
        values = read()
        with self._lock:
            if key not in self._kept and values.nbytes <= self._most // 2:
                self._kept[key] = values
                self._bytes += values.nbytes
                while self._bytes > self._most:
                    self._bytes -= self._kept.popitem(last=False)[1].nbytes
        return values


def _read(reader: RunReader, source: RowSet, name: str) -> ArrowColumn:
    try:
        found = reader.column((source, name))
    except pa.ArrowException as error:
        raise StoreError(f"The column '{name}' of `{source.key}` can't be read: {error}") from error
    values = found if isinstance(found, pa.ChunkedArray) else pa.chunked_array([found])
    if pa.types.is_null(values.type):  # all values missing, written by somebody without a type
        values = values.cast(pa.string())
    # A damaged file may hold fewer or more: rows must stay rows.
    if len(values) < source.rows:
        absent = pa.nulls(source.rows - len(values), values.type)
        return pa.chunked_array([*values.chunks, absent], values.type)
    return values.slice(0, source.rows)


def _only_rows(column: AttachedColumn) -> Future[Statistics]:
    done: Future[Statistics] = Future()
    done.set_result(Statistics(column.source.rows, 0))
    return done


def _key(source: RowSet, name: str) -> str:
    # By the segment's path: a row set's id stays the same when its step is logged again.
    return f"{source.run}/{source.meta}/{name}"
