"""The larger demos, installed and run as a person would."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

import pytest

from dotscape.cli.demo import DATA
from dotscape.store.reader import RunReader
from tests.environments import LIBRARIES, python_with


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "key", "rows", "columns"),
    [
        ("words", "words", 30_000, {"word", "kind", "letters", "rank"}),
        ("sentences", "sentences", None, {"texts", "area", "module", "words"}),
    ],
)
def test_demo(tmp_path: Path, name: str, key: str, rows: int | None, columns: set[str]) -> None:
    # The encoder's environment takes 1.7 GB: the reference script's test has the same.
    requirements = LIBRARIES if name == "sentences" else tuple(DATA[name].needs.values())
    assert set(DATA[name].needs.values()) <= set(requirements)
    python = python_with(*requirements)
    process = subprocess.Popen(
        [python, "-m", "dotscape.cli", "demo", "--data", name, "--no-browser", "--port", "0"],
        env={**os.environ, "DOTSCAPE_DIR": str(tmp_path)},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    line = next((line for line in process.stdout if "http://" in line), "")
    process.terminate()
    process.communicate(timeout=30)
    found = re.search(r"/runs/([^/]+)/media\?token=", line)
    assert found, line
    sets = RunReader(tmp_path, found.group(1)).embedding_sets()
    [embedding] = [one for one in sets if one.source.key == key]
    if rows is not None:
        assert embedding.source.rows == rows
    assert embedding.source.rows > 2000
    assert columns <= {column.name for column in embedding.columns}
