"""Looks after the folder and the engine, and tells the open pages what changed."""

from __future__ import annotations

import asyncio
import logging
from typing import Any

import anyio.to_thread

from dotscape.errors import DotscapeError
from dotscape.server.replies import encode
from dotscape.server.services import Services
from dotscape.server.wire import RunEvent

SECONDS_BETWEEN_LOOKS = 0.4
_log = logging.getLogger("dotscape.server")


async def watch(services: Services) -> None:
    """Refresh the catalog again and again and publish what it found. Runs until cancelled."""
    failing = False
    while True:
        try:
            changes = await anyio.to_thread.run_sync(services.catalog.refresh)
            failing = False
        except (DotscapeError, OSError) as error:
            # A folder that is away for a moment (a network drive, say) mustn't end the watch.
            if not failing:
                _log.warning("The folder %s can't be read: %s", services.root, error)
            failing = True
            changes = []
        for change in changes:
            for what in sorted(change.changes):
                publish_change(services, change.run, change.project, what)
        await asyncio.sleep(SECONDS_BETWEEN_LOOKS)


def publish_change(services: Services, run: str, project: str, change: Any) -> None:
    """Tell the pages that something of a run is new."""
    services.broker.publish("run", encode(RunEvent(run=run, project=project, change=change)))
