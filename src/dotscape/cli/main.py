"""`dotscape`: finds the verb, runs it, and turns errors into one clear line."""

from __future__ import annotations

import argparse
import os
import sys
import warnings
from collections.abc import Sequence
from typing import Any, NoReturn

from dotscape.cli import demo, doctor, export, import_, ls, open_, project, serve
from dotscape.errors import DotscapeError, ParameterError

VERBS = (demo, serve, open_, import_, export, project, ls, doctor)
FAILED, MISUSED, INTERRUPTED = 1, 2, 130


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        """One line instead of the whole usage."""
        print(f"dotscape: {message}. See: {self.prog} --help", file=sys.stderr)
        sys.exit(MISUSED)


def parser() -> argparse.ArgumentParser:
    """The whole command line; tests of the docs walk it."""
    top = _Parser(
        prog="dotscape",
        description="See your embeddings: log vectors from a script, look at them in the browser.",
    )
    top.add_argument("--version", action="store_true", help="print the version")
    verbs = top.add_subparsers(dest="verb", metavar="VERB", parser_class=_Parser)
    for verb in VERBS:
        verb.add_parser(verbs)
    return top


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line; returns the exit code.

    0 for success, 1 where something failed, 2 where the command line was wrong, 130 when
    interrupted.
    """
    top = parser()
    arguments = top.parse_args(argv)
    if arguments.version:
        from dotscape import __version__

        print(__version__)
        return 0
    if arguments.verb is None:
        top.print_help()
        return 0
    warnings.showwarning = _say_warning
    try:
        return int(arguments.run(arguments))
    except ParameterError as error:
        return _say(error, MISUSED)
    except DotscapeError as error:
        return _say(error, FAILED)
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        # The reader of a pipe has left ("| head"): nothing to say, and nobody to say it to.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FAILED


def _say_warning(message: Warning | str, *_: Any, **__: Any) -> None:
    """What the logging calls warn of, without a line of our own source."""
    print(f"dotscape: {str(message).removeprefix('dotscape: ')}", file=sys.stderr)


def _say(error: DotscapeError, code: int) -> int:
    print(f"dotscape: {error}", file=sys.stderr)
    return code
