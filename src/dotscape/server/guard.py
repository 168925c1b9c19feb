"""The one middleware: every request is refused unless it passes every rule of `docs/http.md`.

It is pure ASGI and stands outside everything else, so that no route, present or future, known or
unknown, of any method or protocol, can be reached around it.
"""

from __future__ import annotations

from urllib.parse import parse_qsl, quote, unquote_to_bytes, urlencode

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dotscape.server import words
from dotscape.server.headers import secure
from dotscape.server.hosts import AllowedHosts
from dotscape.server.replies import Problem, error_reply
from dotscape.server.tokens import Access
from dotscape.server.wire import ErrorBody

OPEN_PATHS = frozenset({"/healthz"})
METHODS = ("GET", "HEAD", "POST", "PATCH", "DELETE")
MAX_BODY = 1 << 20
MAX_QUERY = 32 << 10
# Addresses that programs ask for; everything else is a page a person opens.
_PROGRAM_PREFIXES = ("/api/", "/media/", "/assets/", "/healthz")


class Guard:
    """Wraps the application.

    Parameters
    ----------
    app
        The application behind.
    access
        Tells who may come in.
    hosts
        The names the server answers to.
    """

    def __init__(self, app: ASGIApp, access: Access, hosts: AllowedHosts) -> None:
        self.app = app
        self._access = access
        self._hosts = hosts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
        elif scope["type"] == "http":
            await self._http(scope, receive, _securing(send))
        elif scope["type"] == "websocket":
            # There are none; closed before it is accepted, the client sees a 403.
            await send({"type": "websocket.close", "code": 1008})

    async def _http(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = _Asked(scope)
        refusal = self._refusal(request)
        if refusal is not None:
            await refusal(scope, receive, send)
            return
        await self.app(scope, _limited(receive), send)

    def _refusal(self, asked: _Asked) -> Response | None:
        """The answer to a request that may not pass, or None."""
        if len(asked.hosts) != 1 or not self._hosts.allows(asked.hosts[0]):
            return _refuse(403, "host_not_allowed", _HOST, _HOST_HINT)
        if asked.method not in METHODS:
            reply = _refuse(405, "method_not_allowed", f"{asked.method[:20]} isn't answered here.")
            reply.headers["Allow"] = ", ".join(METHODS)
            return reply
        if asked.path in OPEN_PATHS and asked.reads:
            return None
        if len(asked.query) > MAX_QUERY:
            return _refuse(414, "too_large", f"The address is longer than {MAX_QUERY} bytes.")
        if asked.reads and asked.foreign:
            return _refuse(403, "foreign_request", _FOREIGN_READ)
        return self._not_signed_in(asked) or (None if asked.reads else self._bad_write(asked))

    def _not_signed_in(self, asked: _Asked) -> Response | None:
        signed_in = self._access.is_session(asked.headers.getlist("cookie"))
        if asked.is_page and asked.method == "GET" and asked.token is not None:
            right = self._access.is_token(asked.token)
            if right or signed_in:
                return self._without_token(asked, right)
            return words.page(401, *words.WRONG_TOKEN)
        bearer = self._access.is_bearer(asked.headers.get("authorization", ""))
        if signed_in or bearer:
            return None
        if not asked.is_page:
            reply = _refuse(401, "not_signed_in", _SIGN_IN, words.HOW_TO_SIGN_IN)
            reply.headers["WWW-Authenticate"] = "Bearer"
            return reply
        # A click on another site (a notebook, say) brings no SameSite=Strict cookie. Loading the
        # same address once more from here does.
        reply = words.page(401, *words.SIGN_IN, reload=asked.from_elsewhere)
        reply.headers["WWW-Authenticate"] = "Bearer"
        return reply

    def _without_token(self, asked: _Asked, set_cookie: bool) -> Response:
        """To the same address without the token, so that it stays out of the history."""
        # Part by part, so that an escaped slash (a project's name may have one) stays escaped; and
        # one slash in front: "//host/..." would be another server.
        parts = [quote(unquote_to_bytes(part), safe="~") for part in asked.raw_path.split(b"/")]
        target = "/" + "/".join(parts).lstrip("/")
        rest = [(name, value) for name, value in asked.pairs if name != "token"]
        reply = RedirectResponse(target + ("?" + urlencode(rest) if rest else ""), 303)
        reply.headers["Cache-Control"] = "no-store"
        if set_cookie:
            reply.headers["Set-Cookie"] = self._access.set_cookie(asked.scheme == "https")
        return reply

    def _bad_write(self, asked: _Asked) -> Response | None:
        """What is wrong with a request that changes something, or None."""
        origin = asked.headers.get("origin")
        site = asked.headers.get("sec-fetch-site")
        own = {f"http://{asked.hosts[0].lower()}", f"https://{asked.hosts[0].lower()}"}
        if origin is not None and origin.lower() not in own:
            return _refuse(403, "foreign_request", _FOREIGN_WRITE)
        if site is not None and site != "same-origin":
            return _refuse(403, "foreign_request", _FOREIGN_WRITE)
        bearer = self._access.is_bearer(asked.headers.get("authorization", ""))
        if origin is None and site is None and not bearer:
            return _refuse(403, "foreign_request", _UNKNOWN_ORIGIN)
        kind = asked.headers.get("content-type", "").partition(";")[0].strip().lower()
        if kind != "application/json":
            return _refuse(415, "wrong_content_type", _CONTENT_TYPE)
        length = asked.headers.get("content-length", "0")
        if not length.isdecimal() or int(length) > MAX_BODY:
            return _refuse(413, "too_large", _TOO_LARGE)
        return None


class _Asked:
    """What the rules need to know of a request."""

    def __init__(self, scope: Scope) -> None:
        self.headers = Headers(scope=scope)
        self.method: str = scope["method"]
        self.path: str = scope["path"]
        self.raw_path = bytes(scope.get("raw_path") or self.path.encode())
        self.scheme: str = scope.get("scheme", "http")
        self.query = bytes(scope.get("query_string", b""))
        self.hosts = self.headers.getlist("host")
        self.reads = self.method in ("GET", "HEAD")
        self.is_page = self.reads and not (self.path + "/").startswith(_PROGRAM_PREFIXES)
        self.pairs: list[tuple[str, str]] = []
        if len(self.query) <= MAX_QUERY:
            text = self.query.decode("latin-1")
            self.pairs = parse_qsl(text, keep_blank_values=True)
        self.token = next((value for name, value in self.pairs if name == "token"), None)
        self.from_elsewhere = self.headers.get("sec-fetch-site") in ("cross-site", "same-site")

    @property
    def foreign(self) -> bool:
        """Whether another site's page reads from here. Following a link to a page isn't reading."""
        opened = (
            self.headers.get("sec-fetch-mode") == "navigate"
            and self.headers.get("sec-fetch-dest") == "document"
        )
        return self.from_elsewhere and not (opened and self.is_page)


def _limited(receive: Receive) -> Receive:
    """Count the body as it arrives: its length isn't always announced, or truly so."""
    size = 0

    async def limited() -> Message:
        nonlocal size
        message = await receive()
        if message["type"] == "http.request":
            size += len(message.get("body", b""))
            if size > MAX_BODY:
                raise Problem(413, "too_large", _TOO_LARGE)
        return message

    return limited


def _securing(send: Send) -> Send:
    async def secured(message: Message) -> None:
        if message["type"] == "http.response.start":
            secure(MutableHeaders(scope=message))
        await send(message)

    return secured


def _refuse(status: int, code: str, message: str, hint: str | None = None) -> Response:
    return error_reply(status, ErrorBody(code=code, message=message, hint=hint))


_HOST = "This server doesn't answer to the name it was called by."
_HOST_HINT = "Use the address it printed, or start it with --allowed-host NAME."
_SIGN_IN = "This needs the token of the address that the server printed."
_FOREIGN_READ = "Pages of other sites can't read from this server."
_FOREIGN_WRITE = "Pages of other sites can't change anything here."
_UNKNOWN_ORIGIN = (
    "A change must say where it comes from: an Origin header of this server, or "
    "'Authorization: Bearer <token>'."
)
_CONTENT_TYPE = "A change must be sent as 'Content-Type: application/json'."
_TOO_LARGE = f"The body is larger than {MAX_BODY} bytes."
