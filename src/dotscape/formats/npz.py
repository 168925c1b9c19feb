"""NumPy's `.npz`: arrays by name. Nothing pickled is ever loaded or written."""

from __future__ import annotations

import zipfile
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from dotscape.errors import DataError
from dotscape.formats.bundle import Bundle, Written, as_vectors
from dotscape.formats.matrices import text_of
from dotscape.formats.registry import reader, writer
from dotscape.formats.untyped import ArrowArray, ArrowColumn, pa

_MISSING = ".missing"
_UNNAMED = "vectors"


@reader("npz", "NumPy archive", ".npz")
def read_npz(path: Path) -> list[Bundle]:
    """Two-dimensional arrays are vectors, one-dimensional ones of as many rows are columns.

    Where lengths differ, the most frequent number of rows of the vectors is taken and the rest
    said.
    """
    arrays, notes = _arrays(path)
    lengths = Counter(len(a) for a in arrays.values() if a.ndim == 2 and a.dtype.kind in "fiub")
    if not lengths:
        found = ", ".join(f"{name} {array.shape}" for name, array in arrays.items()) or "nothing"
        raise DataError(f"{path} holds no two-dimensional array of numbers. It has {found}.")
    n = lengths.most_common(1)[0][0]
    vectors: dict[str, npt.NDArray[Any]] = {}
    columns: dict[str, Any] = {}
    for name, array in arrays.items():
        if array.ndim == 2 and len(array) == n and array.dtype.kind in "fiub":
            vectors[name] = as_vectors(array, f"'{name}' of {path}")
        elif array.ndim == 1 and len(array) == n and array.dtype.kind in "fiubUM":
            if not name.endswith(_MISSING):
                columns[name] = _column(array, arrays.get(name + _MISSING))
        else:
            notes.append(f"'{name}' of shape {array.shape} and type {array.dtype} was left out.")
    if list(vectors) == [_UNNAMED]:
        vectors = {"": vectors[_UNNAMED]}
    return [Bundle(path.stem, vectors, pa.table(columns), notes=tuple(notes))]


def _arrays(path: Path) -> tuple[dict[str, npt.NDArray[Any]], list[str]]:
    arrays: dict[str, npt.NDArray[Any]] = {}
    notes: list[str] = []
    if not zipfile.is_zipfile(path):
        raise DataError(f"{path} can't be read as a NumPy archive: it isn't a ZIP file.")
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as archive:
            for name in archive.files:
                try:
                    content = archive[name]
                    if isinstance(content, np.ndarray):  # else a file that isn't an array
                        arrays[name] = content
                except ValueError as error:  # an array of objects, which only pickle could load
                    notes.append(f"'{name}' was left out: {error}")
    except (ValueError, EOFError, zipfile.BadZipFile) as error:
        raise DataError(f"{path} can't be read as a NumPy archive: {error}") from error
    return arrays, notes


def _column(array: npt.NDArray[Any], missing: npt.NDArray[Any] | None) -> ArrowArray:
    """An Arrow column; dates to the millisecond."""
    if array.dtype.kind == "M":
        return pa.array(array.astype("datetime64[ms]"))
    usable = missing is not None and missing.dtype == np.bool_ and missing.shape == array.shape
    return pa.array(array, mask=missing if usable else None)


@writer("npz", "NumPy archive", ".npz")
def write_npz(bundle: Bundle, path: Path) -> Written:
    """Vectors and columns by name; where values are missing, `<name>.missing` marks them."""
    arrays = {name or _UNNAMED: np.asarray(array) for name, array in bundle.vectors.items()}
    warnings: list[str] = []
    for name in bundle.columns.column_names:
        column = bundle.columns.column(name)
        if pa.types.is_binary(column.type) or pa.types.is_large_binary(column.type):
            warnings.append(f"The pictures of '{name}' were left out: .npz has no place for them.")
            continue
        if name in arrays or "/" in name or name.startswith("."):
            warnings.append(f"The column '{name}' was left out: its name can't stand in a .npz.")
            continue
        arrays[name] = _array(column)
        if column.null_count:
            arrays[name + _MISSING] = column.is_null().to_numpy()
    with path.open("wb") as file:
        np.savez(file, allow_pickle=False, **arrays)  # pyright: ignore[reportArgumentType]
    return Written((path,), tuple(warnings))


def _array(column: ArrowColumn) -> npt.NDArray[Any]:
    kind = column.type
    if pa.types.is_timestamp(kind):
        return column.cast(pa.timestamp("ms")).to_numpy()
    if pa.types.is_boolean(kind):
        return column.fill_null(False).to_numpy()
    if pa.types.is_integer(kind) or pa.types.is_floating(kind):
        return column.fill_null(0).to_numpy()
    return np.array([text or "" for text in text_of(column)], dtype=np.str_)
