"""What is known of a run's writers, and the state of the run that follows from it."""

from __future__ import annotations

import calendar
import time
from collections.abc import Callable, Collection
from dataclasses import asdict, dataclass, replace
from typing import Any

from dotscape.model import RunState


@dataclass(slots=True)
class WriterInfo:
    """One writer: from its first line, its last, and the newest time in between.

    ``role`` is None for the process that called ``init``, ``"child"`` for a fork of it, and
    ``"edits"`` for somebody who changed tags or links afterwards.
    """

    name: str
    started: float
    last: float
    host: str | None = None
    boot: str | None = None
    role: str | None = None
    program: str | None = None
    state: RunState | None = None
    exit_code: int | None = None

    @classmethod
    def from_name(cls, name: str) -> WriterInfo:
        """Make what a name alone tells, for a journal whose first line is lost."""
        try:
            started = float(calendar.timegm(time.strptime(name[:15], "%Y%m%dT%H%M%S")))
        except ValueError:
            started = 0.0
        return cls(name, started, started)

    def as_dict(self) -> dict[str, Any]:
        """Return the fields, as JSON can hold them."""
        return asdict(self)

    def copy(self) -> WriterInfo:
        """Return a copy."""
        return replace(self)


def run_state(
    writers: Collection[WriterInfo], is_alive: Callable[[WriterInfo], bool]
) -> tuple[RunState, int | None]:
    """Return the state of a run and its exit code.

    Parameters
    ----------
    writers
        All writers of the run.
    is_alive
        Asked only about writers that haven't closed their journal.
    """
    logging = [w for w in writers if w.role != "edits"]
    if any(w.state is None and is_alive(w) for w in logging):
        return "running", None
    # A forked child that ended well doesn't undo that its parent was killed.
    main = [w for w in logging if w.role is None] or logging
    if not main:
        return "crashed", None
    last = max(main, key=lambda w: (w.last, w.started))
    return last.state or "crashed", last.exit_code
