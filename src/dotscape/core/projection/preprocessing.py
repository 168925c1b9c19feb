"""What may be done to vectors before a projection: centre, normalise, whiten, PCA to d numbers."""

from __future__ import annotations

import numbers
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from dotscape.core.matrix import Doubles, Floats, Matrix, blocks
from dotscape.core.progress import Progress
from dotscape.core.projection.principal import Basis, principal_basis, projected_blocks
from dotscape.core.scaling import representable, safe_scaling
from dotscape.errors import DataError, ParameterError

Name = Literal["centre", "normalise", "whiten", "pca"]
Allocate = Callable[[tuple[int, int]], Floats]

# Directions whose variance is below this share of the largest are not blown up further.
WHITENING_FLOOR = 1e-6
_SPELLINGS: dict[str, Name] = {
    "centre": "centre",
    "center": "centre",
    "normalise": "normalise",
    "normalize": "normalise",
    "whiten": "whiten",
    "pca": "pca",
}
_ALLOWED = "a list of 'centre', 'normalise', 'whiten' and ('pca', d)"
_WORDS: dict[str, str] = {
    "centre": "centred",
    "normalise": "scaled to unit length",
    "whiten": "whitened",
    "pca": "reduced to {} principal components",
}


@dataclass(frozen=True, slots=True)
class Step:
    """One step; ``components`` is of ``"pca"`` alone."""

    name: Name
    components: int | None = None

    def __str__(self) -> str:
        """As receipts have it: ``"centre"``, ``"pca:50"``."""
        return self.name if self.components is None else f"{self.name}:{self.components}"


def checked_steps(given: Any, d: int) -> tuple[Step, ...]:
    """The steps as given by a script, a command or a page, for vectors of d numbers.

    A step is ``"centre"``, ``"normalise"``, ``"whiten"``, ``("pca", 50)`` or ``"pca:50"``.

    Raises
    ------
    ParameterError
        For what isn't a step, and for a PCA to more numbers than there are.
    """
    if given is None:
        return ()
    if isinstance(given, (str, bytes)) or not isinstance(given, Iterable):
        raise _not_a_step(given, "Put it into a list: ['centre'].")
    steps: list[Step] = []
    for one in given:  # pyright: ignore[reportUnknownVariableType]
        steps.append(_step(one, d))
        d = width_after(steps[-1:], d)
    return tuple(steps)


def width_after(steps: Iterable[Step], d: int) -> int:
    """How many numbers a vector of d has after the steps."""
    for step in steps:
        d = step.components or d
    return d


def in_words(steps: Iterable[str]) -> str:
    """Steps as receipts have them in a sentence: "Vectors were centred, then whitened."; empty for
    none."""
    done = ", then ".join(_in_words(step) for step in steps)
    return f"Vectors were {done}." if done else ""


def _in_words(step: str) -> str:
    name, _, components = step.partition(":")
    return _WORDS[name].format(components) if name in _WORDS else step


def preprocess(
    X: Matrix,
    steps: Iterable[Step],
    *,
    progress: Progress | None = None,
    threads: int | None = None,
    allocate: Allocate | None = None,
) -> Matrix:
    """X after the steps, as float32; X itself where there are none.

    Parameters
    ----------
    X
        (n, d) from `as_matrix`, memory-mapped too. Not modified.
    steps
        From `checked_steps`. ``centre`` takes off the mean of all rows. ``normalise`` divides each
        row by its length; a row of zeros stays. ``whiten`` turns to principal axes and divides each
        by its standard deviation; one below a millionth of the largest variance is divided as if it
        had that much. ``pca`` keeps the coordinates along the d largest principal axes.
    allocate
        Makes an uninitialised float32 array of a shape; in memory where None.

    Returns
    -------
    (n, d') float32
        Rows with a NaN or an infinity are NaN.

    Notes
    -----
    Reads a block at a time: a few MiB beside what ``allocate`` gives, once for the result, and once
    more while whitening or PCA follow another step.

    References
    ----------
    Agnan Kessy, Alex Lewin and Korbinian Strimmer, "Optimal whitening and decorrelation", 2018,
    doi:10.1080/00031305.2016.1277159 (PCA whitening).
    """
    progress = progress or Progress()
    work = _Work(progress, threads, allocate or _in_memory)
    vectors = X
    for step in steps:
        progress.phase(_PHASES[step.name])
        vectors = _applied(vectors, step, work)
    return vectors


def _applied(X: Matrix, step: Step, work: _Work) -> Floats:
    if step.name == "centre":
        return _centred(X, work)
    if step.name == "normalise":
        return _normalised(X, work)
    k = step.components or X.shape[1]
    basis = principal_basis(X, k, progress=work.progress, threads=work.threads)
    factors = _whitening(basis) if step.name == "whiten" else np.ones_like(basis.variances)
    return _coordinates(X, basis, factors, work)


