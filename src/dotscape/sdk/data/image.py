"""Image: a picture from a file, an array, PIL or matplotlib."""

from __future__ import annotations

import io
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, cast

from dotscape.errors import DataError, DotscapeError
from dotscape.sdk.arrays import is_array_like, library_of, to_array
from dotscape.sdk.data.value import Medium, Sink

if TYPE_CHECKING:
    from numpy.typing import NDArray

# What browsers show; everything else is turned into PNG.
KEPT_FORMATS = frozenset({"png", "jpeg", "gif", "webp"})
CHANNELS = (1, 2, 3, 4)
_FORMAT_NAMES = {"jpg": "jpeg", "tif": "tiff"}


class Image(Medium):
    """A picture.

    Parameters
    ----------
    data_or_path : path, (h, w) or (h, w, 1|3|4) array, tensor, PIL image, figure or bytes
        Tensors are (1|3|4, h, w), as torch has them. Floats in [0, 1] become 0-255, other floats
        are clipped to 0-255. Arrays are encoded at once, so they may be changed afterwards; files
        are read when the image is logged.
    mode : str, optional
        PIL's mode of an array; by default from its shape.
    caption : str, optional
        Shown beside it.
    grouping, classes, boxes, masks
        Taken and left out: they aren't shown.
    file_type : str, optional
        ``png`` (the default), ``jpg``, ``gif``, ``webp`` for arrays and PIL images.
    """

    type: ClassVar[str] = "image"

    def __init__(
        self,
        data_or_path: Any,
        mode: str | None = None,
        caption: str | None = None,
        grouping: int | None = None,
        classes: Any = None,
        boxes: Any = None,
        masks: Any = None,
        file_type: str | None = None,
    ) -> None:
        self.caption = None if caption is None else str(caption)
        self._path: Path | None = None
        self._bytes = b""
        self._problem: str | None = None
        self.format: str | None = None
        self.width: int | None = None
        self.height: int | None = None
        self._record: dict[str, Any] | None = None
        if isinstance(data_or_path, Image):
            self._copy(data_or_path)
            return
        if isinstance(data_or_path, str | os.PathLike):
            self._path = Path(cast("str | os.PathLike[str]", data_or_path))
            return
        try:
            if is_image_file(data_or_path) and mode is None and file_type is None:
                self._keep(bytes(data_or_path))
            else:
                self._encode(_picture(data_or_path, mode), _format_of(file_type))
        except DotscapeError as error:
            self._problem = str(error)
        except Exception as error:  # whatever PIL or another library raises
            self._problem = f"A {type(data_or_path).__name__} can't be made an image: {error}"

    def _copy(self, other: Image) -> None:
        self._path, self._bytes, self._problem = other._path, other._bytes, other._problem
        self.format, self.width, self.height = other.format, other.width, other.height
        self.caption = self.caption or other.caption

    def _keep(self, data: bytes) -> None:
        """Keep a file's bytes as they are."""
        with _open(io.BytesIO(data)) as picture:
            self.format = picture.format.lower()
            self.width, self.height = picture.size
        self._bytes = data

    def _encode(self, picture: Any, format_name: str) -> None:
        plain = ("L", "RGB") if format_name == "jpeg" else ("1", "L", "LA", "P", "RGB", "RGBA")
        if picture.mode not in plain:
            picture = picture.convert("RGB")
        out = io.BytesIO()
        picture.save(out, format_name)
        self._bytes = out.getvalue()
        self.format = format_name
        self.width, self.height = picture.size

    @property
    def image(self) -> Any:
        """The picture as a PIL image."""
        from PIL import Image as pil

        return pil.open(self._path or io.BytesIO(self._bytes))

    def record(self, sink: Sink) -> dict[str, Any]:
        """Keep the picture; see `Medium.record`."""
        if self._record is None:
            if self._problem:
                raise DataError(self._problem)
            if self._path is not None:
                self._read_file(self._path)
            content = self._bytes or str(self._path)
            size = len(self._bytes) or cast(Path, self._path).stat().st_size
            self._record = {
                "_type": "image",
                "sha256": sink.media(content),
                "format": self.format,
                "width": self.width,
                "height": self.height,
                "caption": self.caption,
                "size": size,
            }
        return self._record

    def _read_file(self, path: Path) -> None:
        """Find out what a file is; what browsers can't show becomes PNG."""
        from PIL import Image as pil

        if not path.is_file():
            raise DataError(f"There is no image file '{path}'.")
        try:
            with pil.open(path) as picture:
                self.format = (picture.format or "").lower()
                self.width, self.height = picture.size
                if self.format not in KEPT_FORMATS:
                    self._encode(picture.convert("RGBA" if "A" in picture.mode else "RGB"), "png")
        except (OSError, ValueError, pil.DecompressionBombError) as error:
            raise DataError(f"The image file '{path}' can't be read: {error}") from None


