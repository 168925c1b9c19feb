"""What the tests of the logging client share."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

import dotscape
from dotscape.sdk import current
from dotscape.sdk.opened import OpenedRun
from dotscape.sdk.run import Run
from dotscape.store.root import default_root

PYTHON_PATH = str(Path(dotscape.__file__).parent.parent)


@pytest.fixture(autouse=True)
def _no_run_is_left(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Every test begins and ends without a run, and what it prints isn't about that."""
    monkeypatch.setenv("DOTSCAPE_SILENT", "1")
    yield
    while current.run() is not None:
        dotscape.finish()


@pytest.fixture
def run(_no_run_is_left: None) -> Run:
    """A run that has just begun."""
    return dotscape.init(project="demo")


@pytest.fixture
def read_back() -> Callable[..., OpenedRun]:
    """Ends a run and opens what it left."""

    def finish_and_open(run: Run) -> OpenedRun:
        run.finish()
        return dotscape.open_run(run.id)

    return finish_and_open


@pytest.fixture
def script(tmp_path: Path) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Runs a script in a process of its own; the runs it makes are in `default_root`."""

    def execute(
        code: str, *arguments: str, check: bool = True, **environment: str
    ) -> subprocess.CompletedProcess[str]:
        path = tmp_path / "script.py"
        path.write_text(textwrap.dedent(code), encoding="utf-8")
        done = subprocess.run(
            [sys.executable, "-W", "default", str(path), *arguments],
            env={**script_environment(), **environment},
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )
        assert not check or done.returncode == 0, done.stderr
        return done

    return execute


def examples(count: int) -> Any:
    """Settings of hypothesis for tests that make a run an example."""
    checks = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
    return settings(deadline=None, max_examples=count, suppress_health_check=checks)


def script_environment() -> dict[str, str]:
    """The environment of a script: this test's folder, not silent."""
    kept = {k: v for k, v in os.environ.items() if k != "DOTSCAPE_SILENT"}
    return {**kept, "PYTHONPATH": PYTHON_PATH, "DOTSCAPE_DIR": str(default_root())}


def only_run() -> OpenedRun:
    """The one run there is."""
    (folder,) = (default_root() / "runs").iterdir()
    return dotscape.open_run(folder.name)


def column(opened: OpenedRun, key: str) -> list[Any]:
    """The values of a logged list."""
    return opened.table(key).column("value").to_pylist()
