"""Room for large arrays that are needed for one job: on disk, so that memory stays free."""

from __future__ import annotations

import contextlib
import os
import tempfile
from pathlib import Path
from types import TracebackType

import numpy as np

from dotscape.core.matrix import Floats

_IN_MEMORY_BYTES = 1 << 30  # arrays up to this size are made in memory


class Scratch:
    """Makes float32 arrays; large ones lie in files under a folder, gone at the end."""

    def __init__(self, folder: Path, in_memory_bytes: int = _IN_MEMORY_BYTES) -> None:
        self._folder = folder
        self._in_memory_bytes = in_memory_bytes
        self._files: list[Path] = []

    def __enter__(self) -> Scratch:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for path in self._files:
            with contextlib.suppress(OSError):
                path.unlink()

    def allocate(self, shape: tuple[int, int]) -> Floats:
        """An array of that shape with no particular values; raises OSError where the disk is
        full."""
        size = 4 * shape[0] * shape[1]
        if size <= self._in_memory_bytes:
            return np.empty(shape, np.float32)
        self._folder.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=self._folder, suffix=".f32")
        self._files.append(Path(name))
        with os.fdopen(handle, "r+b") as file:
            # All of it now: a disk that fills later would end the process with a bus error.
            if hasattr(os, "posix_fallocate"):
                os.posix_fallocate(file.fileno(), 0, size)
            return np.memmap(file, np.float32, "r+", shape=shape)
