"""Quality of layouts against scikit-learn and against the definitions."""

from __future__ import annotations

import os
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import spearmanr
from sklearn.manifold import trustworthiness

from dotscape.core.analysis import Quality, quality
from dotscape.core.analysis.quality import FIGURES
from dotscape.core.projection import project
from dotscape.errors import DataError, ParameterError


def by_definition(X: np.ndarray, Y: np.ndarray, k: int) -> tuple[float, float, float]:
    def ranks(Z: np.ndarray) -> np.ndarray:
        D = ((Z[:, None].astype(float) - Z[None]) ** 2).sum(axis=2)
        np.fill_diagonal(D, -1)
        return np.argsort(np.argsort(D, axis=1, kind="stable"), axis=1)  # oneself has rank 0

    n, far, near = len(X), ranks(X), ranks(Y)
    worst = n * k * (2 * n - 3 * k - 1) / 2
    here, there = (near >= 1) & (near <= k), (far >= 1) & (far <= k)
    invented = ((far - k) * (here & (far > k))).sum()
    torn = ((near - k) * (there & (near > k))).sum()
    return 1 - invented / worst, 1 - torn / worst, (here & there).sum() / (n * k)


@given(n=st.integers(5, 150), d=st.integers(1, 20), seed=st.integers(0, 2**32 - 1), data=st.data())
def test_figures_are_their_definitions(n: int, d: int, seed: int, data: st.DataObject) -> None:
    rng = np.random.default_rng(seed)
    X, Y = rng.normal(size=(n, d)), rng.normal(size=(n, 2))
    k = data.draw(st.integers(1, (n - 1) // 2))
    q = quality(X, Y, k)
    assert (q.trustworthiness, q.continuity, q.neighbors_kept) == pytest.approx(
        by_definition(X, Y, k), abs=1e-9
    )
    assert q.trustworthiness == pytest.approx(trustworthiness(X, Y, n_neighbors=k), abs=1e-9)
    assert q.continuity == pytest.approx(trustworthiness(Y, X, n_neighbors=k), abs=1e-9)
    assert q.exact
    assert set(q.errors.values()) == {0.0}


def test_every_point_has_its_figures() -> None:
    rng = np.random.default_rng(0)
    X, Y = rng.normal(size=(100, 6)), rng.normal(size=(100, 2))
    q = quality(X, Y, 7)
    for name in ("trustworthiness", "continuity", "neighbors_kept"):
        points = getattr(q.per_point, name)
        assert points.shape == (100,)
        assert points.mean(dtype=float) == pytest.approx(getattr(q, name), abs=1e-6)
    # A point that was moved among strangers is the one to distrust.
    Y = X[:, :2].copy()
    X = X[:, :2]
    Y[13] = -Y[13] * 3
    assert quality(X, Y, 7).per_point.continuity.argmin() == 13


def test_a_faithful_layout_is_perfect_and_a_random_one_is_the_baseline() -> None:
    rng = np.random.default_rng(1)
    X = rng.normal(size=(800, 2))
    same = quality(X, X * 3 + 100, 15)
    assert (same.trustworthiness, same.continuity, same.neighbors_kept) == (1, 1, 1)
    assert same.distance_correlation == pytest.approx(1)
    random = [quality(X, rng.normal(size=(800, 2)), 15) for _ in range(8)]
    for name in FIGURES:
        mean = np.mean([getattr(q, name) for q in random])
        assert mean == pytest.approx(random[0].random[name], abs=0.01)


def test_distances_are_rank_correlated() -> None:
    rng = np.random.default_rng(2)
    X = rng.normal(size=(300, 5))
    Y = np.round(X[:, :2], 1)  # ties
    pairs = np.triu_indices(300, 1)
    DX = ((X[:, None] - X[None]) ** 2).sum(axis=2)[pairs]
    DY = ((Y[:, None] - Y[None]) ** 2).sum(axis=2)[pairs]
    expected = spearmanr(DX, np.round(DY, 9)).statistic
    assert quality(X, Y, 5).distance_correlation == pytest.approx(expected, abs=1e-3)
    assert np.isnan(quality(np.ones((20, 3)), Y[:20], 5).distance_correlation)


def test_a_sample_is_within_its_stated_error() -> None:
    rng = np.random.default_rng(3)
    X = rng.normal(size=(3000, 10))
    Y = X[:, :2] + rng.normal(size=(3000, 2)) * 0.1
    full, part = quality(X, Y, 15), quality(X, Y, 15, sample=400)
    assert part.looked_at == 400
    assert not part.exact
    for name in ("trustworthiness", "continuity", "neighbors_kept"):
        error = part.errors[name]
        assert 0 < error < 0.02
        assert abs(getattr(part, name) - getattr(full, name)) < 4 * error
    seen = np.isfinite(part.per_point.continuity)
    assert seen.sum() == 400
    assert np.allclose(part.per_point.continuity[seen], full.per_point.continuity[seen])


def test_many_rows_are_sampled() -> None:
    rng = np.random.default_rng(4)
    X = rng.normal(size=(6000, 4)).astype(np.float16)
    q = quality(X, X[:, :2], 10)
    assert (q.rows, q.looked_at) == (6000, 1000)


def test_rows_without_a_place_do_not_count() -> None:
    rng = np.random.default_rng(5)
    X, Y = rng.normal(size=(60, 4)), rng.normal(size=(60, 2))
    X[3, 1], Y[10] = np.inf, np.nan
    q = quality(X, Y, 5)
    good = np.setdiff1d(np.arange(60), [3, 10])
    assert q.rows == 58
    assert q.trustworthiness == pytest.approx(quality(X[good], Y[good], 5).trustworthiness)
    assert np.isnan(q.per_point.continuity[[3, 10]]).all()


@pytest.mark.parametrize("scale", [1e-38, 1e-150, 1e38, 1e150])
def test_scales_do_not_matter(scale: float) -> None:
    rng = np.random.default_rng(6)
    X, Y = rng.normal(size=(50, 4)), rng.normal(size=(50, 2))
    plain, scaled = quality(X, Y, 5), quality(X * scale, Y * scale, 5)
    assert scaled.trustworthiness == pytest.approx(plain.trustworthiness, abs=1e-3)


def test_cosine_looks_at_directions() -> None:
    rng = np.random.default_rng(8)
    X = rng.normal(size=(90, 5))
    Y = rng.normal(size=(90, 2))
    unit = X / np.linalg.norm(X, axis=1, keepdims=True)
    stretched = X * rng.uniform(0.1, 10, (90, 1))
    q = quality(stretched, Y, 6, metric="cosine")
    assert q.trustworthiness == pytest.approx(quality(unit, Y, 6).trustworthiness, abs=1e-6)
    with pytest.raises(ParameterError, match="'metric' of quality must be 'euclidean' or 'cosine'"):
        quality(X, Y, 6, metric="l1")


def test_layouts_of_project_and_threads() -> None:
    X = np.random.default_rng(7).normal(size=(400, 6))
    layout = project(X, "pca")
    results = [quality(X, layout, 9, threads=t) for t in (1, 2, 3)]
    assert isinstance(results[0], Quality)
    assert len({q.trustworthiness for q in results}) == 1
    assert results[0].trustworthiness > results[0].random["trustworthiness"] + 0.1


@pytest.mark.parametrize("k", [0, 5, 2.5, None, True, "3"])
def test_sizes_of_neighbourhoods_that_cannot_be(k: object) -> None:
    X = np.eye(10)
    with pytest.raises(ParameterError, match=r"'k' of quality must be a whole number from 1 to 4"):
        quality(X, X[:, :2], k)  # type: ignore[arg-type]


@pytest.mark.parametrize("n", range(3))
def test_too_few_rows(n: int) -> None:
    with pytest.raises(ParameterError, match="less than half of the rows"):
        quality(np.zeros((n, 3)), np.zeros((n, 2)), 1)


def test_lengths_that_differ_are_both_said() -> None:
    with pytest.raises(DataError, match=r"as many rows as X\. Got 9 rows for 10"):
        quality(np.eye(10), np.zeros((9, 2)), 2)
    with pytest.raises(ParameterError, match="'sample' of quality"):
        quality(np.eye(10), np.zeros((10, 2)), 2, sample=0)


def test_ties_go_to_the_lower_row_number_and_equal_rows_tie() -> None:
    rng = np.random.default_rng(9)
    few = rng.normal(size=(7, 33)).astype(np.float32) + 1000
    X = few[rng.integers(0, 7, 120)]
    Y = rng.integers(0, 4, (120, 2)).astype(float)  # a grid: exact ties
    q = quality(X, Y, 11)
    assert (q.trustworthiness, q.continuity, q.neighbors_kept) == pytest.approx(
        by_definition(X.astype(float), Y, 11), abs=1e-9
    )


@pytest.mark.parametrize("dtype", [np.float16, ">f4", np.float64, np.int16])
@pytest.mark.parametrize("components", [2, 3, 5])
def test_offsets_types_and_orders_of_memory(dtype: object, components: int) -> None:
    rng = np.random.default_rng(10)
    X = np.asfortranarray((rng.normal(size=(150, 13)) * 50 + 1000).astype(dtype))
    Y = rng.normal(size=(150, 2 * components))[:, ::2] + 1e7
    q = quality(X, Y, 10)
    # (scikit-learn's own products lose the digits that an offset of 1e7 takes.)
    assert (q.trustworthiness, q.continuity, q.neighbors_kept) == pytest.approx(
        by_definition(X, Y, 10), abs=1e-9
    )


def test_memory_maps_and_blocks_do_not_matter(tmp_path, monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(11)
    X, Y = rng.normal(size=(700, 17)).astype(np.float32), rng.normal(size=(700, 2))
    whole = quality(X, Y, 20)
    np.save(tmp_path / "X.npy", X)
    monkeypatch.setattr("dotscape.core.analysis.space._BLOCK_VALUES", 1)  # 64 rows at a time
    monkeypatch.setattr("dotscape.core.analysis.space._GATHERED_VALUES", 1000)
    parts = quality(np.load(tmp_path / "X.npy", mmap_mode="r"), Y, 20, threads=1)
    for name in FIGURES:
        assert getattr(parts, name) == getattr(whole, name)
        assert np.array_equal(getattr(parts.per_point, name), getattr(whole.per_point, name))
    assert parts.errors == whole.errors


def test_the_correlation_of_a_sample_is_within_its_error() -> None:
    rng = np.random.default_rng(12)
    X = rng.normal(size=(2500, 6))
    Y = X[:, :2]
    q = quality(X, Y, 15, sample=50)
    first, second = np.triu_indices(2500, 1)
    some = rng.permutation(len(first))[:200_000]
    pairs = first[some], second[some]
    distances = [np.linalg.norm(Z[pairs[0]] - Z[pairs[1]], axis=1) for Z in (X, Y)]
    expected = spearmanr(*distances).statistic
    assert 0 < q.errors["distance_correlation"] < 0.05
    assert abs(q.distance_correlation - expected) < 4 * q.errors["distance_correlation"]
    points = q.per_point.distance_correlation
    assert np.isfinite(points).sum() == 50
    assert np.nanmean(points) == pytest.approx(expected, abs=0.1)


def test_levels_agree() -> None:
    code = (
        "import numpy as np; from dotscape.core.analysis import quality;"
        "r = np.random.default_rng(0); X = r.normal(size=(300, 21)); Y = r.normal(size=(300, 2));"
        "q = quality(X, Y, 9); print(q.trustworthiness, q.continuity, q.neighbors_kept)"
    )
    found = {
        subprocess.run(
            [sys.executable, "-c", code],
            env={**os.environ, "DOTSCAPE_SIMD": level},
            check=True,
            capture_output=True,
        ).stdout
        for level in ("portable", "avx2", "avx512")
    }
    assert len(found) == 1
