"""The guide to logging: every example runs, and the lists in it are complete."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import dotscape
from dotscape.sdk import current

ROOT = Path(__file__).parent.parent.parent
GUIDE = (ROOT / "docs" / "logging.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```python\n(.*?)```", GUIDE, flags=re.DOTALL)
SDK = Path(dotscape.__file__).parent / "sdk"
N = 6


def names() -> dict[str, Any]:
    """What the examples take for granted."""
    rng = np.random.default_rng(0)
    return {
        "dotscape": dotscape,
        "vectors": rng.standard_normal((N, 8)).astype(np.float32),
        "xy": rng.standard_normal((N, 2)).astype(np.float32),
        "texts": [f"text {i}" for i in range(N)],
        "labels": ["a", "b"] * (N // 2),
        "scores": [0.5] * N,
        "ids": list(range(N)),
        "images": [np.zeros((3, 3), np.uint8)] * N,
        "people": {"height": [1.5, 1.8], "weight": [50, 80], "age": [30, 40]},
    }


@pytest.fixture(autouse=True)
def _no_run_is_left() -> Iterator[None]:
    yield
    while current.run() is not None:
        dotscape.finish()


def execute(block: str, space: dict[str, Any]) -> None:
    """Run a block line by line as far as possible; `expression  # -> text` is checked."""
    exec(compile(block, "logging.md", "exec"), space)
    for expression, expected in re.findall(r"^(\S.*?)\s+# -> (.*)$", block, flags=re.MULTILINE):
        assert str(eval(expression, space)) == expected


@pytest.mark.parametrize("number", range(len(BLOCKS)))
def test_every_example_runs(number: int) -> None:
    block = BLOCKS[number]
    space = names()
    if "open_run" in block:
        with dotscape.init(id="my-run") as run:
            run.log({"loss": 1, "people": dotscape.Table(data=space["people"])})
            columns = {"text": space["texts"]}
            run.log({"reviews": dotscape.Embeddings(space["vectors"], columns=columns)})
    elif "init(" not in block:
        space["run"] = dotscape.init()
    execute(block, space)


def test_the_linking_example_links() -> None:
    block = next(block for block in BLOCKS if '"my_pca"' in block)
    space = names()
    run = space["run"] = dotscape.init()
    execute(block, space)
    run.finish()
    found = dotscape.open_run(run.id).embedding("my_embeddings")
    assert list(found.columns) == ["texts", "label"]
    assert list(found.layouts) == ["my_pca"]


def test_the_warning_is_word_for_word() -> None:
    shown = re.search(r"UserWarning: (dotscape: .*?)\n\n", GUIDE, flags=re.DOTALL)
    assert shown
    expected = " ".join(shown.group(1).split())
    vectors = np.zeros((1000, 3), np.float32)
    run = dotscape.init()
    with pytest.warns(UserWarning) as caught:  # noqa: PT030 - compared in full below
        run.log({"reviews": dotscape.Embeddings(vectors, columns={"label": ["x"] * 999})})
    assert str(caught[0].message) == expected


def test_every_variable_is_listed() -> None:
    source = "".join(path.read_text(encoding="utf-8") for path in SDK.rglob("*.py"))
    source += (SDK.parent / "store" / "root.py").read_text(encoding="utf-8")
    used = set(re.findall(r'"DOTSCAPE_([A-Z_]+)"', source))
    used |= set(re.findall(r'from_environment\("([A-Z_]+)"\)', source))
    used |= {"PROJECT", "ENTITY", "NAME", "NOTES", "RUN_ID", "RUN_GROUP", "JOB_TYPE"}
    listed = set(re.findall(r"`(?:DOTSCAPE)?_([A-Z_]+)`", GUIDE))
    listed |= set(re.findall(r"`DOTSCAPE_([A-Z_]+)", GUIDE))
    assert used <= listed
    assert listed <= used


def test_every_way_to_resume_is_listed() -> None:
    from dotscape.sdk.settings import RESUMES

    assert all(f'`"{way}"`' in GUIDE for way in RESUMES)
