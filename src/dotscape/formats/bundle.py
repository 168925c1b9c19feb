"""What a file holds, and what an embedding set is written from: vectors with columns."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from dotscape.errors import DataError
from dotscape.formats.untyped import ArrowTable, pa


@dataclass(frozen=True)
class Bundle:
    """N rows: any number of vector columns, and other columns.

    Parameters
    ----------
    name
        What the rows are called: a file's stem, a tensor's name.
    vectors
        (n, d) float32 or float16 each, by the name of the column it was; `""` for an array of its
        own.
    columns
        An Arrow table of n rows; pictures are binary columns of PNG or JPEG bytes.
    axes
        Names of the dimensions of a vector, where they were columns.
    ids
        The column that holds the rows' ids.
    notes
        Sentences about what was left out or changed in reading.
    """

    name: str
    vectors: dict[str, npt.NDArray[Any]] = field(default_factory=dict[str, npt.NDArray[Any]])
    columns: ArrowTable = field(default_factory=lambda: pa.table({}))
    axes: dict[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])
    ids: str | None = None
    notes: tuple[str, ...] = ()

    @property
    def rows(self) -> int:
        """How many rows there are."""
        for array in self.vectors.values():
            return len(array)
        return self.columns.num_rows

    def only_vectors(self, format_title: str) -> npt.NDArray[Any]:
        """The one (n, d) array; DataError where there are none or several."""
        if len(self.vectors) == 1:
            return next(iter(self.vectors.values()))
        names = ", ".join(repr(name) for name in self.vectors) or "none"
        raise DataError(
            f"{format_title} holds exactly one array of vectors. '{self.name}' has {names}. "
            "Choose one of them."
        )


@dataclass(frozen=True)
class Written:
    """Which files a writer made, and what it had to change, in sentences."""

    files: tuple[Path, ...]
    warnings: tuple[str, ...] = ()


def as_vectors(array: npt.NDArray[Any], what: str) -> npt.NDArray[Any]:
    """A (n, d) array of float32 or float16; float32 and float16 come back as they are.

    Raises
    ------
    DataError
        If it isn't two-dimensional or not of numbers.
    """
    if array.dtype.kind not in "fiub":
        raise DataError(
            f"{what} must be an array of numbers. Got dtype {array.dtype}. "
            "Convert it, for example with .astype('float32')."
        )
    if array.ndim != 2 or array.shape[1] == 0:
        raise DataError(
            f"{what} must be a two-dimensional array, one vector a row. Got shape {array.shape}. "
            "Reshape it to (rows, dimensions)."
        )
    if array.dtype == np.float16:
        return array
    with np.errstate(
        over="ignore"
    ):  # values beyond float32 become infinite, and are counted as such
        return array.astype(np.float32, copy=False)
