"""A projection that is stepped, watched, paused, changed and continued."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Generator, Iterable, Mapping, Sequence, Sized
from contextlib import contextmanager
from typing import Any, cast

import numpy as np

from dotscape.core.mapped import MappedFile
from dotscape.core.matrix import Floats, Matrix, as_matrix
from dotscape.core.memory import PeakMemory
from dotscape.core.neighbors.prepared import Metric
from dotscape.core.progress import Progress
from dotscape.core.projection.at_once import AtOnce
from dotscape.core.projection.layout import Layout
from dotscape.core.projection.optimiser import IterativeMethod, Optimiser
from dotscape.core.projection.parameters import stated
from dotscape.core.projection.pca import PCA
from dotscape.core.projection.placing import Placed, Placing
from dotscape.core.projection.preprocessing import checked_steps, width_after
from dotscape.core.projection.preprocessing import preprocess as prepared
from dotscape.core.projection.receipts import receipt_of
from dotscape.core.projection.registry import checked_seed, get, validate
from dotscape.core.projection.starting import checked_initial, checked_pinned
from dotscape.errors import ParameterError

Callback = Callable[[int, float, Floats], Any]


class Projection:
    """A projection under its owner's hands.

    Parameters
    ----------
    X, method, n_components, random_state, preprocess, threads, **params
        As for `project`.
    initial
        (n, n_components): a layout to go on from; rows of NaN are new and start among their
        neighbours. The method's own beginning where None.
    pinned
        Rows that stay where ``initial`` has them: bool (n,), or row numbers.
    callbacks
        Called as ``callback(iteration, loss, layout)`` every ``every`` iterations and after the
        last, from the thread that steps, with a layout (n, n_components) that is theirs to keep;
        one that returns True ends the stepping.
    progress
        Hears of it too.

    Raises
    ------
    ParameterError, DataError

    Notes
    -----
    Nothing is computed before the first step. `snapshot`, `pause`, `resume`, `change` and `cancel`
    may be called from any thread; `cancel` takes effect within an iteration.

    Examples
    --------
    >>> import numpy as np
    >>> projection = Projection(np.random.default_rng(0).random((50, 4)), perplexity=5)
    >>> projection.step(10).iteration
    10
    >>> projection.snapshot().shape
    (50, 2)
    """

    def __init__(
        self,
        X: Any,
        method: str = "tsne",
        n_components: int | None = None,
        random_state: int = 42,
        *,
        preprocess: Iterable[Any] | None = None,
        initial: Any = None,
        pinned: Any = None,
        callbacks: Sequence[Callback] = (),
        every: int = 50,
        progress: Progress | None = None,
        threads: int | None = None,
        **params: Any,
    ) -> None:
        self._method = get(method)
        self._X = as_matrix(X, self._method.title)
        self._file = MappedFile.of(X)
        self._steps = checked_steps(preprocess, self._X.shape[1])
        self._shape = len(self._X), width_after(self._steps, self._X.shape[1])
        components = _usual_components(params) if n_components is None else n_components
        self._parameters = validate(self._method, params, components, *self._shape)
        self._seed = checked_seed(random_state)
        self._components = components
        self._initial = checked_initial(initial, len(self._X), components, self._method)
        self._pinned = checked_pinned(pinned, self._initial, len(self._X), self._method)
        self._callbacks = tuple(callbacks)
        self._every = max(1, int(every))
        self._progress = progress or Progress()
        self._threads = threads
        self._iterative = hasattr(self._method, "start")
        self._vectors: Matrix | None = None  # after the steps before the method
        self._optimiser: Optimiser | None = None
        self._memory = 0
        self._placing: tuple[int, Placing] | None = None
        self._lock = threading.RLock()  # held during an iteration
        self._seconds = 0.0

    # --- what it is at ---------------------------------------------------------------------------

    @property
    def iteration(self) -> int:
        """Iterations done."""
        return 0 if self._optimiser is None else self._optimiser.iteration

    @property
    def loss(self) -> float:
        """The loss when it was last computed; NaN before."""
        return np.nan if self._optimiser is None else self._optimiser.loss

    @property
    def finished(self) -> bool:
        """Whether all planned iterations are done, or the layout has converged."""
        return self._optimiser is not None and self._optimiser.finished

    def snapshot(self) -> Layout:
        """The layout as it is now, with its receipt: a copy that doesn't change any more.

        Waits for the iteration that runs in another thread. Computes what comes before the first
        iteration where that wasn't done yet.
        """
        with self._lock:
            result = self._started().result()
        receipt = receipt_of(
            self._X,
            self._method,
            {"n_components": self._components, **stated(self._parameters)},
            self._seed,
            result,
            steps=self._steps,
            seconds=self._seconds,
            peak_memory=self._memory or None,
            threads=self._threads,
        )
        if self._file is not None:
            self._file.check_unchanged()
        return Layout(result.layout, receipt, result.axes)

    # --- moving it -------------------------------------------------------------------------------

    def step(self, n: int = 1) -> Projection:
        """Do up to n iterations; fewer where it finishes or a callback says so.

        Raises
        ------
        Cancelled
        """
        with self._watched():
            for _ in range(n):
                if self._step():
                    break
        return self

    def run(self) -> Layout:
        """Step until it is finished, or a callback says so; the layout then."""
        with self._watched():
            while not self._step():
                pass
        return self.snapshot()

    @contextmanager
    def _watched(self) -> Generator[None]:
        """Note how much memory is held meanwhile."""
        memory = PeakMemory()
        try:
            with memory:
                yield
        finally:
            self._memory = max(self._memory, memory.peak or 0)

    def _step(self) -> bool:
        """One iteration; whether it was the last."""
        self._progress.check()
        with self._lock:
            started = time.perf_counter()
            optimiser = self._started()
            if optimiser.finished:
                return True
            due = bool(self._callbacks) and (
                (optimiser.iteration + 1) % self._every == 0
                or optimiser.iteration + 1 >= optimiser.iterations
            )
            wanted = self._iterative and self._progress.wants_layout
            optimiser.step(with_loss=due or wanted)
            self._seconds += time.perf_counter() - started
            due = due or (bool(self._callbacks) and optimiser.finished)
            layout = optimiser.layout() if due or wanted else None
        if self._iterative:  # others report for themselves
            loss = optimiser.loss if layout is not None else None
            self._progress.report(optimiser.iteration, loss, layout if wanted else None)
        stop = [
            callback(optimiser.iteration, optimiser.loss, cast("Floats", layout).copy())
            for callback in (self._callbacks if due else ())
        ]
        return optimiser.finished or any(answer is True for answer in stop)

    def _started(self) -> Optimiser:
        if self._optimiser is None:
            self._optimiser = self._start()
            if self._iterative:
                self._progress.phase("Optimising", self._optimiser.iterations)
        return self._optimiser

    def _start(self) -> Optimiser:
        shared: dict[str, Any] = {
            "n_components": self._components,
            "parameters": self._parameters,
            "seed": self._seed,
            "progress": self._progress,
            "threads": self._threads,
        }
        self._vectors = vectors = prepared(
            self._X, self._steps, progress=self._progress, threads=self._threads
        )
        if not self._iterative:
            return AtOnce(lambda: self._method.fit(vectors, **shared), self._method.title)
        iterative = cast("IterativeMethod", self._method)
        return iterative.start(vectors, **shared, initial=self._initial, pinned=self._pinned)

    # --- changing it -----------------------------------------------------------------------------

    def change(self, **params: Any) -> Projection:
        """Change parameters from the next iteration on.

        Raises
        ------
        ParameterError
            Then none of them is changed.
        """
        given = {**self._parameters, **params}
        checked = validate(self._method, given, self._components, *self._shape)
        with self._lock:
            if self._optimiser is not None:
                for name in params:
                    self._optimiser.change(name, checked[name])
            self._parameters = checked
        return self

    def pause(self) -> None:
        """Let whoever steps wait before the next iteration."""
        self._progress.pause()

    def resume(self) -> None:
        """Let them go on."""
        self._progress.resume()

    def cancel(self) -> None:
        """Let whoever steps end with `Cancelled`; the layout stays what it is."""
        self._progress.cancel()

    # --- new rows --------------------------------------------------------------------------------

    def transform(self, X: Any) -> Placed:
        """Places of rows that weren't there, and how far each place can be trusted.

        Parameters
        ----------
        X
            (m, d) array-like.

        Returns
        -------
        coordinates float32 (m, n_components), confidence float32 (m,) from 0 to 1
            See `Placing`; the coordinates of PCA are exact.

        Notes
        -----
        O(m n d) time, and 4 n d bytes while this projection lives.
        """
        new = as_matrix(X, f"{self._method.title}.transform")
        if new.shape[1] != self._X.shape[1]:
            raise ParameterError(
                "X",
                f"{self._method.title}.transform",
                allowed=f"rows of {self._X.shape[1]:,} numbers, as the projection's own",
                got=f"an array of shape {new.shape}",
                hint="Encode them with the same model.",
            )
        if any(step.name != "normalise" for step in self._steps):
            raise ParameterError(
                "X",
                f"{self._method.title}.transform",
                allowed="placed where the steps before the method look at one row alone",
                got=f"the steps {', '.join(map(str, self._steps))}",
                hint="Do these steps yourself, for old and new rows alike, and project the result.",
            )
        with self._lock:
            new = prepared(new, self._steps, progress=self._progress, threads=self._threads)
            optimiser = self._started()
            if self._placing is None or self._placing[0] != optimiser.iteration:
                metric = cast("Metric", self._parameters.get("metric", "euclidean"))
                placing = Placing(
                    cast("Matrix", self._vectors),
                    optimiser.layout(),
                    metric,
                    progress=self._progress,
                    threads=self._threads,
                )
                self._placing = (optimiser.iteration, placing)
            placed = self._placing[1].place(new, progress=self._progress)
            if isinstance(self._method, PCA):  # linear: no need to ask the neighbours
                exact = self._method.place(
                    cast("Matrix", self._vectors),
                    new,
                    n_components=self._components,
                    progress=self._progress,
                    threads=self._threads,
                )
                return placed._replace(coordinates=exact)
            return placed


def _usual_components(params: Mapping[str, Any]) -> int:
    """2, or as many as there are axes of the caller's own."""
    axes = params.get("axes")
    return 3 if isinstance(axes, Sized) and len(axes) == 3 else 2
