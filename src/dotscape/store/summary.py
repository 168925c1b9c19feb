"""The summary of a run: the last value of each key, or what `define_metric` asked for."""

from __future__ import annotations

from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any, cast

MODES = frozenset({"min", "max", "mean", "last", "first", "best", "none", "copy"})

# Of values that are objects the summary keeps what names them, not what fills them.
_BRIEF = (
    *("_type", "kind", "rows", "sha256", "format", "width", "height", "duration", "caption"),
    *("size", "name", "python", "text"),
)


@dataclass(frozen=True, slots=True)
class MetricRule:
    """One `define_metric`: how keys that match `name` are summed up and against what drawn."""

    name: str
    step_metric: str | None = None
    summary: tuple[str, ...] = ()
    goal: str | None = None
    hidden: bool = False

    def matches(self, key: str) -> bool:
        """Whether the rule is for `key`: by name, or by what stands before a final ``*``."""
        if self.name.endswith("*"):
            return key.startswith(self.name[:-1])
        return key == self.name or ("*" in self.name and fnmatchcase(key, self.name))


class _Extent:
    """Minimum, maximum, mean and first of the numbers of one key."""

    __slots__ = ("count", "first", "maximum", "minimum", "total")

    def __init__(self, value: float) -> None:
        self.first = self.minimum = self.maximum = value
        self.total = 0.0
        self.count = 0

    def add(self, value: float) -> None:
        # Written so that a NaN never displaces a number.
        if not self.minimum <= value:
            self.minimum = value
        if not self.maximum >= value:
            self.maximum = value
        self.total += value
        self.count += 1


class Summary:
    """Grows with every logged record.

    `latest` may be updated directly as long as `rules` is empty, which keeps logging fast.
    """

    def __init__(self) -> None:
        self.latest: dict[str, Any] = {}
        self.rules: dict[str, MetricRule] = {}
        self.explicit: dict[str, Any] = {}
        self._extents: dict[str, _Extent] = {}
        self._rule_of: dict[str, MetricRule | None] = {}

    def define(self, rule: MetricRule) -> None:
        """Add or replace a rule; it counts from now on."""
        self.rules[rule.name] = rule
        self._rule_of.clear()

    def update(self, values: dict[str, Any], newest: dict[str, Any] | None = None) -> None:
        """Take in the values of one record; only those in `newest` are later than what is known."""
        self.latest.update(values if newest is None else newest)
        if self.rules:
            for key, value in values.items():
                rule = self.rule(key)
                if rule and rule.summary and isinstance(value, int | float):
                    self._extend(key, float(value))

    def _extend(self, key: str, value: float) -> None:
        extent = self._extents.get(key)
        if extent is None:
            extent = self._extents[key] = _Extent(value)
        if value == value:  # a NaN isn't part of an extent
            extent.add(value)

    def rule(self, key: str) -> MetricRule | None:
        """Return the rule for a key: its own first, else the longest pattern."""
        if key not in self._rule_of:
            own = self.rules.get(key)
            fitting = [rule for rule in self.rules.values() if rule.matches(key)]
            self._rule_of[key] = own or max(fitting, key=lambda r: len(r.name), default=None)
        return self._rule_of[key]

    def value(self, key: str) -> Any:
        """Return what the summary says of one key.

        Raises
        ------
        KeyError
            If it says nothing.
        """
        if key in self.explicit:
            return self.explicit[key]
        value = self.latest[key]
        rule = self.rule(key) if self.rules else None
        if rule is None or not rule.summary or rule.summary == ("copy",):
            return brief(value)
        if "none" in rule.summary:
            raise KeyError(key)
        extent = self._extents.get(key)
        if extent is None:
            return brief(value)
        return {mode: _measure(mode, rule, extent, value) for mode in rule.summary}

    def keys(self) -> list[str]:
        """Return the keys it says something of, in the order of their first value."""
        keys = dict.fromkeys([*self.latest, *self.explicit])
        if not any("none" in rule.summary for rule in self.rules.values()):
            return list(keys)
        return [key for key in keys if key in self.explicit or not self._silent(key)]

    def _silent(self, key: str) -> bool:
        rule = self.rule(key)
        return rule is not None and "none" in rule.summary

    def as_dict(self) -> dict[str, Any]:
        """Return the whole summary."""
        return {key: self.value(key) for key in self.keys()}

    def state(self) -> dict[str, Any]:
        """Return what `restore` needs, as JSON can hold it."""
        names = _Extent.__slots__
        return {
            "latest": {key: brief(value) for key, value in self.latest.items()},
            "explicit": self.explicit,
            "rules": [
                [r.name, r.step_metric, list(r.summary), r.goal, r.hidden]
                for r in self.rules.values()
            ],
            "extents": {
                key: [getattr(extent, name) for name in names]
                for key, extent in self._extents.items()
            },
        }

    @classmethod
    def restore(cls, state: dict[str, Any]) -> Summary:
        """Make a summary from what `state` returned."""
        summary = cls()
        summary.latest = dict(state["latest"])
        summary.explicit = dict(state["explicit"])
        for name, step_metric, modes, goal, hidden in state["rules"]:
            summary.define(MetricRule(name, step_metric, tuple(modes), goal, hidden))
        for key, values in state["extents"].items():
            extent = summary._extents[key] = _Extent(0.0)
            for name, value in zip(_Extent.__slots__, values, strict=True):
                setattr(extent, name, value)
        return summary


def parse_modes(text: str) -> tuple[str, ...]:
    """Split ``"min,max"``; what isn't known is left out."""
    modes = (part.strip().lower() for part in text.split(","))
    return tuple(mode for mode in modes if mode in MODES)


def brief(value: Any) -> Any:
    """Shorten a logged object to what names it; other values as they are."""
    if isinstance(value, dict) and "_type" in value:
        known = cast("dict[str, Any]", value)
        return {name: known[name] for name in _BRIEF if name in known}
    return value


def _measure(mode: str, rule: MetricRule, extent: _Extent, last: Any) -> Any:
    if mode == "best":
        mode = "max" if (rule.goal or "").startswith("max") else "min"
    if mode == "min":
        return extent.minimum
    if mode == "max":
        return extent.maximum
    if mode == "first":
        return extent.first
    if mode == "mean":
        return extent.total / extent.count if extent.count else float("nan")
    return last
