"""The direction of imports, as ARCHITECTURE.md draws it, and what `import dotscape` may load."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import dotscape.errors

PACKAGE = Path(dotscape.errors.__file__).parent

# What each part may import of dotscape, besides itself and `errors`.
ALLOWED: dict[str, set[str]] = {
    "errors": set(),
    "model": set(),
    "core": set(),
    "store": {"model"},
    "formats": {"model"},
    "engine": {"core", "store", "model"},
    "sdk": {"model", "store"},
    "server": {"engine", "store", "formats", "model"},
    # The two faces that stand on the package's own public names, '' here.
    "cli": {"", "core", "engine", "formats", "model", "notebook", "sdk", "server", "store"},
    "notebook": {"", "core", "engine", "formats", "model", "sdk", "server", "store"},
}
HEAVY = {
    "PIL",
    "jax",
    "matplotlib",
    "msgspec",
    "numpy",
    "pandas",
    "polars",
    "pyarrow",
    "scipy",
    "sklearn",
    "starlette",
    "torch",
    "uvicorn",
}


def part_of(module: str) -> str:
    """The part of dotscape that a dotted name lies in; '' for the package itself."""
    names = module.split(".")
    return names[1] if len(names) > 1 else ""


def imported_by(path: Path) -> Iterator[str]:
    """Dotted names of the dotscape modules that a file imports, relative ones resolved."""
    module = ["dotscape", *path.relative_to(PACKAGE).with_suffix("").parts]
    package = module if path.name == "__init__.py" else module[:-1]
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name.startswith("dotscape"))
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            name = ".".join([*base, *([node.module] if node.module else [])])
            if name.split(".")[0] == "dotscape":
                # The version is everybody's.
                found = (alias.name for alias in node.names if alias.name != "__version__")
                yield from (module_of(name, one) for one in found)


def module_of(package: str, name: str) -> str:
    """What `from package import name` reads: the submodule of that name, else the package."""
    folder = PACKAGE.joinpath(*package.split(".")[1:])
    is_module = (folder / f"{name}.py").is_file() or (folder / name).is_dir()
    return f"{package}.{name}" if is_module else package


def source_files() -> list[Path]:
    return [path for path in PACKAGE.rglob("*.py") if path.parent != PACKAGE] + [
        PACKAGE / "errors.py",
        PACKAGE / "model.py",
    ]


@pytest.mark.parametrize("path", source_files(), ids=lambda p: p.relative_to(PACKAGE).as_posix())
def test_imports_only_what_its_part_may(path: Path) -> None:
    part = path.relative_to(PACKAGE).with_suffix("").parts[0]
    allowed = ALLOWED[part] | {part, "errors"}
    found = {part_of(name) for name in imported_by(path)}
    assert found <= allowed, f"{path} imports {sorted(found - allowed)}"


def test_no_import_cycles_between_modules() -> None:
    def name(path: Path) -> str:
        parts = ["dotscape", *path.relative_to(PACKAGE).with_suffix("").parts]
        return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)

    graph = {name(path): set(imported_by(path)) for path in source_files()}
    done: set[str] = set()

    def visit(module: str, trail: tuple[str, ...]) -> None:
        assert module not in trail, " -> ".join([*trail[trail.index(module) :], module])
        if module in done:
            return
        for target in graph.get(module, ()):
            if target != module:
                visit(target, (*trail, module))
        done.add(module)

    for module in graph:
        visit(module, ())


def test_import_loads_nothing_heavy() -> None:
    code = "import sys, dotscape; print(' '.join({m.split('.')[0] for m in sys.modules}))"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert not HEAVY & set(run.stdout.split())


def test_no_module_of_the_numerics_imports_its_own_package() -> None:
    """Two threads of the server may import two of them at once: each would wait for the other, and
    Python then hands out half a module."""
    for path in sorted((PACKAGE / "core").rglob("*.py")):
        if path.name == "__init__.py":
            continue
        package = ".".join(["dotscape", *path.relative_to(PACKAGE).parts[:-1]])
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom):
                assert not f"{package}.".startswith(f"{node.module}."), f"{path}:{node.lineno}"
