"""What is there of a run that shall be continued."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from dotscape.errors import StoreError
from dotscape.model import Run
from dotscape.store.fold import NewerFormatError, RunFold
from dotscape.store.journal import journal_blocks, writer_of
from dotscape.store.root import run_path


@dataclass(slots=True)
class Earlier:
    """A run as it was left."""

    run: Run
    fold: RunFold


def look_up(root: Path, run_id: str) -> Earlier | None:
    """Return a run if there is one of this id.

    Raises
    ------
    StoreError
        If it is of a newer format.
    """
    folder = run_path(root, run_id)
    fold = RunFold(run_id)
    try:
        names = sorted(os.listdir(folder))
    except OSError:
        return None
    for name in names:
        writer = writer_of(name)
        if writer is None:
            continue
        try:
            for read in journal_blocks(folder / name):
                fold.count_damaged(writer, read.damaged)
                for record in read.records:
                    fold.apply(writer, record)
        except NewerFormatError:
            raise
        except StoreError:
            continue
    return Earlier(fold.run(folder), fold) if fold.writers else None


def find_interrupted(
    root: Path, project: str | None, *, host: str, program: str | None
) -> Earlier | None:
    """Return the newest run of this script in this project, if it didn't end well.

    None if the newest one finished, still runs, or there is none.
    """
    for name in _newest_first(root / "runs"):
        opened = _opening_of(root / "runs" / name)
        wanted = {"project": project or "uncategorized", "host": host, "program": program}
        if any(opened.get(field) != value for field, value in wanted.items()):
            continue
        earlier = look_up(root, name)
        if earlier is not None:
            return earlier if earlier.run.state in ("crashed", "failed") else None
    return None


def _opening_of(folder: Path) -> dict[str, Any]:
    """Return the first line of a run's first journal; empty if there is none."""
    try:
        first = min(name for name in os.listdir(folder) if writer_of(name) is not None)
        with open(folder / first, "rb") as file:
            record = json.loads(file.readline(1 << 16))
    except (OSError, ValueError):
        return {}
    return cast("dict[str, Any]", record) if isinstance(record, dict) else {}


def _newest_first(folder: Path) -> list[str]:
    """Return the runs' ids, those whose journals were begun last first."""
    try:
        with os.scandir(folder) as entries:
            found = [(entry.stat().st_mtime, entry.name) for entry in entries if entry.is_dir()]
    except OSError:
        return []
    return [name for _, name in sorted(found, reverse=True)]
