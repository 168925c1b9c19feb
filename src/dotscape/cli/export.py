"""`dotscape export`: an embedding set of a run as a file of another tool."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from dotscape.cli.options import Verbs, add_folder, add_json, folder


def add_parser(verbs: Verbs) -> None:
    """Declare the verb."""
    parser = verbs.add_parser(
        "export",
        help="write an embedding of a run to a file",
        description="Write vectors and columns to .parquet, .csv, .tsv, .npy, .npz, .arrow, "
        ".jsonl, or with --format tensorboard to a folder of TensorBoard's projector.",
    )
    parser.add_argument(
        "run_id", metavar="RUN", help="a run's id, its beginning, its name, or 'latest'"
    )
    parser.add_argument("out", type=Path, metavar="FILE", help="where to write")
    parser.add_argument("--key", help="which embedding, where the run has several")
    parser.add_argument("--step", type=int, metavar="N", help="which step (default: the last)")
    parser.add_argument("--format", metavar="F", help="the format (default: by the file's suffix)")
    parser.add_argument("--force", action="store_true", help="replace the file if it is there")
    add_folder(parser)
    add_json(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Write the file and say what had to be changed."""
    from dotscape.cli.bundles import bundle_of
    from dotscape.cli.find import find_run, find_set
    from dotscape.errors import StoreError
    from dotscape.formats import write_file

    out: Path = arguments.out
    taken = any(out.iterdir()) if out.is_dir() else out.exists()
    if taken and not arguments.force:
        raise StoreError(f"{out} is there already. Choose another name, or add --force.")
    reader = find_run(folder(arguments), arguments.run_id)
    bundle = bundle_of(reader, find_set(reader, arguments.key, arguments.step))
    written = write_file(bundle, out, arguments.format)
    for warning in (*bundle.notes, *written.warnings):
        print(f"dotscape: {warning}", file=sys.stderr)
    if arguments.json:
        files = [str(path) for path in written.files]
        warnings = [*bundle.notes, *written.warnings]
        print(json.dumps({"files": files, "rows": bundle.rows, "warnings": warnings}, indent=2))
    else:
        print(f"{bundle.rows:,} rows written to {out}")
    return 0
