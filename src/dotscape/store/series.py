"""The values of one key over the steps of a run."""

from __future__ import annotations

from array import array
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

# Above it a float64 no longer holds every integer.
_EXACT = 1 << 53


class Series:
    """Steps, times and values, in the order they were read.

    Numbers are kept as float64 (24 bytes a point in all); as soon as a value is text, null or an
    integer too large for that, all are kept as they are.
    """

    __slots__ = ("_numbers", "_ordered", "_others", "_steps", "_times")

    def __init__(self) -> None:
        self._steps = array("q")
        self._times = array("d")
        self._numbers = array("d")
        self._others: list[Any] | None = None
        self._ordered = True

    def add(self, step: int, time: float, value: Any) -> None:
        """Add one point; of several for one step the latest counts.

        Raises
        ------
        OverflowError
            If the step is beyond 64 bits.
        """
        steps = self._steps
        if steps and step <= steps[-1]:
            if step == steps[-1] and time >= self._times[-1] and self._ordered:
                self._replace_last(time, value)
                return
            self._ordered = False
        steps.append(step)
        self._times.append(time)
        if self._others is None and _is_number(value):
            self._numbers.append(value)
        else:
            self._keep_as_is().append(value)

    def _replace_last(self, time: float, value: Any) -> None:
        self._times[-1] = time
        if self._others is None and _is_number(value):
            self._numbers[-1] = value
        else:
            self._keep_as_is()[-1] = value

    def _keep_as_is(self) -> list[Any]:
        if self._others is None:
            self._others = list(self._numbers)
            self._numbers = array("d")
        return self._others

    def arrays(self) -> tuple[NDArray[np.int64], NDArray[np.float64], NDArray[Any]]:
        """Return steps, times and values by ascending step, one point a step.

        Returns
        -------
        steps : (n,) int64
        times : (n,) float64
            Seconds since 1970, UTC.
        values : (n,) float64, or object where not all are numbers
        """
        import numpy as np

        steps = np.array(self._steps, np.int64)
        times = np.array(self._times, np.float64)
        if self._others is None:
            values: NDArray[Any] = np.array(self._numbers, np.float64)
        else:
            values = np.empty(len(self._others), object)
            values[:] = self._others
        if not self._ordered:
            order = np.lexsort((times, steps))
            steps = steps[order]
            order = order[np.append(steps[1:] != steps[:-1], True)]
            steps = np.array(self._steps, np.int64)[order]
            times, values = times[order], values[order]
        return steps, times, values


def _is_number(value: Any) -> bool:
    kind = type(value)
    return kind is float or kind is bool or (kind is int and -_EXACT <= value <= _EXACT)
