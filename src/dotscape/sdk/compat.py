"""Module-level names that scripts written for W&B's client call; see `left_out`."""

from __future__ import annotations

from typing import Any

from dotscape.sdk.current import require


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
    """Do nothing and say so; see `LeftOut.watch`."""
    require("watch()").watch(models, *args, **kwargs)


def unwatch(models: Any = None) -> None:
    """Do nothing; see `LeftOut.unwatch`."""
    require("unwatch()").unwatch(models)


def alert(title: str, text: str = "", level: Any = None, wait_duration: Any = None) -> None:
    """Print an alert; see `LeftOut.alert`."""
    require("alert()").alert(title, text, level, wait_duration)


def log_artifact(artifact_or_path: Any = None, *args: Any, **kwargs: Any) -> Any:
    """Do nothing and say so; see `LeftOut.log_artifact`."""
    return require("log_artifact()").log_artifact(artifact_or_path, *args, **kwargs)


def log_code(*args: Any, **kwargs: Any) -> None:
    """Do nothing and say so; see `LeftOut.log_code`."""
    require("log_code()").log_code(*args, **kwargs)
