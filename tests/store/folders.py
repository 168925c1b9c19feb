"""Run folders as the format document describes them, written without the logging client."""

from __future__ import annotations

import itertools
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from dotscape.model import Column
from dotscape.store.journal import JournalWriter, new_writer_name
from dotscape.store.liveness import WriterLock, boot_id, host_name, lock_path
from dotscape.store.root import run_path
from dotscape.store.rows import RowsDraft, VectorsDraft, write_rows


class Folder:
    """One writer of one run. Times go up by one second from ``start`` with every record."""

    def __init__(
        self,
        root: Path,
        run_id: str = "r1",
        *,
        start: float = 1_700_000_000.0,
        alive: bool = False,
        **fields: Any,
    ) -> None:
        self.root = root
        self.run_id = run_id
        self.path = run_path(root, run_id)
        self.path.mkdir(parents=True, exist_ok=True)
        self.writer = fields.pop("writer", None) or new_writer_name()
        self.times = itertools.count(start)
        self._numbers = itertools.count(1)
        self.lock = WriterLock(lock_path(self.path, self.writer)) if alive else None
        self.journal = JournalWriter(self.path, self.writer)
        opening = {
            "t": "open",
            "v": 1,
            "run": run_id,
            "writer": self.writer,
            "host": host_name(),
            "boot": boot_id(),
            "started": next(self.times),
            "project": "demo",
        }
        self.journal.append({**opening, **fields})

    def append(self, kind: str, **fields: Any) -> None:
        self.journal.append({"t": kind, "ts": next(self.times), **fields})

    def log(self, step: int, **values: Any) -> None:
        self.append("log", s=step, d=values)

    def rows(self, key: str, step: int, draft: RowsDraft) -> dict[str, Any]:
        record, _ = write_rows(self.path, key, step, draft, lambda: f"1-{next(self._numbers)}")
        self.append("log", s=step, d={key: record})
        return record

    def close(self, state: str = "finished", exit_code: int = 0) -> None:
        self.append("close", state=state, exit=exit_code)
        self.die()

    def die(self) -> None:
        """End as a killed process does: without a word."""
        if self.lock is not None:
            self.lock.release()
            self.lock = None
        self.journal.close()

    @property
    def journal_path(self) -> Path:
        return self.journal.path


def vectors(rows: int, dim: int, seed: int = 0, dtype: Any = np.float32) -> Any:
    return np.random.default_rng(seed).standard_normal((rows, dim)).astype(dtype)


def embeddings(array: Any, **fields: Any) -> RowsDraft:
    return RowsDraft("embeddings", len(array), [VectorsDraft("", array)], **fields)


def texts(values: Sequence[str | None]) -> RowsDraft:
    return RowsDraft(
        "list", len(values), [], [Column("value", "text")], {"value": pa.array(values, pa.string())}
    )


def wait_until(condition: Any, seconds: float = 20.0) -> None:
    """Wait for something that another process does."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.01)
