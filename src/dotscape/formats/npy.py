"""NumPy's `.npy`: one array of vectors. Nothing pickled is ever loaded."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from dotscape.errors import DataError
from dotscape.formats.bundle import Bundle, Written, as_vectors
from dotscape.formats.registry import reader, writer


@reader("npy", "NumPy array", ".npy")
def read_npy(path: Path) -> list[Bundle]:
    """One (n, d) array; memory-mapped, so that a large file isn't read twice."""
    return [Bundle(path.stem, {"": load_vectors(path)})]


def load_vectors(path: Path) -> npt.NDArray[Any]:
    """The (n, d) array of a .npy file, memory-mapped.

    Raises
    ------
    DataError
        If it is anything else, such as an archive or a pickle.
    """
    try:
        array = np.lib.format.open_memmap(path, mode="r")
    except (ValueError, EOFError, SyntaxError) as error:
        raise DataError(f"{path} can't be read as a NumPy array: {error}") from error
    return as_vectors(array, str(path))


@writer("npy", "NumPy array", ".npy")
def write_npy(bundle: Bundle, path: Path) -> Written:
    """The one array of vectors; columns have no place in this format."""
    array = bundle.only_vectors("A .npy file")
    with path.open("wb") as file:
        np.lib.format.write_array(file, np.ascontiguousarray(array), allow_pickle=False)
    left = bundle.columns.num_columns
    lost = (f"{left} column{'s' if left > 1 else ''} left out: .npy holds one array.",)
    return Written((path,), lost if left else ())
