"""``python -m bench [suite ...]``: run the suites, print their tables, write ``bench/out``."""

from __future__ import annotations

import argparse
import importlib

from bench import measure
from bench.projection import options

SUITES = {
    "logging": "import, scalars and embeddings, beside the real wandb client offline",
    "serving": "start to first answer with 100 runs, beside TensorBoard",
    "page": "first picture and frames in Chromium with software GL",
    "install": "size of an installation",
    "projection": "kNN, PCA, t-SNE and UMAP beside the libraries that have them",
    "scaling": "how the cost of ours grows with the number of rows",
}
_CHOOSE = ("projection", "scaling")  # these have options, and tables of their own


def main() -> None:
    """Run the suites named on the command line, all of them by default."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("suites", nargs="*", metavar="suite", help=", ".join(SUITES))
    parser.add_argument("--runs", type=int, help="runs of each job (5; 3 of a projection)")
    options.add(parser)
    arguments = parser.parse_args()
    unknown = set(arguments.suites) - set(SUITES)
    if unknown:
        parser.error(f"no suite named {', '.join(sorted(unknown))}; there are {', '.join(SUITES)}")
    for suite in arguments.suites or SUITES:
        print(f"\n## {suite}: {SUITES[suite]}\n", flush=True)
        module = importlib.import_module(f"bench.{suite}")
        if suite in _CHOOSE:
            path = module.run(arguments.runs or 3, options.read(arguments))
        else:
            rows = module.run(arguments.runs or 5)
            path = measure.write(suite, rows)
            print(measure.table(rows))
        print(f"\n{path}", flush=True)


if __name__ == "__main__":
    main()
