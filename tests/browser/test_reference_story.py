"""The reference script, with a real sentence encoder, and what its author then sees. Slow."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser import pixels, stories
from tests.conftest import Server
from tests.docs.test_reference_script import TEXTS, run_reference_script

pytestmark = [pytest.mark.slow, pytest.mark.browser]

PROJECT = "embedding-visualization-demo"


def test_from_the_script_to_a_point_and_its_text(
    tmp_path: Path, serve: Callable[..., Server], page: Page
) -> None:
    said = run_reference_script(tmp_path)
    assert "run" in said
    page.goto(serve(tmp_path).url)
    page.get_by_role("link", name=PROJECT).first.click()
    page.get_by_role("row").nth(1).get_by_role("link").first.click()
    media = page.get_by_role("tab", name="Media", exact=True)
    expect(media).to_have_attribute("aria-selected", "true")

    # A 3-D scatter at once, by PCA.
    canvas = stories.wait_for_points(page, rf"{len(TEXTS)} points, PCA, 3-D")
    assert pixels.ink(pixels.picture(canvas)) > 300
    embedding = stories.region(page).get_by_role("combobox", name="Embedding", exact=True)
    expect(embedding.locator("option:checked")).to_contain_text("my_embeddings")

    # Its texts: in the tooltip, in search, in the details with where they come from.
    tooltip(page, canvas)
    page.get_by_role("searchbox", name="Search points").fill("famous soup")
    expect(page.get_by_text(re.compile(r"\b1 match")).first).to_be_visible()
    page.get_by_role("searchbox", name="Search points").press("Enter")
    details = page.get_by_role("region", name="Point details")
    expect(details).to_contain_text("Boil the famous soup with salt and onions.")
    expect(details).to_contain_text("from `texts`, step 3")
    page.get_by_role("button", name="Clear filters").first.click()

    # The two tables: layouts of the same points, and scatters of their own.
    for name in ("my_embeddings_pca", "my_embeddings_tsne"):
        stories.choose(page, "Layout", name)
        stories.wait_for_points(page, rf"{len(TEXTS)} points, {name}, 2-D")
    for name in ("my_embeddings_pca", "my_embeddings_tsne"):
        stories.choose(page, "Embedding", name)
        stories.wait_for_points(page, rf"{len(TEXTS)} points, .*2-D")
        expect(embedding.locator("option:checked")).to_contain_text(name)


def tooltip(page: Page, canvas: Locator) -> None:
    """Point at a point; the tooltip tells its text."""
    y, x = pixels.colorful(pixels.picture(canvas))[0]
    box = canvas.bounding_box()
    assert box
    page.mouse.move(box["x"] + x, box["y"] + y)
    expect(page.get_by_role("tooltip")).to_contain_text(
        re.compile("cat sleeps|fell on the market|Boil the")
    )