def is_image_file(value: Any) -> bool:
    """Whether some bytes begin as a file does that browsers show."""
    if not isinstance(value, bytes | bytearray | memoryview):
        return False
    head = bytes(value[:12])
    webp = head[:4] == b"RIFF" and head[8:12] == b"WEBP"
    return webp or head.startswith((b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF8"))


def _format_of(file_type: str | None) -> str:
    name = (file_type or "png").lower().lstrip(".")
    name = _FORMAT_NAMES.get(name, name)
    return name if name in KEPT_FORMATS else "png"


def _picture(data: Any, mode: str | None) -> Any:
    """Return whatever was given as a PIL image."""
    if library_of(data) == "PIL" or hasattr(data, "getbands"):
        return data
    if hasattr(data, "savefig"):  # a matplotlib figure, or pyplot itself
        out = io.BytesIO()
        data.savefig(out, format="png")
        return _open(out)
    if isinstance(data, bytes):
        return _open(io.BytesIO(data))
    if hasattr(data, "read"):
        return _open(io.BytesIO(data.read()))
    if not is_array_like(data):
        data = _nested(data)
    array = to_array(data)
    channels_first = library_of(data) == "torch" and array.ndim == 3
    return _from_array(array, mode, channels_first=channels_first)


def _open(file: io.BytesIO) -> Any:
    from PIL import Image as pil

    return pil.open(file)


def _nested(data: Any) -> Any:
    import numpy as np

    array = np.array(data)
    if array.dtype.kind not in "fiub":
        raise DataError(
            "An image is a path, an array, a tensor, a PIL image or a figure. "
            f"Got {type(data).__name__}."
        )
    return array


def _from_array(array: NDArray[Any], mode: str | None, *, channels_first: bool) -> Any:
    import numpy as np
    from PIL import Image as pil

    given = array.shape
    if array.ndim > 3:
        array = (
            array.reshape(array.shape[-3:]) if array.size == np.prod(array.shape[-3:]) else array
        )
    if channels_first or (array.ndim == 3 and array.shape[2] not in (1, 2, 3, 4)):
        array = np.moveaxis(array, 0, -1) if array.ndim == 3 else array
    if array.ndim == 3 and array.shape[2] == 1:
        array = array[:, :, 0]
    if array.ndim not in (2, 3) or 0 in array.shape or (array.ndim == 3 and array.shape[2] > 4):
        raise DataError(
            "An image must be of shape (height, width), (height, width, 1, 3 or 4), or a tensor "
            f"of (1, 3 or 4, height, width). Got {given}."
        )
    pixels = np.ascontiguousarray(_to_bytes(array))
    return pil.fromarray(pixels) if mode is None else pil.fromarray(pixels).convert(mode)


def _to_bytes(array: NDArray[Any]) -> NDArray[Any]:
    """Return pixels as 0-255."""
    import numpy as np

    if array.dtype == np.uint8:
        return array
    if array.dtype.kind == "b":
        return array.astype(np.uint8) * 255
    if array.dtype.kind not in "fiu":
        raise DataError(f"An image's pixels must be numbers. Got {array.dtype}.")
    values = np.nan_to_num(array.astype(np.float64), nan=0.0, posinf=255.0, neginf=0.0)
    if array.dtype.kind == "f" and values.min() >= 0.0 and values.max() <= 1.0:
        values = values * 255.0
    return np.clip(np.rint(values), 0, 255).astype(np.uint8)
