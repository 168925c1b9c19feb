"""Every route against everything that may not pass. A new route is in here by being a route."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import msgspec
import pytest

from dotscape.server.guard import MAX_BODY, MAX_QUERY
from dotscape.server.wire import ErrorReply
from tests.server import asgi
from tests.server.asgi import HOST, JSON, METHODS, ORIGIN, Answer, ask
from tests.server.conftest import BASE, PORT, TOKEN, App
from tests.server.routes import OPEN, ROUTES, Known, address, parameters, values

EVERY = pytest.mark.parametrize("route", ROUTES, ids=str)
CHANGING = [route for route in ROUTES if route.methods & {"POST", "PATCH", "DELETE"}]
READING = [route for route in ROUTES if "GET" in route.methods]
SECRET = "this-must-never-leave-the-folder"


@pytest.fixture(scope="module")
def chosen(app: App) -> dict[str, Any]:
    (app.filled.root / "secret.txt").write_text(SECRET)
    (app.filled.root / "runs" / "secret.txt").write_text(SECRET)
    return values(app)


def refused(answer: Answer, *statuses: int) -> None:
    """A refusal, in the one shape or as a page in words, that gives nothing away."""
    assert answer.status in statuses, (answer.status, answer.body[:300])
    if answer.headers["content-type"].startswith("application/json"):
        error = msgspec.json.decode(answer.body, type=ErrorReply).error
        assert error.code
        assert error.message
    else:
        assert answer.headers["content-type"].startswith("text/html")
        assert b"dotscape serve" in answer.body
    for secret in (TOKEN, SECRET, "sentence number", "set-cookie"):
        assert secret.encode() not in answer.body
    assert "set-cookie" not in answer.headers


# --- who may come in ------------------------------------------------------------------------------


@EVERY
@pytest.mark.parametrize("method", METHODS)
def test_nobody_comes_in_without_a_session(
    app: App, chosen: dict[str, Any], route: Known, method: str
) -> None:
    answer = ask(app, method, address(route.pattern, chosen), [HOST, ORIGIN, JSON])
    if route.pattern == OPEN and method in ("GET", "HEAD"):
        assert answer.status == 200
    else:
        refused(answer, 401, 405)


@EVERY
@pytest.mark.parametrize(
    "cookie",
    [
        f"dotscape-{PORT}=wrong",
        f"dotscape-{PORT}=",
        f"dotscape-{PORT}={TOKEN}",
        f"dotscape-{PORT + 1}=REAL",
        f"Dotscape-{PORT}=REAL",
        f"dotscape-{PORT}=REAL0",
        f"x=dotscape-{PORT}=REAL",
        "é=\xff",
    ],
)
def test_nobody_comes_in_with_a_wrong_cookie(
    app: App, chosen: dict[str, Any], route: Known, cookie: str
) -> None:
    cookie = cookie.replace("REAL", next(iter(app.client.cookies.values())))
    headers = [HOST, ORIGIN, JSON, ("cookie", cookie)]
    for method in route.methods:
        answer = ask(app, method, address(route.pattern, chosen), headers)
        if route.pattern != OPEN:
            refused(answer, 401)


@EVERY
@pytest.mark.parametrize(
    "value", ["Bearer wrong", "Bearer", f"Basic {TOKEN}", TOKEN, f"Bearer {TOKEN}x"]
)
def test_nobody_comes_in_with_a_wrong_bearer_token(
    app: App, chosen: dict[str, Any], route: Known, value: str
) -> None:
    for method in route.methods:
        answer = ask(
            app, method, address(route.pattern, chosen), [HOST, JSON, ("authorization", value)]
        )
        if route.pattern != OPEN:
            refused(answer, 401)


@pytest.mark.parametrize(
    "path", ["/nothing", "/api/nothing", "/api/runs/alpha/nothing", "/.env", "/admin"]
)
@pytest.mark.parametrize("method", METHODS)
def test_unknown_paths_are_closed_too(app: App, path: str, method: str) -> None:
    refused(ask(app, method, path, [HOST, ORIGIN, JSON]), 401, 405)
    signed_in = ask(app, method, path, [HOST, ORIGIN, JSON, asgi.session(app)])
    assert signed_in.status in (404, 405)


@EVERY
def test_websockets_are_closed(app: App, chosen: dict[str, Any], route: Known) -> None:
    [message] = asgi.websocket(app, address(route.pattern, chosen))
    assert message["type"] == "websocket.close"


@EVERY
def test_a_session_and_a_bearer_token_open_every_route(
    app: App, chosen: dict[str, Any], route: Known
) -> None:
    for proof in (asgi.session(app), ("authorization", f"Bearer {TOKEN}")):
        for method in route.methods:
            answer = ask(app, method, address(route.pattern, chosen), [HOST, ORIGIN, JSON, proof])
            assert answer.status not in (401, 403, 405, 415), (method, answer)


# --- where a request comes from -------------------------------------------------------------------


@EVERY
@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        f"evil.example:{PORT}",
        f"127.0.0.1.evil.example:{PORT}",
        f"localhost.evil.example:{PORT}",
        f"evil.example@127.0.0.1:{PORT}",
        f"127.0.0.1:{PORT}@evil.example",
        f"localhost.:{PORT}",
        "127.0.0.1:99999999",
        "127.0.0.2",
        "0.0.0.0",
        "[::]",
        "",
        " ",
        "127.0.0.1/x",
    ],
)
def test_other_names_are_refused(app: App, chosen: dict[str, Any], route: Known, host: str) -> None:
    """DNS rebinding: the browser has the cookie, but calls the server by a stranger's name."""
    headers = [("host", host), ("origin", f"http://{host}"), JSON, asgi.session(app)]
    for method in route.methods:
        refused(ask(app, method, address(route.pattern, chosen), headers), 403)


