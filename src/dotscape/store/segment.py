"""How a segment comes to be: whole or not at all."""

from __future__ import annotations

import contextlib
import os
import secrets
from collections.abc import Callable
from pathlib import Path

from dotscape.errors import StoreError

TEMPORARY = ".tmp-"


def write_segment(path: Path, write: Callable[[str], None]) -> None:
    """Let `write` fill a file under a temporary name beside `path`, then give it its name.

    The bytes are in the page cache afterwards; `sync_segment` makes them survive a power loss.

    Raises
    ------
    StoreError
        If it can't be written; nothing is left behind.
    """
    temporary = path.with_name(f"{TEMPORARY}{os.getpid():x}-{secrets.token_hex(4)}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write(str(temporary))
        os.replace(temporary, path)
    except OSError as error:
        reason = error.strerror or str(error)
        raise StoreError(error.errno, f"Can't write {path}: {reason}") from error
    finally:
        with contextlib.suppress(OSError):
            temporary.unlink(missing_ok=True)


def sync_segment(path: Path) -> None:
    """Wait until a segment and its name would survive a power loss.

    Raises
    ------
    OSError
        If the disk refuses.
    """
    for target in (path, path.parent):
        try:
            fd = os.open(target, os.O_RDONLY)
        except FileNotFoundError:  # removed since: nothing to keep
            return
        except PermissionError:  # folders can't be opened on Windows
            continue
        try:
            os.fsync(fd)
        finally:
            os.close(fd)
