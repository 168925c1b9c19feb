"""What the package offers, and how little importing it loads."""

from __future__ import annotations

import importlib
import inspect
import subprocess
import sys
from typing import Any

import pytest

import dotscape
from dotscape.errors import NotInitializedError

# Parameters of W&B's client 0.31.0, in order; ours take all of them under the same names.
SIGNATURES: dict[str, str] = {
    "init": "entity project dir id name notes tags config config_exclude_keys config_include_keys "
    "allow_val_change group job_type mode force reinit resume resume_from fork_from save_code "
    "tensorboard sync_tensorboard monitor_gym settings",
    "log": "data step commit",
    "finish": "exit_code",
    "define_metric": "name step_metric step_sync hidden summary",
    "save": "glob_str base_path policy glob",
    "login": "key relogin host force timeout",
    "Table": "columns data rows dataframe dtype optional allow_mixed_types log_mode",
    "Object3D": "data_or_path caption",
    "Image": "data_or_path mode caption grouping classes boxes masks file_type",
    "Audio": "data_or_path sample_rate caption",
    "Html": "data inject data_is_not_path",
    "Histogram": "sequence np_histogram num_bins",
}


def test_no_more_than_twenty_names() -> None:
    assert dotscape.__all__ == sorted(dotscape.__all__)
    assert len(set(dotscape.__all__)) == len(dotscape.__all__) <= 20


@pytest.mark.parametrize("name", [n for n in dotscape.__all__ if n not in ("config", "summary")])
def test_every_name_is_there(name: str) -> None:
    value = getattr(dotscape, name)
    assert value is None if name == "run" else callable(value)
    assert name in dir(dotscape)


@pytest.mark.parametrize("name", dotscape.__all__)
def test_every_name_is_documented(name: str) -> None:
    if name in ("config", "summary", "run"):  # of the current run
        documented: Any = getattr(dotscape.Run, "__doc__", None)
    else:
        documented = inspect.getdoc(getattr(dotscape, name))
    assert documented


@pytest.mark.parametrize("name", SIGNATURES)
def test_parameters_are_those_of_the_field(name: str) -> None:
    parameters = list(inspect.signature(getattr(dotscape, name)).parameters)
    assert parameters[: len(SIGNATURES[name].split())] == SIGNATURES[name].split()


def test_all_optional_parameters_default_to_nothing_needed() -> None:
    for name in ("init", "finish", "login", "Table", "Histogram"):
        for parameter in inspect.signature(getattr(dotscape, name)).parameters.values():
            fixed = parameter.kind not in (parameter.VAR_KEYWORD, parameter.VAR_POSITIONAL)
            assert not fixed or parameter.default is not parameter.empty, (name, parameter)


def test_a_name_that_is_not_there() -> None:
    with pytest.raises(AttributeError, match=r"'Molecule'.*Object3D"):
        _ = dotscape.Molecule  # pyright: ignore


def test_importing_loads_next_to_nothing() -> None:
    code = (
        "import sys; before = set(sys.modules); import dotscape;"
        "print(len({m for m in set(sys.modules) - before if not m.startswith('_')}))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    # An editable install's own finder is among them.
    assert int(done.stdout) <= 20


def test_logging_numbers_loads_no_array_library() -> None:
    code = (
        "import sys, dotscape; dotscape.init(); dotscape.log({'loss': 0.5, 'note': 'x'});"
        "dotscape.finish(); print(' '.join({m.split('.')[0] for m in sys.modules}))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert not {"numpy", "pyarrow", "PIL", "msgspec", "starlette"} & set(done.stdout.split())


@pytest.mark.parametrize(
    "use",
    [
        lambda: dotscape.log({"x": 1}),
        lambda: dotscape.define_metric("x"),
        lambda: dotscape.save("x"),
        lambda: dotscape.config.lr,
        lambda: dotscape.config["lr"],
        lambda: dotscape.config.update({"a": 1}),
        lambda: setattr(dotscape.config, "lr", 1),
        lambda: dotscape.summary["x"],
        lambda: dotscape.summary.update({"x": 1}),
    ],
)
def test_before_init_the_message_says_what_to_call(use: Any) -> None:
    with pytest.raises(
        NotInitializedError, match=r"You must call dotscape.init\(\) before dotscape\."
    ):
        use()


def test_before_init_finish_and_run_are_harmless() -> None:
    dotscape.finish()
    assert dotscape.run is None
    assert "no run yet" in repr(dotscape.config)


def test_config_summary_and_run_follow_the_current_run() -> None:
    first = dotscape.init(config={"lr": 1})
    assert dotscape.run is first
    assert dotscape.config.lr == 1
    assert dotscape.config is first.config
    dotscape.finish()
    second = dotscape.init(config={"lr": 2})
    assert dotscape.run is second
    assert dotscape.config["lr"] == 2
    dotscape.log({"loss": 5})
    assert dotscape.summary["loss"] == 5
    dotscape.finish()
    assert dotscape.run is None


def test_as_wandb() -> None:
    wandb = importlib.import_module("dotscape")
    with wandb.init(project="x", settings=wandb.Settings(start_method="fork")) as run:
        assert wandb.run.name == run.name
        assert wandb.login() is True
        for target in (wandb, run):
            target.watch(object(), log="all")
            target.unwatch()
            target.alert("title", "text", level="INFO")
            target.log_code(".")
            assert target.log_artifact("x", type="model") == "x"


def test_what_does_nothing_says_so_once(script: Any) -> None:
    done = script(
        """
        import dotscape as wandb
        wandb.init(sync_tensorboard=True)
        for _ in range(3):
            wandb.watch(None)
        """
    )
    assert done.stderr.count("watch does nothing here") == 1
    assert done.stderr.count("init takes sync_tensorboard but does nothing with it") == 1
