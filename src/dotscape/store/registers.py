"""A mapping whose entries each remember when they were set, so that the later one wins."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any


class Registers:
    """Keys with values and the times they were set.

    Several writers' records reach a reader in any order; by their times they add up to the same.
    """

    def __init__(self, entries: Mapping[str, tuple[float, Any]] | None = None) -> None:
        self._entries: dict[str, tuple[float, Any]] = dict(entries or {})
        self._removed: dict[str, float] = {}

    def set(self, values: Mapping[str, Any], time: float) -> None:
        """Set some keys as of `time`, unless they were set or removed later."""
        for key, value in values.items():
            held = self._entries.get(key)
            if (held is None or time >= held[0]) and time >= self._removed.get(key, time):
                self._entries[key] = (time, value)

    def remove(self, keys: Iterable[str], time: float) -> None:
        """Remove some keys as of `time`, unless they were set later."""
        for key in keys:
            held = self._entries.get(key)
            if held is not None and time >= held[0]:
                del self._entries[key]
            self._removed[key] = max(time, self._removed.get(key, time))

    def get(self, key: str) -> Any:
        """Return a value, None where there is none."""
        held = self._entries.get(key)
        return None if held is None else held[1]

    def as_dict(self) -> dict[str, Any]:
        """Return all values."""
        return {key: value for key, (_, value) in self._entries.items()}

    def state(self) -> list[Any]:
        """Return what `restore` needs, as JSON can hold it."""
        return [self._entries, self._removed]

    @classmethod
    def restore(cls, state: list[Any]) -> Registers:
        """Make registers from what `state` returned."""
        registers = cls({key: (time, value) for key, (time, value) in state[0].items()})
        registers._removed = dict(state[1])
        return registers
