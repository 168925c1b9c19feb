"""Steps before a projection against their definitions in float64."""

from __future__ import annotations

import numpy as np
import pytest

from dotscape.core.matrix import as_matrix
from dotscape.core.projection import project
from dotscape.core.projection.preprocessing import checked_steps, in_words, preprocess
from dotscape.errors import DataError, ParameterError


def made(n: int = 400, d: int = 12, seed: int = 0) -> np.ndarray:
    rng = np.random.default_rng(seed)
    return rng.normal(size=(n, d)) @ rng.normal(size=(d, d)) + 5


def after(X: np.ndarray, *steps: object, **options: object) -> np.ndarray:
    matrix = as_matrix(X, "test")
    return preprocess(matrix, checked_steps(steps, matrix.shape[1]), **options)  # type: ignore[arg-type]


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
@pytest.mark.parametrize("offset", [0.0, 100.0])
def test_steps_are_their_definitions(dtype: type, offset: float) -> None:
    X = (made() + offset).astype(dtype)
    wide = X.astype(np.float64)
    centred = wide - wide.mean(axis=0)
    assert np.allclose(after(X, "centre"), centred, atol=1e-5)
    unit = wide / np.linalg.norm(wide, axis=1, keepdims=True)
    assert np.allclose(after(X, "normalise"), unit, atol=1e-6)
    white = after(X, "whiten").astype(np.float64)
    assert np.allclose(np.cov(white.T), np.eye(12), atol=1e-4)
    reduced = after(X, ("pca", 4)).astype(np.float64)
    vectors = np.linalg.eigh(np.cov(centred.T)).eigenvectors
    expected = centred @ vectors[:, ::-1][:, :4]
    assert np.allclose(np.abs(reduced), np.abs(expected), atol=2e-4)
    both = centred / np.linalg.norm(centred, axis=1, keepdims=True)
    assert np.allclose(after(X, "centre", "normalise"), both, atol=1e-5)
    assert after(X, "centre").dtype == np.float32


def test_nothing_to_do_is_the_array_itself() -> None:
    X = as_matrix(made(), "test")
    assert preprocess(X, ()) is X


def test_tiny_variances_are_not_blown_up() -> None:
    rng = np.random.default_rng(1)
    X = rng.normal(size=(500, 3)) * [1, 1, 1e-5]
    white = after(X, "whiten").astype(np.float64)
    # Variance 1e-10 of the largest, divided as if it were a millionth.
    assert white[:, 2].var() == pytest.approx(1e-4, rel=0.3)
    assert white[:, :2].var(axis=0) == pytest.approx([1, 1], rel=0.01)


@pytest.mark.parametrize("X", [np.ones((5, 3)), np.zeros((4, 2)), np.ones((1, 3)), np.ones((0, 3))])
@pytest.mark.parametrize("step", ["centre", "normalise", "whiten", "pca:2"])
def test_equal_few_and_no_points(X: np.ndarray, step: str) -> None:
    made_of = after(X, step)
    assert made_of.shape == (len(X), 2 if step == "pca:2" else X.shape[1])
    assert np.isfinite(made_of).all()
    if step != "normalise":
        assert not made_of.any()


def test_rows_that_are_not_finite_stay_and_count_for_nothing() -> None:
    X = made()
    X[7, 3], X[30] = np.nan, np.inf
    good = np.setdiff1d(np.arange(400), [7, 30])
    for step in ("centre", "normalise", "whiten", "pca:3"):
        whole = after(X, step)
        assert np.isnan(whole[[7, 30]]).all()
        assert np.allclose(whole[good], after(X[good], step), atol=2e-5)


@pytest.mark.parametrize("scale", [1e-150, 1e-30, 1e30, 1e150])
def test_huge_and_tiny_scales(scale: float) -> None:
    X = made()
    assert np.allclose(after(X * scale, "normalise"), after(X, "normalise"), atol=1e-6)
    if scale in (1e-30, 1e30):
        assert np.allclose(after(X * scale, "centre") / scale, after(X, "centre"), atol=1e-4)


def test_what_does_not_fit_float32_is_refused() -> None:
    with pytest.raises(DataError, match=r"'X' of centre must have values that fit float32"):
        after(made() * 1e100, "centre")


def test_memory_maps_threads_and_places_do_not_matter(tmp_path) -> None:
    X = made(9000, 40).astype(np.float16)
    np.save(tmp_path / "X.npy", X)
    mapped = np.load(tmp_path / "X.npy", mmap_mode="r")
    steps = ("centre", "normalise", ("pca", 5), "whiten")
    asked: list[tuple[int, int]] = []

    def allocate(shape: tuple[int, int]) -> np.ndarray:
        asked.append(shape)
        return np.memmap(tmp_path / f"{len(asked)}.f32", np.float32, "w+", shape=shape)

    found = {after(one, *steps, threads=t).tobytes() for t in (1, 2, 3) for one in (X, mapped)}
    found.add(after(mapped, *steps, allocate=allocate).tobytes())
    assert len(found) == 1
    assert asked == [(9000, 40), (9000, 40), (9000, 5), (9000, 5)]


@pytest.mark.parametrize(
    "steps",
    ["centre", 5, ["center", "wash"], [("pca",)], [("centre", 3)], ["centre:3"], [None], [["a"]]],
)
def test_what_is_not_a_step_is_named(steps: object) -> None:
    with pytest.raises(ParameterError, match="'preprocess' of project must be a list of 'centre'"):
        project(made(), "pca", preprocess=steps)  # type: ignore[arg-type]


@pytest.mark.parametrize("d", [0, 13, -1, 2.5, True, "x", None])
def test_components_out_of_range(d: object) -> None:
    with pytest.raises(ParameterError, match=r"'pca' of preprocess must be .* from 1 to 12"):
        project(made(), "pca", preprocess=[("pca", d)])
    with pytest.raises(ParameterError, match="from 1 to 4"):
        project(made(), "pca", preprocess=["pca:4", "pca:5"])


def test_the_receipt_says_what_was_done() -> None:
    layout = project(made(), "pca", preprocess=["center", "normalize", ("pca", np.int64(6))])
    assert layout.receipt.preprocess == ("centre", "normalise", "pca:6")
    assert in_words(layout.receipt.preprocess) == (
        "Vectors were centred, then scaled to unit length, then reduced to 6 principal components."
    )
    assert in_words(()) == ""
    plain = project(made(), "pca")
    assert plain.receipt.preprocess == ()
    assert plain.receipt.data == layout.receipt.data
