"""PCA against a float64 SVD, and against everything that isn't a nice matrix."""

from __future__ import annotations

import os

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dotscape.core.projection import Progress, project
from dotscape.core.projection.eigen import top_eigenpairs
from dotscape.errors import Cancelled, DataError, ParameterError


def oracle(X: np.ndarray, k: int) -> tuple[np.ndarray, np.ndarray, float]:
    """Coordinates, variances and total variance by numpy's SVD in float64."""
    X = X.astype(np.float64)
    centred = X - X.mean(axis=0)
    U, s, _ = np.linalg.svd(centred, full_matrices=False)
    variances = s**2 / max(len(X) - 1, 1)
    return (U * s)[:, :k], variances[:k], variances.sum()


def clouds(n: int, d: int, rank: int = 12, seed: int = 0) -> np.ndarray:
    rng = np.random.default_rng(seed)
    spread = 2.0 ** -np.arange(rank) * 8
    directions = np.linalg.qr(rng.normal(size=(d, min(rank, d))))[0]
    X = (rng.normal(size=(n, min(rank, d))) * spread[: min(rank, d)]) @ directions.T
    return X + rng.normal(size=(1, d)) * 20 + rng.normal(size=(n, d)) * 0.01


def assert_like_svd(X: np.ndarray, k: int, layout, tolerance: float = 1e-5) -> None:
    coordinates, variances, total = oracle(X, k)
    measures = layout.receipt.measures
    assert np.allclose(measures["explained_variance"], variances, rtol=1e-5, atol=1e-5 * total)
    assert measures["total_variance"] == pytest.approx(total, rel=1e-5)
    ours = np.asarray(layout).astype(float)
    signs = np.sign((ours * coordinates).sum(axis=0))
    scale = np.abs(coordinates).max()
    assert np.abs(ours * signs - coordinates).max() <= tolerance * scale


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
@pytest.mark.parametrize(
    ("n", "d"),
    [(50, 10), (10, 50), (2000, 30), (30, 3000), (30_000, 71), (900, 1000), (4000, 530)],
)
def test_it_is_the_svd(n: int, d: int, dtype: type) -> None:
    X = clouds(n, d).astype(dtype)
    layout = project(X, "pca", n_components=3)
    assert_like_svd(X, 3, layout, 1e-4 if dtype is np.float16 else 1e-5)
    assert layout.receipt.rows_left_out == 0
    assert layout.axes is not None
    share = layout.receipt.measures["explained_variance_ratio"][0]
    assert layout.axes[0] == f"PC1 {100 * share:.1f} %"


@given(
    n=st.integers(2, 60),
    d=st.integers(2, 60),
    exponent=st.integers(-30, 30),
    seed=st.integers(0, 2**32 - 1),
)
def test_scale_and_offset_do_not_matter(n: int, d: int, exponent: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(n, d)) * 2.0 ** rng.integers(0, 5, d)
    plain = project(X, "pca").receipt.measures
    moved = project(np.ldexp(X, exponent) + 3.0 * 2.0**exponent, "pca").receipt.measures
    assert np.allclose(
        moved["explained_variance_ratio"], plain["explained_variance_ratio"], atol=1e-6
    )
    expected = np.ldexp(plain["explained_variance"], 2 * exponent)
    assert np.allclose(moved["explained_variance"], expected, rtol=1e-4)


@pytest.mark.parametrize("scale", [1e-37, 1e-20, 1e20, 1e37])
@pytest.mark.parametrize("shape", [(300, 20), (55_000, 40)])
def test_huge_and_tiny_vectors(scale: float, shape: tuple[int, int]) -> None:
    X = clouds(*shape)
    layout = project((X * scale / 30).astype(np.float32), "pca", n_components=2)
    plain = project((X / 30).astype(np.float32), "pca", n_components=2)
    assert np.allclose(
        layout.receipt.measures["explained_variance_ratio"],
        plain.receipt.measures["explained_variance_ratio"],
        rtol=1e-5,
    )
    assert np.isfinite(np.asarray(layout)).all()


def test_vectors_beyond_single_precision() -> None:
    X = clouds(300, 20)
    small = project(X * 1e-100, "pca").receipt.measures
    plain = project(X, "pca").receipt.measures
    assert small["explained_variance_ratio"] == pytest.approx(plain["explained_variance_ratio"])
    with pytest.raises(DataError, match=r"coordinates fit float32.*Divide X by it"):
        project(X * 1e100, "pca")


