"""t-SNE as a whole: against scikit-learn's, on few rows and on bad ones, live and cancelled."""

from __future__ import annotations

import subprocess
import sys
import time

import numpy as np
import pytest
from sklearn.datasets import load_digits
from sklearn.manifold import TSNE as SklearnTSNE
from sklearn.manifold import trustworthiness
from threadpoolctl import threadpool_limits

from dotscape.core.neighbors import prepare
from dotscape.core.projection import METHODS, Progress, project
from dotscape.core.projection.affinities import joint_probabilities
from dotscape.core.projection.descent import Descent
from dotscape.errors import Cancelled, ParameterError


def clusters(n: int = 300, d: int = 10, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    labels = rng.integers(0, 4, n)
    return (rng.normal(size=(n, d)) + np.eye(4, d)[labels] * 15).astype(np.float32), labels


def exact_kl(X: np.ndarray, layout: np.ndarray, perplexity: float) -> float:
    """KL divergence of a layout with our P, without approximation."""
    prepared = prepare(np.ascontiguousarray(X, np.float32), "euclidean", progress=Progress())
    P = joint_probabilities(prepared, perplexity, progress=Progress())
    return Descent(P, np.asarray(layout, np.float32)).gradient(1.0, 0.0)[1]


@pytest.mark.parametrize("dimensions", [2, 3])
def test_the_loss_is_no_worse_than_scikit_learns(dimensions: int) -> None:
    X = load_digits().data[:600]
    ours = project(X, "tsne", dimensions)
    with threadpool_limits(1):  # its threads spin where cores are busy
        peer = SklearnTSNE(dimensions, init="pca", random_state=0).fit(X)
    kl = exact_kl(X, np.asarray(ours), 30.0)
    assert kl <= exact_kl(X, peer.embedding_, 30.0) * 1.02
    assert ours.receipt.measures["kl_divergence"] == pytest.approx(kl, rel=1e-3)  # ties
    ours_trust = trustworthiness(X, np.asarray(ours), n_neighbors=12)
    assert ours_trust >= trustworthiness(X, peer.embedding_, n_neighbors=12) - 0.005


@pytest.mark.parametrize("metric", ["euclidean", "cosine"])
@pytest.mark.parametrize("dimensions", [2, 3])
def test_clusters_stay_together(dimensions: int, metric: str) -> None:
    X, labels = clusters()
    layout = np.asarray(project(X, "tsne", dimensions, perplexity=20, metric=metric))
    distances = np.linalg.norm(layout[:, None] - layout[None], axis=2)
    np.fill_diagonal(distances, np.inf)
    nearest = np.argsort(distances, axis=1)[:, :10]
    assert (labels[nearest] == labels[:, None]).mean() > 0.99


def test_cosine_takes_no_notice_of_lengths() -> None:
    X, _ = clusters()
    lengths = 2.0 ** np.random.default_rng(1).integers(-8, 8, (300, 1)).astype(np.float32)
    one = project(X, "tsne", metric="cosine", max_iter=60)
    other = project(X * lengths, "tsne", metric="cosine", max_iter=60)
    assert np.allclose(
        np.asarray(one), np.asarray(other), atol=1e-3 * np.abs(np.asarray(one)).max()
    )


@pytest.mark.parametrize("dimensions", [2, 3])
def test_same_seed_same_bytes_whatever_the_threads(dimensions: int) -> None:
    X, _ = clusters(1500)
    layouts = {
        np.asarray(project(X, "tsne", dimensions, max_iter=80, threads=threads)).tobytes()
        for threads in (1, 2, 3)
    }
    assert len(layouts) == 1
    other = project(X, "tsne", dimensions, random_state=7, max_iter=80)
    assert np.asarray(other).tobytes() not in layouts


def test_another_process_gives_the_same_bytes() -> None:
    code = """
import hashlib, numpy as np
from dotscape.core.projection import project
X = np.random.default_rng(0).normal(size=(500, 10)).astype("f")
print(hashlib.sha256(np.asarray(project(X, max_iter=80)).tobytes()).hexdigest())
"""
    runs = [
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
        for _ in range(2)
    ]
    assert len(runs[0].stdout.strip()) == 64
    assert runs[0].stdout == runs[1].stdout


@pytest.mark.parametrize("scale", [1e-36, 1e-12, 1e12, 1e36])
def test_huge_and_tiny_vectors_give_the_same_picture(scale: float) -> None:
    X, labels = clusters()
    layout = np.asarray(project((X * np.float32(scale)), "tsne", perplexity=20))
    assert np.isfinite(layout).all()
    centers = np.stack([layout[labels == label].mean(axis=0) for label in range(4)])
    spread = max(layout[labels == label].std() for label in range(4))
    apart = np.linalg.norm(centers[:, None] - centers[None], axis=2)[~np.eye(4, dtype=bool)]
    assert apart.min() > 2 * spread


def test_offsets_do_not_matter() -> None:
    X, _ = clusters()
    moved = project(X.astype(float) + 1e6, "tsne", max_iter=300)
    kl = exact_kl(X, np.asarray(moved), 30.0)
    assert kl == pytest.approx(
        project(X, "tsne", max_iter=300).receipt.measures["kl_divergence"], rel=0.05
    )


@pytest.mark.parametrize("dimensions", [2, 3])
@pytest.mark.parametrize("n", [4, 5, 6, 10, 31])
def test_few_rows(n: int, dimensions: int) -> None:
    X = np.random.default_rng(n).normal(size=(n, 5))
    layout = project(X, "tsne", dimensions)
    coordinates = np.asarray(layout)
    assert coordinates.shape == (n, dimensions)
    assert np.isfinite(coordinates).all()
    assert len(np.unique(coordinates, axis=0)) == n
    assert layout.receipt.parameters["perplexity"] < n / 3


@pytest.mark.parametrize("n", [0, 1, 2, 3])
def test_too_few_rows_are_refused(n: int) -> None:
    with pytest.raises(ParameterError, match=rf"'X' of t-SNE must be at least 4 rows.*Got {n} row"):
        project(np.zeros((n, 3)), "tsne")
    X = np.full((10, 3), np.nan)
    X[:n] = 1
    with pytest.raises(ParameterError, match="at least 4 rows with finite values"):
        project(X, "tsne")


@pytest.mark.parametrize("d", [1, 2, 3])
def test_few_dimensions(d: int) -> None:
    X = np.random.default_rng(d).normal(size=(100, d))
    layout = np.asarray(project(X, "tsne", 3))
    assert np.isfinite(layout).all()
    assert trustworthiness(X, layout, n_neighbors=5) > 0.95


@pytest.mark.parametrize("value", [0.0, 0.1, 1e30])
def test_equal_points(value: float) -> None:
    layout = np.asarray(project(np.full((200, 6), value, np.float32), "tsne", max_iter=100))
    assert np.isfinite(layout).all()


def test_duplicates_and_constant_columns() -> None:
    X, _ = clusters(100)
    X = np.c_[np.repeat(X, 3, axis=0), np.full(300, 5.0)]
    layout = np.asarray(project(X, "tsne"))
    assert np.isfinite(layout).all()
    # Copies have the same neighbours, so they end close to each other.
    spread = layout.reshape(100, 3, 2).std(axis=1).max()
    assert spread < 0.1 * layout.std()


def test_rows_that_are_not_finite_are_left_out_counted_and_nan() -> None:
    X, _ = clusters(200)
    X[[5, 60], [0, 3]] = np.nan, np.inf
    layout = project(X, "tsne", perplexity=20, max_iter=100)
    coordinates = np.asarray(layout)
    assert np.isnan(coordinates[[5, 60]]).all()
    good = np.setdiff1d(np.arange(200), [5, 60])
    assert np.isfinite(coordinates[good]).all()
    assert layout.receipt.rows_left_out == 2
    alone = project(X[good], "tsne", perplexity=20, max_iter=100)
    assert np.array_equal(np.asarray(alone), coordinates[good])


def test_a_default_adapts_to_the_finite_rows_and_a_wish_does_not() -> None:
    X, _ = clusters(100)
    X[:70] = np.nan
    assert project(X, "tsne", max_iter=50).receipt.measures["perplexity"] == 9.9
    with pytest.raises(ParameterError, match=r"'perplexity' of t-SNE .* Got 25\.0 with 30 rows"):
        project(X, "tsne", perplexity=25)


BAD = [
    ("perplexity", 900, r"at least 1 and less than a third of the rows, and than 1,001 \(100\)"),
    ("perplexity", 100, r"Got 100 with 300 rows\. Lower it, or log more rows\."),
    ("perplexity", 0.5, r"The usual value is 30\.0"),
    ("perplexity", "many", "Got 'many'"),
    ("perplexity", float("nan"), "Got nan"),
    ("max_iter", 0, "a whole number from 50 to 20000"),
    ("max_iter", 100.5, "a whole number"),
    ("early_exaggeration", 0.5, "a number from 1 to 100"),
    ("learning_rate", 0, "a number from 0.01 to 1e.07, or 'auto'"),
    ("learning_rate", "fast", "or 'auto'. Got 'fast'"),
    ("metric", "manhattan", "'euclidean' or 'cosine'"),
    ("metric", None, "'euclidean' or 'cosine'"),
    ("perplexty", 30, "Did you mean 'perplexity'"),
]


@pytest.mark.parametrize(("name", "value", "message"), BAD)
def test_bad_parameters_are_named_with_what_is_allowed(
    name: str, value: object, message: str
) -> None:
    X, _ = clusters(300)
    with pytest.raises(ParameterError, match=message) as caught:
        project(X, "tsne", **{name: value})
    assert str(caught.value).startswith(f"The '{name}' of t-SNE must be ")
    assert caught.value.parameter == name
    assert caught.value.owner == "t-SNE"


@pytest.mark.parametrize("components", [1, 4, 2.5])
def test_it_makes_two_or_three_dimensions(components: object) -> None:
    with pytest.raises(ParameterError, match=r"'n_components' of t-SNE must be 2 or 3\. Got"):
        project(np.eye(9), "tsne", components)  # type: ignore[arg-type]


def test_unknown_methods_and_seeds() -> None:
    with pytest.raises(
        ParameterError, match="'method' of project must be 'pca' or 'tsne' or 'umap'"
    ):
        project(np.eye(9), "isomap")
    for seed in (-1, 1.5, "x", None, True, 2**63):
        with pytest.raises(
            ParameterError, match="'random_state' of project must be a whole number"
        ):
            project(np.eye(9), "pca", random_state=seed)  # type: ignore[arg-type]


class Recorder:
    def __init__(self, cancel_when: str = "") -> None:
        self.progress = Progress(self, frame_seconds=0)
        self.phases: list[str] = []
        self.frames: list[tuple[int, np.ndarray]] = []
        self.losses: list[float] = []
        self.asked = 0.0
        self._cancel_when = cancel_when

    def on_phase(self, name: str, iterations: int, later: float) -> None:
        self.phases.append(name)

    def on_report(self, iteration: int, loss: float | None, layout: np.ndarray | None) -> None:
        if layout is not None:
            self.frames.append((iteration, layout))
        if loss is not None:
            self.losses.append(loss)
        if self.phases[-1] == self._cancel_when and iteration > 1 and not self.progress.cancelled:
            self.asked = time.monotonic()
            self.progress.cancel()


def test_live_layouts_are_copies_that_lead_to_the_final_one() -> None:
    X, _ = clusters(200)
    X[7] = np.nan
    recorder = Recorder()
    result = project(X, "tsne", 3, progress=recorder.progress, max_iter=300)
    final = np.asarray(result)
    steps = result.receipt.measures["iterations"]
    assert recorder.phases[0] == "Finding neighbours"
    assert recorder.phases[-1] == "Optimising"
    assert [iteration for iteration, _ in recorder.frames] == list(range(1, steps + 1))
    assert len({layout.tobytes() for _, layout in recorder.frames}) == steps
    assert all(np.isnan(layout[7]).all() for _, layout in recorder.frames)
    assert np.array_equal(recorder.frames[-1][1], final, equal_nan=True)
    assert recorder.losses[-1] < recorder.losses[0] / 2


@pytest.mark.parametrize("phase", ["Finding neighbours", "Optimising"])
def test_it_can_be_cancelled_in_every_phase(phase: str) -> None:
    X = np.random.default_rng(0).normal(size=(4000, 20)).astype(np.float32)
    recorder = Recorder(cancel_when=phase)
    with pytest.raises(Cancelled):
        project(X, "tsne", progress=recorder.progress)
    assert recorder.phases[-1] == phase


def test_of_very_many_rows_a_sample_is_laid_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dotscape.core.projection.tsne._MOST_NEIGHBORS", 1000 * 90)
    monkeypatch.setattr("dotscape.core.projection.tsne._SAMPLE", 600)
    X, labels = clusters(2000)
    X[3] = np.nan
    X[1999] *= 1e6  # may be outside of the sample: placed all the same
    recorder = Recorder()
    layout = project(X, "tsne", progress=recorder.progress, max_iter=250)
    coordinates = np.asarray(layout)
    good = np.setdiff1d(np.arange(2000), [3])
    assert np.isfinite(coordinates[good]).all()
    assert np.isnan(coordinates[3]).all()
    assert layout.receipt.approximations[0] == (
        "t-SNE of a fair sample of 600 rows; the other 1,399 are placed at the weighted mean of "
        "their 10 nearest rows of the sample."
    )
    assert np.isfinite(recorder.frames[0][1]).all(axis=1).sum() == 600
    assert recorder.phases[-1] == "Placing the other rows"
    ordinary = good[:-1]
    centers = np.stack(
        [coordinates[ordinary][labels[ordinary] == c].mean(axis=0) for c in range(4)]
    )
    guess = np.linalg.norm(coordinates[ordinary][:, None] - centers[None], axis=2).argmin(axis=1)
    assert (guess == labels[ordinary]).mean() > 0.98


@pytest.mark.parametrize(
    ("dimensions", "by"), [(2, "charges on a grid"), (3, "a Barnes-Hut tree with theta 0.8")]
)
def test_what_approximate_repulsion_cost_is_measured_and_said(dimensions: int, by: str) -> None:
    X = np.random.default_rng(0).normal(size=(1600, 5)).astype(np.float32)
    (note,) = project(X, "tsne", dimensions, max_iter=250).receipt.approximations
    assert f"Repulsion by {by}: " in note
    assert 0 < float(note.split("forces were ")[1].split(" %")[0]) < 5
    assert project(X[:50], "tsne", max_iter=50).receipt.approximations == ()


def test_every_parameter_says_what_it_is() -> None:
    for method in METHODS.values():
        assert method.help.endswith(".")
        for parameter in method.parameters:
            assert parameter.help.endswith(".")
            assert parameter.allowed(1000, 10)
            default = parameter.value_or_default({}, 1000, 10)
            if default is None:  # must be given
                continue
            assert parameter.checked(default, method.title, 1000, 10) == default
