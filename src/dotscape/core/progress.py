"""How a running method says where it is, hands out live layouts and learns that it should stop."""

from __future__ import annotations

import threading
import time
from typing import Protocol

from dotscape.core.matrix import Floats
from dotscape.errors import Cancelled

FRAME_SECONDS = 0.1


class Listener(Protocol):
    """What wants to hear of the progress; called from the thread that computes."""

    def on_phase(self, name: str, iterations: int, later: float) -> None:
        """A phase begins; see `Progress.phase`."""
        ...

    def on_report(self, iteration: int, loss: float | None, layout: Floats | None) -> None:
        """An iteration of the phase is done; ``layout`` is the listener's to keep."""
        ...


class Progress:
    """Handed down to a method: it reports here, and is told to stop here.

    Parameters
    ----------
    listener
        Hears of phases and reports; nobody where None.
    frame_seconds
        Least time between two live layouts.
    """

    def __init__(
        self, listener: Listener | None = None, *, frame_seconds: float = FRAME_SECONDS
    ) -> None:
        self._listener = listener
        self._frame_seconds = frame_seconds
        self._last_frame = -float("inf")
        self._stop = threading.Event()

    def cancel(self) -> None:
        """Ask the method to stop; may be called from any thread."""
        self._stop.set()

    @property
    def cancelled(self) -> bool:
        """Whether somebody asked to stop."""
        return self._stop.is_set()

    def check(self) -> None:
        """Raise `Cancelled` where somebody asked to stop. Methods call it every 0.1 s or so."""
        if self._stop.is_set():
            raise Cancelled("The projection was cancelled.")

    def phase(self, name: str, iterations: int = 0, *, later: float = 0.0) -> None:
        """Begin a phase.

        Parameters
        ----------
        name
            For a person: "Finding neighbours".
        iterations
            How many reports will come; 0 where that isn't known.
        later
            Seconds that the phases after this one will roughly take.
        """
        self.check()
        if self._listener is not None:
            self._listener.on_phase(name, iterations, later)

    @property
    def wants_layout(self) -> bool:
        """Whether a live layout would be looked at: somebody listens, and the last one is old."""
        if self._listener is None:
            return False
        return time.monotonic() - self._last_frame >= self._frame_seconds

    def report(
        self, iteration: int, loss: float | None = None, layout: Floats | None = None
    ) -> None:
        """Say that an iteration is done, and check whether to stop.

        ``layout`` (n, c) float32 must be a copy that the method doesn't touch again; pass it where
        `wants_layout` is true.
        """
        if layout is not None:
            self._last_frame = time.monotonic()
        if self._listener is not None:
            self._listener.on_report(iteration, loss, layout)
        self.check()


class Quiet(Progress):
    """Passes on the wish to stop, and nothing else: parts of a phase aren't phases."""

    def __init__(self, outer: Progress) -> None:
        super().__init__()
        self._outer = outer

    def check(self) -> None:
        """Raise `Cancelled` where the outer one was asked to stop."""
        self._outer.check()
