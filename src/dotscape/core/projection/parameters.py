"""Limits of parameters as data: validation, messages, the page's form and tests all read these."""

from __future__ import annotations

import difflib
import math
import numbers
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, Protocol, runtime_checkable

from dotscape.errors import ParameterError


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter of a method.

    ``minimum`` and ``maximum`` are inclusive and hold for any data. ``below`` maps (n rows, d) to a
    limit that the value must stay under; ``limit`` says it in words. ``default_for`` maps
    (n rows, d) to the default where it depends on the data. A number with ``choices`` takes those
    words as well.
    """

    name: str
    title: str
    help: str
    kind: Literal["integer", "number", "choice", "boolean", "text"]
    default: Any
    minimum: float | None = None
    maximum: float | None = None
    step: float | None = None
    choices: tuple[str, ...] | None = None
    limit: str | None = None
    below: Callable[[int, int], float] | None = None
    default_for: Callable[[int, int], Any] | None = None

    def value_or_default(self, given: Mapping[str, Any], n: int, d: int) -> Any:
        """The value given, else the default for this much data."""
        if self.name in given:
            return given[self.name]
        return self.default if self.default_for is None else self.default_for(n, d)

    def checked(self, value: Any, owner: str, n: int, d: int) -> Any:
        """The value as a plain Python one; raises `ParameterError` where it isn't allowed."""
        if self.choices is not None and isinstance(value, str) and value in self.choices:
            return value
        if self.kind == "boolean" and isinstance(value, bool):
            return value
        if self.kind in ("integer", "number"):
            number = _as_number(value, whole=self.kind == "integer")
            if number is not None and self._within(number, n, d):
                return number
        raise ParameterError(
            self.name,
            owner,
            allowed=self.allowed(n, d),
            got=self._got(value, n),
            hint=self._hint(value, n, d),
        )

    def allowed(self, n: int, d: int) -> str:
        """What is allowed for n rows of d numbers, in words."""
        if self.kind == "boolean":
            return "True or False"
        if self.kind == "choice":
            return _either(self.choices or ())
        kind = "a whole number" if self.kind == "integer" else "a number"
        words = f"{kind}{self._range(n, d)}"
        return f"{words}, or {_either(self.choices)}" if self.choices else words

    def _range(self, n: int, d: int) -> str:
        low = None if self.minimum is None else f"{self.minimum:g}"
        if self.below is not None:
            return f" of at least {low or 0} and {self.limit} ({self.below(n, d):.6g})"
        if low is not None and self.maximum is not None:
            return f" from {low} to {self.maximum:g}"
        if low is not None:
            return f" of at least {low}"
        return "" if self.maximum is None else f" of at most {self.maximum:g}"

    def _within(self, number: float, n: int, d: int) -> bool:
        if self.minimum is not None and number < self.minimum:
            return False
        if self.maximum is not None and number > self.maximum:
            return False
        return self.below is None or number < self.below(n, d)

    def _got(self, value: Any, n: int) -> str:
        got = repr(value)
        got = got if len(got) <= 60 else got[:57] + "..."
        return f"{got} with {n:,} rows" if self.below is not None else got

    def _hint(self, value: Any, n: int, d: int) -> str:
        number = _as_number(value, whole=False)
        if self.below is not None and number is not None and number >= self.below(n, d):
            return "Lower it, or log more rows."
        if self.kind == "choice":
            return f"The usual one is {self.default!r}."
        return f"The usual value is {self.default}."


def validate(
    parameters: tuple[Parameter, ...], given: Mapping[str, Any], owner: str, n: int, d: int
) -> dict[str, Any]:
    """All parameters, checked, those not given at their defaults for (n, d).

    Raises
    ------
    ParameterError
        Names the parameter, its owner, what is allowed, what came, and a hint.
    """
    names = [parameter.name for parameter in parameters]
    for name in given:
        if name not in names:
            raise _unknown(name, names, owner)
    return {p.name: p.checked(p.value_or_default(given, n, d), owner, n, d) for p in parameters}


def stated(parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Checked parameters as receipts, jobs and cache keys have them: JSON-compatible."""
    return {k: v.stated() if isinstance(v, _Stated) else v for k, v in parameters.items()}


@runtime_checkable
class _Stated(Protocol):
    def stated(self) -> Any: ...


def _unknown(name: str, names: list[str], owner: str) -> ParameterError:
    close = difflib.get_close_matches(name, names, n=1)
    allowed = f"one of its parameters ({', '.join(names)})" if names else "left out: it has none"
    hint = f"Did you mean '{close[0]}'?" if close else "Leave it out."
    return ParameterError(name, owner, allowed=allowed, got=f"the name {name!r}", hint=hint)


def _as_number(value: Any, *, whole: bool) -> float | int | None:
    """A finite Python number, or None where the value isn't one; numpy scalars count."""
    if isinstance(value, bool) or not isinstance(value, numbers.Real):
        return None
    number = float(value)
    if not math.isfinite(number):
        return None
    if not whole:
        return number
    return int(number) if number == int(number) else None


def _either(choices: tuple[str, ...] | None) -> str:
    return " or ".join(f"'{choice}'" for choice in choices or ())
