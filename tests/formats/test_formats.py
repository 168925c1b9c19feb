"""Every format: what is written is read back, and what can't be used is said clearly."""

from __future__ import annotations

import datetime
import pickle
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from dotscape.errors import DataError, NotFoundError, ParameterError, StoreError
from dotscape.formats import Bundle, formats, read_file, write_file

DAY = datetime.datetime(2024, 5, 17, 12, 30, tzinfo=datetime.UTC)
TEXT = st.text(
    st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\u2028\u2029\x85"),
    max_size=12,
)
WRITTEN = {
    "npy": ".npy",
    "npz": ".npz",
    "parquet": ".parquet",
    "arrow": ".arrow",
    "csv": ".csv",
    "jsonl": ".jsonl",
    "tensorboard": "",
}
WITH_COLUMNS = [name for name in WRITTEN if name != "npy"]


def vectors(rows: int, dim: int) -> st.SearchStrategy[npt.NDArray[np.float32]]:
    numbers = st.floats(width=32, allow_nan=True, allow_infinity=False)
    return hnp.arrays(np.float32, (rows, dim), elements=numbers)


@st.composite
def bundles(draw: st.DrawFn) -> Bundle:
    """Rows of three or more dimensions with a column of each plain type."""
    rows, dim = draw(st.integers(1, 12)), draw(st.integers(3, 6))

    def column(values: st.SearchStrategy[Any], kind: pa.DataType) -> pa.Array:
        return pa.array(draw(st.lists(values, min_size=rows, max_size=rows)), kind)

    table = {
        "text": column(TEXT, pa.string()),
        "whole": column(st.integers(-(2**53), 2**53), pa.int64()),
        "float": column(st.floats(allow_nan=False, allow_infinity=False), pa.float64()),
    }
    return Bundle("rows", {"vector": draw(vectors(rows, dim))}, pa.table(table))


def same(one: Any, other: Any) -> bool:
    return np.array_equal(
        np.asarray(one, np.float32), np.asarray(other, np.float32), equal_nan=True
    )


def write_and_read(bundle: Bundle, name: str, folder: Path) -> Bundle:
    path = folder / f"out{WRITTEN[name]}"
    written = write_file(bundle, path, name)
    assert all(file.exists() for file in written.files)
    [back] = read_file(path)
    return back


def test_every_format_is_tested() -> None:
    assert {name for name, one in formats().items() if one.write} == set(WRITTEN)
    assert {name for name, one in formats().items() if one.read} == set(WRITTEN)


@pytest.mark.parametrize("name", WRITTEN)
@given(bundle=bundles())
@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_vectors_come_back_to_the_last_bit(name: str, bundle: Bundle, tmp_path: Path) -> None:
    back = write_and_read(bundle, name, tmp_path)
    assert same(next(iter(back.vectors.values())), bundle.vectors["vector"])


@pytest.mark.parametrize("name", ["parquet", "arrow", "npz"])
@given(bundle=bundles())
@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_columns_come_back(name: str, bundle: Bundle, tmp_path: Path) -> None:
    back = write_and_read(bundle, name, tmp_path)
    assert back.columns.column_names == bundle.columns.column_names
    for column in bundle.columns.column_names:
        expected = bundle.columns.column(column).to_pylist()
        if name == "npz":  # NumPy's text drops zero bytes at the end, and has none here
            expected = [v.rstrip("\0") if isinstance(v, str) else v for v in expected]
        assert back.columns.column(column).to_pylist() == expected


def plain() -> Bundle:
    table = pa.table(
        {
            "text": ["with, comma", 'with "quotes"', "", None, "שלום 😀"],
            "label": ["a", "b", "a", "b", None],
            "score": [1.5, None, -2.0, 0.25, 1e300],
            "count": pa.array([1, 2, None, 4, 5], pa.int64()),
            "good": [True, False, None, True, False],
            "day": pa.array([DAY] * 5, pa.timestamp("ms", "UTC")),
        }
    )
    return Bundle("plain", {"v": np.arange(15, dtype=np.float32).reshape(5, 3)}, table)


@pytest.mark.parametrize("name", ["parquet", "arrow"])
def test_missing_values_and_dates_come_back(name: str, tmp_path: Path) -> None:
    back = write_and_read(plain(), name, tmp_path)
    assert back.columns.to_pylist() == plain().columns.to_pylist()


def test_csv_tells_missing_from_empty(tmp_path: Path) -> None:
    back = write_and_read(plain(), "csv", tmp_path)
    for column in ("text", "label", "score", "count", "good"):
        assert back.columns.column(column).to_pylist() == plain().columns.column(column).to_pylist()
    assert back.columns.column("day").to_pylist()[0] == DAY


def test_npz_marks_what_is_missing(tmp_path: Path) -> None:
    back = write_and_read(plain(), "npz", tmp_path)
    for column in ("text", "score", "count", "good"):
        assert back.columns.column(column).to_pylist() == plain().columns.column(column).to_pylist()


