"""Engines that are closed, and proof that no thread outlives them."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from dotscape.engine import Engine


@pytest.fixture
def engines(tmp_path: Path) -> Iterator[Callable[..., Engine]]:
    """Makes engines over one root; all are closed at the end."""
    made: list[Engine] = []
    before = set(threading.enumerate())

    def make(root: Path = tmp_path / "root", **options: int) -> Engine:
        made.append(Engine(root, **options))
        return made[-1]

    yield make
    for engine in made:
        engine.close()
    left = [t.name for t in set(threading.enumerate()) - before if t.name.startswith("dotscape")]
    assert not left


@pytest.fixture
def engine(engines: Callable[..., Engine]) -> Engine:
    """One engine."""
    return engines()
