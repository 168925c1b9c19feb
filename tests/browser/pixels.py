"""Looking at the map: pictures of the canvas as arrays."""

from __future__ import annotations

import io

import numpy as np
import numpy.typing as npt
from PIL import Image
from playwright.sync_api import Locator

Picture = npt.NDArray[np.uint8]


def picture(canvas: Locator) -> Picture:
    """What is on screen where the canvas is: (height, width, 3)."""
    return np.asarray(Image.open(io.BytesIO(canvas.screenshot())).convert("RGB"))


def ink(shown: Picture) -> int:
    """How many pixels differ clearly from the background, which is the most frequent colour."""
    colors, counts = np.unique(shown.reshape(-1, 3), axis=0, return_counts=True)
    background = colors[counts.argmax()].astype(int)
    return int((np.abs(shown.astype(int) - background).max(axis=2) > 40).sum())


def near(shown: Picture, color: tuple[int, int, int], tolerance: int = 48) -> int:
    """How many pixels are within ``tolerance`` of a colour on every channel."""
    return int((np.abs(shown.astype(int) - np.array(color)).max(axis=2) <= tolerance).sum())


def colorful(shown: Picture) -> list[list[int]]:
    """Pixels (row, column) that are not grey, nor are their neighbours: well inside a disc."""
    spread = np.ptp(shown.astype(int), axis=2) > 60
    windows = np.lib.stride_tricks.sliding_window_view(spread, (3, 3))
    return (np.argwhere(windows.all(axis=(2, 3))) + 1).tolist()


def difference(one: Picture, other: Picture) -> float:
    """Share of pixels that differ clearly."""
    return float((np.abs(one.astype(int) - other.astype(int)).max(axis=2) > 32).mean())
