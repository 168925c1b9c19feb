"""The page in Chromium with software GL: first picture after the click, frames while orbiting."""

from __future__ import annotations

import re
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, Page, sync_playwright
from tests.browser import chromium

from bench.measure import Row, child, environment

SIZES = ((100_000, 2.0), (1_000_000, 6.0))
DIMENSIONS = 384
ORBIT_SECONDS = 6

# What the page marks by itself: `dotscape:picture` at the first frame with points.
FIRST_PICTURE = "performance.getEntriesByName('dotscape:picture').length > 0"
ORBIT = """
async (seconds) => {
  const canvas = document.querySelector('[role=img]');
  const box = canvas.getBoundingClientRect();
  const at = (x) => ({ bubbles: true, pointerId: 1, isPrimary: true, pointerType: 'mouse',
    button: 0, buttons: 1, clientX: box.x + x, clientY: box.y + box.height / 2 });
  const frames = [];
  let last = performance.now();
  const end = last + seconds * 1000;
  canvas.dispatchEvent(new PointerEvent('pointerdown', at(100)));
  for (let x = 100; performance.now() < end; x += 4) {
    canvas.dispatchEvent(new PointerEvent('pointermove', at(100 + (x % (box.width - 200)))));
    await new Promise(requestAnimationFrame);
    const now = performance.now();
    frames.push(now - last);
    last = now;
  }
  canvas.dispatchEvent(new PointerEvent('pointerup', at(100)));
  return frames.slice(5);
}
"""


def run(runs: int) -> list[Row]:
    """Seconds from the click on a run to its first picture, and frame times while orbiting."""
    rows: list[Row] = []
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        for count, _ in SIZES:
            child("bench.page_child", folder, str(count), str(DIMENSIONS))
        browser = playwright.chromium.launch(
            executable_path=chromium.find(), args=chromium.ARGUMENTS
        )
        with _serving(folder) as url:
            for count, target in SIZES:
                rows += _measure(browser, url, count, target, runs)
        browser.close()
    return rows


def _measure(browser: Browser, url: str, count: int, target: float, runs: int) -> list[Row]:
    name = f"{count:,} x {DIMENSIONS}"
    seconds, frames = [], []
    for number in range(runs):
        # (The page forbids to evaluate strings, which is how these figures are read.)
        page = browser.new_page(viewport={"width": 1280, "height": 800}, bypass_csp=True)
        page.goto(url)
        seconds.append(_click_to_picture(page, count))
        if number == 0:
            frames = page.evaluate(ORBIT, ORBIT_SECONDS)
        page.close()
    job = f"first picture of {name}"
    return [
        # Nothing is cached for the first: the PCA is computed while the person waits.
        Row(f"{job}, opened for the first time", seconds[0], "s", target=target),
        Row(f"{job}, opened again", statistics.median(seconds[1:] or seconds), "s", target=target),
        Row(f"orbiting {count:,} points, median frame", statistics.median(frames), "ms", target=60),
        Row(f"orbiting {count:,} points, worst frame", max(frames), "ms"),
    ]


def _click_to_picture(page: Page, count: int) -> float:
    link = page.get_by_role("link", name=re.compile(rf"points-{count}\b")).first
    link.evaluate("link => { performance.mark('bench:click'); link.click(); }")
    page.wait_for_function(FIRST_PICTURE, timeout=120_000)
    return (
        page.evaluate(
            "performance.measure('bench:wait', 'bench:click', 'dotscape:picture').duration"
        )
        / 1e3
    )


@contextmanager
def _serving(folder: str) -> Iterator[str]:
    """A server over the folder; the address of its project's page."""
    command = [sys.executable, "-m", "dotscape.cli", "serve", "--dir", folder]
    process = subprocess.Popen(
        [*command, "--port", "0", "--no-browser"],
        stdout=subprocess.PIPE,
        text=True,
        env=environment(),
    )
    try:
        assert process.stdout
        url = next(w for w in process.stdout.readline().split() if w.startswith("http"))
        yield url.replace("/?", "/projects/bench?")
    finally:
        process.terminate()
        process.wait(timeout=20)
