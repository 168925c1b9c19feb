"""Sheets of equal thumbnails, as TensorBoard's projector has them."""

from __future__ import annotations

import io
import math
from collections.abc import Sequence
from pathlib import Path

from PIL import Image, UnidentifiedImageError

from dotscape.errors import DataError

_WIDEST_SHEET = 8192  # pixels; what TensorBoard takes
_LARGEST_THUMBNAIL = 64


def cut_sprite(path: Path, width: int, height: int, rows: int) -> list[bytes]:
    """The first `rows` thumbnails of a sheet, row by row, as PNG bytes."""
    try:
        with Image.open(path) as opened:
            sheet = opened.convert("RGBA")
    except (UnidentifiedImageError, Image.DecompressionBombError) as error:
        raise DataError(f"{path.name} isn't a picture that can be read: {error}") from error
    if width < 1 or height < 1 or (sheet.width // width) * (sheet.height // height) < rows:
        raise DataError(
            f"{path.name} has no room for {rows:,} pictures of {width} x {height} pixels."
        )
    across = sheet.width // width
    pictures: list[bytes] = []
    for row in range(rows):
        left, top = row % across * width, row // across * height
        buffer = io.BytesIO()
        sheet.crop((left, top, left + width, top + height)).save(buffer, "PNG")
        pictures.append(buffer.getvalue())
    return pictures


def make_sprite(
    pictures: Sequence[bytes | None], path: Path
) -> tuple[tuple[int, int] | None, list[str]]:
    """Write a square sheet; returns the size of one thumbnail, or None where it isn't possible.

    Thumbnails are as large as the largest picture, up to 64 pixels and as the sheet's 8192 allow.
    """
    across = math.ceil(math.sqrt(len(pictures)))
    sizes = [size for picture in pictures[:1000] if (size := _size(picture))]
    if not sizes:
        return None, ["The pictures were left out: none of them can be read."]
    side = min(_LARGEST_THUMBNAIL, _WIDEST_SHEET // across, max(max(size) for size in sizes))
    if side < 1:
        return None, [f"The pictures were left out: {len(pictures):,} don't fit one sheet."]
    sheet = Image.new("RGBA", (across * side, across * side))
    missing = 0
    for position, picture in enumerate(pictures):
        thumbnail = _thumbnail(picture, side)
        if thumbnail is None:
            missing += 1
        else:
            sheet.paste(thumbnail, (position % across * side, position // across * side))
    sheet.save(path)
    which = "1 picture is" if missing == 1 else f"{missing:,} pictures are"
    said = f"{which} missing or can't be read: left transparent."
    return (side, side), [said] if missing else []


def _size(picture: bytes | None) -> tuple[int, int] | None:
    try:
        with Image.open(io.BytesIO(picture or b"")) as opened:
            return opened.size
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError):
        return None


def _thumbnail(picture: bytes | None, side: int) -> Image.Image | None:
    try:
        with Image.open(io.BytesIO(picture or b"")) as opened:
            return opened.convert("RGBA").resize((side, side))
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError):
        return None
