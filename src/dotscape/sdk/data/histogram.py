"""Histogram: how often values fall into ranges."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dotscape.errors import DataError
from dotscape.sdk.arrays import is_array_like, to_array
from dotscape.sdk.data.value import Sink, Value
from dotscape.sdk.jsonable import jsonable

MOST_BINS = 512


class Histogram(Value):
    """Counts of values.

    Parameters
    ----------
    sequence : sequence or array of numbers, optional
        The values; NaN and infinite ones are left out and said.
    np_histogram : (counts, edges), optional
        What ``np.histogram`` returns, in place of `sequence`.
    num_bins : int
        How many ranges, at most 512.

    Attributes
    ----------
    histogram : list of n counts
    bins : list of n + 1 edges
    """

    MAX_LENGTH = MOST_BINS

    def __init__(
        self,
        sequence: Sequence[float] | Any = None,
        np_histogram: tuple[Any, Any] | None = None,
        num_bins: int = 64,
    ) -> None:
        self.histogram: list[float] = []
        self.bins: list[float] = []
        self._problem: str | None = None
        self._left_out = 0
        try:
            if np_histogram is not None:
                self._take(np_histogram)
            else:
                self._count(sequence, num_bins)
        except DataError as error:
            self._problem = str(error)

    def _take(self, np_histogram: tuple[Any, Any]) -> None:
        try:
            counts, edges = np_histogram
            self.histogram, self.bins = list(jsonable(counts)), list(jsonable(edges))
        except (TypeError, ValueError):
            raise DataError(
                "'np_histogram' must be (counts, edges), as np.histogram returns it."
            ) from None
        if len(self.bins) != len(self.histogram) + 1:
            raise DataError(
                f"A histogram of {len(self.histogram)} counts needs {len(self.histogram) + 1} "
                f"edges. Got {len(self.bins)}."
            )

    def _count(self, sequence: Any, num_bins: int) -> None:
        import numpy as np

        if sequence is None:
            raise DataError("A histogram needs values, or 'np_histogram'.")
        array = to_array(sequence) if is_array_like(sequence) else np.array(list(sequence))
        if array.dtype.kind not in "fiub":
            raise DataError(f"A histogram's values must be numbers. Got {array.dtype}.")
        values = array.reshape(-1).astype(np.float64)
        finite = values[np.isfinite(values)]
        self._left_out = len(values) - len(finite)
        bins = int(min(max(1, num_bins), MOST_BINS))
        try:
            counts, edges = np.histogram(finite, bins=bins)
        except ValueError as error:  # a range too narrow or too wide for so many bins
            raise DataError(f"A histogram can't be made: {error}") from None
        self.histogram, self.bins = counts.tolist(), edges.tolist()

    def log(self, sink: Sink, key: str, step: int) -> dict[str, Any]:
        """Return the counts; see `Value.log`."""
        if self._problem:
            raise DataError(f"`{key}`: {self._problem}")
        if self._left_out:
            sink.complaints.notice(
                f"`{key}`: {self._left_out:,} values that are NaN or infinite are left out of the "
                "histogram.",
                once=f"histogram {key}",
            )
        return {"_type": "histogram", "values": self.histogram, "bins": self.bins}
