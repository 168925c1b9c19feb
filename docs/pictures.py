"""Makes the pictures of the docs: logs data, serves it, opens it in a real Chromium.

Run by ``make pictures``. The data is scikit-learn's digits, logged by ``dotscape demo``, so that
every reader can make the same pictures.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent))

from tests.browser import chromium, stories  # noqa: E402 - found through the line above

WIDTH, HEIGHT = 1440, 900
SETTLE = 2000  # milliseconds for charts and tables; the event stream never lets the network rest


def main() -> None:
    """Make every picture anew."""
    target = HERE / "pictures"
    target.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, _demo(folder) as url, sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=chromium.find(), args=chromium.ARGUMENTS)
        page = _open(browser, url, "light")
        run = page.url.partition("#")[0].rpartition("/")[0]
        _projector(page, target)
        for tab in ("charts", "tables"):
            page.goto(f"{run}/{tab}")
            page.get_by_role("tabpanel").wait_for()
            page.wait_for_timeout(SETTLE)
            page.screenshot(path=target / f"{tab}.png")
        browser.close()
    print(f"pictures are in {target}")


def _projector(page: Page, target: Path) -> None:
    """The map in 3-D, and what a computed layout and a pinned point look like."""
    stories.wait_for_points(page, "PCA, 3-D")
    page.get_by_role("button", name="Hide this hint").click()
    page.screenshot(path=target / "pca.png")
    stories.choose(page, "Layout", "New projection")
    form = page.get_by_role("form", name="New projection")
    page.screenshot(path=target / "new-projection.png")
    form.get_by_role("button", name="Run").click()
    canvas = stories.wait_for_points(page, "t-SNE")
    box = canvas.bounding_box()
    assert box
    page.mouse.move(box["x"] + 5, box["y"] + 5)
    page.screenshot(path=target / "projector.png")
    page.get_by_role("searchbox", name="Search points").fill("7")
    page.get_by_role("searchbox", name="Search points").press("Enter")
    page.get_by_role("region", name="Point details").wait_for()
    stories.wait_for_points(page, "t-SNE")
    page.screenshot(path=target / "details.png")


def _open(browser: Browser, url: str, scheme: str) -> Page:
    page = browser.new_page(
        viewport={"width": WIDTH, "height": HEIGHT}, color_scheme=scheme, device_scale_factor=1
    )
    page.goto(url)
    return page


@contextmanager
def _demo(folder: str) -> Iterator[str]:
    """A running ``dotscape demo``; the address of its run."""
    command = [sys.executable, "-m", "dotscape.cli", "demo", "--no-browser", "--port", "0"]
    process = subprocess.Popen([*command, "--dir", folder], stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout
        for line in process.stdout:
            words = [word for word in line.split() if word.startswith("http")]
            if words:
                yield words[0]
                return
        raise SystemExit("the demo printed no address")
    finally:
        process.terminate()
        process.wait(timeout=20)


if __name__ == "__main__":
    main()
