"""A real process, really killed, at moments that differ from run to run of the same seeds."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import dotscape
from dotscape.store.root import default_root
from tests.sdk.conftest import script_environment

# Logs as fast as it can and says, through a pipe of its own, what `log` has returned for.
LOGGER = """
import os, sys
import numpy as np
import dotscape
pipe = int(sys.argv[1])
run = dotscape.init(id="r", project="p", resume="allow")
os.write(pipe, b"%d\\n" % run.step)
step = run.step
while True:
    kind = step % 7
    if kind == 3:
        run.log({"emb": np.full((50, 8), step, "f4")})
    elif kind == 5:
        run.log({"tbl": dotscape.Table(columns=["s", "n"], data=[[str(step), step]] * 5)})
    else:
        run.log({"loss": step})
    os.write(pipe, b"%d\\n" % step)
    step += 1
"""


def log_and_kill(seconds: float) -> tuple[int, int]:
    """Let a process log for a while, kill it, return its first and its last acknowledged step."""
    read_end, write_end = os.pipe()
    process = subprocess.Popen(
        [sys.executable, "-c", LOGGER, str(write_end)],
        env=script_environment(),
        pass_fds=[write_end],
        stderr=subprocess.DEVNULL,
    )
    os.close(write_end)
    with os.fdopen(read_end, "rb") as pipe:
        first = int(pipe.readline())
        time.sleep(seconds)
        process.send_signal(signal.SIGKILL)
        process.wait()
        lines = pipe.read().split(b"\n")
    told = [int(line) for line in lines[:-1]]  # the last is cut, or empty
    return first, max(told, default=first - 1)


def check(last: int) -> None:
    """Every acknowledged step is there, as it was logged."""
    opened = dotscape.open_run("r")
    assert opened.damage == []
    assert opened.state == "crashed"
    loss = opened.history(["loss"])["loss"]
    kept = dict(zip(loss[0].tolist(), loss[2].tolist(), strict=True))
    for step in range(last + 1):
        if step % 7 == 3:
            vectors = opened.embedding("emb", step).vectors
            np.testing.assert_array_equal(vectors, np.full((50, 8), step))
        elif step % 7 == 5:
            assert opened.table("tbl", step).to_pydict() == {"s": [str(step)] * 5, "n": [step] * 5}
        else:
            assert kept[step] == step


@pytest.mark.parametrize("seed", range(4))
def test_kill_9_loses_nothing_that_log_returned_for(seed: int) -> None:
    chance = random.Random(seed)
    last = -1
    for _ in range(3):  # and again where the killed one left off
        first, told = log_and_kill(chance.uniform(0.0, 0.4))
        assert first in (last + 1, last + 2)  # one line may have been written but not yet told
        last = max(told, first - 1)
        check(last)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(100, 140))
def test_kill_9_many_times(seed: int) -> None:
    test_kill_9_loses_nothing_that_log_returned_for(seed)


def journal() -> Path:
    (path,) = (default_root() / "runs" / "r").glob("events-*.jsonl")
    return path


def test_a_journal_torn_at_every_point_of_its_last_line_is_read(tmp_path: Path) -> None:
    run = dotscape.init(id="r")
    run.log({"loss": 1})
    run.log({"emb": np.ones((4, 3), np.float32), "tbl": ["a", "b"]})
    run.finish()
    data = journal().read_bytes()
    start = data.rstrip(b"\n").rfind(b"\n", 0, data.rfind(b'{"t":"close"') - 1) + 1
    for length in range(start, len(data) + 1):
        journal().write_bytes(data[:length])
        opened = dotscape.open_run("r")
        assert opened.summary["loss"] == 1
        assert opened.damage == []
        assert opened.state == ("finished" if length == len(data) else "crashed")
        whole = data[:length].count(b"\n") > data[:start].count(b"\n")
        assert opened.keys() == (["loss", "emb", "tbl"] if whole else ["loss"])


def test_flipped_bytes_cost_no_more_than_their_line() -> None:
    run = dotscape.init(id="r", config={"a": 1})
    for step in range(4):
        run.log({"loss": step})
    run.finish()
    data = journal().read_bytes()
    chance = random.Random(0)
    for _ in range(300):
        changed = bytearray(data)
        changed[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
        journal().write_bytes(changed)
        opened = dotscape.open_run("r")  # never raises but for a newer format
        values: Any = opened.history().get("loss", ([], [], []))[2]
        assert len(values) >= 2


def test_segments_of_lines_that_were_never_written_do_not_count() -> None:
    run = dotscape.init(id="r")
    run.log({"emb": np.ones((4, 3), np.float32)})
    run.finish()
    folder = next((default_root() / "runs" / "r" / "vec").iterdir())
    (folder / "9-1-9.arrow").write_bytes(b"half")
    (folder / ".tmp-1-abc").write_bytes(b"half")
    opened = dotscape.open_run("r")
    assert [r.step for r in opened._reader.row_sets] == [0]
    assert opened.damage == []


def test_journals_are_synced_about_once_a_second(monkeypatch: pytest.MonkeyPatch) -> None:
    from dotscape.sdk import writer
    from dotscape.store import journal as journal_module
    from tests.store.folders import wait_until

    monkeypatch.setattr(writer, "SYNC_SECONDS", 0.02)
    synced: list[str] = []
    original = journal_module._sync_data

    def note(fd: int) -> None:
        synced.append("journal")
        original(fd)

    monkeypatch.setattr(journal_module, "_sync_data", note)
    monkeypatch.setattr(writer, "sync_segment", lambda path: synced.append(path.suffix))
    run = dotscape.init(id="r")
    wait_until(lambda: synced == ["journal"])  # the first line
    run.log({"emb": np.ones((4, 3), np.float32)})
    wait_until(lambda: len(synced) >= 3)
    assert synced[:3] == ["journal", ".arrow", "journal"]  # the segment first
    time.sleep(0.2)
    assert len(synced) <= 4  # nothing new, nothing to sync
    run.finish()
    assert synced[-1] == "journal"
    assert json.loads(journal().read_bytes().splitlines()[-1])["t"] == "close"
