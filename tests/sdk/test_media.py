"""Images, sound, HTML, histograms and files."""

from __future__ import annotations

import hashlib
import io
import wave
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import PIL.Image
import pytest

import dotscape
from dotscape.sdk.opened import OpenedRun
from dotscape.sdk.run import Run
from dotscape.store.media import MediaFolder
from dotscape.store.root import default_root

ReadBack = Callable[[Run], OpenedRun]


def kept(value: Any, read_back: ReadBack) -> tuple[dict[str, Any], bytes]:
    """The journal's object and the file of a medium that is logged."""
    run = dotscape.init()
    run.log({"m": value})
    ((key, step, record),) = read_back(run)._reader.media
    assert (key, step) == ("m", 0)
    path = MediaFolder(default_root()).path(record["sha256"])
    assert path is not None
    data = path.read_bytes()
    assert hashlib.sha256(data).hexdigest() == record["sha256"]
    assert record["size"] == len(data)
    return record, data


def pixels(data: bytes) -> np.ndarray:
    return np.asarray(PIL.Image.open(io.BytesIO(data)))


# --- images ---------------------------------------------------------------------------------------

GRAY = np.arange(12, dtype=np.uint8).reshape(3, 4)
RGB = np.stack([GRAY, GRAY + 20, GRAY + 40], axis=-1)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (GRAY, GRAY),
        (GRAY[:, :, None], GRAY),
        (RGB, RGB),
        (np.dstack([RGB, GRAY]), np.dstack([RGB, GRAY])),
        (GRAY.astype(np.int64), GRAY),
        (GRAY.astype(float), GRAY),
        (GRAY / 11.0, np.rint(GRAY / 11.0 * 255).astype(np.uint8)),
        (GRAY > 5, (GRAY > 5).astype(np.uint8) * 255),
        (np.array([[-5.0, 300.0, np.nan, np.inf]]), [[0, 255, 0, 255]]),
        (np.moveaxis(np.tile(RGB, (3, 2, 1)), -1, 0), np.tile(RGB, (3, 2, 1))),
        (RGB[None], RGB),
        (GRAY.tolist(), GRAY),
        (GRAY[::-1, ::-1], GRAY[::-1, ::-1]),
    ],
)
def test_arrays(read_back: ReadBack, given: Any, expected: Any) -> None:
    record, data = kept(dotscape.Image(given, caption="c"), read_back)
    np.testing.assert_array_equal(pixels(data), expected)
    height, width = np.shape(expected)[:2]
    assert record == {
        "_type": "image",
        "sha256": record["sha256"],
        "format": "png",
        "width": width,
        "height": height,
        "caption": "c",
        "size": len(data),
    }


def test_an_array_may_change_after_it_was_given(read_back: ReadBack) -> None:
    array = GRAY.copy()
    image = dotscape.Image(array)
    array[:] = 0
    np.testing.assert_array_equal(pixels(kept(image, read_back)[1]), GRAY)


def test_torch_images_are_channels_first(read_back: ReadBack) -> None:
    torch = pytest.importorskip("torch")
    tensor = torch.from_numpy(np.moveaxis(RGB, -1, 0).copy())
    np.testing.assert_array_equal(pixels(kept(dotscape.Image(tensor), read_back)[1]), RGB)


@pytest.mark.parametrize("suffix", ["png", "jpg", "gif", "webp"])
def test_files_of_known_formats_are_kept_as_they_are(
    read_back: ReadBack, tmp_path: Path, suffix: str
) -> None:
    path = tmp_path / f"é {suffix}.{suffix}"
    PIL.Image.fromarray(RGB).save(path)
    for given in (path, str(path)):
        record, data = kept(dotscape.Image(given), read_back)
        assert data == path.read_bytes()
        assert record["format"] == {"jpg": "jpeg"}.get(suffix, suffix)
        assert (record["width"], record["height"]) == (4, 3)


@pytest.mark.parametrize("suffix", ["bmp", "tiff", "ppm"])
def test_files_of_other_formats_become_png(
    read_back: ReadBack, tmp_path: Path, suffix: str
) -> None:
    path = tmp_path / f"x.{suffix}"
    PIL.Image.fromarray(RGB).save(path)
    record, data = kept(dotscape.Image(path), read_back)
    assert record["format"] == "png"
    np.testing.assert_array_equal(pixels(data), RGB)


