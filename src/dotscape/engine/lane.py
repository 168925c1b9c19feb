"""A queue of jobs with threads of its own."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable

from dotscape.engine.job import Job


class Lane:
    """Runs jobs one after another, or a few at a time, in the order they came."""

    def __init__(self, name: str, workers: int) -> None:
        """Threads start when they are needed."""
        self._name = name
        self._workers = workers
        self._waiting: deque[tuple[Job, Callable[[Job], None]]] = deque()
        self._threads: list[threading.Thread] = []
        self._idle = 0
        self._open = True
        self._condition = threading.Condition()

    def put(self, job: Job, run: Callable[[Job], None]) -> None:
        """Have ``run(job)`` called in a thread; it must not raise."""
        with self._condition:
            self._waiting.append((job, run))
            if len(self._threads) < self._workers and self._idle < len(self._waiting):
                name = f"dotscape-{self._name}-{len(self._threads) + 1}"
                # Daemon: an engine that nobody closed must not keep the interpreter alive.
                thread = threading.Thread(target=self._loop, name=name, daemon=True)
                self._threads.append(thread)
                thread.start()
            self._condition.notify()

    def close(self) -> None:
        """Wait until all that was put has run, and end the threads."""
        with self._condition:
            self._open = False
            self._condition.notify_all()
        for thread in self._threads:
            thread.join()

    def _loop(self) -> None:
        while True:
            with self._condition:
                self._idle += 1
                self._condition.wait_for(lambda: self._waiting or not self._open)
                self._idle -= 1
                if not self._waiting:
                    return
                job, run = self._waiting.popleft()
            run(job)
