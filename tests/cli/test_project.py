"""`dotscape project`: steps before the method, and axes of one's own."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import dotscape
from dotscape.cli.main import main

VECTORS = np.random.default_rng(0).standard_normal((30, 6)).astype(np.float32)
KINDS = ["king", "queen", "good"]


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "words.parquet"
    columns = {"vector": list(VECTORS), "kind": [KINDS[row % 3] for row in range(30)]}
    pq.write_table(pa.table(columns), path)
    return path


def written(folder: Path, *words: str) -> np.ndarray:
    """The layout that `dotscape project` writes."""
    out = folder / "layout.npy"
    assert main(["project", *words, "--dim", "2", "-o", str(out)]) == 0
    return np.load(out)


def test_steps_before_the_method(table: Path, tmp_path: Path) -> None:
    layout = written(tmp_path, str(table), "--method", "pca", "--preprocess", "centre,normalise")
    expected = dotscape.project(VECTORS, "pca", preprocess=["centre", "normalise"])
    np.testing.assert_allclose(layout, np.asarray(expected), atol=1e-6)
    plain = dotscape.project(VECTORS, "pca")
    assert np.abs(layout - np.asarray(plain)).max() > 0.1


def test_axes_of_texts(table: Path, tmp_path: Path) -> None:
    words = [str(table), "--method", "axes", "--set", "axes=king - queen; /^goo/"]
    layout = written(tmp_path, *words)
    of = [[row for row in range(30) if row % 3 == kind] for kind in range(3)]
    expected = dotscape.project(VECTORS, "axes", axes=[(of[0], of[1]), (of[2], None)])
    np.testing.assert_allclose(layout, np.asarray(expected), atol=1e-6)


def test_a_text_that_no_row_holds(table: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = str(table.with_name("none.npy"))
    words = ["--method", "axes", "--set", "axes=emperor - queen; good"]
    assert main(["project", str(table), *words, "-o", out]) == 2
    assert "'emperor'" in capsys.readouterr().err
    assert not Path(out).exists()
