"""What can be asked of the projection's benchmarks on the command line."""

from __future__ import annotations

import argparse
import os
from dataclasses import dataclass
from pathlib import Path

from bench import peers
from bench.projection.data import DATA, FOLDER_VARIABLE
from bench.projection.side import JOBS

_ORDER = ("knn", "pca", "tsne2", "tsne3", "umap2")


@dataclass(frozen=True, slots=True)
class Options:
    """Names of data sets, peers and jobs, in the order they are run."""

    data: tuple[str, ...]
    peers: tuple[str, ...]
    jobs: tuple[str, ...]
    folder: Path | None
    threads: int
    timeout: float
    reuse_peers: bool
    sizes: tuple[int, ...]


def add(parser: argparse.ArgumentParser) -> None:
    """The arguments, in a group of their own."""
    group = parser.add_argument_group("projection and scaling")
    group.add_argument("--data", nargs="+", default=list(DATA), choices=DATA, help="data sets")
    group.add_argument(
        "--peers",
        nargs="*",
        default=list(peers.NAMES),
        choices=[*peers.NAMES, "none"],
        help="sides beside ours",
    )
    group.add_argument("--jobs", nargs="+", default=list(_ORDER), choices=JOBS, help="jobs")
    group.add_argument(
        "--folder", type=Path, help=f"where Parquet data is; ${FOLDER_VARIABLE} otherwise"
    )
    group.add_argument("--threads", type=int, default=os.cpu_count(), help="for every side")
    group.add_argument("--timeout", type=float, default=1200, help="seconds a process may take")
    group.add_argument(
        "--reuse-peers", action="store_true", help="take the peers' figures of an earlier run"
    )
    group.add_argument(
        "--sizes",
        nargs="+",
        type=int,
        default=[10_000, 30_000, 100_000, 300_000, 1_000_000],
        help="rows of the suite scaling",
    )


def read(arguments: argparse.Namespace) -> Options:
    """What `add` added."""
    folder = arguments.folder or os.environ.get(FOLDER_VARIABLE)
    return Options(
        data=tuple(name for name in DATA if name in arguments.data),
        peers=tuple(name for name in peers.NAMES if name in arguments.peers),
        jobs=tuple(name for name in _ORDER if name in arguments.jobs),
        folder=Path(folder).resolve() if folder else None,
        threads=arguments.threads,
        timeout=arguments.timeout,
        reuse_peers=arguments.reuse_peers,
        sizes=tuple(sorted(arguments.sizes)),
    )