def test_one_row_far_larger_than_all_others() -> None:
    X = clouds(60_000, 40).astype(np.float32)
    X[12_345] = 1e30  # not among those that choose the scale
    layout = project(X, "pca", n_components=2)
    assert layout.receipt.measures["explained_variance_ratio"][0] > 0.999
    assert np.isfinite(np.asarray(layout)).all()
    assert np.abs(np.asarray(layout)[12_345, 0]) > 1e29


def test_a_large_common_offset_costs_no_digits() -> None:
    X = clouds(3000, 20)
    layout = project(X + 1e9, "pca")
    assert_like_svd(X, 2, layout, 1e-4)


def test_rows_that_are_not_finite_are_left_out_counted_and_nan() -> None:
    for n, d in ((200, 15), (60_000, 40)):
        X = clouds(n, d).astype(np.float32)
        bad = [0, 7, n - 1]
        X[0, 3], X[7, 0], X[n - 1, d - 1] = np.nan, np.inf, -np.inf
        layout = project(X, "pca", n_components=3)
        coordinates = np.asarray(layout)
        good = np.setdiff1d(np.arange(n), bad)
        assert layout.receipt.rows_left_out == 3
        assert layout.receipt.rows == n
        assert np.isnan(coordinates[bad]).all()
        alone = project(X[good], "pca", n_components=3)
        assert np.allclose(coordinates[good], np.asarray(alone), atol=1e-4)


@pytest.mark.parametrize("n", range(6))
@pytest.mark.parametrize("d", [1, 2, 3, 40])
def test_few_rows_and_few_dimensions(n: int, d: int) -> None:
    X = np.random.default_rng(n).normal(size=(n, d)).astype(np.float32)
    layout = project(X, "pca", n_components=3)
    coordinates = np.asarray(layout)
    assert coordinates.shape == (n, 3)
    assert np.isfinite(coordinates).all()
    rank = min(max(n - 1, 0), d)
    assert not coordinates[:, rank:].any()
    assert len(layout.receipt.approximations) == (1 if rank < 3 else 0)
    if rank < 3:
        assert "zero" in layout.receipt.approximations[0]
    if n > 1:
        distances = np.linalg.norm(X[:, None] - X[None], axis=2)
        if rank <= 3:  # nothing is lost
            ours = np.linalg.norm(coordinates[:, None] - coordinates[None], axis=2)
            assert np.allclose(ours, distances, atol=1e-5)


@pytest.mark.parametrize("value", [0.0, 0.1, -1e30, 1e-42])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("shape", [(7, 3), (40_000, 60)])
def test_equal_points_are_zeros(value: float, dtype: type, shape: tuple[int, int]) -> None:
    layout = project(np.full(shape, value, dtype), "pca")
    assert not np.asarray(layout).any()
    assert layout.receipt.measures["explained_variance_ratio"] == [0.0, 0.0]
    assert "vary in 0 directions" in layout.receipt.approximations[0]


def test_nothing_finite() -> None:
    layout = project(np.full((5, 3), np.nan), "pca")
    assert np.isnan(np.asarray(layout)).all()
    assert layout.receipt.rows_left_out == 5


def test_ten_components_are_orthogonal_and_sorted() -> None:
    layout = np.asarray(project(clouds(4000, 64), "pca", n_components=10)).astype(float)
    covariance = np.cov(layout.T)
    variances = np.diag(covariance)
    assert (np.diff(variances) <= 0).all()
    assert np.abs(covariance - np.diag(variances)).max() < 1e-5 * variances[0]


def test_bytes_do_not_depend_on_threads_or_memory_maps(tmp_path) -> None:
    X = clouds(60_000, 48).astype(np.float16)
    np.save(tmp_path / "X.npy", X)
    mapped = np.load(tmp_path / "X.npy", mmap_mode="r")
    layouts = [np.asarray(project(X, "pca", threads=t)).tobytes() for t in (1, 2, 3)]
    layouts.append(np.asarray(project(mapped, "pca")).tobytes())
    assert len(set(layouts)) == 1


class Recorder:
    """Keeps what a method reports, and cancels at the n-th report."""

    def __init__(self, cancel_at: int | None = None) -> None:
        self.progress = Progress(self, frame_seconds=0)
        self.phases: list[tuple[str, int]] = []
        self.layouts: list[np.ndarray] = []
        self.reports = 0
        self._cancel_at = cancel_at

    def on_phase(self, name: str, iterations: int, later: float) -> None:
        self.phases.append((name, iterations))

    def on_report(self, iteration: int, loss: float | None, layout: np.ndarray | None) -> None:
        self.reports += 1
        if layout is not None:
            self.layouts.append(layout)
        if self.reports == self._cancel_at:
            self.progress.cancel()


