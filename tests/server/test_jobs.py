"""Projections over HTTP: limits, jobs, frames, and the events that tell of them."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest

from tests.server.conftest import App
from tests.server.data import ROWS, RUN


@pytest.fixture(scope="module")
def base(app: App) -> str:
    return f"/api/runs/{RUN}/sets/{app.set_id()}"


def finished(app: App, job: dict[str, Any]) -> dict[str, Any]:
    deadline = time.monotonic() + 60
    while job["state"] in ("queued", "running"):
        assert time.monotonic() < deadline, job
        time.sleep(0.02)
        job = app.json(f"/api/jobs/{job['id']}")
    return job


def test_methods_say_their_limits(app: App) -> None:
    methods = {m["name"]: m for m in app.json("/api/methods")["methods"]}
    assert {"pca", "tsne", "umap"} <= set(methods)
    assert set(methods["tsne"]["components"]) == set(methods["umap"]["components"]) == {2, 3}
    perplexity = next(p for p in methods["tsne"]["parameters"] if p["name"] == "perplexity")
    assert perplexity["limit"]
    few = {m["name"]: m for m in app.json("/api/methods?rows=30&dim=8")["methods"]}["tsne"]
    limited = next(p for p in few["parameters"] if p["name"] == "perplexity")
    assert limited["maximum"] is not None
    assert limited["maximum"] <= 30
    assert limited["default"] < limited["maximum"]


def test_a_projection_runs_and_is_found_again(app: App, base: str) -> None:
    wanted = {"method": "tsne", "n_components": 2, "parameters": {"perplexity": 5}, "seed": 7}
    job = finished(app, app.send("POST", f"{base}/projections", wanted).json())
    assert job["state"] == "done", job
    assert (job["run"], job["method"], job["seed"]) == (RUN, "tsne", 7)
    assert job["receipt"]["rows_left_out"] == 1
    assert job["receipt"]["parameters"]["perplexity"] == 5

    layout = app.get(f"{base}/layouts/{job['layout']}")
    assert layout.status_code == 200
    assert len(layout.content) == 64 + 8 * ROWS
    [listed] = [one for one in app.json(base)["layouts"] if one["id"] == job["layout"]]
    assert listed["method"] == "tsne"
    assert "perplexity 5" in listed["name"]
    assert "seed 7" in listed["name"]

    again = app.send("POST", f"{base}/projections", wanted).json()
    assert again["state"] == "done"
    assert again["layout"] == job["layout"]

    last = app.get(f"/api/jobs/{job['id']}/frame")
    assert last.status_code == 200
    assert app.get(f"/api/jobs/{job['id']}/frame?after={job['frame']}").status_code == 204
    assert job["id"] in [one["id"] for one in app.json("/api/jobs")["jobs"]]


def test_steps_before_a_method_are_told_and_kept_apart(app: App, base: str) -> None:
    wanted = {"method": "pca", "n_components": 2, "preprocess": ["center", "normalise"]}
    job = finished(app, app.send("POST", f"{base}/projections", wanted).json())
    assert job["state"] == "done", job
    assert job["preprocess"] == ["centre", "normalise"]
    assert job["receipt"]["preprocessed"] == "Vectors were centred, then scaled to unit length."
    plain = finished(
        app, app.send("POST", f"{base}/projections", {"method": "pca", "n_components": 2}).json()
    )
    assert plain["layout"] != job["layout"]
    assert plain["receipt"]["preprocessed"] is None
    for bad in (["wash"], ["pca:9999"]):
        reply = app.send("POST", f"{base}/projections", {**wanted, "preprocess": bad})
        assert reply.status_code == 400
        assert reply.json()["error"]["parameter"] in ("preprocess", "pca")


def test_axes_are_words_of_the_columns(app: App, base: str) -> None:
    def wanted(axes: object) -> dict[str, Any]:
        return {"method": "axes", "n_components": 2, "parameters": {"axes": axes}}

    for axes in ("cat - dog; /^cow$/", ["CAT - Dog", "/^cow$/"]):
        job = finished(app, app.send("POST", f"{base}/projections", wanted(axes)).json())
        assert job["state"] == "done", job
        first, second = job["parameters"]["axes"]
        assert first["plus"]["rows"] == 18  # the cells that are just this, not "about cats"
        assert first["minus"]["rows"] == 18
        assert second["minus"] == "all rows"
        assert app.get(f"{base}/layouts/{job['layout']}").status_code == 200
    for axes, said in [
        ("no such text here; cow", "'no such text here', which no row holds"),
        ("/(/; cow", "regular expression"),
        ("a - b - c; cow", "one or two sides"),
        ([[1, 2], [3]], "texts such as"),
        (None, "texts such as"),
    ]:
        reply = app.send("POST", f"{base}/projections", wanted(axes))
        assert reply.status_code == 400
        assert said in reply.json()["error"]["message"]


def test_a_layout_of_other_vectors_is_not_found(app: App, base: str) -> None:
    job = finished(app, app.send("POST", f"{base}/projections", {"method": "pca"}).json())
    other = f"/api/runs/{RUN}/sets/{app.set_id('lonely')}/layouts/{job['layout']}"
    assert app.get(other).status_code == 404


def test_cancelling(app: App, base: str) -> None:
    job = app.send("POST", f"{base}/projections", {"method": "tsne", "seed": 99}).json()
    asked = app.send("DELETE", f"/api/jobs/{job['id']}")
    assert asked.status_code == 200
    assert finished(app, asked.json())["state"] in ("cancelled", "done")
    assert app.send("DELETE", "/api/jobs/nothing").status_code == 404
    assert app.get("/api/jobs/nothing/frame").status_code == 404


def test_pausing(app: App, base: str) -> None:
    wanted = {"method": "tsne", "seed": 98, "parameters": {"max_iter": 20_000}}
    job = app.send("POST", f"{base}/projections", wanted).json()
    path = f"/api/jobs/{job['id']}"
    assert not job["paused"]
    assert app.send("PATCH", path, {"paused": True}).json()["paused"]
    assert app.json(path)["paused"]
    assert not app.send("PATCH", path, {"paused": False}).json()["paused"]
    assert app.send("PATCH", path, {"paused": 1}).status_code == 400
    assert app.send("PATCH", path, {"pause": True}).status_code == 400
    assert app.send("PATCH", "/api/jobs/nothing", {"paused": True}).status_code == 404
    finished(app, app.send("DELETE", path).json())


@pytest.mark.parametrize(
    ("body", "parameter"),
    [
        ({"method": "magic"}, "method"),
        ({}, "method"),
        ({"method": "tsne", "parameters": {"perplexity": 900}}, "perplexity"),
        ({"method": "tsne", "parameters": {"perplexitty": 5}}, "perplexitty"),
        ({"method": "tsne", "n_components": 9}, "n_components"),
        ({"method": "tsne", "n_components": "2"}, "n_components"),
        ({"method": "tsne", "seed": -1}, "random_state"),
        ({"method": "tsne", "sed": 1}, "sed"),
        ({"method": "tsne", "parameters": []}, "parameters"),
    ],
)
def test_a_bad_projection_is_refused_before_it_starts(
    app: App, base: str, body: Any, parameter: str
) -> None:
    reply = app.send("POST", f"{base}/projections", body)
    assert reply.status_code == 400
    assert reply.json()["error"]["parameter"] == parameter


@pytest.mark.parametrize("content", [b"", b"{", b"\xff", b"null", b'"x"', b"[" * 5000])
def test_bodies_that_are_not_what_is_asked(app: App, base: str, content: bytes) -> None:
    headers = {"Origin": "http://127.0.0.1:4747", "Content-Type": "application/json"}
    reply = app.client.post(f"{base}/projections", content=content, headers=headers)
    assert reply.status_code == 400
    assert reply.json()["error"]["code"] in ("bad_json", "bad_parameter")


def test_jobs_are_told_as_events(app: App, base: str) -> None:
    with app.client.stream("GET", "/api/events") as stream:
        lines = stream.iter_lines()
        assert next(lines).startswith("retry:")
        job = app.send("POST", f"{base}/projections", {"method": "pca", "n_components": 4}).json()
        told: list[dict[str, Any]] = []
        for line in lines:
            if line.startswith("data:"):
                told.append(json.loads(line[5:]))
                if told[-1].get("id") == job["id"] and told[-1]["state"] == "done":
                    break
    assert any(one.get("layout") for one in told)


def test_events_have_headers_of_their_own(app: App) -> None:
    reply = app.client.head("/api/events")
    assert reply.status_code == 200
    assert reply.headers["content-type"].startswith("text/event-stream")
    with app.client.stream("GET", "/api/events", headers={"Accept-Encoding": "gzip"}) as stream:
        assert "content-encoding" not in stream.headers
        assert stream.headers["cache-control"] == "no-store"
    for wrong in ("x", "-1", "1" * 30, "٣"):
        reply = app.get(f"/api/events?after={wrong}")
        assert reply.status_code == 400
        assert reply.json()["error"]["parameter"] == "after"
