# Made by kernels/make_stub.py from the built extension. Don't edit.
# ruff: noqa: C408
"""
Native loops of dotscape. Arrays in, arrays filled; the GIL is released.
"""

from typing import Annotated, Any

import numpy
from numpy.typing import NDArray

def level() -> str:
    """Instruction set in use: portable, avx2 or avx512."""

def draw_order(
    order: Annotated[NDArray[numpy.uint32], dict(shape=(None,), order="C", device="cpu")],
) -> None:
    """Fill order with the fixed shuffle of its n row numbers."""

def bounds(
    layout: Annotated[
        NDArray[numpy.float32], dict(shape=(None, None), order="C", device="cpu", writable=False)
    ],
    threads: int,
) -> tuple[tuple[float, float, float], tuple[float, float, float], int]:
    """
    Lowest and highest finite value of each axis, and how many rows are not finite.
    """

def pack(
    layout: Annotated[
        NDArray[numpy.float32], dict(shape=(None, None), order="C", device="cpu", writable=False)
    ],
    order: Annotated[
        NDArray[numpy.uint32], dict(shape=(None,), order="C", device="cpu", writable=False)
    ],
    center: tuple[float, float, float],
    half: float,
    packed: Annotated[NDArray[numpy.uint16], dict(shape=(None, 4), order="C", device="cpu")],
    threads: int,
) -> None:
    """Quantise rows to 16 bit in draw order."""

def shifted_rows(
    source: NDArray[Any],
    rows: NDArray[numpy.int64] | None,
    first: int,
    scale: float,
    shift: NDArray[numpy.float64],
    out: NDArray[numpy.float32],
    state: NDArray[numpy.uint8],
    sums: NDArray[numpy.float64],
    threads: int,
) -> None:
    """
    out = source rows * scale - shift in float32; marks rows that are not finite.
    """

def offer_columns(
    products: Annotated[
        NDArray[numpy.float32], dict(shape=(None, None), order="C", device="cpu", writable=False)
    ],
    col_half_norms: Annotated[
        NDArray[numpy.float32], dict(shape=(None,), order="C", device="cpu", writable=False)
    ],
    row_start: int,
    col_start: int,
    same: bool,
    keys: Annotated[NDArray[numpy.uint64], dict(shape=(None, None), order="C", device="cpu")],
    counts: Annotated[NDArray[numpy.int32], dict(shape=(None,), order="C", device="cpu")],
    limits: Annotated[NDArray[numpy.float32], dict(shape=(None,), order="C", device="cpu")],
    threads: int,
) -> None:
    """Offer each row of a block its columns."""

def offer_rows(
    products: Annotated[
        NDArray[numpy.float32], dict(shape=(None, None), order="C", device="cpu", writable=False)
    ],
    row_half_norms: Annotated[
        NDArray[numpy.float32], dict(shape=(None,), order="C", device="cpu", writable=False)
    ],
    row_start: int,
    col_start: int,
    keys: Annotated[NDArray[numpy.uint64], dict(shape=(None, None), order="C", device="cpu")],
    counts: Annotated[NDArray[numpy.int32], dict(shape=(None,), order="C", device="cpu")],
    limits: Annotated[NDArray[numpy.float32], dict(shape=(None,), order="C", device="cpu")],
    threads: int,
) -> None:
    """Offer each column of a block its rows."""

