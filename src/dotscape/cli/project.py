"""`dotscape project`: compute a layout and write it to a file."""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dotscape.cli.options import Verbs, add_folder, add_json, folder
from dotscape.errors import Cancelled, ParameterError, StoreError

if TYPE_CHECKING:
    from dotscape.engine import JobSnapshot, StoredLayout
    from dotscape.formats import Bundle


def add_parser(verbs: Verbs) -> None:
    """Declare the verb."""
    parser = verbs.add_parser(
        "project",
        help="compute a layout of a file or a run",
        description="Compute a layout (PCA, t-SNE, UMAP) and write it beside the columns: .csv, "
        ".parquet, .npy, ... A layout of a run is kept in the folder too, so that the page shows "
        "it at once.",
    )
    parser.add_argument("source", metavar="FILE|RUN", help="a file of vectors, or a run's id")
    parser.add_argument("-o", "--out", type=Path, metavar="FILE", help="where to write")
    parser.add_argument("--method", default="tsne", help="pca, tsne, umap or axes (default: tsne)")
    parser.add_argument("--dim", type=int, default=2, metavar="N", help="dimensions (default: 2)")
    parser.add_argument("--seed", type=int, default=42, metavar="N", help="default: 42")
    parser.add_argument(
        "--set",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="a parameter of the method, e.g. --set perplexity=50; may be repeated",
    )
    parser.add_argument(
        "--preprocess",
        default="",
        metavar="STEPS",
        help="what is done to the vectors first, in this order: centre, normalise, whiten, pca:50, "
        "parted by commas",
    )
    parser.add_argument("--key", help="which embedding, where there are several")
    parser.add_argument("--step", type=int, metavar="N", help="which step of a run")
    parser.add_argument("--force", action="store_true", help="replace the file if it is there")
    add_folder(parser)
    add_json(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Compute, write, and say how long it took."""
    from dotscape.engine import Engine

    root = folder(arguments)
    bundle, source = _source(arguments, root)
    out: Path = arguments.out or Path(f"{bundle.name}-{arguments.method}-{arguments.dim}d.csv")
    if out.exists() and not arguments.force:
        raise StoreError(f"{out} is there already. Choose another with -o, or add --force.")
    with Engine(root) as engine:
        layout = _compute(engine, source, _parameters(arguments, bundle), arguments)
    _write(bundle, layout, out)
    receipt = layout.receipt
    if arguments.json:
        found: dict[str, Any] = {
            "file": str(out),
            "rows": receipt.rows,
            "left_out": receipt.rows_left_out,
        }
        measured = {"seconds": receipt.seconds, "measures": receipt.measures}
        parameters = {"parameters": receipt.parameters, "seed": receipt.seed}
        found["preprocess"] = list(receipt.preprocess)
        print(json.dumps({**found, **parameters, **measured}, indent=2, default=str))
    else:
        left = f", {receipt.rows_left_out:,} left out" if receipt.rows_left_out else ""
        print(f"{receipt.rows:,} rows{left}, {receipt.seconds:.1f} s, written to {out}")
    return 0


def _source(arguments: argparse.Namespace, root: Path) -> tuple[Bundle, Any]:
    """The rows, and where the engine takes their vectors from."""
    from dotscape.engine import ArrayVectors, FileVectors

    path = Path(arguments.source)
    if path.exists():
        from dotscape.cli.logging_files import read_all

        bundles = read_all([path])
        fitting = [b for b in bundles if arguments.key in (None, b.name, *b.vectors)]
        if not fitting:
            names = ", ".join(b.name for b in bundles)
            raise ParameterError(
                "key", "dotscape project", allowed=f"one of {names}", got=repr(arguments.key),
                hint="Leave it out to take the first.",
            )  # fmt: skip
        bundle = fitting[0]
        name = arguments.key if arguments.key in bundle.vectors else next(iter(bundle.vectors))
        return bundle, ArrayVectors(bundle.vectors[name])
    from dotscape.cli.bundles import bundle_of
    from dotscape.cli.find import find_run, find_set
    from dotscape.store.root import inside

    reader = find_run(root, arguments.source)
    embedding = find_set(reader, arguments.key, arguments.step)
    return bundle_of(reader, embedding), FileVectors(inside(reader.path, embedding.vectors.path))


def _parameters(arguments: argparse.Namespace, bundle: Bundle) -> dict[str, Any]:
    """Those of the method; words of custom axes as the rows that hold them."""
    parameters = dict(_parameter(text) for text in arguments.set)
    if arguments.method != "axes":
        return parameters
    from dotscape.formats.untyped import pa
    from dotscape.server.sets.search import with_rows

    def is_text_or_number(kind: Any) -> bool:
        return not (pa.types.is_nested(kind) or pa.types.is_binary(kind))

    columns = [c for c in bundle.columns.columns if is_text_or_number(c.type)]
    return with_rows(parameters, columns, bundle.rows)


def _compute(
    engine: Any, source: Any, parameters: dict[str, Any], arguments: argparse.Namespace
) -> StoredLayout:
    """Run the job to its end, showing how far it is where somebody looks on."""
    steps = [step.strip() for step in arguments.preprocess.split(",") if step.strip()]
    show = _progress() if sys.stderr.isatty() else None
    job = engine.submit(
        source, arguments.method, arguments.dim, parameters, arguments.seed, preprocess=steps
    )
    try:
        while job.state in ("queued", "running"):
            job = engine.wait(job.id, 0.1)
            if show is not None:
                show(job)
    except KeyboardInterrupt:
        engine.cancel(job.id)
        raise
    if job.error is not None:
        raise job.error
    layout = engine.open(job.layout) if job.layout else None
    if layout is None:
        raise Cancelled("The projection was cancelled.")
    return layout


def _progress() -> Callable[[JobSnapshot], None]:
    started = time.monotonic()

    def show(job: JobSnapshot) -> None:
        of = f" {job.iteration}/{job.iterations}" if job.iterations else ""
        left = f", {job.seconds_left:.0f} s left" if job.seconds_left is not None else ""
        line = f"{job.phase}{of}, {time.monotonic() - started:.0f} s{left}"
        end = "\n" if job.state not in ("queued", "running") else ""
        print(f"\r\x1b[K{line}", end=end, file=sys.stderr, flush=True)

    return show


def _parameter(text: str) -> tuple[str, Any]:
    """`perplexity=50` as a name and a value: a number or boolean where it is one, else a word."""
    name, mark, value = text.partition("=")
    if not mark or not name:
        raise ParameterError(
            "set", "dotscape project", allowed="NAME=VALUE", got=repr(text),
            hint="For example --set perplexity=50",
        )  # fmt: skip
    try:
        return name, json.loads(value)
    except json.JSONDecodeError:
        return name, value


def _write(bundle: Bundle, layout: StoredLayout, out: Path) -> None:
    from dotscape.formats import Bundle, write_file

    names: dict[str, tuple[str, ...]] = {}
    if layout.n_components <= 3:
        names["layout"] = ("x", "y", "z")[: layout.n_components]
    drawn = Bundle(bundle.name, {"layout": layout.coordinates}, bundle.columns, names)
    written = write_file(drawn, out)
    for warning in written.warnings:
        print(f"dotscape: {warning}", file=sys.stderr)
