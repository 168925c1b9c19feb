"""The extension itself: its stub, its levels, its threads."""

from __future__ import annotations

import ast
import concurrent.futures
import importlib.util
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from dotscape.core.kernels import native, simd_level, thread_count
from dotscape.core.pack import draw_order, pack

ROOT = Path(__file__).parents[3]


def test_the_committed_stub_is_current() -> None:
    pytest.importorskip("nanobind.stubgen")
    spec = importlib.util.spec_from_file_location("make_stub", ROOT / "kernels/make_stub.py")
    assert spec is not None
    assert spec.loader is not None
    make_stub = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(make_stub)
    fresh = ast.dump(ast.parse(make_stub.stub_text()))
    committed = ast.dump(ast.parse(make_stub.TARGET.read_text()))
    assert fresh == committed, "run: python kernels/make_stub.py"


def test_thread_count_respects_affinity_and_wishes() -> None:
    assert thread_count(3) == 3
    assert thread_count(0) == 1
    if hasattr(os, "sched_getaffinity"):
        assert thread_count() == len(os.sched_getaffinity(0))


@pytest.mark.parametrize("level", ["portable", "avx2", "avx512"])
def test_a_lower_instruction_set_can_be_asked_for(level: str) -> None:
    levels = ["portable", "avx2", "avx512"]
    code = "from dotscape.core.kernels import simd_level; print(simd_level())"
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "DOTSCAPE_SIMD": level},
        capture_output=True,
        text=True,
        check=True,
    )
    best = levels.index(simd_level())
    assert done.stdout.strip() == levels[min(best, levels.index(level))]


def test_many_python_threads_may_use_the_kernels_at_once() -> None:
    layouts = [np.random.default_rng(i).normal(size=(70_000, 3)).astype("f") for i in range(8)]
    order = draw_order(70_000)
    expected = [pack(layout, order, threads=1) for layout in layouts]
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        for _ in range(5):
            assert list(pool.map(lambda one: pack(one, order, threads=3), layouts)) == expected


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_a_forked_child_has_working_threads() -> None:
    code = """
import os, warnings
import numpy as np
from dotscape.core.pack import pack
layout = np.random.default_rng(0).normal(size=(100_000, 3)).astype("f")
before = pack(layout, threads=3)
child = os.fork()
if child == 0:
    os._exit(0 if pack(layout, threads=3) == before else 1)
_, status = os.waitpid(child, 0)
assert os.waitstatus_to_exitcode(status) == 0
"""
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)


def test_a_wrong_array_is_refused_before_anything_is_touched() -> None:
    X = np.zeros((4, 3), np.float32)
    out, state, sums = np.zeros((2, 3), np.float32), np.zeros(2, np.uint8), np.zeros(3)

    def call(source: np.ndarray = X, rows: np.ndarray | None = None, first: int = 0) -> None:
        native.shifted_rows(source, rows, first, 1.0, np.zeros(3), out, state, sums, 1)

    with pytest.raises(ValueError, match="rows out of range"):
        call(first=3)
    with pytest.raises(ValueError, match="row number out of range"):
        call(rows=np.array([0, 4]))
    with pytest.raises(ValueError, match="row number out of range"):
        call(rows=np.array([-1, 0]))
    with pytest.raises(ValueError, match="float16, float32 or float64"):
        call(source=np.zeros((4, 3), np.int32))
    with pytest.raises(ValueError, match="widths differ"):
        call(source=np.zeros((4, 2), np.float32))
