"""What the routes share: the folder, its catalog, the engine, the events."""

from __future__ import annotations

import asyncio
import threading
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from starlette.requests import Request

from dotscape.server.broker import Broker
from dotscape.server.replies import encode
from dotscape.server.wire import RunEvent
from dotscape.store.catalog import Catalog
from dotscape.store.edits import RunEdits
from dotscape.store.media import MediaFolder

if TYPE_CHECKING:
    from dotscape.server.jobs import Jobs
    from dotscape.server.sets.opened import Columns
    from dotscape.store.reader import RunReader

_FIRST_LOOK_SECONDS = 30


class Services:
    """Made once for each server; the heavy ones on first use, in whatever thread that is."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.catalog = Catalog(root)
        self.media = MediaFolder(root)
        self.broker = Broker()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._making = threading.RLock()
        self._looked = threading.Event()
        self._edits: dict[str, RunEdits] = {}

    def start(self) -> None:
        """Called on the event loop, before the first request."""
        self._loop = asyncio.get_running_loop()

    def looked(self) -> None:
        """The folder has been looked at: lists of runs are complete from now on."""
        self._looked.set()

    def complete_catalog(self) -> Catalog:
        """The catalog, once it has looked at the folder the first time."""
        self._looked.wait(_FIRST_LOOK_SECONDS)
        return self.catalog

    def edit(self, run: str) -> RunEdits:
        """The journal of what this server changes about a run."""
        with self._making:
            if run not in self._edits:
                self._edits[run] = RunEdits(self.root, run)
            return self._edits[run]

    def reader(self, run: str) -> RunReader:
        """The reader of a run; NotFoundError where there is no such run."""
        return self.catalog.reader(run)

    @property
    def jobs(self) -> Jobs:
        """Projections. Numerics are loaded with it, which the first answer needn't wait for."""
        with self._making:
            return self._jobs

    @cached_property
    def _jobs(self) -> Jobs:
        from dotscape.server.jobs import Jobs

        return Jobs(self.root, self.publish)

    @property
    def columns(self) -> Columns:
        """Columns and what is known of them."""
        with self._making:
            return self._columns

    @cached_property
    def _columns(self) -> Columns:
        from dotscape.server.sets.opened import Columns

        return Columns(self.root / "cache" / "facts")

    def warm_up(self) -> None:
        """Load what the first page will need, once the first answer is out."""
        with self._making:
            _ = self._columns, self._jobs

    def publish(self, name: str, struct: Any) -> None:
        """Send an event to the open pages, from any thread."""
        loop, body = self._loop, encode(struct)
        if loop is not None and not loop.is_closed():
            loop.call_soon_threadsafe(self.broker.publish, name, body)

    def changed(self, run: str, project: str, change: Any) -> None:
        """Tell the open pages that something of a run is new."""
        self.publish("run", RunEvent(run=run, project=project, change=change))

    def close(self) -> None:
        """End jobs and streams."""
        self.broker.close()
        for edits in self._edits.values():
            edits.close()
        if "_columns" in self.__dict__:
            self._columns.close()
        if "_jobs" in self.__dict__:
            self._jobs.close()
        self.catalog.close()


def services(request: Request) -> Services:
    """The services of the application that a request came to."""
    found = request.app.state.services
    assert isinstance(found, Services)
    return found
