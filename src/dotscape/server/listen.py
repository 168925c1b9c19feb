"""Binds the port, says where the server is, runs it, and ends it in time."""

from __future__ import annotations

import contextlib
import errno
import json
import os
import signal
import socket
import threading
import time
from collections.abc import Callable, Generator
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Any

import uvicorn

from dotscape.errors import ParameterError, StoreError
from dotscape.server.app import create_app
from dotscape.server.hosts import AllowedHosts, is_loopback
from dotscape.server.services import Services
from dotscape.server.tokens import Access, checked_token, stored_token

STATE_FILE = "server.json"
DEFAULT_HOST = "127.0.0.1"
DEFAULT_PORT = 4747
_GRACE_SECONDS = 1
_LAST_RESORT_SECONDS = 1.8


@dataclass(frozen=True, slots=True)
class Address:
    """Where a server listens and what lets a browser in."""

    host: str
    port: int
    token: str

    @property
    def base(self) -> str:
        """The URL without the token."""
        host = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(self.host, self.host)  # noqa: S104
        if ":" in host and not host.startswith("["):
            host = f"[{host}]"
        return f"http://{host}:{self.port}"

    def url(self, path: str = "/") -> str:
        """The URL of a page, token included."""
        page, mark, fragment = path.partition("#")
        return f"{self.base}{page}?token={self.token}{mark}{fragment}"


class PortTakenError(StoreError):
    """The port belongs to somebody else; the message says to whom, and what to do."""


def running(root: Path) -> dict[str, Any] | None:
    """What `server.json` says of the server that runs on a folder now, or None."""
    try:
        state = json.loads((root / STATE_FILE).read_text(encoding="utf-8"))
        pid, url = int(state["pid"]), str(state["url"])
    except (OSError, ValueError, KeyError, TypeError):
        return None
    try:
        os.kill(pid, 0)
    except PermissionError:
        pass  # it lives, under another user
    except OSError:
        return None
    return {"pid": pid, "url": url}


