"""A finished layout with the receipt of how it was made."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from dotscape.core.matrix import Floats


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a layout was made from and how; the fields are those of `dotscape.model.Receipt`."""

    data: str
    method: str
    parameters: dict[str, Any]
    seed: int
    rows: int
    rows_left_out: int
    versions: dict[str, str]
    approximations: tuple[str, ...] = ()
    measures: dict[str, Any] = field(default_factory=dict[str, Any])
    seconds: float = 0.0
    preprocess: tuple[str, ...] = ()
    peak_memory: int | None = None


class Layout:
    """Coordinates (n, c) float32 in row order; array-like. Rows left out of the projection are NaN.

    Attributes
    ----------
    receipt
        Data hash, preprocessing, method, parameters, seed, versions, approximations, measures,
        seconds, peak memory.
    axes
        What each axis means, in words, or None.
    """

    def __init__(
        self, coordinates: Floats, receipt: Receipt, axes: tuple[str, ...] | None = None
    ) -> None:
        self._coordinates = coordinates
        self.receipt = receipt
        self.axes = axes

    def __array__(
        self, dtype: npt.DTypeLike | None = None, copy: bool | None = None
    ) -> npt.NDArray[Any]:
        if copy:
            return np.array(self._coordinates, dtype=dtype)
        return np.asarray(self._coordinates, dtype=dtype)

    @property
    def shape(self) -> tuple[int, int]:
        """(rows, components)."""
        n, c = self._coordinates.shape
        return n, c

    @property
    def dtype(self) -> np.dtype[np.float32]:
        """Always float32."""
        return self._coordinates.dtype

    @property
    def ndim(self) -> int:
        """Always 2."""
        return 2

    def __len__(self) -> int:
        return len(self._coordinates)

    def __getitem__(self, index: Any) -> Any:
        return self._coordinates[index]

    def __iter__(self) -> Iterator[Floats]:
        return iter(self._coordinates)

    def __repr__(self) -> str:
        n, c = self.shape
        return f"<Layout of {n:,} points in {c}-D by {self.receipt.method}>"
