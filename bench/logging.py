"""Logging: ours and the real wandb client (offline) run the same child script in turn."""

from __future__ import annotations

from functools import partial

from bench.measure import Row, child, in_turn


def run(runs: int) -> list[Row]:
    """Import, `log` of two scalars, `log` of a 10,000 x 384 embedding."""
    ours, peer = in_turn(
        [partial(child, "bench.logging_child", name) for name in ("dotscape", "wandb")], runs
    )
    compare = [
        ("import", "import_ms", "ms", 100.0),
        ("init", "init_ms", "ms", None),
        ("log two scalars, p50", "scalars_p50_us", "us", 15.0),
        ("log two scalars, p99", "scalars_p99_us", "us", None),
        ("log 10,000 x 384 float32", "embedding_s", "s", 0.15),
    ]
    return [
        Row(job, ours[figure], unit, peer[figure], "wandb offline", target, runs)
        for job, figure, unit, target in compare
    ]
