"""Starting a run: keywords, environment, names, and what is said about it."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import dotscape
from dotscape.errors import ParameterError
from dotscape.sdk.opened import OpenedRun
from dotscape.sdk.run import Run
from dotscape.store.journal import read_journal
from dotscape.store.root import default_root
from tests.sdk.conftest import only_run

ReadBack = Callable[[Run], OpenedRun]
Script = Callable[..., "subprocess.CompletedProcess[str]"]


def test_what_is_given_is_kept(read_back: ReadBack) -> None:
    run = dotscape.init(
        project="p",
        entity="me",
        name="é name",
        id="my.run-1",
        group="g",
        job_type="train",
        tags=["a", "b"],
        notes="n",
        config={"lr": 1},
    )
    assert (run.project, run.entity, run.name, run.id) == ("p", "me", "é name", "my.run-1")
    assert (run.group, run.job_type, run.tags, run.notes) == ("g", "train", ("a", "b"), "n")
    assert run.path == "me/p/my.run-1"
    assert (run.step, run.starting_step, run.resumed, run.offline) == (0, 0, False, False)
    stored = read_back(run)._reader.run
    assert (stored.project, stored.entity, stored.name, stored.id) == (
        "p",
        "me",
        "é name",
        "my.run-1",
    )
    assert (stored.group, stored.job_type) == ("g", "train")
    assert (stored.tags, stored.notes) == (("a", "b"), "n")
    assert stored.config == {"lr": 1}
    assert stored.state == "finished"
    assert stored.created == pytest.approx(run.start_time)


def test_the_first_line_says_who_wrote_it(run: Run) -> None:
    (journal,) = (default_root() / "runs" / run.id).glob("events-*.jsonl")
    first = read_journal(journal).records[0]
    assert first["t"] == "open"
    assert first["v"] == 1
    assert first["run"] == run.id
    assert journal.name == f"events-{first['writer']}.jsonl"
    assert first["pid"] == os.getpid()
    assert first["python"] == ".".join(map(str, sys.version_info[:3]))
    assert first["dotscape"] == dotscape.__version__
    assert first["resumed"] is False


def test_names_nobody_gave(read_back: ReadBack) -> None:
    ids = set()
    for _ in range(5):
        run = dotscape.init()
        assert re.fullmatch(r"[a-z0-9]{8}", run.id)
        assert re.fullmatch(r"[a-z]+-[a-z]+", run.name)
        assert run.project == "uncategorized"
        ids.add(read_back(run).id)
    assert len(ids) == 5


def test_a_scripts_randomness_is_left_alone() -> None:
    import random

    import numpy as np

    random.seed(0)
    np.random.seed(0)
    before = random.getstate(), np.random.get_state()[1].tolist()
    run = dotscape.init()
    run.log({"e": np.zeros((3, 5))})
    run.finish()
    assert (random.getstate(), np.random.get_state()[1].tolist()) == before


def test_the_folder_is_a_keyword_or_the_environment(tmp_path: Path) -> None:
    with dotscape.init(dir=tmp_path / "here") as run:
        assert (tmp_path / "here" / "runs" / run.id).is_dir()
    with dotscape.init() as run:
        assert (default_root() / "runs" / run.id).is_dir()


@pytest.mark.parametrize("prefix", ["DOTSCAPE", "WANDB"])
def test_the_environment(prefix: str, monkeypatch: pytest.MonkeyPatch) -> None:
    names = {
        "PROJECT": "project",
        "ENTITY": "entity",
        "NAME": "name",
        "RUN_ID": "id",
        "RUN_GROUP": "group",
        "JOB_TYPE": "job_type",
        "NOTES": "notes",
    }
    for variable, attribute in names.items():
        monkeypatch.setenv(f"{prefix}_{variable}", f"env-{attribute}")
    monkeypatch.setenv(f"{prefix}_TAGS", "a, b,")
    run = dotscape.init(notes="keyword")
    for attribute in names.values():
        expected = "keyword" if attribute == "notes" else f"env-{attribute}"
        assert getattr(run, attribute) == expected
    assert run.tags == ("a", "b")


def test_our_variables_come_before_theirs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WANDB_PROJECT", "theirs")
    monkeypatch.setenv("DOTSCAPE_PROJECT", "ours")
    monkeypatch.setenv("WANDB_DIR", "/nowhere")  # their folder isn't ours
    assert dotscape.init().project == "ours"


@pytest.mark.parametrize(
    ("name", "value"),
    [("DOTSCAPE_MODE", "disabled"), ("WANDB_MODE", "disabled"), ("DOTSCAPE_DISABLED", "true")],
)
def test_disabled_by_environment(name: str, value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, value)
    assert dotscape.init().disabled


def test_a_mode_that_is_none_is_said() -> None:
    with pytest.warns(UserWarning, match="'mode' of init must be one of"):
        assert not dotscape.init(mode="cloud").disabled


def test_empty_words_are_as_good_as_none() -> None:
    run = dotscape.init(id="", name="", project="")
    assert run.id
    assert run.name
    assert run.project == "uncategorized"


@pytest.mark.parametrize("run_id", ["a/b", "..", "é", "x" * 65])
def test_an_id_that_can_not_be_one_is_refused(run_id: str) -> None:
    with pytest.raises(ParameterError, match="'id' of a run"):
        dotscape.init(id=run_id)
    assert dotscape.run is None


# --- a second init --------------------------------------------------------------------------------


def test_a_second_init_returns_the_run_that_is_active(run: Run) -> None:
    with pytest.warns(UserWarning, match="init was called while a run is active"):
        assert dotscape.init(project="other") is run
    assert dotscape.init(reinit="return_previous") is run


@pytest.mark.parametrize("reinit", [True, "finish_previous"])
def test_or_ends_it_first(run: Run, reinit: Any) -> None:
    second = dotscape.init(reinit=reinit)
    assert second is not run
    assert dotscape.run is second
    assert dotscape.open_run(run.id).state == "finished"


def test_or_leaves_it_alone(run: Run, read_back: ReadBack) -> None:
    second = dotscape.init(reinit="create_new")
    assert dotscape.run is run
    second.log({"b": 1})
    dotscape.log({"a": 1})
    assert read_back(second).keys() == ["b"]
    assert dotscape.run is run
    assert read_back(run).keys() == ["a"]


def test_in_a_notebook_a_second_init_starts_afresh(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    import builtins

    monkeypatch.setattr(builtins, "__IPYTHON__", True, raising=False)
    assert dotscape.init() is not run


# --- what is said ---------------------------------------------------------------------------------


def test_where_to_look_without_a_server(script: Script) -> None:
    done = script("import dotscape\ndotscape.init(project='p', name='n')\ndotscape.finish()\n")
    lines = done.stderr.splitlines()
    root = default_root()
    assert lines == [
        f"dotscape: run 'n' of project 'p', kept in {only_run()._reader.path}",
        "dotscape: to look at it, run: dotscape serve",
        "dotscape: to look at it, run: dotscape serve",
    ]
    assert done.stdout == ""
    done = script(
        "import dotscape, sys\nwith dotscape.init(dir=sys.argv[1]): pass\n", str(root / "a b")
    )
    assert f"dotscape serve --dir '{root / 'a b'}'" in done.stderr


def test_where_to_look_with_a_server(script: Script) -> None:
    root = default_root()
    root.mkdir(parents=True)
    (root / "server.json").write_text(
        f'{{"url": "http://127.0.0.1:4747/", "pid": {os.getpid()}, "started": 1}}'
    )
    (root / "server-token").write_text("secret\n")
    done = script(
        "import dotscape\nwith dotscape.init(project='p') as r: print(r.url, r.project_url)\n"
    )
    run_id = only_run().id
    address = f"http://127.0.0.1:4747/runs/{run_id}?token=secret"
    assert done.stderr.count(f"dotscape: look at it: {address}") == 2
    assert done.stdout.split() == [address, "http://127.0.0.1:4747/projects/p?token=secret"]


@pytest.mark.parametrize(
    "content",
    [
        "",
        "{",
        "[]",
        '{"url": 5}',
        '{"url": "http://x", "pid": 999999999}',
        '{"url": "x", "pid": "1"}',
    ],
)
def test_a_server_file_of_nobody(run: Run, content: str) -> None:
    (default_root() / "server.json").write_text(content)
    (default_root() / "server-token").write_text("secret")
    assert run.url is None


def test_silence(script: Script) -> None:
    done = script(
        """
        import dotscape, numpy as np
        dotscape.init()
        dotscape.log({"a": np.zeros((3, 5))})
        dotscape.finish()
        """,
        DOTSCAPE_SILENT="1",
    )
    assert done.stderr == ""
    assert done.stdout == ""


def test_run_prints_what_it_is(run: Run) -> None:
    assert run.id in repr(run)
    assert "running" in repr(run)
    run.finish()
    assert "finished" in repr(run)
