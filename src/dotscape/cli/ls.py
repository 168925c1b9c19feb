"""`dotscape ls`: projects, the runs of a project, what a run holds."""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict
from typing import Any

from dotscape.cli.listing import table, when
from dotscape.cli.options import Verbs, add_folder, add_json, folder


def add_parser(verbs: Verbs) -> None:
    """Declare the verb."""
    parser = verbs.add_parser(
        "ls",
        help="list projects, runs, or what a run holds",
        description="List the projects of the folder, the runs of a project, or what a run holds.",
    )
    parser.add_argument("what", nargs="?", metavar="PROJECT|RUN", help="a project, or a run's id")
    add_folder(parser)
    add_json(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """List."""
    from dotscape.cli.find import every_run, find_run
    from dotscape.store.root import default_root

    root = folder(arguments)
    runs = every_run(root)
    if arguments.what is None:
        found: Any = _projects(runs)
        text = table(["PROJECT", "RUNS", "RUNNING", "LAST USED"], [list(p.values()) for p in found])
        empty = f"No runs in {root} yet." + (
            ""
            if root == default_root()
            else " (Runs go elsewhere unless DOTSCAPE_DIR or dir= is set.)"
        )
    elif any(run.project == arguments.what for run in runs):
        mine = [run for run in runs if run.project == arguments.what]
        found = [asdict(run) for run in mine]
        rows = [[r.id, r.name, r.state, when(r.created), r.steps] for r in mine]
        text, empty = table(["RUN", "NAME", "STATE", "STARTED", "STEPS"], rows), ""
    else:
        found = _contents(find_run(root, arguments.what))
        rows = [[c["key"], c["kind"], c["steps"], c["rows"], c["dim"]] for c in found]
        text = table(["KEY", "KIND", "STEPS", "ROWS", "DIMENSIONS"], rows)
        empty = f"Run '{arguments.what}' holds nothing yet."
    if arguments.json:
        print(json.dumps(found, indent=2, default=str))
    else:
        print(text if found else empty)
    return 0


def _projects(runs: list[Any]) -> list[dict[str, Any]]:
    names = dict.fromkeys(run.project for run in runs)
    return [
        {
            "project": name,
            "runs": sum(run.project == name for run in runs),
            "running": sum(run.project == name and run.state == "running" for run in runs),
            "updated": when(max(run.updated for run in runs if run.project == name)),
        }
        for name in names
    ]


def _contents(reader: Any) -> list[dict[str, Any]]:
    """Every key of a run: what it is and how much."""
    found: dict[tuple[str, str], dict[str, Any]] = {}

    def add(key: str, kind: str, rows: int | None = None, dim: int | None = None) -> None:
        entry = found.setdefault(
            (key, kind), {"key": key, "kind": kind, "steps": 0, "rows": rows, "dim": dim}
        )
        entry["steps"] += 1
        entry["rows"], entry["dim"] = rows, dim

    for row_set in reader.row_sets:
        dim = row_set.vectors[0].dim if row_set.vectors else None
        add(row_set.key, row_set.kind, row_set.rows, dim)
    for key, _, value in reader.media:
        if not any(one["key"] == key for one in found.values()):
            add(key, str(value.get("_type")))
    for key in reader.scalar_keys:
        add(key, "scalar")
        found[key, "scalar"]["steps"] = len(reader.history([key])[key][0])
    return list(found.values())
