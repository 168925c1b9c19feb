"""What the README says works: its links, its code, and `make demo` in a fresh clone."""

from __future__ import annotations

import ast
import os
import re
import shutil
import subprocess
import urllib.request
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
DOCUMENTS = [
    *sorted(ROOT.glob("*.md")),
    *sorted((ROOT / "docs").rglob("*.md")),
]


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda p: p.relative_to(ROOT).as_posix())
def test_links_lead_somewhere(document: Path) -> None:
    text = re.sub(r"```.*?```", "", document.read_text(encoding="utf-8"), flags=re.DOTALL)
    for target in re.findall(r"\]\(([^)#\s]+)[^)]*\)", text):
        if not re.match(r"[a-z]+:", target):
            assert (document.parent / target).exists(), f"{document.name} links to {target}"


def test_python_blocks_are_python() -> None:
    blocks = re.findall(r"```python\n(.*?)```", (ROOT / "README.md").read_text(), flags=re.DOTALL)
    assert blocks
    for block in blocks:
        ast.parse(block)


def test_make_commands_exist() -> None:
    makefile = (ROOT / "Makefile").read_text()
    for document in (ROOT / "README.md", ROOT / "CONTRIBUTING.md"):
        for line in re.findall(r"`make ([^`]+)`|^ *make ([^#\n]+)", document.read_text(), re.M):
            for word in re.findall(r"^[a-z-]+(?: [a-z-]+)*", "".join(line)):
                for target in word.split():
                    if re.match(r"(and|a|it|the)$", target):
                        break
                    assert re.search(rf"^{target}:", makefile, re.M), f"make {target}"


@pytest.mark.slow
def test_make_demo_from_a_fresh_clone(tmp_path: Path) -> None:
    clone = tmp_path / "clone"
    subprocess.run(["git", "clone", "--quiet", str(ROOT), str(clone)], check=True)
    make = shutil.which("make")
    assert make
    process = subprocess.Popen(
        [make, "demo", "DEMO_ARGS=--no-browser --port 0"],
        cwd=clone,
        env={**os.environ, "DOTSCAPE_DIR": str(tmp_path / "data")},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    assert process.stdout is not None
    try:
        seen = []
        for line in process.stdout:
            seen.append(line)
            found = re.search(r"http://127\.0\.0\.1:\d+\S*token=\S+", line)
            if found:
                break
        else:
            pytest.fail("no address was printed:\n" + "".join(seen))
        opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor())
        with opener.open(found.group(), timeout=30) as answer:
            assert answer.status == 200
            assert b"<script" in answer.read()
    finally:
        os.killpg(process.pid, 15)
        process.wait(timeout=30)
        process.stdout.close()