@EVERY
def test_no_host_or_two_are_refused(app: App, chosen: dict[str, Any], route: Known) -> None:
    for hosts in ([], [HOST, HOST], [HOST, ("host", "evil.example")]):
        answer = ask(app, "GET", address(route.pattern, chosen), [*hosts, asgi.session(app)])
        refused(answer, 403)


@pytest.mark.parametrize(
    "host",
    [f"127.0.0.1:{PORT}", "127.0.0.1", f"LOCALHOST:{PORT}", "localhost:8080", f"[::1]:{PORT}"],
)
def test_own_names_pass(app: App, host: str) -> None:
    assert ask(app, "GET", "/api/runs", [("host", host), asgi.session(app)]).status == 200


@pytest.mark.parametrize("route", CHANGING, ids=str)
@pytest.mark.parametrize(
    "source",
    [
        {"origin": "http://evil.example"},
        {"origin": "null"},
        {"origin": ""},
        {"origin": f"http://127.0.0.1:{PORT + 1}"},
        {"origin": f"http://localhost:{PORT}"},
        {"origin": f"{BASE}.evil.example"},
        {"origin": f"{BASE}/"},
        {"origin": f"ftp://127.0.0.1:{PORT}"},
        {"origin": BASE, "sec-fetch-site": "cross-site"},
        {"origin": BASE, "sec-fetch-site": "same-site"},
        {"origin": "http://evil.example", "sec-fetch-site": "same-origin"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"sec-fetch-site": "none"},
        {},
    ],
    ids=str,
)
def test_changes_come_from_this_server_alone(
    app: App, chosen: dict[str, Any], route: Known, source: dict[str, str]
) -> None:
    headers = [HOST, JSON, asgi.session(app), *source.items()]
    for method in route.methods - {"GET", "HEAD"}:
        refused(ask(app, method, address(route.pattern, chosen), headers, [b"{}"]), 403)
        if source.get("origin"):  # a token doesn't make a foreign page's request welcome
            bearer = [*headers, ("authorization", f"Bearer {TOKEN}")]
            refused(ask(app, method, address(route.pattern, chosen), bearer, [b"{}"]), 403)


