"""Custom axes: each is the direction from the mean of some rows to the mean of others."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from dotscape.core.matrix import Doubles, Matrix, Rows, block_rows, blocks
from dotscape.core.progress import Progress
from dotscape.core.projection.method import Result
from dotscape.core.projection.parameters import Parameter
from dotscape.core.projection.principal import Basis, project_on
from dotscape.core.scaling import safe_scaling
from dotscape.errors import ParameterError

_TITLE = "Custom axes"
_NAMED = 20  # row numbers that a receipt spells out
_NO_DIRECTION = 1e-6  # of the longest axis, or of an axis after others were taken off


@dataclass(frozen=True, slots=True, eq=False)
class Axis:
    """From the mean of ``minus`` (of all rows where None) to that of ``plus``; row numbers."""

    name: str
    plus: Rows
    minus: Rows | None

    def stated(self) -> dict[str, Any]:
        """For receipts and cache keys: the name, how many rows, which, and their hash."""
        minus = "all rows" if self.minus is None else _stated(self.minus)
        return {"name": self.name, "plus": _stated(self.plus), "minus": minus}


class AxisList(tuple[Axis, ...]):
    """The checked value of the parameter ``axes``."""

    __slots__ = ()

    def stated(self) -> list[dict[str, Any]]:
        """JSON-compatible; the same for the same axes."""
        return [axis.stated() for axis in self]


class _AxesParameter(Parameter):
    __slots__ = ()

    def allowed(self, n: int, d: int) -> str:
        return "a list of 2 or 3 axes, each a pair (rows, rows) or (rows, None)"

    def checked(self, value: Any, owner: str, n: int, d: int) -> AxisList:
        if isinstance(value, AxisList):
            return value
        fitting = isinstance(value, Iterable) and not isinstance(value, (str, bytes, Mapping))
        given: list[Any] = list(value) if fitting else []  # pyright: ignore[reportUnknownArgumentType]
        if len(given) not in (2, 3):
            got = f"{len(given)} axes" if fitting else repr(value)[:60]
            raise self._wrong(owner, n, d, got, "For example [([0, 1], [7]), ([3], None)].")
        return AxisList(self._axis(one, i + 1, owner, n, d) for i, one in enumerate(given))

    def _axis(self, given: Any, number: int, owner: str, n: int, d: int) -> Axis:
        if isinstance(given, Mapping) and {"plus"} <= set(given) <= {"plus", "minus", "name"}:
            plus, minus, name = given["plus"], given.get("minus"), given.get("name")
        elif isinstance(given, (tuple, list)) and len(given) == 2:  # pyright: ignore[reportUnknownArgumentType]
            (plus, minus), name = given, None
        else:
            got = f"{given!r}"[:60] + f" as axis {number}"
            raise self._wrong(owner, n, d, got, "None stands for the mean of all rows.")
        one = self._rows(plus, number, owner, n, d)
        other = None if minus is None else self._rows(minus, number, owner, n, d)
        if other is not None and np.array_equal(one, other):
            hint = "Choose other rows: between equal sets there is no direction."
            raise self._wrong(owner, n, d, f"the same rows twice for axis {number}", hint)
        words = f"{_words(one)} - {'all rows' if other is None else _words(other)}"
        return Axis(str(name) if name else words, one, other)

    def _rows(self, given: Any, number: int, owner: str, n: int, d: int) -> Rows:
        try:
            rows = np.asarray(given)
        except ValueError:
            rows = np.empty((0, 0))
        if rows.dtype == np.bool_ and rows.shape == (n,):
            rows = np.flatnonzero(rows)
        if rows.ndim == 0 and rows.dtype.kind in "iu":
            rows = rows[None]
        hint = f"Row numbers go from 0 to {n - 1}; a mask has {n} values."
        if rows.ndim == 1 and rows.size == 0:
            raise self._wrong(owner, n, d, f"no rows for one side of axis {number}", hint)
        if rows.ndim != 1 or rows.dtype.kind not in "iu":
            got = f"{given!r}"[:60] + f" as rows of axis {number}"
            raise self._wrong(owner, n, d, got, hint)
        outside = rows[(rows < 0) | (rows >= n)]
        if outside.size:
            got = f"row {outside[0]} in axis {number} with {n} rows"
            raise self._wrong(owner, n, d, got, hint)
        return np.unique(rows).astype(np.int64)

    def _wrong(self, owner: str, n: int, d: int, got: str, hint: str) -> ParameterError:
        return ParameterError(self.name, owner, allowed=self.allowed(n, d), got=got, hint=hint)


class Axes:
    """Coordinates along directions between means of rows, as in "king - queen".

    Each axis is a unit vector from the mean of one set of rows to that of another; a coordinate is
    what a vector less the mean of all has along it. Exact; O(n d) time, two readings of X.

    References
    ----------
    Tolga Bolukbasi et al., "Man is to Computer Programmer as Woman is to Homemaker? Debiasing Word
    Embeddings", 2016, arXiv:1607.06520 (directions between words).
    """

    name = "axes"
    title = _TITLE
    help = "Your own directions: from the mean of some points to the mean of others."
    components = (2, 3)
    parameters = (
        _AxesParameter(
            "axes",
            "Axes",
            "One a dimension, parted by ';': king - queen; good - bad. Alone, a side is compared "
            "with all points; /…/ is a regular expression.",
            "text",
            None,
        ),
        Parameter(
            "orthogonal",
            "At right angles",
            "Takes off from each axis what it shares with those before it.",
            "boolean",
            False,
        ),
    )
    version = 1
    quick = True
    fewest_rows = 2

    def fit(
        self,
        X: Matrix,
        *,
        n_components: int,
        parameters: Mapping[str, Any],
        seed: int,
        progress: Progress,
        threads: int | None = None,
    ) -> Result:
        """Project X (n, d) on the axes; see `Method.fit`."""
        del seed  # nothing is random
        axes: AxisList = parameters["axes"]
        check_count(axes, n_components)
        progress.phase("Finding the axes")
        scale, shift = safe_scaling(X)
        mean, count = _overall_mean(X, scale, shift, progress, threads)
        raw = [_difference(X, axis, scale, mean) for axis in axes]
        directions, lengths = _directions(raw, axes, parameters["orthogonal"])
        none = np.zeros(len(axes))
        basis = Basis(count, scale, mean, directions, none, 0.0)
        layout = project_on(X, basis, progress=progress, threads=threads)
        return Result(
            layout,
            rows_left_out=len(X) - count,
            axes=_axis_words(axes, parameters["orthogonal"]),
            measures={
                "angles": _angles(directions),
                "distances_between_means": [float(length / scale) for length in lengths],
            },
        )


def check_count(axes: AxisList, n_components: int) -> None:
    """Raise `ParameterError` where there isn't an axis for each dimension."""
    if len(axes) != n_components:
        raise ParameterError(
            "axes",
            _TITLE,
            allowed=f"{n_components} axes, as many as the layout has dimensions",
            got=f"{len(axes)} axes",
            hint="Change one of the two.",
        )


