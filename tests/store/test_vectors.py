"""Vector segments: exactly the array, in place, or a clear error."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from dotscape.errors import DataError, StoreError
from dotscape.store.vectors import open_vectors, write_vectors
from tests.store.folders import vectors

FLOATS = st.sampled_from([np.dtype(np.float32), np.dtype(np.float16)])


@given(
    array=FLOATS.flatmap(
        lambda d: hnp.arrays(d, hnp.array_shapes(min_dims=2, max_dims=2, min_side=1, max_side=9))
    )
)
@settings(deadline=None)
def test_comes_back_bit_by_bit(tmp_path_factory: pytest.TempPathFactory, array: np.ndarray) -> None:
    path = tmp_path_factory.mktemp("v") / "a" / "0-1.arrow"
    before = array.copy()
    write_vectors(path, array)
    back = open_vectors(path)
    assert back.dtype == array.dtype
    assert back.shape == array.shape
    assert back.tobytes() == before.tobytes()
    assert array.tobytes() == before.tobytes()


@pytest.mark.parametrize("shape", [(0, 3), (1, 1), (1, 2), (3, 1)])
def test_small_shapes(tmp_path: Path, shape: tuple[int, int]) -> None:
    array = np.zeros(shape, np.float32)
    write_vectors(tmp_path / "x.arrow", array)
    assert open_vectors(tmp_path / "x.arrow").shape == shape


@pytest.mark.parametrize("order", ["F", "strided", "reversed"])
def test_any_memory_layout(tmp_path: Path, order: str) -> None:
    base = vectors(20, 6)
    array = {"F": np.asfortranarray(base), "strided": base[::2, ::3], "reversed": base[::-1]}[order]
    write_vectors(tmp_path / "x.arrow", array)
    np.testing.assert_array_equal(open_vectors(tmp_path / "x.arrow"), array)


def test_is_mapped_read_only_and_contiguous(tmp_path: Path) -> None:
    write_vectors(tmp_path / "x.arrow", vectors(100, 8))
    array = open_vectors(tmp_path / "x.arrow")
    assert array.flags["C_CONTIGUOUS"]
    assert not array.flags["WRITEABLE"]
    with pytest.raises(ValueError):
        array[0, 0] = 1
    # No copy was made: as long as the array lives, Arrow counts no memory of its own for it.
    before = pa.total_allocated_bytes()
    again = open_vectors(tmp_path / "x.arrow")
    assert pa.total_allocated_bytes() - before < again.nbytes


def test_the_file_is_what_the_format_says(tmp_path: Path) -> None:
    array = vectors(50, 4, dtype=np.float16)
    write_vectors(tmp_path / "x.arrow", array)
    with pa.ipc.open_file(tmp_path / "x.arrow") as file:
        assert file.num_record_batches == 1
        batch = file.get_batch(0)
    assert batch.schema.names == ["row", "vector"]
    assert batch.column(0).to_pylist() == list(range(50))
    assert batch.column(1).type == pa.list_(pa.float16(), 4)
    assert batch.column(1).null_count == 0


@pytest.mark.parametrize(
    "array",
    [
        np.zeros(3, np.float32),
        np.zeros((2, 3, 4), np.float32),
        np.zeros((3, 0), np.float32),
        np.zeros((3, 3), np.float64),
        np.zeros((3, 3), np.int32),
    ],
    ids=["1-D", "3-D", "no dimensions", "float64", "int32"],
)
def test_what_is_no_matrix_of_floats_is_refused(tmp_path: Path, array: np.ndarray) -> None:
    with pytest.raises(DataError, match=r"\(n, d\)"):
        write_vectors(tmp_path / "x.arrow", array)
    assert not list(tmp_path.iterdir())


def test_a_segment_that_can_not_be_written_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError, match="Can't write"):
        write_vectors(tmp_path / "file" / "x.arrow", vectors(3, 3))
    (tmp_path / "taken.arrow").mkdir()
    (tmp_path / "taken.arrow" / "x").write_text("")
    with pytest.raises(StoreError, match="Can't write"):
        write_vectors(tmp_path / "taken.arrow", vectors(3, 3))
    assert sorted(p.name for p in tmp_path.iterdir()) == ["file", "taken.arrow"]


def test_a_missing_segment_is_said(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="missing"):
        open_vectors(tmp_path / "x.arrow")


def test_a_segment_cut_anywhere_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "x.arrow"
    write_vectors(path, vectors(7, 3))
    data = path.read_bytes()
    for length in range(len(data)):
        path.write_bytes(data[:length])
        with pytest.raises(StoreError, match=r"x\.arrow"):
            open_vectors(path)


def test_zeros_where_bytes_should_be_are_refused(tmp_path: Path) -> None:
    # What a power loss can leave of a file whose size was kept and whose contents weren't.
    path = tmp_path / "x.arrow"
    write_vectors(path, vectors(7, 3))
    path.write_bytes(bytes(path.stat().st_size))
    with pytest.raises(StoreError):
        open_vectors(path)


@pytest.mark.parametrize(
    "column",
    [
        pa.array([1.0, 2.0]),
        pa.array([[1.0], [2.0]], pa.list_(pa.float32())),
        pa.array([[1.0], None], pa.list_(pa.float32(), 1)),
        pa.array([[1.0], [2.0]], pa.list_(pa.float64(), 1)),
        pa.array(["a", "b"]),
    ],
    ids=["numbers", "lists", "nulls", "float64", "text"],
)
def test_other_arrow_files_are_refused(tmp_path: Path, column: pa.Array) -> None:
    batch = pa.record_batch([column], names=["vector"])
    with pa.ipc.new_file(tmp_path / "x.arrow", batch.schema) as file:
        file.write_batch(batch)
    with pytest.raises(StoreError, match="vector segment"):
        open_vectors(tmp_path / "x.arrow")


def test_two_batches_are_refused(tmp_path: Path) -> None:
    batch = pa.record_batch([pa.array([[1.0]], pa.list_(pa.float32(), 1))], names=["vector"])
    with pa.ipc.new_file(tmp_path / "x.arrow", batch.schema) as file:
        file.write_batch(batch)
        file.write_batch(batch)
    with pytest.raises(StoreError, match="batches"):
        open_vectors(tmp_path / "x.arrow")


def test_a_file_without_the_column_is_refused(tmp_path: Path) -> None:
    batch = pa.record_batch([pa.array([1])], names=["other"])
    with pa.ipc.new_file(tmp_path / "x.arrow", batch.schema) as file:
        file.write_batch(batch)
    with pytest.raises(StoreError):
        open_vectors(tmp_path / "x.arrow")
