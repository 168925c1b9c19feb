"""One file for each peer: what it can do, and how it is asked for its best."""

from __future__ import annotations

NAMES = (
    "opentsne",
    "sklearn",
    "sklearnex",
    "manifolds",
    "scranpy",
    "umap",
    "pacmap",
    "pynndescent",
    "rinnd",
    "hnswlib",
    "faiss",
)
