"""Audio: a sound from a file or from samples."""

from __future__ import annotations

import contextlib
import io
import os
import wave
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, cast

from dotscape.errors import DataError
from dotscape.sdk.arrays import is_array_like, to_array
from dotscape.sdk.data.value import Medium, Sink

if TYPE_CHECKING:
    from numpy.typing import NDArray


class Audio(Medium):
    """A sound.

    Parameters
    ----------
    data_or_path : path, (n,) or (n, channels) array, tensor or list
        Floats are samples in [-1, 1]; integers are 16-bit samples.
    sample_rate : int
        Samples a second; needed for arrays.
    caption : str, optional
        Shown beside it.
    """

    type: ClassVar[str] = "audio"

    def __init__(
        self, data_or_path: Any, sample_rate: int | None = None, caption: str | None = None
    ) -> None:
        self.caption = None if caption is None else str(caption)
        self.sample_rate = sample_rate
        self._path: Path | None = None
        self._bytes = b""
        self._duration: float | None = None
        self._problem: str | None = None
        if isinstance(data_or_path, str | os.PathLike):
            self._path = Path(cast("str | os.PathLike[str]", data_or_path))
            return
        try:
            self._encode(data_or_path)
        except DataError as error:
            self._problem = str(error)

    def _encode(self, data: Any) -> None:
        import numpy as np

        if not self.sample_rate or self.sample_rate < 1:
            raise DataError(
                "The 'sample_rate' of Audio must be given for samples: a whole number of samples "
                f"a second, e.g. 16000. Got {self.sample_rate!r}."
            )
        samples = to_array(data) if is_array_like(data) else np.array(data)
        if samples.dtype.kind not in "fiu" or samples.ndim not in (1, 2):
            raise DataError(
                "The samples of Audio must be numbers of shape (n,) or (n, channels). "
                f"Got {samples.dtype} of shape {samples.shape}."
            )
        if samples.ndim == 2 and samples.shape[0] <= 8 < samples.shape[1]:
            samples = samples.T  # (channels, n), as torchaudio has it
        out = io.BytesIO()
        with wave.open(out, "wb") as file:
            file.setnchannels(1 if samples.ndim == 1 else samples.shape[1])
            file.setsampwidth(2)
            file.setframerate(int(self.sample_rate))
            file.writeframes(_to_16_bits(samples).tobytes())
        self._bytes = out.getvalue()
        self._duration = len(samples) / self.sample_rate

    def record(self, sink: Sink) -> dict[str, Any]:
        """Keep the sound; see `Medium.record`."""
        if self._problem:
            raise DataError(self._problem)
        if self._path is not None:
            if not self._path.is_file():
                raise DataError(f"There is no audio file '{self._path}'.")
            self._look_at(self._path)
            content: bytes | str = str(self._path)
            size = self._path.stat().st_size
            format_name = self._path.suffix.lower().lstrip(".")
        else:
            content, size, format_name = self._bytes, len(self._bytes), "wav"
        return {
            "_type": "audio",
            "sha256": sink.media(content),
            "format": format_name,
            "sample_rate": self.sample_rate,
            "duration": self._duration,
            "caption": self.caption,
            "size": size,
        }

    def _look_at(self, path: Path) -> None:
        """Read rate and duration where the file is a WAV."""
        with contextlib.suppress(OSError, EOFError, wave.Error), wave.open(str(path), "rb") as file:
            self.sample_rate = file.getframerate()
            self._duration = file.getnframes() / max(1, file.getframerate())


def _to_16_bits(samples: NDArray[Any]) -> NDArray[Any]:
    import numpy as np

    if samples.dtype.kind == "f":
        samples = np.nan_to_num(samples.astype(np.float64)) * 32767.0
    return np.clip(np.rint(samples), -32768, 32767).astype("<i2")
