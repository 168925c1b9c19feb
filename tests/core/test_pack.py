"""Packed positions against docs/http.md, by numpy alone."""

from __future__ import annotations

import struct

import numpy as np
import pytest

from dotscape.core.pack import HEADER_BYTES, draw_order, pack
from dotscape.errors import DataError


def splitmix64(state: int) -> tuple[int, int]:
    mask = (1 << 64) - 1
    state = (state + 0x9E3779B97F4A7C15) & mask
    z = state
    z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & mask
    z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & mask
    return state, z ^ (z >> 31)


def order_by_hand(n: int) -> list[int]:
    order, state = list(range(n)), n
    for i in range(n - 1, 0, -1):
        state, r = splitmix64(state)
        j = (r * (i + 1)) >> 64
        order[i], order[j] = order[j], order[i]
    return order


def pack_by_hand(layout: np.ndarray, order: np.ndarray) -> tuple[tuple, np.ndarray]:
    """Header fields and points, straight from the table in docs/http.md."""
    n, dimensions = layout.shape
    fine = np.isfinite(layout).all(axis=1)
    values = layout[fine].astype(np.float64)
    low, high = values.min(axis=0), values.max(axis=0)
    center = np.float32((low + high) / 2).astype(np.float64)
    reach = np.maximum(high - center, center - low).max()
    half = np.float32(reach)
    if half < reach:
        half = np.nextafter(half, np.float32(np.inf))
    half = half or np.float32(1)  # one point has no extent
    step = np.rint((layout.astype(np.float64) - center) * (32767 / np.float64(half))) + 32768
    points = np.zeros((n, 4), np.uint16)
    points[:, 2] = 32768
    points[fine, :dimensions] = np.clip(step[fine], 1, 65535)
    points[fine, 3] = 65535
    points[~fine] = 0
    return (n, dimensions, *np.pad(center, (0, 3 - dimensions)), half, (~fine).sum()), points[order]


def read(packed: bytes) -> tuple[tuple, np.ndarray]:
    fields = struct.unpack("<4sIII3ffIIf20x", packed[:HEADER_BYTES])
    return fields, np.frombuffer(packed, np.uint16, offset=HEADER_BYTES).reshape(-1, 4)


@pytest.mark.parametrize("n", [0, 1, 2, 3, 10, 257])
def test_the_draw_order_is_the_one_written_down(n: int) -> None:
    assert draw_order(n).tolist() == order_by_hand(n)


def test_the_draw_order_never_changes() -> None:
    # Pages in use hold colours in this order: a change needs a new format.
    assert draw_order(10).tolist() == [9, 7, 2, 3, 4, 8, 5, 1, 6, 0]
    assert draw_order(1_000_000)[:4].tolist() == [758119, 995202, 827755, 858494]


def test_any_prefix_of_the_draw_order_is_a_fair_sample() -> None:
    n = 100_000
    first = draw_order(n)[: n // 10]
    # Mean of a tenth of 0..n-1: its standard error is n / sqrt(12 n / 10) * sqrt(0.9).
    assert abs(first.mean() - n / 2) < 5 * n / np.sqrt(1.2 * n)
    counts = np.bincount(first // (n // 10), minlength=10)
    assert np.abs(counts - n / 100).max() < 5 * np.sqrt(n / 100)


@pytest.mark.parametrize("dimensions", [2, 3])
@pytest.mark.parametrize("n", [1, 5, 1000, 40_000])
def test_packed_positions_are_those_of_the_document(n: int, dimensions: int) -> None:
    rng = np.random.default_rng(n)
    layout = (rng.normal(size=(n, dimensions)) * [3, 1, 2][:dimensions] + 7).astype(np.float32)
    layout[n // 2 + 1 :: 7, 0] = np.nan
    layout[n // 3 + 1 :: 11, 1] = -np.inf
    order = draw_order(n)
    fields, points = read(pack(layout, order, frame=9, loss=1.5, final=False))
    expected, by_hand = pack_by_hand(layout, order)
    magic, rows, dims, frame, x, y, z, half, missing, flags, loss = fields
    assert (magic, frame, flags, loss) == (b"DSP1", 9, 0, 1.5)
    assert (rows, dims, x, y, z, half, missing) == pytest.approx(expected, abs=0)
    assert np.array_equal(points, by_hand)


def test_unpacked_positions_are_within_half_a_step() -> None:
    layout = np.random.default_rng(1).normal(size=(5000, 3)).astype(np.float32)
    order = draw_order(5000)
    fields, points = read(pack(layout, order))
    center, half = np.array(fields[4:7]), fields[7]
    unpacked = (points[:, :3].astype(np.float64) - 32768) / 32767 * half + center
    assert np.abs(unpacked - layout[order]).max() <= half / 32767 / 2 * (1 + 1e-6)
    assert points.min() >= 1
    assert fields[9] == 1  # final


@pytest.mark.parametrize("value", [0.0, -3.5, 1e38, 1e-40])
def test_points_in_one_place_are_in_the_middle(value: float) -> None:
    fields, points = read(pack(np.full((4, 2), value, np.float32)))
    assert np.array_equal(points, [[32768, 32768, 32768, 65535]] * 4)
    assert fields[7] == 1.0


def test_huge_and_tiny_layouts_use_the_whole_range() -> None:
    for scale in (1e-38, 1e-6, 1e6, 3e38):
        corners = np.array([[-1, -1], [1, 1], [0, 0]], np.float32) * np.float32(scale)
        _, points = read(pack(corners, np.arange(3, dtype=np.uint32)))
        assert points[:, :2].tolist() == [[1, 1], [65535, 65535], [32768, 32768]]


def test_a_layout_without_any_position() -> None:
    fields, points = read(pack(np.full((3, 3), np.nan, np.float32)))
    assert not points.any()
    assert fields[8] == 3
    assert np.isfinite(fields[4:8]).all()
    assert len(pack(np.empty((0, 2), np.float32))) == HEADER_BYTES


def test_strided_layouts_and_other_types_pack_alike() -> None:
    wide = np.random.default_rng(2).normal(size=(100, 6)).astype(np.float32)
    plain = pack(np.ascontiguousarray(wide[:, ::2]))
    assert pack(wide[:, ::2]) == plain
    assert pack(np.asfortranarray(wide[:, ::2])) == plain
    assert pack(wide[:, ::2].astype(">f8")) == plain
    frozen = wide[:, ::2].copy()
    frozen.flags.writeable = False
    assert pack(frozen) == plain


def test_the_number_of_threads_does_not_matter() -> None:
    layout = np.random.default_rng(3).normal(size=(100_000, 3)).astype(np.float32)
    assert len({pack(layout, threads=threads) for threads in (1, 2, 3, 8)}) == 1


@pytest.mark.parametrize("shape", [(5,), (5, 1), (5, 4), (2, 2, 2)])
def test_other_shapes_are_refused(shape: tuple[int, ...]) -> None:
    with pytest.raises(DataError, match=r"'layout' of pack must be an .n, 2. or .n, 3. array"):
        pack(np.zeros(shape, np.float32))


def test_an_order_that_does_not_fit_is_refused() -> None:
    layout = np.zeros((3, 2), np.float32)
    with pytest.raises(ValueError, match="lengths differ"):
        pack(layout, np.arange(2, dtype=np.uint32))
    with pytest.raises(IndexError, match="names a row that isn't there"):
        pack(layout, np.array([0, 1, 3], np.uint32))
