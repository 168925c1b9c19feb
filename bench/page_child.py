"""Writes one run with clustered vectors for `bench.page`."""

from __future__ import annotations

import sys

import numpy as np


def main(folder: str, count: int, dimensions: int) -> None:
    """Log ``count`` vectors around 40 centres, and which centre each is near."""
    import dotscape

    rng = np.random.default_rng(0)
    centres = rng.standard_normal((40, dimensions), dtype=np.float32) * 2
    group = rng.integers(0, len(centres), count)
    vectors = rng.standard_normal((count, dimensions), dtype=np.float32)
    vectors += centres[group]
    with dotscape.init(project="bench", name=f"points-{count}", dir=folder) as run:
        run.log({"vectors": dotscape.Embeddings(vectors, columns={"group": group.astype(str)})})
    print("{}")


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
