"""What scripts written for W&B's client call on a run, and what means nothing here.

Each says so once, so that nobody waits for what will not come.
"""

from __future__ import annotations

from typing import Any

from dotscape.sdk.complaints import Complaints, say


class LeftOut:
    """The methods of a run that do nothing."""

    _complaints: Complaints

    def _say_nothing_is_done(self, name: str, instead: str = "") -> None:
        hint = f" {instead}" if instead else ""
        self._complaints.notice(
            f"{name} does nothing here; it is there so that scripts run.{hint}", once=name
        )

    def watch(self, models: Any = None, *args: Any, **kwargs: Any) -> None:
        """Do nothing and say so: gradients aren't watched."""
        self._say_nothing_is_done("watch")

    def unwatch(self, models: Any = None) -> None:
        """Do nothing: gradients aren't watched."""

    def alert(
        self, title: str, text: str = "", level: Any = None, wait_duration: Any = None
    ) -> None:
        """Print an alert; nobody is notified."""
        say(f"alert: {title}: {text}" if text else f"alert: {title}")

    def log_artifact(self, artifact_or_path: Any = None, *args: Any, **kwargs: Any) -> Any:
        """Do nothing and say so: `save` keeps files with a run."""
        self._say_nothing_is_done("log_artifact", "save(path) keeps a file with the run.")
        return artifact_or_path

    def log_code(self, *args: Any, **kwargs: Any) -> None:
        """Do nothing and say so: `save` keeps files with a run."""
        self._say_nothing_is_done("log_code", "save(path) keeps a file with the run.")

    def mark_preempting(self) -> None:
        """Do nothing: nobody waits to start the run again."""
