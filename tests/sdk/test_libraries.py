"""The tests that need torch, jax or matplotlib, where these are installed. Slow."""

from __future__ import annotations

import os
import subprocess

import pytest

from tests import environments

FILES = ("tests/sdk/test_vectors.py", "tests/sdk/test_media.py", "tests/property/test_methods.py")
# The tests that are skipped where there is nothing to import.
NEEDED = {"test_torch", "test_jax", "test_torch_images_are_channels_first", "test_matplotlib"}


@pytest.mark.slow
def test_values_of_torch_jax_and_matplotlib() -> None:
    command = [environments.python_with(*environments.LIBRARIES), "-m", "pytest", "-rA", "-q"]
    done = subprocess.run(
        [*command, "-p", "no:cacheprovider", "-k", "torch or jax or matplotlib", *FILES],
        cwd=environments.ROOT,
        env={**os.environ, "PYTHONPATH": str(environments.ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]
    passed = {line.split("::")[1] for line in done.stdout.splitlines() if line.startswith("PASSED")}
    assert passed >= NEEDED
