"""What records add up to: the same in any order, from any point on."""

from __future__ import annotations

import itertools
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dotscape.errors import StoreError
from dotscape.store.fold import RunFold
from dotscape.store.registers import Registers
from dotscape.store.writers import WriterInfo, run_state

KEYS = st.sampled_from(["a", "b", "c"])
SMALL = st.dictionaries(KEYS, st.integers(0, 9), max_size=3)
RECORD = st.one_of(
    st.builds(lambda d, s: {"t": "log", "s": s, "d": d}, SMALL, st.integers(0, 9)),
    st.builds(lambda d: {"t": "config", "d": d}, SMALL),
    st.builds(lambda k: {"t": "config", "d": {}, "del": [k]}, KEYS),
    st.builds(lambda d: {"t": "summary", "d": d}, SMALL),
    st.builds(lambda n: {"t": "tags", "name": n, "tags": [n]}, st.text(max_size=3)),
    st.builds(lambda s: {"t": "link", "set": s, "source": "k", "column": "c"}, KEYS),
)
TWO_WRITERS = st.lists(st.tuples(st.sampled_from(["w1", "w2"]), RECORD), max_size=20)


def opened(writer: str, started: float, **fields: Any) -> dict[str, Any]:
    return {"t": "open", "v": 1, "writer": writer, "started": started, "project": "p", **fields}


def folded(records: list[tuple[str, dict[str, Any]]]) -> RunFold:
    fold = RunFold("r")
    for writer, record in records:
        fold.apply(writer, record)
    return fold


def result(fold: RunFold) -> Any:
    run = fold.run(Path("nowhere"), alive=lambda who: False)
    return run, fold.links


@given(TWO_WRITERS, st.integers(0, 20))
@settings(deadline=None)
def test_reading_one_journal_after_the_other_gives_the_same(records: Any, cut: int) -> None:
    timed = [(w, {**r, "ts": 100.0 + i}) for i, (w, r) in enumerate(records)]
    timed = [("w1", opened("w1", 1.0)), ("w2", opened("w2", 2.0)), *timed]
    together = result(folded(timed))
    for first in ("w1", "w2"):
        apart = sorted(timed, key=lambda entry: entry[0] != first)
        assert result(folded(apart)) == together
    # As it goes over a restart: some of it, saved as JSON, restored, the rest.
    cut = min(cut, len(timed))
    state = json.loads(json.dumps(folded(timed[:cut]).state()))
    restored = RunFold.restore("r", state)
    for writer, record in timed[cut:]:
        restored.apply(writer, record)
    assert result(restored) == together


def test_the_run_is_what_the_records_say() -> None:
    fold = folded(
        [
            (
                "w1",
                opened(
                    "w1",
                    10.0,
                    entity="me",
                    name="one",
                    group="g",
                    job_type="train",
                    tags=["x"],
                    notes="n",
                    program="a.py",
                    host="h",
                ),
            ),
            ("w1", {"t": "config", "d": {"lr": 0.1, "gone": 1}, "ts": 11}),
            ("w1", {"t": "config", "d": {"gone": None}, "del": ["gone"], "ts": 12}),
            ("w1", {"t": "log", "s": 7, "ts": 13, "d": {"loss": 1, "e": {"_type": "rows"}}}),
            ("w1", {"t": "tags", "notes": "changed", "ts": 14}),
            ("w1", {"t": "unknown to us", "ts": 15}),
            ("w1", {"t": "close", "ts": 20, "exit": 3, "state": "failed"}),
        ]
    )
    run = fold.run(Path("nowhere"))
    assert (run.project, run.entity, run.name, run.group) == ("p", "me", "one", "g")
    assert (run.job_type, run.tags, run.notes) == ("train", ("x",), "changed")
    assert (run.program, run.host) == ("a.py", "h")
    assert (run.created, run.updated, run.steps) == (10.0, 20.0, 8)
    assert (run.state, run.exit_code) == ("failed", 3)
    assert run.config == {"lr": 0.1}
    assert run.summary["loss"] == 1
    assert run.damaged_lines == 0


