"""The address at which a run can be looked at."""

from __future__ import annotations

import json
import os
import shlex
import sys
from pathlib import Path
from typing import Any, cast

from dotscape.store.root import default_root


def run_address(root: Path, run_id: str) -> str | None:
    """Return the address of a run's page, token included, if a server of this root runs here."""
    try:
        server: Any = json.loads((root / "server.json").read_text(encoding="utf-8"))
        url, pid = cast("str", server["url"]), cast("int", server["pid"])
        if sys.platform != "win32":  # where it would end the server instead of looking for it
            os.kill(pid, 0)
        token = (root / "server-token").read_text(encoding="utf-8").strip()
    except PermissionError:  # the server is another user's; its token isn't ours to read
        return None
    except (OSError, ValueError, KeyError, TypeError, OverflowError):
        return None
    base = url.partition("?")[0].rstrip("/")
    return f"{base}/runs/{run_id}?token={token}"


def serve_command(root: Path) -> str:
    """Return the command that starts a server of this root."""
    if root == default_root():
        return "dotscape serve"
    return f"dotscape serve --dir {shlex.quote(str(root))}"
