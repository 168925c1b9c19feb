"""The map under a person's hands, in a real browser: mouse, wheel, keys, fingers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from tests.browser import stand
from tests.browser.pixels import difference, ink

pytestmark = pytest.mark.browser

# A stage over five hundred points, and what it tells.
STAGE = """([dimensions, count]) => {
  window.report = { drawn: 0, total: 1 };
  window.said = { hover: [], click: [], moving: [], view: 0, chosen: null };
  window.many = dotscape.clusters(count, dimensions);
  window.stage = new dotscape.Stage(document.getElementById('map'), {
    hover: (index, x, y) => said.hover.push([index, x, y]),
    click: (index, place) => said.click.push([index, place]),
    moving: (moving) => said.moving.push(moving),
    view: (camera, chosen) => { said.view++; said.chosen = chosen; },
    report: (report) => { window.report = report; },
  });
  stage.show(many.points);
  stage.setPalette(dotscape.palette());
  stage.setColors(many.colors);
  stage.setStyle({ ...white, size: 6, floor: true, depthCue: true });
}"""

RESTING = "() => report.drawn === report.total && said.moving.at(-1) === false"


@pytest.fixture
def page(page: Page, script: Path) -> Page:
    page.set_viewport_size({"width": 600, "height": 400})
    return stand.opened(page, script)


def staged(page: Page, dimensions: int = 3, count: int = 500) -> Page:
    """A stage with all its points drawn and nothing moving."""
    page.evaluate(STAGE, [dimensions, count])
    rest(page)
    return page


def rest(page: Page) -> None:
    # What was just asked for is told in the next frame; before it, the last rest is on record.
    page.evaluate("new Promise(requestAnimationFrame)")
    page.wait_for_function(RESTING)


def camera(page: Page) -> dict[str, Any]:
    return page.evaluate("stage.camera")


def place(page: Page, index: int) -> tuple[float, float]:
    found = page.evaluate(f"stage.screenPlaceOf({index})")
    return found["x"], found["y"]


def visible(page: Page) -> tuple[int, float, float]:
    """A point that is picked where it is drawn, and its place."""
    for index in range(100):
        x, y = place(page, index)
        inside = 20 < x < 580 and 20 < y < 380
        if inside and page.evaluate(f"stage.pick({x}, {y}, 2)") == index:
            return index, x, y
    raise AssertionError("no point can be seen")


@pytest.mark.parametrize("dimensions", [2, 3])
def test_all_points_are_in_the_first_picture(page: Page, dimensions: int) -> None:
    staged(page, dimensions)
    outside = page.evaluate(
        """Array.from({ length: 500 }, (_, i) => stage.screenPlaceOf(i)).filter(
          ({ x, y }) => x < 0 || y < 0 || x > 600 || y > 400).length"""
    )
    assert outside == 0
    assert ink(stand.shown(page)) > 1000


def test_dragging_turns_the_points_and_clicks_nothing(page: Page) -> None:
    staged(page)
    before = stand.shown(page)
    drag(page, (300, 200), (380, 220))
    rest(page)
    assert difference(before, stand.shown(page)) > 0.01
    assert page.evaluate("said.click") == []
    assert page.evaluate("said.chosen")
    assert page.evaluate("said.moving.slice(-2)") == [True, False]


def test_dragging_moves_a_flat_map_with_the_pointer(page: Page) -> None:
    staged(page, 2)
    x, y = place(page, 3)
    drag(page, (300, 200), (340, 170))
    rest(page)
    assert place(page, 3) == pytest.approx((x + 40, y - 30), abs=0.5)


@pytest.mark.parametrize("way", ["right", "shift"])
def test_another_button_or_shift_moves_the_points_in_3d(page: Page, way: str) -> None:
    staged(page)
    rotation = camera(page)["rotation"]
    if way == "shift":
        page.keyboard.down("Shift")
    drag(page, (300, 200), (340, 170), "right" if way == "right" else "left")
    rest(page)
    assert camera(page)["rotation"] == rotation
    assert camera(page)["target"] != [0, 0, 0]


@pytest.mark.parametrize("dimensions", [2, 3])
def test_the_wheel_zooms_to_the_pointer(page: Page, dimensions: int) -> None:
    staged(page, dimensions)
    index, x, y = visible(page)
    page.mouse.move(x, y)
    page.wait_for_function("said.hover.length > 0")
    span = camera(page)["span"]
    for _ in range(4):
        page.mouse.wheel(0, -120)
    page.wait_for_function(f"stage.camera.span < {0.6 * span}")
    rest(page)
    assert place(page, index) == pytest.approx((x, y), abs=1)


def test_hovering_tells_the_point_and_leaving_that_there_is_none(page: Page) -> None:
    staged(page)
    index, x, y = visible(page)
    page.mouse.move(x, y)
    page.wait_for_function(f"said.hover.at(-1)?.[0] === {index}")
    page.mouse.move(599, 399)
    page.wait_for_function("said.hover.at(-1)[0] === -1")
    page.mouse.move(x, y)
    page.wait_for_function(f"said.hover.at(-1)[0] === {index}")
    page.mouse.down()
    page.mouse.move(x + 30, y)
    page.wait_for_function("said.hover.at(-1)[0] === -1")
    page.mouse.up()


def test_clicking_tells_the_point(page: Page) -> None:
    staged(page)
    index, x, y = visible(page)
    page.mouse.click(x, y)
    page.mouse.click(2, 2)
    clicks = page.evaluate("said.click.map(([index]) => index)")
    assert clicks == [index, -1]
    assert page.evaluate("said.chosen") is False


def test_double_clicking_looks_at_the_point(page: Page) -> None:
    staged(page)
    index, x, y = visible(page)
    page.mouse.dblclick(x, y)
    page.wait_for_function(
        f"""() => {{
          const {{ x, y }} = stage.screenPlaceOf({index});
          return Math.hypot(x - 300, y - 200) < 1;
        }}"""
    )


def test_keys_turn_move_zoom_and_fit(page: Page) -> None:
    staged(page)
    first = camera(page)
    page.focus("#map")
    page.keyboard.press("ArrowLeft")
    page.wait_for_function(f"stage.camera.rotation.some((v, i) => v !== {first['rotation']}[i])")
    page.keyboard.press("Shift+ArrowUp")
    page.wait_for_function(f"stage.camera.target[1] !== {first['target'][1]}")
    page.keyboard.press("+")
    page.wait_for_function(f"stage.camera.span < {first['span']}")
    rest(page)
    page.keyboard.press("-")
    page.keyboard.press("f")
    rest(page)
    fitted = camera(page)
    assert fitted["target"] == pytest.approx(first["target"], abs=1e-6)


def test_resizing_keeps_all_points_in_the_picture(page: Page) -> None:
    staged(page, 2)
    page.set_viewport_size({"width": 300, "height": 500})
    page.wait_for_function(
        "stage.view.width === 300 && document.getElementById('map').width === 300"
    )
    rest(page)
    xs = page.evaluate("Array.from({ length: 500 }, (_, i) => stage.screenPlaceOf(i).x)")
    assert min(xs) > 0
    assert max(xs) < 300


def test_nothing_is_drawn_while_nothing_changes(page: Page) -> None:
    staged(page)
    frames = page.evaluate(
        """async () => {
          let asked = 0;
          const ask = window.requestAnimationFrame;
          window.requestAnimationFrame = (call) => { asked++; return ask(call); };
          await new Promise((done) => setTimeout(done, 400));
          return asked;
        }"""
    )
    assert frames == 0


def test_another_layout_of_other_dimensions_turns_the_map(page: Page) -> None:
    staged(page, 3)
    before = stand.shown(page)
    page.evaluate("stage.glideTo(dotscape.clusters(500, 2, 5).points)")
    page.wait_for_function("stage.camera.dimensions === 2")
    rest(page)
    flat = stand.shown(page)
    assert camera(page)["perspective"] == 0
    assert difference(before, flat) > 0.01
    page.evaluate("stage.glideTo(many.points)")
    page.wait_for_function("stage.camera.dimensions === 3")
    rest(page)
    assert difference(before, stand.shown(page)) < 0.002


def test_a_glide_takes_its_time_and_ends_at_the_new_layout(browser: Browser, script: Path) -> None:
    context = browser.new_context(
        viewport={"width": 600, "height": 400}, reduced_motion="no-preference"
    )
    page = staged(stand.opened(context.new_page(), script), 2)
    page.evaluate("stage.glideTo(dotscape.clusters(500, 2, 5).points, { milliseconds: 500 })")
    page.wait_for_function("said.moving.at(-1) === true")
    rest(page)
    glided = stand.shown(page)
    page.evaluate(
        """() => { stage.show(dotscape.clusters(500, 2, 5).points, stage.camera);
        stage.setColors(many.colors); said.moving.push(true); }"""
    )
    rest(page)
    assert difference(glided, stand.shown(page)) == 0
    context.close()


def test_a_flick_runs_out_unless_motion_is_unwanted(browser: Browser, script: Path) -> None:
    for wish, runs in (("no-preference", True), ("reduce", False)):
        context = browser.new_context(
            viewport={"width": 600, "height": 400},
            reduced_motion=wish,  # type: ignore[arg-type]
        )
        page = staged(stand.opened(context.new_page(), script), 2)
        moved = page.evaluate(
            """async () => {
              const canvas = document.getElementById('map');
              canvas.setPointerCapture = () => {};
              const send = (type, x) => canvas.dispatchEvent(new PointerEvent(type, {
                pointerId: 7, pointerType: 'mouse', button: 0, clientX: x, clientY: 200 }));
              const frame = () => new Promise(requestAnimationFrame);
              send('pointerdown', 100);
              for (let x = 110; x <= 200; x += 15) { await frame(); send('pointermove', x); }
              send('pointerup', 200);
              const before = stage.camera.target[0];
              for (let i = 0; i < 30; i++) await frame();
              return stage.camera.target[0] !== before;
            }"""
        )
        assert moved is runs
        context.close()


def test_fingers_turn_move_pinch_and_tap(browser: Browser, script: Path) -> None:
    context = browser.new_context(
        viewport={"width": 600, "height": 400}, has_touch=True, reduced_motion="reduce"
    )
    page = staged(stand.opened(context.new_page(), script), 2)
    touch = fingers(context, page)
    x, y = place(page, 3)
    touch([(300, 200)], [(330, 210)])
    rest(page)
    assert place(page, 3) == pytest.approx((x + 30, y + 10), abs=1)
    span = camera(page)["span"]
    touch([(280, 200), (320, 200)], [(260, 220), (340, 220)])
    rest(page)
    assert camera(page)["span"] == pytest.approx(span / 2, rel=0.05)
    assert page.evaluate("said.click") == []
    _, x, y = visible(page)
    page.touchscreen.tap(x + 5, y)
    page.wait_for_function("said.click.length === 1")
    assert page.evaluate("said.click[0][1].touch")
    context.close()


def test_it_keeps_its_promises_with_many_points(page: Page) -> None:
    page.evaluate(STAGE, [3, 400_000])
    page.mouse.move(300, 200)
    page.mouse.down()
    page.evaluate("window.reports = []; window.stop = false;")
    page.evaluate(
        """() => { (function note() {
          reports.push(report.drawn);
          if (!stop) requestAnimationFrame(note);
        })() }"""
    )
    for step in range(12):
        page.mouse.move(300 + 5 * step, 200 + step)
    page.mouse.up()
    page.wait_for_function(RESTING, timeout=60_000)
    page.evaluate("stop = true")
    drawn = page.evaluate("reports")
    assert min(drawn) < 400_000  # while it moves, a part
    assert page.evaluate("report.drawn") == 400_000
    assert page.evaluate("dotscape.reportWords({ drawn: 110000, total: 2000000 })") == (
        "drawing 110,000 of 2,000,000"
    )


def drag(page: Page, start: tuple[int, int], end: tuple[int, int], button: Any = "left") -> None:
    page.mouse.move(*start)
    page.mouse.down(button=button)
    for step in np.linspace(0.2, 1, 5):
        x, y = (a + step * (b - a) for a, b in zip(start, end, strict=True))
        page.mouse.move(x, y)
    page.mouse.up(button=button)


def fingers(context: BrowserContext, page: Page) -> Any:
    """Puts fingers down, moves them in steps and lifts them."""
    session = context.new_cdp_session(page)

    def send(kind: str, points: list[tuple[float, float]]) -> None:
        touches = [{"x": x, "y": y, "id": i} for i, (x, y) in enumerate(points)]
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": touches})

    def move(start: list[tuple[int, int]], end: list[tuple[int, int]]) -> None:
        send("touchStart", [*start])
        for share in (0.5, 0.75, 1.0):
            pairs = zip(start, end, strict=True)
            send(
                "touchMove",
                [(a + share * (c - a), b + share * (d - b)) for (a, b), (c, d) in pairs],
            )
        send("touchEnd", [])

    return move
