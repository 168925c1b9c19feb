"""Point clouds: x y z, and a category or a colour each."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from dotscape.engine.core_names import draw_order, pack
from dotscape.errors import NotFoundError
from dotscape.model import RowSet

if TYPE_CHECKING:
    from dotscape.store.reader import RunReader

WITH_CATEGORY, WITH_COLOR = 4, 6


def cloud_bytes(reader: RunReader, row_set: RowSet) -> bytes:
    """Packed positions, then what colours them, in draw order too.

    A cloud of width 4 is followed by a uint16 category for each point (rounded, 65535 where there
    is none), one of width 6 by the bytes r, g, b, 255; one of width 3 by nothing.
    """
    if row_set.kind != "points" or not row_set.vectors:
        raise NotFoundError(f"`{row_set.key}`, step {row_set.step}, isn't a point cloud.")
    points = reader.vectors(row_set.vectors[0])
    order = draw_order(len(points))
    packed = pack(np.asarray(points[:, :3], np.float32), order)
    width = points.shape[1]
    if width == WITH_CATEGORY:
        values = np.asarray(points[:, 3], np.float64)[order]
        usable = np.isfinite(values) & (values >= 0) & (values < 65_535)
        categories = np.where(usable, values, 65_535).round().astype("<u2")
        return packed + categories.tobytes()
    if width == WITH_COLOR:
        colors = np.full((len(points), 4), 255, np.uint8)
        rgb = np.nan_to_num(np.asarray(points[:, 3:6], np.float64)[order])
        colors[:, :3] = np.clip(rgb.round(), 0, 255)
        return packed + colors.tobytes()
    return packed
