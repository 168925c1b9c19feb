"""One data set: every side of every task, in turn, each time in a fresh process."""

from __future__ import annotations

import subprocess
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any

from bench import measure
from bench.projection.child import adapter
from bench.projection.data import DATA, FOLDER_VARIABLE
from bench.projection.options import Options
from bench.projection.results import Result, Task, medians
from bench.projection.store import Store

_SLOW = 60.0  # seconds; what takes longer isn't run again
FAILURES = (RuntimeError, ValueError, subprocess.TimeoutExpired)  # of a child process
_THREADS = (
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "MKL_NUM_THREADS",
    "NUMBA_NUM_THREADS",
    "RAYON_NUM_THREADS",
)


class Runner:
    """Holds no vectors: they are in files, and a process's peak memory begins with its parent's."""

    def __init__(self, data: str, place: Path, runs: int, options: Options, store: Store) -> None:
        self._data, self._place, self._runs = data, place, runs
        self._options, self._store = options, store
        self._vectors = place / "X.npy"
        self._rows = 0
        self._environment = {name: str(options.threads) for name in _THREADS}
        if options.folder is not None:
            self._environment[FOLDER_VARIABLE] = str(options.folder)

    def prepare(self) -> str:
        """Write the vectors and what everybody is measured against; what is missing, if any."""
        try:
            return self._prepare()
        except FAILURES as error:
            return in_words(error)

    def _prepare(self) -> str:
        found = self._child("bench.projection.data", self._data, str(self._vectors))
        if "missing" in found:
            return found["missing"]
        self._rows = found["rows"]
        threads = str(self._options.threads)
        truth = self._child("bench.projection.truth", str(self._vectors), str(self._place), threads)
        print(
            f"{DATA[self._data].title}: the common graph of {truth['graph_k']} neighbours has a "
            f"recall of {truth['graph_recall']:.4f} ({truth['graph_seconds']:.1f} s)\n",
            flush=True,
        )
        return ""

    def results(self) -> list[Result]:
        """Of every task and side."""
        found: list[Result] = []
        for job in self._options.jobs:
            sides = [name for name in self._options.peers if job in adapter(name).OFFERS]
            raw = self._task(Task(job), ["dotscape", *sides])
            found += raw
            sides = [name for name in sides if job in getattr(adapter(name), "TAKES_GRAPH", ())]
            if sides:
                found.append(_from_graph(raw[0]))
                found += self._task(Task(job, from_graph=True), sides)
        return found

    def _task(self, task: Task, sides: list[str]) -> list[Result]:
        """Run the sides in turn, so that drift of the machine hits all alike; score the last."""
        results: dict[str, Result] = {}
        for side in sides:
            if side != "dotscape" and self._options.reuse_peers:
                earlier = self._store.earlier(self._data, task, side, self._options.threads)
                if earlier is not None:
                    results[side] = earlier
            most = getattr(adapter(side), "MOST", {}).get(task.job)
            if side not in results and most is not None and self._rows > most:
                results[side] = self._result(
                    task, side, error=f"not asked: takes too long with more than {most:,} rows"
                )
        running = [side for side in sides if side not in results]
        gathered: dict[str, list[dict[str, Any]]] = {side: [] for side in running}
        for _ in range(self._runs):
            for side in list(running):
                try:
                    gathered[side].append(self._once(task, side))
                except FAILURES as error:
                    results[side] = self._result(task, side, error=in_words(error))
                    running.remove(side)
                    continue
                if gathered[side][-1]["seconds"] > _SLOW:
                    running.remove(side)
        for side in sides:
            if side not in results:
                results[side] = self._scored(task, side, gathered[side])
        return [results[side] for side in sides]

    def _once(self, task: Task, side: str) -> dict[str, Any]:
        arguments = [side, task.job, str(self._vectors), str(self._options.threads)]
        arguments += ["--out", str(self._made(side))]
        if task.from_graph:
            arguments += ["--graph", str(self._place / "graph.npz")]
        module = adapter(side)
        figures = self._child("bench.projection.child", *arguments, more=_environment(module))
        figures["seconds"] = figures["from_graph" if task.from_graph else "process_s"]
        if task.from_graph:
            del figures["peak_mb"]  # of the warming up too
        print(f"  {task.title}: {side} {figures['seconds']:.2f} s", flush=True)
        return figures

    def _scored(self, task: Task, side: str, runs: list[dict[str, Any]]) -> Result:
        version = [run.pop("version") for run in runs][-1]
        figures = medians(runs)
        try:
            figures |= self._child(
                "bench.projection.score",
                task.job,
                str(self._vectors),
                str(self._made(side)),
                str(self._place),
                str(self._options.threads),
            )
        except FAILURES as error:
            return self._result(task, side, error=f"can't be scored: {in_words(error)}")
        result = replace(self._result(task, side), figures=figures, version=version, runs=len(runs))
        self._store.keep(result, self._made(side))
        return result

    def _result(self, task: Task, side: str, error: str = "") -> Result:
        result = Result(
            data=self._data,
            job=task.job,
            from_graph=task.from_graph,
            side=side,
            title=adapter(side).TITLE,
            error=error,
            threads=self._options.threads,
        )
        if error:
            print(f"  {task.title}: {side}: {error}", flush=True)
        return result

    def _made(self, side: str) -> Path:
        return self._place / f"{side}.npy"

    def _child(self, module: str, *arguments: str, more: dict[str, str] | None = None) -> Any:
        environment = {**self._environment, **(more or {})}
        timeout = self._options.timeout
        return measure.child(module, *arguments, timeout=timeout, more=environment)


def _environment(side: ModuleType) -> dict[str, str]:
    own = getattr(side, "environment", None)
    return own() if own else {}


def _from_graph(ours: Result) -> Result:
    """Ours from the graph: what the run from raw vectors took after its own graph was there."""
    if "from_graph" not in ours.figures:
        error = ours.error or "doesn't say when its graph was there"
        return replace(ours, from_graph=True, figures={}, error=error)
    figures = {**ours.figures, "seconds": ours.figures["from_graph"]}
    figures.pop("peak_mb")
    return replace(ours, from_graph=True, figures=figures)


def in_words(error: Exception) -> str:
    """The last line of what went wrong."""
    if isinstance(error, subprocess.TimeoutExpired):
        return f"no result in {error.timeout:,.0f} s"
    last = str(error).strip().splitlines()[-1]
    return last.removeprefix("bench.projection.ours.NotAvailable: ").replace("|", "/")[:160]
