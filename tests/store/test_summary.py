"""Summaries: the last value, or what `define_metric` asked for."""

from __future__ import annotations

import json
import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dotscape.store.summary import MetricRule, Summary, parse_modes

NUMBERS = st.lists(st.floats(allow_nan=False, allow_infinity=False, width=32), min_size=1)


@given(NUMBERS)
def test_every_mode_against_its_definition(values: list[float]) -> None:
    summary = Summary()
    modes = ("min", "max", "mean", "first", "last", "best")
    summary.define(MetricRule("loss", None, modes))
    for value in values:
        summary.update({"loss": value})
    got = summary.value("loss")
    assert got["min"] == min(values)
    assert got["max"] == max(values)
    assert got["first"] == values[0]
    assert got["last"] == values[-1]
    assert got["best"] == min(values)
    assert got["mean"] == pytest.approx(math.fsum(values) / len(values), rel=1e-6, abs=1e-6)


def test_without_a_rule_the_last_value_counts() -> None:
    summary = Summary()
    summary.update({"a": 1, "b": "x"})
    summary.update({"a": 0})
    assert summary.as_dict() == {"a": 0, "b": "x"}


def test_best_goes_the_way_of_its_goal() -> None:
    for goal, expected in (("maximize", 3), ("minimize", 1), (None, 1)):
        summary = Summary()
        summary.define(MetricRule("acc", None, ("best",), goal))
        for value in (2, 3, 1):
            summary.update({"acc": value})
        assert summary.value("acc") == {"best": expected}


def test_patterns_and_names() -> None:
    summary = Summary()
    summary.define(MetricRule("val/*", None, ("max",)))
    summary.define(MetricRule("val/loss", None, ("min",)))
    summary.define(MetricRule("val/l*", None, ("mean",)))
    for value in (1, 3):
        summary.update({"val/loss": value, "val/acc": value, "val/lr": value, "train": value})
    assert summary.as_dict() == {
        "val/loss": {"min": 1},
        "val/acc": {"max": 3},
        "val/lr": {"mean": 2},
        "train": 3,
    }


def test_none_hides_and_copy_is_as_usual() -> None:
    summary = Summary()
    summary.define(MetricRule("secret", None, ("none",)))
    summary.define(MetricRule("plain", None, ("copy",)))
    summary.update({"secret": 1, "plain": 2})
    assert summary.as_dict() == {"plain": 2}
    with pytest.raises(KeyError):
        summary.value("secret")
    summary.explicit["secret"] = 5
    assert summary.as_dict() == {"plain": 2, "secret": 5}


def test_nan_never_displaces_a_number() -> None:
    for values in ([math.nan, 2.0, 1.0], [2.0, math.nan, 1.0], [1.0, 2.0, math.nan]):
        summary = Summary()
        summary.define(MetricRule("x", None, ("min", "max", "mean")))
        for value in values:
            summary.update({"x": value})
        assert summary.value("x") == {"min": 1.0, "max": 2.0, "mean": 1.5}


def test_what_was_set_wins() -> None:
    summary = Summary()
    summary.explicit["acc"] = 0.9
    summary.update({"acc": 0.1})
    assert summary.as_dict() == {"acc": 0.9}


def test_objects_are_kept_short() -> None:
    summary = Summary()
    summary.update({"h": {"_type": "histogram", "values": [1], "bins": [0, 1]}})
    summary.update({"e": {"_type": "rows", "kind": "table", "rows": 3, "vectors": [], "meta": "x"}})
    assert summary.as_dict() == {
        "h": {"_type": "histogram"},
        "e": {"_type": "rows", "kind": "table", "rows": 3},
    }


@pytest.mark.parametrize(
    ("text", "expected"),
    [("min,max", ("min", "max")), (" Min ", ("min",)), ("", ()), ("median,last", ("last",))],
)
def test_modes(text: str, expected: Any) -> None:
    assert parse_modes(text) == expected


@given(NUMBERS, NUMBERS)
def test_saved_and_restored_in_between_it_comes_to_the_same(a: list[float], b: list[float]) -> None:
    whole, parts = Summary(), Summary()
    for summary in (whole, parts):
        summary.define(MetricRule("x*", "epoch", ("min", "max", "mean", "first"), "maximize", True))
        for value in a:
            summary.update({"x1": value, "other": value})
    parts = Summary.restore(json.loads(json.dumps(parts.state())))
    for summary in (whole, parts):
        for value in b:
            summary.update({"x1": value, "x2": value})
    assert parts.as_dict() == whole.as_dict()
    assert parts.rules == whole.rules
