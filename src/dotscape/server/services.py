"""What the routes share: the folder, its catalog, the engine, the events."""

from __future__ import annotations

import threading
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from dotscape.store.catalog import Catalog
from starlette.requests import Request

from dotscape.server.broker import Broker
from dotscape.store.media import MediaFolder

if TYPE_CHECKING:
    from dotscape.engine import Engine
    from dotscape.server.sets.statistics import StatisticsCache


class Services:
    """Made once for each server. The heavy ones are made on first use, in whatever thread that is."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.catalog = Catalog(root)
        self.media = MediaFolder(root)
        self.broker = Broker()
        self._making = threading.Lock()
        self._engine: Engine | None = None

    @property
    def engine(self) -> Engine:
        """The engine; numerics are loaded with it, which the first answer needn't wait for."""
        with self._making:
            if self._engine is None:
                from dotscape.engine import Engine

                self._engine = Engine(self.root / "cache")
        return self._engine

    @property
    def has_engine(self) -> bool:
        """Whether anything has asked for the engine yet."""
        return self._engine is not None

    @cached_property
    def statistics(self) -> StatisticsCache:
        """What is known of columns."""
        from dotscape.server.sets.statistics import StatisticsCache

        return StatisticsCache(self.root / "cache" / "statistics")

    def close(self) -> None:
        """End jobs and streams."""
        self.broker.close()
        with self._making:
            if self._engine is not None:
                self._engine.close()


def services(request: Request) -> Services:
    """The services of the application that a request came to."""
    found = request.app.state.services
    assert isinstance(found, Services)
    return found
