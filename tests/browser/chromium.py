"""Finds a Chromium for the browser tests, or installs one, or says what to do.

Run as a script it makes sure there is one; the tests import `find`.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

# The same picture on machines with and without a GPU, and no calls home.
ARGUMENTS = [
    "--no-sandbox",
    "--disable-dev-shm-usage",
    "--disable-quic",
    "--disable-background-networking",
    "--force-color-profile=srgb",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
]
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")


def find() -> str | None:
    """Path of a Chromium: $CHROMIUM, one on PATH, or Playwright's own; None where there is none."""
    chosen = os.environ.get("CHROMIUM")
    if chosen:
        return chosen
    for name in NAMES:
        path = shutil.which(name)
        if path:
            return path
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if Path(path).is_file() else None


def install() -> None:
    """Try Playwright's download, then Debian's package; quiet failures, `find` decides."""
    subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], check=False)
    if find() is None and shutil.which("apt-get") and os.geteuid() == 0:
        fonts = ["fonts-noto-core", "fonts-noto-cjk", "fonts-noto-color-emoji"]
        subprocess.run(["apt-get", "update", "-qq"], check=False)
        subprocess.run(
            ["apt-get", "install", "-y", "-qq", "--no-install-recommends", "chromium", *fonts],
            check=False,
            env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"},
        )


def main() -> int:
    """Make sure there is a Chromium; without one the tests are skipped here and fail in CI."""
    if find() is None:
        install()
    path = find()
    if path:
        print(f"browser tests use {path}")
        return 0
    print(
        "No Chromium was found, and none could be installed: the browser tests can't run.\n"
        "Install one (Debian: apt-get install chromium; or: python -m playwright install chromium)"
        " or set CHROMIUM to its path.",
        file=sys.stderr,
    )
    return 1 if os.environ.get("CI") else 0


if __name__ == "__main__":
    sys.exit(main())
