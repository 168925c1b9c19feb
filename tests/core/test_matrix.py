"""What is accepted as vectors, and what the messages say of what isn't."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dotscape.core.fingerprint import CHUNK_BYTES, fingerprint
from dotscape.core.matrix import as_matrix, blocks, finite_rows
from dotscape.errors import DataError


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_a_good_matrix_is_not_copied(dtype: type) -> None:
    X = np.zeros((3, 4), dtype)
    assert as_matrix(X, "PCA") is X or as_matrix(X, "PCA").base is X


@pytest.mark.parametrize(
    ("dtype", "expected"),
    [
        (np.bool_, np.float32),
        (np.int8, np.float32),
        (np.uint16, np.float32),
        (np.int32, np.float64),
        (np.int64, np.float64),
        (np.longdouble, np.float64),
        (">f4", np.float32),
        (">f8", np.float64),
        (">i2", np.float32),
    ],
)
def test_other_numbers_keep_their_values(dtype: object, expected: type) -> None:
    X = np.array([[0, 1], [1, 0], [1, 1]], dtype)
    matrix = as_matrix(X, "PCA")
    assert matrix.dtype == expected
    assert matrix.dtype.isnative
    assert matrix.flags.c_contiguous
    assert np.array_equal(matrix, X.astype(float))


def test_strided_and_fortran_arrays_and_lists() -> None:
    X = np.arange(24, dtype=np.float32).reshape(4, 6)
    for form in (np.asfortranarray(X), np.repeat(X, 2, axis=1)[:, ::2], X.tolist(), X[::-1][::-1]):
        matrix = as_matrix(form, "PCA")
        assert np.array_equal(matrix, X)
        assert matrix.flags.c_contiguous


@pytest.mark.parametrize(
    ("given_", "message"),
    [
        ([[1, 2], [3]], "Rows of different lengths"),
        (np.array([[1, "a"], [2, "b"]], object), "an object array.*make every row a list"),
        ([["a", "b"]], "a text array.*encoder"),
        (np.zeros((2, 2), complex), "a complex array.*real part"),
        (np.zeros(5), r"an array of shape \(5,\).*X\[None, :\]"),
        (np.zeros((2, 2, 2)), r"an array of shape \(2, 2, 2\)"),
        (np.zeros((3, 0)), r"an array of shape \(3, 0\)"),
        (np.zeros((2, 2), "M8[s]"), "Turn dates into numbers"),
        (None, "an object array"),
    ],
)
def test_messages_say_what_is_allowed_what_came_and_what_to_do(
    given_: object, message: str
) -> None:
    with pytest.raises(DataError, match=message) as caught:
        as_matrix(given_, "PCA")
    assert str(caught.value).startswith("The 'X' of PCA must be an (n, d) array of real numbers.")


def test_sparse_matrices_are_named() -> None:
    sparse = pytest.importorskip("scipy.sparse")
    with pytest.raises(DataError, match=r"a sparse matrix.*X\.toarray\(\)"):
        as_matrix(sparse.eye(3, format="csr"), "PCA")


@given(
    n=st.integers(0, 300),
    d=st.integers(1, 40),
    dtype=st.sampled_from([np.float16, np.float32, np.float64]),
    seed=st.integers(0, 2**32 - 1),
)
def test_blocks_are_the_rows_scaled_and_shifted(n: int, d: int, dtype: type, seed: int) -> None:
    rng = np.random.default_rng(seed)
    X = rng.standard_cauchy((n, d)).clip(-6e4, 6e4).astype(dtype)
    odd = np.array([np.nan, np.inf, -np.inf, 6e-8, -0.0, 65504], dtype)
    at = rng.random((n, d)) < 0.01
    X[at] = rng.choice(odd, int(at.sum()))
    shift = np.linspace(-1, 1, d).astype(np.float32).astype(np.float64)
    fine = np.isfinite(X).all(axis=1)
    expected = np.where(fine[:, None], np.nan_to_num(X.astype(np.float64)) * 0.5 - shift, 0)
    seen = np.concatenate([np.empty((0, d)), *(b.values.copy() for b in blocks_of(X, shift))])
    assert np.allclose(seen, expected, rtol=3e-7, atol=1e-6)
    assert np.array_equal(finite_rows(X), fine)
    rows = np.arange(n)[::-1][::2].copy()
    gathered = np.concatenate(
        [np.empty((0, d)), *(b.values.copy() for b in blocks(X, rows=rows, scale=0.5, shift=shift))]
    )
    assert np.array_equal(gathered, seen[rows])


def blocks_of(X: np.ndarray, shift: np.ndarray):
    for block in blocks(X, scale=0.5, shift=shift, threads=2):
        size = np.abs(block.values).sum(axis=0, dtype=float)
        assert (np.abs(block.sums - block.values.sum(axis=0, dtype=float)) <= 4e-6 * size).all()
        yield block


def test_every_half_precision_value_is_read_exactly() -> None:
    X = np.arange(1 << 16, dtype=np.uint16).view(np.float16).reshape(-1, 1)
    (block,) = [b.values.copy() for b in blocks(X)][:1]
    expected = np.where(np.isfinite(X), X, 0).astype(np.float32)
    assert np.array_equal(block, expected[: len(block)])
    states = np.concatenate([b.state.copy() for b in blocks(X)])
    assert np.array_equal(states == 0, np.isfinite(X[:, 0]))


def test_rows_too_large_for_single_precision_are_told_apart() -> None:
    X = np.array([[1e300, 0], [1, 2], [np.inf, 0], [np.nan, 1]])
    (block,) = blocks(X)
    assert block.state.tolist() == [2, 0, 1, 1]
    assert block.overflows
    assert block.left_out == 2


def test_fingerprints_depend_on_values_shape_and_type_alone() -> None:
    X = np.random.default_rng(0).normal(size=(60, 30)).astype(np.float32)
    same = fingerprint(X)
    assert fingerprint(X.copy()) == same
    assert len(same) == 64
    changed = X.copy()
    changed[31, 7] = np.nextafter(changed[31, 7], np.float32(9))
    others = {fingerprint(one) for one in (changed, X.reshape(30, 60), X.view(np.int32).view("f4"))}
    assert len(others | {fingerprint(X.astype(float))}) == 4
    assert fingerprint(X.reshape(30, 60)) != same


def test_a_fingerprint_of_several_chunks_does_not_depend_on_threads() -> None:
    X = np.random.default_rng(0).integers(0, 255, (2 * CHUNK_BYTES // 64 + 5, 16)).astype("f4")
    assert X.nbytes > 2 * CHUNK_BYTES
    assert len({fingerprint(X, threads=t) for t in (1, 2, 3)}) == 1
