"""How the cost of ours grows from 10,000 rows to a million: an exponent against n log n."""

from __future__ import annotations

import math
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench import measure
from bench.measure import child
from bench.projection.data import DIMENSIONS
from bench.projection.options import Options
from bench.projection.runner import FAILURES, in_words
from bench.projection.side import JOBS


@dataclass(frozen=True, slots=True)
class Point:
    """What a job cost at one size; the exponent is of all sizes of the job, as of this one."""

    data: str
    job: str
    rows: int
    seconds: float
    peak_mb: float
    exponent: float | None = None

    @property
    def ratio(self) -> float | None:
        """There is no peer."""
        return None


def run(runs: int, options: Options) -> Path:
    """Once for each size, whatever ``runs`` says: what grows is told from seconds to minutes."""
    del runs
    points: list[Point] = []
    for rows in options.sizes:
        with tempfile.TemporaryDirectory() as folder:
            vectors = Path(folder) / "X.npy"
            child("bench.scaling", "write", str(vectors), str(rows), timeout=options.timeout)
            for job in options.jobs:
                point = _measured(job, vectors, rows, options)
                if point is not None:
                    points.append(point)
                    print(f"  {JOBS[job].title}: {rows:,} rows {point.seconds:.1f} s", flush=True)
    points = with_exponents(points)
    path = measure.write("scaling", points)
    print(f"\n{table(points)}\n\n{draw(points, path.with_suffix('.png'))}")
    return path


def _measured(job: str, vectors: Path, rows: int, options: Options) -> Point | None:
    try:
        figures = child(
            "bench.projection.child",
            *("dotscape", job, str(vectors), str(options.threads)),
            *("--out", str(vectors.with_name("result.npy"))),
            timeout=options.timeout,
        )
    except FAILURES as error:
        print(f"  {JOBS[job].title}: {rows:,} rows: {in_words(error)}", flush=True)
        return None
    data = f"clustered x {DIMENSIONS}"
    return Point(data, JOBS[job].title, rows, figures["process_s"], figures["peak_mb"])


def with_exponents(points: Sequence[Point]) -> list[Point]:
    """The points with e of seconds ~ (n log n)^e, fitted to all sizes of each job."""
    found: list[Point] = []
    for point in points:
        of_job = [(one.rows, one.seconds) for one in points if one.job == point.job]
        e = exponent(*zip(*of_job, strict=True))
        found.append(Point(point.data, point.job, point.rows, point.seconds, point.peak_mb, e))
    return found


def exponent(rows: Sequence[int], seconds: Sequence[float]) -> float | None:
    """The least-squares slope of log(seconds) over log(n log n); None for fewer than 2 sizes."""
    x = [math.log(n * math.log(n)) for n in rows]
    y = [math.log(s) for s in seconds]
    if len(set(x)) < 2:
        return None
    middle, height = sum(x) / len(x), sum(y) / len(y)
    over = sum((a - middle) * (b - height) for a, b in zip(x, y, strict=True))
    return over / sum((a - middle) ** 2 for a in x)


def table(points: Sequence[Point]) -> str:
    """A line for each job: seconds at each size, the exponent, and the most memory."""
    sizes = sorted({point.rows for point in points})
    lines = [
        f"| job | {' | '.join(f'{n:,}' for n in sizes)} | exponent | MB at the largest |",
        "|---|" + "--:|" * (len(sizes) + 2),
    ]
    for job in dict.fromkeys(point.job for point in points):
        of_job = {point.rows: point for point in points if point.job == job}
        cells = [f"{of_job[n].seconds:.3g} s" if n in of_job else "" for n in sizes]
        last = of_job[max(of_job)]
        power = "" if last.exponent is None else f"{last.exponent:.2f}"
        lines.append(f"| {job} | {' | '.join(cells)} | {power} | {last.peak_mb:,.0f} |")
    return "\n".join(lines)


def draw(points: Sequence[Point], path: Path) -> Path:
    """A line for each job over the rows, with n log n from its first size as a dashed one."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    figure, panel = pyplot.subplots(figsize=(8, 6), layout="constrained")
    for number, job in enumerate(dict.fromkeys(point.job for point in points)):
        of_job: list[Any] = [point for point in points if point.job == job]
        rows = [point.rows for point in of_job]
        power = of_job[0].exponent
        label = job if power is None else f"{job}: (n log n)^{power:.2f}"
        seconds = [point.seconds for point in of_job]
        panel.plot(rows, seconds, "o-", color=f"C{number}", label=label)
        first = rows[0] * math.log(rows[0])
        even = [seconds[0] * n * math.log(n) / first for n in rows]
        panel.plot(rows, even, "--", color=f"C{number}", alpha=0.4)
    panel.set(xscale="log", yscale="log", xlabel="rows", ylabel="seconds, dashed: n log n")
    panel.grid(alpha=0.3)
    panel.legend(frameon=False)
    figure.savefig(path, dpi=110)
    pyplot.close(figure)
    return path


def main(path: str, rows: str) -> None:
    """Write the vectors, in a process of their own."""
    from bench.projection.data import write_clustered

    write_clustered(Path(path), int(rows))
    print("{}")


if __name__ == "__main__":
    import sys

    main(*sys.argv[2:])