def test_pil_figures_bytes_and_files(read_back: ReadBack) -> None:
    picture = PIL.Image.fromarray(RGB)
    out = io.BytesIO()
    picture.save(out, "png")
    for given in (picture, dotscape.Image(picture), dotscape.Image(dotscape.Image(RGB))):
        np.testing.assert_array_equal(pixels(kept(given, read_back)[1]), RGB)
    for given in (out.getvalue(), io.BytesIO(out.getvalue())):
        np.testing.assert_array_equal(pixels(kept(dotscape.Image(given), read_back)[1]), RGB)
    assert dotscape.Image(picture, file_type="jpg").format == "jpeg"
    assert dotscape.Image(picture.convert("RGBA"), file_type="jpg").image.size == (4, 3)
    assert pixels(kept(dotscape.Image(GRAY, mode="RGB"), read_back)[1]).shape == (3, 4, 3)


def test_matplotlib(read_back: ReadBack) -> None:
    matplotlib = pytest.importorskip("matplotlib")
    matplotlib.use("agg")
    from matplotlib import pyplot  # pyright: ignore

    figure = pyplot.figure(figsize=(2, 1))
    for value in (figure, dotscape.Image(figure), dotscape.Image(pyplot)):
        assert kept(value, read_back)[0]["width"] == 200
    pyplot.close(figure)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (lambda tmp: "/nope/none.png", "There is no image file '/nope/none.png'"),
        (lambda tmp: tmp, "There is no image file"),
        (lambda tmp: _file(tmp / "bad.png", b"not an image"), r"bad\.png' can't be read"),
        (lambda tmp: np.zeros((2, 3, 4, 5)), "An image must be of shape"),
        (lambda tmp: np.zeros((0, 3)), "An image must be of shape"),
        (lambda tmp: np.zeros(5), "An image must be of shape"),
        (lambda tmp: np.zeros((3, 3), complex), "pixels must be numbers"),
        (lambda tmp: object(), "An image is a path, an array"),
        (lambda tmp: b"nonsense", "can't be made an image"),
    ],
)
def test_what_is_no_image_is_said_when_it_is_logged(
    run: Run, read_back: ReadBack, tmp_path: Path, value: Any, expected: str
) -> None:
    image = dotscape.Image(value(tmp_path))
    with pytest.warns(UserWarning, match=expected):
        run.log({"m": image, "loss": 1})
    assert read_back(run).summary["loss"] == 1


def _file(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


def test_a_list_of_images_is_rows_and_media(run: Run, read_back: ReadBack) -> None:
    run.log({"e": np.zeros((3, 9), np.float32)})
    images = [dotscape.Image(GRAY + i, caption=f"c{i}") for i in range(3)]
    run.log({"pics": images})
    opened = read_back(run)
    found = opened.embedding("e")
    assert list(found.columns)[:1] == ["pics"]
    hashes = list(found.columns["pics"])
    ((key, step, entry),) = opened._reader.media
    assert (key, step, entry["rows"]) == ("pics", 1, 3)
    assert [item["sha256"] for item in entry["items"]] == hashes
    assert [item["caption"] for item in entry["items"]] == ["c0", "c1", "c2"]
    assert opened.table("pics").column("caption").to_pylist() == ["c0", "c1", "c2"]


def test_a_missing_image_among_others_costs_one_row(run: Run, read_back: ReadBack) -> None:
    images = [dotscape.Image(GRAY), dotscape.Image("/nope.png"), None, dotscape.Image(RGB)]
    with pytest.warns(UserWarning, match="Row 1 of the column 'value' of `m`: There is no image"):
        run.log({"m": images})
    values = read_back(run).table("m").column("value").to_pylist()
    assert [v is None for v in values] == [False, True, True, False]


def test_many_images_are_previewed_not_listed(run: Run, read_back: ReadBack) -> None:
    run.log({"m": [dotscape.Image(np.full((2, 2), i, np.uint8)) for i in range(100)]})
    ((_, _, entry),) = read_back(run)._reader.media
    assert len(entry["items"]) == 64
    assert entry["rows"] == 100


@pytest.mark.parametrize("suffix", ["png", "jpeg", "gif", "webp"])
def test_columns_of_image_files(read_back: ReadBack, suffix: str) -> None:
    import pyarrow as pa

    out = io.BytesIO()
    PIL.Image.fromarray(RGB).save(out, suffix)
    data = out.getvalue()
    expected = hashlib.sha256(data).hexdigest()
    structs = [{"bytes": data, "path": "x"}, None]
    for column in ([data, None], pa.array([data, None]), structs, pa.array(structs)):
        run = dotscape.init()
        run.log({"m": column})
        opened = read_back(run)
        assert opened._reader.row_sets[0].columns[0].type == "image"
        assert opened.table("m").column("value").to_pylist() == [expected, None]
    record, kept_bytes = kept(dotscape.Image(data), read_back)
    assert kept_bytes == data
    assert (record["format"], record["width"], record["height"]) == (suffix, 4, 3)


def test_other_bytes_are_no_images(run: Run, read_back: ReadBack) -> None:
    run.log({"m": [b"abc", None]})
    assert read_back(run)._reader.row_sets[0].columns[0].type == "json"


def test_a_list_of_pil_images(run: Run, read_back: ReadBack) -> None:
    run.log({"m": [PIL.Image.fromarray(GRAY), PIL.Image.fromarray(RGB)]})
    opened = read_back(run)
    assert opened._reader.row_sets[0].columns[0].type == "image"


# --- sound ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("samples", "channels", "expected"),
    [
        (np.array([0.0, 1.0, -1.0, 2.0]), 1, [0, 32767, -32767, 32767]),
        (np.array([0, 5, -5], np.int16), 1, [0, 5, -5]),
        ([0.0, 0.5], 1, [0, 16384]),
        (np.zeros((10, 2)), 2, [0] * 20),
        (np.zeros((2, 10), np.float32), 2, [0] * 20),
        (np.array([np.nan, 0.0]), 1, [0, 0]),
    ],
)
def test_samples(read_back: ReadBack, samples: Any, channels: int, expected: list[int]) -> None:
    record, data = kept(dotscape.Audio(samples, sample_rate=8000, caption="c"), read_back)
    with wave.open(io.BytesIO(data)) as file:
        assert file.getframerate() == 8000
        assert file.getnchannels() == channels
        frames = np.frombuffer(file.readframes(file.getnframes()), "<i2")
    assert frames.tolist() == expected
    assert record["format"] == "wav"
    assert record["duration"] == len(expected) / channels / 8000
    assert (record["sample_rate"], record["caption"]) == (8000, "c")


