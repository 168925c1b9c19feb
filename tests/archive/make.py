"""Makes the store that is archived for a release.

Run it once, when the format's version is raised; what it made is never changed afterwards:

    DOTSCAPE_SILENT=1 python -c "from tests.archive.make import main; main('tests/archive/v1')"

(So that neither the script's path nor what dotscape prints of the folder's is archived with it.)
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import numpy as np

import dotscape
from dotscape.store.edits import RunEdits


def vectors(rows: int, dim: int) -> np.ndarray:
    """Numbers that any release can compute again."""
    return (np.arange(rows * dim, dtype=np.float32).reshape(rows, dim) - 7) / 4


def main(folder: str) -> None:
    """Log one value of every kind, then a run that broke off."""
    root = Path(folder)
    run = dotscape.init(
        project="archive",
        entity="me",
        id="complete",
        name="日本 run",
        group="g",
        job_type="train",
        tags=["a", "b"],
        notes="notes",
        config={"lr": 0.1, "nested": {"layers": [1, 2]}, "none": None},
        dir=root,
    )
    run.define_metric("val/*", step_metric="epoch", summary="min,max")
    for step in range(3):
        run.log({"loss": 1 / (step + 1), "epoch": step, "val/acc": step, "nan": float("nan")})
    run.log({"text": "é😀\ud800", "flag": True, "big": 2**70, "none": None}, step=10)
    run.log({"emb": dotscape.Object3D(vectors(5, 8), caption="five")}, step=11)
    run.log({"half": vectors(5, 4).astype(np.float16)}, step=12)
    run.log({"points": dotscape.Object3D(vectors(4, 3))}, step=12)
    run.log({"texts": ["a", "b", None, "d", "é\u202e"]}, step=13)
    table = dotscape.Table(columns=["n", "v", "day", "json", "image"])
    day = datetime(2024, 1, 2, 3, 4, 5, tzinfo=UTC)
    for row in range(5):
        pixels = np.full((2, 3), 50 * row, np.uint8)
        table.add_data(row, vectors(5, 2)[row], day, {"row": row}, dotscape.Image(pixels))
    run.log({"table": table}, step=14)
    run.log({"axes": dotscape.Table(data=vectors(5, 2), columns=["x", "y"])}, step=15)
    run.log(
        {
            "full": dotscape.Embeddings(
                vectors(5, 6),
                columns={"kind": ["x", "y", "x", "y", "x"]},
                ids=[1, 2, 2, 4, 5],
                layouts={"mine": vectors(5, 2)},
                projection={"method": "tsne", "perplexity": 2},
            )
        },
        step=16,
    )
    run.log(
        {
            "image": dotscape.Image(np.zeros((2, 2), np.uint8), caption="black"),
            "images": [dotscape.Image(np.zeros((2, 2), np.uint8), caption="one")],
            "audio": dotscape.Audio([0.0, 0.5], sample_rate=8000),
            "html": dotscape.Html("<b>bold</b>"),
            "histogram": dotscape.Histogram([1, 2, 2, 3], num_bins=3),
        },
        step=17,
    )
    run.summary["best"] = 0.5
    print("printed")
    run.finish()
    found = dotscape.open_run("complete", dir=root).embedding("emb")
    edits = RunEdits(root, "complete")
    edits.link(found._set.id, "texts", "value", rename="sentence")
    edits.tags(["edited"])
    edits.close()

    broken = dotscape.init(project="archive", id="broken", dir=root)
    broken.log({"loss": 1})
    broken.log({"loss": 2})
    broken.finish()
    (journal,) = (root / "runs" / "broken").glob("events-*.jsonl")
    lines = journal.read_bytes().splitlines(keepends=True)
    lines.insert(2, b'{"t":"of a later release","x":1}\n')
    lines.insert(3, b"\xff damaged \xfe\n")
    journal.write_bytes(b"".join(lines[:-1]) + b'{"t":"log","s":2,"d":{"lo')
