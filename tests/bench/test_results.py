"""Medians, rows, tables and the exponent of the benchmarks."""

from __future__ import annotations

import importlib
import math
from dataclasses import asdict
from pathlib import Path

import pytest
from bench import peers, scaling
from bench.measure import environment
from bench.projection import table
from bench.projection.results import Result, Task, medians, rows
from bench.projection.side import JOBS
from bench.projection.store import Store


def _result(side: str, error: str = "", **figures: float) -> Result:
    return Result("digits", "tsne2", False, side, side, figures, error, "1.0" * (not error), 3, 2)


def test_rows_set_each_peer_beside_ours() -> None:
    found = rows(
        [
            _result("dotscape", seconds=2.0, kept=0.6, kl=1.0),
            _result("fast", seconds=1.0, kept=0.3, kl=1.5),
            _result("broken", error="no such module"),
        ]
    )
    ratios = {(row.peer_name, row.figure): row.ratio for row in found}
    assert ratios["fast 1.0", "seconds"] == 0.5
    assert ratios["fast 1.0", "KL"] == 1.5
    assert ratios["fast 1.0", "neighbours kept at 15"] == 2.0
    assert ratios["broken", "seconds"] is None
    assert {row.note for row in found if row.peer_name == "broken"} == {"broken: no such module"}
    assert {(row.data, row.job) for row in found} == {("digits", "t-SNE 2-D")}
    assert set(asdict(found[0])) >= {"data", "job", "ours", "peer"}


def test_what_neither_has_is_a_row_with_both_reasons() -> None:
    (row,) = rows([_result("dotscape", error="no umap"), _result("x", error="no wheel")])
    assert (row.ours, row.peer, row.ratio) == (None, None, None)
    assert row.note == "x: no wheel; dotscape: no umap"


def test_tables_sort_by_seconds_and_end_with_errors() -> None:
    text = table.tables(
        [
            _result("broken", error="no such module"),
            _result("slow", seconds=300.0, kl=2.0),
            _result("dotscape", seconds=2.0, kl=1.0),
        ]
    )
    lines = text.splitlines()
    assert lines[0] == "### digits 1,797 x 64"
    assert [line.split(" | ")[1] for line in lines[4:]] == ["**dotscape**", "slow", "broken"]
    assert "| 300 | 150.00 |" in lines[5]
    assert "KL 2.0000" in lines[5]
    assert "no such module" in lines[6]
    assert len({line.count("|") for line in lines[2:]}) == 1
    assert table.versions([_result("b", seconds=1.0), _result("a", seconds=1.0)]) == "a 1.0, b 1.0"


def test_medians_are_of_each_figure() -> None:
    assert medians([{"s": 1.0}, {"s": 9.0}, {"s": 2.0}]) == {"s": 2.0}


def test_earlier_results_are_kept_for_as_many_threads(tmp_path: Path) -> None:
    store = Store(tmp_path)
    store.keep(_result("x", seconds=1.0), None)
    earlier = store.earlier("digits", Task("tsne2"), "x", 2)
    assert earlier is not None
    assert earlier.figures == {"seconds": 1.0}
    assert earlier.reused
    assert store.earlier("digits", Task("tsne2"), "x", 4) is None
    assert store.earlier("digits", Task("tsne2", from_graph=True), "x", 2) is None


def test_the_exponent_is_that_of_n_log_n() -> None:
    sizes = [10_000, 100_000, 1_000_000]
    assert scaling.exponent(sizes, [n * math.log(n) for n in sizes]) == pytest.approx(1.0)
    assert scaling.exponent(sizes, [(n * math.log(n)) ** 2 for n in sizes]) == pytest.approx(2.0)
    assert scaling.exponent([10], [1.0]) is None
    points = [scaling.Point("c", "kNN", n, 3e-6 * n * math.log(n), 1.0) for n in sizes]
    assert "| 1.00 |" in scaling.table(scaling.with_exponents(points))


@pytest.mark.parametrize("name", peers.NAMES)
def test_adapters_say_what_they_offer_without_the_peer(name: str) -> None:
    adapter = importlib.import_module(f"bench.peers.{name}")
    assert adapter.TITLE
    assert adapter.DISTRIBUTION
    assert set(adapter.OFFERS) <= set(JOBS)
    assert set(getattr(adapter, "TAKES_GRAPH", ())) <= set(adapter.OFFERS)
    assert callable(adapter.run)


def test_children_have_nothing_that_slows_numpy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENBLAS_CORETYPE", "Haswell")
    assert "OPENBLAS_CORETYPE" not in environment()
