"""A real server process: how it starts, what it tells while a script logs, how it ends."""

from __future__ import annotations

import contextlib
import json
import os
import queue
import signal
import socket
import stat
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Server
from tests.server.data import RUN, fill

Serve = Callable[..., Server]


def request(server: Server, path: str, method: str = "GET", body: Any = None) -> Any:
    """An answer to a request with the token; a stream where the answer is one."""
    token = server.url.partition("token=")[2]
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    data = None if body is None else json.dumps(body).encode()
    asked = urllib.request.Request(server.base + path, data, headers, method=method)
    return urllib.request.urlopen(asked, timeout=20)


def ask(server: Server, path: str, method: str = "GET", body: Any = None) -> Any:
    with request(server, path, method, body) as reply:
        return json.load(reply)


@contextlib.contextmanager
def events(server: Server) -> Iterator[Callable[[Callable[[str, Any], bool]], Any]]:
    """Listens; gives a function that waits for the first event that fits."""
    heard: queue.Queue[tuple[str, Any]] = queue.Queue()
    stream = request(server, "/api/events")

    def listen() -> None:
        name = ""
        with contextlib.suppress(OSError, ValueError, AttributeError):
            for line in stream:
                if line.startswith(b"event:"):
                    name = line[6:].strip().decode()
                elif line.startswith(b"data:"):
                    heard.put((name, json.loads(line[5:])))

    thread = threading.Thread(target=listen, daemon=True)
    thread.start()

    def wait(fits: Callable[[str, Any], bool]) -> Any:
        deadline = time.monotonic() + 20
        while True:
            name, data = heard.get(timeout=max(0.01, deadline - time.monotonic()))
            if fits(name, data):
                return data

    yield wait
    with contextlib.suppress(OSError):
        stream.fp.raw._sock.shutdown(socket.SHUT_RDWR)
    thread.join(5)
    stream.close()


def test_the_printed_address_signs_a_browser_in(serve: Serve, tmp_path: Path) -> None:
    server = serve(tmp_path)
    with urllib.request.urlopen(server.base + "/healthz") as reply:
        assert json.load(reply) == {"status": "ok"}
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(server.base + "/api/projects")
    assert refused.value.code == 401
    assert json.load(refused.value)["error"]["code"] == "not_signed_in"
    refused.value.close()

    cookies = urllib.request.HTTPCookieProcessor()
    browser = urllib.request.build_opener(cookies)
    with contextlib.suppress(urllib.error.HTTPError):  # 503 where the page isn't built
        browser.open(server.url).close()
    assert len(cookies.cookiejar) == 1
    with browser.open(server.base + "/api/projects") as reply:
        assert json.load(reply) == {"projects": [], "root": str(tmp_path)}


def test_its_files_are_its_owners_and_go_with_it(serve: Serve, tmp_path: Path) -> None:
    server = serve(tmp_path)
    for name in ("server-token", "server.json"):
        assert stat.S_IMODE((tmp_path / name).stat().st_mode) == 0o600
    state = json.loads((tmp_path / "server.json").read_text())
    assert state["url"] == server.url
    assert state["pid"] == server.process.pid
    token = (tmp_path / "server-token").read_text()
    server.process.send_signal(signal.SIGTERM)
    assert server.process.wait(10) == 0
    assert not (tmp_path / "server.json").exists()
    assert (tmp_path / "server-token").read_text() == token  # bookmarks work after a restart
    again = serve(tmp_path)
    assert again.url.endswith(token.strip())


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_ends_in_time_with_streams_and_jobs(
    serve: Serve, tmp_path: Path, number: signal.Signals
) -> None:
    fill(tmp_path)
    server = serve(tmp_path)
    [embedding, *_] = ask(server, f"/api/runs/{RUN}")["embedding_sets"]
    base = f"/api/runs/{RUN}/sets/{embedding['id']}"
    streams = [request(server, "/api/events") for _ in range(3)]
    job = ask(
        server, f"{base}/projections", "POST", {"method": "tsne", "parameters": {"perplexity": 5}}
    )
    assert job["state"] in ("queued", "running", "done")
    server.process.send_signal(number)
    # Generous for a busy machine: what may not happen is that it waits for the streams.
    assert server.process.wait(10) == 0
    for stream in streams:
        stream.close()
    assert not (tmp_path / "server.json").exists()


