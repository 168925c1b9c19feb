"""Looks after the folder and the engine, and tells the open pages what changed."""

from __future__ import annotations

import asyncio
import logging
import time

import anyio.to_thread

from dotscape.errors import DotscapeError
from dotscape.server.services import Services

SECONDS_BETWEEN_LOOKS = 0.4
MOST_SECONDS_BETWEEN_LOOKS = 5.0
# What the page does about a changed link is what it does about new rows.
_WORDS = {"links": "rows"}
_log = logging.getLogger("dotscape.server")


async def watch(services: Services) -> None:
    """Refresh the catalog again and again and publish what it found. Runs until cancelled."""
    failing = warm = False
    while True:
        started = time.monotonic()
        try:
            changes = await anyio.to_thread.run_sync(services.catalog.refresh)
            failing = False
        except Exception as error:
            # A folder that is away for a moment (a network drive, say) mustn't end the watch, nor
            # anything unforeseen in one run among many. Said once, not every half second.
            if not failing:
                unforeseen = not isinstance(error, (DotscapeError, OSError))
                _log.warning(
                    "The folder %s can't be read: %s", services.root, error, exc_info=unforeseen
                )
            failing = True
            changes = []
        took = time.monotonic() - started
        for change in changes:
            for what in sorted({_WORDS.get(one, one) for one in change.changes}):
                services.changed(change.run, change.project, what)
        services.looked()
        if not warm:
            await anyio.to_thread.run_sync(services.warm_up)
            warm = True
        # Where a look takes long (thousands of runs, a network drive), look less often.
        await asyncio.sleep(min(max(SECONDS_BETWEEN_LOOKS, 4 * took), MOST_SECONDS_BETWEEN_LOOKS))
