"""The same tests on other instruction sets and with sanitizers watching. Slow."""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
WATCHED = [
    "tests/core/test_pack.py",
    "tests/core/test_matrix.py",
    "tests/core/projection/test_descent.py",
    "tests/core/projection/test_affinities.py",
    "tests/core/projection/test_fuzzy.py",
    "tests/core/neighbors",
    "tests/core/analysis",
]

# An editable installation finds its modules before the path is looked at.
NO_EDITABLE = """import sys
sys.meta_path[:] = [f for f in sys.meta_path if "editable" not in type(f).__module__]
"""


def run_tests(*paths: str, path: Path | None = None, **environment: str) -> None:
    """Run tests in another process; its output is the failure's message."""
    where = os.pathsep.join(str(part) for part in (path, ROOT) if part is not None)
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", *paths],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": where, **environment},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-6000:]


@pytest.mark.slow
@pytest.mark.skipif(platform.machine() != "x86_64", reason="elsewhere there is one level")
@pytest.mark.parametrize("level", ["portable", "avx2"])
def test_lower_instruction_sets_pass_the_same_tests(level: str) -> None:
    methods = ("tests/core/projection/test_tsne.py", "tests/core/projection/test_umap.py")
    run_tests(*WATCHED, *methods, DOTSCAPE_SIMD=level)


def sanitizer_libraries() -> str:
    """What must be loaded before Python for the sanitizers to work; skips where they are absent."""
    compiler = shutil.which("g++")
    if compiler is None or shutil.which("cmake") is None:
        pytest.skip("needs g++ and cmake")
    found: list[str] = []
    for name in ("libasan.so", "libubsan.so", "libstdc++.so"):
        done = subprocess.run(
            [compiler, f"-print-file-name={name}"], capture_output=True, text=True, check=True
        )
        if not Path(done.stdout.strip()).is_absolute():
            pytest.skip(f"{name} isn't installed")
        found.append(done.stdout.strip())
    return " ".join(found)


def sanitized_package(folder: Path) -> Path:
    """A folder whose `dotscape` has kernels built with the address and undefined sanitizers."""
    package, build = folder / "lib" / "dotscape", folder / "build"
    ignored = shutil.ignore_patterns("*.so", "__pycache__")
    shutil.copytree(ROOT / "src/dotscape/core", package / "core", ignore=ignored)
    for name in ("__init__.py", "errors.py", "model.py"):
        shutil.copy(ROOT / "src/dotscape" / name, package)
    flags = "-g -fsanitize=address,undefined -fno-sanitize-recover=undefined"
    subprocess.run(
        [
            *("cmake", "-S", str(ROOT), "-B", str(build), "-DCMAKE_BUILD_TYPE=Debug"),
            *(f"-DPython_EXECUTABLE={sys.executable}", f"-DCMAKE_CXX_FLAGS={flags}"),
        ],
        check=True,
        capture_output=True,
    )
    subprocess.run(["cmake", "--build", str(build)], check=True, capture_output=True)
    (extension,) = build.glob("_kernels*.so")
    shutil.copy(extension, package / "core/kernels")
    (package.parent / "sitecustomize.py").write_text(NO_EDITABLE)
    return package.parent


@pytest.mark.slow
def test_sanitizers_find_nothing(tmp_path: Path) -> None:
    libraries = sanitizer_libraries()
    path = sanitized_package(tmp_path)
    # Python itself frees little at its end: leaks aren't looked for.
    watching = {"LD_PRELOAD": libraries, "ASAN_OPTIONS": "detect_leaks=0"}
    code = "from dotscape.core.kernels import native; print(native.__file__)"
    where = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, **watching, "PYTHONPATH": str(path)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert where.stdout.startswith(str(path))
    run_tests(*WATCHED, path=path, **watching)
