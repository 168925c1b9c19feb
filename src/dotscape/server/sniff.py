"""What logged bytes are, told by the bytes: names and claims of a run's data aren't believed."""

from __future__ import annotations

SNIFFED = 4096

# (offset, magic bytes, type). Only what a browser shows without running anything.
_MAGIC: tuple[tuple[int, bytes, str], ...] = (
    (0, b"\x89PNG\r\n\x1a\n", "image/png"),
    (0, b"\xff\xd8\xff", "image/jpeg"),
    (0, b"GIF87a", "image/gif"),
    (0, b"GIF89a", "image/gif"),
    (0, b"BM", "image/bmp"),
    (0, b"fLaC", "audio/flac"),
    (0, b"OggS", "audio/ogg"),
    (0, b"ID3", "audio/mpeg"),
    (0, b"\xff\xfb", "audio/mpeg"),
    (0, b"\xff\xf3", "audio/mpeg"),
    (0, b"\xff\xf2", "audio/mpeg"),
    (4, b"ftypM4A", "audio/mp4"),
    (4, b"ftypavif", "image/avif"),
)
_RIFF = {b"WEBP": "image/webp", b"WAVE": "audio/wav"}


def media_type(head: bytes) -> str | None:
    """The type of bytes that begin with `head` (up to 4 KiB), or None where they aren't known.

    Text comes back as plain text whatever it says it is: HTML and SVG too, so that they are shown
    and never run.
    """
    if head[:4] == b"RIFF" and head[8:12] in _RIFF:
        return _RIFF[head[8:12]]
    for offset, magic, kind in _MAGIC:
        if head.startswith(magic, offset):
            return kind
    return "text/plain; charset=utf-8" if _is_text(head) else None


def _is_text(head: bytes) -> bool:
    if any(byte < 32 and byte not in b"\t\n\r\f" for byte in head):
        return False
    try:
        head.decode("utf-8")
    except UnicodeDecodeError as error:
        # The cut may have fallen inside a character.
        return len(head) == SNIFFED and error.start >= len(head) - 3
    return True
