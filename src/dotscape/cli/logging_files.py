"""Puts what a file holds into a run, through the same calls that scripts use."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from dotscape.errors import DataError
from dotscape.formats import Bundle
from dotscape.formats.untyped import pa
from dotscape.store.root import run_path

PROJECT = "files"


@dataclass(frozen=True, slots=True)
class Logged:
    """A run that holds a file's rows, and whether it was there before."""

    run: str
    keys: tuple[str, ...]
    rows: int
    was_there: bool


def read_all(paths: Sequence[Path]) -> list[Bundle]:
    """What the files hold; a TSV of vectors takes the TSV after it as its metadata."""
    from dotscape.formats import read_file
    from dotscape.formats.tensorboard import is_tensor_file, read_tensorboard_pair

    found: list[Bundle] = []
    left = list(paths)
    while left:
        path = left.pop(0)
        if path.is_file() and is_tensor_file(path):
            paired = left and left[0].suffix.lower() == ".tsv" and not is_tensor_file(left[0])
            found.append(read_tensorboard_pair(path, left.pop(0) if paired else None))
        else:
            found.extend(read_file(path))
    for bundle in found:
        if not bundle.vectors:
            raise DataError(f"'{bundle.name}' holds no vectors.")
    return found


def log_files(
    paths: Sequence[Path],
    root: Path,
    *,
    project: str = PROJECT,
    key: str | None = None,
    run: str | None = None,
) -> Logged:
    """Log what files hold as one finished run.

    The same unchanged files are logged once: their run is found again by their paths, sizes and
    times.
    """
    name = run or _run_id(paths, project, key)
    if run is None and run_path(root, name).is_dir():
        return _found_again(root, name)
    import dotscape

    bundles = read_all(paths)
    titles = ", ".join(path.name for path in paths)
    # "create_new": in a notebook or a script somebody's own run may be active.
    started = dotscape.init(
        project=project,
        dir=root,
        id=name,
        name=titles,
        config={"files": [str(path.absolute()) for path in paths]},
        reinit="create_new",
        settings=SimpleNamespace(silent=True),
    )
    with started:
        keys: list[str] = []
        for bundle in bundles:
            for vectors, value in _values(bundle).items():
                title = _key(bundle, vectors, key, keys)
                started.log({title: value})
                keys.append(title)
    return Logged(name, tuple(keys), sum(bundle.rows for bundle in bundles), False)


def _run_id(paths: Sequence[Path], project: str, key: str | None) -> str:
    """An id that says which files, and of which state."""
    digest = hashlib.sha256(f"{project}\0{key}".encode())
    for path in paths:
        for one in sorted(path.rglob("*")) if path.is_dir() else [path]:
            if one.is_file():
                stat = one.stat()
                digest.update(f"{one.absolute()}\0{stat.st_size}\0{stat.st_mtime_ns}\0".encode())
    stem = "".join(c if c.isascii() and c.isalnum() else "-" for c in paths[0].stem)[:40].strip("-")
    return f"{stem or 'file'}-{digest.hexdigest()[:10]}"


def _found_again(root: Path, run: str) -> Logged:
    from dotscape.store.reader import RunReader

    sets = RunReader(root, run).embedding_sets()
    rows = sum(one.source.rows for one in sets)
    return Logged(run, tuple(one.source.key for one in sets), rows, True)


def _values(bundle: Bundle) -> dict[str, Any]:
    """An `Embeddings` for each of the vectors; the columns go with the first, links do the rest."""
    from dotscape import Embeddings

    columns = {
        name: _pictures(values) if _is_binary(values) else values
        for name, values in zip(bundle.columns.column_names, bundle.columns.columns, strict=True)
    }
    found: dict[str, Any] = {}
    for name, array in bundle.vectors.items():
        first = not found
        found[name] = Embeddings(
            array, columns=columns if first else None, ids=bundle.ids if first else None
        )
    return found


def _key(bundle: Bundle, vectors: str, wanted: str | None, taken: Sequence[str]) -> str:
    from dotscape.formats.matrices import free_name

    plain = vectors in ("", "vector", "vectors", "embedding", "embeddings")
    base = wanted or (bundle.name if plain else f"{bundle.name}.{vectors}")
    return free_name(base, list(taken))


def _is_binary(values: Any) -> bool:
    return pa.types.is_binary(values.type) or pa.types.is_large_binary(values.type)


def _pictures(values: Any) -> list[Any]:
    """Bytes of pictures as `Image`; what isn't one is missing."""
    import io

    from PIL import Image as pil

    from dotscape import Image

    def picture(content: bytes | None) -> Any:
        if content is None:
            return None
        try:
            with pil.open(io.BytesIO(content)) as opened:
                opened.load()
        except (OSError, ValueError, SyntaxError, pil.DecompressionBombError):
            return None
        return Image(content)

    return [picture(content) for content in values.to_pylist()]
