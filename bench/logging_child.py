"""What both clients do in `bench.logging`: one fresh process, figures as JSON on the last line."""

from __future__ import annotations

import importlib
import json
import os
import sys
import tempfile
import time


def main(name: str) -> None:
    """Import the client called ``name``, log with it, print the seconds it took."""
    folder = tempfile.mkdtemp()
    os.chdir(folder)
    os.environ.update(WANDB_MODE="offline", WANDB_SILENT="true", WANDB_DIR=folder)
    os.environ.update(WANDB_DATA_DIR=folder, WANDB_CACHE_DIR=folder, DOTSCAPE_DIR=folder)
    figures: dict[str, float] = {}

    start = time.perf_counter()
    client = importlib.import_module(name)
    figures["import_ms"] = (time.perf_counter() - start) * 1e3

    start = time.perf_counter()
    client.init(project="bench")
    figures["init_ms"] = (time.perf_counter() - start) * 1e3

    import numpy as np

    for step in range(200):
        client.log({"warm": step})
    times = []
    for step in range(5000):
        values = {"loss": 1.0 / (step + 1), "accuracy": step / 5000}
        start = time.perf_counter_ns()
        client.log(values)
        times.append(time.perf_counter_ns() - start)
    figures["scalars_p50_us"] = float(np.percentile(times, 50)) / 1e3
    figures["scalars_p99_us"] = float(np.percentile(times, 99)) / 1e3

    vectors = np.random.default_rng(0).standard_normal((10_000, 384), dtype=np.float32)
    start = time.perf_counter()
    if name == "wandb":
        # Its own way for vectors of any width: a table with one array a cell.
        client.log({"e": client.Table(columns=["vector"], data=[[row] for row in vectors])})
    else:
        client.log({"e": client.Object3D(vectors)})
    figures["embedding_s"] = time.perf_counter() - start
    client.finish()
    print(json.dumps(figures))


if __name__ == "__main__":
    main(sys.argv[1])
