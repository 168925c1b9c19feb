"""What is shown first, by the rules of the guide."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from dotscape.model import AttachedColumn, Column, EmbeddingSet, RowSet, Vectors
from dotscape.server.sets.defaults import Described, defaults
from dotscape.server.sets.statistics import Statistics, column_statistics
from dotscape.store.columns import infer_type

N = 400
RANDOM = np.random.default_rng(1)
SENTENCES = [f"the {i}th of many sentences, each one different" for i in range(N)]
WORDS = ["".join(RANDOM.choice(list("abcdefgh"), 7)) for _ in range(N)]
IDS = [f"doc-{i:05}" for i in range(N)]
HASHES = [f"{i * 7919:032x}" for i in range(N)]
FEW = [f"topic {i % 5}" for i in range(N)]
MANY = [f"topic {i % 40}" for i in range(N)]
HUGE = [f"topic {i % 300}" for i in range(N)]


def _array(values: list[Any]) -> pa.Array:
    """As the SDK makes it: a column without any value is text."""
    return pa.array(values, pa.utf8() if set(values) == {None} else None)


def choose(
    ids: str | None = None, **columns: list[Any]
) -> tuple[str | None, str | None, str | None]:
    """Names of the columns chosen for label, colour and picture."""
    arrays = {name: pa.chunked_array([_array(values)]) for name, values in columns.items()}
    kinds: dict[str, Any] = {name: infer_type(array) for name, array in arrays.items()}
    kinds.update({name: "image" for name in columns if name.startswith("picture")})
    source = RowSet(
        "run", "key", 0, "embeddings", N,
        vectors=(Vectors("", "x", 4, "float32"),),
        columns=tuple(Column(name, kinds[name]) for name in columns),
        ids=ids,
    )  # fmt: skip
    attached = tuple(AttachedColumn(n, kinds[n], source, n, own=True) for n in columns)
    described = [
        Described(i, column, column_statistics(arrays[column.name], column.type))
        for i, column in enumerate(attached)
    ]
    found = defaults(EmbeddingSet(source, source.vectors[0], attached), described, "pca-3")
    names = [*columns]

    def name(number: int | None) -> str | None:
        return None if number is None else names[number]

    return name(found.label_column), name(found.color_column), name(found.image_column)


@pytest.mark.parametrize(
    ("columns", "label"),
    [
        ({"id": IDS, "few": FEW, "text": SENTENCES}, "text"),
        ({"short": [s[:20] for s in SENTENCES], "long": SENTENCES}, "long"),
        ({"id": HASHES, "word": WORDS}, "word"),
        ({"number": IDS, "word": WORDS}, "word"),
        ({"id": IDS, "few": FEW}, "few"),
        ({"row": list(range(N)), "few": FEW}, "few"),
        ({"row": list(range(N)), "score": RANDOM.random(N).tolist()}, "score"),
        ({"id": IDS}, "id"),  # better than nothing
        ({"picture": HASHES}, None),
        ({}, None),
    ],
)
def test_label(columns: dict[str, list[Any]], label: str | None) -> None:
    assert choose(**columns)[0] == label


def test_declared_ids_are_no_label() -> None:
    assert choose(ids="key", key=SENTENCES, word=WORDS)[0] == "word"


@pytest.mark.parametrize(
    ("columns", "color"),
    [
        ({"text": SENTENCES, "many": MANY, "few": FEW}, "few"),
        ({"text": SENTENCES, "many": MANY}, "many"),
        ({"many": HUGE, "score": RANDOM.random(N).tolist()}, "score"),
        ({"digit": [i % 10 for i in range(N)], "score": RANDOM.random(N).tolist()}, "digit"),
        ({"good": [i % 2 == 0 for i in range(N)]}, "good"),
        ({"constant": ["same"] * N, "few": FEW}, "few"),
        ({"constant": ["same"] * N}, None),
        ({"row": list(range(N))}, None),
        ({"text": SENTENCES, "id": IDS}, None),
        ({"few": [None] * 10 + FEW[10:]}, "few"),
        ({"empty": [None] * N, "few": FEW}, "few"),
        ({}, None),
    ],
)
def test_color(columns: dict[str, list[Any]], color: str | None) -> None:
    assert choose(**columns)[1] == color


def test_pictures() -> None:
    assert choose(text=SENTENCES, picture=HASHES, picture2=HASHES)[2] == "picture"
    assert choose(text=SENTENCES)[2] is None


def test_columns_that_are_not_counted_yet_are_no_reason_to_wait() -> None:
    source = RowSet("run", "key", 0, "embeddings", N, vectors=(Vectors("", "x", 4, "float32"),))
    column = AttachedColumn("text", "text", source, "text", own=True)
    found = defaults(
        EmbeddingSet(source, source.vectors[0], (column,)), [Described(0, column, None)], "pca-2"
    )
    assert (found.label_column, found.color_column, found.layout) == (0, None, "pca-2")


def test_statistics_of_numbers_leave_nan_out() -> None:
    values = pa.chunked_array([pa.array([1.0, float("nan"), None, float("inf"), 1.0, -2.0])])
    assert column_statistics(values, "number") == Statistics(
        6, 2, distinct=3, minimum=-2.0, maximum=1.0
    )


def test_statistics_of_nothing() -> None:
    for kind, array in (("number", pa.array([], pa.float64())), ("text", pa.array([], pa.utf8()))):
        found = column_statistics(pa.chunked_array([array]), kind)
        assert (found.rows, found.missing, found.distinct) == (0, 0, 0)


def test_a_million_categories_count() -> None:
    n = 1_000_000
    values = pa.chunked_array([pa.array(np.arange(n)).cast(pa.utf8())])
    assert column_statistics(values, "text").distinct == n
