"""`dotscape serve`: the page, for every project of a folder."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from dotscape.cli.options import Verbs, add_folder, add_serving, folder

if TYPE_CHECKING:
    from dotscape.server.listen import Address

_BROWSER_SECONDS = 5


def add_parser(verbs: Verbs) -> None:
    """Declare the verb."""
    parser = verbs.add_parser(
        "serve",
        help="serve the page; prints its address",
        description="Serve the page for every project of a folder, until Ctrl+C. Prints one line: "
        "the address, with the token that lets a browser in.",
    )
    add_folder(parser)
    add_serving(parser, browser=False)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Serve until a signal comes."""
    return serve(arguments, folder(arguments), "/")


def show(arguments: argparse.Namespace, root: Path, page: str) -> int:
    """Show a page of `root`: by the server that runs on it, else by one of our own."""
    from dotscape.server.listen import running

    server = running(root)
    if server is None:
        return serve(arguments, root, page)
    base, _, token = str(server["url"]).partition("/?token=")
    url = f"{base}{page}?token={token}"
    print(f"dotscape serves {root} at {url}", flush=True)
    if arguments.browser:
        open_browser(url, wait=True)
    return 0


def serve(arguments: argparse.Namespace, root: Path, page: str) -> int:
    """Serve `root`, show `page`; ends with the exit code once a signal has come."""
    from dotscape.server.listen import listen

    def ready(address: Address) -> None:
        url = address.url(page)
        print(f"dotscape serves {root} at {url}", flush=True)
        if arguments.browser:
            open_browser(url)

    listen(
        root,
        host=arguments.host,
        port=arguments.port,
        token=os.environ.get("DOTSCAPE_TOKEN") or None,
        allow_remote=arguments.allow_remote,
        allowed_hosts=tuple(arguments.allowed_host),
        on_ready=ready,
    )
    _leave_if_threads_linger()
    return 0


def _leave_if_threads_linger() -> None:
    """End at once where a thread still computes.

    Python would wait for it, or take the interpreter apart under native code that runs. Results are
    written under a temporary name and renamed, so nothing is left half done.
    """
    import threading

    if threading.active_count() > 1:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(0)


def open_browser(url: str, *, wait: bool = False) -> None:
    """Open a browser where this machine has a screen; the address was printed anyway."""
    import threading
    import webbrowser

    if sys.platform.startswith("linux") and not (
        os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    ):
        return  # webbrowser would start a text browser in this terminal
    # In a thread: some browsers' commands return only when their window is closed.
    opening = threading.Thread(target=webbrowser.open, args=(url,), daemon=True)
    opening.start()
    if wait:
        opening.join(_BROWSER_SECONDS)
