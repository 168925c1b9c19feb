"""Anything a configuration or summary may hold, as JSON can hold it."""

from __future__ import annotations

import dataclasses
import enum
from collections.abc import Mapping, Sequence, Set
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from os import PathLike, fspath
from typing import Any, cast
from uuid import UUID

LONGEST_REPR = 200
LARGEST_ARRAY = 10_000
DEEPEST = 32


def jsonable(value: Any, depth: int = 0) -> Any:
    """Return the nearest thing JSON can hold; what has none becomes its shortened repr.

    Mappings, sequences, dataclasses, numbers of numpy and torch, paths, dates and enum members
    come out as a reader would expect; the value itself isn't modified.
    """
    kind = type(value)
    if value is None or kind in (bool, int, float, str):
        return value
    if depth > DEEPEST:
        return short_repr(value)
    simple = _simple(value)
    if simple is not NotImplemented:
        return simple
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        fields = dataclasses.fields(value)
        return {f.name: jsonable(getattr(value, f.name), depth + 1) for f in fields}
    if isinstance(value, Mapping):
        items = cast("Mapping[Any, Any]", value).items()
        return {text_key(key): jsonable(item, depth + 1) for key, item in items}
    if isinstance(value, Sequence | Set) and not isinstance(value, str | bytes | bytearray):
        return [jsonable(item, depth + 1) for item in cast("Sequence[Any]", value)]
    return _array_like(value, depth)


def _simple(value: Any) -> Any:
    """Return what single values become; NotImplemented for all others."""
    if isinstance(value, enum.Enum):
        return jsonable(value.value)
    if isinstance(value, bool):
        return bool(value)
    if isinstance(value, int):
        return int(value)
    if isinstance(value, float):
        return float(value)
    if isinstance(value, str):
        return str.__str__(value)
    if isinstance(value, Decimal | Fraction):
        return float(value)
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, PathLike):
        path = fspath(cast("PathLike[Any]", value))
        return path if isinstance(path, str) else path.decode(errors="replace")
    return NotImplemented


def _array_like(value: Any, depth: int) -> Any:
    """Turn arrays and numbers of other libraries into lists and numbers."""
    size = getattr(value, "size", 1)
    if callable(size):  # torch
        size = getattr(value, "numel", lambda: 1)()
    to_list = getattr(value, "tolist", None)
    if callable(to_list) and isinstance(size, int) and size <= LARGEST_ARRAY:
        try:
            return jsonable(to_list(), depth + 1)
        except Exception:
            return short_repr(value)
    if callable(value) and hasattr(value, "__qualname__"):
        return f"{getattr(value, '__module__', '')}.{value.__qualname__}".lstrip(".")
    if depth == 0 and hasattr(value, "__dict__") and type(value).__name__ == "Namespace":
        return jsonable(vars(value), depth + 1)
    return short_repr(value)


def text_key(key: Any) -> str:
    """Return a mapping's key as text."""
    if isinstance(key, str):
        return str.__str__(key)
    return "None" if key is None else str(jsonable(key))


def short_repr(value: Any) -> str:
    """Return a value's repr, shortened; a repr that raises is replaced by the type's name."""
    try:
        text = repr(value)
    except Exception:
        text = f"<{type(value).__name__}>"
    return text if len(text) <= LONGEST_REPR else text[: LONGEST_REPR - 1] + "…"
