"""Writes src/dotscape/core/kernels/_kernels.pyi from the built extension.

    python kernels/make_stub.py

Run it after a change of the bindings; a test says when the committed stub is stale.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from nanobind.stubgen import StubGen

TARGET = Path(__file__).parent.parent / "src/dotscape/core/kernels/_kernels.pyi"
HEADER = (
    "# Made by kernels/make_stub.py from the built extension. Don't edit.\n# ruff: noqa: C408\n"
)


def stub_text() -> str:
    """The stub of the extension that this interpreter imports."""
    from dotscape.core.kernels import native

    generator = StubGen(native, quiet=True)
    generator.put(native)
    return HEADER + generator.get()


if __name__ == "__main__":
    TARGET.write_text(stub_text())
    subprocess.run([sys.executable, "-m", "ruff", "format", str(TARGET)], check=True)  # noqa: S603
