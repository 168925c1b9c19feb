"""``run.config`` and ``run.summary``: mappings that are written down when they change."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Iterator, Mapping, MutableMapping
from typing import Any, cast

from dotscape.errors import DataError
from dotscape.sdk.jsonable import jsonable, text_key
from dotscape.store.summary import Summary

Append = Callable[[dict[str, Any]], None]


class Config(MutableMapping[str, Any]):
    """The run's configuration, by key or by attribute.

    Values come back as they were set; what is written down is the nearest thing JSON can hold.
    """

    _values: dict[str, Any]
    _append: Append

    def __init__(self, append: Append, values: Mapping[str, Any] | None = None) -> None:
        object.__setattr__(self, "_values", dict(values or {}))
        object.__setattr__(self, "_append", append)

    def __getitem__(self, key: str) -> Any:
        return self._values[key]

    def __getattr__(self, name: str) -> Any:
        try:
            return self._values[name]
        except KeyError:
            raise AttributeError(
                f"The config has no '{name}', only {list(self._values)}."
            ) from None

    def __setitem__(self, key: str, value: Any) -> None:
        self.update({key: value})

    def __setattr__(self, name: str, value: Any) -> None:
        self.update({name: value})

    def __delitem__(self, key: str) -> None:
        del self._values[key]
        self._append({"t": "config", "d": {key: None}, "del": [key]})

    def __delattr__(self, name: str) -> None:
        try:
            del self[name]
        except KeyError:
            raise AttributeError(name) from None

    def __iter__(self) -> Iterator[str]:
        return iter(list(self._values))

    def __len__(self) -> int:
        return len(self._values)

    def __repr__(self) -> str:
        return repr(self._values)

    def update(self, d: Any = (), allow_val_change: bool | None = None, **kwargs: Any) -> None:
        """Merge a dictionary, Namespace, dataclass or the like; later values win."""
        given = {**config_mapping(d), **kwargs}
        if given:
            self._values.update(given)
            self._append({"t": "config", "d": {key: jsonable(v) for key, v in given.items()}})

    def setdefaults(self, d: Any) -> None:
        """Merge what isn't set yet."""
        self.update({k: v for k, v in config_mapping(d).items() if k not in self._values})

    def as_dict(self) -> dict[str, Any]:
        """Return a copy."""
        return dict(self._values)

    def persist(self) -> None:
        """Do nothing: every change is written down at once."""


def config_mapping(given: Any) -> dict[str, Any]:
    """Return what somebody gave as configuration as a dictionary.

    Mappings (also of OmegaConf and the like), argparse's Namespace, dataclasses, objects with
    ``to_dict`` or ``_asdict``, lists of pairs.

    Raises
    ------
    DataError
        If it is none of these.
    """
    if given is None:
        return {}
    if isinstance(given, Mapping):
        pairs = cast("Mapping[Any, Any]", given).items()
        return {text_key(key): value for key, value in pairs}
    if dataclasses.is_dataclass(given) and not isinstance(given, type):
        return {f.name: getattr(given, f.name) for f in dataclasses.fields(given)}
    for name in ("to_dict", "_asdict", "flag_values_dict", "model_dump"):
        method = getattr(given, name, None)
        if callable(method) and not isinstance(given, type):
            return config_mapping(method())
    if type(given).__name__ == "Namespace":
        return dict(vars(given))
    try:
        pairs = cast("Iterable[tuple[Any, Any]]", given)
        return {text_key(key): value for key, value in pairs}
    except (TypeError, ValueError):
        raise DataError(
            "A config must be a dict, a Namespace or a dataclass. "
            f"Got {type(given).__name__}: {given!r:.80}"
        ) from None


class SummaryView(MutableMapping[str, Any]):
    """The run's summary: what was set here, over the last value of each key."""

    _summary: Summary
    _append: Append

    def __init__(self, summary: Summary, append: Append) -> None:
        object.__setattr__(self, "_summary", summary)
        object.__setattr__(self, "_append", append)

    def __getitem__(self, key: str) -> Any:
        return self._summary.value(key)

    def __getattr__(self, name: str) -> Any:
        try:
            return self._summary.value(name)
        except KeyError:
            raise AttributeError(f"The summary has no '{name}'.") from None

    def __setitem__(self, key: str, value: Any) -> None:
        self.update({key: value})

    def __setattr__(self, name: str, value: Any) -> None:
        self.update({name: value})

    def __delitem__(self, key: str) -> None:
        self._summary.value(key)
        self._summary.explicit.pop(key, None)
        self._summary.latest.pop(key, None)
        self._append({"t": "summary", "d": {}, "del": [key]})

    def __iter__(self) -> Iterator[str]:
        return iter(self._summary.keys())

    def __len__(self) -> int:
        return len(self._summary.keys())

    def __repr__(self) -> str:
        return repr(self._summary.as_dict())

    def update(self, d: Any = (), /, **kwargs: Any) -> None:
        """Set several keys."""
        given = {key: jsonable(v) for key, v in {**config_mapping(d), **kwargs}.items()}
        if given:
            self._summary.explicit.update(given)
            self._append({"t": "summary", "d": given})
