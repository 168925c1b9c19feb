"""Arrow IPC files and streams, which Feather 2 also is."""

from __future__ import annotations

from pathlib import Path

from dotscape.errors import DataError
from dotscape.formats.bundle import Bundle, Written
from dotscape.formats.matrices import join_table, require_vectors, split_table
from dotscape.formats.registry import reader, writer
from dotscape.formats.untyped import pa

_FILE_MAGIC = b"ARROW1"


@reader("arrow", "Arrow", ".arrow", ".feather", ".ipc", ".arrows")
def read_arrow(path: Path) -> list[Bundle]:
    """A table, memory-mapped where it isn't compressed."""
    try:
        with path.open("rb") as file:
            is_file = file.read(6) == _FILE_MAGIC
        source = pa.memory_map(str(path))
        opened = pa.ipc.open_file(source) if is_file else pa.ipc.open_stream(source)
        table = opened.read_all()
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError) as error:
        raise DataError(f"{path} can't be read as Arrow: {error}") from error
    bundle = split_table(table, path.stem)
    require_vectors(bundle, path)
    return [bundle]


@writer("arrow", "Arrow", ".arrow", ".feather", ".ipc")
def write_arrow(bundle: Bundle, path: Path) -> Written:
    """Columns, then vectors as FixedSizeList columns; uncompressed, so that it can be mapped."""
    table = join_table(bundle)
    with pa.OSFile(str(path), "wb") as sink, pa.ipc.new_file(sink, table.schema) as file:
        file.write_table(table)
    return Written((path,))
