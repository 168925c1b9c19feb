"""Html: a page or a piece of one."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, ClassVar, cast

from dotscape.errors import DataError
from dotscape.sdk.data.value import Medium, Sink


class Html(Medium):
    """HTML, shown in a frame of its own in which no script runs.

    Parameters
    ----------
    data : str, path or open file
        Text that is HTML, or the path of a file that ends in ``.html``.
    inject : bool
        Taken as W&B's client takes it; nothing is added.
    data_is_not_path : bool
        `data` is HTML even if it looks like a path.
    """

    type: ClassVar[str] = "html"

    def __init__(self, data: Any, inject: bool = True, data_is_not_path: bool = False) -> None:
        self.inject = inject
        self._path: Path | None = None
        self._bytes = b""
        self._problem: str | None = None
        if isinstance(data, os.PathLike):
            self._path = Path(cast("os.PathLike[str]", data))
        elif isinstance(data, str):
            if not data_is_not_path and _looks_like_a_path(data):
                self._path = Path(data)
            else:
                self._bytes = data.encode("utf-8", "replace")
        elif hasattr(data, "read"):
            content = data.read()
            self._bytes = content if isinstance(content, bytes) else str(content).encode()
        else:
            self._problem = f"Html is text, a path or an open file. Got {type(data).__name__}."

    @property
    def html(self) -> str:
        """The text."""
        data = self._path.read_bytes() if self._path else self._bytes
        return data.decode("utf-8", "replace")

    def record(self, sink: Sink) -> dict[str, Any]:
        """Keep the page; see `Medium.record`."""
        if self._problem:
            raise DataError(self._problem)
        if self._path is None:
            return {"_type": "html", "sha256": sink.media(self._bytes), "size": len(self._bytes)}
        if not self._path.is_file():
            raise DataError(f"There is no HTML file '{self._path}'.")
        size = self._path.stat().st_size
        return {"_type": "html", "sha256": sink.media(str(self._path)), "size": size}


def _looks_like_a_path(text: str) -> bool:
    return len(text) < 1024 and "<" not in text and text.endswith((".html", ".htm"))