@pytest.mark.parametrize("name", ["csv", "jsonl"])
def test_text_formats_keep_text(name: str, tmp_path: Path) -> None:
    back = write_and_read(plain(), name, tmp_path)
    assert back.columns.column("text").to_pylist() == plain().columns.column("text").to_pylist()


@pytest.mark.parametrize("name", WRITTEN)
def test_vectors_alone_are_enough(name: str, tmp_path: Path) -> None:
    bundle = Bundle("alone", {"": np.ones((4, 3), np.float32)})
    back = write_and_read(bundle, name, tmp_path)
    assert same(next(iter(back.vectors.values())), bundle.vectors[""])


def test_pictures_come_back_or_are_said_to_be_left_out(tmp_path: Path) -> None:
    from tests.server.data import picture

    images = pa.table({"image": pa.array([picture(), None, picture((1, 2, 3))], pa.binary())})
    bundle = Bundle("pictures", {"": np.eye(3, dtype=np.float32)}, images)
    for name in ("parquet", "arrow"):
        back = write_and_read(bundle, name, tmp_path)
        assert back.columns.column("image").to_pylist() == images.column("image").to_pylist()
    for name in ("csv", "npz", "jsonl"):
        written = write_file(bundle, tmp_path / f"x{WRITTEN[name]}")
        assert any("pictures of 'image'" in warning for warning in written.warnings)
    assert "1 column left out" in write_file(bundle, tmp_path / "x.npy").warnings[0]


# --- what the reading rules say -------------------------------------------------------------------


def test_lists_of_numbers_are_vectors(tmp_path: Path) -> None:
    table = pa.table({"name": ["a", "b"], "emb": [[1.0, 2.0], [3.0, 4.0]], "other": [1.0, 2.0]})
    pq.write_table(table, tmp_path / "x.parquet")
    [bundle] = read_file(tmp_path / "x.parquet")
    assert same(bundle.vectors["emb"], [[1, 2], [3, 4]])
    assert bundle.columns.column_names == ["name", "other"]


def test_several_vectors_and_missing_rows(tmp_path: Path) -> None:
    kind = pa.list_(pa.float16(), 2)
    halves = pa.array([np.float16(1)] * 4)
    table = pa.table(
        {
            "half": pa.FixedSizeListArray.from_arrays(halves, 2),
            "gaps": pa.array([[1.0, 2.0], None], pa.list_(pa.float64())),
        }
    )
    assert table.schema.field("half").type == kind
    pq.write_table(table, tmp_path / "x.parquet")
    [bundle] = read_file(tmp_path / "x.parquet")
    assert bundle.vectors["half"].dtype == np.float16
    assert same(bundle.vectors["gaps"], [[1, 2], [np.nan, np.nan]])


