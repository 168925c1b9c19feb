"""One projection that waits, runs or ran, and what others see of it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from dotscape.core.matrix import Floats
from dotscape.core.projection import Method, Progress
from dotscape.core.projection.parameters import stated
from dotscape.core.projection.preprocessing import Step
from dotscape.engine.source import VectorSource
from dotscape.errors import DotscapeError
from dotscape.model import Receipt

JobState = Literal["queued", "running", "done", "failed", "cancelled"]
FINISHED: tuple[JobState, ...] = ("done", "failed", "cancelled")


@dataclass(frozen=True, slots=True)
class JobSnapshot:
    """A job as it was at one moment.

    ``phase`` is in words for a person. ``iterations`` is 0 where their number isn't known.
    ``frame`` is the number of the newest live layout, 0 while there is none. ``layout`` is the id
    of the finished one. ``cached``: nothing had to be computed. ``paused``: it waits, or will at
    its next check, until somebody lets it go on.
    """

    id: str
    owner: tuple[str, str] | None
    method: str
    n_components: int
    parameters: dict[str, Any]
    seed: int
    state: JobState
    phase: str
    iteration: int
    iterations: int
    loss: float | None
    seconds: float
    seconds_left: float | None
    frame: int
    layout: str | None
    error: DotscapeError | None
    receipt: Receipt | None
    cached: bool
    paused: bool
    preprocess: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Frame:
    """A live layout: ``coordinates`` (n, c) float32 in row order, NaN where left out."""

    number: int
    iteration: int
    loss: float | None
    coordinates: Floats
    final: bool


@dataclass(frozen=True, slots=True)
class Request:
    """What is to be computed."""

    source: VectorSource
    method: Method
    n_components: int
    parameters: Mapping[str, Any]
    seed: int
    owner: tuple[str, str] | None
    steps: tuple[Step, ...] = ()

    @property
    def stated(self) -> dict[str, Any]:
        """The parameters as receipts, jobs and cache keys have them."""
        return stated(self.parameters)

    @property
    def preprocess(self) -> tuple[str, ...]:
        """The steps before the method, as receipts have them."""
        return tuple(str(step) for step in self.steps)


class Job:
    """The state of one request; everything on it may be called from any thread.

    ``changed`` is called, without a lock held, with whether the change must not be throttled away.
    """

    def __init__(self, id_: str, request: Request, changed: Callable[[Job, bool], None]) -> None:
        self.id = id_
        self.request = request
        self.progress = Progress(self)
        self.finished = threading.Event()
        self.last_notice = -float("inf")  # when subscribers last heard of it; the engine's
        self._changed = changed
        self._lock = threading.Lock()
        self._state: JobState = "queued"
        self._phase = "Waiting"
        self._iteration = self._iterations = 0
        self._later = 0.0
        self._loss: float | None = None
        self._started = self._phase_started = self._ended = 0.0
        self._paused_at: float | None = None
        self._frame: Frame | None = None
        self._layout: str | None = None
        self._receipt: Receipt | None = None
        self._error: DotscapeError | None = None
        self._cached = False

    @property
    def state(self) -> JobState:
        """Where it is in its life."""
        return self._state

    @property
    def error(self) -> DotscapeError | None:
        """Why it failed."""
        return self._error

    def start(self) -> bool:
        """From queued to running; False where it was cancelled meanwhile."""
        with self._lock:
            if self._state != "queued":
                return False
            self._state = "running"
            self._started = self._phase_started = time.monotonic()
        self._changed(self, True)
        return True

    def cancel(self) -> None:
        """Stop it: at once where it waits, at its next check where it runs."""
        self.progress.cancel()
        with self._lock:
            if self._state != "queued":
                return
        self.end("cancelled")

    def pause(self, paused: bool) -> None:
        """Let it wait at its next check, or go on; nothing where it has ended."""
        with self._lock:
            if self._state in FINISHED or paused == self.progress.paused:
                return
            if paused:
                self.progress.pause()
                self._paused_at = time.monotonic()
            else:
                self._waited()
                self.progress.resume()
        self._changed(self, True)

    def _waited(self) -> None:
        """Leave the time of a pause out of what is foreseen of the phase."""
        if self._paused_at is not None:
            waited = time.monotonic() - max(self._paused_at, self._phase_started)
            self._phase_started += waited
            self._paused_at = None

    def end(self, state: JobState, error: DotscapeError | None = None) -> None:
        """Failed or cancelled."""
        with self._lock:
            if self._state in FINISHED:
                return
            self._finish(state)
            self._error = error
            self._frame = None
        self.finished.set()
        self._changed(self, True)

    def complete(self, layout: str, coordinates: Floats, receipt: Receipt, *, cached: bool) -> None:
        """Done; the finished layout becomes the last frame."""
        with self._lock:
            if self._state in FINISHED:
                return
            self._finish("done")
            self._layout, self._receipt, self._cached = layout, receipt, cached
            number = 1 if self._frame is None else self._frame.number + 1
            loss = receipt.measures.get("kl_divergence", self._loss)
            self._frame = Frame(number, self._iteration, loss, coordinates, True)
        self.finished.set()
        self._changed(self, True)

    def _finish(self, state: JobState) -> None:
        self._state, self._phase = state, state.capitalize()
        self._ended = time.monotonic()
        if not self._started:
            self._started = self._ended

    def on_phase(self, name: str, iterations: int, later: float) -> None:
        """From the method: a phase begins."""
        with self._lock:
            self._phase, self._iterations, self._later = name, iterations, later
            self._iteration, self._phase_started = 0, time.monotonic()
        self._changed(self, True)

    def on_report(self, iteration: int, loss: float | None, layout: Floats | None) -> None:
        """From the method: an iteration is done."""
        with self._lock:
            self._iteration = iteration
            if loss is not None and np.isfinite(loss):
                self._loss = loss
            if layout is not None:
                number = 1 if self._frame is None else self._frame.number + 1
                self._frame = Frame(number, iteration, self._loss, layout, False)
        self._changed(self, False)

    def frame(self, after: int) -> Frame | None:
        """The newest frame, where its number is above ``after``."""
        with self._lock:
            frame = self._frame
        return frame if frame is not None and frame.number > after else None

    def snapshot(self) -> JobSnapshot:
        """The job as it is now."""
        request = self.request
        with self._lock:
            return JobSnapshot(
                id=self.id,
                owner=request.owner,
                method=request.method.name,
                n_components=request.n_components,
                parameters=request.stated,
                seed=request.seed,
                state=self._state,
                phase=self._phase,
                iteration=self._iteration,
                iterations=self._iterations,
                loss=self._loss,
                seconds=self._seconds(),
                seconds_left=self._seconds_left(),
                frame=0 if self._frame is None else self._frame.number,
                layout=self._layout,
                error=self._error,
                receipt=self._receipt,
                cached=self._cached,
                paused=self.progress.paused,
                preprocess=request.preprocess,
            )

    def _seconds(self) -> float:
        if self._state == "queued":
            return 0.0
        return (self._ended or time.monotonic()) - self._started

    def _seconds_left(self) -> float | None:
        if self._state != "running" or not self._iterations or not self._iteration:
            return None
        if self._paused_at is not None:
            return None
        elapsed = time.monotonic() - self._phase_started
        left = max(self._iterations - self._iteration, 0)
        return elapsed * left / self._iteration + self._later
