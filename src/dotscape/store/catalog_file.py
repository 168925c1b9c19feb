"""``catalog.db``: what the catalog knows, kept over a restart. A cache, never the truth."""

from __future__ import annotations

import contextlib
import json
import os
import sqlite3
from collections.abc import Iterable
from pathlib import Path
from typing import Any

# Raised whenever the meaning of a row changes: a file of any other version is made anew.
SCHEMA_VERSION = 1

_SCHEMA = """
create table if not exists runs (
  id text primary key,
  project text not null,
  created real not null,
  updated real not null,
  state text not null,
  files text not null,
  fold text not null
) without rowid;
"""


class CatalogFile:
    """An SQLite file that may be missing, damaged, of another release, or vanish at any moment.

    Every failure ends in the same place: nothing is remembered, and the catalog reads the run
    folders again.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._db: sqlite3.Connection | None = None
        self._identity: tuple[int, int] | None = None

    def load(self) -> dict[str, tuple[dict[str, int], dict[str, Any]]]:
        """Return for each run its files' sizes as read, and its fold's state."""
        for _ in range(2):
            try:
                db = self._open()
                rows = db.execute("select id, files, fold from runs").fetchall()
                return {run: (json.loads(files), json.loads(fold)) for run, files, fold in rows}
            except (sqlite3.Error, OSError, ValueError):
                self._discard()
        return {}

    def save(self, entries: Iterable[tuple[Any, ...]], gone: Iterable[str]) -> bool:
        """Keep changed runs and forget removed ones.

        Parameters
        ----------
        entries
            Of each run: id, project, created, updated, state, files and fold (mappings).
        gone
            Ids of runs whose folders are gone.

        Returns
        -------
        bool
            False if it could not be written; everything has to be given again then.
        """
        try:
            db = self._open()
            with db:
                db.executemany(
                    "insert or replace into runs values (?, ?, ?, ?, ?, ?, ?)",
                    [
                        (*texts, json.dumps(files), json.dumps(fold))
                        for *texts, files, fold in entries
                    ],
                )
                db.executemany("delete from runs where id = ?", [(run,) for run in gone])
        except sqlite3.OperationalError as error:
            if "locked" not in str(error):  # by another server of the same folder
                self._discard()
            return False
        except (sqlite3.Error, OSError, ValueError):
            self._discard()
            return False
        return True

    def is_same(self) -> bool:
        """Whether the file that was opened still lies there."""
        try:
            found = os.stat(self.path)
        except OSError:
            return False
        return self._identity == (found.st_dev, found.st_ino)

    def close(self) -> None:
        """Close the file."""
        db, self._db = self._db, None
        if db is not None:
            with contextlib.suppress(sqlite3.Error):
                db.close()

    def __del__(self) -> None:
        self.close()

    def _open(self) -> sqlite3.Connection:
        if self._db is not None:
            if self.is_same():
                return self._db
            self.close()
        db = sqlite3.connect(self.path, timeout=2.0, check_same_thread=False)
        try:
            version = db.execute("pragma user_version").fetchone()[0]
            if version not in (0, SCHEMA_VERSION):
                raise sqlite3.DatabaseError(f"catalog of version {version}")
            db.execute("pragma journal_mode=wal")
            db.execute("pragma synchronous=off")  # it can be made again
            db.executescript(_SCHEMA)
            db.execute(f"pragma user_version={SCHEMA_VERSION}")
            found = os.stat(self.path)
        except BaseException:
            db.close()
            raise
        self._identity = (found.st_dev, found.st_ino)
        self._db = db
        return db

    def _discard(self) -> None:
        """Remove what can't be used."""
        self.close()
        for suffix in ("", "-wal", "-shm"):
            with contextlib.suppress(OSError):
                os.unlink(f"{self.path}{suffix}")
