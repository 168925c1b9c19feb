"""Times for records: always later than the one before, whatever the system's clock does."""

from __future__ import annotations

import time

# Today's times in seconds are 2.4e-7 apart in a float64.
TICK = 1e-6


class Clock:
    """Seconds since 1970, UTC.

    A reader lets the later of two records win. A system clock that is set back, or that of another
    machine on which a run is continued, must not turn that around.

    Parameters
    ----------
    last
        All times are later than this.
    """

    def __init__(self, last: float = 0.0) -> None:
        self._last = last

    def now(self) -> float:
        """Return the time, or if that isn't later than the last one, a moment after that."""
        now = time.time()
        if now <= self._last:
            now = self._last + TICK
        self._last = now
        return now