@pytest.mark.parametrize("route", READING, ids=str)
@pytest.mark.parametrize("site", ["cross-site", "same-site"])
@pytest.mark.parametrize(
    ("mode", "destination"),
    [("cors", "empty"), ("no-cors", "image"), ("no-cors", "script"), ("navigate", "iframe")],
)
def test_pages_of_other_sites_read_nothing(
    app: App, chosen: dict[str, Any], route: Known, site: str, mode: str, destination: str
) -> None:
    if route.pattern == OPEN:
        return
    headers = [
        HOST,
        asgi.session(app),
        ("sec-fetch-site", site),
        ("sec-fetch-mode", mode),
        ("sec-fetch-dest", destination),
    ]
    for method in ("GET", "HEAD"):
        refused(ask(app, method, address(route.pattern, chosen), headers), 403)


@pytest.mark.parametrize("route", CHANGING, ids=str)
@pytest.mark.parametrize(
    "kind",
    [None, "", "text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x",
     "application/jsonx", "text/json", "application/json, text/plain", "x; application/json"],
)  # fmt: skip
def test_changes_are_json(app: App, chosen: dict[str, Any], route: Known, kind: str | None) -> None:
    """What a form or a plain fetch of another site can send is not accepted."""
    headers = [HOST, ORIGIN, asgi.session(app)]
    headers += [] if kind is None else [("content-type", kind)]
    for method in route.methods - {"GET", "HEAD"}:
        refused(ask(app, method, address(route.pattern, chosen), headers, [b"{}"]), 415)


@EVERY
@pytest.mark.parametrize("method", METHODS)
def test_other_methods_are_refused(
    app: App, chosen: dict[str, Any], route: Known, method: str
) -> None:
    answers = {m for r in ROUTES if r.pattern == route.pattern for m in r.methods}
    if method in answers:
        return
    where = address(route.pattern, chosen)
    answer = ask(app, method, where, [HOST, ORIGIN, JSON, asgi.session(app)], [b"{}"])
    refused(answer, 405)
    assert answer.headers["allow"]


# --- what a request may hold ----------------------------------------------------------------------

TRAVERSALS = [
    "..",
    "../secret.txt",
    "../../secret.txt",
    "..%2fsecret.txt",
    "%2e%2e%2fsecret.txt",
    "%2e%2e/%2e%2e/secret.txt",
    "..%252fsecret.txt",
    "..%5csecret.txt",
    "..\\secret.txt",
    "%2fetc%2fpasswd",
    "/etc/passwd",
    "alpha%00.txt",
    "alpha/../../secret.txt",
    "....//secret.txt",
    "%c0%ae%c0%ae%2fsecret.txt",
    "~root",
    "file:%2f%2f%2fetc%2fpasswd",
    "server-token",
    ".",
    "%20",
    "x" * 5000,
]


@pytest.mark.parametrize("attack", TRAVERSALS, ids=lambda a: a[:30])
@EVERY
def test_no_parameter_leads_out_of_its_folder(
    app: App, chosen: dict[str, Any], route: Known, attack: str
) -> None:
    stored = (app.filled.root / "secret.txt").read_bytes()
    page = app.get("/").content
    for name in parameters(route.pattern):
        where = address(route.pattern, {**chosen, name: attack})
        for method in route.methods:
            headers = [HOST, ORIGIN, JSON, asgi.session(app)]
            answer = ask(app, method, where, headers, [b"{}"])
            assert stored not in answer.body
            assert b"root:" not in answer.body
            assert TOKEN.encode() not in answer.body
            if where.startswith(("/api/", "/media/", "/assets/")):
                refused(answer, 400, 404, 405)
            elif method == "GET":  # a page's document is the same whatever its address
                assert answer.body == page or answer.status in (404, 405)


