"""All runs under one root, kept up to date by looking at the run folders."""

from __future__ import annotations

import os
import re
import threading
import time
from collections import OrderedDict
from dataclasses import dataclass
from pathlib import Path

from dotscape.errors import NotFoundError, StoreError
from dotscape.model import Project, Run
from dotscape.store.catalog_file import CatalogFile
from dotscape.store.fold import NewerFormatError, RunFold
from dotscape.store.journal import JournalRead, journal_blocks, writer_of
from dotscape.store.liveness import is_alive, lock_path
from dotscape.store.reader import RunReader
from dotscape.store.root import inside
from dotscape.store.writers import WriterInfo

OPEN_READERS = 16
# A run that is being logged to changes at every look; its state needn't be saved as often.
SAVE_SECONDS = 5.0

_RUN_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")


@dataclass(frozen=True, slots=True)
class Change:
    """What changed about one run since the last look.

    ``changes`` holds some of ``new state scalars rows logs info links gone``.
    """

    run: str
    project: str
    changes: frozenset[str]


class _Entry:
    """One run as the catalog knows it."""

    __slots__ = ("files", "fold", "folder", "run")

    def __init__(self, folder: Path, fold: RunFold, files: dict[str, int]) -> None:
        self.folder = folder
        self.fold = fold
        self.files = files  # journal: offset read to; log: size seen
        self.run: Run | None = None


