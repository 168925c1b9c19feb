"""The renderer in a real browser, by its pixels."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Browser, Page

from tests.browser import stand
from tests.browser.pixels import Picture, difference, ink

pytestmark = pytest.mark.browser

RED, GREEN, BLUE, WHITE = (255, 0, 0), (0, 160, 0), (0, 0, 255), (255, 255, 255)


@pytest.fixture
def page(page: Page, script: Path) -> Page:
    """A page of 600 x 400 with a renderer on its canvas."""
    page.set_viewport_size({"width": 600, "height": 400})
    return stand.with_renderer(page, script)


def at(shown: Picture, x: float, y: float) -> tuple[int, int, int]:
    """Colour of the pixel at CSS coordinates of a 600 x 400 page."""
    height, width = shown.shape[:2]
    r, g, b = shown[int(y * height / 400), int(x * width / 600)]
    return int(r), int(g), int(b)


def close(one: tuple[int, int, int], other: tuple[float, float, float], tolerance: int = 3) -> bool:
    return all(abs(a - b) <= tolerance for a, b in zip(one, other, strict=True))


def mixed(color: tuple[int, int, int], share: float) -> tuple[float, float, float]:
    """A colour over white."""
    r, g, b = (share * c + (1 - share) * 255 for c in color)
    return r, g, b


def test_points_are_where_they_should_be_in_their_colors(page: Page) -> None:
    # Half the height is 1 in box units: 200 pixels.
    stand.put(page, [(-1, 0.5, 0), (0, 0, 0), (0.75, -0.5, 0)], 2)
    page.evaluate("draw(flat)")
    shown = stand.shown(page)
    assert at(shown, 100, 100) == RED
    assert at(shown, 300, 200) == GREEN
    assert at(shown, 450, 300) == BLUE
    assert at(shown, 300, 100) == WHITE
    assert ink(shown) == pytest.approx(3 * math.pi * 10**2, rel=0.1)


@pytest.mark.parametrize("ratio", [1, 1.5, 3])
def test_discs_keep_their_size_on_every_screen(
    browser: Browser, script: Path, ratio: float
) -> None:
    context = browser.new_context(viewport={"width": 600, "height": 400}, device_scale_factor=ratio)
    page = stand.with_renderer(context.new_page(), script)
    stand.put(page, [(0, 0, 0)], 2, size=16)
    page.evaluate("draw(flat)")
    shown = stand.shown(page)
    assert shown.shape[:2] == (round(400 * ratio), round(600 * ratio))
    dark = shown.astype(int).sum(axis=2) < 3 * 240
    assert dark.any(axis=0).sum() == pytest.approx(16 * ratio, abs=1.6)
    assert dark.any(axis=1).sum() == pytest.approx(16 * ratio, abs=1.6)
    context.close()


def test_edges_are_smooth(page: Page) -> None:
    stand.put(page, [(0.013, 0.007, 0)], 2, size=31)
    page.evaluate("draw(flat)")
    shades = {tuple(color) for color in stand.shown(page).reshape(-1, 3).tolist()}
    assert len(shades) > 8


@pytest.mark.parametrize("order", [1, -1])
def test_what_is_near_covers_what_is_far(page: Page, order: int) -> None:
    near, far = (0.0, 0.0, 0.6), (0.0, 0.0, -0.6)
    stand.put(page, [near, far][::order], 3, size=30)
    page.evaluate("draw(front)")
    assert at(stand.shown(page), 300, 200) == (RED if order == 1 else GREEN)


def test_near_points_are_larger(page: Page) -> None:
    stand.put(page, [(-0.5, 0, 0.9), (0.5, 0, -0.9)], 3, size=20)
    page.evaluate("draw(front)")
    shown = stand.shown(page).astype(int)
    red = ((shown[..., 0] > 200) & (shown[..., 1] < 100)).sum()
    green = ((shown[..., 1] > 120) & (shown[..., 0] < 100)).sum()
    assert red > 1.5 * green


def test_discs_are_never_larger_than_64_pixels(page: Page) -> None:
    stand.put(page, [(0, 0, 0)], 2, size=500)
    page.evaluate("draw(flat)")
    assert ink(stand.shown(page)) == pytest.approx(math.pi * 32**2, rel=0.05)


def test_dimmed_points_fade_and_hide_no_lit_ones(page: Page) -> None:
    for dimensions, camera in ((2, "flat"), (3, "front")):
        # The dimmed one is nearer and drawn later.
        stand.put(page, [(0, 0, -0.3), (0.02, 0, 0.3), (0.5, 0, 0)], dimensions, size=30)
        page.evaluate(f"renderer.setMask(new Uint8Array([0, 1, 1])); draw({camera})")
        shown = stand.shown(page)
        assert at(shown, 300, 200) == RED
        alone = 400 if dimensions == 2 else round(300 + 0.5 * 200 / 1.7)
        assert close(at(shown, alone, 200), mixed(BLUE, 0.25))


def test_hidden_points_are_not_drawn(page: Page) -> None:
    stand.put(page, [(0, 0, 0), (0.5, 0, 0)], 2, filtered="hide")
    page.evaluate("renderer.setMask(new Uint8Array([1, 0])); draw(flat)")
    shown = stand.shown(page)
    assert at(shown, 300, 200) == WHITE
    assert at(shown, 400, 200) == GREEN


def test_opacity_lets_the_rest_through(page: Page) -> None:
    stand.put(page, [(0, 0, 0)], 2, opacity=0.4)
    page.evaluate("draw(flat)")
    assert close(at(stand.shown(page), 300, 200), mixed(RED, 0.4))


def test_rows_without_a_position_are_not_drawn(page: Page) -> None:
    page.evaluate(
        """renderer.setData(dotscape.packBox([0, 0, 0, 0.5, NaN, 0], 2));
        renderer.setStyle(white); draw(flat)"""
    )
    assert ink(stand.shown(page)) == pytest.approx(math.pi * 10**2, rel=0.1)


def test_no_points_at_all_is_an_empty_picture(page: Page) -> None:
    stand.put(page, [], 3, floor=True)
    assert page.evaluate("draw(front)")["total"] == 0
    assert ink(stand.shown(page)) == 0


def test_filling_in_ends_with_all_points_whatever_the_steps(page: Page) -> None:
    page.evaluate(
        """() => {
          window.many = dotscape.clusters(150_000, 3);
          renderer.setData(many.points);
          renderer.setPalette(dotscape.palette());
          renderer.setColors(many.colors);
          renderer.setStyle({ ...white, size: 2, depthCue: true });
        }"""
    )
    steps = page.evaluate(
        """() => {
          const view = viewOf(dotscape.firstCamera(3));
          const drawn = [renderer.frame(view, true).drawn];
          while (drawn.at(-1) < 150_000) drawn.push(renderer.frame(view, false).drawn);
          return drawn;
        }"""
    )
    assert steps[0] < 150_000
    assert steps == sorted(steps)
    assert steps[-1] == 150_000
    first = stand.shown(page)
    # By now it knows the machine and takes other steps: the picture must be the same.
    page.evaluate("renderer.setColors(many.colors); draw(dotscape.firstCamera(3))")
    assert np.array_equal(first, stand.shown(page))
    # And all points at once give it too.
    page.evaluate(
        """() => {
          renderer.setStyle({ ...white, size: 2, depthCue: true });
          const view = viewOf(dotscape.firstCamera(3));
          while (renderer.frame(view, false).drawn < 150_000);
        }"""
    )
    assert np.array_equal(first, stand.shown(page))


def test_what_a_filter_leaves_is_drawn_first(page: Page) -> None:
    page.evaluate(
        """() => {
          window.many = dotscape.clusters(300_000, 3);
          renderer.setData(many.points);
          renderer.setPalette(new Uint8Array([0, 0, 0, 255, 255, 0, 0, 255]));
          renderer.setColors(Uint16Array.from(many.colors, (_, i) => i % 100 === 0 ? 1 : 0));
          renderer.setMask(Uint8Array.from(many.colors, (_, i) => i % 100 === 0 ? 0 : 1));
          renderer.setStyle({ ...white, size: 4 });
          window.view = viewOf(dotscape.firstCamera(3));
        }"""
    )
    report = page.evaluate("renderer.frame(view, true)")
    assert 3000 < report["drawn"] < report["total"] == 300_000
    moving = stand.shown(page)
    page.evaluate("draw(dotscape.firstCamera(3))")
    whole = stand.shown(page)
    assert difference(moving, whole) > 0.001

    def red(shown: Picture) -> Picture:
        wide = shown.astype(int)
        return (wide[..., 0] > 200) & (wide[..., 1] < 60)

    assert red(whole).sum() > 2000
    assert np.array_equal(red(moving), red(whole))
    page.evaluate("renderer.setStyle({ ...white, size: 4, filtered: 'hide' })")
    report = page.evaluate("renderer.frame(view, true)")
    assert report["drawn"] == report["total"] == 3000
    assert np.array_equal(red(stand.shown(page)), red(whole))


def test_a_lost_context_comes_back_with_the_same_picture(page: Page) -> None:
    stand.put(page, [(-0.5, 0.1, 0.2), (0.3, -0.4, 0), (0.5, 0.5, -0.5)], 3, depthCue=True)
    page.evaluate("renderer.setHighlighted([1]); draw(front)")
    before = stand.shown(page)
    states = page.evaluate(
        """async () => {
          const states = [];
          const next = () => new Promise((done) => { window.told = done; });
          renderer.onContext((state) => { states.push(state); told(); });
          const gl = document.getElementById('map').getContext('webgl2');
          const loss = gl.getExtension('WEBGL_lose_context');
          let heard = next();
          loss.loseContext();
          await heard;
          renderer.setMask(new Uint8Array(3)); // what changes meanwhile must not be lost
          states.push(renderer.frame(viewOf(front), false).drawn);
          heard = next();
          await new Promise((done) => setTimeout(done, 50));
          loss.restoreContext();
          await heard;
          return states;
        }"""
    )
    assert states == ["lost", 0, "restored"]
    page.evaluate("draw(front)")
    assert np.array_equal(before, stand.shown(page))


def test_a_glide_begins_at_the_old_layout_and_ends_at_the_new(page: Page) -> None:
    old = "dotscape.packBox([-1, 0, 0, 0, 0.5, 0], 2)"
    new = "dotscape.packBox([1, 0, 0, 0, 0.5, 0.5], 3)"
    stand.put(page, [(-1, 0, 0), (0, 0.5, 0)], 2)
    page.evaluate("draw(flat)")
    before = stand.shown(page)
    page.evaluate(f"renderer.setPacked({new}); renderer.setBlend(0); draw(flat)")
    assert np.array_equal(before, stand.shown(page))
    page.evaluate("renderer.setBlend(0.5); draw(flat)")
    assert at(stand.shown(page), 300, 200) == RED
    page.evaluate("renderer.setBlend(1); draw(front)")
    after = stand.shown(page)
    stand.put(page, [(1, 0, 0), (0, 0.5, 0.5)], 3)
    page.evaluate("draw(front)")
    assert np.array_equal(after, stand.shown(page))
    page.evaluate(f"renderer.setPacked({old}); draw(flat)")
    assert np.array_equal(before, stand.shown(page))


def test_a_glide_broken_off_goes_on_from_where_the_points_are(page: Page) -> None:
    stand.put(page, [(-1, 0, 0)], 2)
    page.evaluate(
        """renderer.setPacked(dotscape.packBox([1, 0, 0], 2)); renderer.setBlend(0.25);
        draw(flat)"""
    )
    before = stand.shown(page)
    assert at(before, 200, 200) == RED
    page.evaluate(
        """renderer.setPacked(dotscape.packBox([0, 1, 0], 2)); renderer.setBlend(0); draw(flat)"""
    )
    assert difference(before, stand.shown(page)) < 1e-3
    page.evaluate("renderer.setBlend(1); draw(flat)")
    assert at(stand.shown(page), 300, 4) == RED


def test_layouts_in_the_same_units_are_drawn_in_one_box(page: Page) -> None:
    box = "{ center: [%s, 0, 0], half: %s }"
    page.evaluate(
        f"""renderer.setData(dotscape.packBox([0.5, 0, 0], 2, {box % (0, 1)}));
        renderer.setStyle(white);
        // In units the point was at 0.5; the new box is -1..3.
        renderer.setPacked(dotscape.packBox([1, 0, 0], 2, {box % (1, 2)}), 'shared');
        renderer.setBlend(0); draw(flat)"""
    )
    assert at(stand.shown(page), 300 - 0.25 * 200, 200) != WHITE
    page.evaluate("renderer.setBlend(0.5); draw(flat)")
    assert at(stand.shown(page), 300 + 0.375 * 200, 200) != WHITE


def test_marks_lie_over_everything(page: Page) -> None:
    stand.put(page, [(0, 0, -0.5), (0, 0, 0.5), (0.6, 0, 0)], 3, size=20)
    page.evaluate("draw(front)")
    plain = stand.shown(page)
    page.evaluate("renderer.setHighlighted([0]); draw(front)")
    shown = stand.shown(page)
    assert at(shown, 300, 200) == RED  # though a green one lies before it
    assert difference(plain, shown) > 0
    page.evaluate("renderer.setHighlighted([]); draw(front)")
    assert np.array_equal(plain, stand.shown(page))
    page.evaluate("renderer.setMask(new Uint8Array([0, 0, 2])); draw(front)")
    ring = stand.shown(page)
    assert at(ring, 300, 200) == GREEN
    x = 300 + 0.6 * 200 / 1.7
    assert at(ring, x, 200) == BLUE
    row = ring[200, int(x) :, :].astype(int).sum(axis=1)
    assert row.min() < 200  # the ring's ink, outside the disc
    assert np.argmin(row) > 8


def test_depth_shades_discs_behind_others_and_no_others(page: Page) -> None:
    stand.put(page, [(0, 0, 0.5), (0.09, 0, -0.5), (-0.6, 0, 0.5)], 3, size=40)
    page.evaluate("draw(front)")
    plain = stand.shown(page)
    page.evaluate("renderer.setStyle({ ...white, size: 40, depthCue: true }); draw(front)")
    shaded = stand.shown(page)
    changed = np.argwhere(np.any(plain != shaded, axis=2))
    assert len(changed) > 20
    was = plain[changed[:, 0], changed[:, 1]]
    assert (was[:, 1] > was[:, 0]).all()  # green only, which lies behind
    edge = np.abs(shaded.astype(int).sum(axis=2)[200] - plain.astype(int).sum(axis=2)[200])
    assert edge.max() > 20


def test_a_point_takes_under_25_bytes_and_changes_upload_only_themselves(page: Page) -> None:
    page.evaluate(
        """() => {
          window.allocated = 0; window.uploaded = 0;
          const proto = WebGL2RenderingContext.prototype;
          const { bufferData, bufferSubData } = proto;
          proto.bufferData = function (target, data, usage) {
            allocated += data.byteLength ?? data;
            return bufferData.call(this, target, data, usage);
          };
          proto.bufferSubData = function (target, offset, data) {
            uploaded += data.byteLength;
            return bufferSubData.call(this, target, offset, data);
          };
          window.n = 50_000;
          window.many = dotscape.clusters(n, 3);
          renderer.setData(many.points);
        }"""
    )
    assert page.evaluate("allocated / n") <= 11
    uploads = page.evaluate(
        """() => {
          const cost = (change) => { uploaded = 0; change(); return uploaded / n; };
          return [
            cost(() => renderer.setColors(many.colors)),
            cost(() => renderer.setMask(new Uint8Array(n))),
            cost(() => renderer.setPacked(dotscape.clusters(n, 3, 2).points)),
            cost(() => { renderer.setBlend(0.5); draw(front); }),
            cost(() => renderer.setMask(Uint8Array.from(many.colors, (_, i) => i % 4 ? 0 : 1))),
          ];
        }"""
    )
    assert uploads == [2, 1, 8, 0, 1]
    assert page.evaluate("allocated / n") < 25


def test_renderers_that_are_gone_take_no_context_from_others(page: Page) -> None:
    lost = page.evaluate(
        """async () => {
          for (let i = 0; i < 24; i++) {
            const renderer = dotscape.createRenderer(document.createElement('canvas'));
            renderer.setData(dotscape.clusters(10, 3).points);
            renderer.frame(viewOf(front), false);
            renderer.dispose();
          }
          await new Promise((done) => setTimeout(done, 100));
          return document.getElementById('map').getContext('webgl2').isContextLost();
        }"""
    )
    assert lost is False
    stand.put(page, [(0, 0, 0)], 2)
    page.evaluate("draw(flat)")
    assert at(stand.shown(page), 300, 200) == RED


def test_arrays_of_a_wrong_length_are_refused_in_words(page: Page) -> None:
    stand.put(page, [(0, 0, 0), (0.5, 0, 0)], 2)
    for call, words in (
        ("setColors(new Uint16Array(3))", "2 points. Got 3"),
        ("setMask(new Uint8Array(1))", "2 points. Got 1"),
        ("setPacked(dotscape.packBox([0, 0, 0], 2))", "2 of them. Got 1"),
    ):
        said = page.evaluate(
            f"(() => {{ try {{ renderer.{call} }} catch (e) {{ return e.message }} }})()"
        )
        assert words in said


def test_a_browser_that_cannot_draw_says_why(page: Page) -> None:
    said = page.evaluate(
        """() => {
          const canvas = document.createElement('canvas');
          canvas.getContext = () => null;
          try { dotscape.createRenderer(canvas); } catch (error) {
            return [error instanceof dotscape.CannotDraw, error.message];
          }
        }"""
    )
    assert said[0]
    assert "no WebGL 2" in said[1]