@pytest.mark.parametrize("attack", TRAVERSALS, ids=lambda a: a[:30])
@pytest.mark.parametrize(
    "name", ["key", "project", "after", "column", "rows", "q", "as", "axes", "mode"]
)
def test_no_query_leads_out_of_its_folder(
    app: App, chosen: dict[str, Any], name: str, attack: str
) -> None:
    for route in READING:
        where = f"{address(route.pattern, chosen)}?{name}={attack}"
        answer = ask(app, "GET", where, [HOST, asgi.session(app)])
        assert SECRET.encode() not in answer.body
        assert b"root:" not in answer.body
        assert answer.status < 500 or answer.status == 503  # 503: the page isn't built


def test_a_link_inside_a_run_is_not_followed_out(app: App, tmp_path: Path) -> None:
    outside = tmp_path / "outside.log"
    outside.write_text(SECRET)
    run = app.filled.root / "runs" / "alpha"
    (run / "output-20240101T000000-1-abcdef.log").symlink_to(outside)
    media = app.filled.root / "media" / "sha256" / "ff"
    media.mkdir(exist_ok=True)
    (media / ("f" * 62)).symlink_to(outside)
    for path in ("/api/runs/alpha/logs", f"/media/{'f' * 64}"):
        assert SECRET.encode() not in ask(app, "GET", path, [HOST, asgi.session(app)]).body


@pytest.mark.parametrize("route", CHANGING, ids=str)
def test_large_bodies_are_refused(app: App, chosen: dict[str, Any], route: Known) -> None:
    where = address(route.pattern, chosen)
    headers = [HOST, ORIGIN, JSON, asgi.session(app)]
    for method in route.methods - {"GET", "HEAD"}:
        announced = [*headers, ("content-length", str(MAX_BODY + 1))]
        refused(ask(app, method, where, announced), 413)
        for length in ("-1", "many", "1e3", "٣"):
            odd = [
                (k, v.encode().decode("latin-1")) for k, v in [*headers, ("content-length", length)]
            ]
            refused(ask(app, method, where, odd), 413)


