"""Runs every side of every task in turn; writes table, picture and rows after each data set."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path

from bench import measure
from bench.projection import picture, table
from bench.projection.data import DATA
from bench.projection.options import Options
from bench.projection.results import Result, rows
from bench.projection.runner import Runner
from bench.projection.store import Store

OUT = measure.OUT / "projection"


def run(runs: int, options: Options) -> Path:
    """All data sets asked for; the path of the rows."""
    OUT.mkdir(parents=True, exist_ok=True)
    store = Store(OUT)
    results: list[Result] = []
    for name in options.data:
        with tempfile.TemporaryDirectory() as place:
            runner = Runner(name, Path(place), runs, options, store)
            missing = runner.prepare()
            if missing:
                print(f"### {DATA[name].title}\n\nleft out: {missing}\n", flush=True)
                continue
            found = runner.results()
        results += found
        print(f"{table.tables(found)}\n", flush=True)
        _write(results)
    print(table.versions(results))
    return OUT.with_suffix(".json")


def _write(results: Sequence[Result]) -> None:
    measure.write("projection", rows(results))
    text = f"{table.tables(results)}\n\n{table.versions(results)}\n"
    OUT.with_suffix(".md").write_text(text)
    picture.draw(results, OUT.with_suffix(".png"))
