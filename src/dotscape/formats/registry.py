"""Which module reads and writes which file."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from dotscape.errors import DataError, NotFoundError, ParameterError, StoreError
from dotscape.formats.bundle import Bundle, Written

Read = Callable[[Path], list[Bundle]]
Write = Callable[[Bundle, Path], Written]

_MODULES = ("npy", "npz", "parquet", "arrow", "csv", "jsonl", "tensorboard")
_FORMATS: dict[str, Format] = {}


@dataclass(frozen=True)
class Format:
    """One outside format."""

    name: str
    title: str
    suffixes: tuple[str, ...]
    read: Read | None = None
    write: Write | None = None


def reader(name: str, title: str, *suffixes: str) -> Callable[[Read], Read]:
    """Decorator: this function reads files of these suffixes."""

    def register(function: Read) -> Read:
        known = _FORMATS.get(name, Format(name, title, suffixes))
        _FORMATS[name] = replace(known, read=function)
        return function

    return register


def writer(name: str, title: str, *suffixes: str) -> Callable[[Write], Write]:
    """Decorator: this function writes files of these suffixes."""

    def register(function: Write) -> Write:
        known = _FORMATS.get(name, Format(name, title, suffixes))
        _FORMATS[name] = replace(known, write=function)
        return function

    return register


def formats() -> dict[str, Format]:
    """Every format by name."""
    for module in _MODULES:
        importlib.import_module(f"dotscape.formats.{module}")
    return dict(_FORMATS)


def read_file(path: Path) -> list[Bundle]:
    """What a file, or a folder of TensorBoard's projector, holds.

    Raises
    ------
    NotFoundError
        If it doesn't exist.
    DataError
        If no format knows it, or it can't be used as that format says.
    """
    if not path.exists():
        raise NotFoundError(f"There is no file {path}.")
    found = _for(path, [f for f in formats().values() if f.read])
    assert found.read is not None
    try:
        bundles = found.read(path)
    except (OSError, MemoryError) as error:
        raise DataError(f"{path} can't be read as {found.title}: {error}") from error
    if not any(bundle.rows for bundle in bundles):
        raise DataError(f"{path} holds no rows.")
    return bundles


def write_file(bundle: Bundle, path: Path, format_name: str | None = None) -> Written:
    """Write vectors and columns; the suffix chooses the format unless it is named."""
    known = [f for f in formats().values() if f.write]
    if format_name is None:
        found = _for(path, known)
    else:
        named = [f for f in known if f.name == format_name]
        if not named:
            raise ParameterError(
                "format",
                "dotscape export",
                allowed=f"one of {', '.join(f.name for f in known)}",
                got=repr(format_name),
                hint="Leave it out to choose by the file's suffix.",
            )
        found = named[0]
    assert found.write is not None
    try:
        return found.write(bundle, path)
    except OSError as error:
        raise StoreError(f"{path} can't be written: {error}") from error


def _for(path: Path, known: Sequence[Format]) -> Format:
    if path.is_dir() or path.suffix == ".pbtxt":
        return next(f for f in known if f.name == "tensorboard")
    for candidate in known:
        if path.suffix.lower() in candidate.suffixes:
            return candidate
    suffixes = ", ".join(suffix for f in known for suffix in f.suffixes)
    raise DataError(
        f"{path.name} is of no format that is known. Known are {suffixes}, and folders of "
        "TensorBoard's projector."
    )
