"""One side's job in a fresh process: figures as JSON on the last line, the result in a file."""

from __future__ import annotations

import argparse
import importlib
import json
import resource
import sys
import time
from importlib.metadata import version
from pathlib import Path
from types import ModuleType

import numpy as np

from bench.projection.side import JOBS, Graph

WARM_ROWS = 5000
LARGE = 1 << 30  # bytes; larger data is memory-mapped


def adapter(name: str) -> ModuleType:
    """The module of a side; nothing heavy is imported with it."""
    return importlib.import_module(
        "bench.projection.ours" if name == "dotscape" else f"bench.peers.{name}"
    )


def main() -> None:
    """Run the job; ``--graph`` gives the neighbours, ``--out`` is where the result goes."""
    parser = argparse.ArgumentParser()
    parser.add_argument("side")
    parser.add_argument("job", choices=JOBS)
    parser.add_argument("data", type=Path)
    parser.add_argument("threads", type=int)
    parser.add_argument("--graph", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    asked = parser.parse_args()
    side = adapter(asked.side)
    X = np.load(asked.data, mmap_mode="r" if asked.data.stat().st_size > LARGE else None)
    graph = None
    if asked.graph is not None:
        stored = np.load(asked.graph)
        graph = Graph(stored["indices"], stored["distances"])
        if getattr(side, "COMPILES", False):
            _warm(side, asked.job, X, asked.threads)
    start = time.perf_counter()
    outcome = side.run(asked.job, X, asked.threads, graph)
    figures = {"call": time.perf_counter() - start, **outcome.seconds}
    if outcome.iterations and "optimising" in figures:
        figures["ms_iteration"] = 1e3 * figures["optimising"] / outcome.iterations
    np.save(asked.out, np.asarray(outcome.result))
    figures["peak_mb"] = _peak() / 1e6
    print(json.dumps({**figures, "version": version(side.DISTRIBUTION)}))


def _peak() -> int:
    """Bytes this process had in memory at most, mapped files included."""
    status = Path("/proc/self/status")
    if status.exists():
        # `ru_maxrss` isn't used where there is this: it begins with that of the parent.
        line = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
        return int(line.split()[1]) * 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (
        1 if sys.platform == "darwin" else 1024
    )


def _warm(side: ModuleType, job: str, X: np.ndarray, threads: int) -> None:
    """Let it compile on a few rows before the clock starts: the layout alone is asked for."""
    import dotscape

    few = np.ascontiguousarray(X[:WARM_ROWS])
    side.run(job, few, threads, Graph(*dotscape.neighbors(few, min(90, len(few) - 1))))


if __name__ == "__main__":
    main()
