"""How much memory this process holds while something is made."""

from __future__ import annotations

import os
import threading
from pathlib import Path
from types import TracebackType

_SECONDS = 0.05  # between two looks
_STATM = Path("/proc/self/statm")


class PeakMemory:
    """The most memory that was resident in a while, by looking twenty times a second.

    ``peak`` is in bytes, of the whole process, mapped files included; None where the system doesn't
    tell (it is read from Linux's ``/proc``).
    """

    def __init__(self) -> None:
        self.peak: int | None = None
        self._over = threading.Event()
        self._thread: threading.Thread | None = None

    def __enter__(self) -> PeakMemory:
        self._look()
        if self.peak is not None:
            self._thread = threading.Thread(target=self._watch, name="memory", daemon=True)
            self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._over.set()
        if self._thread is not None:
            self._thread.join()
            self._look()

    def _watch(self) -> None:
        while not self._over.wait(_SECONDS):
            self._look()

    def _look(self) -> None:
        try:
            resident = int(_STATM.read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
        except (OSError, ValueError, IndexError, AttributeError):
            return
        self.peak = max(self.peak or 0, resident)
