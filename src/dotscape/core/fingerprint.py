"""A hash of a matrix: names results that were made from it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from dotscape.core.kernels import thread_count
from dotscape.core.matrix import Matrix

CHUNK_BYTES = 16 << 20


def fingerprint(
    X: Matrix, *, threads: int | None = None, check: Callable[[], None] | None = None
) -> str:
    """SHA-256 over shape, dtype and the SHA-256 of each 16 MiB of the values; 64 hex digits.

    A tree, so that several threads share the work (hashlib releases the GIL); the result doesn't
    depend on their number. About 1.5 GB a second a thread.

    Parameters
    ----------
    X
        (n, d), C-contiguous.
    check
        Called between chunks; may raise to stop.
    """
    n, d = X.shape
    values = X.reshape(-1).view(np.uint8).data

    def chunk_digest(start: int) -> bytes:
        if check is not None:
            check()
        return hashlib.sha256(values[start : start + CHUNK_BYTES]).digest()

    digest = hashlib.sha256(f"{n} {d} {X.dtype.newbyteorder('<').str}\n".encode())
    starts = range(0, values.nbytes, CHUNK_BYTES)
    if len(starts) <= 1:
        parts = [chunk_digest(start) for start in starts]
    else:
        with ThreadPoolExecutor(thread_count(threads)) as pool:
            parts = list(pool.map(chunk_digest, starts))
    for part in parts:
        digest.update(part)
    return digest.hexdigest()
