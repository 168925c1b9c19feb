"""Where a job's vectors come from."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

from dotscape.core.matrix import Matrix, as_matrix
from dotscape.errors import StoreError


class VectorSource(Protocol):
    """Vectors that can be opened, now or in a worker thread."""

    def open(self) -> Matrix:
        """The (n, d) vectors, memory-mapped where they are in a file."""
        ...

    @property
    def identity(self) -> tuple[str, int, int] | None:
        """(path, bytes, modification time in ns): changes when the file does. None: not a file."""
        ...


class ArrayVectors:
    """Vectors in memory. Must not be changed while a job uses them."""

    def __init__(self, vectors: object) -> None:
        self._vectors = as_matrix(vectors, "a projection")

    def open(self) -> Matrix:
        """The array itself."""
        return self._vectors

    @property
    def identity(self) -> None:
        """Arrays have no name."""
        return None


class FileVectors:
    """One vector segment of a run, by its absolute path."""

    def __init__(self, path: str | Path) -> None:
        self.path = Path(path)

    def open(self) -> Matrix:
        """The file's vectors, memory-mapped and read-only."""
        from dotscape.store.vectors import open_vectors

        return as_matrix(open_vectors(self.path), "a projection")

    @property
    def identity(self) -> tuple[str, int, int]:
        """Path, size and modification time; raises `StoreError` where the file is gone."""
        try:
            stat = self.path.stat()
        except OSError as error:
            raise StoreError(
                f"The vectors {self.path} can't be read: {error.strerror}. "
                "The run's folder may have been moved or deleted."
            ) from error
        return str(self.path), stat.st_size, stat.st_mtime_ns
