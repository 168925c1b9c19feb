"""Warnings: once, at the user's line, and errors where strictness was asked for."""

from __future__ import annotations

import inspect
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import dotscape
from dotscape.errors import DataError, DotscapeError
from dotscape.sdk.run import Run

BAD: list[Any] = [
    {"x": object()},
    {"x": np.zeros((2, 2, 2))},
    {"x": [1, "a"]},
    {"x": [[1], [1, 2]]},
    {"x": dotscape.Image("/nope.png")},
    {"x": dotscape.Object3D("/nope.obj")},
    {"x": dotscape.Histogram(["a"])},
    {"x": dotscape.Audio(np.zeros(3))},
    {"x": dotscape.Embeddings(np.zeros((2, 2)), columns={"a": [1]})},
    {"x": ["\ud800"]},
    {"nested": {"x": object()}},
    5,
]


def line() -> int:
    """The line this is called from."""
    frame = inspect.currentframe()
    assert frame is not None
    assert frame.f_back is not None
    return frame.f_back.f_lineno


@pytest.mark.parametrize("data", BAD, ids=range(len(BAD)))
def test_a_warning_points_at_the_line_that_logged(run: Run, data: Any) -> None:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        expected = line() + 1
        run.log(data)
        dotscape.log(data)
    assert [(Path(w.filename), w.lineno) for w in caught] == [(Path(__file__), expected)]
    assert str(caught[0].message).startswith("dotscape: ")
    assert caught[0].category is UserWarning


@pytest.mark.parametrize("data", BAD, ids=range(len(BAD)))
def test_strict_raises(data: Any) -> None:
    run = dotscape.init(strict=True)
    assert run.strict
    with pytest.raises(DotscapeError):
        run.log(data)
    run.log({"after": 1})
    assert run.summary["after"] == 1


def test_strict_by_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOTSCAPE_STRICT", "1")
    with pytest.raises(DataError, match="`x`"):
        dotscape.init().log({"x": object()})
    dotscape.finish()
    assert not dotscape.init(strict=False).strict


def test_strict_raises_for_steps_too() -> None:
    run = dotscape.init(strict=True)
    run.log({"a": 1}, step=5)
    with pytest.raises(DataError, match="must not go back"):
        run.log({"a": 1}, step=4)
    with pytest.raises(DataError, match="whole number"):
        run.log({"a": 1}, step="x")  # type: ignore[arg-type]


def test_each_run_says_it_again() -> None:
    for _ in range(2):
        with dotscape.init() as run, pytest.warns(UserWarning, match="`x`"):
            run.log({"x": object()})


def test_values_whose_own_code_raises_end_nothing(run: Run) -> None:
    class Broken:
        shape = (3, 4)
        dtype = "float32"

        def __array__(self, *args: Any, **kwargs: Any) -> Any:
            raise RuntimeError("from the device")

    class BrokenMapping(dict[str, Any]):
        def items(self) -> Any:
            raise RuntimeError("no items")

    class BrokenNumber(Broken):
        shape = ()

        def item(self) -> float:
            raise RuntimeError("no item")

    with pytest.warns(UserWarning, match="`x`.*from the device"):
        run.log({"x": Broken()})
    with pytest.warns(UserWarning, match="`n`.*from the device"):
        run.log({"n": BrokenNumber()})
    with pytest.warns(UserWarning, match="no items"):
        run.log(BrokenMapping(a=1))
    run.log({"after": 1})
    assert run.summary["after"] == 1
