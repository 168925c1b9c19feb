"""Pages the server writes itself, in words: not signed in, page not built, nothing there."""

from __future__ import annotations

from base64 import b64encode
from hashlib import sha256
from html import escape

from starlette.responses import HTMLResponse

HOW_TO_SIGN_IN = "Open the address printed by 'dotscape serve'; it ends in ?token=..."
SIGN_IN = (
    "This page needs its link",
    "The server lets in only browsers that were given its address with the token. "
    "Open the address that <code>dotscape serve</code> printed, once; this browser is remembered "
    "from then on.",
)
WRONG_TOKEN = (
    "This link's token is not the server's",
    "It may come from another folder or an older token. "
    "Open the address that <code>dotscape serve</code> printed last.",
)
NOT_BUILT = (
    "The page isn't built",
    "The server runs and answers <code>/api</code>, but the web page isn't part of this "
    "installation yet. In a checkout run <code>make page</code>, then load this address again.",
)
NOTHING_HERE = (
    "There is nothing at this address",
    '<a href="/">To all projects</a>',
)

_STYLE_SHEET = """
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
body { display: grid; min-height: 90vh; place-items: center; margin: 0 1.5rem; }
main { max-width: 34rem; }
h1 { font-size: 1.25rem; margin: 0 0 .5rem; }
p { margin: 0; overflow-wrap: anywhere; }
code { font-size: .95em; }
"""
_POLICY = (
    "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'; style-src "
    f"'sha256-{b64encode(sha256(_STYLE_SHEET.encode()).digest()).decode()}'"
)


def page(status: int, title: str, body: str, *, reload: bool = False) -> HTMLResponse:
    """A page of a heading and a paragraph; `body` is HTML and never holds what a client sent.

    With `reload` the browser asks for the same address once more, from here.
    """
    again = '<meta http-equiv="refresh" content="0">' if reload else ""
    html = (
        f'<!doctype html><html lang="en"><meta charset="utf-8">{again}'
        f'<meta name="viewport" content="width=device-width">'
        f"<title>{escape(title)} - dotscape</title>"
        f"<style>{_STYLE_SHEET}</style>"
        f"<main><h1>{escape(title)}</h1><p>{body}</p></main>"
    )
    headers = {"Cache-Control": "no-store", "Content-Security-Policy": _POLICY}
    return HTMLResponse(html, status, headers)
