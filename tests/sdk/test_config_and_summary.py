"""`run.config` and `run.summary`: by key, by attribute, and as they are read back."""

from __future__ import annotations

import argparse
import dataclasses
import json
from collections.abc import Callable
from datetime import date
from enum import Enum
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

import dotscape
from dotscape.errors import DataError
from dotscape.sdk.opened import OpenedRun
from dotscape.sdk.run import Run

ReadBack = Callable[[Run], OpenedRun]


@dataclasses.dataclass
class Options:
    lr: float = 0.1
    layers: tuple[int, ...] = (1, 2)


class Mode(Enum):
    FAST = "fast"


class Cfg:
    def to_dict(self) -> dict[str, Any]:
        return {"lr": 0.1}


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"lr": 0.1, "nested": {"a": [1, {"b": None}]}}, None),
        (argparse.Namespace(lr=0.1, name="x"), {"lr": 0.1, "name": "x"}),
        (Options(), {"lr": 0.1, "layers": [1, 2]}),
        (Cfg(), {"lr": 0.1}),
        ([("a", 1)], {"a": 1}),
        ({1: "x"}, {"1": "x"}),
        (
            {
                "np": np.float32(0.5),
                "array": np.arange(3),
                "path": Path("a/b"),
                "enum": Mode.FAST,
                "set": {1},
                "day": date(2024, 1, 2),
                "cls": Options,
                "fn": len,
                "options": Options(),
            },
            {
                "np": 0.5,
                "array": [0, 1, 2],
                "path": "a/b",
                "enum": "fast",
                "set": [1],
                "day": "2024-01-02",
                "cls": f"{__name__}.Options",
                "fn": "builtins.len",
                "options": {"lr": 0.1, "layers": [1, 2]},
            },
        ),
        (None, {}),
        ({"big": 10**400, "nan": float("inf"), "text": "é\ud800"}, None),
    ],
)
def test_what_a_config_may_be(read_back: ReadBack, given: Any, expected: Any) -> None:
    run = dotscape.init(config=given)
    assert read_back(run).config == (given if expected is None else expected)


def test_values_come_back_as_they_were_set() -> None:
    options = Options()
    run = dotscape.init(config={"options": options})
    assert run.config.options is options
    assert run.config["options"] is options
    assert run.config.get("none", 5) == 5
    assert "options" in run.config
    assert dict(run.config) == {"options": options}
    assert len(run.config) == 1


def test_every_way_to_change_it(run: Run, read_back: ReadBack) -> None:
    run.config.a = 1
    run.config["b"] = 2
    run.config.update({"c": 3}, allow_val_change=True)
    run.config.update(argparse.Namespace(d=4), e=5)
    run.config.setdefaults({"a": 9, "f": 6})
    run.config.a = 10
    run.config.gone = run.config.too = 1
    del run.config.gone
    del run.config["too"]
    with pytest.raises(AttributeError, match="no 'none'"):
        _ = run.config.none
    with pytest.raises(KeyError):
        _ = run.config["none"]
    with pytest.raises(AttributeError):
        del run.config.none
    expected = {"a": 10, "b": 2, "c": 3, "d": 4, "e": 5, "f": 6}
    assert run.config.as_dict() == expected
    assert read_back(run).config == expected


def test_include_and_exclude(read_back: ReadBack) -> None:
    given = {"a": 1, "b": 2, "c": 3}
    assert read_back(dotscape.init(config=given, config_exclude_keys=["a"])).config == {
        "b": 2,
        "c": 3,
    }
    assert read_back(dotscape.init(config=given, config_include_keys=["a"])).config == {"a": 1}


def test_a_config_file(read_back: ReadBack, tmp_path: Path) -> None:
    (tmp_path / "c.json").write_text(json.dumps({"lr": 0.1}))
    assert read_back(dotscape.init(config=str(tmp_path / "c.json"))).config == {"lr": 0.1}
    with pytest.warns(UserWarning, match=r"none\.json' can't be read"):
        assert read_back(dotscape.init(config=str(tmp_path / "none.json"))).config == {}
    (tmp_path / "bad.json").write_text("{")
    with pytest.warns(UserWarning, match=r"bad\.json' can't be read"):
        dotscape.init(config=str(tmp_path / "bad.json"))


def test_what_is_no_config_is_said_at_init_and_raised_later() -> None:
    with pytest.warns(UserWarning, match="A config must be a dict"):
        run = dotscape.init(config=5)
    with pytest.raises(DataError, match="A config must be a dict"):
        run.config.update(5)


def test_the_summary_is_the_last_value_unless_set(run: Run, read_back: ReadBack) -> None:
    run.log({"loss": 2, "acc": 0.5})
    run.log({"loss": 1})
    run.summary["best"] = np.float64(0.9)
    run.summary.note = "x"
    run.summary.update({"acc": 0.7}, more=[1, 2])
    assert run.summary["loss"] == 1
    assert run.summary.acc == 0.7
    assert run.summary.get("none") is None
    assert "best" in run.summary
    with pytest.raises(KeyError):
        _ = run.summary["none"]
    with pytest.raises(AttributeError):
        _ = run.summary.none
    run.summary["gone"] = 1
    del run.summary["gone"]
    run.log({"passed": 1})
    del run.summary["passed"]
    expected = {"loss": 1, "acc": 0.7, "best": 0.9, "note": "x", "more": [1, 2]}
    assert dict(run.summary) == expected
    assert read_back(run).summary == expected


def test_define_metric(run: Run, read_back: ReadBack) -> None:
    metric = run.define_metric("epoch")
    run.define_metric("val/*", step_metric=metric, summary="min,max")
    dotscape.define_metric("acc", summary="best", goal="maximize", hidden=True)
    for value in (2, 3, 1):
        run.log({"epoch": value, "val": {"x": value}, "val/loss": value, "acc": value, "f": value})
    expected = {
        "epoch": 1,
        "val.x": 1,
        "val/loss": {"min": 1, "max": 3},
        "acc": {"best": 3},
        "f": 1,
    }
    assert dict(run.summary) == expected
    opened = read_back(run)
    assert opened.summary == expected
    rules = {rule.name: rule for rule in opened._reader.metrics}
    assert rules["val/*"].step_metric == "epoch"
    assert rules["acc"].hidden


def test_define_metric_of_nonsense_is_said(run: Run) -> None:
    with pytest.warns(UserWarning, match="'summary' of define_metric must be some of best, copy"):
        assert run.define_metric("a", summary="median").summary == ()
    with pytest.warns(UserWarning, match="'goal' of define_metric must be"):
        assert run.define_metric("a", goal="up").goal is None


def test_names_tags_and_notes_can_be_set(run: Run, read_back: ReadBack) -> None:
    run.name = "renamed"
    run.notes = "why"
    run.tags += ("a", "b")
    opened = read_back(run)
    assert (opened.name, opened.tags) == ("renamed", ("a", "b"))
    assert opened._reader.run.notes == "why"


def test_objects_that_are_namespaces_inside(read_back: ReadBack) -> None:
    run = dotscape.init(config={"ns": argparse.Namespace(a=1), "other": SimpleNamespace(b=2)})
    config = read_back(run).config
    assert config["ns"] == {"a": 1}
    assert config["other"] == "namespace(b=2)"


def test_a_config_that_holds_itself(read_back: ReadBack) -> None:
    config: dict[str, Any] = {"a": 1}
    config["self"] = config
    run = dotscape.init(config=config)
    assert read_back(run).config["a"] == 1
