"""The token: where it lies, and what is accepted as one."""

from __future__ import annotations

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from dotscape.errors import ParameterError, StoreError
from dotscape.server.tokens import TOKEN_FILE, Access, checked_token, stored_token


def test_the_token_outlives_the_server(tmp_path: Path) -> None:
    first = stored_token(tmp_path / "new")
    assert len(first) >= 43  # 256 bits
    assert stored_token(tmp_path / "new") == first
    assert stored_token(tmp_path / "other") != first


def test_only_its_owner_reads_it(tmp_path: Path) -> None:
    token = stored_token(tmp_path)
    path = tmp_path / TOKEN_FILE
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    path.chmod(0o644)  # others could have read it
    assert stored_token(tmp_path) != token
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


@pytest.mark.parametrize("content", ["", "short", "x" * 500, "ä" * 40, "a b" * 20])
def test_what_is_no_token_is_replaced(tmp_path: Path, content: str) -> None:
    path = tmp_path / TOKEN_FILE
    path.write_text(content)
    path.chmod(0o600)
    token = stored_token(tmp_path)
    assert token != content
    assert stored_token(tmp_path) == token


def test_a_link_is_not_followed(tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.write_text("k" * 43)
    elsewhere.chmod(0o600)
    (tmp_path / "store").mkdir()
    (tmp_path / "store" / TOKEN_FILE).symlink_to(elsewhere)
    with pytest.raises(StoreError):
        stored_token(tmp_path / "store")
    assert elsewhere.read_text() == "k" * 43


def test_servers_that_start_at_once_agree(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        found = set(pool.map(lambda _: stored_token(tmp_path), range(32)))
    assert len(found) == 1
    assert not list(tmp_path.glob(".tmp-*"))


@pytest.mark.parametrize("token", ["", "short", "x" * 31, "x" * 257, "x" * 40 + " ", "ä" * 40])
def test_a_weak_token_is_refused(token: str) -> None:
    with pytest.raises(ParameterError, match="token"):
        checked_token(token, "DOTSCAPE_TOKEN")


def test_ports_have_cookies_of_their_own() -> None:
    one, other = Access("a" * 43, 4747), Access("a" * 43, 4748)
    assert one.cookie_name != other.cookie_name
    pair = one.set_cookie(secure=False).partition(";")[0]
    assert one.is_session([f"x=1; {pair}; y=2"])
    assert one.is_session(["x=1", pair])
    assert not other.is_session([pair])
    assert not Access("b" * 43, 4747).is_session([pair])
    assert not one.is_session([])


def test_cookies_are_secure_behind_tls() -> None:
    access = Access("a" * 43, 4747)
    assert "; Secure" in access.set_cookie(secure=True)
    assert "Secure" not in access.set_cookie(secure=False)
