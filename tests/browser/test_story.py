"""The main job in a real browser: log, open, see, colour, filter, search, investigate."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Page, expect

import dotscape
from tests.browser import pixels, stories
from tests.conftest import Server

pytestmark = pytest.mark.browser

PROJECT = "embedding-visualization-demo"
TOPICS = ("cats", "stocks", "soups")
ROWS = 120
TEXTS = [f"text {row} about {TOPICS[row % 3]}" for row in range(ROWS)]


@pytest.fixture
def server(tmp_path: Path, serve: Callable[..., Server]) -> Server:
    """A server over one run that was logged as the reference script logs."""
    rng = np.random.default_rng(0)
    topic = np.arange(ROWS) % 3
    vectors = rng.standard_normal((ROWS, 32)).astype(np.float32) + 6 * np.eye(3, 32)[topic]
    with dotscape.init(project=PROJECT, id="story", name="story", dir=tmp_path) as run:
        run.log({"my_embeddings": dotscape.Object3D(vectors)})
        pca = dotscape.project(vectors, method="pca")
        run.log({"my_embeddings_pca": dotscape.Table(data=np.asarray(pca), columns=["a", "b"])})
        run.log({"texts": TEXTS})
        run.log({"topic": [TOPICS[t] for t in topic]})
    return serve(tmp_path)


def test_from_the_printed_address_to_the_points(server: Server, page: Page) -> None:
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(server.url)
    page.get_by_role("link", name=PROJECT).first.click()
    page.get_by_role("link", name=re.compile("story")).first.click()
    expect(page.get_by_role("tab", name="Media", exact=True)).to_have_attribute(
        "aria-selected", "true"
    )
    canvas = stories.wait_for_points(page, rf"{ROWS} points, PCA, 3-D")
    assert pixels.ink(pixels.picture(canvas)) > 500
    for name in ("Embedding", "Layout", "Color by", "Label by"):
        expect(stories.region(page).get_by_role("combobox", name=name, exact=True)).to_be_visible()
    assert not errors


def test_legend_colors_are_on_the_canvas_and_filter_it(server: Server, page: Page) -> None:
    page.goto(server.page("/runs/story/media"))
    stories.wait_for_points(page, "points")
    # In 2-D there is no haze: colours are the legend's.
    page.get_by_role("radiogroup", name="Dimensions").get_by_text("2D", exact=True).click()
    stories.wait_for_points(page, "2-D")
    stories.choose(page, "Color by", "topic")
    canvas = stories.wait_for_points(page, "coloured by topic")
    legend = page.get_by_role("list", name="Legend")
    shown = pixels.picture(canvas)
    swatches = {}
    for topic in TOPICS:
        item = legend.get_by_role("listitem").filter(has_text=topic)
        expect(item).to_contain_text(str(ROWS // 3))
        swatches[topic] = stories.color(item.locator(".swatch").first)
        assert pixels.near(shown, swatches[topic]) > 50, f"{topic} isn't on the map"
    legend.get_by_role("listitem").filter(has_text="cats").get_by_role("button").first.click()
    expect(page.get_by_text(re.compile(rf"80 of {ROWS}")).first).to_be_visible()
    stories.wait_for_points(page, "points")
    assert pixels.near(pixels.picture(canvas), swatches["cats"]) < 50
    page.get_by_role("button", name="Clear filters").first.click()
    stories.wait_for_points(page, "points")
    assert pixels.near(pixels.picture(canvas), swatches["cats"]) > 50


def test_rotating_changes_the_picture_and_the_address(server: Server, page: Page) -> None:
    page.goto(server.page("/runs/story/media"))
    canvas = stories.wait_for_points(page, "3-D")
    before, address = pixels.picture(canvas), page.url
    box = canvas.bounding_box()
    assert box
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] / 2 + 200, box["y"] + box["height"] / 2 + 60, steps=8)
    page.mouse.up()
    page.mouse.move(box["x"] + 4, box["y"] + 4)
    stories.wait_for_points(page, "3-D")
    rotated = pixels.picture(canvas)
    assert pixels.difference(before, rotated) > 0.005
    page.wait_for_function("before => location.href !== before", arg=address)

    # The address restores the picture.
    again = page.context.new_page()
    again.goto(page.url)
    restored = stories.wait_for_points(again, "3-D")
    again.mouse.move(box["x"] + 4, box["y"] + 4)
    assert pixels.difference(rotated, pixels.picture(restored)) < 0.002


def test_search_marks_matches_and_details_show_every_column(server: Server, page: Page) -> None:
    page.goto(server.page("/runs/story/media"))
    stories.wait_for_points(page, "points")
    page.get_by_role("searchbox", name="Search points").fill("text 7 about")
    expect(page.get_by_text(re.compile(r"\b1 match")).first).to_be_visible()
    page.get_by_role("searchbox", name="Search points").press("Enter")
    details = page.get_by_role("region", name="Point details")
    expect(details).to_contain_text(TEXTS[7])
    expect(details).to_contain_text("from `texts`, step 2")
    expect(details).to_contain_text("cats" if 7 % 3 == 0 else TOPICS[7 % 3])
    page.get_by_role("searchbox", name="Search points").fill("nothing has this")
    expect(page.get_by_text(re.compile("no matches", re.I)).first).to_be_visible()


def test_two_dimensions_logged_layouts_and_tsne(server: Server, page: Page) -> None:
    page.goto(server.page("/runs/story/media"))
    canvas = stories.wait_for_points(page, "PCA, 3-D")
    three = pixels.picture(canvas)
    page.get_by_role("radiogroup", name="Dimensions").get_by_text("2D", exact=True).click()
    stories.wait_for_points(page, "PCA, 2-D")
    assert pixels.difference(three, pixels.picture(canvas)) > 0.002
    stories.choose(page, "Layout", "my_embeddings_pca")
    stories.wait_for_points(page, "my_embeddings_pca, 2-D")

    stories.choose(page, "Layout", "New projection")
    form = page.get_by_role("form", name="New projection")
    form.get_by_role("combobox", name="Method").select_option("tsne")
    form.get_by_role("button", name="Run").click()
    stories.wait_for_points(page, "t-SNE")
    assert pixels.ink(pixels.picture(canvas)) > 500


def test_points_that_appear_while_the_page_is_open(server: Server, page: Page) -> None:
    page.goto(server.page("/runs/story/media"))
    stories.wait_for_points(page, "points")
    with dotscape.init(project=PROJECT, id="story", dir=server.folder, resume="allow") as run:
        run.log({"later": dotscape.Object3D(np.eye(20, dtype=np.float32))})
    embedding = stories.region(page).get_by_role("combobox", name="Embedding", exact=True)
    expect(embedding.locator("option").filter(has_text="later")).to_have_count(
        1, timeout=stories.PATIENCE
    )


def test_html_in_labels_is_text(tmp_path: Path, serve: Callable[..., Server], page: Page) -> None:
    attack = "<img src=x onerror=\"document.title='attacked'\"><script>document.title=1</script>"
    with dotscape.init(project="p", id="attack", dir=tmp_path) as run:
        vectors = np.random.default_rng(0).random((9, 5), dtype=np.float32)
        run.log({"e": dotscape.Embeddings(vectors, columns={"text": [attack] * 9})})
    server = serve(tmp_path)
    page.goto(server.page("/runs/attack/media"))
    stories.wait_for_points(page, "9 points")
    page.get_by_role("searchbox", name="Search points").fill("onerror")
    page.get_by_role("searchbox", name="Search points").press("Enter")
    expect(page.get_by_role("region", name="Point details")).to_contain_text("<img src=x")
    assert "attacked" not in page.title()


def test_without_columns_the_page_shows_the_line_of_code(
    tmp_path: Path, serve: Callable[..., Server], page: Page
) -> None:
    with dotscape.init(project="p", id="bare", dir=tmp_path) as run:
        run.log({"e": np.random.default_rng(0).random((30, 5), dtype=np.float32)})
    server = serve(tmp_path)
    page.goto(server.page("/runs/bare/media"))
    stories.wait_for_points(page, "30 points")
    expect(stories.region(page).get_by_text(re.compile(r"log\(\{")).first).to_be_visible()