_PHASES: dict[Name, str] = {
    "centre": "Centring the vectors",
    "normalise": "Scaling the vectors to unit length",
    "whiten": "Whitening the vectors",
    "pca": "Reducing the vectors",
}


@dataclass(frozen=True, slots=True)
class _Work:
    progress: Progress
    threads: int | None
    allocate: Allocate


def _centred(X: Matrix, work: _Work) -> Floats:
    """X less its mean, which is summed around the mean of a probe: offsets cost no digits."""
    scale, shift = safe_scaling(X)
    sums, count = np.zeros(X.shape[1]), 0
    for block in blocks(X, scale=scale, shift=shift, threads=work.threads):
        work.progress.check()
        sums += block.sums
        count += len(block.values) - block.left_out
    mean: Doubles = shift + sums / max(count, 1)
    shift = representable(mean, X)
    out = work.allocate((len(X), X.shape[1]))
    for block in blocks(X, scale=scale, shift=shift, threads=work.threads):
        work.progress.check()
        part = out[block.start : block.start + len(block.values)]
        with np.errstate(over="ignore"):
            # What rounding the mean to X's precision left over comes off, too.
            part[:] = (block.values - (mean - shift)) / scale
        _finish(part, block.state == 1, "centre")
    return out


def _normalised(X: Matrix, work: _Work) -> Floats:
    out = work.allocate((len(X), X.shape[1]))
    scale = safe_scaling(X)[0] if X.dtype == np.float64 else 1.0
    for block in blocks(X, scale=scale, threads=work.threads):
        work.progress.check()
        part = out[block.start : block.start + len(block.values)]
        lengths = np.sqrt(np.einsum("ij,ij->i", block.values, block.values, dtype=np.float64))
        part[:] = block.values / np.where(lengths > 0, lengths, 1.0)[:, None]
        part[block.state == 1] = np.nan
    return out


def _coordinates(X: Matrix, basis: Basis, factors: Doubles, work: _Work) -> Floats:
    """Coordinates along the basis, each multiplied by its factor."""
    out = work.allocate((len(X), len(factors)))
    for start, values, left_out in projected_blocks(
        X, basis, progress=work.progress, threads=work.threads
    ):
        part = out[start : start + len(values)]
        with np.errstate(over="ignore"):
            np.multiply(values, factors, out=part, casting="unsafe")
        _finish(part, left_out, "whiten")
    return out


def _whitening(basis: Basis) -> Doubles:
    """1 / standard deviation along each axis, held down where there is next to none."""
    floor = WHITENING_FLOOR * float(basis.variances.max(initial=0.0))
    held = np.maximum(basis.variances, floor)
    return np.where(held > 0, 1 / np.sqrt(np.where(held > 0, held, 1.0)), 0.0)


def _finish(part: Floats, left_out: Any, step: str) -> None:
    if not np.isfinite(part).all():
        raise DataError(
            f"The 'X' of {step} must have values that fit float32, up to 3e38. Got larger ones. "
            "Divide X by their size."
        )
    part[left_out] = np.nan


def _in_memory(shape: tuple[int, int]) -> Floats:
    return np.empty(shape, np.float32)


def _step(one: Any, d: int) -> Step:
    if isinstance(one, Step):
        one = str(one)
    name, components = one, None
    if isinstance(one, str) and ":" in one:
        name, _, text = one.partition(":")
        components = int(text) if text.strip().isdecimal() and text.isascii() else text
    elif isinstance(one, (tuple, list)) and len(one) == 2:  # pyright: ignore[reportUnknownArgumentType]
        name, components = one
    known = _SPELLINGS.get(name) if isinstance(name, str) else None
    if known is None or (components is not None and known != "pca"):
        raise _not_a_step(one, "For example ['centre', 'normalise', ('pca', 50)].")
    if known != "pca":
        return Step(known)
    boolean = isinstance(components, bool)
    if boolean or not isinstance(components, numbers.Integral) or not 1 <= int(components) <= d:
        raise ParameterError(
            "pca",
            "preprocess",
            allowed=f"('pca', d) with a whole number d from 1 to {d} (the numbers of a vector)",
            got=repr(one)[:60],
            hint="50 is usual; leave the step out to keep them all.",
        )
    return Step("pca", int(components))


def _not_a_step(given: Any, hint: str) -> ParameterError:
    got = repr(given)[:60]
    return ParameterError("preprocess", "project", allowed=_ALLOWED, got=got, hint=hint)