def nearest_of_candidates(
    queries: Annotated[
        NDArray[numpy.float32], dict(shape=(None, None), order="C", device="cpu", writable=False)
    ],
    base: Annotated[
        NDArray[numpy.float32], dict(shape=(None, None), order="C", device="cpu", writable=False)
    ],
    metric: str,
    row_norms: Annotated[
        NDArray[numpy.float32], dict(shape=(None,), order="C", device="cpu", writable=False)
    ],
    largest_norm: float,
    error: float,
    keys: Annotated[NDArray[numpy.uint64], dict(shape=(None, None), order="C", device="cpu")],
    counts: Annotated[NDArray[numpy.int32], dict(shape=(None,), order="C", device="cpu")],
    limits: Annotated[NDArray[numpy.float32], dict(shape=(None,), order="C", device="cpu")],
    indices: Annotated[NDArray[numpy.int32], dict(shape=(None, None), order="C", device="cpu")],
    distances: Annotated[NDArray[numpy.float32], dict(shape=(None, None), order="C", device="cpu")],
    certain: Annotated[NDArray[numpy.uint8], dict(shape=(None,), order="C", device="cpu")],
    threads: int,
) -> None:
    """Exact distances of the candidates, nearest first."""

def nearest_of_all(
    queries: Annotated[
        NDArray[numpy.float32], dict(shape=(None, None), order="C", device="cpu", writable=False)
    ],
    which: Annotated[
        NDArray[numpy.int64], dict(shape=(None,), order="C", device="cpu", writable=False)
    ],
    self: Annotated[
        NDArray[numpy.int64], dict(shape=(None,), order="C", device="cpu", writable=False)
    ],
    base: Annotated[
        NDArray[numpy.float32], dict(shape=(None, None), order="C", device="cpu", writable=False)
    ],
    metric: str,
    indices: Annotated[NDArray[numpy.int32], dict(shape=(None, None), order="C", device="cpu")],
    distances: Annotated[NDArray[numpy.float32], dict(shape=(None, None), order="C", device="cpu")],
    threads: int,
) -> None:
    """
    Nearest of all rows of base to a few rows of queries, by exact distances.
    """

def split_segments(
    points: Annotated[
        NDArray[numpy.float32], dict(shape=(None, None), order="C", device="cpu", writable=False)
    ],
    order: Annotated[NDArray[numpy.int32], dict(shape=(None,), order="C", device="cpu")],
    starts: Annotated[
        NDArray[numpy.int64], dict(shape=(None,), order="C", device="cpu", writable=False)
    ],
    seed: int,
    threads: int,
) -> None:
    """Halve each part of the order along a random direction."""

def join_leaves(
    vectors: NDArray[Any],
    order: NDArray[numpy.int32],
    starts: NDArray[numpy.int64],
    codes: NDArray[numpy.uint32],
    squares: NDArray[numpy.float32],
    threads: int,
) -> None:
    """
    Compare all pairs within each part of the order; no row may be in two parts.
    """

def arrange_meetings(
    codes: Annotated[NDArray[numpy.uint32], dict(shape=(None, None), order="C", device="cpu")],
    squares: Annotated[NDArray[numpy.float32], dict(shape=(None, None), order="C", device="cpu")],
    forward: int,
    seed: int,
    fresh: Annotated[NDArray[numpy.int32], dict(shape=(None, None), order="C", device="cpu")],
    fresh_counts: Annotated[NDArray[numpy.int32], dict(shape=(None,), order="C", device="cpu")],
    old: Annotated[NDArray[numpy.int32], dict(shape=(None, None), order="C", device="cpu")],
    old_counts: Annotated[NDArray[numpy.int32], dict(shape=(None,), order="C", device="cpu")],
    threads: int,
) -> None:
    """Who is to be compared at each row."""

def hold_meetings(
    vectors: NDArray[Any],
    fresh: NDArray[numpy.int32],
    fresh_counts: NDArray[numpy.int32],
    old: NDArray[numpy.int32],
    old_counts: NDArray[numpy.int32],
    first: int,
    last: int,
    codes: NDArray[numpy.uint32],
    squares: NDArray[numpy.float32],
    threads: int,
) -> int:
    """Compare those who meet at rows first..last; how many entries changed."""

def calibrate(
    squared: Annotated[
        NDArray[numpy.float32], dict(shape=(None, None), order="C", device="cpu", writable=False)
    ],
    perplexity: float,
    p: Annotated[NDArray[numpy.float32], dict(shape=(None, None), order="C", device="cpu")],
    threads: int,
) -> None:
    """
    Row-wise probabilities of a given perplexity from ascending squared distances.
    """

