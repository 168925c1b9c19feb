"""Projections as the page sees them: jobs, their frames, and layouts by id."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

from dotscape.engine import Engine, FileVectors, JobSnapshot, StoredLayout
from dotscape.errors import NotFoundError
from dotscape.model import EmbeddingSet
from dotscape.server.convert import receipt_info
from dotscape.server.replies import of_error
from dotscape.server.wire import Job, ProjectionRequest
from dotscape.store.root import inside, run_path

_SECONDS_BETWEEN_EVENTS = 0.1
COMPONENTS = 3
_AT_REST = ("done", "failed", "cancelled")


class Jobs:
    """The engine, for the routes.

    Parameters
    ----------
    root
        The store's folder.
    publish
        Sends an event to the open pages, from any thread.
    """

    def __init__(self, root: Path, publish: Callable[[str, Any], None]) -> None:
        self._root = root
        self._engine = Engine(root)
        self._publish = publish
        self._told: dict[str, tuple[float, tuple[str, str, bool]]] = {}
        self._hashing = ThreadPoolExecutor(1, "dotscape-hashing")
        self._locks: dict[str, threading.Lock] = {}
        self._lock = threading.Lock()
        self._unsubscribe = self._engine.subscribe(self._on_change)

    def submit(
        self, embedding: EmbeddingSet, wanted: ProjectionRequest, parameters: dict[str, Any]
    ) -> Job:
        """Start a projection, or find it done; ``parameters`` are those wanted, as rows."""
        snapshot = self._engine.submit(
            self._source(embedding),
            wanted.method,
            wanted.n_components,
            parameters,
            wanted.seed,
            preprocess=wanted.preprocess,
            owner=(embedding.source.run, embedding.id),
        )
        return as_job(snapshot)

    def job(self, identifier: str) -> Job:
        """A job as it is now."""
        return as_job(self._engine.job(identifier))

    def jobs(self) -> list[Job]:
        """All jobs the engine remembers, oldest first."""
        return [as_job(snapshot) for snapshot in self._engine.jobs()]

    def cancel(self, identifier: str) -> Job:
        """Ask a job to stop."""
        return as_job(self._engine.cancel(identifier))

    def pause(self, identifier: str, paused: bool) -> Job:
        """Let a job wait, or go on."""
        return as_job(self._engine.pause(identifier, paused))

    def frame(self, identifier: str, after: int) -> Any:
        """The newest live layout past a frame number, or None."""
        return self._engine.frame(identifier, after)

    def pca(self, embedding: EmbeddingSet) -> StoredLayout:
        """Three principal components of a set, computed the first time they are asked for.

        The first two of them are PCA in 2-D, too.
        """
        owner = (embedding.source.run, embedding.id)
        source = self._source(embedding)
        with self._reading(source):
            return self._engine.compute(source, "pca", COMPONENTS, owner=owner)

    def layout(self, embedding: EmbeddingSet, identifier: str) -> StoredLayout:
        """A computed layout by its id, which must be one of this set's vectors."""
        stored = self._engine.open(identifier)
        if stored is None or stored.receipt.data != self._engine.fingerprint(
            self._source(embedding)
        ):
            raise NotFoundError(
                f"'{embedding.title}' has no layout {identifier!r}. It may have been made by an "
                "older release, or its cache was cleared: compute it again."
            )
        return stored

    def cached(self, embedding: EmbeddingSet) -> Future[list[StoredLayout]]:
        """Layouts of the set that were computed before; hashing large vectors takes a moment."""
        source = self._source(embedding)

        def look() -> list[StoredLayout]:
            with self._reading(source):
                fingerprint = self._engine.fingerprint(source)
            return self._engine.layouts(fingerprint)

        return self._hashing.submit(look)

    def close(self) -> None:
        """Cancel everything."""
        self._unsubscribe()
        self._hashing.shutdown(wait=False, cancel_futures=True)
        self._engine.close()

    def _reading(self, source: FileVectors) -> threading.Lock:
        """Held while vectors are hashed: who waits finds the hash known instead of hashing too."""
        with self._lock:
            return self._locks.setdefault(str(source.path), threading.Lock())

    def _source(self, embedding: EmbeddingSet) -> FileVectors:
        folder = run_path(self._root, embedding.source.run)
        return FileVectors(inside(folder, embedding.vectors.path))

    def _on_change(self, snapshot: JobSnapshot) -> None:
        """From a worker thread: tell the pages, not more often than they can use it."""
        before, told = self._told.get(snapshot.id, (0.0, ("", "", False)))
        now, news = time.monotonic(), (snapshot.state, snapshot.phase, snapshot.paused)
        if news == told and now - before < _SECONDS_BETWEEN_EVENTS:
            return
        self._told[snapshot.id] = (now, news)
        if snapshot.state in _AT_REST:
            self._told.pop(snapshot.id, None)
        self._publish("job", as_job(snapshot))


def as_job(snapshot: JobSnapshot) -> Job:
    """A job as the page knows it."""
    run, embedding = snapshot.owner or ("", "")
    return Job(
        id=snapshot.id,
        run=run,
        set=embedding,
        method=snapshot.method,
        n_components=snapshot.n_components,
        parameters=snapshot.parameters,
        seed=snapshot.seed,
        state=snapshot.state,
        phase=snapshot.phase,
        iteration=snapshot.iteration,
        iterations=snapshot.iterations,
        loss=snapshot.loss,
        seconds=snapshot.seconds,
        seconds_left=snapshot.seconds_left,
        frame=snapshot.frame,
        layout=snapshot.layout,
        error=of_error(snapshot.error)[1] if snapshot.error else None,
        receipt=receipt_info(snapshot.receipt) if snapshot.receipt else None,
        preprocess=list(snapshot.preprocess),
        paused=snapshot.paused,
    )
