"""Continuing a run: never over what is there, and from the right step."""

from __future__ import annotations

import signal
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import dotscape
from dotscape.errors import ParameterError, StoreError
from dotscape.sdk.run import Run
from dotscape.store.edits import RunEdits
from dotscape.store.root import default_root
from tests.store.folders import Folder

Script = Callable[..., "subprocess.CompletedProcess[str]"]


def first_half(**fields: Any) -> Run:
    run = dotscape.init(id="r", project="p", name="first", tags=["t"], config={"a": 1}, **fields)
    for step in range(3):
        run.log({"loss": step})
    run.summary["best"] = 5
    run.finish()
    return run


def journals() -> dict[str, bytes]:
    return {p.name: p.read_bytes() for p in (default_root() / "runs" / "r").glob("*.jsonl")}


@pytest.mark.parametrize("resume", ["allow", "must", "auto", True])
def test_what_was_logged_goes_on(resume: Any) -> None:
    first_half()
    before = journals()
    run = dotscape.init(id="r", resume=resume, config={"b": 2})
    assert run.resumed
    assert (run.step, run.starting_step) == (3, 3)
    assert (run.project, run.name, run.tags) == ("p", "first", ("t",))
    assert dict(run.config) == {"a": 1, "b": 2}
    assert dict(run.summary) == {"loss": 2, "best": 5}
    run.log({"loss": 9})
    run.finish()
    opened = dotscape.open_run("r")
    assert opened.history(["loss"])["loss"][0].tolist() == [0, 1, 2, 3]
    assert opened.config == {"a": 1, "b": 2}
    assert opened.summary == {"loss": 9, "best": 5}
    assert (opened.name, opened.tags) == ("first", ("t",))
    # Nothing of the first half was touched.
    after = journals()
    assert len(after) == 2
    assert all(after[name] == content for name, content in before.items())


def test_without_resume_it_is_continued_and_said() -> None:
    first_half()
    before = journals()
    with pytest.warns(UserWarning, match="a run 'r' already; it is continued from step 3"):
        run = dotscape.init(id="r")
    run.log({"loss": 9})
    run.finish()
    assert dotscape.open_run("r").history(["loss"])["loss"][0].tolist() == [0, 1, 2, 3]
    assert all(journals()[name] == content for name, content in before.items())


def test_never_refuses() -> None:
    first_half()
    before = journals()
    with pytest.raises(ParameterError, match=r"new, with resume='never'.*'r', which has 3 steps"):
        dotscape.init(id="r", resume="never")
    assert journals() == before
    assert dotscape.run is None
    assert dotscape.init(id="other", resume="never").step == 0


def test_must_wants_one() -> None:
    with pytest.raises(ParameterError, match=r"resume='must'.*'none', which isn't in"):
        dotscape.init(id="none", resume="must")
    with pytest.raises(ParameterError, match="given with resume='must'"):
        dotscape.init(resume="must")
    assert not (default_root() / "runs").exists()


def test_allow_starts_one_where_there_is_none() -> None:
    run = dotscape.init(id="r", resume="allow")
    assert (run.resumed, run.step) == (False, 0)


def test_a_resume_that_is_none_is_refused() -> None:
    with pytest.raises(ParameterError, match="'resume' of init"):
        dotscape.init(resume="maybe")


def test_by_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    first_half()
    monkeypatch.setenv("WANDB_RESUME", "allow")
    monkeypatch.setenv("WANDB_RUN_ID", "r")
    assert dotscape.init().step == 3


def test_a_new_name_replaces_the_old_one() -> None:
    first_half()
    dotscape.init(id="r", resume="allow", name="second", tags=["u"]).finish()
    opened = dotscape.open_run("r")
    assert (opened.name, opened.tags) == ("second", ("u",))


def test_what_was_edited_meanwhile_stays() -> None:
    first_half()
    RunEdits(default_root(), "r").tags(["edited"], name="edited", notes="edited")
    run = dotscape.init(id="r", resume="must")
    assert (run.name, run.tags, run.notes) == ("edited", ("edited",), "edited")
    run.finish()
    assert dotscape.open_run("r").name == "edited"


def test_metrics_go_on(tmp_path: Path) -> None:
    run = dotscape.init(id="r")
    run.define_metric("loss", summary="min,max")
    run.log({"loss": 1})
    run.log({"loss": 5})
    run.finish()
    run = dotscape.init(id="r", resume="must")
    run.log({"loss": 3})
    assert run.summary["loss"] == {"min": 1, "max": 5}
    run.finish()
    assert dotscape.open_run("r").summary["loss"] == {"min": 1, "max": 5}


