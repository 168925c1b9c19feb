"""The watch: goes on whatever happens to the folder."""

from __future__ import annotations

import logging
import shutil
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from dotscape.errors import StoreError
from tests.server.conftest import BASE, TOKEN, open_app
from tests.server.data import write_run


def until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_runs_come_and_go(tmp_path: Path) -> None:
    guard, _ = open_app(tmp_path)
    with TestClient(guard, BASE) as client:
        client.get(f"/?token={TOKEN}", follow_redirects=False)

        def ids() -> set[str]:
            return {run["id"] for run in client.get("/api/runs").json()["runs"]}

        assert ids() == set()
        write_run(tmp_path, "one", [("loss", 1.0)])
        until(lambda: ids() == {"one"})
        write_run(tmp_path, "two", [("loss", 1.0)])
        until(lambda: ids() == {"one", "two"})
        shutil.rmtree(tmp_path / "runs" / "one")
        until(lambda: ids() == {"two"})
        assert client.get("/api/runs/one").status_code == 404
        shutil.rmtree(tmp_path / "runs")
        until(lambda: ids() == set())


@pytest.mark.parametrize("error", [StoreError("gone"), OSError(5, "I/O error"), KeyError("bug")])
def test_a_failing_look_is_said_once_and_tried_again(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    error: Exception,
) -> None:
    guard, services = open_app(tmp_path)
    look, calls = services.catalog.refresh, [0]

    def failing() -> object:
        calls[0] += 1
        if calls[0] in (2, 3):
            raise error
        return look()

    monkeypatch.setattr(services.catalog, "refresh", failing)
    with caplog.at_level(logging.WARNING), TestClient(guard, BASE) as client:
        client.get(f"/?token={TOKEN}", follow_redirects=False)
        until(lambda: calls[0] >= 4)
        write_run(tmp_path, "late", [("loss", 1.0)])
        until(lambda: len(client.get("/api/runs").json()["runs"]) == 1)
    said = [r for r in caplog.records if r.name == "dotscape.server"]
    assert len(said) == 1
    assert str(tmp_path) in said[0].getMessage()