def _overall_mean(
    X: Matrix, scale: float, shift: Doubles, progress: Progress, threads: int | None
) -> tuple[Doubles, int]:
    """Mean of the finite rows, in scaled units, and their number."""
    sums, count = np.zeros(X.shape[1]), 0
    for block in blocks(X, scale=scale, shift=shift, threads=threads):
        progress.check()
        fine = block.state == 0
        sums += block.values[fine].sum(axis=0, dtype=np.float64)
        count += int(np.count_nonzero(fine))
    return shift + sums / max(count, 1), count


def _difference(X: Matrix, axis: Axis, scale: float, overall: Doubles) -> Doubles:
    one = _mean_of(X, axis.plus, scale, axis.name)
    other = overall if axis.minus is None else _mean_of(X, axis.minus, scale, axis.name)
    return one - other


def _mean_of(X: Matrix, rows: Rows, scale: float, name: str) -> Doubles:
    """Mean of the finite ones of some rows, in scaled units."""
    total, count = np.zeros(X.shape[1]), 0
    size = block_rows(X.shape[1])
    for start in range(0, len(rows), size):
        part = X[rows[start : start + size]].astype(np.float64) * scale
        part = part[np.isfinite(part).all(axis=1)]
        total += part.sum(axis=0)
        count += len(part)
    if count == 0:
        raise _no_direction(name, "rows of which all hold a NaN or an infinity")
    return total / count


def _directions(
    raw: Sequence[Doubles], axes: AxisList, orthogonal: bool
) -> tuple[Doubles, list[float]]:
    """(d, axes) unit columns, and the lengths before."""
    lengths = [float(np.linalg.norm(one)) for one in raw]
    found: list[Doubles] = []
    for axis, difference, length in zip(axes, raw, lengths, strict=True):
        if length <= _NO_DIRECTION**2 * max(1.0, *lengths):
            raise _no_direction(axis.name, "two means in the same place")
        direction = difference / length
        if orthogonal:
            for other in found * 2:  # twice: orthogonal to rounding
                direction = direction - (direction @ other) * other
            rest = float(np.linalg.norm(direction))
            if rest <= _NO_DIRECTION:
                raise _no_direction(axis.name, "an axis along those before it")
            direction = direction / rest
        found.append(direction)
    return np.stack(found, axis=1), lengths


def _no_direction(name: str, got: str) -> ParameterError:
    return ParameterError(
        "axes",
        _TITLE,
        allowed="directions between different means of rows",
        got=f"{got} for the axis '{name[:80]}'",
        hint="Choose other rows for it.",
    )


def _angles(directions: Doubles) -> list[float]:
    """Degrees between each two axes: first and second, first and third, second and third."""
    cosines = np.clip(directions.T @ directions, -1, 1)
    pairs = np.triu_indices(len(cosines), 1)
    return [round(float(angle), 3) for angle in np.degrees(np.arccos(cosines[pairs]))]


def _axis_words(axes: AxisList, orthogonal: bool) -> tuple[str, ...]:
    if not orthogonal:
        return tuple(axis.name for axis in axes)
    less = ("", ", less the first axis", ", less the first two axes")
    return tuple(axis.name + less[i] for i, axis in enumerate(axes))


def _words(rows: Rows) -> str:
    if len(rows) == 1:
        return f"row {rows[0]}"
    if len(rows) <= 3:
        return "rows " + ", ".join(str(row) for row in rows)
    return f"mean of {len(rows):,} rows"


def _stated(rows: Rows) -> dict[str, Any]:
    digest = hashlib.sha256(rows.astype("<i8").tobytes()).hexdigest()[:32]
    return {"rows": len(rows), "first": [int(r) for r in rows[:_NAMED]], "sha256": digest}