@pytest.mark.parametrize(
    "record",
    [
        {"t": "log"},
        {"t": "log", "s": -1, "d": {}},
        {"t": "log", "s": True, "d": {}},
        {"t": "log", "s": 1.5, "d": {}},
        {"t": "log", "s": 1, "d": []},
        {"t": "log", "s": 1, "d": {}, "ts": "soon"},
        {"t": "config", "d": 5},
        {"t": "config"},
        {"t": "summary", "d": None},
        {"t": "metric"},
        {"t": "metric", "name": 5},
        {"t": "link", "set": 1, "source": 2, "column": 3},
        {"t": "link", "set": "a"},
        {"t": "close", "state": "running"},
        {"t": "close"},
        {"t": "open"},
        {"t": "open", "v": 1, "started": "then"},
    ],
    ids=str,
)
def test_records_that_say_nonsense_are_counted(record: dict[str, Any]) -> None:
    fold = folded(
        [("w1", opened("w1", 1.0)), ("w1", record), ("w1", {"t": "log", "s": 0, "d": {}})]
    )
    run = fold.run(Path("nowhere"), alive=lambda who: True)
    assert run.damaged_lines == 1
    assert run.steps == 1


def test_a_newer_format_is_refused_by_name() -> None:
    fold = RunFold("r")
    with pytest.raises(StoreError, match=r"format 2.*up to 1"):
        fold.apply("w1", {**opened("w1", 1.0), "v": 2})


def test_a_journal_without_its_first_line_still_has_a_start() -> None:
    fold = folded([("20261123T204000-77-abcdef", {"t": "log", "s": 0, "d": {"loss": 1}})])
    run = fold.run(Path("nowhere"))
    assert run.created == 1795466400.0
    assert run.project == "uncategorized"
    assert run.state == "crashed"


# --- states ---------------------------------------------------------------------------------------


def writer(
    name: str, started: float, last: float, state: Any = None, role: Any = None
) -> WriterInfo:
    return WriterInfo(name, started, last, state=state, role=role)


@pytest.mark.parametrize(
    ("writers", "alive", "expected"),
    [
        ([writer("a", 1, 2)], "a", "running"),
        ([writer("a", 1, 2)], "", "crashed"),
        ([writer("a", 1, 2, "finished")], "", "finished"),
        ([writer("a", 1, 2, "failed")], "", "failed"),
        # Resumed after a good end, and killed then.
        ([writer("a", 1, 2, "finished"), writer("b", 3, 3)], "", "crashed"),
        ([writer("a", 1, 2), writer("b", 3, 4, "finished")], "", "finished"),
        # Side by side: one is done, the other still at it.
        ([writer("a", 1, 9, "finished"), writer("b", 1, 5)], "b", "running"),
        ([writer("a", 1, 9, "finished"), writer("b", 1, 5, "failed")], "", "finished"),
        # A child that ended well doesn't undo that its parent was killed.
        ([writer("a", 1, 5), writer("c", 2, 6, "finished", "child")], "", "crashed"),
        ([writer("a", 1, 9, "finished"), writer("c", 2, 6, None, "child")], "", "finished"),
        ([writer("a", 1, 9, "finished"), writer("c", 2, 6, None, "child")], "c", "running"),
        # Somebody who edits tags is no training script.
        ([writer("a", 1, 2, "finished"), writer("e", 5, 9, None, "edits")], "e", "finished"),
        ([writer("a", 1, 2), writer("e", 5, 9, None, "edits")], "", "crashed"),
        ([writer("e", 5, 9, None, "edits")], "e", "crashed"),
        ([], "", "crashed"),
    ],
)
def test_states(writers: list[WriterInfo], alive: str, expected: str) -> None:
    for order in itertools.permutations(writers):
        assert run_state(order, lambda who: who.name in alive.split())[0] == expected


# --- registers ------------------------------------------------------------------------------------

CHANGES = st.lists(
    st.tuples(KEYS, st.integers(0, 9), st.booleans()), max_size=10, unique_by=lambda t: t[1]
)


@given(CHANGES, st.randoms(use_true_random=False))
def test_registers_come_to_the_same_in_any_order(changes: Any, random: Any) -> None:
    def play(order: Any) -> dict[str, Any]:
        registers = Registers()
        for key, time, gone in order:
            if gone:
                registers.remove([key], float(time))
            else:
                registers.set({key: time}, float(time))
        return registers.as_dict()

    shuffled = list(changes)
    random.shuffle(shuffled)
    assert play(shuffled) == play(sorted(changes, key=lambda c: c[1]))
