"""TensorBoard's embedding projector: a folder with a configuration, or a pair of TSV files."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow.csv as pa_csv

from dotscape.errors import DataError
from dotscape.formats import pbtxt
from dotscape.formats.bundle import Bundle, Written
from dotscape.formats.csv import read_table
from dotscape.formats.matrices import free_name, is_numeric, text_of
from dotscape.formats.npy import load_vectors
from dotscape.formats.registry import reader, writer
from dotscape.formats.sprite import cut_sprite, make_sprite
from dotscape.formats.untyped import ArrowArray, ArrowTable, ArrowType, pa

CONFIG = "projector_config.pbtxt"
_PLUGIN = Path("plugins") / "org_tensorflow_tensorboard_projector"
_BLANK = "(empty)"


@reader("tensorboard", "TensorBoard projector", ".pbtxt")
def read_tensorboard(path: Path) -> list[Bundle]:
    """Every embedding of a configuration; paths that lead outside its folder are refused."""
    config = _find_config(path)
    try:
        message = pbtxt.parse(config.read_text(encoding="utf-8"))
    except UnicodeDecodeError as error:
        raise DataError(f"{config} isn't UTF-8 text: {error}") from error
    entries = [entry for entry in message.get("embeddings", []) if isinstance(entry, dict)]
    usable = [entry for entry in entries if entry.get("tensor_path")]
    if not usable:
        raise DataError(
            f"{config} names no file of vectors (tensor_path). Embeddings inside TensorFlow "
            "checkpoints can't be read; export them as TSV first."
        )
    return [_embedding(config.parent, entry) for entry in usable]


def read_tensorboard_pair(tensors: Path, metadata: Path | None) -> Bundle:
    """A TSV file of numbers without a header, and the metadata beside it, if any."""
    vectors = _tensor(tensors, None)
    if metadata is None:
        return Bundle(tensors.stem, {"": vectors})
    columns, notes = _metadata(metadata, len(vectors))
    return Bundle(tensors.stem, {"": vectors}, columns, notes=tuple(notes))


def is_tensor_file(path: Path) -> bool:
    """Whether a TSV file begins like vectors: a first line of numbers alone."""
    if path.suffix.lower() != ".tsv":
        return False
    with path.open(encoding="utf-8", errors="replace") as file:
        cells = file.readline().rstrip("\r\n").split("\t")
    try:
        return len([float(cell) for cell in cells]) >= 2
    except ValueError:
        return False


def _find_config(path: Path) -> Path:
    if path.is_file():
        return path
    for candidate in (path / CONFIG, path / _PLUGIN / CONFIG):
        if candidate.is_file():
            return candidate
    raise DataError(
        f"The folder {path} holds no {CONFIG}, so it isn't one of TensorBoard's projector."
    )


def _inside(folder: Path, relative: str) -> Path:
    """A path of the configuration, symlinks resolved; it must stay in that folder."""
    base = os.path.realpath(folder)
    found = os.path.realpath(os.path.join(base, relative))
    if os.path.commonpath([base, found]) != base:
        raise DataError(f"The path {relative!r} in {folder / CONFIG} leads outside that folder.")
    return Path(found)


def _embedding(folder: Path, entry: pbtxt.Message) -> Bundle:
    def first(name: str) -> str | None:
        values = entry.get(name) or [None]
        return values[0] if isinstance(values[0], str) else None

    tensor_path = first("tensor_path")
    assert tensor_path is not None
    shape = [int(value) for value in entry.get("tensor_shape", []) if str(value).isdecimal()]
    vectors = _tensor(_inside(folder, tensor_path), shape)
    name = (first("tensor_name") or Path(tensor_path).stem).partition(":")[0]
    columns, notes = pa.table({}), list[str]()
    metadata = first("metadata_path")
    if metadata:
        columns, notes = _metadata(_inside(folder, metadata), len(vectors))
    for sprite in entry.get("sprite", [])[:1]:
        images = _pictures(folder, sprite, len(vectors), notes)
        if images is not None:
            named = dict(zip(columns.column_names, columns.columns, strict=True))
            columns = pa.table({**named, free_name("image", columns.column_names): images})
    return Bundle(name, {"": vectors}, columns, notes=tuple(notes))


def _pictures(folder: Path, sprite: Any, rows: int, notes: list[str]) -> ArrowArray | None:
    try:
        path = _inside(folder, str(sprite["image_path"][0]))
        width, height = (int(value) for value in sprite["single_image_dim"])
        return pa.array(cut_sprite(path, width, height, rows), pa.binary())
    except (DataError, OSError, KeyError, TypeError, ValueError) as error:
        notes.append(f"The pictures were left out: {error}")
        return None


def _tensor(path: Path, shape: Sequence[int] | None) -> npt.NDArray[Any]:
    """TSV, raw little-endian float32 where a shape says how to cut it, or .npy."""
    if not path.is_file():
        raise DataError(f"The file of vectors {path} isn't there.")
    if path.suffix == ".npy":
        return load_vectors(path)
    if path.suffix != ".tsv" and shape and len(shape) == 2:
        flat = np.fromfile(path, dtype="<f4")
        if flat.size != shape[0] * shape[1]:
            raise DataError(
                f"{path} holds {flat.size:,} numbers; its tensor_shape is {shape[0]} x {shape[1]}."
            )
        return flat.reshape(shape[0], shape[1])
    table = read_table(path, header=False, quotes=False)
    for field in table.schema:
        if not is_numeric(field.type):
            raise DataError(f"{path} must hold numbers alone, separated by tabs, without a header.")
    return np.column_stack(
        [column.cast(pa.float32(), safe=False).to_numpy() for column in table.columns]
    )


def _metadata(path: Path, rows: int) -> tuple[ArrowTable, list[str]]:
    """Columns of metadata.tsv: a header where line 1 has a tab; no quoting, no escapes."""
    if not path.is_file():
        return pa.table({}), [f"The metadata {path.name} isn't there: the points have no texts."]
    lines = path.read_text(encoding="utf-8", errors="replace").split("\n")
    lines = [line.removesuffix("\r") for line in lines]
    if lines and lines[-1] == "":
        lines.pop()
    names = lines.pop(0).split("\t") if lines and "\t" in lines[0] else ["label"]
    if len(lines) > rows:  # TensorBoard skips blank lines; here they shift labels only if they must
        lines = [line for line in lines if line]
    if len(lines) != rows:
        return pa.table({}), [
            f"The metadata {path.name} has {len(lines):,} rows and the vectors {rows:,}: left out."
        ]
    cells = [line.split("\t") for line in lines]
    columns: dict[str, ArrowArray] = {}
    for position, name in enumerate(names):
        values = [row[position] if position < len(row) else None for row in cells]
        columns[name or f"column {position + 1}"] = _typed(values)
    return pa.table(columns), []


def _typed(values: list[str | None]) -> ArrowArray:
    """Whole numbers or floats where every value is one, else text."""
    texts = pa.array(values, pa.string())
    for kind in (pa.int64(), pa.float64()):
        try:
            return texts.cast(kind)
        except pa.ArrowInvalid:
            continue
    return texts


@writer("tensorboard", "TensorBoard projector")
def write_tensorboard(bundle: Bundle, path: Path) -> Written:
    """A folder: configuration, tensors.tsv, metadata.tsv and, where there are pictures, a sprite.

    Tabs and newlines inside values become spaces, since the format has no way to write them.
    """
    vectors = bundle.only_vectors("TensorBoard's projector")
    path.mkdir(parents=True, exist_ok=True)
    warnings: list[str] = []
    entry = [f"  tensor_name: {pbtxt.quote(bundle.name)}", '  tensor_path: "tensors.tsv"']
    files = [path / "tensors.tsv"]
    _write_tensors(files[0], vectors)
    texts = {f.name: f for f in bundle.columns.schema if not _is_binary(f.type)}
    if texts:
        files.append(path / "metadata.tsv")
        warnings += _write_metadata(files[-1], bundle.columns.select(list(texts)))
        entry.append('  metadata_path: "metadata.tsv"')
    pictures = [f.name for f in bundle.columns.schema if _is_binary(f.type)]
    if pictures:
        size, said = make_sprite(
            bundle.columns.column(pictures[0]).to_pylist(), path / "sprite.png"
        )
        warnings += said
        if size:
            files.append(path / "sprite.png")
            dimensions = "".join(f"\n    single_image_dim: {side}" for side in size)
            entry.append(f'  sprite {{\n    image_path: "sprite.png"{dimensions}\n  }}')
    files.append(path / CONFIG)
    files[-1].write_text("embeddings {\n" + "\n".join(entry) + "\n}\n", encoding="utf-8")
    return Written(tuple(files), tuple(warnings))


def _is_binary(kind: ArrowType) -> bool:
    return pa.types.is_binary(kind) or pa.types.is_large_binary(kind)


def _write_tensors(path: Path, vectors: npt.NDArray[Any]) -> None:
    """Arrow writes the shortest text that reads back as the same float32."""
    options = pa_csv.WriteOptions(include_header=False, delimiter="\t")
    with path.open("wb") as file:
        for start in range(0, len(vectors), 10_000):
            block = np.asarray(vectors[start : start + 10_000], dtype=np.float32)
            columns = [np.ascontiguousarray(column) for column in block.T]
            pa_csv.write_csv(
                pa.table(columns, names=[str(i) for i in range(len(columns))]), file, options
            )


def _write_metadata(path: Path, table: ArrowTable) -> list[str]:
    """The file always ends in a newline (TensorBoard's reader needs it); line 1 is a header only
    with two columns or more, as the format has it."""
    replaced = blanks = 0
    columns: list[list[str]] = []
    for name in table.column_names:
        cells: list[str] = []
        for value in text_of(table.column(name)):
            plain = " ".join(value.splitlines()).replace("\t", " ") if value else ""
            replaced += plain != (value or "")
            cells.append(plain)
        columns.append(cells)
    if len(columns) == 1:
        blanks = sum(not cell.strip() for cell in columns[0])
        columns[0] = [cell if cell.strip() else _BLANK for cell in columns[0]]
    with path.open("w", encoding="utf-8", newline="\n") as file:
        if len(columns) > 1:
            names = [
                " ".join(n.split()) or f"column {i}" for i, n in enumerate(table.column_names, 1)
            ]
            file.write("\t".join(names) + "\n")
        for row in zip(*columns, strict=True):
            file.write("\t".join(row) + "\n")
    warnings: list[str] = []
    if replaced:
        warnings.append(f"Tabs and newlines in {replaced:,} values became spaces.")
    if blanks:
        warnings.append(f"{blanks:,} empty values are written as {_BLANK}.")
    return warnings
