"""The map alone in a page, without a server: `web/bench/stand.ts` built into one script."""

from __future__ import annotations

import io
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image
from playwright.sync_api import Page

from tests.browser.pixels import Picture

ROOT = Path(__file__).parent.parent.parent
PAGE = """<!doctype html><body style="margin:0;background:#888"><canvas id="map" tabindex="0"
style="display:block;width:100vw;height:100vh"></canvas>"""

# Draws until all is drawn; a picture of the page taken then shows it.
HELPERS = """
window.viewOf = (camera) => {
  const canvas = document.getElementById('map');
  const size = { width: canvas.clientWidth, height: canvas.clientHeight };
  // Discs of exactly the style's size, whatever the zoom.
  return { ...dotscape.viewOf(camera, size, devicePixelRatio), magnification: 1 };
};
window.draw = (camera) => {
  const view = viewOf(camera);
  let report;
  do report = renderer.frame(view, false); while (report.drawn < report.total);
  return report;
};
window.white = { size: 20, opacity: 1, filtered: 'dim', background: [1, 1, 1],
  depthCue: false, floor: false };
window.front = { ...dotscape.firstCamera(3), rotation: [0, 0, 0, 1] };
window.flat = { ...dotscape.firstCamera(2), span: 1 };
"""


def build(folder: Path) -> Path:
    """Build the script into a folder."""
    command = ["exec", "--", "vite", "build", "--config", "bench/stand.config.js"]
    done = subprocess.run(
        [sys.executable, str(ROOT / "_build_backend" / "page.py"), *command, "--outDir", folder],
        capture_output=True,
        text=True,
        check=False,
    )
    script = folder / "stand.js"
    assert script.is_file(), done.stdout + done.stderr
    return script


def opened(page: Page, script: Path) -> Page:
    """The page with a canvas that fills it, and `renderer` on that canvas."""
    page.set_content(PAGE)
    page.add_script_tag(path=script)
    page.evaluate(HELPERS)
    return page


def with_renderer(page: Page, script: Path) -> Page:
    """The same, with a bare renderer on the canvas."""
    opened(page, script).evaluate(
        "window.renderer = dotscape.createRenderer(document.getElementById('map'))"
    )
    return page


def shown(page: Page) -> Picture:
    """The page in device pixels: (height, width, 3)."""
    return np.asarray(Image.open(io.BytesIO(page.screenshot(scale="device"))).convert("RGB"))


def put(
    page: Page, points: list[tuple[float, float, float]], dimensions: int, **style: Any
) -> None:
    """Points in box coordinates, in red, green, blue and black by turns."""
    page.evaluate(
        """([values, dimensions, style]) => {
          renderer.setData(dotscape.packBox(values, dimensions));
          renderer.setPalette(new Uint8Array(
            [255, 0, 0, 255, 0, 160, 0, 255, 0, 0, 255, 255, 0, 0, 0, 255]));
          renderer.setColors(Uint16Array.from({ length: values.length / 3 }, (_, i) => i % 4));
          renderer.setStyle({ ...white, ...style });
        }""",
        [[value for point in points for value in point], dimensions, style],
    )
