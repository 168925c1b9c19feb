"""Media: the same bytes once, under their hash, and nothing else."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from dotscape.errors import DataError, StoreError
from dotscape.store.media import MediaFolder


@pytest.mark.parametrize("content", [b"", b"x", bytes(range(256)) * 9000])
def test_bytes_and_files_are_kept_under_their_hash(tmp_path: Path, content: bytes) -> None:
    media = MediaFolder(tmp_path / "root")
    expected = hashlib.sha256(content).hexdigest()
    (tmp_path / "file").write_bytes(content)
    for given in (content, bytearray(content), memoryview(content), tmp_path / "file"):
        assert media.put(given) == expected
    assert media.put(str(tmp_path / "file")) == expected
    path = media.path(expected)
    assert path is not None
    assert path.read_bytes() == content
    assert path.relative_to(tmp_path / "root").as_posix() == (
        f"media/sha256/{expected[:2]}/{expected[2:]}"
    )
    files = [p for p in (tmp_path / "root").rglob("*") if p.is_file()]
    assert files == [path]


def test_what_is_there_is_not_written_again(tmp_path: Path) -> None:
    media = MediaFolder(tmp_path)
    path = media.path(media.put(b"x"))
    assert path is not None
    before = path.stat().st_mtime_ns, path.stat().st_ino
    media.put(b"x")
    assert (path.stat().st_mtime_ns, path.stat().st_ino) == before


@pytest.mark.parametrize(
    "name", ["", "x", "0" * 63, "0" * 65, "G" * 64, "A" * 64, "../" + "0" * 61, "0" * 64 + "\n"]
)
def test_only_hashes_have_a_path(tmp_path: Path, name: str) -> None:
    assert MediaFolder(tmp_path).path(name) is None


def test_unknown_hashes_and_links_have_none(tmp_path: Path) -> None:
    media = MediaFolder(tmp_path)
    digest = media.put(b"x")
    assert media.path("0" * 64) is None
    path = media.path(digest)
    assert path is not None
    path.unlink()
    path.symlink_to("/etc/passwd")
    assert media.path(digest) is None


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"Can't read '.*gone\.png'"):
        MediaFolder(tmp_path).put(tmp_path / "gone.png")
    with pytest.raises(DataError, match="Can't read"):
        MediaFolder(tmp_path).put(tmp_path)


def test_a_folder_that_can_not_be_written(tmp_path: Path) -> None:
    (tmp_path / "media").write_text("a file in the way")
    with pytest.raises(StoreError, match="Can't write"):
        MediaFolder(tmp_path).put(b"x")
