"""Which names the server answers to: the wall against DNS rebinding."""

from __future__ import annotations

import ipaddress
import re
import socket

from dotscape.errors import ParameterError

_HOST = re.compile(r"(\[[0-9a-f:.]+\]|[^\[\]:/?#@\s]+)(?::([0-9]{1,5}))?")
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "[::1]"})


def is_loopback(host: str) -> bool:
    """Whether an address or name to bind to is reachable from this machine alone."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


class AllowedHosts:
    """An exact list of names for the `Host` header.

    Parameters
    ----------
    bound
        The address the server is bound to; a wildcard stands for this machine's names and
        addresses.
    port
        The port it listens on.
    extra
        Further names, `name` or `name:port`, e.g. of a proxy in front.

    Notes
    -----
    Loopback names pass with any port: nobody else's DNS can point at them, and an SSH tunnel
    (`ssh -L 8080:localhost:4747`) brings another port. Every other name needs the port, or the one
    given with it; an extra name without a port also passes with the default port left out.
    """

    def __init__(self, bound: str, port: int, extra: tuple[str, ...] = ()) -> None:
        self._exact: set[str] = set()
        self._any_port = set(_LOOPBACK)
        for name in _names_of(bound):
            self._exact.add(f"{name}:{port}")
            if is_loopback(name):
                self._any_port.add(name)
        for entry in extra:
            name, given = _split(entry)
            if given:
                self._exact.add(f"{name}:{given}")
            else:
                self._exact |= {name, f"{name}:{port}"}

    def allows(self, header: str) -> bool:
        """Whether a `Host` header names this server."""
        match = _HOST.fullmatch(header.strip().lower())
        return match is not None and (
            match.group(1) in self._any_port or match.group(0) in self._exact
        )


def _split(entry: str) -> tuple[str, str | None]:
    match = _HOST.fullmatch(entry.strip().lower())
    if match is None:
        raise ParameterError(
            "allowed-host",
            "dotscape serve",
            allowed="a name or address, with or without ':port'",
            got=repr(entry),
            hint="For example --allowed-host gpu-box.example.com",
        )
    return match.group(1), match.group(2)


def _names_of(bound: str) -> set[str]:
    """The names under which a bound address is reached, as a `Host` header writes them."""
    if bound not in ("0.0.0.0", "::", ""):  # noqa: S104 - compared, not bound
        return {f"[{bound}]" if ":" in bound and not bound.startswith("[") else bound.lower()}
    own = {socket.gethostname().lower(), socket.getfqdn().lower()}
    try:
        for *_, address in socket.getaddrinfo(socket.gethostname(), None):
            text = str(address[0]).partition("%")[0]
            own.add(f"[{text}]" if ":" in text else text)
    except OSError:
        pass  # a machine that can't resolve its own name is reached by the names above
    return own
