"""``python -m bench.peers.install``: the dependency group ``bench-peers``, one package at a time.

A peer that can't be installed here is left out: its lines in the tables say that it's missing.
"""

from __future__ import annotations

import subprocess
import sys
import tomllib
from pathlib import Path

PROJECT = Path(__file__).parents[2] / "pyproject.toml"


def main() -> None:
    """Install what can be installed; name what can't, with the last line of pip's reason."""
    for requirement in requirements():
        command = [sys.executable, "-m", "pip", "install", "--quiet", requirement]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            reasons = [line for line in done.stderr.splitlines() if line.startswith("ERROR")]
            print(f"left out: {requirement}: {(reasons or ['no reason given'])[-1]}", flush=True)


def requirements() -> list[str]:
    """The lines of the group."""
    return tomllib.loads(PROJECT.read_text())["dependency-groups"]["bench-peers"]


if __name__ == "__main__":
    main()
