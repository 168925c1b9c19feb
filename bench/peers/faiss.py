"""Faiss: exact by matrix products; an inverted file where that takes minutes."""

from __future__ import annotations

import platform
from pathlib import Path
from typing import Any

from bench.projection.side import KEPT, Graph, Outcome, without_self

TITLE = "faiss"
DISTRIBUTION = "faiss-cpu"
OFFERS = ("knn",)
_EXACT = 50_000


def environment() -> dict[str, str]:
    """Its OpenBLAS is too old to know new processors and takes a kernel for SSE: name a better."""
    cpuinfo = Path("/proc/cpuinfo")
    if platform.machine() != "x86_64" or not cpuinfo.exists():
        return {}
    flags = cpuinfo.read_text()
    kernel = "SkylakeX" if "avx512f" in flags else "Haswell" if "avx2" in flags else ""
    return {"OPENBLAS_CORETYPE": kernel} if kernel else {}


def run(job: str, X: Any, threads: int, graph: Graph | None) -> Outcome:
    """A flat index, or cells of about 16 sqrt(n) in number of which 32 are searched."""
    del job, graph
    import faiss

    faiss.omp_set_num_threads(threads)
    if len(X) <= _EXACT:
        index = faiss.IndexFlatL2(X.shape[1])
    else:
        cells = 4 * int(len(X) ** 0.5)
        index = faiss.index_factory(X.shape[1], f"IVF{cells},Flat")
        index.nprobe = 32
        index.train(X)
    index.add(X)
    _, labels = index.search(X, KEPT + 1)
    return Outcome(without_self(labels, KEPT))
