"""`save`: which files, under which names, and which of them changed since."""

from __future__ import annotations

import glob as globbing
import os
from pathlib import Path


class SavedFiles:
    """Files that are kept with a run, and what they looked like when they were copied."""

    def __init__(self) -> None:
        self._seen: dict[str, tuple[Path, tuple[int, int] | None]] = {}

    def find(
        self,
        pattern: str | os.PathLike[str],
        base: str | os.PathLike[str] | None,
        *,
        glob: bool,
    ) -> list[tuple[str, Path]]:
        """Return the files that fit, each with the name it is kept under."""
        text = os.path.abspath(os.fspath(pattern))
        paths = globbing.glob(text, recursive=True) if glob else [text]
        top = os.path.abspath(os.fspath(base)) if base is not None else os.path.dirname(text)
        if glob and base is None and globbing.has_magic(text):
            top = _fixed_part(text)
        return [
            (os.path.relpath(path, top).replace(os.sep, "/"), Path(path))
            for path in sorted(paths)
            if os.path.isfile(path)
        ]

    def note(self, name: str, path: Path, policy: str) -> None:
        """Remember a file that shall be looked at again at the end."""
        if policy == "now":
            self._seen.pop(name, None)
        else:
            self._seen[name] = (path, None if policy == "end" else _look(path))

    def changed(self) -> list[tuple[str, Path]]:
        """Return the files that aren't what they were."""
        return [
            (name, path)
            for name, (path, look) in self._seen.items()
            if path.is_file() and _look(path) != look
        ]


def _look(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_size, found.st_mtime_ns


def _fixed_part(pattern: str) -> str:
    """Return the folder above the first part of a pattern that isn't fixed."""
    folder = pattern
    while globbing.has_magic(folder):
        folder = os.path.dirname(folder)
    return folder
