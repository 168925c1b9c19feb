"""From the records of `model.py` to the structs of `wire.py`."""

from __future__ import annotations

from typing import Any

from dotscape.model import EmbeddingSet, Receipt, RowSet, Run
from dotscape.server.wire import (
    ColumnBrief,
    EmbeddingSetBrief,
    MediaEntry,
    MediaItem,
    ReceiptInfo,
    RowSetInfo,
    RunInfo,
)


def run_info(run: Run) -> RunInfo:
    """A run as the page lists it."""
    return RunInfo(
        id=run.id,
        project=run.project,
        state=run.state,
        created=run.created,
        updated=run.updated,
        entity=run.entity,
        name=run.name,
        group=run.group,
        job_type=run.job_type,
        tags=list(run.tags),
        notes=run.notes,
        program=run.program,
        host=run.host,
        exit_code=run.exit_code,
        steps=run.steps,
        config=run.config,
        summary=run.summary,
        damaged_lines=run.damaged_lines,
    )


def row_set_info(rows: RowSet) -> RowSetInfo:
    """A row set without its rows."""
    point_width = rows.vectors[0].dim if rows.kind == "points" and rows.vectors else None
    return RowSetInfo(
        id=rows.id,
        key=rows.key,
        step=rows.step,
        kind=rows.kind,
        rows=rows.rows,
        columns=[ColumnBrief(column.name, column.type) for column in rows.columns],
        caption=rows.caption,
        point_width=point_width,
    )


def embedding_brief(embedding: EmbeddingSet) -> EmbeddingSetBrief:
    """An embedding set as a menu lists it."""
    return EmbeddingSetBrief(
        id=embedding.id,
        key=embedding.source.key,
        step=embedding.source.step,
        title=embedding.title,
        rows=embedding.source.rows,
        dim=embedding.vectors.dim,
        columns=sum(not c.detached and c.type != "vector" for c in embedding.columns),
    )


def receipt_info(receipt: Receipt) -> ReceiptInfo:
    """A receipt as the page shows it."""
    return ReceiptInfo(
        data=receipt.data,
        method=receipt.method,
        parameters=receipt.parameters,
        seed=receipt.seed,
        rows=receipt.rows,
        rows_left_out=receipt.rows_left_out,
        versions=receipt.versions,
        approximations=list(receipt.approximations),
        measures=receipt.measures,
        seconds=receipt.seconds,
        preprocess=list(receipt.preprocess),
        preprocessed=_preprocessed(receipt.preprocess),
        peak_memory=receipt.peak_memory,
    )


def _preprocessed(steps: tuple[str, ...]) -> str | None:
    if not steps:
        return None
    from dotscape.engine.core_names import preprocessing_in_words

    return preprocessing_in_words(steps)


def media_entry(key: str, step: int, value: dict[str, Any]) -> MediaEntry | None:
    """A logged medium from its journal value; None where the value can't be one."""
    kind = value.get("_type")
    if kind == "images":
        items = value.get("items")
        values: list[Any] = items if isinstance(items, list) else []
        kind = "image"
    else:
        values = [value]
    media = [_item(kind, entry) for entry in values if isinstance(entry, dict)]
    found = [item for item in media if item is not None]
    return MediaEntry(key, step, found) if found else None


def _item(kind: Any, value: dict[str, Any]) -> MediaItem | None:
    """What a journal says is taken only where it has the type it should have."""
    if kind not in ("image", "audio", "html", "histogram", "file"):
        return None
    return MediaItem(
        type=kind,
        sha256=_text(value, "sha256"),
        caption=_text(value, "caption"),
        format=_text(value, "format"),
        name=_text(value, "name"),
        size=_whole(value, "size"),
        width=_whole(value, "width"),
        height=_whole(value, "height"),
        duration=_number(value.get("duration")),
        values=_numbers(value, "values"),
        bins=_numbers(value, "bins"),
    )


def _text(value: dict[str, Any], name: str) -> str | None:
    found = value.get(name)
    return found if isinstance(found, str) else None


def _number(found: Any) -> float | None:
    return float(found) if isinstance(found, (int, float)) else None


def _whole(value: dict[str, Any], name: str) -> int | None:
    found = value.get(name)
    return found if isinstance(found, int) else None


def _numbers(value: dict[str, Any], name: str) -> list[float] | None:
    found = value.get(name)
    if not isinstance(found, list):
        return None
    return [float(x) for x in found if isinstance(x, (int, float))]
