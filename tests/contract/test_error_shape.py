"""One error shape: whatever goes wrong on any route is told the same way."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import pytest

from dotscape import errors
from dotscape.server.replies import of_error
from dotscape.server.wire import ErrorReply
from tests.server.asgi import HOST, JSON, ORIGIN, Answer, ask, session
from tests.server.conftest import App, app, filled  # noqa: F401 - fixtures
from tests.server.data import RUN
from tests.server.routes import ROUTES, Known, address, parameters, values

API = [route for route in ROUTES if route.pattern.startswith(("/api", "/media", "/assets"))]
# Of the right form, and not there.
ABSENT: dict[str, Any] = {
    "run": "nothing",
    "set": "0" * 16,
    "rowset": "0" * 16,
    "layout": "nothing",
    "column": 999,
    "row": 999_999,
    "job": "nothing",
    "sha256": "0" * 64,
    "file": "nothing.js",
}


@pytest.fixture(scope="module")
def chosen(app: App) -> dict[str, Any]:  # noqa: F811
    return values(app)


def error_of(answer: Answer) -> Any:
    """The error of an answer that has the shape and nothing else."""
    assert answer.headers["content-type"] == "application/json"
    raw = msgspec.json.decode(answer.body)
    assert set(raw) == {"error"}
    assert set(raw["error"]) == {"code", "message", "hint", "parameter"}
    error = msgspec.json.decode(answer.body, type=ErrorReply).error
    assert error.code.replace("_", "").isalpha()
    assert error.message[0].isupper() or error.message[0] in "'`"
    assert error.message.rstrip()[-1] in ".!)'`"
    assert "Traceback" not in error.message
    return error


@pytest.mark.parametrize("route", API, ids=str)
def test_what_is_not_there(app: App, chosen: dict[str, Any], route: Known) -> None:  # noqa: F811
    for name in parameters(route.pattern):
        where = address(route.pattern, {**chosen, name: ABSENT[name]})
        for method in route.methods - {"HEAD"}:
            headers = [HOST, ORIGIN, JSON, session(app)]
            body = b'{"source": "x", "column": "x", "method": "pca"}'
            if route.pattern.endswith("{run:run}"):
                body = b"{}"
            if "links" in route.pattern:
                body = b'{"source": "x", "column": "x"}'
            if "projections" in route.pattern:
                body = b'{"method": "pca"}'
            if "jobs" in route.pattern:
                body = b'{"paused": true}'
            answer = ask(app, method, where, headers, [body])
            assert answer.status == 404, (name, method, answer)
            assert error_of(answer).code == "not_found"


@pytest.mark.parametrize("route", [r for r in API if r.methods & {"POST", "PATCH"}], ids=str)
@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"null", b"1", b'{"no such": 1}', b"\xff\xfe"])
def test_bodies_that_are_wrong(
    app: App,  # noqa: F811
    chosen: dict[str, Any],
    route: Known,
    body: bytes,
) -> None:
    where = address(route.pattern, chosen)
    for method in route.methods:
        answer = ask(app, method, where, [HOST, ORIGIN, JSON, session(app)], [body])
        assert answer.status == 400
        assert error_of(answer).code in ("bad_json", "bad_parameter")


@pytest.mark.parametrize("route", API, ids=str)
def test_refusals(app: App, chosen: dict[str, Any], route: Known) -> None:  # noqa: F811
    where = address(route.pattern, chosen)
    for headers, code in (
        ([HOST], "not_signed_in"),
        ([("host", "evil.example")], "host_not_allowed"),
        ([HOST, session(app), ("sec-fetch-site", "cross-site")], "foreign_request"),
    ):
        assert error_of(ask(app, "GET", where, headers)).code == code
    answer = ask(app, "BREW", where, [HOST, session(app)])
    assert error_of(answer).code == "method_not_allowed"


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (errors.DataError("Bad rows."), 422, "bad_data"),
        (errors.NotFoundError("There is no run 'x'."), 404, "not_found"),
        (errors.StoreError("The folder is gone."), 503, "store"),
        (errors.Cancelled("It was cancelled."), 409, "cancelled"),
        (errors.MissingExtraError("x", "y", "Z"), 501, "missing_package"),
        (errors.DotscapeError("Something."), 500, "internal"),
    ],
)
def test_every_error_has_its_status(error: errors.DotscapeError, status: int, code: str) -> None:
    found, body = of_error(error)
    assert (found, body.code) == (status, code)
    assert body.message == str(error)


def test_a_parameter_error_is_taken_apart() -> None:
    error = errors.ParameterError("q", "x", allowed="small", got="large", hint="Shrink it.")
    status, body = of_error(error)
    assert status == 400
    assert (body.parameter, body.hint) == ("q", "Shrink it.")
    assert body.message == "The 'q' of x must be small. Got large."


def test_a_missing_segment_is_said_and_the_rest_is_served(app: App, tmp_path: Path) -> None:  # noqa: F811
    """The vectors of one set are moved away and back."""
    base = f"/api/runs/{RUN}/sets/{app.set_id('lonely')}"
    vectors = next(
        p
        for p in (app.filled.root / "runs" / RUN / "vec").glob("*/*.arrow")
        if p.parent.name.startswith("lonely")
    )
    vectors.rename(tmp_path / "away.arrow")
    try:
        answer = ask(app, "GET", f"{base}/layouts/pca-3", [HOST, session(app)])
        assert answer.status == 503
        assert "missing" in error_of(answer).message or "can't be read" in error_of(answer).message
        assert ask(app, "GET", base, [HOST, session(app)]).status == 200
    finally:
        (tmp_path / "away.arrow").rename(vectors)
