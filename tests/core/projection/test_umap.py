"""UMAP as a whole: quality, determinism, its parameters, on few rows and on bad ones, live."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.datasets import load_digits
from sklearn.manifold import trustworthiness

from dotscape.core.projection import Progress, Projection, project
from dotscape.errors import Cancelled, ParameterError


def clusters(n: int = 300, d: int = 10, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    labels = rng.integers(0, 4, n)
    return (rng.normal(size=(n, d)) + np.eye(4, d)[labels] * 15).astype(np.float32), labels


def distances_of(layout: np.ndarray) -> np.ndarray:
    distances = np.linalg.norm(layout[:, None] - layout[None], axis=2)
    np.fill_diagonal(distances, np.inf)
    return distances


@pytest.mark.parametrize("dimensions", [2, 3])
@pytest.mark.parametrize("init", ["spectral", "pca"])
def test_digits_are_as_trustworthy_as_umap_learns(dimensions: int, init: str) -> None:
    X = load_digits().data
    layout = np.asarray(project(X, "umap", dimensions, init=init))
    # umap-learn 0.5.12 in 2-D: 0.987
    assert trustworthiness(X, layout, n_neighbors=15) > 0.984


@pytest.mark.parametrize("metric", ["euclidean", "cosine"])
@pytest.mark.parametrize("dimensions", [2, 3])
def test_clusters_stay_apart(dimensions: int, metric: str) -> None:
    X, labels = clusters()
    layout = np.asarray(project(X, "umap", dimensions, metric=metric, n_epochs=200))
    distances = distances_of(layout)
    nearest = np.argsort(distances, axis=1)[:, :10]
    assert (labels[nearest] == labels[:, None]).mean() > 0.99
    other = labels[:, None] != labels[None]
    assert distances[other].min() > 1.0


@pytest.mark.parametrize("dimensions", [2, 3])
@pytest.mark.parametrize("init", ["spectral", "pca"])
def test_same_seed_same_bytes_whatever_the_threads(dimensions: int, init: str) -> None:
    X = np.random.default_rng(0).normal(size=(1500, 8)).astype(np.float32)
    layouts = {
        np.asarray(project(X, "umap", dimensions, n_epochs=30, init=init, threads=t)).tobytes()
        for t in (1, 2, 3, 1)
    }
    assert len(layouts) == 1
    other = project(X, "umap", dimensions, random_state=7, n_epochs=30, init=init)
    assert np.asarray(other).tobytes() not in layouts


def test_a_larger_least_distance_keeps_neighbours_apart() -> None:
    X = np.random.default_rng(0).normal(size=(400, 3))
    near, far = (
        np.median(distances_of(np.asarray(project(X, "umap", min_dist=m))).min(axis=1))
        for m in (0.0, 0.8)
    )
    assert far > 2 * near


@pytest.mark.parametrize("n", [3, 4, 5, 7])
@pytest.mark.parametrize("dimensions", [2, 3])
def test_few_rows_do(n: int, dimensions: int) -> None:
    X = np.random.default_rng(n).normal(size=(n, 4))
    layout = project(X, "umap", dimensions)
    assert np.isfinite(np.asarray(layout)).all()
    assert layout.receipt.parameters["n_neighbors"] == n


@pytest.mark.parametrize("n", [0, 1, 2])
def test_too_few_rows_are_an_error(n: int) -> None:
    with pytest.raises(ParameterError, match=rf"'X' of UMAP must be at least 3 rows.*Got {n} row"):
        project(np.zeros((n, 3)), "umap")


@pytest.mark.parametrize("value", [0.0, 3.5, -1e30, 1e-40])
def test_equal_rows_make_a_blob(value: float) -> None:
    layout = np.asarray(project(np.full((200, 6), value, np.float32), "umap", n_epochs=50))
    assert np.isfinite(layout).all()
    assert len(np.unique(layout, axis=0)) > 190


@pytest.mark.parametrize("scale", [1e-30, 1e30])
def test_duplicates_outliers_and_any_scale(scale: float) -> None:
    X, labels = clusters()
    X = np.concatenate((X, np.repeat(X[:1], 60, axis=0), X[:2] * 50)) * np.float32(scale)
    layout = np.asarray(project(X, "umap", n_epochs=100))
    assert np.isfinite(layout).all()
    nearest = np.argsort(distances_of(layout[:300]), axis=1)[:, :5]
    assert (labels[nearest] == labels[:, None]).mean() > 0.97


def test_rows_with_gaps_are_left_out() -> None:
    X, _ = clusters(200)
    X[3, 2], X[77, 0] = np.nan, np.inf
    layout = project(X, "umap", n_epochs=50)
    good = np.isfinite(X).all(axis=1)
    assert layout.receipt.rows_left_out == 2
    assert np.array_equal(np.isnan(np.asarray(layout)).all(axis=1), ~good)
    alone = project(X[good], "umap", n_epochs=50)
    assert np.array_equal(np.asarray(layout)[good], np.asarray(alone))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("n_neighbors", 1),
        ("n_neighbors", 301),
        ("n_neighbors", 5.5),
        ("min_dist", -0.1),
        ("min_dist", 1.5),  # above the spread
        ("min_dist", np.nan),
        ("spread", 0),
        ("n_epochs", 9),
        ("n_epochs", "many"),
        ("negative_sample_rate", 0),
        ("learning_rate", 0.0),
        ("repulsion_strength", -1),
        ("metric", "manhattan"),
        ("init", "random"),
        ("n_neighbours", 5),
    ],
)
def test_values_out_of_limits(name: str, value: object) -> None:
    with pytest.raises(ParameterError) as caught:
        project(np.random.default_rng(0).normal(size=(30, 4)), "umap", **{name: value})
    assert str(caught.value).startswith(f"The '{name}' of UMAP must be ")


@pytest.mark.parametrize("components", [1, 4, True, "2"])
def test_other_numbers_of_dimensions(components: object) -> None:
    with pytest.raises(ParameterError, match=r"'n_components' of UMAP must be 2 or 3\. Got"):
        project(np.eye(9), "umap", components)  # type: ignore[arg-type]


def test_a_graph_in_parts_begins_with_principal_components_and_says_so() -> None:
    X, _ = clusters()
    (note,) = project(X, "umap", n_epochs=20).receipt.approximations
    assert "falls into parts" in note
    spread = np.random.default_rng(0).normal(size=(300, 3))
    assert project(spread, "umap", n_epochs=20, init="spectral").receipt.approximations == ()
    assert project(X, "umap", n_epochs=20, init="pca").receipt.approximations == ()


def test_the_loss_falls() -> None:
    projection = Projection(load_digits().data[:500], "umap", init="pca")
    begin = projection.snapshot().receipt.measures["cross_entropy"]
    end = projection.run().receipt.measures["cross_entropy"]
    assert end < 0.8 * begin
    assert projection.iteration == 500


def test_pinned_rows_never_move_and_new_ones_find_their_place() -> None:
    X, labels = clusters(400)
    before = np.array(project(X[:300], "umap", n_epochs=200))
    initial = np.full((400, 2), np.nan, np.float32)
    initial[:300] = before
    pinned = np.arange(300)
    layout = np.asarray(Projection(X, "umap", initial=initial, pinned=pinned, n_epochs=50).run())
    assert np.array_equal(layout[:300], before)
    nearest = np.argsort(distances_of(layout)[300:], axis=1)[:, :5]
    assert (labels[nearest] == labels[300:, None]).mean() > 0.97


def test_a_warm_start_begins_where_it_is_told() -> None:
    X, _ = clusters()
    initial = np.random.default_rng(0).normal(size=(300, 3)).astype(np.float32)
    projection = Projection(X, "umap", 3, initial=initial)
    assert np.array_equal(np.asarray(projection.snapshot()), initial)


def test_changing_on_the_way() -> None:
    X, _ = clusters()
    projection = Projection(X, "umap", n_epochs=400)
    projection.step(20)
    projection.change(n_epochs=30, min_dist=0.5, learning_rate=0.5, negative_sample_rate=3)
    projection.run()
    assert projection.iteration == 30
    for name, value in (("n_neighbors", 5), ("metric", "cosine"), ("init", "pca")):
        with pytest.raises(ParameterError, match=f"'{name}' of UMAP must be left as it is"):
            projection.change(**{name: value})
    with pytest.raises(ParameterError, match="'min_dist' of UMAP must be at most the spread"):
        projection.change(min_dist=2.0)


def test_stepping_is_running() -> None:
    X, _ = clusters(200)
    stepped = Projection(X, "umap", n_epochs=40)
    for _ in range(40):
        stepped.step()
    whole = project(X, "umap", n_epochs=40)
    assert np.asarray(stepped.snapshot()).tobytes() == np.asarray(whole).tobytes()


def test_cancelling_ends_it() -> None:
    progress = Progress()
    projection = Projection(clusters()[0], "umap", progress=progress)
    projection.step(3)
    progress.cancel()
    with pytest.raises(Cancelled):
        projection.run()
    assert projection.iteration == 3


@pytest.mark.parametrize("dtype", [np.float16, np.float64, ">f4", np.int32])
def test_any_dtype_and_order(dtype: object) -> None:
    X = np.asfortranarray((clusters(100)[0] * 4).astype(dtype))
    layout = np.asarray(project(X, "umap", n_epochs=50))
    assert layout.dtype == np.float32
    nearest = np.argsort(distances_of(layout), axis=1)[:, :5]
    labels = clusters(100)[1]
    assert (labels[nearest] == labels[:, None]).mean() > 0.95