def test_a_sound_file(read_back: ReadBack, tmp_path: Path) -> None:
    _, data = kept(dotscape.Audio(np.zeros(800), sample_rate=8000), read_back)
    path = _file(tmp_path / "x.wav", data)
    record, again = kept(dotscape.Audio(path), read_back)
    assert again == data
    assert (record["sample_rate"], record["duration"]) == (8000, 0.1)
    record, _ = kept(dotscape.Audio(str(_file(tmp_path / "x.mp3", b"ID3"))), read_back)
    assert (record["format"], record["duration"]) == ("mp3", None)


@pytest.mark.parametrize(
    ("make", "expected"),
    [
        (lambda: dotscape.Audio(np.zeros(5)), "'sample_rate' of Audio must be given"),
        (lambda: dotscape.Audio(np.zeros((2, 2, 2)), 8000), "samples of Audio"),
        (lambda: dotscape.Audio(["a"], 8000), "samples of Audio"),
        (lambda: dotscape.Audio("/nope.wav"), "There is no audio file"),
    ],
)
def test_what_is_no_sound_is_said(run: Run, make: Any, expected: str) -> None:
    audio = make()
    with pytest.warns(UserWarning, match=expected):
        run.log({"m": audio})


# --- HTML -----------------------------------------------------------------------------------------


def test_html(read_back: ReadBack, tmp_path: Path) -> None:
    text = "<b onclick='x'>é</b>"
    path = _file(tmp_path / "x.html", text.encode())
    for given in (text, path, str(path), io.StringIO(text), io.BytesIO(text.encode())):
        record, data = kept(dotscape.Html(given), read_back)
        assert data.decode() == text
        assert record["_type"] == "html"
    assert kept(dotscape.Html("page.html", data_is_not_path=True), read_back)[1] == b"page.html"
    assert dotscape.Html(path).html == text


def test_what_is_no_html_is_said(run: Run) -> None:
    with pytest.warns(UserWarning, match="no HTML file"):
        run.log({"m": dotscape.Html("none.html")})
    with pytest.warns(UserWarning, match="Html is text"):
        run.log({"n": dotscape.Html(5)})


# --- histograms -----------------------------------------------------------------------------------


