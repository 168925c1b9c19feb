"""Projects, runs, curves, printed text and tables over HTTP."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient

from dotscape.server.thinning import thin
from tests.server.conftest import BASE, TOKEN, App, open_app
from tests.server.data import EVIL, RUN, write_run


def test_projects_and_runs(app: App) -> None:
    projects = app.json("/api/projects")
    assert {p["name"]: p["runs"] for p in projects["projects"]} == {"demo": 1, "other/one": 1}
    assert projects["root"] == str(app.filled.root)
    assert len(app.json("/api/runs")["runs"]) == 2
    [beta] = app.json("/api/runs?project=other/one")["runs"]
    assert (beta["id"], beta["state"], beta["config"]["lr"]) == ("beta", "finished", 0.1)
    assert app.json("/api/runs?project=nothing")["runs"] == []


def test_run_lists_what_it_holds(app: App) -> None:
    run = app.json(f"/api/runs/{RUN}")
    assert run["info"]["tags"] == ["first"]
    assert run["scalar_keys"] == ["loss"]  # "word" is text: it has no curve
    kinds = {item["type"] for entry in run["media"] for item in entry["items"]}
    assert kinds >= {"image", "audio", "html", "histogram"}
    widths = {r["key"]: r["point_width"] for r in run["row_sets"] if r["kind"] == "points"}
    assert widths == {"cloud3": 3, "cloud4": 4, "cloud6": 6}
    assert [s["key"] for s in run["embedding_sets"]] == ["vectors", "lonely"]
    assert run["damage"] == []


def test_curves(app: App) -> None:
    [loss] = app.json(f"/api/runs/{RUN}/scalars?key=loss")["series"]
    assert loss["total"] == len(loss["steps"]) == len(loss["values"]) == len(loss["times"]) == 31
    assert loss["values"][0] == 1.0
    assert loss["values"][-1] is None  # NaN
    assert app.json(f"/api/runs/{RUN}/scalars")["series"] == []
    thinned = app.json(f"/api/runs/{RUN}/scalars?key=loss&points=10")["series"][0]
    assert len(thinned["steps"]) <= 10
    assert thinned["total"] == 31


@pytest.mark.parametrize(
    ("query", "status", "parameter"),
    [
        ("scalars?key=nothing", 404, None),
        ("scalars?key=loss&points=1", 400, "points"),
        ("scalars?" + "&".join(f"key={i}" for i in range(201)), 400, "key"),
        ("logs?after=x", 400, "after"),
        ("logs?after=../x:3", 400, "after"),
        ("rows/0123456789abcdef", 404, None),
    ],
)
def test_bad_questions(app: App, query: str, status: int, parameter: str | None) -> None:
    reply = app.get(f"/api/runs/{RUN}/{query}")
    assert reply.status_code == status
    assert reply.json()["error"]["parameter"] == parameter


def test_logs_go_on_where_they_ended(app: App) -> None:
    log = app.filled.root / "runs" / RUN / f"output-{app.filled.writer}.log"
    [chunk] = app.json(f"/api/runs/{RUN}/logs")["chunks"]
    assert (chunk["writer"], chunk["start"]) == (app.filled.writer, 0)
    assert chunk["text"] == log.read_text()
    assert chunk["next"] == log.stat().st_size
    after = f"{chunk['writer']}:{chunk['next']}"
    assert app.json(f"/api/runs/{RUN}/logs?after={after}")["chunks"] == []
    part = app.json(f"/api/runs/{RUN}/logs?after={chunk['writer']}:6")["chunks"][0]
    assert part["text"] == log.read_text()[6:]


def test_long_logs_begin_near_their_end(app: App) -> None:
    writer = "20240101T000000-1-aaaaaa"
    log = app.filled.root / "runs" / "beta" / f"output-{writer}.log"
    log.write_text("line\n" * 400_000)
    [chunk] = app.json("/api/runs/beta/logs")["chunks"]
    assert chunk["start"] + len(chunk["text"]) == chunk["next"] == log.stat().st_size
    assert len(chunk["text"]) < 1_000_000


def test_tables(app: App) -> None:
    page = app.json(f"/api/runs/{RUN}/rows/{app.row_set_id('table')}")
    assert [c["name"] for c in page["columns"]] == ["a", "b"]
    assert page["rows"] == [[1, "x"], [2, EVIL], [3, None]]
    assert (page["offset"], page["total"]) == (0, 3)
    second = app.json(f"/api/runs/{RUN}/rows/{app.row_set_id('table')}?offset=1&limit=1")
    assert second["rows"] == [[2, EVIL]]
    assert app.json(f"/api/runs/{RUN}/rows/{app.row_set_id('table')}?offset=9")["rows"] == []


def test_long_cells_are_cut(app: App) -> None:
    page = app.json(f"/api/runs/{RUN}/rows/{app.row_set_id('vectors')}?offset=5&limit=1")
    assert len(page["rows"][0][0]) == 10_000


@pytest.mark.parametrize("query", ["limit=0", "limit=1001", "offset=-1", "offset=x", "limit=1.5"])
def test_pages_have_limits(app: App, query: str) -> None:
    reply = app.get(f"/api/runs/{RUN}/rows/{app.row_set_id('table')}?{query}")
    assert reply.status_code == 400
    assert reply.json()["error"]["parameter"] == query.partition("=")[0]


@pytest.fixture
def changing(tmp_path: Path) -> Any:
    """An application over a folder of its own, to change."""
    write_run(tmp_path, RUN, [("loss", 1.0)])
    guard, _ = open_app(tmp_path)
    with TestClient(guard, BASE, raise_server_exceptions=False, follow_redirects=False) as client:
        client.get(f"/?token={TOKEN}")
        yield client


def test_tags_notes_and_name_are_changed(changing: TestClient) -> None:
    def patch(**body: Any) -> Any:
        return changing.patch(f"/api/runs/{RUN}", json=body, headers={"Origin": BASE})

    assert patch(tags=["b", EVIL]).json()["tags"] == ["b", EVIL]
    changed = patch(notes="what I saw", name="better").json()
    assert (changed["tags"], changed["notes"], changed["name"]) == (
        ["b", EVIL],
        "what I saw",
        "better",
    )
    assert changing.get(f"/api/runs/{RUN}").json()["info"]["name"] == "better"
    assert patch(tags=[]).json()["tags"] == []
    for body in ({"tags": [""]}, {"tags": ["x" * 101]}, {"tags": ["a"] * 101}, {"name": "x" * 201}):
        reply = patch(**body)
        assert reply.status_code == 400
        assert reply.json()["error"]["parameter"] == next(iter(body))
    assert patch(nothing=1).status_code == 400


def test_damage_is_said_and_the_rest_is_served(tmp_path: Path) -> None:
    write_run(tmp_path, RUN, [("loss", 1.0)])
    run = tmp_path / "runs" / RUN
    journal = next(run.glob("events-*.jsonl"))
    journal.write_bytes(journal.read_bytes() + b"not json\n" + b'{"t":"log","s":5,')
    guard, _ = open_app(tmp_path)
    with TestClient(guard, BASE) as client:
        client.get(f"/?token={TOKEN}")
        detail = client.get(f"/api/runs/{RUN}").json()
    assert detail["info"]["damaged_lines"] == 1
    assert len(detail["damage"]) == 1
    assert detail["scalar_keys"] == ["loss"]


@given(
    st.lists(st.floats(allow_nan=True, allow_infinity=True), min_size=0, max_size=400),
    st.integers(10, 60),
)
@settings(max_examples=200)
def test_thinning_keeps_ends_and_extremes(values: list[float], points: int) -> None:
    array = np.array(values, np.float64)
    kept = thin(array, points)
    assert len(kept) <= max(points, 0)
    assert (np.diff(kept) > 0).all()
    if not values:
        return
    assert kept[0] == 0
    assert kept[-1] == len(values) - 1
    finite = array[np.isfinite(array)]
    if finite.size:
        assert np.nanmax(array[kept][np.isfinite(array[kept])]) == finite.max()
        assert np.nanmin(array[kept][np.isfinite(array[kept])]) == finite.min()
