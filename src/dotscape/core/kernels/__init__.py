"""The C++ extension's Python face.

The functions of ``_kernels`` fill arrays they are given, release the GIL and take the number of
threads. Their results don't depend on that number.
"""

from __future__ import annotations

import os

try:
    from dotscape.core.kernels import _kernels as native
except ImportError as error:  # pragma: no cover - a broken installation
    raise ImportError(
        "dotscape's compiled kernels are missing. Install the package ('pip install .'), or build "
        "them in place as CONTRIBUTING.md says."
    ) from error

__all__ = ["native", "simd_level", "thread_count"]


def thread_count(threads: int | None = None) -> int:
    """How many threads to use: as asked, else as many as this process may run on.

    Parameters
    ----------
    threads
        None for all processors this process is allowed to use (its CPU affinity where the system
        knows it, so that containers and ``taskset`` are respected).
    """
    if threads is not None:
        return max(1, int(threads))
    if hasattr(os, "sched_getaffinity"):
        return max(1, len(os.sched_getaffinity(0)))
    return os.cpu_count() or 1


def simd_level() -> str:
    """Instruction set the kernels use: ``"avx512"``, ``"avx2"`` or ``"portable"``."""
    return native.level()
