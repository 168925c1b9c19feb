"""Logged bytes over HTTP: named by what they are, shown as nothing more."""

from __future__ import annotations

import pytest

from dotscape.server.sniff import SNIFFED, media_type
from tests.server.conftest import App
from tests.server.data import picture


@pytest.mark.parametrize(
    ("name", "kind", "inline"),
    [
        ("png", "image/png", True),
        ("wav", "audio/wav", True),
        ("html", "text/plain; charset=utf-8", True),
        ("svg", "text/plain; charset=utf-8", True),
        ("text", "text/plain; charset=utf-8", True),
        ("binary", "application/octet-stream", False),
    ],
)
def test_media_are_what_their_bytes_say(app: App, name: str, kind: str, inline: bool) -> None:
    reply = app.get(f"/media/{app.filled.media[name]}")
    assert reply.status_code == 200
    assert reply.headers["content-type"] == kind
    assert ("content-disposition" not in reply.headers) == inline
    policy = reply.headers["content-security-policy"]
    assert policy.startswith("sandbox;")
    assert "allow-scripts" not in policy
    assert reply.headers["x-content-type-options"] == "nosniff"
    assert "immutable" in reply.headers["cache-control"]
    tag = reply.headers["etag"]
    assert app.get(f"/media/{app.filled.media[name]}", **{"If-None-Match": tag}).status_code == 304


@pytest.mark.parametrize("name", ["html", "svg", "png"])
def test_html_runs_in_a_sandbox_without_network(app: App, name: str) -> None:
    """Whatever it is: an origin of its own, so no cookie and no call of this server."""
    reply = app.get(f"/media/{app.filled.media[name]}?as=html")
    assert reply.headers["content-type"] == "text/html; charset=utf-8"
    policy = dict(
        part.strip().partition(" ")[::2]
        for part in reply.headers["content-security-policy"].split(";")
    )
    assert policy["sandbox"] == "allow-scripts"
    assert policy["default-src"] == "'none'"
    assert policy["frame-ancestors"] == "'self'"
    assert "connect-src" not in policy  # default-src speaks for it
    for source in policy.values():
        assert "http" not in source
        assert "*" not in source
    assert reply.headers["x-frame-options"] == "SAMEORIGIN"


def test_ranges_for_players(app: App) -> None:
    reply = app.get(f"/media/{app.filled.media['wav']}", Range="bytes=0-3")
    assert reply.status_code == 206
    assert reply.content == b"RIFF"


def test_unknown_media(app: App) -> None:
    reply = app.get("/media/" + "0" * 64)
    assert reply.status_code == 404
    assert reply.json()["error"]["code"] == "not_found"
    assert app.get(f"/media/{app.filled.media['png'].upper()}").status_code == 404
    assert app.get(f"/media/{app.filled.media['png']}?as=script").status_code == 400


@pytest.mark.parametrize(
    ("head", "kind"),
    [
        (picture(), "image/png"),
        (b"\xff\xd8\xff\xe0abc", "image/jpeg"),
        (b"GIF89a...", "image/gif"),
        (b"RIFF....WEBPVP8 ", "image/webp"),
        (b"RIFF\x10\0\0\0AVI LIST", None),
        (b"OggS\0", "audio/ogg"),
        (b"ID3\x04", "audio/mpeg"),
        (b"fLaC\0", "audio/flac"),
        (b"%PDF-1.7\n\xb5\xb5", None),
        (b"PK\x03\x04", None),
        (b"\x7fELF\x02\x01\x01\0", None),
        (b"", "text/plain; charset=utf-8"),
        (b"<!doctype html><script>", "text/plain; charset=utf-8"),
        (b"\xef\xbb\xbfwith a mark", "text/plain; charset=utf-8"),
        (b"zero\0byte", None),
        ("ä".encode("latin-1"), None),
        (("a" * (SNIFFED - 1) + "ä").encode()[:SNIFFED], "text/plain; charset=utf-8"),
        ("é".encode() + b"\xff" + b"a" * SNIFFED, None),
    ],
)
def test_sniffing(head: bytes, kind: str | None) -> None:
    assert media_type(head[:SNIFFED]) == kind
