"""Facts that take a while to find: found once, in the background, and remembered in files."""

from __future__ import annotations

import hashlib
import os
import threading
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor, wait
from pathlib import Path
from typing import Generic, TypeVar

import msgspec

T = TypeVar("T")
Find = Callable[[], T]


class Facts(Generic[T]):
    """Facts of one type by key. What they are about never changes (segments are written once).

    Parameters
    ----------
    folder
        Where they are kept across restarts; may be deleted at any time.
    kind
        The struct that holds one fact.
    version
        Raised when they are found in another way.
    pool
        Where they are found.
    """

    def __init__(self, folder: Path, kind: type[T], version: int, pool: ThreadPoolExecutor) -> None:
        self._folder = folder
        self._kind = kind
        self._version = version
        self._pool = pool
        self._known: dict[str, T] = {}
        self._under_way: dict[str, Future[T]] = {}
        self._lock = threading.Lock()

    def ask(self, wanted: Mapping[str, Find[T]]) -> dict[str, Future[T]]:
        """A future for each key; those that are known are done already."""
        asked: dict[str, Future[T]] = {}
        for key, find in wanted.items():
            known = self._remembered(key)
            if known is not None:
                asked[key] = Future()
                asked[key].set_result(known)
                continue
            with self._lock:
                if key not in self._under_way:
                    self._under_way[key] = self._pool.submit(self._find, key, find)
                asked[key] = self._under_way[key]
        return asked

    def _find(self, key: str, find: Find[T]) -> T:
        try:
            fact = find()
            self._remember(key, fact)
            return fact
        finally:
            with self._lock:
                self._under_way.pop(key, None)

    def _remembered(self, key: str) -> T | None:
        with self._lock:
            known = self._known.get(key)
        if known is None:
            try:
                known = msgspec.json.decode(self._path(key).read_bytes(), type=self._kind)
            except (OSError, msgspec.DecodeError):
                return None
            with self._lock:
                self._known[key] = known
        return known

    def _remember(self, key: str, fact: T) -> None:
        """A folder that can't be written to only costs the next start some time."""
        with self._lock:
            self._known[key] = fact
        path = self._path(key)
        temporary = path.with_name(f".tmp-{path.name}-{os.getpid()}-{threading.get_ident()}")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            temporary.write_bytes(msgspec.json.encode(fact))
            os.replace(temporary, path)
        except OSError:
            temporary.unlink(missing_ok=True)

    def _path(self, key: str) -> Path:
        text = f"{self._version}\0{key}".encode("utf-8", "surrogatepass")
        return self._folder / f"{hashlib.sha256(text).hexdigest()[:32]}.json"


def settled(futures: Iterable[Future[T]], seconds: float) -> bool:
    """Wait for all, at most `seconds`; whether all are done."""
    return not wait(list(futures), timeout=seconds).not_done


def after_all(futures: Iterable[Future[T]], call: Callable[[], None]) -> None:
    """Call once all of them are done, in the thread that does the last one."""
    pending = list(futures)
    left = len(pending)
    lock = threading.Lock()

    def one_done(_: Future[T]) -> None:
        nonlocal left
        with lock:
            left -= 1
            last = left == 0
        if last:
            call()

    for future in pending:
        future.add_done_callback(one_done)
