"""pyarrow, which brings no types: its modules as `Any`, and names that say what an `Any` is."""

from __future__ import annotations

from typing import Any, TypeAlias

import pyarrow
import pyarrow.compute

pa: Any = pyarrow
pc: Any = pyarrow.compute

ArrowTable: TypeAlias = Any  # pyarrow.Table
ArrowColumn: TypeAlias = Any  # pyarrow.ChunkedArray
ArrowArray: TypeAlias = Any  # pyarrow.Array
ArrowType: TypeAlias = Any  # pyarrow.DataType
