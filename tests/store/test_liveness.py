"""Who is alive: locks for processes of this machine, times for those of others."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from dotscape.store import liveness
from dotscape.store.liveness import WriterLock, boot_id, host_name, is_alive, lock_path

HOLD = """
import sys, time
from pathlib import Path
from dotscape.store.liveness import WriterLock
lock = WriterLock(Path(sys.argv[1]))
print("held", flush=True)
time.sleep(600)
"""


def old(path: Path, seconds: float) -> None:
    moment = time.time() - seconds
    os.utime(path, (moment, moment))


def test_alive_while_the_lock_is_held(tmp_path: Path) -> None:
    path = lock_path(tmp_path, "w")
    lock = WriterLock(path)
    old(path, 3600)  # the lock is what counts, not the time
    assert is_alive(path, host_name(), boot_id())
    lock.release()
    assert not is_alive(path, host_name(), boot_id())
    lock.release()  # twice is nothing


def test_a_killed_process_is_dead_at_once(tmp_path: Path) -> None:
    path = tmp_path / "x.lock"
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(path)], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    assert is_alive(path, host_name(), boot_id())
    process.send_signal(signal.SIGKILL)
    process.wait()
    process.stdout.close()
    assert not is_alive(path, host_name(), boot_id())


def test_a_forked_child_does_not_keep_its_parent_alive(tmp_path: Path) -> None:
    path = tmp_path / "x.lock"
    lock = WriterLock(path)
    ready, go = os.pipe(), os.pipe()
    child = os.fork()
    if child == 0:
        lock.forget()
        os.write(ready[1], b"x")
        os.read(go[0], 1)
        os._exit(0)
    os.read(ready[0], 1)
    assert is_alive(path, host_name())  # the child's closing let nothing go
    lock.release()
    assert not is_alive(path, host_name())
    os.write(go[1], b"x")
    os.waitpid(child, 0)
    for fd in (*ready, *go):
        os.close(fd)


def test_without_a_lock_file_nobody_lives(tmp_path: Path) -> None:
    assert not is_alive(tmp_path / "none.lock", host_name())
    assert not is_alive(tmp_path / "none.lock", "elsewhere")


def test_of_another_host_the_time_decides(tmp_path: Path) -> None:
    path = tmp_path / "x.lock"
    path.touch()
    assert is_alive(path, "elsewhere", "another boot")
    old(path, liveness.STALE_SECONDS + 5)
    assert not is_alive(path, "elsewhere", "another boot")


def test_of_a_container_under_this_kernel_the_lock_decides(tmp_path: Path) -> None:
    if boot_id() is None:
        pytest.skip("this system doesn't name its boots")
    path = tmp_path / "x.lock"
    path.touch()
    assert not is_alive(path, "a container", boot_id())


def test_where_locks_can_not_be_had_the_time_decides(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_locks(fd: int, operation: int) -> None:
        raise OSError(95, "Operation not supported")

    monkeypatch.setattr(liveness, "_flock", no_locks)
    lock = WriterLock(tmp_path / "x.lock")
    assert is_alive(lock.path, host_name())
    old(lock.path, 3600)
    assert not is_alive(lock.path, host_name())
    lock.renew()
    assert is_alive(lock.path, host_name())
    lock.release()


def test_two_readers_that_look_at_once_see_no_ghost(tmp_path: Path) -> None:
    path = tmp_path / "x.lock"
    path.touch()
    with path.open() as first:
        liveness.fcntl.flock(first, liveness.fcntl.LOCK_SH)
        assert not is_alive(path, host_name())
