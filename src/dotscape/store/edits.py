"""What somebody changes about a run afterwards, in a journal of its own in the run's folder."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from dotscape.errors import NotFoundError
from dotscape.store.journal import JournalWriter, new_writer_name
from dotscape.store.liveness import boot_id, host_name
from dotscape.store.root import FORMAT_VERSION, run_path


class RunEdits:
    """Writes links, tags, notes and names to a run that isn't ours.

    Raises
    ------
    NotFoundError
        If there is no such run.
    """

    def __init__(self, root: Path, run_id: str) -> None:
        self.path = run_path(root, run_id)
        self._run_id = run_id
        self._journal: JournalWriter | None = None
        self._lock = threading.Lock()
        if not self.path.is_dir():
            raise NotFoundError(f"There is no run '{run_id}' in {root}.")

    def link(
        self,
        set_id: str,
        source: str,
        column: str,
        *,
        rename: str | None = None,
        detached: bool = False,
    ) -> None:
        """Rename, detach or attach again a column of an embedding set.

        Raises
        ------
        StoreError
            If it can't be written.
        """
        wish = {"set": set_id, "source": source, "column": column}
        self._append({"t": "link", **wish, "as": rename, "detached": detached})

    def tags(
        self,
        tags: Sequence[str] | None = None,
        *,
        notes: str | None = None,
        name: str | None = None,
    ) -> None:
        """Replace those of tags, notes and name that aren't None.

        Raises
        ------
        StoreError
            If it can't be written.
        """
        given: dict[str, Any] = {"notes": notes, "name": name}
        given["tags"] = None if tags is None else list(tags)
        self._append({"t": "tags", **{k: v for k, v in given.items() if v is not None}})

    def _append(self, record: dict[str, Any]) -> None:
        with self._lock:
            if self._journal is None:
                writer = new_writer_name()
                self._journal = JournalWriter(self.path, writer)
                self._journal.append(
                    {
                        "t": "open",
                        "v": FORMAT_VERSION,
                        "run": self._run_id,
                        "writer": writer,
                        "role": "edits",
                        "pid": os.getpid(),
                        "host": host_name(),
                        "boot": boot_id(),
                        "started": time.time(),
                    }
                )
            self._journal.append({**record, "ts": time.time()})
            self._journal.sync()

    def close(self) -> None:
        """Close the journal, if something was written."""
        with self._lock:
            if self._journal is not None:
                self._journal.close()
                self._journal = None
