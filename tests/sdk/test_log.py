"""Steps, keys and plain values."""

from __future__ import annotations

import json
import math
import threading
from collections import OrderedDict
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import Enum
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import dotscape
from dotscape.sdk.lines import PlainLines
from dotscape.sdk.opened import OpenedRun
from dotscape.sdk.run import Run
from dotscape.store.journal import read_journal
from tests.sdk.conftest import examples

ReadBack = Callable[[Run], OpenedRun]


def series(opened: OpenedRun, key: str) -> dict[int, Any]:
    steps, _, values = opened.history([key])[key]
    return dict(zip(steps.tolist(), values.tolist(), strict=True))


# --- steps ----------------------------------------------------------------------------------------


def test_steps_count_up(run: Run, read_back: ReadBack) -> None:
    for value in (1.0, 0.5):
        dotscape.log({"loss": value})
    assert run.step == 2
    assert series(read_back(run), "loss") == {0: 1.0, 1: 0.5}


def test_without_commit_the_step_stays(run: Run, read_back: ReadBack) -> None:
    run.log({"a": 1}, commit=False)
    run.log({"b": 2}, commit=False)
    assert run.step == 0
    run.log({"c": 3})
    assert run.step == 1
    run.log({"a": 4})
    opened = read_back(run)
    assert series(opened, "a") == {0: 1, 1: 4}
    assert series(opened, "b") == {0: 2}
    assert series(opened, "c") == {0: 3}


def test_a_given_step_collects_until_it_is_left(run: Run, read_back: ReadBack) -> None:
    run.log({"a": 1}, step=10)
    assert run.step == 10
    run.log({"b": 2}, step=10)
    run.log({"a": 9}, step=10)  # the later value counts
    run.log({"a": 3})  # adds to step 10 and ends it, as W&B's client does
    assert run.step == 11
    run.log({"a": 5}, step=20, commit=True)
    assert run.step == 21
    opened = read_back(run)
    assert series(opened, "a") == {10: 3, 20: 5}
    assert series(opened, "b") == {10: 2}


def test_a_step_back_is_dropped_and_said_once(run: Run, read_back: ReadBack) -> None:
    run.log({"a": 1}, step=5)
    with pytest.warns(UserWarning, match="must not go back: got 3, after 5"):
        run.log({"a": 2}, step=3)
    run.log({"a": 2}, step=4)  # a second warning would be an error here
    run.log({"a": 3}, step=6)
    assert series(read_back(run), "a") == {5: 1, 6: 3}


@pytest.mark.parametrize("step", [3.0, np.int64(3), np.float32(3), np.array(3)])
def test_steps_of_other_kinds_of_number(run: Run, read_back: ReadBack, step: Any) -> None:
    run.log({"a": 1}, step=step)
    assert series(read_back(run), "a") == {3: 1}


@pytest.mark.parametrize("step", ["x", 1.5, float("nan"), [1], -1])
def test_what_is_no_step_is_left_out_and_said(run: Run, read_back: ReadBack, step: Any) -> None:
    with pytest.warns(UserWarning, match="'step' of log must"):
        run.log({"a": 1}, step=step)
    run.log({"a": 2})
    assert series(read_back(run), "a") == {0: 2}


# --- keys -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "key",
    [
        "损失",
        "損失/訓練",
        "a b",
        "a/b",
        "a*",
        "😀",
        "",
        " ",
        '"',
        "\\",
        "\n",
        "a.b",
        "\u202eabc",
        "x" * 9999,
        "\ud800",
        "__proto__",
        "_type",
    ],
)
def test_keys_of_any_characters(run: Run, read_back: ReadBack, key: str) -> None:
    run.log({key: 1})
    run.log({key: np.zeros((3, 5), np.float32)})
    opened = read_back(run)
    assert series(opened, key) == {0: 1}
    assert opened.embedding(key).vectors.shape == (3, 5)
    assert opened.damage == []


def test_nested_keys_are_joined_by_dots(run: Run, read_back: ReadBack) -> None:
    run.log({"train": {"loss": 1, "by": {"class": {3: 0.5, None: 1}}}, "empty": {}})
    opened = read_back(run)
    assert opened.keys() == ["train.loss", "train.by.class.3", "train.by.class.None"]


def test_mappings_of_other_kinds(run: Run, read_back: ReadBack) -> None:
    run.log(OrderedDict(a=1))
    run.log({"b": OrderedDict(c=2)})
    assert read_back(run).keys() == ["a", "b.c"]


def test_keys_that_are_no_text_become_one(run: Run, read_back: ReadBack) -> None:
    run.log({1: 2, (3, 4): 5})  # type: ignore[dict-item]
    assert read_back(run).keys() == ["1", "[3, 4]"]


@pytest.mark.parametrize("data", [None, 5, [1], "x", {1, 2}])
def test_what_is_no_dictionary_is_said(run: Run, data: Any) -> None:
    with pytest.warns(UserWarning, match="log takes a dictionary"):
        run.log(data)
    assert run.step == 0


# --- plain values ---------------------------------------------------------------------------------


