"""The errors dotscape raises.

    DotscapeError
    ├── ParameterError (ValueError)      a value outside what a parameter allows
    ├── DataError (ValueError)           vectors, columns or files that can't be used as given
    ├── NotFoundError (KeyError)         a run, key, layout or file that isn't there
    ├── StoreError (OSError)             the folder can't be read or written
    ├── NotInitializedError              log before init
    ├── Cancelled                        a job stopped because somebody asked for it
    └── MissingExtraError (ImportError)  an optional package isn't installed

Every message names the parameter, its owner, what is allowed, what came, and a hint.
"""

from __future__ import annotations


class DotscapeError(Exception):
    """Base of every error dotscape raises."""


class ParameterError(DotscapeError, ValueError):
    """A value outside what a parameter allows.

    Parameters
    ----------
    parameter, owner
        What was wrong and whose it is, e.g. ``"perplexity"`` of ``"t-SNE"``.
    allowed
        What would be accepted, in words.
    got
        What came, in words; keep it short.
    hint
        What to do about it.
    """

    def __init__(self, parameter: str, owner: str, *, allowed: str, got: str, hint: str) -> None:
        self.parameter = parameter
        self.owner = owner
        self.allowed = allowed
        self.got = got
        self.hint = hint
        super().__init__(f"The '{parameter}' of {owner} must be {allowed}. Got {got}. {hint}")


class DataError(DotscapeError, ValueError):
    """Vectors, columns or files that can't be used as given."""


class NotFoundError(DotscapeError, KeyError):
    """A run, key, layout or file that isn't there."""

    def __str__(self) -> str:  # KeyError would print the repr of its argument
        return str(self.args[0]) if self.args else ""


class StoreError(DotscapeError, OSError):
    """The folder can't be read or written."""


class NotInitializedError(DotscapeError):
    """Something was logged before a run was started."""


class Cancelled(DotscapeError):
    """A job stopped because somebody asked for it."""


class MissingExtraError(DotscapeError, ImportError):
    """An optional package isn't installed; the message says which command installs it."""

    def __init__(self, package: str, extra: str, purpose: str) -> None:
        super().__init__(
            f"{purpose} needs the package '{package}'. Install it with: "
            f"pip install 'dotscape[{extra}]'"
        )
