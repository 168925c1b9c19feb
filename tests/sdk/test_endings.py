"""How a run ends: with the process, whichever way that ends, and in no other process."""

from __future__ import annotations

import signal
import subprocess
from collections.abc import Callable
from typing import Any

import pytest

import dotscape
from dotscape.sdk.run import Run
from dotscape.store.root import default_root
from tests.sdk.conftest import only_run

Script = Callable[..., "subprocess.CompletedProcess[str]"]


def ended(code: str, script: Script, **options: Any) -> tuple[str, int | None, int]:
    """State and exit code of the run, and what the process returned."""
    done = script("import dotscape, os, sys, signal\n" + code, check=False, **options)
    run = only_run()._reader.run
    return run.state, run.exit_code, done.returncode


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("dotscape.init(); dotscape.finish()", ("finished", 0, 0)),
        ("dotscape.init(); dotscape.log({'a': 1})", ("finished", 0, 0)),
        ("dotscape.init(); dotscape.finish(exit_code=3)", ("failed", 3, 0)),
        ("with dotscape.init(): pass", ("finished", 0, 0)),
        ("with dotscape.init(): raise ValueError", ("failed", 1, 1)),
        ("dotscape.init(); raise ValueError", ("failed", 1, 1)),
        ("dotscape.init(); raise KeyboardInterrupt", ("failed", 130, -2)),
        ("dotscape.init(); sys.exit()", ("finished", 0, 0)),
        ("dotscape.init(); sys.exit(0)", ("finished", 0, 0)),
        ("dotscape.init(); sys.exit(3)", ("failed", 3, 3)),
        ("dotscape.init(); sys.exit('words')", ("failed", 1, 1)),
        ("dotscape.init(); os._exit(0)", ("crashed", None, 0)),
        ("dotscape.init(); os.kill(os.getpid(), signal.SIGTERM)", ("crashed", None, -15)),
        ("dotscape.init(); os.abort()", ("crashed", None, -6)),
    ],
)
def test_endings(script: Script, code: str, expected: tuple[str, int | None, int]) -> None:
    assert ended(code, script) == expected


def test_an_error_that_was_handled_is_none(script: Script) -> None:
    code = """
dotscape.init()
try:
    raise ValueError
except ValueError:
    pass
"""
    assert ended(code, script) == ("finished", 0, 0)


def test_the_traceback_is_still_printed(script: Script) -> None:
    done = script("import dotscape\ndotscape.init()\nraise ValueError('on purpose')\n", check=False)
    assert done.stderr.count("ValueError: on purpose") == 1
    assert only_run()._reader.logs()[0].text.count("ValueError: on purpose") == 1


def test_finish_twice_is_nothing(run: Run) -> None:
    run.finish()
    run.finish(exit_code=1)
    dotscape.finish()
    assert dotscape.open_run(run.id).state == "finished"


def test_the_context_manager_does_not_swallow_the_error() -> None:
    with pytest.raises(ValueError, match="on purpose"), dotscape.init() as run:
        raise ValueError("on purpose")
    assert dotscape.open_run(run.id).state == "failed"
    assert dotscape.run is None


def test_two_runs_of_one_process_both_end(script: Script) -> None:
    script(
        """
        import dotscape
        dotscape.init(id="a")
        dotscape.init(id="b", reinit="create_new").log({"x": 1})
        """
    )
    assert [dotscape.open_run(r).state for r in ("a", "b")] == ["finished", "finished"]


def test_a_run_is_running_until_then(run: Run) -> None:
    assert dotscape.open_run(run.id).state == "running"


# --- forks ----------------------------------------------------------------------------------------


def writers() -> list[str]:
    (folder,) = (default_root() / "runs").iterdir()
    return sorted(p.name for p in folder.glob("events-*.jsonl"))


def test_a_child_that_logs_gets_a_writer_of_its_own(script: Script) -> None:
    script(
        """
        import os, dotscape
        run = dotscape.init()
        run.log({"parent": 1})
        child = os.fork()
        if child == 0:
            run.log({"child": 1}, step=5)
            dotscape.log({"child": 2}, step=6)
            dotscape.finish()
            os._exit(0)
        os.waitpid(child, 0)
        run.log({"parent": 2})
        """
    )
    opened = only_run()
    assert len(writers()) == 2
    history = opened.history()
    assert history["parent"][2].tolist() == [1, 2]
    assert history["child"][2].tolist() == [1, 2]
    assert opened.state == "finished"
    assert opened.damage == []


