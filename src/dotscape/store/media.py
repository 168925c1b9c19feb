"""Media by content: images, audio, HTML and files under the SHA-256 of their bytes."""

from __future__ import annotations

import hashlib
import os
import re
from io import RawIOBase
from pathlib import Path
from typing import BinaryIO

from dotscape.errors import DataError
from dotscape.store.segment import write_segment

_SHA256 = re.compile(r"[0-9a-f]{64}")
_BLOCK = 1 << 20


class MediaFolder:
    """``<root>/media/sha256``. The same bytes are kept once, whoever logs them."""

    def __init__(self, root: Path) -> None:
        self.folder = root / "media" / "sha256"

    def put(self, content: bytes | bytearray | memoryview | str | os.PathLike[str]) -> str:
        """Keep some bytes, or a copy of the file at a path.

        Returns
        -------
        str
            Their SHA-256, 64 hex digits.

        Raises
        ------
        DataError
            If the file can't be read.
        StoreError
            If the copy can't be written.
        """
        if isinstance(content, bytes | bytearray | memoryview):
            return self._put_bytes(content)
        return self._put_file(Path(content))

    def _put_bytes(self, data: bytes | bytearray | memoryview) -> str:
        digest = hashlib.sha256(data).hexdigest()
        path = self._place(digest)
        if not path.exists():
            write_segment(path, lambda target: _write(target, data))
        return digest

    def _put_file(self, source: Path) -> str:
        try:
            file = open(source, "rb")  # noqa: SIM115 - closed below; only opening is guarded here
        except OSError as error:
            raise DataError(f"Can't read '{source}': {error.strerror}") from None
        with file:
            try:
                digest = hashlib.file_digest(file, "sha256").hexdigest()
            except OSError as error:
                raise DataError(f"Can't read '{source}': {error.strerror}") from None
            path = self._place(digest)
            if not path.exists():
                write_segment(path, lambda target: _copy(file, target, digest))
        return digest

    def path(self, sha256: str) -> Path | None:
        """Return where some bytes lie, or None if there are none of that hash."""
        if not _SHA256.fullmatch(sha256):
            return None
        path = self._place(sha256)
        # A link may lead anywhere; what was put is always a plain file.
        return path if path.is_file() and not path.is_symlink() else None

    def _place(self, sha256: str) -> Path:
        return self.folder / sha256[:2] / sha256[2:]


def _write(target: str, data: bytes | bytearray | memoryview) -> None:
    with open(target, "wb", buffering=0) as file:
        _write_all(file, data)


def _write_all(file: RawIOBase, data: bytes | bytearray | memoryview) -> None:
    view = memoryview(data).cast("B")
    while view:
        view = view[file.write(view) or 0 :]


def _copy(file: BinaryIO, target: str, digest: str) -> None:
    """Copy a file that was hashed.

    It is hashed again: one that changes meanwhile would break the promise that a name stands for
    its bytes.
    """
    file.seek(0)
    copied = hashlib.sha256()
    with open(target, "wb", buffering=0) as out:
        while block := file.read(_BLOCK):
            copied.update(block)
            _write_all(out, block)
    if copied.hexdigest() != digest:
        raise DataError(f"'{file.name}' changed while it was read.")
