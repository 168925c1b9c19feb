"""The run that module-level functions mean, and how it ends when the process does."""

from __future__ import annotations

import atexit
import contextlib
import os
import sys
import weakref
from collections.abc import Callable, Mapping
from types import TracebackType
from typing import Any, NoReturn

from dotscape.errors import NotInitializedError
from dotscape.sdk.metric import Metric
from dotscape.sdk.run import Run

_current: Run | None = None
_open: weakref.WeakSet[Run] = weakref.WeakSet()
_exit_code = 0
_hooked = False


def run() -> Run | None:
    """Return the current run, None before `init` and after `finish`."""
    return _current


def require(what: str) -> Run:
    """Return the current run.

    Raises
    ------
    NotInitializedError
        If there is none.
    """
    if _current is None:
        raise NotInitializedError(f"You must call dotscape.init() before dotscape.{what}")
    return _current


def follow(new: Run) -> None:
    """Make a run the current one."""
    global _current
    _current = new


def leave(done: Run) -> None:
    """Forget a run that is finished."""
    global _current
    _open.discard(done)
    if _current is done:
        _current = None


def watch_over(new: Run) -> None:
    """End a run with the process, whichever way it ends."""
    _open.add(new)
    _hook()


# --- module-level functions -----------------------------------------------------------------------


def log(
    data: Mapping[str, Any],
    step: int | None = None,
    commit: bool | None = None,
    sync: bool | None = None,
) -> None:
    """Log values to the current run; see `Run.log`.

    Raises
    ------
    NotInitializedError
        Before `init`.
    """
    (_current or require("log()")).log(data, step, commit)


def finish(exit_code: int | None = None, quiet: bool | None = None) -> None:
    """End the current run, if there is one; see `Run.finish`."""
    if _current is not None:
        _current.finish(exit_code, quiet)


def define_metric(
    name: str,
    step_metric: str | Metric | None = None,
    step_sync: bool | None = None,
    hidden: bool | None = None,
    summary: str | None = None,
    goal: str | None = None,
    overwrite: bool | None = None,
) -> Metric:
    """Say how a key of the current run is drawn and summed up; see `Run.define_metric`.

    Raises
    ------
    NotInitializedError
        Before `init`.
    """
    active = require("define_metric()")
    return active.define_metric(name, step_metric, step_sync, hidden, summary, goal, overwrite)


def save(
    glob_str: str | os.PathLike[str] | None = None,
    base_path: str | os.PathLike[str] | None = None,
    policy: str = "live",
    glob: bool = True,
) -> list[str]:
    """Keep copies of files with the current run; see `Run.save`.

    Raises
    ------
    NotInitializedError
        Before `init`.
    """
    return require("save()").save(glob_str, base_path, policy, glob)


class BeforeInit:
    """Stands for ``dotscape.config`` and ``dotscape.summary`` while there is no run."""

    def __init__(self, name: str) -> None:
        object.__setattr__(self, "_name", name)

    def __getattr__(self, name: str) -> NoReturn:
        if name.startswith("__"):
            raise AttributeError(name)
        raise _too_early(f"{self._name}.{name}")

    def __setattr__(self, name: str, value: Any) -> NoReturn:
        raise _too_early(f"{self._name}.{name}")

    def __getitem__(self, key: Any) -> NoReturn:
        raise _too_early(f"{self._name}[{key!r}]")

    def __setitem__(self, key: Any, value: Any) -> NoReturn:
        raise _too_early(f"{self._name}[{key!r}]")

    def __repr__(self) -> str:
        return f"<dotscape.{self._name}: no run yet>"


def of_the_run(name: str) -> Any:
    """Return ``config``, ``summary`` or ``run`` of the current run, or what stands for it."""
    if name == "run":
        return _current
    return BeforeInit(name) if _current is None else getattr(_current, name)


def _too_early(what: str) -> NotInitializedError:
    return NotInitializedError(f"You must call dotscape.init() before dotscape.{what}")


# --- the end of the process -----------------------------------------------------------------------


def _hook() -> None:
    """Arrange for runs to end with the process; once."""
    global _hooked
    if _hooked:
        return
    _hooked = True
    atexit.register(_finish_all)
    if hasattr(os, "register_at_fork"):
        os.register_at_fork(after_in_child=_after_fork)
    sys.excepthook = _note_exception(sys.excepthook)
    # `sys.exit(3)` passes no hook; W&B's client watches it in the same way.
    sys.exit = _note_exit(sys.exit)


def _note_exception(
    before: Callable[[type[BaseException], BaseException, TracebackType | None], Any],
) -> Callable[[type[BaseException], BaseException, TracebackType | None], Any]:
    def hook(
        kind: type[BaseException], error: BaseException, traceback: TracebackType | None
    ) -> None:
        global _exit_code
        _exit_code = 130 if issubclass(kind, KeyboardInterrupt) else 1
        before(kind, error, traceback)

    return hook


def _note_exit(before: Callable[..., NoReturn]) -> Callable[..., NoReturn]:
    def exit(code: Any = None, /) -> NoReturn:
        global _exit_code
        _exit_code = code if isinstance(code, int) else int(code is not None)
        before(code)

    return exit


def _finish_all() -> None:
    for open_run in list(_open):
        # Nothing may keep the process from ending.
        with contextlib.suppress(Exception):
            open_run.finish(_exit_code)


def _after_fork() -> None:
    for open_run in list(_open):
        open_run.after_fork()