SCRIPT = """
import sys, time
import numpy as np
import dotscape
run = dotscape.init(project="live", id="live", dir=sys.argv[1])
print("started", flush=True)
for line in sys.stdin:
    word = line.strip()
    if word == "scalars":
        run.log({"loss": 0.5})
    if word == "rows":
        texts = [f"text {i}" for i in range(10)]
        run.log({"vectors": np.eye(10, 4, dtype="float32"), "texts": texts})
    if word == "print":
        print("hello from the script", flush=True)
    if word == "finish":
        run.finish()
        break
"""


def test_a_script_is_followed_while_it_logs(serve: Serve, tmp_path: Path) -> None:
    server = serve(tmp_path)
    with events(server) as wait:
        script = subprocess.Popen(
            [sys.executable, "-c", SCRIPT, str(tmp_path)],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            text=True,
            env={**os.environ, "DOTSCAPE_DIR": str(tmp_path)},
        )

        def say(word: str) -> None:
            assert script.stdin
            script.stdin.write(word + "\n")
            script.stdin.flush()

        def change(word: str) -> Callable[[str, Any], bool]:
            return lambda name, data: (
                name == "run" and data["run"] == "live" and data["change"] == word
            )

        assert wait(change("new"))["project"] == "live"
        assert ask(server, "/api/runs/live")["info"]["state"] == "running"
        say("scalars")
        wait(change("scalars"))
        [loss] = ask(server, "/api/runs/live/scalars?key=loss")["series"]
        assert loss["values"] == [0.5]
        say("rows")
        wait(change("rows"))
        [embedding] = ask(server, "/api/runs/live")["embedding_sets"]
        detail = ask(server, f"/api/runs/live/sets/{embedding['id']}")
        assert [c["name"] for c in detail["columns"]] == ["texts"]
        say("print")
        wait(change("logs"))
        assert "hello" in ask(server, "/api/runs/live/logs")["chunks"][0]["text"]
        say("finish")
        wait(change("state"))
        assert ask(server, "/api/runs/live")["info"]["state"] == "finished"
        assert script.wait(20) == 0
        assert script.stdin
        script.stdin.close()