def symmetrised(
    indices: Annotated[
        NDArray[numpy.int32], dict(shape=(None, None), order="C", device="cpu", writable=False)
    ],
    p: Annotated[
        NDArray[numpy.float32], dict(shape=(None, None), order="C", device="cpu", writable=False)
    ],
    threads: int,
) -> tuple[
    Annotated[NDArray[numpy.int64], dict(shape=(None,), order="C")],
    Annotated[NDArray[numpy.int32], dict(shape=(None,), order="C")],
    Annotated[NDArray[numpy.float32], dict(shape=(None,), order="C")],
]:
    """
    (P + P^T) / 2n as starts, columns, values; rows padded with zeros to 16 entries.
    """

def reordered(
    starts: Annotated[
        NDArray[numpy.int64], dict(shape=(None,), order="C", device="cpu", writable=False)
    ],
    columns: Annotated[
        NDArray[numpy.int32], dict(shape=(None,), order="C", device="cpu", writable=False)
    ],
    values: Annotated[
        NDArray[numpy.float32], dict(shape=(None,), order="C", device="cpu", writable=False)
    ],
    order: Annotated[
        NDArray[numpy.int64], dict(shape=(None,), order="C", device="cpu", writable=False)
    ],
    threads: int,
) -> tuple[
    Annotated[NDArray[numpy.int64], dict(shape=(None,), order="C")],
    Annotated[NDArray[numpy.int32], dict(shape=(None,), order="C")],
    Annotated[NDArray[numpy.float32], dict(shape=(None,), order="C")],
]:
    """The same matrix with row and column order[i] renamed to i."""

def attraction(
    y: Annotated[NDArray[numpy.float32], dict(shape=(None, None), order="C", device="cpu")],
    dimensions: int,
    starts: Annotated[
        NDArray[numpy.int64], dict(shape=(None,), order="C", device="cpu", writable=False)
    ],
    columns: Annotated[
        NDArray[numpy.int32], dict(shape=(None,), order="C", device="cpu", writable=False)
    ],
    p: Annotated[
        NDArray[numpy.float32], dict(shape=(None,), order="C", device="cpu", writable=False)
    ],
    with_loss: bool,
    forces: Annotated[NDArray[numpy.float32], dict(shape=(None, None), order="C", device="cpu")],
    threads: int,
) -> float:
    """Attractive forces; the sum of p log(1 + d^2) where with_loss."""

def descend(
    exaggeration: float,
    normalization: float,
    learning_rate: float,
    momentum: float,
    longest: float,
    attraction: Annotated[
        NDArray[numpy.float32], dict(shape=(None, None), order="C", device="cpu")
    ],
    repulsion: Annotated[NDArray[numpy.float32], dict(shape=(None, None), order="C", device="cpu")],
    pinned: Annotated[
        NDArray[numpy.uint8], dict(shape=(None,), order="C", device="cpu", writable=False)
    ]
    | None,
    y: Annotated[NDArray[numpy.float32], dict(shape=(None, None), order="C", device="cpu")],
    velocity: Annotated[NDArray[numpy.float32], dict(shape=(None, None), order="C", device="cpu")],
    gains: Annotated[NDArray[numpy.float32], dict(shape=(None, None), order="C", device="cpu")],
    threads: int,
) -> float:
    """One step of gradient descent; the sum of squares of the gradient."""

def exact_repulsion(
    y: Annotated[NDArray[numpy.float32], dict(shape=(None, None), order="C", device="cpu")],
    dimensions: int,
    rows: Annotated[
        NDArray[numpy.int64], dict(shape=(None,), order="C", device="cpu", writable=False)
    ],
    forces: Annotated[NDArray[numpy.float32], dict(shape=(None, None), order="C", device="cpu")],
    threads: int,
) -> None:
    """The repulsive forces on some points, from all others one by one."""

