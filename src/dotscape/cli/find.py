"""Finding runs and embedding sets by what a person types."""

from __future__ import annotations

from pathlib import Path

from dotscape.errors import DataError, NotFoundError
from dotscape.model import EmbeddingSet, Run
from dotscape.store.catalog import Catalog
from dotscape.store.reader import RunReader


def every_run(root: Path) -> list[Run]:
    """All runs of a folder, the newest first."""
    catalog = Catalog(root)
    try:
        catalog.refresh()
        return catalog.runs()
    finally:
        catalog.close()


def find_run(root: Path, text: str) -> RunReader:
    """The run of that id, the beginning of one, a name, or `latest`.

    Raises
    ------
    NotFoundError
        If there is none, or several fit.
    """
    runs = every_run(root)
    exact = [run for run in runs if run.id == text] or (runs[:1] if text == "latest" else [])
    fitting = (
        exact
        or [r for r in runs if r.name == text]
        or [run for run in runs if run.id.startswith(text)]
    )
    if len(fitting) == 1:
        return RunReader(root, fitting[0].id)
    if fitting:
        ids = ", ".join(run.id for run in fitting[:5])
        raise NotFoundError(f"{len(fitting)} runs fit '{text}': {ids}. Give the whole id.")
    raise NotFoundError(
        f"There is no run '{text}' in {root}. 'dotscape ls' lists the projects there, "
        "'dotscape ls PROJECT' their runs."
    )


def find_set(reader: RunReader, key: str | None, step: int | None) -> EmbeddingSet:
    """The embedding set of a run by key (or title) and step; the last step where none is given.

    Raises
    ------
    NotFoundError
        If there is none, or the key is needed to choose.
    """
    sets = reader.embedding_sets()
    if not sets:
        raise NotFoundError(f"Run '{reader.run.id}' holds no embeddings.")
    titles = dict.fromkeys(one.title for one in sets)
    if key is None and len(titles) > 1:
        raise NotFoundError(
            f"Run '{reader.run.id}' holds several embeddings: {', '.join(titles)}. "
            "Choose one with --key."
        )
    fitting = [one for one in sets if key in (None, one.title, one.source.key)]
    if step is not None:
        fitting = [one for one in fitting if one.source.step == step]
    if not fitting:
        at = "" if step is None else f" at step {step}"
        raise NotFoundError(
            f"Run '{reader.run.id}' has no embedding '{key}'{at}, only: {', '.join(titles)}."
        )
    last = max(one.source.step for one in fitting)
    fitting = [one for one in fitting if one.source.step == last]
    if len({one.title for one in fitting}) > 1:
        raise DataError(f"'{key}' has several vectors: {', '.join(one.title for one in fitting)}.")
    return fitting[0]
