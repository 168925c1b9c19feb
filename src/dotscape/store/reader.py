"""Reads one run: what it is, its series, row sets, media and logs; follows it while it grows."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from dotscape.errors import DataError, NotFoundError, StoreError
from dotscape.model import (
    AttachedColumn,
    AttachedLayout,
    EmbeddingSet,
    Link,
    LoggedLayout,
    RowSet,
    Run,
    Vectors,
)
from dotscape.store.fold import NewerFormatError, RunFold
from dotscape.store.journal import JournalRead, journal_blocks, writer_of
from dotscape.store.links import embedding_sets
from dotscape.store.root import inside, run_path
from dotscape.store.rows import parse_rows
from dotscape.store.series import Series
from dotscape.store.summary import MetricRule

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from dotscape.store.vectors import FloatArray

MEDIA_TYPES = frozenset({"image", "images", "audio", "html", "histogram", "file"})
LOG_CHUNK_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class LogChunk:
    """Text that one writer's script printed, and the byte offset to read on from."""

    writer: str
    text: str
    next: int


class RunReader:
    """One run's folder, read.

    Parameters
    ----------
    root
        The folder that holds ``runs``.
    run_id
        The run.

    Raises
    ------
    NotFoundError
        If there is no such run.
    StoreError
        If it is of a newer format than this release reads.
    """

    def __init__(self, root: Path, run_id: str) -> None:
        self.root = root
        self.path = run_path(root, run_id)
        if not self.path.is_dir():
            raise NotFoundError(f"There is no run '{run_id}' in {root}.")
        self._lock = threading.RLock()
        self._fold = RunFold(run_id)
        self._offsets: dict[str, int] = {}
        self._log_sizes: dict[str, int] = {}
        self._series: dict[str, Series] = {}
        self._rows: dict[tuple[str, int], tuple[float, RowSet]] = {}
        self._media: dict[tuple[str, int], tuple[float, dict[str, Any]]] = {}
        self._row_counts: dict[str, int] = {}
        self._damage: dict[str, None] = {}
        self._sets: list[EmbeddingSet] | None = None
        self._run: Run | None = None
        self.refresh()

    # --- following --------------------------------------------------------------------------------

    def refresh(self) -> set[str]:
        """Read what was appended since.

        Returns
        -------
        set of str
            Of ``state scalars rows logs info links`` those that changed.
        """
        with self._lock:
            changes: set[str] = set()
            for name in sorted(os.listdir(self.path)):
                writer = writer_of(name)
                if writer is not None:
                    changes |= self._read(name, writer)
                elif name.startswith("output-") and name.endswith(".log"):
                    changes |= self._look_at_log(name)
            run = self._fold.run(self.path)
            if self._run is not None and run.state != self._run.state:
                changes.add("state")
            self._run = run
            if changes & {"rows", "links"}:
                self._sets = None
            changes.discard("damaged")
            return changes

    def _read(self, name: str, writer: str) -> set[str]:
        """Read on in one journal."""
        offset = self._offsets.get(name, 0)
        try:
            path = inside(self.path, name)
            size = path.stat().st_size
            if size <= offset:
                return set()
            changes: set[str] = set()
            for read in journal_blocks(path, offset):
                changes |= self._take_in(writer, read)
                self._offsets[name] = read.offset
        except NewerFormatError:
            raise
        except OSError as error:
            self._damage[f"The journal {name} can't be read: {error}"] = None
            return set()
        return set(" ".join(changes).split())

    def _take_in(self, writer: str, read: JournalRead) -> set[str]:
        """Sort records in; return what changed."""
        self._fold.count_damaged(writer, read.damaged)
        changes: set[str] = set()
        apply, values = self._fold.apply, self._values
        for record in read.records:
            change = apply(writer, record)
            changes.add(change)
            if record["t"] == "log" and change != "damaged":
                values(writer, record)
        return changes

    def _values(self, writer: str, record: dict[str, Any]) -> None:
        """Sort the values of a log record into series, row sets and media."""
        step: int = record["s"]
        stamp = record.get("ts")
        time = float(stamp) if stamp is not None else self._fold.writers[writer].last
        for key, value in record["d"].items():
            if type(value) is dict:
                self._object(key, step, time, cast("dict[str, Any]", value))
                continue
            series = self._series.get(key)
            if series is None:
                series = self._series[key] = Series()
            try:
                series.add(step, time, value)
            except OverflowError:
                self._fold.count_damaged(writer, 1)

    def _object(self, key: str, step: int, time: float, value: dict[str, Any]) -> None:
        kind = value.get("_type")
        if kind == "rows":
            self._row_set(key, step, time, value)
        elif kind in MEDIA_TYPES:
            self._medium(key, step, time, value)

    def _medium(self, key: str, step: int, time: float, value: dict[str, Any]) -> None:
        held = self._media.get((key, step))
        if held is None or time >= held[0]:
            self._media[key, step] = (time, value)

    def _row_set(self, key: str, step: int, time: float, value: dict[str, Any]) -> None:
        try:
            row_set = parse_rows(self._fold.run_id, key, step, value)
        except DataError as error:
            self._damage[str(error)] = None
            return
        held = self._rows.get((key, step))
        if held is not None and time < held[0]:
            return
        self._rows[key, step] = (time, row_set)
        for part in (*row_set.vectors, *row_set.layouts):
            self._row_counts[part.path] = row_set.rows
        self._look_for_segments(row_set)
        preview = value.get("preview")
        if isinstance(preview, list):
            items = [item for item in cast("list[Any]", preview) if isinstance(item, dict)]
            entry = {"_type": "images", "items": items, "rows": row_set.rows}
            self._medium(key, step, time, entry)

    def _look_for_segments(self, row_set: RowSet) -> None:
        """Note the segments that aren't there."""
        paths = [part.path for part in (*row_set.vectors, *row_set.layouts)]
        if row_set.meta:
            paths.append(row_set.meta)
        for path in paths:
            try:
                if inside(self.path, path).is_file():
                    continue
                problem = f"The file {path} of `{row_set.key}`, step {row_set.step}, is missing."
            except OSError as error:
                problem = str(error)
            self._damage[problem] = None

    def _look_at_log(self, name: str) -> set[str]:
        try:
            size = inside(self.path, name).stat().st_size
        except OSError:
            return set()
        if size == self._log_sizes.get(name, 0):
            return set()
        self._log_sizes[name] = size
        return {"logs"}

    # --- what there is ----------------------------------------------------------------------------

    @property
    def run(self) -> Run:
        """The run as of the last `refresh`."""
        assert self._run is not None  # the constructor refreshed
        return self._run

    @property
    def metrics(self) -> list[MetricRule]:
        """What `define_metric` asked for."""
        return list(self._fold.summary.rules.values())

    @property
    def links(self) -> list[Link]:
        """Recorded wishes about attached columns, oldest first."""
        return [link for _, link in self._fold.links]

    @property
    def row_sets(self) -> list[RowSet]:
        """All row sets, in the order they were logged."""
        with self._lock:
            return [row_set for _, row_set in self._rows.values()]

    def embedding_sets(self) -> list[EmbeddingSet]:
        """Return all embedding sets with what is attached to them."""
        with self._lock:
            if self._sets is None:
                self._sets = embedding_sets(self.row_sets, self.links)
            return list(self._sets)

    def row_set(self, row_set_id: str) -> RowSet:
        """Return one row set.

        Raises
        ------
        NotFoundError
            If the run has none of that id.
        """
        for row_set in self.row_sets:
            if row_set.id == row_set_id:
                return row_set
        raise NotFoundError(f"Run '{self.run.id}' has no row set '{row_set_id}'.")

    def embedding_set(self, set_id: str) -> EmbeddingSet:
        """Return one embedding set.

        Raises
        ------
        NotFoundError
            If the run has none of that id.
        """
        for embedding_set in self.embedding_sets():
            if embedding_set.id == set_id:
                return embedding_set
        raise NotFoundError(f"Run '{self.run.id}' has no embedding set '{set_id}'.")

    @property
    def scalar_keys(self) -> list[str]:
        """The keys that have series, in the order they were first logged."""
        return list(self._series)

    def history(
        self, keys: Iterable[str] | None = None
    ) -> dict[str, tuple[NDArray[np.int64], NDArray[np.float64], NDArray[Any]]]:
        """Return the series of some or all keys: steps, times, values (see `Series.arrays`).

        Raises
        ------
        NotFoundError
            If a key has no series.
        """
        with self._lock:
            wanted = list(self._series) if keys is None else list(keys)
            for key in wanted:
                if key not in self._series:
                    raise NotFoundError(f"Run '{self.run.id}' has no values of '{key}'.")
            return {key: self._series[key].arrays() for key in wanted}

    @property
    def media(self) -> list[tuple[str, int, dict[str, Any]]]:
        """Logged media: key, step and the journal's object, in the order they were logged."""
        with self._lock:
            return [(key, step, value) for (key, step), (_, value) in self._media.items()]

    @property
    def damage(self) -> list[str]:
        """One sentence for each thing that could not be read."""
        with self._lock:
            lines = [_damaged_lines(w, count) for w, count in self._fold.damaged.items()]
            return [*lines, *self._damage]

    # --- arrays -----------------------------------------------------------------------------------

    def vectors(self, part: Vectors | LoggedLayout | AttachedLayout) -> FloatArray:
        """Open the array of an embedding set or layout, memory-mapped and read-only.

        Returns
        -------
        (rows, dim) float32 or float16

        Raises
        ------
        StoreError
            If it is missing, damaged, or not of the shape that was logged.
        """
        from dotscape.store.vectors import open_vectors

        try:
            array = open_vectors(inside(self.path, part.path))
            rows = self._row_counts.get(part.path, len(array))
            if array.shape != (rows, part.dim):
                raise StoreError(
                    f"The vectors in {part.path} are {array.shape[0]} x {array.shape[1]}; the "
                    f"journal says {rows} x {part.dim}."
                )
        except StoreError as error:
            with self._lock:
                self._damage[str(error)] = None
            raise
        return array

    def column(self, column: AttachedColumn | tuple[RowSet, str]) -> Any:
        """Read one column of a row set.

        Returns
        -------
        pyarrow.ChunkedArray
            With as many values as the row set has rows.

        Raises
        ------
        NotFoundError
            If the row set has no such column.
        StoreError
            If the segment is missing or damaged.
        """
        if isinstance(column, AttachedColumn):
            return self.columns(column.source, [column.column]).column(0)
        row_set, name = column
        return self.columns(row_set, [name]).column(0)

    def columns(self, row_set: RowSet, names: Sequence[str] | None = None) -> Any:
        """Read some or all columns of a row set that aren't vectors, as a pyarrow.Table."""
        from dotscape.store.columns import read_columns

        if row_set.meta is None:
            raise NotFoundError(f"`{row_set.key}`, step {row_set.step}, has no columns.")
        try:
            table = read_columns(inside(self.path, row_set.meta), names)
            if table.num_rows != row_set.rows:
                raise StoreError(
                    f"The columns in {row_set.meta} have {table.num_rows} rows; the journal says "
                    f"{row_set.rows}."
                )
        except StoreError as error:
            with self._lock:
                self._damage[str(error)] = None
            raise
        return table

    def logs(self, after: Mapping[str, int] | None = None) -> list[LogChunk]:
        """Return what scripts printed after some byte offset of each writer.

        At most 1 MiB a writer; `LogChunk.next` says where to read on. Bytes that aren't UTF-8 are
        shown as U+FFFD.
        """
        chunks: list[LogChunk] = []
        for name in sorted(os.listdir(self.path)):
            if not (name.startswith("output-") and name.endswith(".log")):
                continue
            writer = name[len("output-") : -len(".log")]
            start = max(0, (after or {}).get(writer, 0))
            try:
                with open(inside(self.path, name), "rb") as file:
                    file.seek(start)
                    data = file.read(LOG_CHUNK_BYTES)
            except OSError:
                continue
            data = _whole_characters(data)
            if data:
                text = data.decode("utf-8", "replace")
                chunks.append(LogChunk(writer, text, start + len(data)))
        return chunks


def _damaged_lines(writer: str, count: int) -> str:
    if count == 1:
        return f"1 line of the journal of {writer} could not be read and was skipped."
    return f"{count} lines of the journal of {writer} could not be read and were skipped."


def _whole_characters(data: bytes) -> bytes:
    """Cut a character off that isn't complete yet."""
    for back in range(1, min(4, len(data)) + 1):
        byte = data[-back]
        if byte & 0xC0 == 0x80:
            continue
        length = 4 if byte >= 0xF0 else 3 if byte >= 0xE0 else 2 if byte >= 0xC0 else 1
        return data[:-back] if length > back else data
    return data