class Repulsion:
    """Repulsive forces by a Barnes-Hut tree."""

    def __init__(self, leaf: int) -> None: ...
    def forces(
        self,
        y: Annotated[NDArray[numpy.float32], dict(shape=(None, None), order="C", device="cpu")],
        dimensions: int,
        theta: float,
        forces: Annotated[
            NDArray[numpy.float32], dict(shape=(None, None), order="C", device="cpu")
        ],
        threads: int,
    ) -> float:
        """
        Fill forces; the sum of all weights. Not to be called from two threads at once.
        """

    def order(
        self,
        y: Annotated[NDArray[numpy.float32], dict(shape=(None, None), order="C", device="cpu")],
        dimensions: int,
        threads: int,
    ) -> Annotated[NDArray[numpy.int32], dict(shape=(None,), order="C")]:
        """The points along the Morton curve."""

class Mesh:
    """Repulsive forces in 2-D by charges on a grid."""

    def __init__(self, spacing: float) -> None: ...
    def forces(
        self,
        y: Annotated[NDArray[numpy.float32], dict(shape=(None, None), order="C", device="cpu")],
        forces: Annotated[
            NDArray[numpy.float32], dict(shape=(None, None), order="C", device="cpu")
        ],
        threads: int,
    ) -> float | None:
        """
        Fill forces; the sum of all weights, or None where a grid isn't worth while.
        """

def squared_distances(
    some: Annotated[
        NDArray[numpy.float64], dict(shape=(None, None), order="C", device="cpu", writable=False)
    ],
    others: Annotated[
        NDArray[numpy.float64], dict(shape=(None, None), order="C", device="cpu", writable=False)
    ],
    out: Annotated[NDArray[numpy.float64], dict(shape=(None, None), order="C", device="cpu")],
    threads: int,
) -> None:
    """Squared distances of two sets of rows."""

def distances_of_pairs(
    some: Annotated[
        NDArray[numpy.float64], dict(shape=(None, None), order="C", device="cpu", writable=False)
    ],
    others: Annotated[
        NDArray[numpy.float64], dict(shape=(None, None), order="C", device="cpu", writable=False)
    ],
    which: Annotated[
        NDArray[numpy.int64], dict(shape=(None, None), order="C", device="cpu", writable=False)
    ],
    out: Annotated[NDArray[numpy.float64], dict(shape=(None, None), order="C", device="cpu")],
    threads: int,
) -> None:
    """Squared distances of each row and some others named for it."""

def continue_order(
    some: Annotated[
        NDArray[numpy.float64], dict(shape=(None, None), order="C", device="cpu", writable=False)
    ],
    block: Annotated[
        NDArray[numpy.float64], dict(shape=(None, None), order="C", device="cpu", writable=False)
    ],
    first: int,
    own: Annotated[
        NDArray[numpy.int64], dict(shape=(None,), order="C", device="cpu", writable=False)
    ],
    distances: Annotated[NDArray[numpy.float64], dict(shape=(None, None), order="C", device="cpu")],
    columns: Annotated[NDArray[numpy.int64], dict(shape=(None, None), order="C", device="cpu")],
    asked: Annotated[
        NDArray[numpy.int64], dict(shape=(None, None), order="C", device="cpu", writable=False)
    ],
    limits: Annotated[
        NDArray[numpy.float64], dict(shape=(None, None), order="C", device="cpu", writable=False)
    ],
    before: Annotated[NDArray[numpy.int64], dict(shape=(None, None), order="C", device="cpu")],
    threads: int,
) -> None:
    """
    Goes on to one more block of columns: the nearest so far, and ranks so far.
    """

def memberships(
    distances: Annotated[
        NDArray[numpy.float32], dict(shape=(None, None), order="C", device="cpu", writable=False)
    ],
    p: Annotated[NDArray[numpy.float32], dict(shape=(None, None), order="C", device="cpu")],
    threads: int,
) -> None:
    """Row-wise memberships of UMAP from ascending distances, self excluded."""

