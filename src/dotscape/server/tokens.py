"""Who may use the server: the token of the printed URL and the cookie it is exchanged for."""

from __future__ import annotations

import hashlib
import hmac
import os
import re
import secrets
from collections.abc import Iterable
from pathlib import Path

from dotscape.errors import ParameterError, StoreError

TOKEN_FILE = "server-token"  # noqa: S105 - a file's name
_TOKEN = re.compile(r"[A-Za-z0-9_-]{32,256}")
_YEAR = 365 * 24 * 3600


def stored_token(root: Path) -> str:
    """The token of the folder `root`; made on first use, so that a bookmark outlives the server.

    The file is made with mode 0600 and never followed through a symlink. A file that others could
    read, or that holds no token, is replaced.

    Raises
    ------
    StoreError
        If the file can't be read or written.
    """
    path = root / TOKEN_FILE
    try:
        root.mkdir(parents=True, exist_ok=True)
        return _read(path) or _make(path)
    except OSError as error:
        raise StoreError(f"The token file {path} can't be used: {error}.") from error


def checked_token(token: str, owner: str) -> str:
    """`token` if it is long enough to be a secret, else ParameterError naming `owner`."""
    if not _TOKEN.fullmatch(token):
        raise ParameterError(
            "token",
            owner,
            allowed="32 to 256 letters, digits, '-' or '_'",
            got=f"{len(token)} characters",
            hint="Make one with: python -c 'import secrets; print(secrets.token_urlsafe(32))'",
        )
    return token


def _read(path: Path) -> str | None:
    try:
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0))
    except FileNotFoundError:
        return None
    with os.fdopen(descriptor, encoding="ascii", errors="replace") as file:
        mode = os.fstat(file.fileno()).st_mode
        readable_by_others = os.name == "posix" and bool(mode & 0o077)
        token = file.read(1024).strip()
    return token if _TOKEN.fullmatch(token) and not readable_by_others else None


def _make(path: Path) -> str:
    token = secrets.token_urlsafe(32)
    temporary = path.with_name(f".tmp-{path.name}-{secrets.token_hex(4)}")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(token + "\n")
    try:
        # A link instead of a rename: of two servers that start at once, the first one's token
        # stays.
        os.link(temporary, path)
    except FileExistsError:
        other = _read(path)
        if other is not None:
            token = other
        else:
            os.replace(temporary, path)
    except OSError:  # a file system without hard links
        os.replace(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)
    return token


class Access:
    """Checks what a request brings against the token. Comparisons take constant time.

    The cookie's value is derived from the token, so that the secret of the URL isn't what the
    browser keeps. Its name carries the port: cookies don't tell ports apart, and two servers on one
    host must not sign each other out.
    """

    def __init__(self, token: str, port: int) -> None:
        self.cookie_name = f"dotscape-{port}"
        self._token = token.encode()
        self._session = hmac.new(self._token, b"dotscape session", hashlib.sha256).hexdigest()

    def is_token(self, token: str) -> bool:
        """Whether `token` is the secret of the printed URL."""
        return hmac.compare_digest(token.encode("utf-8", "surrogatepass"), self._token)

    def is_session(self, cookies: Iterable[str]) -> bool:
        """Whether one of the `Cookie` headers carries the session."""
        found = False
        for header in cookies:
            for pair in header.split(";"):
                name, _, value = pair.strip().partition("=")
                if name == self.cookie_name:
                    sent = value.strip().encode("latin-1", "replace")
                    found |= hmac.compare_digest(sent, self._session.encode())
        return found

    def is_bearer(self, authorization: str) -> bool:
        """Whether an `Authorization` header carries the token."""
        scheme, _, value = authorization.partition(" ")
        return scheme.lower() == "bearer" and self.is_token(value.strip())

    def set_cookie(self, secure: bool) -> str:
        """The value of the `Set-Cookie` header that starts a session."""
        flags = "; Secure" if secure else ""
        return (
            f"{self.cookie_name}={self._session}; HttpOnly; SameSite=Strict; Path=/; "
            f"Max-Age={_YEAR}{flags}"
        )
