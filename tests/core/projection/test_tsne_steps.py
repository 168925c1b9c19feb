"""t-SNE step by step: pinned rows, warm starts, changes on the way, and when it stops."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from dotscape.core.matrix import as_matrix
from dotscape.core.progress import Progress
from dotscape.core.projection import project, registry
from dotscape.core.projection.optimiser import optimise
from dotscape.core.projection.tsne import TSNE
from dotscape.core.projection.tsne_optimiser import TSNEOptimiser
from dotscape.errors import ParameterError
from tests.core.projection.test_tsne import clusters


def started(X: np.ndarray, dimensions: int = 2, **given: Any) -> TSNEOptimiser:
    start = {key: given.pop(key) for key in ("initial", "pinned") if key in given}
    matrix = as_matrix(X, "t-SNE")
    complete = registry.validate(TSNE(), given, dimensions, *matrix.shape)
    return TSNE().start(
        matrix,
        n_components=dimensions,
        parameters=complete,
        seed=42,
        progress=Progress(),
        **start,
    )


def test_fit_is_start_and_all_steps() -> None:
    X, _ = clusters(200)
    optimiser = started(X, max_iter=60)
    for _ in range(60):
        assert not optimiser.finished
        optimiser.step()
    assert optimiser.finished
    assert np.array_equal(optimiser.result().layout, np.asarray(project(X, "tsne", max_iter=60)))


def test_watching_changes_nothing() -> None:
    X, _ = clusters(200)
    quiet, watched = started(X, max_iter=400), started(X, max_iter=400)
    while not quiet.finished:
        quiet.step()
    while not watched.finished:
        watched.step(with_loss=True)
        watched.layout()[:] = 0  # a copy
    assert quiet.iteration == watched.iteration
    assert np.array_equal(quiet.layout(), watched.layout())


def test_it_stops_when_it_has_converged_and_says_so() -> None:
    X, _ = clusters(300)
    result = optimise(started(X, max_iter=20_000), Progress())
    assert result.measures["converged"] is True
    assert result.measures["iterations"] < 3000
    short = optimise(started(X, max_iter=50), Progress())
    assert short.measures["converged"] is False
    assert short.measures["iterations"] == 50


@pytest.mark.parametrize("dimensions", [2, 3])
@pytest.mark.parametrize("n", [300, 1800])
def test_pinned_rows_never_move(dimensions: int, n: int) -> None:
    X, _ = clusters(n)
    X[5] = np.nan
    initial = np.asarray(project(X, "tsne", dimensions, max_iter=150)).copy()
    pinned = np.zeros(n, bool)
    pinned[: n // 2] = True
    pinned[5] = False
    initial[-20:] = np.nan  # new rows
    optimiser = started(X, dimensions, initial=initial, pinned=pinned, max_iter=120)
    for _ in range(120):
        optimiser.step()
    layout = optimiser.result().layout
    assert np.array_equal(layout[pinned], initial[pinned])
    assert np.isnan(layout[5]).all()
    others = np.setdiff1d(np.flatnonzero(~pinned), [5])
    assert np.isfinite(layout[others]).all()
    assert not np.array_equal(layout[others[0]], initial[others[0]])


def test_a_warm_start_keeps_a_converged_layout() -> None:
    X, _ = clusters(400)
    first = optimise(started(X, max_iter=2000), Progress())
    again = optimise(started(X, initial=first.layout), Progress())
    moved = np.linalg.norm(again.layout - (first.layout - first.layout.mean(axis=0)), axis=1)
    assert np.median(moved) < 0.15 * first.layout.std()
    assert again.measures["kl_divergence"] <= first.measures["kl_divergence"] * 1.01


def test_new_rows_begin_among_their_neighbours() -> None:
    X, labels = clusters(400)
    initial = np.asarray(project(X, "tsne")).copy()
    old = initial[:300].copy()
    initial[300:] = np.nan
    layout = started(X, initial=initial, pinned=np.arange(400) < 300).layout()
    centers = np.stack([old[labels[:300] == c].mean(axis=0) for c in range(4)])
    guess = np.linalg.norm(layout[300:, None] - centers[None], axis=2).argmin(axis=1)
    assert (guess == labels[300:]).mean() > 0.98


@pytest.mark.parametrize("scale", [0.0, 1e-30, 1e4, 1e30])
def test_initial_layouts_of_any_size(scale: float) -> None:
    X, _ = clusters(200)
    initial = (np.random.default_rng(0).normal(size=(200, 2)) * scale).astype(np.float32)
    layout = optimise(started(X, initial=initial, max_iter=100), Progress()).layout
    assert np.isfinite(layout).all()


def test_parameters_change_on_the_way() -> None:
    X, _ = clusters(300)
    optimiser = started(X, perplexity=30, max_iter=100)
    for _ in range(40):
        optimiser.step()
    before = optimiser.layout()
    for name, value in (
        ("learning_rate", 10.0),
        ("early_exaggeration", 4),
        ("max_iter", 60),
        ("perplexity", 10.0),
    ):
        optimiser.change(name, value)
    assert np.array_equal(optimiser.layout(), before)
    assert optimiser.iterations == 60
    while not optimiser.finished:
        optimiser.step()
    assert optimiser.result().measures["perplexity"] == 10.0


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("metric", "cosine", "these can be changed: perplexity"),
        ("nothing", 1, "these can be changed"),
        ("max_iter", 1, "a whole number from 50"),
        ("perplexity", 60, "for which neighbours are at hand"),
        ("learning_rate", -1, "or 'auto'"),
    ],
)
def test_bad_changes_are_refused(name: str, value: object, message: str) -> None:
    X, _ = clusters(300)
    with pytest.raises(ParameterError, match=message):
        started(X).change(name, value)


def test_bad_initial_layouts_and_pins_are_refused() -> None:
    X, _ = clusters(50)
    layout = np.zeros((50, 2), np.float32)
    with pytest.raises(ParameterError, match=r"'initial' of t-SNE must be a layout of shape"):
        started(X, initial=np.zeros((50, 3), np.float32))
    with pytest.raises(ParameterError, match=r"'pinned' of t-SNE must be 50 booleans"):
        started(X, initial=layout, pinned=np.zeros(49, bool))
    with pytest.raises(ParameterError, match="for every pinned row"):
        started(X, pinned=np.ones(50, bool))
    layout[3] = np.nan
    with pytest.raises(ParameterError, match="Pin only rows that have a place"):
        started(X, initial=layout, pinned=np.ones(50, bool))
