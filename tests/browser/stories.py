"""What a person does in the projector, in the page's own words (its accessible names)."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, Page, expect

# Software GL on a busy machine is slow; what is waited for is a state, never a time.
PATIENCE = 60_000


def region(page: Page) -> Locator:
    """The projector's region."""
    return page.get_by_role("region", name="Embedding Projector")


def canvas(page: Page) -> Locator:
    """The map; its name is its summary in words."""
    return region(page).get_by_role("img").first


def wait_for_points(page: Page, summary: str) -> Locator:
    """The map, once its summary matches and every point is drawn."""
    shown = canvas(page)
    expect(shown).to_have_accessible_name(re.compile(summary), timeout=PATIENCE)
    expect(shown).to_have_attribute("aria-busy", "false", timeout=PATIENCE)
    return shown


def choose(page: Page, label: str, option: str) -> None:
    """Choose in one of the projector's comboboxes."""
    box = region(page).get_by_role("combobox", name=label, exact=True)
    value = box.locator("option").filter(has_text=option).first.get_attribute("value")
    box.select_option(value)


def color(swatch: Locator) -> tuple[int, int, int]:
    """Background colour of an element, as the browser computed it."""
    style = swatch.evaluate("element => getComputedStyle(element).backgroundColor")
    red, green, blue = (int(part) for part in re.findall(r"\d+", style)[:3])
    return red, green, blue