class Catalog:
    """Knows every run under a root without opening its arrays.

    Parameters
    ----------
    root
        The folder that holds ``runs``; it need not exist yet.

    Notes
    -----
    `refresh` costs a directory listing and a few `stat` calls a run; only what was appended is
    read. What was read is remembered in ``catalog.db``; where that can't be written the catalog
    works without.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self.unreadable: dict[str, str] = {}
        self._entries: dict[str, _Entry] = {}
        self._refused: dict[str, int] = {}  # runs that can't be read: bytes of their journals
        self._readers: OrderedDict[str, RunReader] = OrderedDict()
        self._file = CatalogFile(root / "catalog.db")
        self._loaded = False
        self._unsaved: set[str] = set()
        self._saved = 0.0
        self._lock = threading.RLock()
        self._reading: dict[str, threading.Lock] = {}

    # --- looking ----------------------------------------------------------------------------------

    def refresh(self) -> list[Change]:
        """Look at all run folders and return what changed since the last look.

        The first look reports every run as ``new``.
        """
        with self._lock:
            if not self._loaded:
                self._restore()
            names = self._folders()
            changes: list[Change] = []
            for run_id, folder in names.items():
                entry, found = self._look(run_id, folder)
                if entry is None:
                    continue
                if entry.run is not None and found:
                    changes.append(Change(run_id, entry.run.project, frozenset(found)))
                    self._unsaved.add(run_id)
            gone = [run_id for run_id in self._entries if run_id not in names]
            for run_id in gone:
                run = self._entries.pop(run_id).run
                self._readers.pop(run_id, None)
                self._unsaved.add(run_id)
                changes.append(Change(run_id, run.project if run else "", frozenset({"gone"})))
            self._remember()
            return changes

    def _folders(self) -> dict[str, Path]:
        try:
            with os.scandir(self.root / "runs") as entries:
                return {
                    entry.name: Path(entry.path)
                    for entry in entries
                    if _RUN_ID.fullmatch(entry.name) and entry.is_dir()
                }
        except FileNotFoundError:
            return {}
        except OSError as error:
            raise StoreError(error.errno, f"Can't read {self.root}: {error.strerror}") from error

    def _look(self, run_id: str, folder: Path) -> tuple[_Entry | None, set[str]]:
        """Read what was appended to one run; return its entry and what changed."""
        entry = self._entries.get(run_id)
        new = entry is None or entry.run is None
        if entry is None:
            entry = _Entry(folder, RunFold(run_id), {})
        if run_id in self._refused and self._refused[run_id] == _journal_bytes(folder):
            return None, set()
        try:
            found = self._read_on(entry)
        except NewerFormatError as error:
            self.unreadable[run_id] = str(error)
            self._refused[run_id] = _journal_bytes(folder)
            self._entries.pop(run_id, None)
            return None, set()
        except OSError:  # removed while we looked
            return None, set()
        if not entry.fold.writers:  # a folder somebody is about to fill
            return None, set()
        self._entries[run_id] = entry
        if new or found or entry.run is None or self._state_may_change(entry):
            before = entry.run
            entry.run = entry.fold.run(folder)
            if before is not None and before.state != entry.run.state:
                found.add("state")
        if new:
            found.add("new")
        return entry, found

    def _read_on(self, entry: _Entry) -> set[str]:
        changes: set[str] = set()
        with os.scandir(entry.folder) as files:
            found = [f for f in files if f.name.startswith(("events-", "output-"))]
        for file in found:
            name = file.name
            journal = writer_of(name)
            if journal is None and not name.endswith(".log"):
                continue
            try:
                size = file.stat().st_size
                seen = entry.files.get(name, 0)
                if size == seen or (journal is not None and size < seen):
                    continue
                path = inside(entry.folder, name)
                if journal is None:
                    entry.files[name] = size
                    changes.add("logs")
                    continue
                for read in journal_blocks(path, seen):
                    changes |= _take_in(entry, journal, read)
                    entry.files[name] = read.offset
            except NewerFormatError:
                raise
            except OSError:
                continue
        return changes

    def _state_may_change(self, entry: _Entry) -> bool:
        """Whether the run's state depends on who is alive."""
        if entry.run is None or entry.run.state == "running":
            return True
        waiting = [w for w in entry.fold.writers.values() if w.state is None and w.role != "edits"]
        return any(_lives(entry.folder, who) for who in waiting)

    # --- remembering ------------------------------------------------------------------------------

    def _restore(self) -> None:
        self._loaded = True
        if not self.root.is_dir():
            return
        for run_id, (files, state) in self._file.load().items():
            folder = self.root / "runs" / run_id
            try:
                fold = RunFold.restore(run_id, state)
            except (KeyError, TypeError, ValueError, AttributeError):
                continue
            # A folder that was replaced by another of the same name has other journals.
            if all(_at_least(folder / name, size) for name, size in files.items()):
                self._entries[run_id] = _Entry(folder, fold, files)

    def _remember(self) -> None:
        """Write changed runs to the file, now and then: it saves reading, nothing depends on it."""
        if not self._file.is_same():  # new, or deleted under us
            self._unsaved.update(self._entries)
        now = time.monotonic()
        if not self._unsaved or not self.root.is_dir():
            return
        if self._saved and now - self._saved < SAVE_SECONDS:
            return
        self._saved = now
        entries = [self._entries[run_id] for run_id in self._unsaved if run_id in self._entries]
        rows = [
            (r.id, r.project, r.created, r.updated, r.state, entry.files, entry.fold.state())
            for entry in entries
            if (r := entry.run) is not None
        ]
        gone = [run_id for run_id in self._unsaved if run_id not in self._entries]
        if self._file.save(rows, gone) or self._file.save(rows, gone):
            self._unsaved.clear()

    # --- asking -----------------------------------------------------------------------------------

    def projects(self) -> list[Project]:
        """Return all projects, the last used first."""
        found: dict[str, list[Run]] = {}
        for run in self.runs():
            found.setdefault(run.project, []).append(run)
        projects = [
            Project(
                name,
                runs=len(runs),
                running=sum(run.state == "running" for run in runs),
                updated=max(run.updated for run in runs),
            )
            for name, runs in found.items()
        ]
        return sorted(projects, key=lambda p: -p.updated)

    def runs(self, project: str | None = None) -> list[Run]:
        """Return all runs, or those of one project, the newest first."""
        with self._lock:
            runs = [entry.run for entry in self._entries.values() if entry.run is not None]
        if project is not None:
            runs = [run for run in runs if run.project == project]
        return sorted(runs, key=lambda r: (-r.created, r.id))

    def run(self, run_id: str) -> Run:
        """Return one run.

        Raises
        ------
        NotFoundError
            If there is none of that id.
        """
        with self._lock:
            entry = self._entries.get(run_id)
        if entry is None or entry.run is None:
            problem = self.unreadable.get(run_id)
            if problem:
                raise StoreError(problem)
            raise NotFoundError(f"There is no run '{run_id}' in {self.root}.")
        return entry.run

    def reader(self, run_id: str) -> RunReader:
        """Return a reader of one run, up to date and kept open for the next question.

        Raises
        ------
        NotFoundError
            If there is no such run.
        StoreError
            If it can't be read.
        """
        if not _RUN_ID.fullmatch(run_id):
            raise NotFoundError(f"There is no run '{run_id[:80]}' in {self.root}.")
        with self._lock:
            reading = self._reading.setdefault(run_id, threading.Lock())
        # A long journal takes a second to read; other runs needn't wait for it.
        with reading:
            with self._lock:
                reader = self._readers.pop(run_id, None)
            if reader is None or not reader.path.is_dir():
                reader = RunReader(self.root, run_id)
            else:
                reader.refresh()
            with self._lock:
                self._readers[run_id] = reader
                while len(self._readers) > OPEN_READERS:
                    self._readers.popitem(last=False)
            return reader

    def close(self) -> None:
        """Write down what is known and close the file; the catalog may be used again."""
        with self._lock:
            self._saved = 0.0
            if self._loaded:
                self._remember()
            self._readers.clear()
            self._file.close()


def _lives(folder: Path, who: WriterInfo) -> bool:
    return is_alive(lock_path(folder, who.name), who.host, who.boot)


def _take_in(entry: _Entry, writer: str, read: JournalRead) -> set[str]:
    """Add records up; return what changed."""
    entry.fold.count_damaged(writer, read.damaged)
    told = {entry.fold.apply(writer, record) for record in read.records}
    changes = set(" ".join(told).split())
    if read.damaged or "damaged" in changes:
        changes.discard("damaged")
        changes.add("info")
    return changes


def _journal_bytes(folder: Path) -> int:
    """Return how many bytes of journals a run has."""
    try:
        with os.scandir(folder) as files:
            return sum(f.stat().st_size for f in files if writer_of(f.name) is not None)
    except OSError:
        return -1


def _at_least(path: Path, size: int) -> bool:
    try:
        return path.stat().st_size >= size
    except OSError:
        return False