def fuzzy_union(
    indices: Annotated[
        NDArray[numpy.int32], dict(shape=(None, None), order="C", device="cpu", writable=False)
    ],
    p: Annotated[
        NDArray[numpy.float32], dict(shape=(None, None), order="C", device="cpu", writable=False)
    ],
    threads: int,
) -> tuple[
    Annotated[NDArray[numpy.int64], dict(shape=(None,), order="C")],
    Annotated[NDArray[numpy.int32], dict(shape=(None,), order="C")],
    Annotated[NDArray[numpy.float32], dict(shape=(None,), order="C")],
]:
    """p + p^T - p * p^T as starts, columns, weights."""

def renamed(
    starts: Annotated[
        NDArray[numpy.int64], dict(shape=(None,), order="C", device="cpu", writable=False)
    ],
    columns: Annotated[
        NDArray[numpy.int32], dict(shape=(None,), order="C", device="cpu", writable=False)
    ],
    weights: Annotated[
        NDArray[numpy.float32], dict(shape=(None,), order="C", device="cpu", writable=False)
    ],
    order: Annotated[
        NDArray[numpy.int64], dict(shape=(None,), order="C", device="cpu", writable=False)
    ],
    threads: int,
) -> tuple[
    Annotated[NDArray[numpy.int64], dict(shape=(None,), order="C")],
    Annotated[NDArray[numpy.int32], dict(shape=(None,), order="C")],
    Annotated[NDArray[numpy.float32], dict(shape=(None,), order="C")],
]:
    """The same matrix with row and column order[i] renamed to i."""

def combine(
    starts: Annotated[
        NDArray[numpy.int64], dict(shape=(None,), order="C", device="cpu", writable=False)
    ],
    columns: Annotated[
        NDArray[numpy.int32], dict(shape=(None,), order="C", device="cpu", writable=False)
    ],
    weights: Annotated[
        NDArray[numpy.float32], dict(shape=(None,), order="C", device="cpu", writable=False)
    ],
    x: Annotated[
        NDArray[numpy.float32], dict(shape=(None, None), order="C", device="cpu", writable=False)
    ],
    alpha: float,
    beta: float,
    gamma: float,
    out: Annotated[NDArray[numpy.float32], dict(shape=(None, None), order="C", device="cpu")],
    threads: int,
) -> None:
    """out = alpha * W x + beta * x + gamma * out for blocks of 8 columns."""

def components(
    starts: Annotated[
        NDArray[numpy.int64], dict(shape=(None,), order="C", device="cpu", writable=False)
    ],
    columns: Annotated[
        NDArray[numpy.int32], dict(shape=(None,), order="C", device="cpu", writable=False)
    ],
    labels: Annotated[NDArray[numpy.int32], dict(shape=(None,), order="C", device="cpu")],
) -> int:
    """Number connected components; how many there are."""

class Scatter:
    """Epochs of UMAP's optimisation over a fuzzy set."""

    def __init__(
        self,
        starts: Annotated[
            NDArray[numpy.int64], dict(shape=(None,), order="C", device="cpu", writable=False)
        ],
        columns: Annotated[
            NDArray[numpy.int32], dict(shape=(None,), order="C", device="cpu", writable=False)
        ],
        weights: Annotated[
            NDArray[numpy.float32], dict(shape=(None,), order="C", device="cpu", writable=False)
        ],
        seed: int,
    ) -> None: ...
    def step(
        self,
        a: float,
        b: float,
        repulsion: float,
        learning_rate: float,
        negatives: int,
        number: int,
        seed: int,
        y: Annotated[NDArray[numpy.float32], dict(shape=(None, None), order="C", device="cpu")],
        dimensions: int,
        pinned: Annotated[
            NDArray[numpy.uint8], dict(shape=(None,), order="C", device="cpu", writable=False)
        ]
        | None,
        threads: int,
    ) -> None:
        """Move y by one epoch. Not to be called from two threads at once."""
