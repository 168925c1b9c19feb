"""Which names a server answers to, by how it is bound."""

from __future__ import annotations

import socket

import pytest

from dotscape.errors import ParameterError
from dotscape.server.hosts import AllowedHosts, is_loopback


@pytest.mark.parametrize("bound", ["127.0.0.1", "localhost", "::1", "[::1]", "127.0.0.5"])
def test_loopback_names_always_pass(bound: str) -> None:
    assert is_loopback(bound)
    hosts = AllowedHosts(bound, 4747)
    for name in ("localhost", "127.0.0.1", "[::1]"):
        assert hosts.allows(f"{name}:4747")
        assert hosts.allows(f"{name}:8080")  # an SSH tunnel from another port
        assert hosts.allows(name)
    assert not hosts.allows("example.com:4747")


@pytest.mark.parametrize("bound", ["0.0.0.0", "::", "192.168.1.5", "example.com", "localhost.evil"])
def test_others_are_not_loopback(bound: str) -> None:
    assert not is_loopback(bound)


def test_an_address_passes_with_its_port() -> None:
    hosts = AllowedHosts("192.168.1.5", 4747)
    assert hosts.allows("192.168.1.5:4747")
    assert not hosts.allows("192.168.1.5:80")
    assert not hosts.allows("192.168.1.5")
    assert not hosts.allows("192.168.1.6:4747")
    assert AllowedHosts("fe80::1", 4747).allows("[fe80::1]:4747")


def test_a_wildcard_stands_for_this_machine() -> None:
    hosts = AllowedHosts("0.0.0.0", 4747)
    assert hosts.allows(f"{socket.gethostname()}:4747")
    assert not hosts.allows("0.0.0.0:4747")
    assert not hosts.allows("evil.example:4747")


def test_further_names() -> None:
    hosts = AllowedHosts("127.0.0.1", 4747, ("Dots.Example.com", "other:8443"))
    assert hosts.allows("dots.example.com")  # a proxy on the default port
    assert hosts.allows("dots.example.com:4747")
    assert not hosts.allows("dots.example.com:8443")
    assert hosts.allows("other:8443")
    assert not hosts.allows("other")


@pytest.mark.parametrize("entry", ["", "http://x", "a b", "a/b", "user@x", "x:", "x:port"])
def test_a_name_that_is_none(entry: str) -> None:
    with pytest.raises(ParameterError, match="allowed-host"):
        AllowedHosts("127.0.0.1", 4747, (entry,))
