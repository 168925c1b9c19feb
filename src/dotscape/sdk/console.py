"""Keeps what the script prints, without ever standing in the way of printing."""

from __future__ import annotations

import contextlib
import os
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

# A progress bar that rewrites its line all day must not fill the disk.
MOST_BYTES = 64 << 20


class ConsoleLog:
    """Copies ``sys.stdout`` and ``sys.stderr`` into a file while a run lives.

    The streams' own ``write`` is wrapped rather than the streams replaced: whoever holds one, such
    as a logging handler, goes on holding the right one.
    """

    def __init__(self, path: Path) -> None:
        self._fd = -1
        self._left = MOST_BYTES
        self._line: dict[int, str] = {}
        self._guard = threading.local()
        self._wrapped: list[tuple[Any, Callable[..., Any]]] = []
        with contextlib.suppress(OSError):
            flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | getattr(os, "O_BINARY", 0)
            self._fd = os.open(path, flags, 0o644)
        if self._fd >= 0:
            for stream in (sys.stdout, sys.stderr):
                self._wrap(stream)

    def _wrap(self, stream: Any) -> None:
        if stream is None or not hasattr(stream, "write"):
            return
        write = stream.write
        which = len(self._wrapped)

        def copy(text: Any, *rest: Any) -> Any:
            written = write(text, *rest)
            if self._fd >= 0:
                self._keep(which, text)
            return written

        try:
            stream.write = copy
        except (AttributeError, TypeError):  # a stream that can't be changed is left alone
            return
        self._wrapped.append((stream, copy))

    def _keep(self, which: int, text: Any) -> None:
        """Append text to the file; of a line that is rewritten by ``\\r`` only its last state."""
        if getattr(self._guard, "busy", False) or not isinstance(text, str):
            return
        self._guard.busy = True
        try:
            held = self._line.pop(which, "")
            if "\r" in text or held:
                text = held + text.replace("\r\n", "\n")
                done, newline, rest = text.rpartition("\n")
                lines = [line.rpartition("\r")[2] for line in done.split("\n")] if newline else []
                if "\r" in rest:
                    self._line[which] = "\r" + rest.rpartition("\r")[2]
                    rest = ""
                text = "".join(line + "\n" for line in lines) + rest
            self._write(text)
        except Exception:  # printing goes on whatever happens to the copy
            self._fd, fd = -1, self._fd
            with contextlib.suppress(OSError):
                os.close(fd)
        finally:
            self._guard.busy = False

    def _write(self, text: str) -> None:
        data = text.encode("utf-8", "replace")
        if not data or self._left <= 0:
            return
        self._left -= len(data)
        if self._left <= 0:
            data += b"\n[dotscape keeps no more than 64 MiB of what a script prints]\n"
        with contextlib.suppress(OSError):  # a full disk costs lines of output, no more
            os.write(self._fd, data)

    def close(self) -> None:
        """Give the streams their own ``write`` back."""
        for which in list(self._line):
            self._write(self._line.pop(which).lstrip("\r") + "\n")
        self.forget()

    def forget(self) -> None:
        """Stop copying, in a forked child too, where the file is the parent's."""
        for stream, copy in self._wrapped:
            # Somebody who wrapped the stream after us keeps calling us; we then only pass on.
            if getattr(stream, "__dict__", {}).get("write") is copy:
                with contextlib.suppress(AttributeError):
                    del stream.write
        self._wrapped.clear()
        fd, self._fd = self._fd, -1
        if fd >= 0:
            with contextlib.suppress(OSError):
                os.close(fd)
