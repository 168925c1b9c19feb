"""Where runs lie, and the names that may stand in a path."""

from __future__ import annotations

import hashlib
import os
import re
from pathlib import Path

from dotscape.errors import ParameterError, StoreError

FORMAT_VERSION = 1

_RUN_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_NOT_PLAIN = re.compile(r"[^A-Za-z0-9._-]")


def default_root() -> Path:
    """Return the folder that holds all runs: ``DOTSCAPE_DIR``, else the user's data folder."""
    chosen = os.environ.get("DOTSCAPE_DIR")
    if chosen:
        return Path(os.path.abspath(os.path.expanduser(chosen)))
    # Imported here because it is needed only where nobody chose a folder.
    from platformdirs import user_data_path

    return user_data_path("dotscape", appauthor=False)


def check_run_id(run_id: str) -> str:
    """Return `run_id` if it may name a folder.

    Raises
    ------
    ParameterError
        If it is anything but 1 to 64 characters of ``A-Z a-z 0-9 . _ -`` that start with a letter
        or digit.
    """
    if not _RUN_ID.fullmatch(run_id):
        raise ParameterError(
            "id",
            "a run",
            allowed="1 to 64 of the characters A-Z a-z 0-9 . _ -, the first a letter or digit",
            got=repr(run_id[:80]),
            hint="Put a title with other characters into 'name'.",
        )
    return run_id


def run_path(root: Path, run_id: str) -> Path:
    """Return the folder of one run; it need not exist.

    Raises
    ------
    ParameterError
        If `run_id` can't name a folder.
    """
    return root / "runs" / check_run_id(run_id)


def folder_name(key: str) -> str:
    """Return the folder for a key: readable where it can be, and different for different keys."""
    digest = hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()[:12]
    return f"{_NOT_PLAIN.sub('_', key)[:40]}-{digest}"


def inside(base: Path, relative: str) -> Path:
    """Resolve a path found in run data, symlinks too.

    Raises
    ------
    StoreError
        If it ends outside `base`, is absolute, or can't be a path.
    """
    if not relative or "\0" in relative or os.path.isabs(relative):
        raise StoreError(f"The path {relative!r} in a run's data isn't a relative path.")
    try:
        top = os.path.realpath(base)
        path = os.path.realpath(os.path.join(top, relative))
        contained = os.path.commonpath([top, path]) == top
    except (OSError, ValueError) as error:
        raise StoreError(f"The path {relative!r} in a run's data can't be used: {error}") from None
    if not contained or path == top:
        raise StoreError(f"The path {relative!r} in a run's data leads outside its run's folder.")
    return Path(path)
