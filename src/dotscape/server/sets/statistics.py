"""Numbers about a column: how many values are missing, how many differ, how far they reach."""

from __future__ import annotations

import msgspec

from dotscape.formats.untyped import ArrowColumn, pa, pc
from dotscape.model import ColumnType

VERSION = 1
SAMPLE = 1000
_MEDIA = ("image", "audio", "html")


class Statistics(msgspec.Struct, frozen=True):
    """What is known of one column; None where it doesn't apply."""

    rows: int
    missing: int
    distinct: int | None = None
    minimum: float | None = None
    maximum: float | None = None
    longest: int | None = None  # characters
    typical: float | None = None  # mean length of the first texts, characters
    spaced: float | None = None  # share of the first texts that hold a space
    coded: float | None = None  # share of the first texts that look like an id: digits, hashes


def column_statistics(values: ArrowColumn, kind: ColumnType) -> Statistics:
    """Statistics of a column; time and memory linear in its size.

    NaN counts as missing; `minimum` and `maximum` are of finite values, and of milliseconds since
    1970 for dates.
    """
    rows, missing = len(values), values.null_count
    if kind in ("text", "category", "json"):
        return _of_text(values, rows, missing)
    if kind in _MEDIA or kind == "vector":
        return Statistics(rows, missing)
    return _of_numbers(values, rows, missing)


def _of_text(values: ArrowColumn, rows: int, missing: int) -> Statistics:
    lengths = pc.utf8_length(values)
    sample = pc.drop_null(values.slice(0, SAMPLE))
    return Statistics(
        rows,
        missing,
        distinct=_distinct(values),
        longest=pc.max(lengths).as_py() or 0,
        typical=pc.mean(lengths.slice(0, SAMPLE)).as_py(),
        spaced=_share(pc.match_substring_regex(sample, r"\S\s+\S")),
        # Numbers, hashes, UUIDs, and a prefix with a running number ("doc-0012").
        coded=_share(
            pc.match_substring_regex(
                sample, r"^(?:[0-9]+|[0-9a-fA-F-]{12,}|[A-Za-z_./#:-]*[0-9]{2,})$"
            )
        ),
    )


def _of_numbers(values: ArrowColumn, rows: int, missing: int) -> Statistics:
    distinct = _distinct(values)
    if pa.types.is_floating(values.type):
        nan = pc.is_nan(values)
        missing += pc.sum(nan).as_py() or 0
        distinct -= int(bool(pc.any(nan).as_py()))
        values = values.filter(pc.is_finite(values))
    elif pa.types.is_timestamp(values.type):
        values = values.cast(pa.timestamp("ms", values.type.tz)).cast(pa.int64())
    elif pa.types.is_boolean(values.type):
        values = values.cast(pa.int8())
    ends = pc.min_max(values)
    low, high = ends["min"].as_py(), ends["max"].as_py()
    return Statistics(
        rows,
        missing,
        distinct=distinct,
        minimum=None if low is None else float(low),
        maximum=None if high is None else float(high),
    )


def _distinct(values: ArrowColumn) -> int:
    return pc.count_distinct(values, mode="only_valid").as_py()


def _share(hits: ArrowColumn) -> float | None:
    return None if not len(hits) else (pc.sum(hits).as_py() or 0) / len(hits)
