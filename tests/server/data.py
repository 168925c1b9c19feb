"""A folder of runs, written by the store itself: every kind of value, and the odd ones."""

from __future__ import annotations

import datetime
import io
import itertools
import os
import wave
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from PIL import Image

from dotscape.model import Column
from dotscape.store.columns import infer_type
from dotscape.store.journal import JournalWriter, new_writer_name
from dotscape.store.media import MediaFolder
from dotscape.store.rows import RowsDraft, VectorsDraft, write_rows

RUN = "alpha"
ROWS = 60
DIM = 8
EVIL = '<script>alert(1)</script><img src=x onerror="alert(2)">'
STARTED = 1_700_000_000.0


@dataclass(frozen=True)
class Filled:
    """What was written."""

    root: Path
    vectors: np.ndarray
    texts: list[str | None]
    media: dict[str, str]
    writer: str


def picture(color: tuple[int, int, int] = (200, 30, 30)) -> bytes:
    """A PNG of 4 x 4 pixels."""
    buffer = io.BytesIO()
    Image.new("RGB", (4, 4), color).save(buffer, "PNG")
    return buffer.getvalue()


def sound() -> bytes:
    """A WAV of 0.01 seconds."""
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(8000)
        file.writeframes(b"\0\0" * 80)
    return buffer.getvalue()


def rows(kind: Any, columns: dict[str, pa.Array], n: int, **rest: Any) -> RowsDraft:
    """Rows of ordinary columns, their types inferred as the SDK does."""
    described = [Column(name, infer_type(values)) for name, values in columns.items()]
    return RowsDraft(kind, n, columns=described, cells=columns, **rest)


def write_run(
    root: Path,
    run: str,
    logged: list[tuple[str, Any]],
    *,
    project: str = "demo",
    close: str | None = "finished",
) -> str:
    """A run whose values are logged at one step each, a draft of rows or a journal value."""
    folder = root / "runs" / run
    folder.mkdir(parents=True)
    writer = new_writer_name()
    journal = JournalWriter(folder, writer)
    journal.append(
        {
            "t": "open", "v": 1, "run": run, "writer": writer, "pid": os.getpid(), "host": "here",
            "started": STARTED, "project": project, "name": f"the {run} run", "tags": ["first"],
        }
    )  # fmt: skip
    journal.append({"t": "config", "d": {"lr": 0.1, "model": {"layers": 2}}})
    numbers = itertools.count()
    number: Callable[[], str] = lambda: str(next(numbers))  # noqa: E731
    for step, (key, value) in enumerate(logged):
        if isinstance(value, RowsDraft):
            value, _ = write_rows(folder, key, step, value, number)
        journal.append({"t": "log", "s": step, "ts": STARTED + step, "d": {key: value}})
    if close:
        journal.append({"t": "close", "ts": STARTED + 100, "exit": 0, "state": close})
    journal.close()
    return writer


def fill(root: Path) -> Filled:
    """The run `alpha` with everything in it, and a second one in another project."""
    random = np.random.default_rng(0)
    vectors = random.standard_normal((ROWS, DIM)).astype(np.float32)
    vectors[:20] += 4
    vectors[7] = np.nan
    vectors[8] = 0
    texts: list[str | None] = [f"sentence number {i} about cats" for i in range(ROWS)]
    texts[1], texts[2], texts[3], texts[4] = None, "", EVIL, "שלום 😀 dogs"
    texts[5] = "x" * 120_000
    media = MediaFolder(root)
    hashes = {
        "png": media.put(picture()),
        "wav": media.put(sound()),
        "html": media.put(f"<h1>Title</h1>{EVIL}".encode()),
        "svg": media.put(
            b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
        ),
        "text": media.put("plain words, ä".encode()),
        "binary": media.put(bytes(range(256))),
    }
    day = datetime.datetime(2024, 1, 1, tzinfo=datetime.UTC)
    labels = [["cat", "dog", "cow"][i % 3] if i % 10 else None for i in range(ROWS)]
    days = [day + datetime.timedelta(days=i) for i in range(ROWS)]
    embeddings = rows(
        "embeddings",
        {
            "text": pa.array(texts),
            "label": pa.array(labels),
            "score": pa.array([float(i) if i % 7 else float("nan") for i in range(ROWS)]),
            "count": pa.array([i if i else 2**60 for i in range(ROWS)], pa.int64()),
            "day": pa.array(days, pa.timestamp("ms", "UTC")),
            "good": pa.array([i % 2 == 0 for i in range(ROWS)]),
            "name": pa.array([f"row-{i:03}" if i != 9 else "row-010" for i in range(ROWS)]),
        },
        ROWS,
        vectors=[VectorsDraft("", vectors, nonfinite=1)],
        ids="name",
        layouts=[VectorsDraft("mine", vectors[:, :2].copy())],
    )  # fmt: skip
    pictures = RowsDraft(
        "list",
        ROWS,
        columns=[Column("pictures", "image")],
        cells={"pictures": pa.array([hashes["png"]] * ROWS)},
    )
    table = rows("table", {"a": pa.array([1, 2, 3]), "b": pa.array(["x", EVIL, None])}, 3)
    cloud = random.standard_normal((10, 6)).astype(np.float32)
    cloud[:, 3:] = 100
    category = np.hstack([cloud[:, :3], np.arange(10, dtype=np.float32)[:, None]])
    logged: list[tuple[str, Any]] = [
        ("vectors", embeddings),
        ("pictures", pictures),
        ("table", table),
        ("cloud3", RowsDraft("points", 10, [VectorsDraft("", cloud[:, :3].copy())])),
        ("cloud4", RowsDraft("points", 10, [VectorsDraft("", category)])),
        ("cloud6", RowsDraft("points", 10, [VectorsDraft("", cloud)])),
        ("lonely", RowsDraft("embeddings", 5, [VectorsDraft("", vectors[10:15].copy())])),
        ("image", _medium("image", hashes["png"], format="png", width=4, height=4)),
        ("audio", _medium("audio", hashes["wav"], format="wav")),
        ("html", _medium("html", hashes["html"])),
        ("histogram", {"_type": "histogram", "values": [1, 2], "bins": [0, 1, 2]}),
        *(("loss", 1 / (i + 1)) for i in range(30)),
        ("loss", float("nan")),
        ("word", "text"),
    ]
    writer = write_run(root, RUN, logged)
    (root / "runs" / RUN / f"output-{writer}.log").write_text("first line\nsecond line ä\n")
    write_run(root, "beta", [("loss", 1.0)], project="other/one")
    return Filled(root, vectors, texts, hashes, writer)


def _medium(kind: str, sha256: str, **rest: Any) -> dict[str, Any]:
    return {"_type": kind, "sha256": sha256, "caption": "a caption", "size": 3, **rest}
