"""`dotscape open`: look at files."""

from __future__ import annotations

import argparse
import sys

from dotscape.cli.import_ import add_files
from dotscape.cli.options import Verbs, add_folder, add_serving, folder
from dotscape.cli.serve import show


def add_parser(verbs: Verbs) -> None:
    """Declare the verb."""
    parser = verbs.add_parser(
        "open",
        help="look at files: .npy .npz .parquet .arrow .csv .tsv .jsonl",
        description="Log files as a run and open the page there. Vectors are columns of equally "
        "long lists of numbers, or numbered columns (x0, x1, ...), or all columns of floats; every "
        "other column says what the points are.",
    )
    add_files(parser)
    add_folder(parser)
    add_serving(parser, browser=True)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Log what isn't there yet, then serve."""
    from dotscape.cli.logging_files import log_files

    root = folder(arguments)
    logged = log_files(arguments.files, root, project=arguments.project, key=arguments.key)
    print(f"dotscape: {logged.rows:,} rows in {', '.join(logged.keys)}", file=sys.stderr)
    return show(arguments, root, f"/runs/{logged.run}/media")