def test_histograms_are_numpys(run: Run, read_back: ReadBack) -> None:
    values = np.random.default_rng(0).standard_normal(100)
    counts, edges = np.histogram(values, bins=10)
    first = dotscape.Histogram(values, num_bins=10)
    second = dotscape.Histogram(np_histogram=(counts, edges))
    third = dotscape.Histogram(values.tolist(), num_bins=10)
    for histogram in (first, second, third):
        assert histogram.histogram == counts.tolist()
        assert histogram.bins == edges.tolist()
    run.log({"m": first})
    ((_, _, record),) = read_back(run)._reader.media
    assert record == {"_type": "histogram", "values": counts.tolist(), "bins": edges.tolist()}
    assert len(dotscape.Histogram(values).histogram) == 64
    assert len(dotscape.Histogram(values, num_bins=9999).histogram) == 512
    assert sum(dotscape.Histogram([1.0, np.nan, np.inf]).histogram) == 1


@pytest.mark.parametrize(
    ("make", "expected"),
    [
        (lambda: dotscape.Histogram(), "needs values"),
        (lambda: dotscape.Histogram(["a"]), "must be numbers"),
        (
            lambda: dotscape.Histogram(np_histogram=([1, 2], [0, 1])),
            "2 counts needs 3 edges. Got 2",
        ),
        (lambda: dotscape.Histogram(np_histogram=5), "must be"),
    ],
)
def test_what_is_no_histogram_is_said(run: Run, make: Any, expected: str) -> None:
    histogram = make()
    with pytest.warns(UserWarning, match=expected):
        run.log({"m": histogram})


def test_an_empty_histogram(run: Run, read_back: ReadBack) -> None:
    run.log({"m": dotscape.Histogram([])})
    assert sum(read_back(run)._reader.media[0][2]["values"]) == 0


# --- files ----------------------------------------------------------------------------------------


def test_save_keeps_copies(run: Run, read_back: ReadBack, tmp_path: Path) -> None:
    (tmp_path / "out" / "deep").mkdir(parents=True)
    for name in ("a.txt", "b.txt", "deep/c.txt", "d.bin"):
        _file(tmp_path / "out" / name, name.encode())
    assert dotscape.save(str(tmp_path / "out" / "*.txt")) == ["a.txt", "b.txt"]
    assert run.save(tmp_path / "out" / "**" / "c.txt", base_path=tmp_path) == ["out/deep/c.txt"]
    assert run.save(tmp_path / "out" / "d.bin", policy="end") == ["d.bin"]
    _file(tmp_path / "out" / "a.txt", b"changed")
    opened = read_back(run)
    files = {key: record for key, _, record in opened._reader.media}
    assert sorted(files) == ["files/a.txt", "files/b.txt", "files/d.bin", "files/out/deep/c.txt"]
    path = MediaFolder(default_root()).path(files["files/a.txt"]["sha256"])
    assert path is not None
    assert path.read_bytes() == b"changed"
    assert run.step == 0


def test_saving_what_is_not_there_is_said(run: Run) -> None:
    with pytest.warns(UserWarning, match="no file '/nope/\\*' to save"):
        assert run.save("/nope/*") == []


def test_the_runs_own_folder_stays(run: Run) -> None:
    (Path(run.dir) / "model.pt").write_bytes(b"x")
    run.finish()
    assert (Path(run.dir) / "model.pt").read_bytes() == b"x"
    assert dotscape.open_run(run.id).damage == []


def test_a_3d_file(run: Run, read_back: ReadBack, tmp_path: Path) -> None:
    import json

    points = [[0.0, 1.0, 2.0], [3.0, 4.0, 5.0]]
    path = _file(tmp_path / "x.pts.json", json.dumps(points).encode())
    lidar = {"type": "lidar/beta", "points": np.array(points), "boxes": np.array([])}
    run.log({"a": dotscape.Object3D(path), "b": dotscape.Object3D(lidar)})
    with path.open() as file:
        run.log({"c": dotscape.Object3D(file), "d": dotscape.Object3D.from_numpy(points)})
    run.log({"f": dotscape.Object3D(str(_file(tmp_path / "x.obj", b"v 0 0 0")))})
    opened = read_back(run)
    for row_set in opened._reader.row_sets:
        assert row_set.kind == "points"
        np.testing.assert_array_equal(opened._reader.vectors(row_set.vectors[0]), points)
    assert [r.key for r in opened._reader.row_sets] == ["a", "b", "c", "d"]
    assert opened._reader.media[0][2]["name"] == "x.obj"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("/nope.obj", "There is no file"),
        ("/nope.pts.json", "Can't read"),
        ({"type": "x"}, "needs 'points'"),
        (np.zeros(3), r"shape \(rows, dimensions\). Got \(3,\)"),
    ],
)
def test_what_is_no_3d_object_is_said(run: Run, value: Any, expected: str) -> None:
    with pytest.warns(UserWarning, match=expected):
        run.log({"m": dotscape.Object3D(value)})
