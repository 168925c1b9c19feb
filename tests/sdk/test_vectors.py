"""Vectors of every library and shape: the same numbers, said once where they were rounded."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

import dotscape
from dotscape.sdk.arrays import to_array
from dotscape.sdk.opened import OpenedRun
from dotscape.sdk.run import Run
from tests.sdk.conftest import examples

ReadBack = Callable[[Run], OpenedRun]
X = np.random.default_rng(0).standard_normal((12, 7)).astype(np.float32)


def logged(value: Any, read_back: ReadBack) -> OpenedRun:
    run = dotscape.init()
    run.log({"e": value})
    return read_back(run)


def kind_of(opened: OpenedRun, key: str = "e") -> str:
    return next(r.kind for r in opened._reader.row_sets if r.key == key)


# --- what counts as embeddings --------------------------------------------------------------------


@pytest.mark.parametrize("width", [1, 2, 3, 4, 5, 6, 7, 384])
def test_object3d_of_three_widths_is_a_point_cloud(read_back: ReadBack, width: int) -> None:
    array = np.ones((5, width), np.float32)
    opened = logged(dotscape.Object3D(array, caption="c"), read_back)
    expected = "points" if width in (3, 4, 6) else "embeddings"
    assert kind_of(opened) == expected
    row_set = opened._reader.row_sets[0]
    assert row_set.caption == "c"
    np.testing.assert_array_equal(opened._reader.vectors(row_set.vectors[0]), array)


@pytest.mark.parametrize("width", [1, 2, 3, 4, 6, 384])
def test_a_bare_matrix_is_embeddings_of_any_width(read_back: ReadBack, width: int) -> None:
    opened = logged(np.ones((5, width), np.float32), read_back)
    assert kind_of(opened) == "embeddings"
    assert opened.embedding("e").vectors.shape == (5, width)


@pytest.mark.parametrize(
    "value",
    [
        X.tolist(),
        list(X),
        tuple(X),
        [tuple(row) for row in X.tolist()],
        [list(map(np.float32, row)) for row in X],
        [list(row) for row in X],
        X.astype(object),
        np.array([*X, None], object)[:-1],
    ],
    ids=["lists", "arrays", "tuple", "tuples", "scalars", "lists of scalars", "objects", "rows"],
)
def test_sequences_of_vectors_are_embeddings(read_back: ReadBack, value: Any) -> None:
    for wrapped in (value, dotscape.Object3D(value), dotscape.Embeddings(value)):
        opened = logged(wrapped, read_back)
        assert kind_of(opened) == "embeddings"
        np.testing.assert_array_equal(opened.embedding("e").vectors, X)


@pytest.mark.parametrize("rows", [0, 1, 2])
@pytest.mark.parametrize("width", [1, 2])
def test_few_rows_and_dimensions(read_back: ReadBack, rows: int, width: int) -> None:
    array = np.arange(rows * width, dtype=np.float32).reshape(rows, width)
    opened = logged(array, read_back)
    np.testing.assert_array_equal(opened.embedding("e").vectors, array)
    assert len(opened.embedding("e")) == rows


# --- dtypes ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("dtype", ["f2", "f4", ">f4", ">f2", "f8", "g", "i1", "u1", "i8", "?"])
def test_dtypes(read_back: ReadBack, dtype: str) -> None:
    array = (X * 3).astype(dtype)
    got = logged(array, read_back).embedding("e").vectors
    assert got.dtype == (np.float16 if dtype.endswith("f2") else np.float32)
    np.testing.assert_array_equal(got, array.astype(got.dtype))


def test_rounding_is_said_once(script: Any) -> None:
    done = script(
        """
        import dotscape, numpy as np
        dotscape.init()
        for _ in range(3):
            dotscape.log({"a": np.ones((3, 5)), "b": np.ones((3, 5), "f4")})
        dotscape.finish()
        """
    )
    assert done.stderr.count("float32") == 1
    assert "`a` is float64" in done.stderr
    assert "Warning" not in done.stderr


@pytest.mark.parametrize("dtype", ["complex64", "M8[s]", "U3"])
def test_what_is_no_vector_is_said(run: Run, dtype: str) -> None:
    array = np.zeros((3, 5)).astype(dtype)
    with pytest.warns(UserWarning, match="`e`"):
        run.log({"e": dotscape.Object3D(array)})


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (np.zeros((3, 4, 5)), r"shape \(3, 4, 5\).*reshape"),
        (np.zeros((3, 0)), "at least one dimension"),
        (np.zeros((2, 3), complex), "complex"),
    ],
)
def test_shapes_that_are_no_embedding(
    run: Run, read_back: ReadBack, value: Any, expected: str
) -> None:
    with pytest.warns(UserWarning, match=expected):
        run.log({"e": value, "loss": 1})
    assert read_back(run).keys() == ["loss"]


def test_values_beyond_float32_become_infinite_and_are_counted(read_back: ReadBack) -> None:
    opened = logged(np.array([[1e300, 0.0], [1.0, 2.0]]), read_back)
    np.testing.assert_array_equal(opened.embedding("e").vectors, [[np.inf, 0], [1, 2]])
    assert opened._reader.row_sets[0].vectors[0].nonfinite == 1


@given(
    hnp.arrays(
        np.float32,
        st.tuples(st.integers(0, 30), st.integers(1, 4)),
        elements=st.sampled_from([0.0, 1.0, np.nan, np.inf, -np.inf, 3e38]),
    )
)
@examples(30)
def test_rows_that_are_not_finite_are_kept_and_counted(
    read_back: ReadBack, array: np.ndarray
) -> None:
    opened = logged(array, read_back)
    np.testing.assert_array_equal(opened.embedding("e").vectors, array)
    expected = sum(not np.isfinite(row).all() for row in array)
    assert opened._reader.row_sets[0].vectors[0].nonfinite == expected


# --- no copies ------------------------------------------------------------------------------------


def test_arrays_are_shared_not_copied() -> None:
    arrow = pa.array(X.ravel().tolist(), pa.float32())
    for value in (X, X.view(np.matrix), memoryview_holder(X)):
        assert np.shares_memory(to_array(value), X)
    assert np.shares_memory(to_array(arrow), arrow.to_numpy())


class memoryview_holder:
    """Nothing but the array interface."""

    def __init__(self, array: np.ndarray) -> None:
        self._array = array
        self.__array_interface__ = array.__array_interface__


class DlpackOnly:
    """Nothing but DLPack."""

    def __init__(self, array: np.ndarray) -> None:
        self._array = array

    def __dlpack__(self, **options: Any) -> Any:
        return self._array.__dlpack__(**options)

    def __dlpack_device__(self) -> tuple[int, int]:
        return self._array.__dlpack_device__()


class ArrowOnly:
    """Nothing but the Arrow C interface."""

    def __init__(self, array: Any) -> None:
        self._array = array

    def __arrow_c_array__(self, requested_schema: Any = None) -> Any:
        return self._array.__arrow_c_array__(requested_schema)


def test_protocols(read_back: ReadBack) -> None:
    native = X.copy()
    assert np.shares_memory(to_array(DlpackOnly(native)), native)
    for value in (DlpackOnly(native), memoryview_holder(native)):
        np.testing.assert_array_equal(logged(value, read_back).embedding("e").vectors, X)
    opened = logged(ArrowOnly(pa.array([1, 2, 3])), read_back)
    assert opened.table("e").column("value").to_pylist() == [1, 2, 3]


def test_the_array_is_not_modified(run: Run) -> None:
    array = np.array([[1.0, np.nan], [2.0, 3.0]])
    before = array.copy()
    run.log({"e": array, "t": dotscape.Table(data=array, columns=["a", "b"])})
    np.testing.assert_array_equal(array, before)


def test_a_masked_array_has_nan_where_it_is_masked(read_back: ReadBack) -> None:
    masked = np.ma.masked_array([[1.0, 2.0], [3.0, 4.0]], [[False, True], [False, False]])
    opened = logged(masked, read_back)
    np.testing.assert_array_equal(opened.embedding("e").vectors, [[1, np.nan], [3, 4]])
    integers = np.ma.masked_array([[1, 2], [3, 4]], [[False, True], [False, False]])
    opened = logged(integers, read_back)
    np.testing.assert_array_equal(opened.embedding("e").vectors, [[1, np.nan], [3, 4]])


# --- ragged and mixed -----------------------------------------------------------------------------


def test_vectors_of_different_lengths_are_kept_as_a_list_and_said(
    run: Run, read_back: ReadBack
) -> None:
    with pytest.warns(UserWarning, match="row 2 has 2 values, the first 3"):
        run.log({"e": [[1, 2, 3], [4, 5, 6], [7, 8]]})
    opened = read_back(run)
    assert kind_of(opened) == "list"
    assert opened.table("e").column("value").to_pylist() == ["[1, 2, 3]", "[4, 5, 6]", "[7, 8]"]


def test_object3d_of_different_lengths_is_said(run: Run) -> None:
    with pytest.warns(UserWarning, match="row 1 has 1 values, the first 2"):
        run.log({"e": dotscape.Object3D([[1.0, 2.0], [3.0]])})


def test_a_matrix_of_mixed_objects_is_a_table(run: Run, read_back: ReadBack) -> None:
    run.log({"e": np.array([["a", 1], ["b", 2]], object), "t": np.array([["x", "y"]])})
    opened = read_back(run)
    assert opened.table("e").to_pydict() == {"0": ["a", "b"], "1": [1, 2]}
    assert opened.table("t").to_pydict() == {"0": ["x"], "1": ["y"]}


def test_a_structured_array_is_a_table(run: Run, read_back: ReadBack) -> None:
    run.log({"e": np.array([(1, "a"), (2, "b")], [("n", int), ("s", "U1")])})
    assert read_back(run).table("e").to_pydict() == {"n": [1, 2], "s": ["a", "b"]}


def test_sparse_matrices_get_a_clear_answer(run: Run) -> None:
    scipy_sparse = pytest.importorskip("scipy.sparse")
    for make in (scipy_sparse.csr_matrix, scipy_sparse.coo_array):
        with pytest.warns(UserWarning, match="toarray"):
            run.log({f"e {make.__name__}": make(np.eye(3))})


# --- torch and jax --------------------------------------------------------------------------------


def test_torch(read_back: ReadBack) -> None:
    torch = pytest.importorskip("torch")
    tensor = torch.from_numpy(X.copy())
    assert np.shares_memory(to_array(tensor), tensor.numpy())
    for value in (
        tensor,
        tensor.clone().requires_grad_(),
        torch.nn.Parameter(tensor.clone()),
        (tensor.clone().requires_grad_() * 1.0),
        tensor.T.contiguous().T,
    ):
        for wrapped in (value, dotscape.Object3D(value), list(value), dotscape.Embeddings(value)):
            opened = logged(wrapped, read_back)
            np.testing.assert_array_equal(opened.embedding("e").vectors, X)
    for dtype in (torch.bfloat16, torch.float16, torch.float64, torch.int64, torch.bool):
        got = logged(tensor.to(dtype), read_back).embedding("e").vectors
        np.testing.assert_array_equal(got, tensor.to(dtype).float().numpy().astype(got.dtype))
        assert got.dtype == (np.float16 if dtype == torch.float16 else np.float32)
    run = dotscape.init()
    with torch.inference_mode():
        run.log({"loss": torch.tensor(0.5), "grad": torch.tensor(2.0), "n": torch.tensor([1, 2])})
    run.log({"loss": torch.tensor(0.25, requires_grad=True)})
    with pytest.warns(UserWarning, match="to_dense"):
        run.log({"s": tensor.to_sparse()})
    with pytest.warns(UserWarning, match="can't be read"):
        run.log({"m": torch.empty(3, 4, device="meta")})
    opened = read_back(run)
    assert opened.history(["loss"])["loss"][2].tolist() == [0.5, 0.25]
    assert opened.table("n").column("value").to_pylist() == [1, 2]


def test_jax(read_back: ReadBack) -> None:
    jnp = pytest.importorskip("jax.numpy")
    array = jnp.asarray(X)
    assert np.shares_memory(to_array(array), np.asarray(array))
    for value in (array, dotscape.Object3D(array), list(array), array.astype(jnp.bfloat16)):
        got = logged(value, read_back).embedding("e").vectors
        np.testing.assert_allclose(got, X, rtol=1e-2)
    run = dotscape.init()
    run.log({"loss": jnp.float32(0.5), "n": jnp.arange(3)})
    opened = read_back(run)
    assert opened.summary["loss"] == 0.5
    assert opened.table("n").column("value").to_pylist() == [0, 1, 2]