def test_a_large_set_gets_a_first_look_that_is_nearly_right(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # What counts as large and slow, made smaller.
    monkeypatch.setattr("dotscape.core.projection.pca._SAMPLE_ROWS", 5000)
    monkeypatch.setattr("dotscape.core.projection.pca._FIRST_LOOK_SECONDS", 0.0)
    X = clouds(12_000, 200, rank=8).astype(np.float16)
    recorder = Recorder()
    final = np.asarray(project(X, "pca", progress=recorder.progress))
    assert [name for name, _ in recorder.phases][:2] == [
        "Taking a first look",
        "Computing principal components",
    ]
    (first,) = recorder.layouts
    assert first.shape == final.shape
    assert np.abs(first - final).max() < 0.05 * np.abs(final).max()


def test_it_can_be_cancelled() -> None:
    recorder = Recorder(cancel_at=2)
    with pytest.raises(Cancelled):
        project(clouds(60_000, 64).astype(np.float32), "pca", progress=recorder.progress)
    assert recorder.reports == 2


@pytest.mark.parametrize(("m", "k"), [(1, 1), (5, 3), (300, 10), (700, 3), (1500, 3)])
def test_largest_eigenpairs(m: int, k: int) -> None:
    rng = np.random.default_rng(m)
    root = rng.normal(size=(m, m)) * 0.97 ** np.arange(m)
    matrix = root.T @ root
    values, vectors = top_eigenpairs(matrix, k)
    assert np.allclose(values, np.linalg.eigvalsh(matrix)[::-1][:k], rtol=1e-10)
    assert np.allclose(matrix @ vectors, vectors * values, atol=1e-7 * values[0])
    assert np.allclose(vectors.T @ vectors, np.eye(k), atol=1e-10)
    assert (vectors[np.abs(vectors).argmax(axis=0), np.arange(k)] > 0).all()


@pytest.mark.parametrize("components", [0, 1, 11, 2.5, True, "3"])
def test_numbers_of_components_that_cannot_be(components: object) -> None:
    with pytest.raises(
        ParameterError, match=r"'n_components' of PCA must be .* from 2 to 10\. Got"
    ):
        project(np.eye(5), "pca", n_components=components)  # type: ignore[arg-type]


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_small_variances_are_exact_too(dtype: type) -> None:
    rng = np.random.default_rng(3)
    directions = np.linalg.qr(rng.normal(size=(60, 60)))[0][:, :6]
    X = (rng.normal(size=(40_000, 6)) * [1000, 100, 30, 10, 3, 1]) @ directions.T + 50
    X = X.astype(dtype)
    _, variances, total = oracle(X, 5)
    measures = project(X, "pca", n_components=5).receipt.measures
    assert np.allclose(measures["explained_variance"], variances, rtol=1e-5)
    assert measures["total_variance"] == pytest.approx(total, rel=1e-5)


def test_as_many_components_as_numbers() -> None:
    X = clouds(500, 40, rank=40)
    layout = project(X, "pca", n_components=40)
    assert layout.shape == (500, 40)
    assert_like_svd(X, 40, layout)
    ours = np.asarray(layout).astype(float)
    apart = np.linalg.norm(X[0] - X[1:], axis=1)
    assert np.allclose(np.linalg.norm(ours[0] - ours[1:], axis=1), apart, rtol=1e-4)
    with pytest.raises(ParameterError, match="from 2 to 40"):
        project(X, "pca", n_components=41)


def test_rows_left_out_are_named() -> None:
    X = clouds(60, 5)
    X[[3, 50]] = np.nan
    said = project(X, "pca").receipt.approximations
    assert said == ("Rows 3, 50 hold a NaN or an infinity and were left out.",)
    X[:20] = np.inf
    assert (
        "Rows 0, 1, 2, 3, 4, 5, 6, 7, 8, 9 and 11 more"
        in project(X, "pca").receipt.approximations[0]
    )


def test_a_file_that_changes_under_a_memory_map_is_an_error(tmp_path) -> None:
    path = tmp_path / "X.npy"
    np.save(path, clouds(60_000, 48).astype(np.float32))
    mapped = np.load(path, mmap_mode="r")

    class Writer(Recorder):
        def on_report(self, *report: object) -> None:
            with open(path, "r+b") as file:
                file.seek(4096)
                file.write(b"other")
            os.utime(path, ns=(1, 1))

    with pytest.raises(DataError, match=r"'X' of project must not change while it is read.*X\.npy"):
        project(mapped[:], "pca", progress=Writer().progress)
    fresh = np.load(path, mmap_mode="r")
    (tmp_path / "X.npy").unlink()  # the map still holds it
    assert project(fresh, "pca").shape == (60_000, 2)
