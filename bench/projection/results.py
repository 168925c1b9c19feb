"""What one side reached in one task, and rows that set ours beside a peer's."""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from bench.projection.side import JOBS

# Figure: its title, its unit, and whether less is better.
FIGURES = {
    "seconds": ("seconds", "s", True),
    "ms_iteration": ("an iteration", "ms", True),
    "peak_mb": ("peak memory", "MB", True),
    "kl": ("KL", "", True),
    "recall": ("recall", "", False),
    "variance": ("share of the variance", "", False),
    "kept": ("neighbours kept at 15", "", False),
    "trustworthiness": ("trustworthiness at 15", "", False),
}


@dataclass(frozen=True, slots=True)
class Task:
    """A job from raw vectors in a cold process, or from the common graph, imported and warm."""

    job: str
    from_graph: bool = False

    @property
    def title(self) -> str:
        """For a table."""
        return JOBS[self.job].title + (", from the graph" if self.from_graph else "")


@dataclass(frozen=True, slots=True)
class Result:
    """Medians of a side's figures, or in words why there are none."""

    data: str
    job: str
    from_graph: bool
    side: str
    title: str
    figures: dict[str, float] = field(default_factory=dict[str, float])
    error: str = ""
    version: str = ""
    runs: int = 0
    threads: int = 0
    reused: bool = False

    @property
    def task(self) -> Task:
        """What was asked for."""
        return Task(self.job, self.from_graph)


@dataclass(frozen=True, slots=True)
class Row:
    """One figure of ours beside one peer's; None where a side has none, ``note`` says why."""

    data: str
    job: str
    figure: str
    unit: str
    ours: float | None
    peer: float | None
    peer_name: str
    less_is_better: bool
    runs: int
    note: str = ""

    @property
    def ratio(self) -> float | None:
        """How many times better ours is: of seconds, how many times the peer's."""
        if self.ours is None or self.peer is None:
            return None
        over, under = (self.peer, self.ours) if self.less_is_better else (self.ours, self.peer)
        return over / under if under else None


def medians(runs: Sequence[dict[str, float]]) -> dict[str, float]:
    """Of each figure, over the runs of one side: all have the same figures."""
    return {name: statistics.median(run[name] for run in runs) for name in runs[0]}


def rows(results: Iterable[Result]) -> list[Row]:
    """Each figure of each peer beside ours of the same data and task."""
    every = list(results)
    ours = {(one.data, one.task): one for one in every if one.side == "dotscape"}
    found: list[Row] = []
    for peer in every:
        if peer.side == "dotscape":
            continue
        own = ours.get((peer.data, peer.task))
        notes = [peer.error and f"{peer.title}: {peer.error}"]
        notes.append(own.error and f"dotscape: {own.error}" if own else "dotscape: not run")
        notes.append("the peer's figures are of an earlier run" if peer.reused else "")
        known = {**peer.figures, **(own.figures if own else {})} or {"seconds": 0.0}
        for figure, (title, unit, less) in FIGURES.items():
            if figure not in known:
                continue
            found.append(
                Row(
                    data=peer.data,
                    job=peer.task.title,
                    figure=title,
                    unit=unit,
                    ours=own.figures.get(figure) if own else None,
                    peer=peer.figures.get(figure),
                    peer_name=f"{peer.title} {peer.version}".strip(),
                    less_is_better=less,
                    runs=peer.runs,
                    note="; ".join(note for note in notes if note),
                )
            )
    return found
