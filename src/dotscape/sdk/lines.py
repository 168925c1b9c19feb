"""The common case of logging, fast: a flat dictionary of plain numbers and short texts."""

from __future__ import annotations

from json.encoder import encode_basestring_ascii as quote
from typing import Any

# Python refuses to print integers of more than 4,300 digits.
_WIDEST = 1 << 1024
_KEYS_KEPT = 10_000


class PlainLines:
    """Turns such dictionaries into the body of a JSON object. Remembers how keys are written."""

    def __init__(self) -> None:
        self._heads: dict[str, str] = {}

    def body(self, data: dict[str, Any]) -> str | None:
        """Return ``"key":value,...``, or None if a key or value needs a closer look."""
        heads = self._heads
        parts: list[str] = []
        for key, value in data.items():
            kind = type(value)
            if kind is float:
                # The difference of two equal finite floats is zero, of others NaN.
                text = repr(value) if value - value == 0.0 else number_text(value)
            elif kind is int:
                if not -_WIDEST < value < _WIDEST:
                    return None
                text = repr(value)
            elif kind is bool:
                text = "true" if value else "false"
            elif kind is str:
                text = quote(value)
            elif value is None:
                text = "null"
            else:
                number = _plain_number(value)
                if number is None:
                    return None
                text = number
            head = heads.get(key)
            if head is None:
                if type(key) is not str:
                    return None
                head = f"{quote(key)}:"
                if len(heads) < _KEYS_KEPT:
                    heads[key] = head
            parts.append(head + text)
        return ",".join(parts)


def _plain_number(value: Any) -> str | None:
    """Return another library's number as the journal writes it, None if it isn't one."""
    if isinstance(value, float):  # np.float64
        return number_text(float(value))
    if getattr(value, "shape", None) != () or not hasattr(value, "item"):
        return None
    try:
        number = value.item()
    except Exception:  # said with a closer look
        return None
    if type(number) is float:
        return number_text(number)
    if type(number) is bool:
        return "true" if number else "false"
    return repr(number) if type(number) is int else None


def number_text(value: float) -> str:
    """Return a float as the journal writes it."""
    if value != value:
        return "NaN"
    if value in (float("inf"), float("-inf")):
        return "Infinity" if value > 0 else "-Infinity"
    return repr(value)


def log_line(step: int, time: float, body: str) -> bytes:
    """Return the journal's line for the values of one step."""
    return f'{{"t":"log","s":{step},"ts":{time!r},"d":{{{body}}}}}\n'.encode("ascii")
