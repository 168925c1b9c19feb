"""Jobs from start to end: progress, live layouts, cancel, cache, failures, many at once."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from dotscape.core.analysis import quality
from dotscape.core.projection import METHODS, project
from dotscape.core.projection.method import Result
from dotscape.engine import ArrayVectors, Engine, FileVectors, JobSnapshot
from dotscape.engine.engine import HISTORY
from dotscape.errors import Cancelled, DataError, DotscapeError, NotFoundError, ParameterError

LONG = {"max_iter": 20_000}
SECONDS = 60.0  # far more than anything takes: a test fails, and doesn't hang


def vectors(n: int = 300, d: int = 8, seed: int = 0) -> ArrayVectors:
    return ArrayVectors(np.random.default_rng(seed).normal(size=(n, d)).astype(np.float32))


def until(condition: Callable[[], object]) -> None:
    end = time.monotonic() + SECONDS
    while not condition():
        assert time.monotonic() < end, "it never happened"
        time.sleep(0.005)


def running(engine: Engine, id_: str) -> bool:
    return engine.job(id_).state == "running"


def test_a_job_goes_from_queued_to_done(engine: Engine) -> None:
    source = vectors()
    first = engine.submit(source, "tsne", 3, {"perplexity": 20}, owner=("run", "set"))
    assert first.state in ("queued", "running")
    assert first.owner == ("run", "set")
    assert first.parameters["perplexity"] == 20
    assert first.parameters["learning_rate"] == "auto"  # complete
    done = engine.wait(first.id, SECONDS)
    assert done.state == "done"
    assert done.receipt is not None
    assert done.layout is not None
    assert done.loss == pytest.approx(done.receipt.measures["kl_divergence"], rel=0.1)
    assert done.seconds > 0
    assert done.seconds_left is None
    assert done.error is None
    stored = engine.open(done.layout)
    assert stored is not None
    expected = np.asarray(project(source.open(), "tsne", 3, perplexity=20))
    assert np.array_equal(stored.coordinates, expected)
    assert stored.receipt == done.receipt
    assert stored.receipt.rows == 300
    measures = stored.receipt.measures
    q = quality(source.open(), expected, 15, sample=500)
    assert measures["trustworthiness"] == pytest.approx(q.trustworthiness)
    assert measures["neighbors_kept"] > 3 * measures["quality_by_chance"]["neighbors_kept"]
    assert measures["distance_correlation"] == pytest.approx(q.distance_correlation)
    assert measures["quality_errors"] == pytest.approx(q.errors)
    assert stored.receipt.peak_memory is None or stored.receipt.peak_memory > 1 << 20
    assert stored.receipt.parameters["n_components"] == 3
    assert not stored.coordinates.flags.writeable


def test_the_last_frame_is_the_finished_layout(engine: Engine) -> None:
    job = engine.submit(vectors(), "pca", 2)
    done = engine.wait(job.id, SECONDS)
    frame = engine.frame(job.id, 0)
    assert frame is not None
    assert frame.final
    assert frame.number == done.frame
    assert frame.coordinates.shape == (300, 2)
    assert engine.frame(job.id, frame.number) is None


def test_live_frames_come_while_it_runs(engine: Engine) -> None:
    job = engine.submit(vectors(2000), "tsne", 2, LONG)
    seen: list[int] = []

    def more() -> bool:
        frame = engine.frame(job.id, seen[-1] if seen else 0)
        if frame is not None:
            assert not frame.final
            assert frame.coordinates.shape == (2000, 2)
            assert np.isfinite(frame.coordinates).all()
            seen.append(frame.number)
        return len(seen) >= 3

    until(more)
    now = engine.job(job.id)
    assert now.phase == "Optimising"
    assert now.iterations == 20_000
    assert 0 < now.iteration < 20_000
    assert now.seconds_left is not None
    assert now.seconds_left > 0
    assert now.loss is not None
    assert seen == sorted(set(seen))
    assert engine.cancel(job.id).id == job.id
    assert engine.wait(job.id, SECONDS).state == "cancelled"
    assert engine.frame(job.id, 0) is None


def test_cancel_while_it_waits_and_while_it_runs(engine: Engine) -> None:
    first = engine.submit(vectors(2000), "tsne", 2, LONG)
    second = engine.submit(vectors(2000, seed=1), "tsne", 2, LONG)
    until(lambda: running(engine, first.id))
    assert engine.job(second.id).state == "queued"
    assert engine.cancel(second.id).state == "cancelled"
    engine.cancel(first.id)
    assert engine.wait(first.id, SECONDS).state == "cancelled"
    assert engine.layout(vectors(2000), "tsne", 2, LONG) is None
    # The engine goes on.
    third = engine.submit(vectors(100), "tsne", 2, {"max_iter": 50})
    assert engine.wait(third.id, SECONDS).state == "done"
    assert engine.cancel(third.id).state == "done"


def test_pause_and_resume(engine: Engine) -> None:
    job = engine.submit(vectors(2000), "tsne", 2, LONG)
    until(lambda: engine.job(job.id).iteration > 2)
    assert engine.pause(job.id, True).paused
    time.sleep(0.3)  # the iteration that runs ends
    at = engine.job(job.id)
    assert at.state == "running"
    assert at.seconds_left is None
    time.sleep(0.2)
    assert engine.job(job.id).iteration == at.iteration
    assert not engine.pause(job.id, False).paused
    until(lambda: engine.job(job.id).iteration > at.iteration)
    # A paused one can be cancelled, and an ended one not be paused.
    engine.pause(job.id, True)
    engine.cancel(job.id)
    assert engine.wait(job.id, SECONDS).state == "cancelled"
    assert not engine.pause(job.id, True).paused


def test_a_quick_method_does_not_wait_behind_a_long_one(engine: Engine) -> None:
    long = engine.submit(vectors(3000), "tsne", 2, LONG)
    until(lambda: running(engine, long.id))
    assert engine.compute(vectors(), "pca", 2).coordinates.shape == (300, 2)
    assert running(engine, long.id)


def test_the_same_request_twice_is_one_job(engine: Engine) -> None:
    source = vectors(2000)
    blocker = engine.submit(vectors(2000, seed=9), "tsne", 2, LONG)
    one = engine.submit(source, "tsne", 2, LONG)
    assert engine.submit(source, "tsne", 2, dict(LONG)).id == one.id
    assert engine.submit(source, "tsne", 3, LONG).id != one.id
    assert engine.submit(source, "tsne", 2, LONG, seed=1).id != one.id
    assert engine.submit(source, "tsne", 2, {**LONG, "perplexity": 5}).id != one.id
    engine.cancel(one.id)
    assert engine.submit(source, "tsne", 2, LONG).id != one.id
    assert engine.job(blocker.id).state in ("queued", "running")


def test_finished_layouts_are_found_again(engines: Callable[..., Engine]) -> None:
    first = engines()
    source = vectors()
    assert first.layout(source, "pca", 2) is None
    made = first.compute(source, "pca", 2)
    again = engines()  # another process would see the same folder
    found = again.layout(source, "pca", 2)
    assert found is not None
    assert found.id == made.id
    assert np.array_equal(found.coordinates, made.coordinates)
    assert found.receipt == made.receipt
    assert found.axes == made.axes
    assert found.axes is not None
    assert found.axes[0].startswith("PC1 ")
    job = again.wait(again.submit(source, "pca", 2).id, SECONDS)
    assert job.state == "done"
    assert job.cached
    assert job.layout == made.id
    # The same numbers from elsewhere are the same data.
    assert again.layout(vectors(), "pca", 2) is not None
    assert again.layout(vectors(seed=1), "pca", 2) is None


def test_all_layouts_of_some_data_newest_first(engine: Engine) -> None:
    source = vectors()
    two = engine.compute(source, "pca", 2)
    three = engine.compute(source, "pca", 3)
    engine.compute(vectors(seed=1), "pca", 3)
    found = engine.layouts(engine.fingerprint(source))
    assert [one.id for one in found] == [three.id, two.id]
    assert engine.layouts("0" * 64) == []


def test_bad_requests_fail_before_anything_starts(engine: Engine) -> None:
    with pytest.raises(ParameterError, match="'perplexity' of t-SNE"):
        engine.submit(vectors(), "tsne", 2, {"perplexity": 500})
    with pytest.raises(ParameterError, match="'method' of project"):
        engine.submit(vectors(), "umap2")
    with pytest.raises(ParameterError, match="'n_components' of PCA"):
        engine.submit(vectors(), "pca", 1)
    with pytest.raises(ParameterError, match="'random_state'"):
        engine.submit(vectors(), "pca", 2, seed=-1)
    with pytest.raises(DataError, match="an array of shape"):
        ArrayVectors(np.zeros(3))
    assert engine.jobs() == []


def test_what_cannot_be_done_fails_with_the_reason(engine: Engine) -> None:
    source = ArrayVectors(np.full((20, 3), np.nan))
    job = engine.submit(source, "tsne", 2)
    failed = engine.wait(job.id, SECONDS)
    assert failed.state == "failed"
    assert isinstance(failed.error, ParameterError)
    assert "at least 4 rows" in str(failed.error)
    with pytest.raises(ParameterError, match="at least 4 rows"):
        engine.compute(source, "tsne", 2)


@pytest.mark.parametrize(
    ("error", "message"),
    [
        (MemoryError(), "PCA ran out of memory"),
        (RuntimeError("odd"), "PCA failed: RuntimeError: odd"),
    ],
)
def test_surprises_are_failures_and_the_engine_goes_on(
    engine: Engine, monkeypatch: pytest.MonkeyPatch, error: Exception, message: str
) -> None:
    def fit(*_: object, **__: object) -> Result:
        raise error

    with monkeypatch.context() as patch:
        patch.setattr(type(METHODS["pca"]), "fit", fit)
        failed = engine.wait(engine.submit(vectors(), "pca").id, SECONDS)
    assert failed.state == "failed"
    assert isinstance(failed.error, DotscapeError)
    assert str(failed.error).startswith(message)
    assert engine.compute(vectors(), "pca").coordinates.shape == (300, 2)


def test_compute_raises_where_somebody_cancels(engine: Engine) -> None:
    caught: list[BaseException] = []

    def compute() -> None:
        try:
            engine.compute(vectors(2000), "tsne", 2, LONG)
        except Cancelled as error:
            caught.append(error)

    thread = threading.Thread(target=compute)
    thread.start()
    until(lambda: [job for job in engine.jobs() if job.state == "running"])
    for job in engine.jobs():
        engine.cancel(job.id)
    thread.join(SECONDS)
    assert len(caught) == 1


def test_subscribers_hear_every_state_and_not_too_much(engine: Engine) -> None:
    heard: list[JobSnapshot] = []
    times: list[float] = []

    def listen(snapshot: JobSnapshot) -> None:
        heard.append(snapshot)
        times.append(time.monotonic())

    stop = engine.subscribe(listen)
    engine.subscribe(lambda _: 1 / 0)  # a broken one harms nobody
    job = engine.submit(vectors(600), "tsne", 2, {"max_iter": 500})
    done = engine.wait(job.id, SECONDS)
    until(lambda: heard and heard[-1].state == "done")
    states = [snapshot.state for snapshot in heard]
    assert states[0] == "running"
    assert states.count("done") == 1
    phases = list(dict.fromkeys(snapshot.phase for snapshot in heard))
    assert phases[-3:] == ["Optimising", "Measuring quality", "Done"]
    assert len(heard) <= 20 * done.seconds + 12  # 20 a second, and one for each change
    stop()
    count = len(heard)
    engine.compute(vectors(), "pca")
    assert len(heard) == count


def test_unknown_jobs_and_layouts(engine: Engine) -> None:
    for call in (engine.job, engine.cancel, engine.frame, engine.wait):
        with pytest.raises(NotFoundError, match="There is no job 'nothing'"):
            call("nothing")
    for name in ("nothing", "../../etc/passwd", "0" * 16 + "-" + "0" * 16, ""):
        assert engine.open(name) is None


def test_only_so_many_finished_jobs_are_remembered(engine: Engine) -> None:
    source = vectors(10)
    engine.compute(source, "pca")
    for _ in range(HISTORY + 30):
        engine.wait(engine.submit(source, "pca").id, SECONDS)
    assert len(engine.jobs()) <= HISTORY + 1


def test_close_stops_what_runs_and_refuses_more(engines: Callable[..., Engine]) -> None:
    engine = engines()
    jobs = [engine.submit(vectors(3000, seed=i), "tsne", 2, LONG) for i in range(3)]
    until(lambda: running(engine, jobs[0].id))
    engine.close()
    assert [engine.job(job.id).state for job in jobs] == ["cancelled"] * 3
    with pytest.raises(DotscapeError, match="The engine is closed"):
        engine.submit(vectors(), "pca")
    engine.close()


def test_an_engine_that_was_never_used_starts_no_thread(engines: Callable[..., Engine]) -> None:
    before = threading.active_count()
    engines()
    assert threading.active_count() == before


def test_two_workers_run_two_jobs(engines: Callable[..., Engine]) -> None:
    engine = engines(workers=2)
    jobs = [engine.submit(vectors(2000, seed=i), "tsne", 2, LONG) for i in range(3)]
    until(lambda: sum(running(engine, job.id) for job in jobs) == 2)
    assert engine.job(jobs[2].id).state == "queued"


def test_many_threads_may_use_one_engine(engines: Callable[..., Engine]) -> None:
    engine = engines(workers=2)
    expected = np.asarray(project(vectors(200).open(), "tsne", 2, max_iter=60))
    failures: list[str] = []

    def use(i: int) -> None:
        source = vectors(200, seed=i % 2)
        for _ in range(5):
            stored = engine.compute(source, "tsne", 2, {"max_iter": 60})
            if i % 2 == 0 and not np.array_equal(stored.coordinates, expected):
                failures.append("a different layout")
            engine.jobs()

    threads = [threading.Thread(target=use, args=(i,)) for i in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(SECONDS)
    assert not failures
    assert not any(thread.is_alive() for thread in threads)


def test_a_folder_that_cannot_be_written_costs_only_the_cache(
    engines: Callable[..., Engine], tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    root = tmp_path / "taken"
    root.mkdir()
    (root / "cache").write_text("a file where a folder should be")
    engine = engines(root)
    made = engine.compute(vectors(), "pca", 2)
    assert engine.open(made.id) is not None
    assert engine.layout(vectors(), "pca", 2) is not None
    assert engine.layouts(engine.fingerprint(vectors()))[0].id == made.id
    assert "could not be cached" in caplog.text


def test_a_segment_file(engine: Engine, tmp_path: Path) -> None:
    store = pytest.importorskip("dotscape.store.vectors")
    X = np.random.default_rng(3).normal(size=(50, 6)).astype(np.float16)
    path = tmp_path / "one.arrow"
    store.write_vectors(path, X)
    source = FileVectors(path)
    layout = engine.compute(source, "pca", 2)
    assert np.array_equal(layout.coordinates, np.asarray(project(X, "pca", 2)))
    assert engine.fingerprint(source) == layout.receipt.data
    path.unlink()
    with pytest.raises(DotscapeError, match=r"one\.arrow"):
        engine.submit(source, "pca", 3)
