"""`show`: the address it gives opens the page of what was given."""

from __future__ import annotations

import json
import subprocess
import sys
import urllib.request
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import dotscape
from dotscape.errors import DataError
from dotscape.notebook import show as module
from tests.conftest import Server


@pytest.fixture(autouse=True)
def _stop_servers() -> Any:
    yield
    module._stop()


def ask(view: module.View, path: str) -> Any:
    base = view.url.partition("/runs/")[0]
    token = view.url.partition("token=")[2]
    asked = urllib.request.Request(base + path, headers={"Authorization": f"Bearer {token}"})
    with urllib.request.urlopen(asked) as reply:
        return json.load(reply)


def test_vectors_with_columns(tmp_path: Path) -> None:
    texts = [f"text {i}" for i in range(6)]
    view = dotscape.show(np.eye(6, 4), {"text": texts}, dir=tmp_path, name="mine", browser=False)
    detail = ask(view, f"/api/runs/{view.run}")
    assert (detail["info"]["project"], detail["info"]["name"]) == ("notebook", "mine")
    assert detail["info"]["state"] == "finished"
    [embedding] = detail["embedding_sets"]
    assert (embedding["rows"], embedding["dim"], embedding["columns"]) == (6, 4, 1)


def test_a_second_one_uses_the_same_server(tmp_path: Path) -> None:
    first = dotscape.show(np.eye(3), dir=tmp_path, browser=False)
    second = dotscape.show(dotscape.Object3D(np.eye(5)), dir=tmp_path, browser=False)
    assert first.url.partition("/runs/")[0] == second.url.partition("/runs/")[0]
    assert first.run != second.run
    assert len(module._servers) == 1


def test_a_server_that_runs_already_is_used(tmp_path: Path, serve: Any) -> None:
    server: Server = serve(tmp_path)
    view = dotscape.show(np.eye(3), dir=tmp_path, browser=False)
    assert view.url.startswith(server.base)
    assert not module._servers


def test_a_running_training_goes_on(tmp_path: Path) -> None:
    with dotscape.init(project="training", dir=tmp_path) as run:
        dotscape.show(np.eye(3), dir=tmp_path, browser=False)
        assert dotscape.run is run
        run.log({"loss": 1.0})


def test_it_is_a_link_in_a_notebook() -> None:
    view = module.View('http://127.0.0.1:1/runs/a?token="><script>', "a")
    html = view._repr_html_()
    assert html.startswith("<a href=")
    assert "<script>" not in html
    assert "iframe" not in html
    assert repr(view).endswith("<script>")


def test_bad_vectors_are_an_error_here(tmp_path: Path) -> None:
    with pytest.raises(DataError):
        dotscape.show(np.ones((2, 2, 2)), dir=tmp_path, browser=False)


def test_its_server_ends_with_the_process(tmp_path: Path) -> None:
    code = (
        "import numpy as np, dotscape, sys;"
        "print(dotscape.show(np.eye(3), dir=sys.argv[1], browser=False).url)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path)], capture_output=True, text=True, check=True
    )
    assert done.stdout.startswith("http://")
    assert not (tmp_path / "server.json").exists()