class Color(Enum):
    RED = "red"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (1, 1),
        (2**70, 2**70),
        (-(10**400), -(10**400)),
        (0.1, 0.1),
        (1e-320, 1e-320),
        (True, True),
        ("text", "text"),
        ("", ""),
        ("é😀\ud800\x00", "é😀\ud800\x00"),
        ("x" * 100_000, "x" * 100_000),
        (None, None),
        (np.float32(0.5), 0.5),
        (np.float64(0.1), 0.1),
        (np.float16(2), 2.0),
        (np.int8(-3), -3),
        (np.uint64(2**64 - 1), 2**64 - 1),
        (np.bool_(True), True),
        (np.str_("x"), "x"),
        (np.array(7.5), 7.5),
        (np.datetime64("2024-01-02"), "2024-01-02"),
        (Decimal("0.5"), 0.5),
        (Color.RED, "red"),
        (Path("a/b"), "a/b"),
        (date(2024, 1, 2), "2024-01-02"),
        (datetime(2024, 1, 2, tzinfo=UTC), "2024-01-02T00:00:00+00:00"),
    ],
)
def test_plain_values(run: Run, read_back: ReadBack, value: Any, expected: Any) -> None:
    run.log({"x": value})
    run.log({"other": "x"})
    opened = read_back(run)
    assert series(opened, "x") == {0: expected}
    assert opened.summary["x"] == expected


def test_numbers_that_are_none(run: Run, read_back: ReadBack) -> None:
    values = [math.nan, math.inf, -math.inf, np.float64("nan"), np.float32("inf")]
    for value in values:
        run.log({"x": value})
    got = read_back(run).history(["x"])["x"][2]
    np.testing.assert_array_equal(got, np.array(values, np.float64))


PLAIN = st.none() | st.booleans() | st.integers() | st.floats() | st.text()


@given(st.dictionaries(st.text(), PLAIN, max_size=5))
def test_the_short_way_writes_what_json_would(data: dict[str, Any]) -> None:
    body = PlainLines().body(data)
    if body is None:
        assert any(isinstance(v, int) and abs(v) >= 1 << 1024 for v in data.values())
        return
    assert body.isascii()
    back = json.loads("{" + body + "}")
    assert back.keys() == data.keys()
    for key, value in data.items():
        assert type(back[key]) is type(value)
        assert back[key] == value or math.isnan(value)


@given(data=st.dictionaries(st.text(max_size=4), PLAIN, min_size=1, max_size=4))
@examples(40)
def test_anything_plain_comes_back(data: dict[str, Any], read_back: ReadBack) -> None:
    with dotscape.init() as run:
        run.log(data)
    opened = read_back(run)
    for key, value in data.items():
        got = series(opened, key)[0]
        assert got == value or (math.isnan(value) and math.isnan(got))


def test_a_value_nobody_can_log(run: Run, read_back: ReadBack) -> None:
    class Strange:
        def __repr__(self) -> str:
            raise RuntimeError("no")

    with pytest.warns(UserWarning, match=r"`x` is a .*Strange, which can't be logged"):
        run.log({"x": Strange(), "loss": 1})
    run.log({"x": Strange(), "loss": 2})
    opened = read_back(run)
    assert series(opened, "loss") == {0: 1, 1: 2}
    assert opened.summary["x"]["_type"] == "unsupported"


def test_a_dictionary_that_holds_itself(run: Run, read_back: ReadBack) -> None:
    data: dict[str, Any] = {"loss": 1}
    data["self"] = data
    with pytest.warns(UserWarning, match="can't be logged"):
        run.log(data)
    assert series(read_back(run), "loss") == {0: 1}


# --- the rest -------------------------------------------------------------------------------------


def test_what_is_logged_is_on_disk_when_log_returns(run: Run) -> None:
    from dotscape.store.root import default_root

    (journal,) = (default_root() / "runs" / run.id).glob("events-*.jsonl")
    for step in range(5):
        run.log({"loss": step})
        records = [r for r in read_journal(journal).records if r["t"] == "log"]
        assert records[-1]["d"] == {"loss": step}


def test_after_finish_it_is_said_and_left_out(run: Run, read_back: ReadBack) -> None:
    run.log({"a": 1})
    opened = read_back(run)
    with pytest.warns(UserWarning, match="finished"):
        run.log({"a": 2})
    assert series(opened.refresh(), "a") == {0: 1}


def test_threads_lose_nothing(run: Run, read_back: ReadBack) -> None:
    def work(name: str) -> None:
        for value in range(300):
            run.log({name: value})
            if value % 50 == 0:
                run.log({f"e{name}": np.full((3, 4), value, np.float32)})

    threads = [threading.Thread(target=work, args=(f"t{i}",)) for i in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert run.step == 6 * 306
    opened = read_back(run)
    for i in range(6):
        assert list(series(opened, f"t{i}").values()) == list(range(300))
        assert opened.embedding(f"et{i}").vectors[0, 0] == 250
    assert opened.damage == []


def test_disabled_writes_nothing(tmp_path: Path) -> None:
    run = dotscape.init(mode="disabled", config={"a": 1}, dir=tmp_path / "root")
    run.log({"loss": 1})
    run.log({"e": np.zeros((3, 5)), "t": dotscape.Table(columns=["a"], data=[[1]])})
    run.save(__file__)
    run.define_metric("loss", summary="min")
    run.config.b = 2
    assert dotscape.summary["loss"] == 1
    assert run.disabled
    assert run.url is None
    assert run.dir
    run.finish()
    assert not (tmp_path / "root").exists()


@pytest.mark.parametrize("mode", ["online", "offline", "shared"])
def test_other_modes_all_write_here(mode: str, read_back: ReadBack) -> None:
    run = dotscape.init(mode=mode)
    run.log({"loss": 1})
    assert series(read_back(run), "loss") == {0: 1}
