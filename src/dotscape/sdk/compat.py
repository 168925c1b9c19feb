"""Names that scripts written for W&B's client call, and that mean nothing or little here.

Each says so once, so that nobody waits for what will not come.
"""

from __future__ import annotations

from typing import Any

from dotscape.sdk import current
from dotscape.sdk.complaints import Complaints, say

_said = Complaints()


def _does_nothing(name: str) -> None:
    run = current.run()
    if run is None or not run.quiet:
        _said.notice(f"{name} does nothing here; it is there so that scripts run.", once=name)


def login(
    key: str | None = None,
    relogin: bool | None = None,
    host: str | None = None,
    force: bool | None = None,
    timeout: int | None = None,
    **others: Any,
) -> bool:
    """Return True: there is no account to log in to."""
    return True


def watch(models: Any = None, *args: Any, **kwargs: Any) -> None:
    """Do nothing and say so: gradients aren't watched."""
    _does_nothing("watch")


def unwatch(models: Any = None) -> None:
    """Do nothing: gradients aren't watched."""


def alert(title: str, text: str = "", level: Any = None, wait_duration: Any = None) -> None:
    """Print an alert; nobody is notified."""
    say(f"alert: {title}. {text}".rstrip(". "))


def log_artifact(artifact_or_path: Any = None, *args: Any, **kwargs: Any) -> Any:
    """Do nothing and say so: `save` keeps files with a run."""
    _does_nothing("log_artifact")
    return artifact_or_path


def log_code(*args: Any, **kwargs: Any) -> None:
    """Do nothing and say so: `save` keeps files with a run."""
    _does_nothing("log_code")
