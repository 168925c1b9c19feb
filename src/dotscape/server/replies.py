"""How the server answers: JSON, bytes, and errors in one shape."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, TypeVar

import msgspec
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from dotscape.errors import (
    Cancelled,
    DataError,
    DotscapeError,
    MissingExtraError,
    NotFoundError,
    ParameterError,
    StoreError,
)
from dotscape.server.wire import ErrorBody, ErrorReply

T = TypeVar("T")
FOREVER = "private, max-age=31536000, immutable"
REVALIDATE = "private, no-cache"
NEVER = "no-store"
# Types of their own, so that compression can leave what is dense already alone.
PACKED = "application/vnd.dotscape.points"
FLOATS = "application/octet-stream"
ARROW = "application/vnd.apache.arrow.stream"
JSON = "application/json"

_encoder = msgspec.json.Encoder(enc_hook=str)
_CODES = {
    400: "bad_request",
    401: "not_signed_in",
    403: "forbidden",
    404: "not_found",
    405: "method_not_allowed",
    413: "too_large",
    415: "wrong_content_type",
}
_STATUS: tuple[tuple[type[DotscapeError], int, str], ...] = (
    (ParameterError, 400, "bad_parameter"),
    (NotFoundError, 404, "not_found"),
    (DataError, 422, "bad_data"),
    (StoreError, 503, "store"),
    (MissingExtraError, 501, "missing_package"),
    (Cancelled, 409, "cancelled"),
)


class Problem(DotscapeError):
    """A request that can't be answered; carries the whole error body."""

    def __init__(
        self,
        status: int,
        code: str,
        message: str,
        *,
        hint: str | None = None,
        parameter: str | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.body = ErrorBody(code=code, message=message, hint=hint, parameter=parameter)


def bad_parameter(name: str, message: str, hint: str | None = None) -> Problem:
    """A 400 that names the parameter."""
    return Problem(400, "bad_parameter", message, hint=hint, parameter=name)


def encode(value: Any) -> bytes:
    """JSON bytes of a struct. NaN and infinity become null, as JSON knows neither."""
    return _encoder.encode(value)


def json_reply(value: Any, status: int = 200, cache: str = NEVER) -> Response:
    """A struct as JSON."""
    return Response(encode(value), status, {"Cache-Control": cache}, JSON)


def error_reply(status: int, body: ErrorBody, headers: Mapping[str, str] | None = None) -> Response:
    """The one error shape."""
    headers = {"Cache-Control": NEVER, **(headers or {})}
    return Response(encode(ErrorReply(body)), status, headers, JSON)


def bytes_reply(
    request: Request,
    content: bytes | memoryview,
    *,
    media_type: str,
    etag: str,
    cache: str = REVALIDATE,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """Bytes with an ETag; 304 without a body where the client has them."""
    known = unchanged(request, etag, cache)
    if known is not None:
        return known
    every = {"Cache-Control": cache, "ETag": f'"{etag}"', **(headers or {})}
    return Response(content, 200, every, media_type)


def unchanged(request: Request, etag: str, cache: str = REVALIDATE) -> Response | None:
    """A 304 where the client's `If-None-Match` names `etag`, else None.

    Asked before the bytes are made, it saves making them. A weak tag matches too: whoever
    compresses on the way makes a strong one weak.
    """
    sent = request.headers.get("if-none-match", "")
    if f'"{etag}"' in sent:
        return Response(None, 304, {"Cache-Control": cache, "ETag": f'"{etag}"'})
    return None


def of_error(error: DotscapeError) -> tuple[int, ErrorBody]:
    """Status and body for an error of dotscape's own."""
    if isinstance(error, Problem):
        return error.status, error.body
    found = ((status, code) for kind, status, code in _STATUS if isinstance(error, kind))
    status, code = next(found, (500, "internal"))
    if not isinstance(error, ParameterError):
        return status, ErrorBody(code=code, message=str(error))
    message = f"The '{error.parameter}' of {error.owner} must be {error.allowed}. Got {error.got}."
    return status, ErrorBody(code, message, hint=error.hint, parameter=error.parameter)


async def on_dotscape_error(request: Request, error: Exception) -> Response:
    """Exception handler: what dotscape raises, in the one shape."""
    assert isinstance(error, DotscapeError)
    return error_reply(*of_error(error))


async def on_http_error(request: Request, error: Exception) -> Response:
    """Exception handler: Starlette's own refusals (no such route, ...), in the one shape."""
    assert isinstance(error, HTTPException)
    status = error.status_code
    message = {
        404: f"There is nothing at {request.url.path[:200]}.",
        405: f"{request.method[:20]} isn't something this address answers to.",
    }.get(status, error.detail)
    body = ErrorBody(code=_CODES.get(status, "error"), message=message)
    return error_reply(status, body, error.headers)


async def on_failure(request: Request, error: Exception) -> Response:
    """Exception handler: anything unforeseen. What went wrong stays in the server's output."""
    body = ErrorBody(
        code="internal",
        message="The server failed on this request. What went wrong is in the server's output.",
    )
    return error_reply(500, body)


async def read_json(request: Request, kind: type[T]) -> T:
    """The request's body as a struct; 400 naming the field that is wrong."""
    body = await request.body()
    try:
        return msgspec.json.decode(body, type=kind)
    except msgspec.ValidationError as error:
        text = str(error)
        field = re.search(r"at `\$\.?([^`]*)`|field `([^`]+)`", text)
        name = next((group for group in field.groups() if group), None) if field else None
        raise Problem(
            400, "bad_parameter", f"The body doesn't fit: {text}.", parameter=name
        ) from None
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise Problem(400, "bad_json", f"The body isn't JSON: {error}.") from None


def integer(request: Request, name: str, default: int, minimum: int, maximum: int) -> int:
    """A whole number of the query string; 400 naming it where it is out of its range."""
    text = request.query_params.get(name)
    if text is None:
        return default
    if re.fullmatch(r"-?[0-9]{1,18}", text, re.ASCII) and minimum <= int(text) <= maximum:
        return int(text)
    raise bad_parameter(
        name,
        f"The '{name}' of {request.url.path[:200]} must be a whole number from {minimum} to "
        f"{maximum}. Got {text[:40]!r}.",
    )


def choice(request: Request, name: str, default: str, choices: tuple[str, ...]) -> str:
    """A word of the query string; 400 naming it where it isn't one of `choices`."""
    text = request.query_params.get(name, default)
    if text in choices:
        return text
    raise bad_parameter(
        name,
        f"The '{name}' of {request.url.path[:200]} must be one of {', '.join(choices)}. "
        f"Got {text[:40]!r}.",
    )
