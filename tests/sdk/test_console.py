"""What a script prints is kept, and printing never suffers."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import dotscape
from dotscape.sdk import console
from dotscape.sdk.console import ConsoleLog
from tests.sdk.conftest import only_run

Script = Callable[..., "subprocess.CompletedProcess[str]"]


def printed() -> str:
    return "".join(chunk.text for chunk in only_run()._reader.logs())


def test_both_streams_are_kept_in_order(script: Script) -> None:
    done = script(
        """
        import logging, sys, dotscape
        handler = logging.StreamHandler(sys.stderr)  # holds the stream from before
        logging.getLogger().addHandler(handler)
        stdout = sys.stdout
        with dotscape.init():
            assert sys.stdout is stdout
            print("one")
            logging.getLogger().warning("two")
            sys.stdout.write("three é 😀\\n")
            print("four", end="")
        print("after")
        """,
        PYTHONIOENCODING="utf-8",
    )
    assert done.stdout == "one\nthree é 😀\nfourafter\n"
    lines = printed().splitlines()
    assert [line for line in lines if not line.startswith("dotscape")] == [
        "one",
        "two",
        "three é 😀",
        "four",
    ]


def test_streams_are_as_they_were_afterwards() -> None:
    before = sys.stdout.write, sys.stderr.write
    with dotscape.init():
        assert sys.stdout.write != before[0]
    assert (sys.stdout.write, sys.stderr.write) == before
    assert "write" not in vars(sys.stdout)


def test_somebody_who_wraps_after_us_keeps_working(capsys: pytest.CaptureFixture[str]) -> None:
    run = dotscape.init()
    ours = sys.stdout.write
    seen: list[str] = []

    def theirs(text: str) -> int:
        seen.append(text)
        return ours(text)

    sys.stdout.write = theirs
    try:
        run.finish()
        print("hello")
    finally:
        del sys.stdout.write
    assert "hello" in seen
    assert "hello" in capsys.readouterr().out


def test_progress_bars_leave_their_last_state(tmp_path: Path, capsys: Any) -> None:
    log = ConsoleLog(tmp_path / "out.log")
    for percent in range(100):
        sys.stderr.write(f"\r{percent}%")
    sys.stderr.write("\rdone\nnext\r\n")
    print("a\rb")
    sys.stderr.write("\rhalf")
    log.close()
    assert (tmp_path / "out.log").read_text() == "done\nnext\nb\nhalf\n"
    assert "\r57%" in capsys.readouterr().err


def test_no_more_than_so_much_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    monkeypatch.setattr(console, "MOST_BYTES", 1000)
    log = ConsoleLog(tmp_path / "out.log")
    for _ in range(100):
        print("x" * 99)
    log.close()
    text = (tmp_path / "out.log").read_text()
    assert 1000 <= len(text) < 1300
    assert text.endswith("prints]\n")
    assert len(capsys.readouterr().out) == 10_000


def test_a_full_disk_does_not_stop_printing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    log = ConsoleLog(tmp_path / "out.log")
    own = log._fd

    def full(fd: int, data: bytes, write: Any = os.write) -> int:
        if fd == own:
            raise OSError(errno.ENOSPC, "No space left on device")
        return write(fd, data)

    monkeypatch.setattr(os, "write", full)
    print("still here")
    log.close()
    assert capsys.readouterr().out == "still here\n"


@pytest.mark.parametrize("stream", [None, object()])
def test_streams_that_are_none(
    stream: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdout", stream)
    log = ConsoleLog(tmp_path / "out.log")
    log.close()


def test_a_folder_that_is_not_there(tmp_path: Path, capsys: Any) -> None:
    log = ConsoleLog(tmp_path / "none" / "out.log")
    print("hello")
    log.close()
    assert capsys.readouterr().out == "hello\n"


def test_it_can_be_turned_off(script: Script) -> None:
    script("import dotscape\ndotscape.init()\nprint('x')\n", DOTSCAPE_CONSOLE="off")
    assert only_run()._reader.logs() == []


def test_a_closed_stdout(script: Script) -> None:
    done = script(
        """
        import sys, dotscape
        sys.stdout.close()
        sys.stdout = None
        run = dotscape.init()
        run.log({"a": 1})
        """
    )
    assert done.returncode == 0
    assert only_run().state == "finished"
