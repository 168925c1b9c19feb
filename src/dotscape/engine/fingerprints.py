"""Hashes of vector files, remembered by path, size and modification time."""

from __future__ import annotations

import contextlib
import hashlib
import json
import re
import threading
from collections.abc import Callable
from pathlib import Path

from dotscape.core.fingerprint import fingerprint
from dotscape.core.matrix import Matrix
from dotscape.engine.files import write_atomically
from dotscape.engine.source import VectorSource

_HASH = re.compile(r"[0-9a-f]{64}")


class Fingerprints:
    """Fingerprints of sources; those of files are kept under ``folder`` across restarts."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._known: dict[tuple[str, int, int], str] = {}
        self._lock = threading.Lock()

    def known(self, source: VectorSource) -> str | None:
        """The fingerprint where it needs no hashing, else None."""
        identity = source.identity
        if identity is None:
            return None
        with self._lock:
            found = self._known.get(identity)
        if found is None and (found := self._remembered(identity)) is not None:
            with self._lock:
                self._known[identity] = found
        return found

    def of(
        self,
        source: VectorSource,
        vectors: Matrix,
        *,
        check: Callable[[], None] | None = None,
        threads: int | None = None,
    ) -> str:
        """The fingerprint, hashed where it isn't known. ``check`` may raise to stop."""
        found = self.known(source)
        if found is not None:
            return found
        before = source.identity
        found = fingerprint(vectors, check=check, threads=threads)
        if before is not None and source.identity == before:  # unchanged while it was read
            with self._lock:
                self._known[before] = found
            self._remember(before, found)
        return found

    def _note(self, path: str) -> Path:
        return self._folder / f"{hashlib.sha256(path.encode()).hexdigest()[:32]}.json"

    def _remembered(self, identity: tuple[str, int, int]) -> str | None:
        try:
            note = json.loads(self._note(identity[0]).read_bytes())
            if tuple(note["identity"]) == identity and _HASH.fullmatch(note["fingerprint"]):
                return note["fingerprint"]
        except (OSError, ValueError, KeyError, TypeError):
            pass  # none yet, or damaged: it is hashed again
        return None

    def _remember(self, identity: tuple[str, int, int], value: str) -> None:
        note = json.dumps({"identity": identity, "fingerprint": value}).encode()
        with contextlib.suppress(OSError):  # only costs hashing again after a restart
            write_atomically(self._note(identity[0]), note)
