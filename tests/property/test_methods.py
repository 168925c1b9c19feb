"""What holds for every projection method, whatever the vectors."""

from __future__ import annotations

import json
from dataclasses import asdict

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dotscape.core.projection import METHODS, project
from dotscape.errors import ParameterError

KINDS = ("normal", "cauchy", "integers", "equal", "duplicates", "one column", "denormal", "mixed")
DTYPES = (np.float16, np.float32, np.float64, np.int16, np.int64, ">f4", ">f8")
FAST = {"pca": {}, "tsne": {"max_iter": 50}, "umap": {"n_epochs": 20}, "axes": {}}


def options(name: str, components: int) -> dict[str, object]:
    """Parameters that make a method quick, and those it can't do without."""
    if name == "axes":
        return {"axes": [(i, None) for i in range(components)]}
    return FAST[name]


def made(kind: str, n: int, d: int, seed: int) -> np.ndarray:
    rng = np.random.default_rng(seed)
    if kind == "cauchy":
        return rng.standard_cauchy((n, d)).clip(-1e4, 1e4)
    if kind == "integers":
        return rng.integers(-3, 4, (n, d)).astype(float)
    if kind == "equal":
        return np.full((n, d), float(rng.normal()))
    if kind == "duplicates":
        return rng.normal(size=(3, d))[rng.integers(0, 3, n)]
    if kind == "one column":
        X = np.zeros((n, d))
        X[:, 0] = rng.normal(size=n)
        return X
    if kind == "denormal":
        return rng.normal(size=(n, d)) * 1e-40
    if kind == "mixed":
        return rng.normal(size=(n, d)) * 10.0 ** rng.integers(-30, 30, (1, d))
    return rng.normal(size=(n, d))


@settings(deadline=None, max_examples=60)
@given(
    name=st.sampled_from(sorted(METHODS)),
    kind=st.sampled_from(KINDS),
    n=st.integers(0, 90),
    d=st.integers(1, 40),
    dtype=st.sampled_from(DTYPES),
    components=st.sampled_from([2, 3]),
    seed=st.integers(0, 2**32 - 1),
    gaps=st.booleans(),
    strided=st.booleans(),
)
def test_a_layout_or_a_message(
    name: str,
    kind: str,
    n: int,
    d: int,
    dtype: object,
    components: int,
    seed: int,
    gaps: bool,
    strided: bool,
) -> None:
    method = METHODS[name]
    X = made(kind, n, d, seed)
    with np.errstate(over="ignore", invalid="ignore"):
        X = X.astype(dtype)
    if gaps and X.dtype.kind == "f" and n:
        X[seed % n, seed % d] = (np.nan, np.inf, -np.inf)[seed % 3]
    if strided:
        X = np.repeat(X, 2, axis=0)[::2]
    X.flags.writeable = False
    before = X.tobytes()
    good = np.isfinite(X.astype(np.float64)).all(axis=1)
    try:
        layout = project(X, name, components, seed, **options(name, components))
    except ParameterError as error:
        if name == "axes":  # rows out of range, not finite, or all in one place
            assert "'axes'" in str(error) or len(X) < 2  # noqa: PT017
            return
        assert good.sum() < method.fewest_rows or "perplexity" in str(error)  # noqa: PT017
        assert good.sum() < 4
        return
    coordinates = np.asarray(layout)
    assert coordinates.shape == (n, components)
    assert coordinates.dtype == np.float32
    assert np.isnan(coordinates[~good]).all()
    assert np.isfinite(coordinates[good]).all()
    assert X.tobytes() == before
    receipt = layout.receipt
    assert receipt.rows_left_out == (~good).sum()
    assert json.loads(json.dumps(asdict(receipt)))["data"] == receipt.data
    again = project(X, name, components, seed, threads=1, **options(name, components))
    assert np.array_equal(np.asarray(again), coordinates, equal_nan=True)


@pytest.mark.parametrize("name", sorted(METHODS))
def test_a_layout_is_array_like(name: str) -> None:
    X = np.random.default_rng(0).normal(size=(20, 4))
    layout = project(X, name, 3, **options(name, 3))
    assert layout.shape == (20, 3)
    assert layout.ndim == 2
    assert len(layout) == len(list(layout)) == 20
    assert np.array_equal(layout[2:5], np.asarray(layout)[2:5])
    assert np.asarray(layout, dtype=float).dtype == float
    assert np.array(layout, copy=True) is not np.asarray(layout)
    assert repr(layout) == f"<Layout of 20 points in 3-D by {name}>"
    versions = layout.receipt.versions
    assert set(versions) == {"dotscape", name, "numpy", "python", "simd"}


@pytest.mark.parametrize("name", sorted(METHODS))
def test_torch_tensors_need_no_care(name: str) -> None:
    torch = pytest.importorskip("torch")
    X = torch.randn(20, 4, requires_grad=True)
    plain = project(X.detach().numpy(), name, **options(name, 2))
    assert np.array_equal(np.asarray(project(X, name, **options(name, 2))), np.asarray(plain))
    half = X.detach().to(torch.bfloat16)
    assert project(half, name, **options(name, 2)).shape == (20, 2)
