"""Which rows hold a text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from dotscape.errors import ParameterError
from dotscape.formats.untyped import ArrowColumn, pa, pc
from dotscape.model import ColumnType
from dotscape.server.sets.columns import as_text

LONGEST_QUERY = 1000
# Words of two sides have a minus with spaces between them; not inside /.../.
_BETWEEN_SIDES = re.compile(r"\s-\s(?=(?:[^/]*/[^/]*/)*[^/]*$)")
# What is searched where no column is chosen.
SEARCHED: tuple[ColumnType, ...] = (
    "text",
    "category",
    "json",
    "number",
    "integer",
    "date",
    "boolean",
)


def search(
    columns: Iterable[ArrowColumn], query: str, mode: str, rows: int
) -> npt.NDArray[np.bool_]:
    """Rows in which any of the columns holds the query; upper and lower case are the same.

    Parameters
    ----------
    columns
        Columns of `rows` rows each; numbers and dates are matched as a person writes them.
    query
        A text, or with mode `regex` an RE2 expression, whose matching takes linear time.
    mode
        `text` or `regex`.

    Returns
    -------
    bool (rows,)

    Raises
    ------
    ParameterError
        If the query is too long or not a valid expression.
    """
    if len(query) > LONGEST_QUERY:
        raise _bad_query(f"at most {LONGEST_QUERY} characters", f"{len(query)}", "Shorten it.")
    match = pc.match_substring_regex if mode == "regex" else pc.match_substring
    _check(query, match)
    hits = np.zeros(rows, np.bool_)
    for values in columns:
        found = match(as_text(values), query, ignore_case=True)
        hits |= pc.fill_null(found, False).to_numpy()
    return hits


def with_rows(
    parameters: dict[str, Any], columns: Sequence[ArrowColumn], rows: int
) -> dict[str, Any]:
    """Parameters of custom axes, with their words resolved to rows.

    ``axes`` is a list of texts, or one text parted by ``;``, each "king - queen" or one side alone,
    which is compared with all rows. A side is the rows that have a cell of just that text, else
    those that hold it, upper and lower case the same; ``/.../`` is an RE2 expression.

    Raises
    ------
    ParameterError
        For a side that no row matches, which it names, and for more than two sides.
    """
    axes = parameters.get("axes")
    if isinstance(axes, str):
        axes = [part for part in axes.split(";") if part.strip()]
    if not isinstance(axes, list) or not all(isinstance(one, str) for one in axes):  # pyright: ignore[reportUnknownVariableType]
        raise _bad_axes("texts such as 'king - queen'", repr(axes)[:60])  # pyright: ignore[reportUnknownArgumentType]
    return {**parameters, "axes": [_axis(str(one), columns, rows) for one in axes]}  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]


def _axis(text: str, columns: Sequence[ArrowColumn], rows: int) -> dict[str, Any]:
    sides = [side.strip() for side in _BETWEEN_SIDES.split(text.strip())]
    if len(sides) > 2 or not all(sides):
        raise _bad_axes("one or two sides, as in 'king - queen'", repr(text)[:60])
    found = [_side(side, columns, rows) for side in sides]
    names = [f"{s} ({len(r)} rows)" if len(r) > 1 else s for s, r in zip(sides, found, strict=True)]
    minus = found[1] if len(found) == 2 else None
    return {"plus": found[0], "minus": minus, "name": " - ".join([*names, "all rows"][:2])}


def _side(text: str, columns: Sequence[ArrowColumn], rows: int) -> npt.NDArray[np.int64]:
    if len(text) > 2 and text.startswith("/") and text.endswith("/"):
        hits = search(columns, text[1:-1], "regex", rows)
    else:
        hits = _equal(columns, text, rows)
        if not hits.any():
            hits = search(columns, text, "text", rows)
    if not hits.any():
        raise _bad_axes("texts that some row holds", f"{text[:80]!r}, which no row holds")
    return np.flatnonzero(hits)


def _equal(columns: Sequence[ArrowColumn], text: str, rows: int) -> npt.NDArray[np.bool_]:
    """Rows with a cell of just that text."""
    hits = np.zeros(rows, np.bool_)
    for values in columns:
        lower = pc.utf8_lower(as_text(values))
        hits |= pc.fill_null(pc.equal(lower, text.lower()), False).to_numpy()
    return hits


def _bad_axes(allowed: str, got: str) -> ParameterError:
    hint = "Alone, a side is compared with all rows; /.../ is a regular expression."
    return ParameterError("axes", "Custom axes", allowed=allowed, got=got, hint=hint)


def _check(query: str, match: object) -> None:
    assert callable(match)
    try:
        match(pa.array([""]), query, ignore_case=True)
    except (pa.ArrowInvalid, UnicodeEncodeError) as error:
        reason = str(error).removeprefix("Invalid regular expression: ")
        hint = "Escape special characters with a backslash, or search for plain text."
        raise _bad_query("a regular expression (RE2)", f"{query[:80]!r}: {reason}", hint) from None


def _bad_query(allowed: str, got: str, hint: str) -> ParameterError:
    return ParameterError("q", "the search", allowed=allowed, got=got, hint=hint)


def bit_mask(hits: npt.NDArray[np.bool_]) -> bytes:
    """Row r at bit `r & 7` of byte `r >> 3`."""
    return np.packbits(hits, bitorder="little").tobytes()
