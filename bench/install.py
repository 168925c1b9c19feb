"""Size and time of `pip install` into an empty virtual environment."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from pathlib import Path

from bench.measure import Row, environment

ROOT = Path(__file__).parent.parent


def run(runs: int) -> list[Row]:
    """Megabytes of site-packages after installing a built wheel, and the seconds it took.

    Once, whatever ``runs`` says: the size doesn't vary, and the time is mostly the network's.
    """
    del runs
    with tempfile.TemporaryDirectory() as folder:
        wheels = Path(folder) / "wheels"
        pip = [sys.executable, "-m", "pip", "--quiet"]
        _call([*pip, "wheel", "--no-deps", "--wheel-dir", str(wheels), str(ROOT)])
        wheel = next(wheels.glob("*.whl"))
        start = time.perf_counter()
        target = Path(folder) / "site"
        _call([*pip, "install", "--target", str(target), str(wheel)])
        seconds = time.perf_counter() - start
        size = sum(p.stat().st_size for p in target.rglob("*") if p.is_file()) / 1e6
        own = wheel.stat().st_size / 1e6
    return [
        Row("installed size with dependencies", size, "MB", target=500.0),
        Row("the wheel alone", own, "MB"),
        Row("pip install of the wheel", seconds, "s", target=60.0),
    ]


def _call(command: list[str]) -> None:
    subprocess.run(command, check=True, env=environment(), stdout=subprocess.DEVNULL)
