"""Finished layouts on disk, named by everything that determines them.

    <cache>/layouts/<16 hex of the data>/<16 hex of the rest>.npy    float32 (n, c)
                                                             .json   receipt, axes, checksum

The ``.json`` is written last and counts; a pair that doesn't fit together is as good as absent.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import json
import logging
import os
import re
import time
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from dotscape.core.matrix import Floats
from dotscape.engine.files import write_atomically
from dotscape.model import Receipt

FORMAT = 1
_ID = re.compile(r"[0-9a-f]{16}-[0-9a-f]{16}")
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class StoredLayout:
    """A finished layout: ``coordinates`` (n, c) float32, read-only, mapped, and its receipt."""

    id: str
    coordinates: Floats
    receipt: Receipt
    axes: tuple[str, ...] | None
    created: float  # seconds since 1970, UTC

    @property
    def n_components(self) -> int:
        """Dimensions of the layout."""
        return self.coordinates.shape[1]


def layout_id(
    fingerprint: str,
    method: str,
    version: int,
    n_components: int,
    parameters: Mapping[str, Any],
    seed: int,
    preprocess: Sequence[str] = (),
) -> str:
    """The id of the one layout that these make: hex digits of the data, then of the rest."""
    rest: list[Any] = [
        FORMAT,
        method,
        version,
        n_components,
        dict(sorted(parameters.items())),
        seed,
    ]
    if preprocess:  # nothing is added without steps: ids of older releases stay
        rest.append(list(preprocess))
    text = fingerprint + json.dumps(rest, sort_keys=True)
    return f"{fingerprint[:16]}-{hashlib.sha256(text.encode()).hexdigest()[:16]}"


class LayoutCache:
    """Layouts under one folder; the oldest go when they take more than ``limit_bytes``."""

    def __init__(self, folder: Path, limit_bytes: int = 8 << 30) -> None:
        self._folder = folder
        self._limit = limit_bytes

    def put(
        self, identifier: str, coordinates: Floats, receipt: Receipt, axes: tuple[str, ...] | None
    ) -> StoredLayout:
        """Keep a layout; raises OSError where the folder can't be written."""
        array = io.BytesIO()
        np.lib.format.write_array(array, np.ascontiguousarray(coordinates), allow_pickle=False)
        content = array.getbuffer()
        note = {
            "format": FORMAT,
            "id": identifier,
            "created": time.time(),
            "shape": list(coordinates.shape),
            "crc32": zlib.crc32(content),
            "axes": axes,
            "receipt": asdict(receipt),
        }
        path = self._path(identifier)
        write_atomically(path.with_suffix(".npy"), content)
        write_atomically(path.with_suffix(".json"), json.dumps(note).encode())
        self._prune(keep=identifier)
        stored = self.get(identifier)
        if stored is None:
            raise OSError(f"{path} could not be read back")
        return stored

    def get(self, identifier: str) -> StoredLayout | None:
        """The layout of that id; None where there is none or its files are damaged."""
        if not _ID.fullmatch(identifier):
            return None
        path = self._path(identifier)
        try:
            note = json.loads(path.with_suffix(".json").read_bytes())
            return _load(path.with_suffix(".npy"), note, identifier)
        except FileNotFoundError:
            return None
        except (OSError, ValueError, KeyError, TypeError) as error:
            _log.warning("Cached layout %s is damaged and will be made anew: %s", path, error)
            return None

    def of(self, fingerprint: str) -> list[StoredLayout]:
        """All layouts of the data with that fingerprint, newest first."""
        folder = self._folder / fingerprint[:16]
        found = [self.get(f"{folder.name}-{path.stem}") for path in folder.glob("*.json")]
        layouts = [one for one in found if one is not None and one.receipt.data == fingerprint]
        return sorted(layouts, key=lambda one: (-one.created, one.id))

    def _path(self, identifier: str) -> Path:
        data, rest = identifier.split("-")
        return self._folder / data / rest

    def _files(self) -> Iterator[tuple[float, int, Path]]:
        for path in self._folder.glob("*/*.npy"):
            with contextlib.suppress(OSError):
                stat = path.stat()
                yield stat.st_mtime, stat.st_size, path

    def _prune(self, keep: str) -> None:
        files = sorted(self._files())
        size = sum(file[1] for file in files)
        for _, bytes_, path in files:
            if size <= self._limit:
                return
            if path == self._path(keep).with_suffix(".npy"):
                continue
            for part in (path.with_suffix(".json"), path):
                with contextlib.suppress(OSError):
                    os.unlink(part)
            size -= bytes_


def _load(path: Path, note: dict[str, Any], identifier: str) -> StoredLayout:
    if note["format"] != FORMAT or note["id"] != identifier:
        raise ValueError("it is another layout's note")
    if zlib.crc32(path.read_bytes()) != note["crc32"]:
        raise ValueError("its checksum differs")
    n, c = note["shape"]
    if n == 0:  # nothing to map
        coordinates = np.empty((0, c), np.float32)
    else:
        coordinates = np.load(path, mmap_mode="r", allow_pickle=False)
    if coordinates.shape != (n, c) or coordinates.dtype != np.float32:
        raise ValueError("its shape or type differs")
    receipt = dict(note["receipt"])
    receipt["approximations"] = tuple(receipt["approximations"])
    receipt["preprocess"] = tuple(receipt.get("preprocess", ()))  # older ones have none
    axes = None if note["axes"] is None else tuple(note["axes"])
    return StoredLayout(identifier, coordinates, Receipt(**receipt), axes, float(note["created"]))
