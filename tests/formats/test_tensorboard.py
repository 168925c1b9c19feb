"""TensorBoard's projector: its files as its own writers make them, and none of its faults."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from dotscape.errors import DataError
from dotscape.formats import Bundle, pbtxt, read_file, write_file
from dotscape.formats.tensorboard import is_tensor_file, read_tensorboard_pair
from tests.server.data import picture

VECTORS = np.array([[1, 2.5], [-3e-8, 4], [5, 6], [7, 8]], np.float32)


def write_config(folder: Path, text: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "projector_config.pbtxt").write_text(text)
    return folder


def tsv(path: Path, rows: Any) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join("\t".join(map(str, row)) for row in rows) + "\n")


def test_as_torch_writes_it(tmp_path: Path) -> None:
    """Two steps of one tag, the tag escaped, metadata without a header, a sprite."""
    for step in ("00000", "00001"):
        tsv(tmp_path / step / "my%2ftag" / "tensors.tsv", VECTORS.tolist())
        (tmp_path / step / "my%2ftag" / "metadata.tsv").write_text("one\ntwo\nthree\nfour\n")
    sheet = Image.new("RGB", (4, 4))
    sheet.paste((255, 0, 0), (2, 0, 4, 2))  # the second of 2 x 2 thumbnails
    sheet.save(tmp_path / "00000" / "my%2ftag" / "sprite.png")
    write_config(
        tmp_path,
        """
        embeddings {
          tensor_name: "my/tag:00000"
          tensor_path: "00000/my%2ftag/tensors.tsv"
          metadata_path: "00000/my%2ftag/metadata.tsv"
          sprite { image_path: "00000/my%2ftag/sprite.png" single_image_dim: 2 single_image_dim: 2 }
        }
        embeddings { tensor_name: "my/tag:00001" tensor_path: "00001/my%2ftag/tensors.tsv"
          metadata_path: "00001/my%2ftag/metadata.tsv" }
        """,
    )
    first, second = read_file(tmp_path)
    assert first.name == second.name == "my/tag"
    assert np.array_equal(first.vectors[""], VECTORS)
    assert first.columns.column("label").to_pylist() == ["one", "two", "three", "four"]
    assert len(first.columns.column("image")) == 4
    import io

    with Image.open(io.BytesIO(first.columns.column("image")[1].as_py())) as thumbnail:
        assert thumbnail.convert("RGB").getpixel((0, 0)) == (255, 0, 0)
    assert second.columns.column_names == ["label"]


def test_raw_floats_need_their_shape(tmp_path: Path) -> None:
    (tmp_path / "t.bytes").write_bytes(VECTORS.astype("<f4").tobytes())
    shape = "tensor_shape: 4 tensor_shape: 2"
    write_config(tmp_path, f'embeddings {{ tensor_path: "t.bytes" {shape} }}')
    assert np.array_equal(read_file(tmp_path)[0].vectors[""], VECTORS)
    write_config(tmp_path, 'embeddings { tensor_path: "t.bytes" tensor_shape: [3, 2] }')
    with pytest.raises(DataError, match="tensor_shape is 3 x 2"):
        read_file(tmp_path)


def test_npy_and_the_plugin_folder(tmp_path: Path) -> None:
    folder = write_config(
        tmp_path / "plugins" / "org_tensorflow_tensorboard_projector",
        'embeddings { tensor_path: "t.npy" }',
    )
    np.save(folder / "t.npy", VECTORS)
    assert np.array_equal(read_file(tmp_path)[0].vectors[""], VECTORS)


@pytest.mark.parametrize("path", ["../secret.tsv", "/etc/passwd", "link.tsv", "a/../../secret.tsv"])
def test_paths_stay_in_the_folder(tmp_path: Path, path: str) -> None:
    tsv(tmp_path / "secret.tsv", VECTORS.tolist())
    folder = write_config(tmp_path / "run", f'embeddings {{ tensor_path: "{path}" }}')
    (folder / "link.tsv").symlink_to(tmp_path / "secret.tsv")
    with pytest.raises(DataError, match="outside"):
        read_file(folder)


def test_metadata_with_a_header_and_types(tmp_path: Path) -> None:
    tsv(tmp_path / "t.tsv", VECTORS.tolist())
    (tmp_path / "m.tsv").write_bytes(b'name\tcount\r\na b\t1\r\n"q\t2\r\n\t3\r\nd\t4\r\n')
    bundle = read_tensorboard_pair(tmp_path / "t.tsv", tmp_path / "m.tsv")
    assert bundle.columns.column("name").to_pylist() == ["a b", '"q', "", "d"]
    assert bundle.columns.column("count").to_pylist() == [1, 2, 3, 4]


def test_metadata_of_another_length_is_left_out_and_said(tmp_path: Path) -> None:
    tsv(tmp_path / "t.tsv", VECTORS.tolist())
    (tmp_path / "m.tsv").write_text("a\nb\n")
    bundle = read_tensorboard_pair(tmp_path / "t.tsv", tmp_path / "m.tsv")
    assert bundle.columns.num_columns == 0
    assert "2 rows and the vectors 4" in bundle.notes[0]


def test_blank_lines_at_the_end_do_not_matter(tmp_path: Path) -> None:
    tsv(tmp_path / "t.tsv", VECTORS.tolist())
    (tmp_path / "m.tsv").write_text("a\nb\nc\nd\n\n\n")
    bundle = read_tensorboard_pair(tmp_path / "t.tsv", tmp_path / "m.tsv")
    assert bundle.columns.column("label").to_pylist() == ["a", "b", "c", "d"]


@pytest.mark.parametrize(
    ("line", "is_tensor"), [("1\t2\n", True), ("a\tb\n", False), ("1\n", False), ("", False)]
)
def test_tensor_files_are_told_from_metadata(tmp_path: Path, line: str, is_tensor: bool) -> None:
    (tmp_path / "x.tsv").write_text(line)
    assert is_tensor_file(tmp_path / "x.tsv") == is_tensor


def test_what_is_written_has_none_of_the_faults(tmp_path: Path) -> None:
    texts = ["tab\there", "line\nbreak", "", None]
    bundle = Bundle("my set", {"": VECTORS}, pa.table({"text": texts, "n": [1, 2, 3, 4]}))
    written = write_file(bundle, tmp_path / "out", "tensorboard")
    assert written.warnings == ("Tabs and newlines in 2 values became spaces.",)
    for file in written.files:
        assert file.read_bytes().endswith(b"\n")
    lines = (tmp_path / "out" / "metadata.tsv").read_text().splitlines()
    assert lines == ["text\tn", "tab here\t1", "line break\t2", "\t3", "\t4"]
    for path in pbtxt.parse((tmp_path / "out" / "projector_config.pbtxt").read_text())[
        "embeddings"
    ]:
        assert not Path(path["tensor_path"][0]).is_absolute()
    [back] = read_file(tmp_path / "out")
    assert back.name == "my set"
    assert np.array_equal(back.vectors[""], VECTORS)


def test_one_column_has_no_header_and_no_blank_lines(tmp_path: Path) -> None:
    bundle = Bundle("x", {"": VECTORS}, pa.table({"text": ["a", "", None, "d"]}))
    written = write_file(bundle, tmp_path / "out", "tensorboard")
    assert (tmp_path / "out" / "metadata.tsv").read_text() == "a\n(empty)\n(empty)\nd\n"
    assert written.warnings == ("2 empty values are written as (empty).",)


def test_sprites_are_square(tmp_path: Path) -> None:
    pictures = pa.array([picture((i, 0, 0)) for i in range(3)] + [None], pa.binary())
    bundle = Bundle("x", {"": VECTORS}, pa.table({"p": pictures}))
    written = write_file(bundle, tmp_path / "out", "tensorboard")
    with Image.open(tmp_path / "out" / "sprite.png") as sheet:
        assert sheet.size == (8, 8)
        assert [sheet.getpixel((x, y))[0] for x, y in ((1, 1), (5, 1), (1, 5))] == [0, 1, 2]
    assert "1 picture is missing" in written.warnings[0]
    [back] = read_file(tmp_path / "out")
    assert back.columns.column_names == ["image"]


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=40))
def test_texts_survive_the_configuration(text: str) -> None:
    message = pbtxt.parse(f"embeddings {{ tensor_name: {pbtxt.quote(text)} }}")
    assert message == {"embeddings": [{"tensor_name": [text]}]}


@pytest.mark.parametrize(
    "text",
    [
        "embeddings {",
        "}",
        "embeddings { a: }",
        'a: "open',
        "{{{{",
        "a {" * 50,
        "1: 2",
        "a: [1, 2",
        "\0",
    ],
)
def test_configurations_that_are_none(tmp_path: Path, text: str) -> None:
    with pytest.raises(DataError):
        read_file(write_config(tmp_path, text))


def test_other_ways_to_write_a_configuration() -> None:
    text = """# a comment
    embeddings: < tensor_name: 'it''s' , tensor_shape: [1, 2]; >
    model_checkpoint_path: "\\303\\244\\x41\\n"
    """
    message = pbtxt.parse(text)
    assert message["embeddings"] == [{"tensor_name": ["its"], "tensor_shape": ["1", "2"]}]
    assert message["model_checkpoint_path"] == ["äA\n"]
