"""Writes a folder of runs, each with 100 steps of two scalars, for `bench.serving`."""

from __future__ import annotations

import sys
from pathlib import Path


def main(name: str, folder: str, count: int) -> None:
    """Write ``count`` runs with the writer of the tool called ``name``."""
    for number in range(count):
        if name == "dotscape":
            import dotscape

            with dotscape.init(project=f"p{number % 5}", dir=folder, config={"lr": number}) as run:
                for step in range(100):
                    run.log({"loss": 1 / (step + 1), "accuracy": step / 100})
        else:
            from tensorboardX import SummaryWriter

            with SummaryWriter(str(Path(folder) / f"run{number}")) as writer:
                for step in range(100):
                    writer.add_scalar("loss", 1 / (step + 1), step)
                    writer.add_scalar("accuracy", step / 100, step)
    print("{}")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
