"""What all tests share: a folder of their own and a real server over it."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


@pytest.fixture(autouse=True)
def _own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No test reads or writes the person's own data, whatever it calls."""
    monkeypatch.setenv("DOTSCAPE_DIR", str(tmp_path / "dotscape"))
    for name in list(os.environ):
        if name.startswith("WANDB_") or (name.startswith("DOTSCAPE_") and name != "DOTSCAPE_DIR"):
            monkeypatch.delenv(name)


@dataclass(frozen=True)
class Server:
    """A running `dotscape serve`: its folder, address without and with the token."""

    folder: Path
    base: str
    url: str
    process: subprocess.Popen[str]

    def page(self, path: str) -> str:
        """Address of a page with the token that opens it."""
        return f"{self.base}{path}?{self.url.partition('?')[2]}"


@pytest.fixture
def serve() -> Iterator[Callable[..., Server]]:
    """Starts real servers on free ports; all are stopped at the end."""
    started: list[subprocess.Popen[str]] = []

    def start(folder: Path, *arguments: str) -> Server:
        command = [sys.executable, "-m", "dotscape.cli", "serve", "--dir", str(folder)]
        process = subprocess.Popen(
            [*command, "--port", "0", "--no-browser", *arguments],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        started.append(process)
        assert process.stdout is not None
        line = process.stdout.readline()
        found = re.search(r"http://\S+", line)
        assert found, line + process.stdout.read()
        url = found.group()
        return Server(folder, re.sub(r"/\?.*", "", url), url, process)

    yield start
    for process in started:
        process.terminate()
    for process in started:
        process.wait(timeout=20)
        if process.stdout:
            print(process.stdout.read())  # shown where the test failed
            process.stdout.close()
