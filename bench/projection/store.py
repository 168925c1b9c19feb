"""Results and layouts of earlier runs, so that the peers needn't run each time ours does."""

from __future__ import annotations

import json
import shutil
from dataclasses import asdict, replace
from pathlib import Path

from bench.projection.results import Result, Task


class Store:
    """A folder with one JSON file and one layout for each data set, task and side."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def keep(self, result: Result, made: Path | None) -> None:
        """Keep a result, and the file with its layout."""
        path = self._path(result.data, result.task, result.side)
        path.write_text(json.dumps(asdict(result), indent=1) + "\n")
        if made is not None and made.exists():
            shutil.copyfile(made, path.with_suffix(".npy"))

    def earlier(self, data: str, task: Task, side: str, threads: int) -> Result | None:
        """The result of an earlier run with as many threads, marked as such."""
        path = self._path(data, task, side)
        if not path.exists():
            return None
        found = Result(**json.loads(path.read_text()))
        return replace(found, reused=True) if found.threads == threads else None

    def _path(self, data: str, task: Task, side: str) -> Path:
        job = f"{task.job}-graph" if task.from_graph else task.job
        return self._folder / f"{data}-{job}-{side}.json"
