"""Every route of the application, with addresses that exist."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from starlette.routing import Route

from dotscape.server.app import every_route
from tests.server.conftest import App
from tests.server.data import RUN

OPEN = "/healthz"


@dataclass(frozen=True)
class Known:
    """A route: its pattern and the methods it answers to."""

    pattern: str
    methods: frozenset[str]

    def __str__(self) -> str:
        return f"{'|'.join(sorted(self.methods))} {self.pattern}"


def known_routes() -> list[Known]:
    """All routes; one that is not a plain `Route` would need tests of its own."""
    found: list[Known] = []
    for route in every_route():
        assert isinstance(route, Route), f"{route} is of a kind that these tests don't know"
        found.append(Known(route.path, frozenset(route.methods or ())))
    return found


ROUTES = known_routes()


def values(app: App) -> dict[str, Any]:
    """A value that exists for every parameter of any route."""
    known = {
        "run": RUN,
        "set": app.set_id(),
        "rowset": app.row_set_id("cloud3"),
        "layout": "pca-2",
        "column": 0,
        "row": 3,
        "job": "none",
        "sha256": app.filled.media["png"],
        "file": "index.js",
        "project": "demo",
    }
    job = app.send("POST", f"/api/runs/{RUN}/sets/{known['set']}/projections", {"method": "pca"})
    known["job"] = job.json()["id"]
    return known


def parameters(pattern: str) -> list[str]:
    """The names in a pattern."""
    return [part.partition(":")[0] for part in pattern.replace("{", "}").split("}")[1::2]]


def address(pattern: str, chosen: dict[str, Any]) -> str:
    """The address of a route with these values; a parameter without one is an error."""
    parts = pattern.replace("{", "}").split("}")
    parts[1::2] = [str(chosen[part.partition(":")[0]]) for part in parts[1::2]]
    return "".join(parts)
