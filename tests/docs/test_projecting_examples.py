"""The guide to projecting: every example runs."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np

import dotscape
from dotscape.core.projection import METHODS

GUIDE = Path(__file__).parents[2] / "docs" / "projecting.md"
BLOCKS = re.findall(r"```python\n(.*?)```", GUIDE.read_text(encoding="utf-8"), flags=re.DOTALL)


def test_every_example_runs_after_those_before_it() -> None:
    X = np.random.default_rng(0).standard_normal((200, 24)).astype(np.float32)
    space = {"dotscape": dotscape, "np": np, "X": X}
    for block in BLOCKS:
        exec(compile(block, GUIDE.name, "exec"), space)
    assert len(BLOCKS) == 8
    np.testing.assert_array_equal(
        np.asarray(space["grown"])[:150], np.asarray(space["layout"])[:150]
    )
    assert space["found"].exact


def test_every_method_is_named() -> None:
    text = GUIDE.read_text(encoding="utf-8")
    assert all(f'"{name}"' in text for name in METHODS)
