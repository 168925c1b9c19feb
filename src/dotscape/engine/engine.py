"""The engine: projections on local threads, one at a time or a few, cached by content."""

from __future__ import annotations

import itertools
import logging
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from dotscape.core.projection import registry
from dotscape.core.projection.method import Result
from dotscape.core.projection.preprocessing import checked_steps, width_after
from dotscape.engine.cache import LayoutCache, StoredLayout
from dotscape.engine.fingerprints import Fingerprints
from dotscape.engine.job import FINISHED, Frame, Job, JobSnapshot, Request
from dotscape.engine.lane import Lane
from dotscape.engine.projecting import projected, request_id
from dotscape.engine.scratch import Scratch
from dotscape.engine.source import VectorSource
from dotscape.errors import Cancelled, DotscapeError, NotFoundError, StoreError
from dotscape.model import Receipt

NOTICE_SECONDS = 0.05  # subscribers hear of progress at most so often
HISTORY = 200  # finished jobs that are remembered
_UNSAVED = 8  # layouts kept in memory where the cache can't be written

Owner = tuple[str, str]  # run id, embedding set id
_log = logging.getLogger(__name__)


class Engine:
    """Computes layouts in the background.

    Parameters
    ----------
    root
        The store's folder; layouts are cached under ``<root>/cache``.
    workers
        How many long projections run at once. Quick ones (PCA) have a thread of their own, so that
        they never wait behind a long one. The kernels share all processors in any case.
    threads
        Threads of each projection's kernels; all processors where None.

    Notes
    -----
    Threads start with the first job and end with `close`. Everything may be called from any thread.
    """

    def __init__(self, root: str | Path, *, workers: int = 1, threads: int | None = None) -> None:
        cache = Path(root) / "cache"
        self._scratch = cache / "scratch"
        self._cache = LayoutCache(cache / "layouts")
        self._fingerprints = Fingerprints(cache / "fingerprints")
        self._kernel_threads = threads
        self._lanes = {True: Lane("quick", 1), False: Lane("long", workers)}
        self._jobs: OrderedDict[str, Job] = OrderedDict()
        self._unsaved: OrderedDict[str, StoredLayout] = OrderedDict()
        self._subscribers: dict[int, Callable[[JobSnapshot], None]] = {}
        self._numbers = itertools.count(1)
        self._born = time.time_ns()
        self._lock = threading.Lock()
        self._closed = False

    def submit(
        self,
        vectors: VectorSource,
        method: str,
        n_components: int = 2,
        parameters: Mapping[str, Any] | None = None,
        seed: int = 42,
        *,
        preprocess: Iterable[Any] | None = None,
        owner: Owner | None = None,
    ) -> JobSnapshot:
        """Start a projection, join the same one where it waits or runs, or find it done.

        Raises
        ------
        ParameterError
            Before anything starts.
        DataError, StoreError
            Where the vectors can't be opened.
        """
        request = self._request(vectors, method, n_components, parameters, seed, owner, preprocess)
        with self._lock:
            if self._closed:
                raise DotscapeError("The engine is closed. Start the server again.")
            job = self._running_like(request)
            if job is not None:
                return job.snapshot()
            job = Job(f"{self._born:x}-{next(self._numbers)}", request, self._on_change)
            self._jobs[job.id] = job
            self._forget_old()
        stored = self._finished_already(request)
        if stored is not None:
            job.complete(stored.id, stored.coordinates, stored.receipt, cached=True)
        else:
            self._lanes[request.method.quick].put(job, self._run)
        return job.snapshot()

    def compute(
        self,
        vectors: VectorSource,
        method: str,
        n_components: int = 2,
        parameters: Mapping[str, Any] | None = None,
        seed: int = 42,
        *,
        preprocess: Iterable[Any] | None = None,
        owner: Owner | None = None,
    ) -> StoredLayout:
        """As `submit`, but waits and returns the layout, or raises what went wrong."""
        snapshot = self.submit(
            vectors, method, n_components, parameters, seed, preprocess=preprocess, owner=owner
        )
        job = self._job(snapshot.id)
        job.finished.wait()
        done = job.snapshot()
        if done.error is not None:
            raise done.error
        stored = None if done.layout is None else self.open(done.layout)
        if stored is None:
            raise Cancelled("The projection was cancelled.")
        return stored

    def wait(self, id_: str, timeout: float | None = None) -> JobSnapshot:
        """Wait until a job has finished, or ``timeout`` seconds."""
        job = self._job(id_)
        job.finished.wait(timeout)
        return job.snapshot()

    def job(self, id_: str) -> JobSnapshot:
        """A job as it is now; raises `NotFoundError`."""
        return self._job(id_).snapshot()

    def jobs(self) -> list[JobSnapshot]:
        """All jobs that wait or run, and the last 200 that finished, oldest first."""
        with self._lock:
            jobs = list(self._jobs.values())
        return [job.snapshot() for job in jobs]

    def cancel(self, id_: str) -> JobSnapshot:
        """Ask a job to stop; a finished one stays as it is."""
        job = self._job(id_)
        job.cancel()
        return job.snapshot()

    def pause(self, id_: str, paused: bool) -> JobSnapshot:
        """Let a job wait, or go on; a finished one stays as it is.

        One that waits keeps its worker: others that take long wait behind it.
        """
        job = self._job(id_)
        job.pause(paused)
        return job.snapshot()

    def frame(self, id_: str, after: int = 0) -> Frame | None:
        """The newest live layout where its number is above ``after``; the last one is final."""
        return self._job(id_).frame(after)

    def subscribe(self, callback: Callable[[JobSnapshot], None]) -> Callable[[], None]:
        """Call ``callback`` on each change of any job, at most about 20 times a second a job.

        It is called from worker threads and must return quickly. Returns a function that ends the
        subscription.
        """
        number = next(self._numbers)
        with self._lock:
            self._subscribers[number] = callback

        def unsubscribe() -> None:
            with self._lock:
                self._subscribers.pop(number, None)

        return unsubscribe

    def open(self, layout: str) -> StoredLayout | None:
        """A finished layout by its id, or None."""
        with self._lock:
            unsaved = self._unsaved.get(layout)
        return unsaved or self._cache.get(layout)

    def layout(
        self,
        vectors: VectorSource,
        method: str,
        n_components: int = 2,
        parameters: Mapping[str, Any] | None = None,
        seed: int = 42,
        *,
        preprocess: Iterable[Any] | None = None,
    ) -> StoredLayout | None:
        """The finished layout where it is cached, else None. Hashes the vectors where it must."""
        request = self._request(vectors, method, n_components, parameters, seed, None, preprocess)
        return self.open(request_id(self.fingerprint(vectors), request))

    def layouts(self, fingerprint: str) -> list[StoredLayout]:
        """All cached layouts of that data, newest first."""
        with self._lock:
            unsaved = [one for one in self._unsaved.values() if one.receipt.data == fingerprint]
        return unsaved[::-1] + self._cache.of(fingerprint)

    def fingerprint(self, vectors: VectorSource) -> str:
        """The hash of the vectors; remembered for files."""
        known = self._fingerprints.known(vectors)
        return known or self._fingerprints.of(vectors, vectors.open(), threads=self._kernel_threads)

    def close(self) -> None:
        """Cancel everything and end all threads."""
        with self._lock:
            self._closed = True
            jobs = list(self._jobs.values())
        for job in jobs:
            job.cancel()
        for lane in self._lanes.values():
            lane.close()

    def __enter__(self) -> Engine:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _request(
        self,
        vectors: VectorSource,
        method: str,
        n_components: int,
        parameters: Mapping[str, Any] | None,
        seed: int,
        owner: Owner | None,
        preprocess: Iterable[Any] | None,
    ) -> Request:
        chosen = registry.get(method)
        n, d = vectors.open().shape
        steps = checked_steps(preprocess, d)
        d = width_after(steps, d)
        complete = registry.validate(chosen, parameters or {}, n_components, n, d)
        seed = registry.checked_seed(seed)
        return Request(vectors, chosen, n_components, complete, seed, owner, steps)

    def _job(self, id_: str) -> Job:
        with self._lock:
            job = self._jobs.get(id_)
        if job is None:
            raise NotFoundError(
                f"There is no job '{id_}'. Jobs are forgotten when the server restarts and after "
                f"{HISTORY} others; finished layouts stay in the cache."
            )
        return job

    def _running_like(self, request: Request) -> Job | None:
        """A job that waits or runs for the very same thing; called with the lock held."""
        for job in self._jobs.values():
            if (
                job.state not in FINISHED
                and not job.progress.cancelled
                and _same(job.request, request)
            ):
                return job
        return None

    def _forget_old(self) -> None:
        finished = [id_ for id_, job in self._jobs.items() if job.state in FINISHED]
        for id_ in finished[: max(0, len(finished) - HISTORY)]:
            del self._jobs[id_]

    def _finished_already(self, request: Request) -> StoredLayout | None:
        known = self._fingerprints.known(request.source)
        return None if known is None else self.open(request_id(known, request))

    def _run(self, job: Job) -> None:
        """A worker thread's part: one job from start to end, whatever happens."""
        if not job.start():
            return
        try:
            self._project(job)
        except Cancelled:
            job.end("cancelled")
        except DotscapeError as error:
            job.end("failed", error)
        except MemoryError:
            job.end("failed", DotscapeError(_NO_MEMORY.format(job.request.method.title)))
        except Exception as error:
            _log.exception("A projection failed")
            what = f"{type(error).__name__}: {error}"
            job.end("failed", DotscapeError(f"{job.request.method.title} failed: {what}"))

    def _project(self, job: Job) -> None:
        request, progress = job.request, job.progress
        before = request.source.identity
        vectors = request.source.open()
        progress.phase("Reading the vectors")
        data = self._fingerprints.of(
            request.source, vectors, check=progress.check, threads=self._kernel_threads
        )
        identifier = request_id(data, request)
        stored = self.open(identifier)
        if stored is not None:
            job.complete(identifier, stored.coordinates, stored.receipt, cached=True)
            return
        with Scratch(self._scratch) as scratch:
            result, receipt = projected(
                request, vectors, data, progress, self._kernel_threads, scratch.allocate
            )
        if before != request.source.identity:
            raise StoreError(
                f"The vectors {before[0] if before else ''} changed while they were read. Wait "
                "until they are complete, then start the projection again."
            )
        stored = self._keep(identifier, result, receipt)
        job.complete(identifier, stored.coordinates, receipt, cached=False)

    def _keep(self, identifier: str, result: Result, receipt: Receipt) -> StoredLayout:
        try:
            return self._cache.put(identifier, result.layout, receipt, result.axes)
        except OSError as error:
            _log.warning("A layout could not be cached and stays in memory: %s", error)
        stored = StoredLayout(identifier, result.layout, receipt, result.axes, time.time())
        with self._lock:
            self._unsaved[identifier] = stored
            while len(self._unsaved) > _UNSAVED:
                self._unsaved.popitem(last=False)
        return stored

    def _on_change(self, job: Job, important: bool) -> None:
        now = time.monotonic()
        if not important and now - job.last_notice < NOTICE_SECONDS:
            return
        job.last_notice = now
        with self._lock:
            callbacks = list(self._subscribers.values())
        if not callbacks:
            return
        snapshot = job.snapshot()
        for callback in callbacks:
            try:
                callback(snapshot)
            except Exception:
                _log.exception("A subscriber of the engine failed")


_NO_MEMORY = "{} ran out of memory. Close other programs, or project fewer rows."


def _same(one: Request, other: Request) -> bool:
    def what(request: Request) -> tuple[Any, ...]:
        source = request.source
        identity = source.identity or id(source.open())
        rest = (request.n_components, request.stated, request.seed, request.preprocess)
        return identity, request.method.name, *rest

    return what(one) == what(other)