def test_a_killed_script_is_seen_to_have_died(serve: Serve, tmp_path: Path) -> None:
    server = serve(tmp_path)
    with events(server) as wait:
        script = subprocess.Popen(
            [sys.executable, "-c", SCRIPT, str(tmp_path)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        wait(lambda name, data: name == "run" and data["change"] == "new")
        script.kill()
        script.communicate()
        wait(lambda name, data: name == "run" and data["change"] == "state")
    assert ask(server, "/api/runs/live")["info"]["state"] == "crashed"


def test_a_catalog_deleted_under_it_is_made_again(serve: Serve, tmp_path: Path) -> None:
    fill(tmp_path)
    server = serve(tmp_path)
    before = ask(server, "/api/projects")
    for path in tmp_path.glob("catalog.db*"):
        path.unlink()
    assert ask(server, "/api/projects") == before
    assert ask(server, f"/api/runs/{RUN}")["info"]["id"] == RUN
    # Something new makes it write, to the file that isn't there.
    ask(server, f"/api/runs/{RUN}", "PATCH", {"tags": ["new"]})
    deadline = time.monotonic() + 20
    while not (tmp_path / "catalog.db").exists():
        assert time.monotonic() < deadline
        time.sleep(0.05)
    assert ask(server, f"/api/runs/{RUN}")["info"]["tags"] == ["new"]


def test_a_cache_deleted_under_it_is_made_again(serve: Serve, tmp_path: Path) -> None:
    import shutil

    fill(tmp_path)
    server = serve(tmp_path)
    [embedding, *_] = ask(server, f"/api/runs/{RUN}")["embedding_sets"]
    where = f"/api/runs/{RUN}/sets/{embedding['id']}/layouts/pca-3"
    with request(server, where) as reply:
        first = reply.read()
    shutil.rmtree(tmp_path / "cache")
    with request(server, where) as reply:
        assert reply.read() == first


def test_the_folder_may_come_later(serve: Serve, tmp_path: Path) -> None:
    server = serve(tmp_path / "not" / "there")
    assert ask(server, "/api/projects")["projects"] == []
    fill(tmp_path / "not" / "there")
    deadline = time.monotonic() + 20
    while not ask(server, "/api/projects")["projects"]:
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_a_taken_port_is_explained(serve: Serve, tmp_path: Path) -> None:
    server = serve(tmp_path)
    port = server.base.rpartition(":")[2]
    command = [sys.executable, "-m", "dotscape.cli", "serve", "--port", port, "--dir"]
    same = subprocess.run([*command, str(tmp_path)], capture_output=True, text=True, check=False)
    assert same.returncode == 1
    assert server.url in same.stderr
    other = tmp_path / "other"
    taken = subprocess.run([*command, str(other)], capture_output=True, text=True, check=False)
    assert taken.returncode == 1
    assert f"Port {port}" in taken.stderr
    assert "--port 0" in taken.stderr
    assert len(taken.stderr.splitlines()) == 1


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1"])
def test_an_address_that_others_reach_is_refused(tmp_path: Path, host: str) -> None:
    command = [sys.executable, "-m", "dotscape.cli", "serve", "--port", "0", "--host", host]
    run = subprocess.run(
        [*command, "--dir", str(tmp_path)], capture_output=True, text=True, check=False
    )
    assert run.returncode == 2
    assert "--allow-remote" in run.stderr
    assert not run.stdout


def test_an_address_that_others_reach_can_be_meant(serve: Serve, tmp_path: Path) -> None:
    server = serve(tmp_path, "--host", "0.0.0.0", "--allow-remote", "--allowed-host", "box.example")
    assert ask(server, "/api/projects")["projects"] == []
    token = server.url.partition("token=")[2]

    def as_host(name: str) -> urllib.request.Request:
        headers = {"Authorization": f"Bearer {token}", "Host": name}
        return urllib.request.Request(server.base + "/api/projects", headers=headers)

    with urllib.request.urlopen(as_host("box.example")) as reply:
        assert reply.status == 200
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(as_host("evil.example"))
    assert refused.value.code == 403
    refused.value.close()


def test_a_weak_token_is_refused(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "dotscape.cli", "serve", "--port", "0", "--dir", str(tmp_path)]
    run = subprocess.run(
        command,
        env={**os.environ, "DOTSCAPE_TOKEN": "hunter2"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 2
    assert "DOTSCAPE_TOKEN" in run.stderr
    assert "hunter2" not in run.stderr


def test_bytes_that_are_no_request_do_no_harm(serve: Serve, tmp_path: Path) -> None:
    server = serve(tmp_path)
    port = int(server.base.rpartition(":")[2])
    for garbage in (
        b"\x16\x03\x01\x02\0\x01\0",
        b"GET /healthz HTTP/9.9\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: localhost\r\nHost: evil\r\n\r\n",
        b"POST /api/x HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n"
        b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        b"A" * 100_000,
    ):
        address = ("127.0.0.1", port)
        with socket.create_connection(address, 10) as connection, contextlib.suppress(OSError):
            connection.sendall(garbage)
            connection.shutdown(socket.SHUT_WR)
            connection.recv(1000)
    assert ask(server, "/api/projects")["projects"] == []
