"""The results as a picture: seconds of every side, a panel for each task."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path

from bench.projection.results import Result


def draw(results: Sequence[Result], path: Path) -> Path:
    """Write a PNG: data sets down, seconds across on a log scale, a colour for each side."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot, ticker

    done = [result for result in results if "seconds" in result.figures]
    tasks = list(dict.fromkeys(result.task for result in done))
    data = list(dict.fromkeys(result.data for result in done))
    titles = sorted({result.title for result in done}, key=lambda title: title != "dotscape")
    colours = pyplot.get_cmap("tab20").colors
    columns = 2
    lines = max(1, -(-len(tasks) // columns))
    height = 0.5 * len(data) + 1.0
    figure, panels = pyplot.subplots(
        lines, columns, figsize=(13, height * lines + 0.8), squeeze=False, layout="constrained"
    )
    for panel, task in zip(panels.flat, tasks, strict=False):
        for result in done:
            if result.task != task:
                continue
            ours = result.side == "dotscape"
            place = titles.index(result.title)
            panel.scatter(
                result.figures["seconds"],
                data.index(result.data),
                s=140 if ours else 50,
                marker="*" if ours else "o",
                color="black" if ours else colours[place % len(colours)],
                zorder=3 if ours else 2,
            )
        panel.set(title=task.title, xscale="log", xlabel="seconds", ylim=(len(data) - 0.5, -0.5))
        panel.set_yticks(range(len(data)), data)
        panel.xaxis.set_major_formatter("{x:g}")
        panel.xaxis.set_minor_formatter(ticker.NullFormatter())
        # At least one decade, so that there is a labelled tick or two.
        low, high = panel.get_xlim()
        panel.set_xlim(10 ** math.floor(math.log10(low)), 10 ** math.ceil(math.log10(high)))
        panel.grid(axis="x", alpha=0.3)
    for panel in list(panels.flat)[len(tasks) :]:
        panel.set_visible(False)
    handles = [
        pyplot.Line2D(
            [],
            [],
            linestyle="",
            marker="*" if title == "dotscape" else "o",
            color="black" if title == "dotscape" else colours[place % len(colours)],
            label=title,
        )
        for place, title in enumerate(titles)
    ]
    figure.suptitle("Seconds; less is better")
    figure.legend(handles=handles, loc="outside lower center", ncols=7, frameon=False)
    figure.savefig(path, dpi=110)
    pyplot.close(figure)
    return path
