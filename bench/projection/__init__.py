"""Projection: ours and the peers on the same vectors, each in a fresh process, in one run."""

from __future__ import annotations

from pathlib import Path

from bench.projection.options import Options


def run(runs: int, options: Options) -> Path:
    """See `bench.projection.suite`."""
    from bench.projection import suite

    return suite.run(runs, options)