def test_numbered_columns_are_vectors(tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_text("name,x0,x1,x2,n\na,1,2,3,9\nb,4,5,6,8\n")
    [bundle] = read_file(tmp_path / "x.csv")
    assert same(bundle.vectors["x"], [[1, 2, 3], [4, 5, 6]])
    assert bundle.columns.column_names == ["name", "n"]
    assert bundle.axes == {}
    (tmp_path / "pc.csv").write_text("name,PC1,PC2,PC3\na,1,2,3\n")
    [named] = read_file(tmp_path / "pc.csv")
    assert named.axes == {"PC": ("PC1", "PC2", "PC3")}


def test_columns_of_floats_are_vectors_where_nothing_else_is(tmp_path: Path) -> None:
    (tmp_path / "iris.csv").write_text("length,width,kind\n5.1,3.5,setosa\n4.9,3.0,setosa\n")
    [bundle] = read_file(tmp_path / "iris.csv")
    assert same(bundle.vectors[""], [[5.1, 3.5], [4.9, 3.0]])
    assert bundle.axes == {"": ("length", "width")}
    assert bundle.columns.column_names == ["length", "width", "kind"]


@pytest.mark.parametrize("cell", ["[0.5, -1, 2e-3]", "[0.5 -1.  2e-3]", " [0.5,\n-1,2e-3] "])
def test_vectors_written_as_text(tmp_path: Path, cell: str) -> None:
    (tmp_path / "x.csv").write_text(f'name,emb\na,"{cell}"\nb,"{cell}"\n')
    [bundle] = read_file(tmp_path / "x.csv")
    assert same(bundle.vectors["emb"], [[0.5, -1, 0.002]] * 2)


def test_jsonl_with_odd_lines(tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl"
    path.write_text('{"v": [1, 2], "m": 1}\n\n{"v": [3, NaN], "m": "two", "extra": {"a": 1}}\n')
    [bundle] = read_file(path)
    assert same(bundle.vectors["v"], [[1, 2], [3, np.nan]])
    assert bundle.columns.column("m").to_pylist() == ["1", "two"]


def test_columns_of_one_name_are_told_apart(tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_text("x,x,a,b\n1,2,1.5,2.5\n")
    [bundle] = read_file(tmp_path / "x.csv")
    assert len(set(bundle.columns.column_names)) == 4


def test_npz_takes_what_fits_together(tmp_path: Path) -> None:
    path = tmp_path / "x.npz"
    np.savez(path, a=np.ones((5, 3)), b=np.ones((5, 2)), label=np.arange(5), other=np.ones((4, 3)))
    [bundle] = read_file(path)
    assert {name: array.shape for name, array in bundle.vectors.items()} == {
        "a": (5, 3),
        "b": (5, 2),
    }
    assert bundle.vectors["a"].dtype == np.float32
    assert bundle.columns.column_names == ["label"]
    assert "'other'" in bundle.notes[0]


# --- what is refused ------------------------------------------------------------------------------


class Evil:
    """Runs code when it is unpickled."""

    def __reduce__(self) -> Any:
        return (eval, ("__import__('pathlib').Path('pwned').touch()",))


@pytest.mark.parametrize("suffix", [".npy", ".npz"])
def test_nothing_is_unpickled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, suffix: str) -> None:
    monkeypatch.chdir(tmp_path)
    evil = np.array([Evil(), Evil()], dtype=object)
    path = tmp_path / f"x{suffix}"
    if suffix == ".npy":
        np.save(path, evil, allow_pickle=True)
    else:
        np.savez(path, evil=evil, allow_pickle=True)
    with pytest.raises(DataError):
        read_file(path)
    path.write_bytes(pickle.dumps(Evil()))
    with pytest.raises(DataError):
        read_file(path)
    assert not (tmp_path / "pwned").exists()


def test_no_format_writes_pickles(tmp_path: Path) -> None:
    bundle = Bundle("x", {"": np.ones((2, 2), np.float32)}, pa.table({"t": ["a", None]}))
    write_file(bundle, tmp_path / "x.npz")
    with np.load(tmp_path / "x.npz", allow_pickle=False) as archive:
        assert all(archive[name].dtype != object for name in archive.files)


@pytest.mark.parametrize("suffix", [s for one in formats().values() for s in one.suffixes])
@pytest.mark.parametrize(
    "content", [b"", b"garbage \xff\x00", b"PK\x03\x04", b"PAR1", b"ARROW1\0\0", b"{"]
)
def test_damaged_files_are_said_to_be(tmp_path: Path, suffix: str, content: bytes) -> None:
    path = tmp_path / f"x{suffix}"
    path.write_bytes(content)
    with pytest.raises(DataError) as error:
        read_file(path)
    assert len(str(error.value)) > 10


@pytest.mark.parametrize(
    ("array", "words"),
    [
        (np.ones(5), "two-dimensional"),
        (np.ones((2, 3, 4)), "two-dimensional"),
        (np.ones((5, 0)), "two-dimensional"),
        (np.array([["a", "b"]]), "numbers"),
        (np.ones((2, 2), complex), "numbers"),
        (np.ones((0, 4)), "no rows"),
    ],
)
def test_arrays_that_are_no_vectors(tmp_path: Path, array: npt.NDArray[Any], words: str) -> None:
    np.save(tmp_path / "x.npy", array)
    with pytest.raises(DataError, match=words):
        read_file(tmp_path / "x.npy")


def test_tables_without_vectors(tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_text("a,b\n1,x\n2,y\n")
    with pytest.raises(DataError, match="holds no vectors"):
        read_file(tmp_path / "x.csv")
    ragged = pa.table({"v": [[1.0], [1.0, 2.0]]})
    pq.write_table(ragged, tmp_path / "x.parquet")
    with pytest.raises(DataError, match="holds no vectors"):
        read_file(tmp_path / "x.parquet")


def test_unknown_and_missing_files(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match="no file"):
        read_file(tmp_path / "x.npy")
    (tmp_path / "x.docx").touch()
    with pytest.raises(DataError, match=r"\.parquet"):
        read_file(tmp_path / "x.docx")
    bundle = Bundle("x", {"": np.ones((2, 2), np.float32)})
    with pytest.raises(ParameterError, match="format"):
        write_file(bundle, tmp_path / "x", "docx")
    with pytest.raises(StoreError, match="can't be written"):
        write_file(bundle, tmp_path / "no" / "folder" / "x.npy")


def test_one_array_formats_want_one(tmp_path: Path) -> None:
    two = Bundle("two", {"a": np.ones((2, 2), np.float32), "b": np.ones((2, 3), np.float32)})
    with pytest.raises(DataError, match="exactly one"):
        write_file(two, tmp_path / "x.npy")
    back = read_file(write_file(two, tmp_path / "x.parquet").files[0])[0]
    assert set(back.vectors) == {"a", "b"}


def test_an_archive_is_read_no_further_than_its_arrays(tmp_path: Path) -> None:
    path = tmp_path / "x.npz"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("../../evil.npy", b"not an array")
        archive.writestr("readme.txt", b"words")
    with pytest.raises(DataError):
        read_file(path)
    assert not (tmp_path.parent.parent / "evil.npy").exists()