def test_bodies_that_grow_are_refused(app: App, chosen: dict[str, Any]) -> None:
    """Without a length, or with a false one, what counts is what arrives."""
    where = address("/api/runs/{run}", chosen)
    chunks = [b" " * (MAX_BODY // 4)] * 5
    for extra in ([], [("content-length", "10")]):
        headers = [HOST, ORIGIN, JSON, asgi.session(app), *extra]
        refused(ask(app, "PATCH", where, headers, chunks), 413)


def test_long_addresses_are_refused(app: App) -> None:
    where = "/api/runs?project=" + "x" * MAX_QUERY
    refused(ask(app, "GET", where, [HOST, asgi.session(app)]), 414)


# --- what goes out --------------------------------------------------------------------------------


@EVERY
def test_every_answer_carries_the_headers(app: App, chosen: dict[str, Any], route: Known) -> None:
    where = address(route.pattern, chosen)
    cases = [
        ask(app, "GET", where, [HOST, asgi.session(app)]),
        ask(app, "GET", where, [HOST]),
        ask(app, "GET", where, [("host", "evil.example")]),
        ask(app, "OPTIONS", where, [HOST, ("origin", "http://evil.example")]),
        ask(app, "GET", where + "/nothing", [HOST, asgi.session(app)]),
    ]
    for answer in cases:
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["referrer-policy"] == "no-referrer"
        assert answer.headers["cross-origin-opener-policy"] == "same-origin"
        assert answer.headers["cross-origin-resource-policy"] == "same-origin"
        policy = answer.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe-eval" not in policy
        assert "frame-ancestors" in policy
        assert not any(name.startswith("access-control-") for name in answer.headers)
        assert "cache-control" in answer.headers


def test_the_page_policy_has_no_inline_code(app: App) -> None:
    policy = app.get("/").headers["content-security-policy"]
    assert "unsafe-inline" not in policy


def test_failures_keep_their_reasons_to_themselves(
    app: App, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail() -> None:
        raise RuntimeError(SECRET)

    monkeypatch.setattr(app.services.catalog, "projects", fail)
    reply = app.get("/api/projects")
    assert reply.status_code == 500
    assert SECRET not in reply.text
    assert reply.json()["error"]["code"] == "internal"
    assert reply.headers["x-content-type-options"] == "nosniff"


# --- the token ------------------------------------------------------------------------------------


def test_the_token_becomes_a_cookie_once(app: App) -> None:
    answer = ask(app, "GET", f"/runs/alpha/media?a=1&token={TOKEN}&b=%26x", [HOST])
    assert answer.status == 303
    assert answer.headers["location"] == "/runs/alpha/media?a=1&b=%26x"
    assert answer.headers["cache-control"] == "no-store"
    cookie = answer.headers["set-cookie"]
    name, _, rest = cookie.partition("=")
    assert name == f"dotscape-{PORT}"
    assert {"HttpOnly", "SameSite=Strict", "Path=/"} <= set(rest.split("; "))
    assert TOKEN not in cookie


def test_an_escaped_slash_stays_escaped(app: App) -> None:
    answer = ask(app, "GET", f"/projects/a%2Fb%20%C3%BC?token={TOKEN}", [HOST])
    assert answer.headers["location"] == "/projects/a%2Fb%20%C3%BC"


@pytest.mark.parametrize("wrong", ["", "wrong", TOKEN[:-1], TOKEN + "x", "%ff", "é"])
def test_a_wrong_token_is_no_cookie(app: App, wrong: str) -> None:
    refused(ask(app, "GET", f"/?token={quote(wrong, safe='%')}", [HOST]), 401)


@pytest.mark.parametrize("path", ["/api/runs", "/media/" + "0" * 64, "/assets/x.js", "/healthz"])
def test_a_token_opens_pages_only(app: App, path: str) -> None:
    answer = ask(app, "GET", f"{path}?token={TOKEN}", [HOST])
    assert "set-cookie" not in answer.headers
    assert answer.status == (200 if path == "/healthz" else 401)
    assert ask(app, "POST", f"/?token={TOKEN}", [HOST, ORIGIN, JSON]).status == 401


@pytest.mark.parametrize(
    "path",
    [
        "//evil.example/",
        "///evil.example",
        "/\\evil.example",
        "/%5cevil.example",
        "/%2f%2fevil.example",
        "/%2f/evil.example",
        "/http://evil.example",
        "/%0d%0aSet-Cookie: x=1",
        "/\t/evil.example",
    ],
)
def test_the_redirect_stays_here(app: App, path: str) -> None:
    answer = ask(app, "GET", f"{path}?token={TOKEN}", [HOST])
    assert answer.status == 303
    target = answer.headers["location"]
    assert target.startswith("/")
    assert not target.startswith(("//", "/\\"))
    assert urlsplit(target).netloc == ""
    assert "\n" not in target
    assert "\\" not in target


def test_a_link_from_another_site_loads_once_more(app: App) -> None:
    """Such a click brings no SameSite=Strict cookie; the same address asked from here does."""
    where = [("sec-fetch-mode", "navigate"), ("sec-fetch-dest", "document")]
    clicked = ask(app, "GET", "/runs/alpha", [HOST, *where, ("sec-fetch-site", "cross-site")])
    assert clicked.status == 401
    assert b'http-equiv="refresh" content="0"' in clicked.body
    again = ask(app, "GET", "/runs/alpha", [HOST, *where, ("sec-fetch-site", "same-origin")])
    assert again.status == 401
    assert b"refresh" not in again.body
