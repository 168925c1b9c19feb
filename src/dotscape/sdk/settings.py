"""What `init` was told, by keyword or by environment variable."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from dotscape.sdk.complaints import asked_for
from dotscape.store.root import default_root

MODES = ("online", "offline", "disabled", "shared")
RESUMES = ("allow", "must", "never", "auto")


@dataclass(slots=True)
class RunSettings:
    """What a run is started with, after environment variables."""

    root: Path
    project: str | None = None
    entity: str | None = None
    name: str | None = None
    id: str | None = None
    group: str | None = None
    job_type: str | None = None
    tags: tuple[str, ...] = ()
    notes: str | None = None
    mode: str = "online"
    resume: str | None = None
    strict: bool = False
    quiet: bool = False
    console: bool = True


def read_settings(
    *,
    directory: str | os.PathLike[str] | None = None,
    strict: bool | None = None,
    tags: Any = None,
    mode: str | None = None,
    resume: bool | str | None = None,
    **texts: str | None,
) -> RunSettings:
    """Return settings: a keyword that is given, else ``DOTSCAPE_...``, else ``WANDB_...``.

    Parameters
    ----------
    directory
        The folder of all runs.
    strict, tags, mode, resume
        As `init` takes them.
    texts
        ``project entity name id group job_type notes``.
    """
    root = Path(os.path.abspath(os.path.expanduser(directory))) if directory else default_root()
    found = {name: _text(given, _NAMES.get(name, name)) for name, given in texts.items()}
    chosen = mode or from_environment("MODE") or "online"
    if asked_for("DOTSCAPE_DISABLED") or chosen in ("dryrun", "run"):
        chosen = "disabled" if asked_for("DOTSCAPE_DISABLED") else "offline"
    wanted = resume if resume is not None else from_environment("RESUME")
    if wanted is True:
        wanted = "auto"
    return RunSettings(
        root=root,
        **cast("dict[str, Any]", found),
        tags=tag_tuple(tags if tags is not None else from_environment("TAGS")),
        mode=chosen,
        resume=None if wanted is False else wanted,
        strict=asked_for("DOTSCAPE_STRICT") if strict is None else strict,
        quiet=asked_for("DOTSCAPE_SILENT") or asked_for("WANDB_SILENT"),
        console=from_environment("CONSOLE") != "off",
    )


_NAMES = {"id": "run_id", "group": "run_group"}


def from_environment(name: str) -> str | None:
    """Return ``DOTSCAPE_<name>`` or, so that scripts need no other change, ``WANDB_<name>``."""
    return os.environ.get(f"DOTSCAPE_{name}") or os.environ.get(f"WANDB_{name}") or None


def _text(given: Any, name: str) -> str | None:
    if given not in (None, ""):
        return str(given)
    return from_environment(name.upper())


def tag_tuple(tags: Any) -> tuple[str, ...]:
    """Return tags as texts: from a list, or from one text parted by commas."""
    if not tags:
        return ()
    if isinstance(tags, str):
        return tuple(tag.strip() for tag in tags.split(",") if tag.strip())
    return tuple(str(tag) for tag in cast("Iterable[Any]", tags))


class Settings(dict[str, Any]):
    """Takes what W&B's ``Settings`` takes, so that scripts run; only `silent` means anything."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(settings)

    def __getattr__(self, name: str) -> Any:
        return self.get(name)
