"""Options that several verbs share."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TypeAlias

# What `add_subparsers` returns; its class has no public name.
Verbs: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"  # pyright: ignore[reportPrivateUsage]


def add_folder(parser: argparse.ArgumentParser) -> None:
    """`--dir`."""
    parser.add_argument(
        "--dir",
        type=Path,
        metavar="D",
        help="the folder of runs (default: DOTSCAPE_DIR, else the user's data folder)",
    )


def folder(arguments: argparse.Namespace) -> Path:
    """The folder that was asked for, or the default one."""
    from dotscape.store.root import default_root

    given: Path | None = arguments.dir
    return given.expanduser().absolute() if given is not None else default_root()


def add_json(parser: argparse.ArgumentParser) -> None:
    """`--json`."""
    parser.add_argument("--json", action="store_true", help="print JSON for programs")


def add_serving(parser: argparse.ArgumentParser, *, browser: bool) -> None:
    """The options of every verb that ends in a server."""
    parser.add_argument(
        "--host",
        default="127.0.0.1",
        metavar="H",
        help="address to listen on (default: 127.0.0.1, this machine alone)",
    )
    parser.add_argument(
        "--port",
        type=_port,
        default=4747,
        metavar="N",
        help="port to listen on; 0 takes a free one (default: 4747)",
    )
    parser.add_argument(
        "--browser",
        action=argparse.BooleanOptionalAction,
        default=browser,
        help=f"open the page in a browser (default: {'yes' if browser else 'no'})",
    )
    parser.add_argument(
        "--allow-remote",
        action="store_true",
        help="listen on an address that other machines reach (read SECURITY.md first)",
    )
    parser.add_argument(
        "--allowed-host",
        action="append",
        default=[],
        metavar="NAME",
        help="a further name the server is reached by; may be repeated",
    )


def _port(text: str) -> int:
    if text.isascii() and text.isdecimal() and int(text) <= 65535:
        return int(text)
    raise argparse.ArgumentTypeError(f"must be a number from 0 to 65535, got {text!r}")
