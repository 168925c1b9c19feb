"""Rows of figures: medians of several runs, ours beside a peer's, as a table and as JSON."""

from __future__ import annotations

import json
import os
import platform
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, ClassVar, Protocol

OUT = Path(__file__).parent / "out"
# Set on some machines, and halves numpy's speed there; unset for both sides.
SLOWING = ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE")


@dataclass(frozen=True)
class Row:
    """One job's figures. ``ours`` and ``peer`` are medians in ``unit``; lower is better."""

    job: str
    ours: float
    unit: str
    peer: float | None = None
    peer_name: str | None = None
    target: float | None = None
    runs: int = 1
    note: str = ""

    @property
    def ratio(self) -> float | None:
        """How many times the peer's figure ours goes into it."""
        return self.peer / self.ours if self.peer is not None and self.ours else None


def environment() -> dict[str, str]:
    """The environment children run in: this one's without what slows numpy."""
    return {name: value for name, value in os.environ.items() if name not in SLOWING}


def child(
    module: str,
    *arguments: str,
    timeout: float = 600,
    more: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """Run ``python -m module`` afresh; its last line of output is its figures as JSON.

    ``process_s`` is added to them: its seconds from start to end. ``more`` is set in its
    environment.
    """
    start = time.perf_counter()
    run = subprocess.run(
        [sys.executable, "-m", module, *arguments],
        capture_output=True,
        text=True,
        timeout=timeout,
        env={**environment(), **(more or {})},
        check=False,
    )
    if run.returncode:
        raise RuntimeError(f"{module} {' '.join(arguments)} failed:\n{run.stderr[-2000:]}")
    seconds = time.perf_counter() - start
    return {**json.loads(run.stdout.strip().splitlines()[-1]), "process_s": seconds}


def in_turn(sides: Sequence[Callable[[], dict[str, float]]], runs: int) -> list[dict[str, float]]:
    """Medians of each side's figures, the sides run in turn so that drift hits both alike."""
    gathered: list[list[dict[str, float]]] = [[] for _ in sides]
    for _ in range(runs):
        for results, side in zip(gathered, sides, strict=True):
            results.append(side())
    return [
        {name: statistics.median(result[name] for result in results) for name in results[0]}
        for results in gathered
    ]


def table(rows: Sequence[Row]) -> str:
    """The rows as a Markdown table."""
    lines = ["| job | ours | peer | ratio | target |", "|---|---|---|---|---|"]
    for row in rows:
        peer = "" if row.peer is None else f"{_short(row.peer)} {row.unit} ({row.peer_name})"
        ratio = "" if row.ratio is None else f"{row.ratio:.1f}x"
        target = ""
        if row.target is not None:
            met = "met" if row.ours <= row.target else f"**missed by {row.ours / row.target:.2f}x**"
            target = f"{_short(row.target)} {row.unit}: {met}"
        note = f" ({row.note})" if row.note else ""
        lines.append(
            f"| {row.job}{note} | {_short(row.ours)} {row.unit} | {peer} | {ratio} | {target} |"
        )
    return "\n".join(lines)


class Written(Protocol):
    """A row of any suite: a dataclass that has a ratio."""

    __dataclass_fields__: ClassVar[dict[str, Any]]

    @property
    def ratio(self) -> float | None: ...


def write(suite: str, rows: Sequence[Written]) -> Path:
    """Write a suite's rows to ``bench/out/<suite>.json`` with what they were measured on."""
    OUT.mkdir(exist_ok=True)
    path = OUT / f"{suite}.json"
    machine = {
        "python": platform.python_version(),
        "machine": platform.machine(),
        "system": platform.platform(),
        "processors": os.cpu_count(),
    }
    content = {"machine": machine, "rows": [{**asdict(row), "ratio": row.ratio} for row in rows]}
    path.write_text(json.dumps(content, indent=1) + "\n")
    return path


def _short(value: float) -> str:
    return f"{value:.3g}" if value < 100 else f"{value:,.0f}"
