"""A full disk and a folder that can't be written: one warning, and the training goes on."""

from __future__ import annotations

import errno
import os
import shutil
import subprocess
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import dotscape
from dotscape.errors import StoreError
from dotscape.sdk import writer as writer_module
from dotscape.store.root import default_root
from tests.sdk.conftest import only_run
from tests.store.folders import wait_until

Script = Callable[..., "subprocess.CompletedProcess[str]"]

FILLS_UP = """
import resource, sys, warnings
import numpy as np
import dotscape
warnings.simplefilter("always")
run = dotscape.init(id="r", project="p")
run.log({"loss": 0})
folder = run._path
# No file may grow beyond this: writing fails as on a full disk, and again and again.
soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
resource.setrlimit(resource.RLIMIT_FSIZE, (2000, hard))
for step in range(1, 300):
    if step % 50 == 0:
        run.log({"lost": np.zeros((100, 100), "f4"), "kept": step}, commit=False)
    run.log({"loss": step})
resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))
for step in range(300, 310):
    run.log({"loss": step})
run.log({"emb": np.ones((3, 3), "f4")})
run.finish()
print("trained to the end")
"""


def test_a_disk_that_is_full_for_a_while(script: Script) -> None:
    done = script(FILLS_UP)
    assert done.stdout == "trained to the end\n"
    assert done.stderr.count("UserWarning") == 1
    assert "Can't write" in done.stderr
    assert "The script goes on" in done.stderr
    opened = only_run()
    assert opened.state == "finished"
    assert opened.damage == []
    history = opened.history()
    assert history["loss"][2].tolist() == list(range(310))
    assert history["kept"][2].tolist() == [50, 100, 150, 200, 250]
    assert opened.embedding("emb").vectors.shape == (3, 3)
    assert "lost" not in set(opened.keys())
    assert list(opened._reader.path.rglob(".tmp-*")) == []


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can mount")
def test_a_real_file_system_without_room(script: Script, tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", str(disk)], check=False
    )
    if mounted.returncode:
        pytest.skip("mounting isn't allowed here")
    try:
        done = script(
            """
            import os, sys, warnings
            import numpy as np
            import dotscape
            warnings.simplefilter("always")
            run = dotscape.init(id="r", project="p")
            filler = sys.argv[1] + "/filler"
            with open(filler, "wb", buffering=0) as file:
                try:
                    while True: file.write(bytes(512))
                except OSError: pass
            for step in range(199):
                run.log({"loss": step})
            run.log({"lost": np.zeros((100, 100), "f4"), "loss": 199})
            os.unlink(filler)
            for step in range(200, 210):
                run.log({"loss": step})
            run.log({"emb": np.ones((3, 3), "f4")})
            run.finish()
            """,
            str(disk),
            DOTSCAPE_DIR=str(disk),
        )
        assert done.stderr.count("UserWarning") == 1
        assert "No space left on device" in done.stderr
        opened = dotscape.open_run("r", dir=disk)
        assert opened.history(["loss"])["loss"][2].tolist() == list(range(210))
        assert opened.embedding("emb").vectors.shape == (3, 3)
        assert opened.damage == []
    finally:
        subprocess.run(["umount", str(disk)], check=True)


@pytest.fixture
def in_the_way() -> Path:
    """A file where the folder of runs should be."""
    path = default_root()
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("in the way")
    return path


def test_a_folder_that_can_not_be_made(in_the_way: Path) -> None:
    with pytest.warns(UserWarning, match=r"Can't write .*The script goes on"):
        run = dotscape.init(config={"a": 1})
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for step in range(10):
            run.log({"loss": step})
        run.log({"e": np.zeros((3, 4), np.float32), "t": ["a"]})
        assert run.summary["loss"] == 9
        run.finish()
    assert in_the_way.read_text() == "in the way"


def test_what_waited_is_written_once_the_folder_can_be_made(
    in_the_way: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writer_module, "RETRY_SECONDS", 0.0)
    with pytest.warns(UserWarning, match="The script goes on"):
        run = dotscape.init(config={"a": 1})
    run.log({"loss": 0})
    in_the_way.unlink()
    run.log({"loss": 1})
    run.finish()
    opened = dotscape.open_run(run.id)
    assert opened.history(["loss"])["loss"][2].tolist() == [0, 1]
    assert opened.config == {"a": 1}
    assert opened.state == "finished"


def test_at_the_end_it_is_tried_once_more(in_the_way: Path) -> None:
    with pytest.warns(UserWarning, match="The script goes on"):
        run = dotscape.init()
    run.log({"loss": 0})
    in_the_way.unlink()
    run.finish()
    assert dotscape.open_run(run.id).summary == {"loss": 0}


def test_strict_raises(in_the_way: Path) -> None:
    with pytest.raises(StoreError, match="Can't write"):
        dotscape.init(strict=True)
    assert dotscape.run is None


def test_a_folder_that_is_removed_under_a_run(monkeypatch: pytest.MonkeyPatch) -> None:
    run = dotscape.init()
    run.log({"loss": 0})
    shutil.rmtree(default_root())
    run.log({"loss": 1})
    run.log({"e": np.zeros((3, 4), np.float32)})
    run.finish()


def full_after(room: int) -> Any:
    """An os.write for a disk on which so many bytes are left."""
    write = os.write
    left = [room]

    def limited(fd: int, data: Any) -> int:
        if fd <= 2:
            return write(fd, data)
        if left[0] <= 0:
            raise OSError(errno.ENOSPC, "No space left on device")
        done = write(fd, bytes(data)[: left[0]])
        left[0] -= done
        return done

    return limited


@pytest.mark.parametrize("room", [0, 1, 30, 61, 62, 200])
def test_full_at_any_byte(room: int, monkeypatch: pytest.MonkeyPatch) -> None:
    run = dotscape.init()
    said: list[str] = []
    with monkeypatch.context() as patch:
        patch.setattr(os, "write", full_after(room))
        patch.setattr(warnings, "warn", lambda message, *rest, **named: said.append(message))
        for step in range(20):
            run.log({"loss": step})
    assert len(said) == 1
    assert "no space left" in said[0].lower()
    for step in range(20, 25):
        run.log({"loss": step})
    run.finish()
    opened = dotscape.open_run(run.id)
    assert opened.history(["loss"])["loss"][2].tolist() == list(range(25))
    assert opened.damage == []


def test_no_more_than_so_much_waits(
    in_the_way: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(writer_module, "BACKLOG_BYTES", 1000)
    with pytest.warns(UserWarning, match="The script goes on"):
        run = dotscape.init()
    for step in range(100):
        run.log({"loss": step})
    in_the_way.unlink()
    run.finish()
    got = dotscape.open_run(run.id).history(["loss"])["loss"][2].tolist()
    assert got == list(range(100 - len(got), 100))
    assert 5 < len(got) < 20
    assert "lines could not be written" in capsys.readouterr().err


def test_a_disk_that_can_not_sync_is_no_reason_to_stop(monkeypatch: pytest.MonkeyPatch) -> None:
    from dotscape.store import journal

    def refuse(fd: int) -> None:
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(writer_module, "SYNC_SECONDS", 0.01)
    monkeypatch.setattr(journal, "_sync_data", refuse)
    run = dotscape.init()
    run.log({"loss": 0})
    assert run._writer is not None
    wait_until(lambda: run._writer is not None and run._writer._problem is not None)
    run.log({"loss": 1})
    run.finish()
    assert dotscape.open_run(run.id).history(["loss"])["loss"][2].tolist() == [0, 1]
