"""The package as people install it: what the wheel holds, and that it needs nothing to build."""

from __future__ import annotations

import os
import subprocess
import tarfile
import zipfile
from pathlib import Path

import pytest

from tests import environments

pytestmark = pytest.mark.slow


def test_wheel_holds_page_kernels_and_types() -> None:
    with zipfile.ZipFile(environments.wheel()) as wheel:
        names = wheel.namelist()
    assert "dotscape/server/page/index.html" in names
    assert "dotscape/server/page/sources.sha256" in names
    assert any(name.startswith("dotscape/core/kernels/_kernels") for name in names)
    assert "dotscape/py.typed" in names
    assert not [name for name in names if name.startswith(("tests/", "web/", "bench/"))]


def test_installed_wheel_runs_without_node_or_compiler(tmp_path: Path) -> None:
    python = environments.python_with()
    environment = {"PATH": str(python.parent), "HOME": str(tmp_path), "DOTSCAPE_DIR": str(tmp_path)}
    script = (
        "import numpy as np, dotscape as wandb\n"
        "run = wandb.init(project='p')\n"
        "wandb.log({'e': np.random.default_rng(0).random((50, 8), dtype='float32')})\n"
        "wandb.finish()\n"
        "print(np.asarray(wandb.project(wandb.open_run(run.id).embedding('e').vectors,"
        " method='pca')).shape)\n"
    )
    run = subprocess.run(
        [python, "-c", script], env=environment, capture_output=True, text=True, check=True
    )
    assert run.stdout.splitlines()[-1] == "(50, 2)"
    listed = subprocess.run(
        [python.parent / "dotscape", "ls", "--json"],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    assert '"p"' in listed.stdout


def test_sdist_builds_a_wheel_with_the_page_but_without_node(tmp_path: Path) -> None:
    environments.wheel()  # the page is built by now
    build = "import backend, sys; print(backend.build_sdist(sys.argv[1]))"
    subprocess.run(
        [environments.python_with("scikit-build-core==1.1.2"), "-c", build, str(tmp_path)],
        cwd=environments.ROOT,
        env={**os.environ, "PYTHONPATH": "_build_backend"},
        capture_output=True,
        check=True,
    )
    archive = next(tmp_path.glob("*.tar.gz"))
    with tarfile.open(archive) as sdist:
        names = sdist.getnames()
    assert any(name.endswith("/src/dotscape/server/page/index.html") for name in names)
    assert not any("node_modules" in name for name in names)

    # A PATH without node and npm, but with a compiler.
    tools = tmp_path / "bin"
    tools.mkdir()
    for folder in os.environ["PATH"].split(os.pathsep):
        for tool in Path(folder).glob("*") if Path(folder).is_dir() else ():
            if (
                tool.name not in {"node", "npm", "npx", "corepack"}
                and not (tools / tool.name).exists()
            ):
                (tools / tool.name).symlink_to(tool)
    environment = {**os.environ, "PATH": str(tools)}
    subprocess.run(
        [environments.python_with(), "-m", "pip", "wheel", "--quiet", "--no-deps", str(archive)],
        cwd=tmp_path,
        env=environment,
        check=True,
    )
    with zipfile.ZipFile(next(tmp_path.glob("*.whl"))) as wheel:
        assert "dotscape/server/page/index.html" in wheel.namelist()
