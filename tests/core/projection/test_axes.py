"""Custom axes against their definition, and what can't be an axis."""

from __future__ import annotations

import json
import re

import numpy as np
import pytest

from dotscape.core.projection import project
from dotscape.errors import ParameterError


def made(n: int = 60, d: int = 9) -> np.ndarray:
    return np.random.default_rng(0).normal(size=(n, d)) * 3 + 7


def unit(v: np.ndarray) -> np.ndarray:
    return v / np.linalg.norm(v)


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64, ">f4"])
def test_coordinates_are_along_differences_of_means(dtype: object) -> None:
    X = made().astype(dtype)
    wide = X.astype(float)
    mask = np.arange(60) % 2 == 0
    layout = project(X, "axes", axes=[([3, 4, 5], [9]), (mask, None), (1, np.arange(50, 60))])
    assert layout.shape == (60, 3)
    centred = wide - wide.mean(axis=0)
    directions = [
        unit(wide[3:6].mean(axis=0) - wide[9]),
        unit(wide[mask].mean(axis=0) - wide.mean(axis=0)),
        unit(wide[1] - wide[50:].mean(axis=0)),
    ]
    assert np.allclose(np.asarray(layout), centred @ np.stack(directions, 1), atol=1e-3)
    assert layout.axes == (
        "rows 3, 4, 5 - row 9",
        "mean of 30 rows - all rows",
        "row 1 - mean of 10 rows",
    )
    angle = np.degrees(np.arccos(directions[0] @ directions[1]))
    assert layout.receipt.measures["angles"][0] == pytest.approx(angle, abs=0.1)
    assert json.loads(json.dumps(layout.receipt.parameters))["axes"][0]["plus"]["rows"] == 3


def test_at_right_angles() -> None:
    X = made()
    layout = project(X, "axes", 3, axes=[(0, 1), (2, 3), (4, 5)], orthogonal=True)
    assert layout.receipt.measures["angles"] == [90, 90, 90]
    assert layout.receipt.parameters["orthogonal"] is True
    assert layout.axes is not None
    assert layout.axes[1] == "row 2 - row 3, less the first axis"
    skew = project(X, "axes", 3, axes=[(0, 1), (2, 3), (4, 5)])
    assert np.allclose(np.asarray(layout)[:, 0], np.asarray(skew)[:, 0])


def test_names_may_be_given_and_order_and_repetition_do_not_matter() -> None:
    X = made()
    one = project(X, "axes", axes=[{"plus": [2, 1, 1], "minus": [3], "name": "up"}, (4, 5)])
    two = project(X, "axes", axes=[([1, 2], 3), (4, 5)], threads=1)
    assert one.axes is not None
    assert one.axes[0] == "up"
    assert np.asarray(one).tobytes() == np.asarray(two).tobytes()


def test_rows_that_are_not_finite_do_not_count() -> None:
    X = made()
    X[5, 0] = np.nan
    layout = project(X, "axes", axes=[([4, 5], [9]), (1, 2)])
    assert np.allclose(
        np.asarray(layout)[0], np.asarray(project(X, "axes", axes=[(4, 9), (1, 2)]))[0]
    )
    assert layout.receipt.approximations == ("Row 5 holds a NaN or an infinity and was left out.",)
    with pytest.raises(ParameterError, match="all hold a NaN"):
        project(X, "axes", axes=[(5, 9), (1, 2)])


@pytest.mark.parametrize(
    ("axes", "message"),
    [
        (None, "2 or 3 axes, each a pair.* Got None"),
        ("king - queen", "Got 'king - queen'"),
        ([(0, 1)], "Got 1 axes"),
        ([(0, 1)] * 4, "Got 4 axes"),
        ([(0, 1), 5], "Got 5 as axis 2"),
        ([(0, 1), (2, 3, 4)], "as axis 2"),
        ([([], 1), (2, 3)], "no rows for one side of axis 1"),
        ([(np.zeros(60, bool), 1), (2, 3)], "no rows for one side of axis 1"),
        ([(0, 60), (2, 3)], "row 60 in axis 1 with 60 rows"),
        ([(-1, 1), (2, 3)], "row -1 in axis 1"),
        ([(0.5, 1), (2, 3)], "as rows of axis 1"),
        ([(["a"], 1), (2, 3)], "as rows of axis 1"),
        ([([1, 2], [2, 1]), (2, 3)], "the same rows twice for axis 1"),
    ],
)
def test_what_cannot_be_an_axis(axes: object, message: str) -> None:
    with pytest.raises(ParameterError, match=message) as caught:
        project(made(), "axes", axes=axes)
    assert re.match("The 'axes' of Custom axes must be a list of 2 or 3", str(caught.value))


def test_axes_without_a_direction() -> None:
    X = made()
    X[1] = X[0]
    with pytest.raises(ParameterError, match="two means in the same place for the axis 'row 0 - r"):
        project(X, "axes", axes=[(0, 1), (2, 3)])
    with pytest.raises(ParameterError, match="an axis along those before it"):
        project(X, "axes", axes=[(2, 3), (3, 2)], orthogonal=True)
    with pytest.raises(ParameterError, match="2 axes, as many as the layout has dimensions"):
        project(X, "axes", 2, axes=[(2, 3), (4, 5), (6, 7)])
    with pytest.raises(ParameterError, match="same place"):
        project(np.ones((10, 3)), "axes", axes=[(0, 1), (2, 3)])
