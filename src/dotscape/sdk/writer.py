"""Writes one run's folder from one process, and keeps going when the disk doesn't."""

from __future__ import annotations

import contextlib
import itertools
import os
import threading
import time
from collections import deque
from pathlib import Path
from typing import Any

from dotscape.errors import StoreError
from dotscape.sdk.complaints import Complaints, say
from dotscape.store.journal import JournalWriter, encode, new_writer_name
from dotscape.store.liveness import RENEW_SECONDS, WriterLock, lock_path
from dotscape.store.media import MediaFolder
from dotscape.store.rows import RowsDraft, write_rows
from dotscape.store.segment import sync_segment

SYNC_SECONDS = 1.0
# Lines kept in memory while they can't be written.
BACKLOG_BYTES = 16 << 20
RETRY_SECONDS = 1.0


class RunWriter:
    """One writer of one run: its journal, lock and segments.

    Nothing here raises for a full disk or a folder that can't be written, except in strict mode:
    lines wait in memory, 16 MiB of them, and are written when there is room again.

    Parameters
    ----------
    root, run
        The folder of all runs, and of this one.
    opening
        The journal's first record; the writer's name is added.
    complaints
        Who tells the user.
    """

    def __init__(
        self, root: Path, run: Path, opening: dict[str, Any], complaints: Complaints
    ) -> None:
        self.name = new_writer_name()
        self.run = run
        self.complaints = complaints
        self.lost = 0
        self._opening = {**opening, "writer": self.name, "pid": os.getpid()}
        self._media = MediaFolder(root)
        self._journal: JournalWriter | None = None
        self._lock_file: WriterLock | None = None
        self._mutex = threading.RLock()
        self._backlog: deque[bytes] = deque()
        self._backlog_bytes = 0
        self._tried = 0.0
        self._dirty = False
        self._shut_down = False
        self._unsynced: list[Path] = []
        self._problem: str | None = None
        self._numbers = itertools.count(1)
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None
        with self._mutex:
            try:
                self._open()
            except StoreError as error:
                self.failed(error)

    # --- lines ------------------------------------------------------------------------------------

    def append(self, record: dict[str, Any]) -> None:
        """Append a record to the journal, or keep it until that works."""
        self.append_line(encode(record).encode("ascii") + b"\n")

    def append_line(self, line: bytes) -> None:
        """Append a line that ends in a newline, or keep it until that works."""
        with self._mutex:
            if self._shut_down:
                return
            if self._journal is not None and not self._backlog:
                try:
                    self._journal.append_line(line)
                except StoreError as error:
                    self._keep(line)
                    self.failed(error)
                else:
                    self._dirty = True
                return
            self._keep(line)
            if time.monotonic() - self._tried > RETRY_SECONDS:
                self._try_again()

    def _keep(self, line: bytes) -> None:
        self._backlog.append(line)
        self._backlog_bytes += len(line)
        while self._backlog_bytes > BACKLOG_BYTES:
            self._backlog_bytes -= len(self._backlog.popleft())
            self.lost += 1

    def _try_again(self) -> bool:
        """Write what waits; return whether nothing waits any more."""
        with self._mutex:
            self._tried = time.monotonic()
            try:
                if self._journal is None:
                    self._open()
                assert self._journal is not None
                while self._backlog:
                    self._journal.append_line(self._backlog[0])
                    self._backlog_bytes -= len(self._backlog.popleft())
                    self._dirty = True
            except StoreError:
                return False
            return True

    def _open(self) -> None:
        """Make the folder, the lock and the journal with its first line."""
        journal: JournalWriter | None = None
        try:
            self.run.mkdir(parents=True, exist_ok=True)
            # The lock comes first: a reader that sees the journal must find its writer alive.
            self._lock_file = self._lock_file or WriterLock(lock_path(self.run, self.name))
            journal = JournalWriter(self.run, self.name)
            journal.append(self._opening)
        except OSError as error:
            if journal is not None:
                journal.close()
            if isinstance(error, StoreError):
                raise
            reason = error.strerror or str(error)
            raise StoreError(error.errno, f"Can't write {self.run}: {reason}") from error
        self._journal = journal
        self._dirty = True
        self._thread = threading.Thread(target=self._follow, name="dotscape-sync", daemon=True)
        self._thread.start()

    def failed(self, error: StoreError) -> None:
        """Say once that writing fails.

        Raises
        ------
        StoreError
            In strict mode.
        """
        self._tried = time.monotonic()
        reason = error.strerror or str(error)
        self.complaints.warn(
            f"{reason}. The script goes on; values are kept in memory and written when that works "
            "again, but arrays, tables and images logged until then are lost.",
            once="disk",
            error=StoreError,
        )

    # --- files ------------------------------------------------------------------------------------

    def media(self, content: bytes | str) -> str:
        """Keep bytes, or a copy of a file; return their SHA-256.

        Raises
        ------
        StoreError
            If they can't be written.
        """
        digest = self._media.put(content)
        path = self._media.path(digest)
        if path is not None:
            with self._mutex:
                self._unsynced.append(path)
        return digest

    def rows(self, key: str, step: int, draft: RowsDraft) -> dict[str, Any]:
        """Write a row set's segments; return its object for the journal.

        Raises
        ------
        StoreError
            If they can't be written.
        """
        record, paths = write_rows(self.run, key, step, draft, self._number)
        with self._mutex:
            self._unsynced.extend(paths)
        return record

    def _number(self) -> str:
        return f"{os.getpid():x}-{next(self._numbers)}"

    # --- in the background ------------------------------------------------------------------------

    def _follow(self) -> None:
        """Sync about once a second, and show other hosts that this writer lives."""
        renewed = time.monotonic()
        while not self._stop.wait(SYNC_SECONDS):
            if self._backlog:
                self._try_again()
            self.sync()
            if time.monotonic() - renewed >= RENEW_SECONDS and self._lock_file is not None:
                renewed = time.monotonic()
                self._lock_file.renew()

    def sync(self) -> None:
        """Make what was logged so far survive a power loss."""
        if not self._dirty or self._journal is None:
            return
        with self._mutex:
            self._dirty = False
            paths, self._unsynced = self._unsynced, []
        # Segments before the lines that name them. (A line that is appended meanwhile may get to
        # the disk before its segment does; a reader that finds it so after a power loss says so.)
        try:
            for path in paths:
                sync_segment(path)
            self._journal.sync()
        except (OSError, ValueError) as error:
            self._problem = str(error)

    # --- the end ----------------------------------------------------------------------------------

    def close(self, record: dict[str, Any] | None) -> None:
        """Write the last record, sync, and let the lock go.

        Parameters
        ----------
        record
            The ``close`` record; None leaves the journal without one.
        """
        self._stop.set()
        if self._thread is not None and self._thread is not threading.current_thread():
            self._thread.join(timeout=10.0)
        with self._mutex:
            if record is not None:
                self._tried = 0.0
                self.append(record)
            self.sync()
            left = len(self._backlog) + self.lost
            if left:
                say(f"{left:,} lines could not be written to {self.run} and are lost.")
            self._shut()

    def forget(self) -> None:
        """Leave everything to the parent, in a forked child."""
        self._mutex = threading.RLock()
        self._shut()

    def _shut(self) -> None:
        with contextlib.suppress(OSError):
            if self._journal is not None:
                self._journal.close()
        if self._lock_file is not None:
            self._lock_file.release()
        self._journal = None
        self._lock_file = None
        self._shut_down = True