def test_a_child_that_logs_nothing_leaves_no_trace(script: Script) -> None:
    done = script(
        """
        import os, sys, dotscape
        run = dotscape.init()
        child = os.fork()
        if child == 0:
            print("from the child", flush=True)
            sys.exit(3)
        os.waitpid(child, 0)
        run.log({"a": 1})
        print("from the parent")
        """
    )
    opened = only_run()
    assert done.stdout == "from the child\nfrom the parent\n"
    assert len(writers()) == 1
    assert opened.state == "finished"
    (chunk,) = opened._reader.logs()
    assert "from the parent" in chunk.text
    assert "from the child" not in chunk.text


def test_a_child_that_outlives_its_parent_does_not_keep_it_running(script: Script) -> None:
    done = script(
        """
        import os, signal, time, dotscape
        run = dotscape.init()
        child = os.fork()
        if child == 0:
            os.close(1), os.close(2)
            time.sleep(60)
            os._exit(0)
        print(child, flush=True)
        os.kill(os.getpid(), signal.SIGKILL)
        """,
        check=False,
    )
    child = int(done.stdout)
    try:
        assert only_run().state == "crashed"
    finally:
        import os

        os.kill(child, signal.SIGKILL)


def test_a_killed_parent_is_crashed_whatever_its_child_says(script: Script) -> None:
    script(
        """
        import os, signal, time, dotscape
        run = dotscape.init()
        parent = os.getpid()
        if os.fork() == 0:
            run.log({"child": 1})
            os.kill(parent, signal.SIGKILL)
            time.sleep(0.2)
            run.finish()
            os._exit(0)
        time.sleep(60)
        """,
        check=False,
    )
    from tests.store.folders import wait_until

    wait_until(lambda: only_run().state != "running")
    assert only_run().state == "crashed"


@pytest.mark.parametrize("method", ["fork", "spawn", "forkserver"])
def test_multiprocessing(script: Script, method: str) -> None:
    script(
        """
        import multiprocessing, sys
        import dotscape

        def work(number):
            if dotscape.run is not None:
                dotscape.log({f"w{number}": number}, step=number)
            return number

        if __name__ == "__main__":
            run = dotscape.init()
            with multiprocessing.get_context(sys.argv[1]).Pool(2) as pool:
                assert pool.map(work, range(4)) == [0, 1, 2, 3]
            run.log({"main": 1})
        """,
        method,
    )
    opened = only_run()
    assert opened.state == "finished"
    found = set(opened.history())
    assert found == ({"main", "w0", "w1", "w2", "w3"} if method == "fork" else {"main"})


def test_a_fork_while_threads_log(script: Script) -> None:
    script(
        """
        import os, threading, dotscape
        run = dotscape.init()
        stop = threading.Event()
        def work():
            while not stop.is_set():
                run.log({"thread": 1})
        threads = [threading.Thread(target=work) for _ in range(3)]
        for thread in threads: thread.start()
        children = []
        for number in range(20):
            child = os.fork()
            if child == 0:
                run.log({"child": number})
                os._exit(0)
            children.append(child)
        for child in children:
            assert os.waitpid(child, 0)[1] == 0
        stop.set()
        for thread in threads: thread.join()
        """,
        PYTHONWARNINGS="ignore",
    )
    opened = only_run()
    assert opened.state == "finished"
    assert opened.damage == []
    assert len(writers()) == 21


# --- the end does not hang ------------------------------------------------------------------------


def test_logging_from_a_signal_handler(script: Script) -> None:
    script(
        """
        import signal, dotscape
        run = dotscape.init()
        def handler(number, frame):
            run.log({"signal": 1})
        signal.signal(signal.SIGALRM, handler)
        signal.setitimer(signal.ITIMER_REAL, 0.001, 0.001)
        for step in range(20000):
            run.log({"loss": step})
        signal.setitimer(signal.ITIMER_REAL, 0)
        """
    )
    opened = only_run()
    assert opened.damage == []
    assert opened.history(["loss"])["loss"][2].tolist() == list(range(20000))
    assert opened.keys() == ["loss", "signal"] or opened.keys() == ["signal", "loss"]


def test_logging_while_the_interpreter_ends(script: Script) -> None:
    script(
        """
        import atexit, dotscape
        class Last:
            def __del__(self):
                dotscape_run.log({"del": 1})
        dotscape_run = dotscape.init()
        atexit.register(lambda: dotscape_run.log({"atexit": 1}))
        keep = Last()
        """
    )
    opened = only_run()
    assert opened.state == "finished"
    assert opened.keys() == ["atexit"]
