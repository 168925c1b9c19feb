"""Says what is wrong with a value: once, at the user's line, and without ending a training run."""

from __future__ import annotations

import inspect
import os
import sys
import warnings

from dotscape.errors import DataError, DotscapeError

PACKAGE = os.path.dirname(os.path.dirname(os.path.abspath(__file__))) + os.sep

_TRUE = frozenset({"1", "true", "yes", "on"})


def asked_for(name: str) -> bool:
    """Whether an environment variable says yes."""
    return os.environ.get(name, "").strip().lower() in _TRUE


class Complaints:
    """What one run has said so far.

    Parameters
    ----------
    strict
        Raise instead of warning.
    quiet
        Leave out notices; warnings stay.
    """

    def __init__(self, *, strict: bool = False, quiet: bool = False) -> None:
        self.strict = strict
        self.quiet = quiet
        self._said: set[str] = set()

    def warn(self, message: str, *, once: str | None = None, error: type[Exception] = DataError):
        """Warn at the first line outside this package, or raise where that was asked for.

        Parameters
        ----------
        message
            What, whose, what is allowed, what came, and a hint.
        once
            Warnings of the same word are given once a run; by default of the same message.
        error
            What strict mode raises.
        """
        if self.strict:
            raise error(message)
        word = once or message
        if word not in self._said:
            self._said.add(word)
            warn_user(message)

    def warn_of(self, error: DotscapeError, *, once: str | None = None) -> None:
        """Warn of an error that is at hand, or raise it."""
        if self.strict:
            raise error
        self.warn(str(error), once=once)

    def notice(self, message: str, *, once: str | None = None) -> None:
        """Say something that is worth knowing and nobody's mistake."""
        word = once or message
        if word not in self._said and not self.quiet:
            self._said.add(word)
            say(message)


def warn_user(message: str) -> None:
    """Give a warning that points at the first line outside this package."""
    warnings.warn(f"dotscape: {message}", UserWarning, stacklevel=user_stack_level())


def user_stack_level() -> int:
    """Return the ``stacklevel`` by which the caller's warning points outside this package."""
    frame = inspect.currentframe()
    level = 0
    while frame is not None and frame.f_code.co_filename.startswith(PACKAGE):
        frame = frame.f_back
        level += 1
    return level


def say(message: str) -> None:
    """Print a line on stderr; a closed or strange stderr is nobody's problem."""
    try:
        print(f"dotscape: {message}", file=sys.stderr, flush=True)
    except (OSError, ValueError, AttributeError):
        return
