"""Start of the server to its first 200, beside TensorBoard's, with 100 runs in the folder."""

from __future__ import annotations

import contextlib
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable
from functools import partial
from pathlib import Path

from bench.measure import Row, child, environment, in_turn

RUNS = 100


def run(runs: int) -> list[Row]:
    """Seconds from starting the process to the first 200 of its list of runs."""
    with tempfile.TemporaryDirectory() as ours, tempfile.TemporaryDirectory() as peer:
        child("bench.serving_child", "dotscape", ours, str(RUNS))
        child("bench.serving_child", "tensorboard", peer, str(RUNS))
        first, second = in_turn([partial(_dotscape, ours), partial(_tensorboard, peer)], runs)
    job = f"start to first 200 with {RUNS} runs"
    return [Row(job, first["s"], "s", second["s"], "TensorBoard", 0.6, runs)]


def _dotscape(folder: str) -> dict[str, float]:
    port = _free_port()
    command = ["-m", "dotscape.cli", "serve", "--dir", folder, "--port", str(port), "--no-browser"]
    token = Path(folder) / "server-token"

    def request() -> urllib.request.Request:
        secret = token.read_text().strip()
        url = f"http://127.0.0.1:{port}/api/projects"
        return urllib.request.Request(url, headers={"Authorization": f"Bearer {secret}"})

    return {"s": _first_answer(command, request)}


def _tensorboard(folder: str) -> dict[str, float]:
    port = _free_port()
    command = ["-m", "tensorboard.main", "--logdir", folder, "--port", str(port)]
    url = f"http://127.0.0.1:{port}/data/runs"
    return {"s": _first_answer(command, lambda: urllib.request.Request(url))}


def _first_answer(command: list[str], request: Callable[[], urllib.request.Request]) -> float:
    start = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, *command],
        env=environment(),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        while time.perf_counter() - start < 60:
            with (
                contextlib.suppress(OSError),
                urllib.request.urlopen(request(), timeout=5) as answer,
            ):
                if answer.status == 200:
                    return time.perf_counter() - start
            time.sleep(0.005)
        raise RuntimeError(f"no answer in 60 s from {' '.join(command)}")
    finally:
        process.terminate()
        process.wait(timeout=20)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