def test_a_run_of_a_newer_format_is_not_written_to() -> None:
    folder = Folder(default_root(), "r", v=2)
    before = folder.journal_path.read_bytes()
    with pytest.raises(StoreError, match="format 2"):
        dotscape.init(id="r", resume="allow")
    assert folder.journal_path.read_bytes() == before
    assert len(journals()) == 1


# --- auto -----------------------------------------------------------------------------------------

CRASH = """
import os, sys, dotscape
run = dotscape.init(project="p", resume="auto")
print(run.id, run.step, flush=True)
run.log({"loss": run.step})
if sys.argv[1] == "kill":
    os.kill(os.getpid(), 9)
if sys.argv[1] == "raise":
    raise RuntimeError("on purpose")
"""


def told(done: subprocess.CompletedProcess[str]) -> list[str]:
    return done.stdout.split()


def test_auto_continues_the_last_run_if_it_did_not_end_well(script: Script) -> None:
    killed = script(CRASH, "kill", check=False)
    assert killed.returncode == -signal.SIGKILL
    run_id, step = told(killed)
    assert step == "0"
    assert dotscape.open_run(run_id).state == "crashed"
    assert told(script(CRASH, "raise", check=False)) == [run_id, "1"]
    assert dotscape.open_run(run_id).state == "failed"
    assert told(script(CRASH, "end")) == [run_id, "2"]
    assert dotscape.open_run(run_id).state == "finished"
    other_id, step = told(script(CRASH, "end"))
    assert other_id != run_id
    assert step == "0"


def test_auto_knows_script_and_project(script: Script) -> None:
    run_id, _ = told(script(CRASH, "kill", check=False))
    other = CRASH.replace('project="p"', 'project="q"')
    assert told(script(other, "kill", check=False))[0] != run_id
    assert dotscape.init(project="p", resume="auto").id != run_id  # another script
    assert told(script(CRASH, "end"))[0] == run_id


def test_auto_leaves_a_run_alone_that_is_still_running(script: Script, tmp_path: Path) -> None:
    first = script("import dotscape\ndotscape.init(project='p', resume=True, id='r')\n")
    assert "r" in first.stderr
    folder = Folder(
        default_root(), "busy", alive=True, start=4e9, program=str(tmp_path / "script.py")
    )
    assert folder.lock
    run_id, step = told(script(CRASH.replace('"p"', '"demo"'), "end"))
    assert (run_id != "busy", step) == (True, "0")
    folder.die()


# --- side by side ---------------------------------------------------------------------------------

WORKER = """
import sys, time, dotscape, numpy as np
run = dotscape.init(id="shared", project="p", resume="allow")
name = sys.argv[1]
print("ready", flush=True)
sys.stdin.readline()
for step in range(200):
    run.log({name: step}, step=step + 1)
    if step % 40 == 0:
        run.log({f"e{name}": np.full((5, 3), step, "f4")}, step=step + 1)
run.config[name] = 1
run.summary[f"best {name}"] = 1
run.finish()
"""


def test_two_processes_write_one_run_side_by_side(tmp_path: Path) -> None:
    import sys

    from tests.sdk.conftest import script_environment

    processes = [
        subprocess.Popen(
            [sys.executable, "-c", WORKER, name],
            env=script_environment(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for name in ("a", "b", "c")
    ]
    for process in processes:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    assert dotscape.open_run("shared").state == "running"
    for process in processes:
        process.communicate("go\n", timeout=60)
        assert process.returncode == 0
    opened = dotscape.open_run("shared")
    assert opened.state == "finished"
    assert opened.damage == []
    history = opened.history()
    for name in ("a", "b", "c"):
        assert history[name][2].tolist() == list(range(200))
        assert opened.embedding(f"e{name}").vectors[0, 0] == 160
    assert opened.config == {"a": 1, "b": 1, "c": 1}
    assert len(list((default_root() / "runs" / "shared").glob("events-*.jsonl"))) == 3
    np.testing.assert_array_equal(opened.embedding("ea", 41).vectors, np.full((5, 3), 40))


def test_a_clock_that_was_set_back_turns_nothing_around(monkeypatch: pytest.MonkeyPatch) -> None:
    import time

    run = dotscape.init(id="r", config={"a": 1})
    run.log({"loss": 1})
    real = time.time
    monkeypatch.setattr(time, "time", lambda: real() - 3600)
    run.log({"loss": 2})
    run.config.a = 2
    run.finish()
    # On another machine, whose clock is behind: it crashes, and that is the last thing known.
    again = dotscape.init(id="r", resume="must", config={"a": 3})
    again.log({"loss": 3})
    opened = dotscape.open_run("r")
    assert opened.state == "running"
    assert opened.summary == {"loss": 3}
    assert opened.config == {"a": 3}
    assert again._writer is not None
    again._writer.close(None)
    assert opened.refresh().state == "crashed"
