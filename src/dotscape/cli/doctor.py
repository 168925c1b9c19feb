"""`dotscape doctor`: what is here, and what would keep it from working."""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import socket
import stat
import sys
import tempfile
from collections.abc import Callable
from dataclasses import asdict, dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from dotscape.cli.options import Verbs, add_folder, add_json, folder

_LEAST_FREE = 1 << 30
_PACKAGES = ("msgspec", "numpy", "pillow", "platformdirs", "pyarrow", "starlette", "uvicorn")


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at."""

    name: str
    ok: bool
    words: str


def add_parser(verbs: Verbs) -> None:
    """Declare the verb."""
    parser = verbs.add_parser(
        "doctor",
        help="say what is installed and what may be wrong",
        description="Look at the installation, the folder, the port and the page. Exit code 1 "
        "where something would keep dotscape from working.",
    )
    add_folder(parser)
    add_json(parser)
    parser.add_argument("--port", type=int, default=4747, metavar="N", help="port to look at")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Look at everything and say what was found."""
    root = folder(arguments)
    looks: list[Callable[[], list[Finding]]] = [
        _versions,
        lambda: _folder(root),
        lambda: _secrets(root),
        _kernels,
        _page,
        lambda: _port(root, arguments.port),
        _drawing,
    ]
    findings = [finding for look in looks for finding in look()]
    if arguments.json:
        print(json.dumps([asdict(finding) for finding in findings], indent=2))
    else:
        for finding in findings:
            print(f"{'ok  ' if finding.ok else 'BAD '} {finding.name}: {finding.words}")
    return 0 if all(finding.ok for finding in findings) else 1


def _versions() -> list[Finding]:
    here = f"Python {platform.python_version()} on {platform.system()} {platform.machine()}"
    found = [Finding("dotscape", True, f"{_version('dotscape')}, {here}")]
    missing = [name for name in _PACKAGES if _version(name) is None]
    installed = ", ".join(f"{name} {_version(name)}" for name in _PACKAGES if name not in missing)
    words = installed if not missing else f"missing: {', '.join(missing)}. Install dotscape again."
    return [*found, Finding("packages", not missing, words)]


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return "(a source tree)" if package == "dotscape" else None


def _folder(root: Path) -> list[Finding]:
    if not root.exists():
        return [Finding("folder", True, f"{root} doesn't exist yet; the first run makes it")]
    if not root.is_dir():
        return [Finding("folder", False, f"{root} isn't a folder. Choose another with --dir.")]
    try:
        with tempfile.NamedTemporaryFile(dir=root, prefix=".tmp-doctor-") as file:
            locks = _can_lock(file.fileno())
    except OSError as error:
        words = f"{root} can't be written to: {error.strerror}. Choose another with --dir."
        return [Finding("folder", False, words)]
    free = shutil.disk_usage(root).free
    space = f"{free / (1 << 30):.1f} GiB free"
    if free < _LEAST_FREE:
        words = f"{root}, only {space}: long runs may fill the disk"
        return [Finding("folder", False, words)]
    runs = sum(1 for _ in (root / "runs").glob("*")) if (root / "runs").is_dir() else 0
    how = "" if locks else "; its file system has no locks, so a dead run shows after a minute"
    return [Finding("folder", True, f"{root}, {runs} runs, {space}{how}")]


def _can_lock(descriptor: int) -> bool:
    try:
        import fcntl

        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (ImportError, OSError):
        return False
    return True


def _secrets(root: Path) -> list[Finding]:
    found: list[Finding] = []
    for name in ("server-token", "server.json"):
        path = root / name
        if path.exists() and os.name == "posix":
            mode = stat.S_IMODE(path.stat().st_mode)
            words = f"{name} has mode {mode:04o}"
            if mode & 0o077:
                words += f": others can read it. Delete it: rm {path}"
            found.append(Finding("secrets", not mode & 0o077, words))
    return found


def _kernels() -> list[Finding]:
    try:
        from dotscape.core.kernels import simd_level, thread_count

        words = f"native, {simd_level()}, {thread_count(None)} threads"
    except ImportError as error:
        words = f"can't be loaded ({error}). Build them: pip install ."
        return [Finding("kernels", False, words)]
    return [Finding("kernels", True, words)]


def _page() -> list[Finding]:
    from dotscape.server.routes.pages import PAGE

    if not (PAGE / "index.html").is_file():
        return [Finding("page", False, "isn't built. In a checkout run: make page")]
    return [Finding("page", True, f"built, in {PAGE}")]


def _port(root: Path, port: int) -> list[Finding]:
    from dotscape.server.listen import running

    server = running(root)
    if server is not None:
        words = f"a server of this folder runs: {server['url']} (process {server['pid']})"
        return [Finding("server", True, words)]
    with socket.socket() as probe:
        if os.name == "posix":
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            words = f"port {port} can't be used ({error.strerror}). Choose another with --port."
            return [Finding("server", False, words)]
    return [Finding("server", True, f"none runs on this folder; port {port} is free")]


def _drawing() -> list[Finding]:
    screen = bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
    if sys.platform.startswith("linux") and not screen:
        words = (
            "no screen here: open the address from another machine through "
            "'ssh -L 4747:localhost:4747 this-machine'"
        )
    else:
        words = (
            "the page needs WebGL 2; https://get.webgl.org/webgl2 tells whether a browser has it"
        )
    return [Finding("drawing", True, words)]