def bind(host: str, port: int, root: Path) -> socket.socket:
    """A listening socket.

    Raises
    ------
    PortTakenError
        If something else listens there; names the server's address where that is one of dotscape on
        the same folder.
    ParameterError
        If the host is no address of this machine.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        if os.name == "posix":  # elsewhere it would let two servers share the port
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host.strip("[]"), port))
        listener.listen(128)
    except OSError as error:
        listener.close()
        if error.errno == errno.EADDRINUSE:
            raise PortTakenError(_taken(host, port, root)) from None
        if error.errno == errno.EACCES:
            hint = "Ports under 1024 need special rights: choose a higher one, or --port 0."
            raise PortTakenError(f"Port {port} can't be used: {error.strerror}. {hint}") from None
        raise ParameterError(
            "host",
            "dotscape serve",
            allowed="an address of this machine",
            got=f"{host!r} ({error.strerror or error})",
            hint="Use 127.0.0.1 (this machine alone) or 0.0.0.0 (the network; see SECURITY.md).",
        ) from None
    return listener


def _taken(host: str, port: int, root: Path) -> str:
    state = running(root)
    if state and f":{port}/" in state["url"]:
        return f"A dotscape server already serves this folder at {state['url']}"
    return (
        f"Port {port} of {host} is taken by another program. "
        f"Choose another: --port {port + 1 if port < 65535 else 0}, or --port 0 for any free one."
    )


def check_exposure(host: str, token: str | None, allow_remote: bool) -> None:
    """Refuse an address that others can reach, unless somebody has said that they mean it."""
    if is_loopback(host) or token is not None or allow_remote:
        return
    raise ParameterError(
        "host",
        "dotscape serve",
        allowed="a loopback address such as 127.0.0.1",
        got=repr(host),
        hint="Everyone who can reach this machine could try to reach the server, and what passes "
        "is not encrypted. If you mean it, add --allow-remote (the URL's token lets people in), or "
        "set DOTSCAPE_TOKEN. An SSH tunnel needs neither: ssh -L 4747:localhost:4747 this-machine.",
    )


def listen(
    root: Path,
    *,
    host: str = DEFAULT_HOST,
    port: int = DEFAULT_PORT,
    token: str | None = None,
    allow_remote: bool = False,
    allowed_hosts: tuple[str, ...] = (),
    on_ready: Callable[[Address], None],
) -> None:
    """Serve a folder until a signal ends it.

    Parameters
    ----------
    root
        The folder.
    host, port
        What to bind to; port 0 takes a free one.
    token
        The secret of the URL; the folder's own (`server-token`) where None.
    allow_remote
        Must be true, or a token given, for a host that isn't loopback.
    allowed_hosts
        Further names for the Host header.
    on_ready
        Called with the address once the port is bound: whoever connects from then on is answered.
    """
    check_exposure(host, token, allow_remote)
    secret = checked_token(token, "DOTSCAPE_TOKEN") if token is not None else stored_token(root)
    with bind(host, port, root) as listener:
        address = Address(host, listener.getsockname()[1], secret)
        services, state = Services(root), StateFile(root)
        hosts = AllowedHosts(host, address.port, allowed_hosts)
        app = create_app(services, Access(secret, address.port), hosts)
        config = uvicorn.Config(
            app,
            http="h11",
            ws="none",
            log_config=None,
            access_log=False,  # addresses carry the token once
            server_header=False,
            proxy_headers=False,
            timeout_graceful_shutdown=_GRACE_SECONDS,
            h11_max_incomplete_event_size=64 << 10,
        )
        server = _Server(config, services, state)
        # Before anybody hears of the server: whoever reads its address may end it right away.
        with _signals(server):
            state.write(address)
            try:
                on_ready(address)
                server.run(sockets=[listener])
            finally:
                state.remove()


class _Server(uvicorn.Server):
    """Uvicorn that ends the event streams first, so that they don't hold up its end."""

    def __init__(self, config: uvicorn.Config, services: Services, state: StateFile) -> None:
        super().__init__(config)
        self._services = services
        self._state = state

    @contextlib.contextmanager
    def capture_signals(self) -> Generator[None]:
        """Nothing: `listen` has taken the signals over before."""
        yield

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """A first signal ends the server, a second one at once."""
        self.force_exit = self.should_exit
        self.should_exit = True

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """End the streams, then what uvicorn ends."""
        self._state.remove()
        _end_for_sure()
        self._services.broker.close()
        await super().shutdown(sockets)


@contextlib.contextmanager
def _signals(server: _Server) -> Generator[None]:
    """SIGINT and SIGTERM end the server, and are a normal end: they aren't raised again."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    numbers = (signal.SIGINT, signal.SIGTERM)
    before = {number: signal.signal(number, server.handle_exit) for number in numbers}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _end_for_sure() -> None:
    """End the process soon, whatever still computes in a thread.

    Results are written under a temporary name and renamed, so a thread cut off loses nothing else.
    """
    if threading.current_thread() is not threading.main_thread():
        return  # a server inside somebody else's process (a notebook)

    def leave() -> None:
        time.sleep(_LAST_RESORT_SECONDS)
        os._exit(0)

    threading.Thread(target=leave, name="dotscape-end", daemon=True).start()


class StateFile:
    """`server.json` while the server runs, readable by its owner alone."""

    def __init__(self, root: Path) -> None:
        self._path = root / STATE_FILE

    def write(self, address: Address) -> None:
        """Say where the server is. Raises StoreError where the folder can't be written to."""
        state = {"url": address.url(), "pid": os.getpid(), "started": time.time()}
        temporary = self._path.with_name(f".tmp-{self._path.name}-{os.getpid()}")
        try:
            temporary.unlink(missing_ok=True)
            descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "w", encoding="utf-8") as file:
                json.dump(state, file)
            os.replace(temporary, self._path)
        except OSError as error:
            raise StoreError(
                f"The folder {self._path.parent} can't be written to: {error}."
            ) from error

    def remove(self) -> None:
        """Take it away, unless a server started later on the same folder has put its own there."""
        with contextlib.suppress(OSError, ValueError):
            if json.loads(self._path.read_text(encoding="utf-8")).get("pid") == os.getpid():
                self._path.unlink()
