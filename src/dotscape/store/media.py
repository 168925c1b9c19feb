"""Media by content: images, audio, HTML and files under the SHA-256 of their bytes."""

from __future__ import annotations

import hashlib
import os
import re
from pathlib import Path

from dotscape.errors import StoreError
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
        StoreError
            If the file can't be read or the copy not be written.
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
            with open(source, "rb") as file:
                digest = hashlib.file_digest(file, "sha256").hexdigest()
                path = self._place(digest)
                if path.exists():
                    return digest
                # Hashed again while it is copied: a file that changes meanwhile would break the
                # promise that a name stands for its bytes.
                file.seek(0)
                copied = hashlib.sha256()

                def copy(target: str) -> None:
                    with open(target, "wb", buffering=0) as out:
                        while block := file.read(_BLOCK):
                            copied.update(block)
                            out.write(block)
                    if copied.hexdigest() != digest:
                        raise OSError(0, "it changed while it was read")

                write_segment(path, copy)
        except StoreError:
            raise
        except OSError as error:
            raise StoreError(error.errno, f"Can't read {source}: {error.strerror}") from error
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
        view = memoryview(data).cast("B")
        while view:
            view = view[file.write(view) :]
