"""`dotscape import`: files of other tools become a run."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from dotscape.cli.options import Verbs, add_folder, add_json, folder


def add_parser(verbs: Verbs) -> None:
    """Declare the verb."""
    parser = verbs.add_parser(
        "import",
        help="log files as a run, without serving",
        description="Log .npy, .npz, .parquet, .arrow, .csv, .tsv, .jsonl or a folder of "
        "TensorBoard's projector as one run.",
    )
    add_files(parser)
    parser.add_argument("--id", help="id of the run (default: from the files)")
    add_folder(parser)
    add_json(parser)
    parser.set_defaults(run=run)


def add_files(parser: argparse.ArgumentParser) -> None:
    """The files and what becomes of them."""
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE", help="files or folders")
    parser.add_argument("--project", default="files", help="project of the run (default: files)")
    parser.add_argument("--key", help="key of the embedding (default: the file's name)")


def run(arguments: argparse.Namespace) -> int:
    """Log the files and say which run they are."""
    from dotscape.cli.logging_files import log_files

    root = folder(arguments)
    logged = log_files(
        arguments.files, root, project=arguments.project, key=arguments.key, run=arguments.id
    )
    if arguments.json:
        print(json.dumps({"run": logged.run, "keys": logged.keys, "rows": logged.rows}, indent=2))
    else:
        verb = "are there already as" if logged.was_there else "logged as"
        print(f"{logged.rows:,} rows {verb} run '{logged.run}': {', '.join(logged.keys)}")
    return 0
