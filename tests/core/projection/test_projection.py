"""A projection under its owner's hands: steps, snapshots, pauses, changes, pins, new rows."""

from __future__ import annotations

import threading
import time
from typing import Any

import numpy as np
import pytest

from dotscape.core.progress import Progress
from dotscape.core.projection import METHODS, Projection, project
from dotscape.errors import Cancelled, DataError, ParameterError

N, D = 240, 12
ITERATIVE = sorted(name for name, method in METHODS.items() if hasattr(method, "start"))
SHORT: dict[str, dict[str, Any]] = {
    "tsne": {"perplexity": 10, "max_iter": 120},
    "umap": {"n_neighbors": 10, "n_epochs": 60},
    "axes": {"axes": [(range(1, N, 3), range(0, N, 3)), (range(2, N, 3), range(0, N, 3))]},
}


def blobs(n: int = N, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Three groups far apart, and which each row is of."""
    rng = np.random.default_rng(seed)
    group = np.arange(n) % 3
    return (rng.standard_normal((n, D)) + 12 * np.eye(3, D)[group]).astype(np.float32), group


@pytest.fixture(params=ITERATIVE)
def method(request: pytest.FixtureRequest) -> str:
    return request.param


def projection(method: str, X: Any = None, **more: Any) -> Projection:
    X = blobs()[0] if X is None else X
    return Projection(X, method=method, **{**SHORT[method], **more})


def array(layout: Any) -> np.ndarray:
    return np.asarray(layout)


def test_steps_add_up_to_the_whole(method: str) -> None:
    stepped = projection(method)
    stepped.step(7).step(11)
    assert stepped.iteration == 18
    assert not stepped.finished
    stepped.step(10_000)
    assert stepped.finished
    whole = project(blobs()[0], method=method, **SHORT[method])
    np.testing.assert_array_equal(array(stepped.snapshot()), array(whole))


def test_a_snapshot_is_a_copy_with_its_receipt(method: str) -> None:
    moving = projection(method)
    first = moving.step(5).snapshot()
    kept = array(first).copy()
    moving.step(30)
    np.testing.assert_array_equal(array(first), kept)
    assert not np.array_equal(array(moving.snapshot()), kept)
    assert first.receipt.method == method
    assert first.receipt.parameters["n_components"] == 2


def test_snapshots_from_another_thread_are_whole(method: str) -> None:
    moving = projection(method)
    taken: list[np.ndarray] = []
    runner = threading.Thread(target=moving.run)
    moving.step()
    runner.start()
    while runner.is_alive():
        taken.append(array(moving.snapshot()))
    runner.join()
    assert all(np.isfinite(one).all() for one in taken)


def test_callbacks_hear_of_it_and_can_end_it(method: str) -> None:
    heard: list[tuple[int, float, tuple[int, ...]]] = []

    def listen(iteration: int, loss: float, layout: np.ndarray) -> bool:
        heard.append((iteration, loss, layout.shape))
        layout[:] = np.nan  # theirs
        return iteration >= 20

    moving = projection(method, callbacks=[listen], every=10)
    layout = moving.run()
    assert [one[0] for one in heard] == [10, 20]
    assert all(np.isfinite(one[1]) and one[2] == (N, 2) for one in heard)
    assert moving.iteration == 20
    assert np.isfinite(array(layout)).all()


def test_pause_resume_and_cancel(method: str) -> None:
    moving = projection(method)
    moving.step(3)
    moving.pause()
    ended: list[BaseException] = []

    def run() -> None:
        try:
            moving.run()
        except Cancelled as error:
            ended.append(error)

    runner = threading.Thread(target=run)
    runner.start()
    time.sleep(0.1)
    assert moving.iteration == 3  # it waits
    moving.resume()
    while moving.iteration == 3:
        time.sleep(0.001)
    moving.cancel()
    runner.join(timeout=20)
    assert not runner.is_alive()
    assert ended or moving.finished
    assert np.isfinite(array(moving.snapshot())).all()


def test_cancelling_ends_a_pause() -> None:
    progress = Progress()
    progress.pause()
    threading.Timer(0.05, progress.cancel).start()
    with pytest.raises(Cancelled):
        progress.check()
    progress.pause()  # too late
    assert not progress.paused


def test_a_parameter_changes_on_the_way(method: str) -> None:
    name, value = {"tsne": ("max_iter", 60), "umap": ("n_epochs", 30)}[method]
    moving = projection(method)
    moving.step(10)
    moving.change(**{name: value})
    layout = moving.run()
    assert moving.iteration == value
    assert layout.receipt.parameters[name] == value
    with pytest.raises(ParameterError):
        moving.change(**{name: -1})
    with pytest.raises(ParameterError, match="no_such"):
        moving.change(no_such=1)
    assert moving.snapshot().receipt.parameters[name] == value


def test_pinned_rows_stay_and_new_ones_settle_among_their_kind(method: str) -> None:
    X, group = blobs()
    old = 180
    first = array(project(X[:old], method=method, **SHORT[method]))
    initial = np.full((N, 2), np.nan, np.float32)
    initial[:old] = first
    again = projection(method, X, initial=initial, pinned=np.arange(old))
    layout = array(again.run())
    np.testing.assert_array_equal(layout[:old], first)
    centres = np.stack([first[group[:old] == g].mean(axis=0) for g in range(3)])
    nearest = np.argmin(((layout[old:, None] - centres) ** 2).sum(-1), axis=1)
    np.testing.assert_array_equal(nearest, group[old:])


def test_a_warm_start_goes_on_from_where_it_was(method: str) -> None:
    first = array(projection(method).run())
    again = projection(method, initial=first)
    again.step(1)
    second, group = array(again.snapshot()), blobs()[1]
    for g in range(3):
        moved = np.linalg.norm(second[group == g].mean(axis=0) - first[group == g].mean(axis=0))
        assert moved < 0.1 * np.ptp(first)


@pytest.mark.parametrize("name", sorted(METHODS))
def test_new_rows_go_where_their_neighbours_are(name: str) -> None:
    X, group = blobs()
    done = Projection(X, method=name, **SHORT.get(name, {}))
    layout = array(done.run())
    new, kinds = blobs(60, seed=1)
    strange = np.vstack([new, new[:1] + 1000, np.full((1, D), np.nan)]).astype(np.float32)
    places, confidence = done.transform(strange)
    centres = np.stack([layout[group == g].mean(axis=0) for g in range(3)])
    nearest = np.argmin(((places[:60, None] - centres) ** 2).sum(-1), axis=1)
    np.testing.assert_array_equal(nearest, kinds)
    assert np.median(confidence[:60]) > 0.5
    assert confidence[60] < 0.1
    assert np.isnan(places[61]).all()
    assert np.isnan(confidence[61])
    assert confidence[:61].min() >= 0
    assert confidence[:61].max() <= 1
    # A row that is there already lands near its own place.
    own, sure = done.transform(X[:20])
    assert np.linalg.norm(own - layout[:20], axis=1).mean() < 0.2 * np.ptp(layout)
    assert sure.min() > 0.2
    if name == "pca":  # linear, so exact
        np.testing.assert_allclose(own, layout[:20], atol=1e-4)


def test_what_does_not_fit_is_said() -> None:
    X = blobs()[0]
    with pytest.raises(ParameterError, match="initial"):
        Projection(X, initial=np.zeros((3, 2)))
    with pytest.raises(ParameterError, match="initial"):
        Projection(X, method="pca", initial=np.zeros((N, 2)))
    with pytest.raises(ParameterError, match="pinned"):
        Projection(X, pinned=[0])  # without a place
    with pytest.raises(ParameterError, match="pinned"):
        Projection(X, initial=np.zeros((N, 2)), pinned=[N])
    with pytest.raises(ParameterError, match="pinned"):
        Projection(X, initial=np.zeros((N, 2)), pinned=[0.5])
    with pytest.raises(DataError):
        Projection([["a"]])
    done = Projection(X, method="pca")
    with pytest.raises(ParameterError, match="12 numbers"):
        done.transform(np.zeros((2, D + 1)))
    with pytest.raises(ParameterError, match="n_components"):
        done.change(n_components=3)
