"""A file under a memory map that changes while it is read."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Any

import numpy as np

from dotscape.errors import DataError


@dataclass(frozen=True, slots=True)
class MappedFile:
    """The file an array is mapped from, and its size and time when work on it began."""

    path: str
    was: tuple[int, int, int]  # inode, bytes, modification time in ns

    @classmethod
    def of(cls, X: Any) -> MappedFile | None:
        """The file under a numpy memory map or a view of one; None for other arrays."""
        array = X
        while isinstance(array, np.ndarray):
            filename = getattr(array, "filename", None)
            if isinstance(array, np.memmap) and filename is not None:
                return cls(str(filename), _state(str(filename)))
            array = array.base  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]
        return None

    def check_unchanged(self) -> None:
        """Raise `DataError` where the file was written to, or cut. A file that was replaced or
        deleted meanwhile does no harm: the map still holds the old one."""
        now = _state(self.path)
        if now != self.was and now[0] == self.was[0]:
            raise DataError(
                f"The 'X' of project must not change while it is read. The file {self.path} did: "
                f"it had {self.was[1]:,} bytes and has {now[1]:,}, written to in between. Wait "
                "until it is complete, or give a copy."
            )


def _state(path: str) -> tuple[int, int, int]:
    try:
        stat = os.stat(path)
    except OSError:
        return 0, 0, 0
    return stat.st_ino, stat.st_size, stat.st_mtime_ns
