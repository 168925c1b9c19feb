"""Whether a writer still lives: a lock that the system lets go when its process dies."""

from __future__ import annotations

import contextlib
import functools
import os
import socket
import sys
import time
from pathlib import Path

RENEW_SECONDS = 10.0
STALE_SECONDS = 60.0

if sys.platform == "win32":  # no flock: the lock file's time decides
    _flock = None
else:
    import fcntl

    _flock = fcntl.flock


@functools.cache
def boot_id() -> str | None:
    """Return what names this start of this kernel, where the system says (Linux)."""
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
    except (OSError, ValueError):
        return None


@functools.cache
def host_name() -> str:
    """Return this machine's name."""
    return socket.gethostname()


def lock_path(run: Path, writer: str) -> Path:
    """Return the path of one writer's lock file."""
    return run / f"events-{writer}.lock"


class WriterLock:
    """Held from start to end of a writer.

    The lock belongs to the open file, which a forked child shares: a child has to call
    `forget`, or it would keep its parent alive.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._fd = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
        if _flock is not None:
            # The file is new and its name unique. A reader may hold it for a moment to look; where
            # the file system has no locks the file's time speaks instead.
            for _ in range(50):
                try:
                    _flock(self._fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    break
                except BlockingIOError:
                    time.sleep(0.002)
                except OSError:
                    break

    def renew(self) -> None:
        """Set the file's time, for readers on other hosts."""
        with contextlib.suppress(OSError):
            os.utime(self.path)

    def release(self) -> None:
        """Let the lock go."""
        self.forget()

    def forget(self) -> None:
        """Close this process's copy of the file, which in a forked child leaves the lock held."""
        if self._fd >= 0:
            fd, self._fd = self._fd, -1
            with contextlib.suppress(OSError):
                os.close(fd)


def is_alive(path: Path, host: str | None, boot: str | None = None) -> bool:
    """Whether the writer of this lock file lives.

    Parameters
    ----------
    path
        The lock file.
    host, boot
        What the writer's first journal line says of its machine. A lock that isn't held means
        death only where it could have been seen: on the same machine or under the same kernel
        (containers). Elsewhere the file's time decides.
    """
    held = _is_held(path)
    if held:
        return True
    same_kernel = boot is not None and boot == boot_id()
    if held is False and (same_kernel or host == host_name()):
        return False
    try:
        return time.time() - path.stat().st_mtime < STALE_SECONDS
    except OSError:
        return False


def _is_held(path: Path) -> bool | None:
    """Whether somebody holds the lock; None where that can't be found out."""
    if _flock is None:
        return None
    try:
        fd = os.open(path, os.O_RDONLY)
    except FileNotFoundError:
        return False
    except OSError:
        return None
    try:
        _flock(fd, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        return None
    finally:
        os.close(fd)
    return False
