"""Which rows hold a text."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

from dotscape.errors import ParameterError
from dotscape.formats.untyped import ArrowColumn, pa, pc
from dotscape.model import ColumnType
from dotscape.server.sets.columns import as_text

LONGEST_QUERY = 1000
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
