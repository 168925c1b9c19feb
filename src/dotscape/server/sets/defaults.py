"""What the panel shows first: which column names the points, colours them, pictures them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from dotscape.model import AttachedColumn, EmbeddingSet
from dotscape.server.sets.statistics import Statistics
from dotscape.server.wire import Defaults

FEW, MANY = 20, 50  # categories that are easily, and just about, told apart by colour
_MOSTLY = 0.9
_ID_NAME = re.compile(r"(?:^|[_ .-])(?:id|ids|idx|index|uuid|guid|hash|barcode)$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Described:
    """A column of a set with its number and what is known of it so far."""

    id: int
    column: AttachedColumn
    statistics: Statistics | None


def defaults(embedding: EmbeddingSet, columns: Sequence[Described], layout: str) -> Defaults:
    """Choose what is shown first.

    The label is the longest free text; then words (text without spaces that isn't an id), then
    categories, then anything else that differs between rows. The colour is the first column of 2 to
    20 values, then of up to 50, then the first number; never one whose every value differs. The
    picture is the first column of images.
    """
    shown = [c for c in columns if not c.column.detached]
    return Defaults(
        label_column=_label(shown, embedding.source.ids),
        color_column=_color(shown),
        image_column=next((c.id for c in shown if c.column.type == "image"), None),
        layout=layout,
    )


def _label(columns: Sequence[Described], ids: str | None) -> int | None:
    texts = [c for c in columns if c.column.type == "text" and not _is_id(c, ids)]
    free = [c for c in texts if c.statistics and (c.statistics.spaced or 0) >= 0.2]
    for group in (free, texts):
        if group:
            return max(group, key=lambda c: (c.statistics and c.statistics.typical) or 0.0).id
    for kinds in (("category",), ("integer", "boolean", "date", "number"), ("text",)):
        for c in columns:
            if c.column.type in kinds and (kinds == ("text",) or not _is_id(c, ids)):
                return c.id
    return None


def _is_id(described: Described, ids: str | None) -> bool:
    """Whether a column only numbers the rows: declared as ids, or unique and looking like it."""
    column, statistics = described.column, described.statistics
    if column.own and column.column == ids:
        return True
    if statistics is None or statistics.distinct is None:
        return False
    unique = statistics.distinct >= statistics.rows - statistics.missing > 1
    if column.type == "integer" or _ID_NAME.search(column.name):
        return unique
    return unique and (statistics.coded or 0) >= _MOSTLY


def _color(columns: Sequence[Described]) -> int | None:
    for most in (FEW, MANY):
        for c in columns:
            if _is_category(c, most):
                return c.id
    for c in columns:
        s = c.statistics
        if c.column.type in ("number", "date", "integer") and s is not None:
            differs = s.minimum is not None and s.minimum != s.maximum
            # Floats are seldom equal: unique values are what numbers are. Unique integers are ids.
            if differs and not (c.column.type == "integer" and _is_id(c, None)):
                return c.id
    return None


def _is_category(described: Described, most: int) -> bool:
    s = described.statistics
    if (
        s is None
        or s.distinct is None
        or described.column.type
        not in (
            "text",
            "category",
            "boolean",
            "integer",
        )
    ):
        return False
    return 2 <= s.distinct <= most and s.distinct < s.rows - s.missing
