"""The application over a filled folder, asked in process."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from dotscape.server.app import create_app
from dotscape.server.guard import Guard
from dotscape.server.hosts import AllowedHosts
from dotscape.server.services import Services
from dotscape.server.tokens import Access
from tests.server.data import RUN, Filled, fill

PORT = 4747
BASE = f"http://127.0.0.1:{PORT}"
TOKEN = "t" * 43


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Filled:
    """A folder of runs; tests of a module share it and don't change it."""
    return fill(tmp_path_factory.mktemp("store"))


@dataclass(frozen=True)
class App:
    """The application and what is served."""

    guard: Guard
    client: TestClient
    filled: Filled
    services: Services

    def get(self, path: str, **headers: str) -> Any:
        """A signed-in GET."""
        return self.client.get(path, headers=headers)

    def json(self, path: str) -> Any:
        """A signed-in GET's JSON; it must succeed."""
        reply = self.client.get(path)
        assert reply.status_code == 200, reply.text
        return reply.json()

    def send(self, method: str, path: str, body: Any = None) -> Any:
        """A signed-in change from this server's own page."""
        headers = {"Origin": BASE, "Content-Type": "application/json"}
        return self.client.request(method, path, json=body, headers=headers)

    def set_id(self, key: str = "vectors") -> str:
        """The id of the embedding set of a key."""
        detail = self.json(f"/api/runs/{RUN}")
        return next(s["id"] for s in detail["embedding_sets"] if s["key"] == key)

    def row_set_id(self, key: str) -> str:
        """The id of the row set of a key."""
        detail = self.json(f"/api/runs/{RUN}")
        return next(s["id"] for s in detail["row_sets"] if s["key"] == key)


def open_app(root: Path) -> tuple[Guard, Services]:
    """The application over a folder."""
    services = Services(root)
    access = Access(TOKEN, PORT)
    return create_app(services, access, AllowedHosts("127.0.0.1", PORT)), services


@pytest.fixture(scope="module")
def app(filled: Filled) -> Iterator[App]:
    """The application over the shared folder, with a signed-in client."""
    guard, services = open_app(filled.root)
    with TestClient(guard, BASE, raise_server_exceptions=False, follow_redirects=False) as client:
        reply = client.get(f"/?token={TOKEN}")
        assert reply.status_code == 303
        yield App(guard, client, filled, services)
