"""One file for each peer: what it can do, and how it is asked for its best.

An adapter has ``TITLE``, ``DISTRIBUTION`` (whose version is named), ``OFFERS`` (jobs), ``run`` and,
where they apply, ``TAKES_GRAPH`` (jobs that can start from given neighbours), ``MOST`` (rows up to
which a job takes it no more than a few minutes), ``COMPILES`` (it does when first called) and
``environment`` (what its process needs).
"""

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
