"""The results as Markdown: one table for each data set, one line for each side of each task."""

from __future__ import annotations

from collections.abc import Sequence

from bench.projection.data import DATA
from bench.projection.results import Result

_HEAD = (
    "| job | side | seconds | times ours | ms an iteration | quality | kept | trust. | MB |",
    "|---|---|--:|--:|--:|---|--:|--:|--:|",
)


def tables(results: Sequence[Result]) -> str:
    """All data sets, each under a heading."""
    parts = []
    for data in dict.fromkeys(result.data for result in results):
        of_it = [result for result in results if result.data == data]
        title = DATA[data].title if data in DATA else data
        parts.append("\n".join([f"### {title}", "", *_lines(of_it)]))
    return "\n\n".join(parts)


def versions(results: Sequence[Result]) -> str:
    """The peers' versions in a line."""
    known = {result.title: result.version for result in results if result.version}
    return ", ".join(f"{title} {version}" for title, version in sorted(known.items()))


def _lines(results: Sequence[Result]) -> list[str]:
    lines = list(_HEAD)
    for task in dict.fromkeys(result.task for result in results):
        sides = [result for result in results if result.task == task]
        ours = next((side for side in sides if side.side == "dotscape"), None)
        own = ours.figures.get("seconds") if ours else None
        done = sorted((s for s in sides if s.figures), key=lambda s: s.figures["seconds"])
        lines += [_line(side, own) for side in done]
        lines += [
            f"| {side.task.title} | {side.title} | {side.error} | | | | | | |"
            for side in sides
            if not side.figures
        ]
    return lines


def _line(result: Result, own: float | None) -> str:
    figures = result.figures
    name = f"**{result.title}**" if result.side == "dotscape" else result.title
    name += " (earlier run)" if result.reused else ""
    ratio = ""
    if own and result.side != "dotscape":
        ratio = f"{figures['seconds'] / own:.2f}"
    cells = [
        result.task.title,
        name,
        short(figures["seconds"]),
        ratio,
        short(figures.get("ms_iteration")),
        _quality(figures),
        _share(figures.get("kept")),
        _share(figures.get("trustworthiness")),
        "" if "peak_mb" not in figures else f"{figures['peak_mb']:,.0f}",
    ]
    return f"| {' | '.join(cells)} |"


def _quality(figures: dict[str, float]) -> str:
    for name, title in (("recall", "recall"), ("kl", "KL"), ("variance", "variance")):
        if name in figures:
            return f"{title} {figures[name]:.4f}"
    return ""


def _share(value: float | None) -> str:
    return "" if value is None else f"{value:.3f}"


def short(value: float | None) -> str:
    """Three digits."""
    if value is None:
        return ""
    return f"{value:.3g}" if value < 100 else f"{value:,.0f}"
