"""Sentences about an embedding set: what was left out, and what would say what the points are."""

from __future__ import annotations

from dotscape.model import EmbeddingSet


def hint(embedding: EmbeddingSet) -> str | None:
    """The line of code that would say what the points are, where nothing does yet."""
    if any(not c.detached and c.type != "vector" for c in embedding.columns):
        return None
    n = embedding.source.rows
    what = "a list of 1 string" if n == 1 else f"a list of {n:,} strings"
    return (
        f'dotscape.log({{"texts": texts}})  # {what}, one for each row of "{embedding.source.key}"'
    )


def notes(
    embedding: EmbeddingSet, *, zero_rows: int, duplicate_ids: int, damage: list[str]
) -> list[str]:
    """One sentence for everything about the data that a picture would hide."""
    rows, nonfinite = embedding.source.rows, embedding.vectors.nonfinite
    found: list[str] = []
    if nonfinite:
        found.append(
            f"{_of(nonfinite, rows)} NaN or infinite values: kept, but left out of projections."
        )
    if zero_rows:
        found.append(
            f"{_of(zero_rows, rows)} nothing but zeros: cosine distances mean little there."
        )
    if duplicate_ids == 1:
        found.append("1 row repeats another row's id: a link to that id finds the first.")
    elif duplicate_ids:
        found.append(
            f"{duplicate_ids:,} rows repeat another row's id: a link to such an id finds the first."
        )
    if rows == 1:
        found.append("One row only: there is nothing to compare it with.")
    return found + damage


def _of(count: int, rows: int) -> str:
    return f"{count:,} of {rows:,} rows {'holds' if count == 1 else 'hold'}"
