"""Plain text tables for the terminal."""

from __future__ import annotations

import datetime
from collections.abc import Sequence

_WIDEST = 60


def table(headings: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """Columns as wide as they need to be; long cells are cut."""
    cells = [list(headings), *([_cell(value) for value in row] for row in rows)]
    widths = [max(len(row[i]) for row in cells) for i in range(len(headings))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in cells
    )


def when(seconds: float) -> str:
    """A time of day here."""
    return datetime.datetime.fromtimestamp(seconds).strftime("%Y-%m-%d %H:%M")


def _cell(value: object) -> str:
    # A control character in a run's name must not reach the terminal.
    plain = "" if value is None else str(value)
    text = "".join(character if character.isprintable() else " " for character in plain)
    return text if len(text) <= _WIDEST else text[: _WIDEST - 1] + "…"
