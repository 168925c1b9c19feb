"""The linking rules of docs/format.md, one by one."""

from __future__ import annotations

import hashlib
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from dotscape.model import Column, Link, LoggedLayout, RowSet, Vectors
from dotscape.store.links import MOST_AXES_ATTACHED, embedding_sets


def rows(key: str, step: int, count: int, kind: Any = "table", **fields: Any) -> RowSet:
    return RowSet("run", key, step, kind, count, **fields)


def emb(key: str, step: int, count: int, dim: int = 384, *names: str, **fields: Any) -> RowSet:
    vectors = tuple(Vectors(n, f"vec/{key}/{step}", dim, "float32") for n in names or ("",))
    return rows(key, step, count, "embeddings", vectors=vectors, **fields)


def columns(*names: str) -> tuple[Column, ...]:
    return tuple(Column(name, "text") for name in names)


def texts(key: str, step: int, count: int) -> RowSet:
    return rows(key, step, count, "list", columns=columns("value"))


def names(*row_sets: RowSet, links: list[Link] | None = None, of: int = 0) -> list[str]:
    found = embedding_sets(row_sets, links or ())[of]
    return [column.name for column in found.columns if not column.detached]


def test_1_rows_attach_where_there_are_as_many() -> None:
    row_sets = [emb("e", 0, 5), texts("t", 1, 5), texts("u", 2, 6)]
    assert names(*row_sets) == ["t"]


def test_1_to_every_set_of_as_many_rows() -> None:
    sets = embedding_sets([emb("a", 0, 5), emb("b", 9, 5), texts("t", 3, 5)])
    assert [[c.name for c in s.columns] for s in sets] == [["t"], ["t"]]
    assert sets[0].columns[0].origin == "from `t`, step 3"


def test_1_vectors_are_no_description() -> None:
    table = rows("t", 0, 5, columns=(Column("v", "vector"), Column("label", "category")))
    assert names(emb("e", 0, 5), table) == ["label"]


def test_1_the_axes_of_a_wide_table_are_no_description() -> None:
    for width in (MOST_AXES_ATTACHED, MOST_AXES_ATTACHED + 1):
        axes = tuple(f"x{i}" for i in range(width))
        table = rows(
            "wide",
            0,
            5,
            columns=tuple(Column(axis, "number") for axis in axes),
            vectors=(Vectors("", "vec/wide/0", width, "float32", axes),),
        )
        found = names(emb("e", 0, 5), table)
        assert found == (list(axes) if width == MOST_AXES_ATTACHED else [])
        assert names(table) == list(axes)  # its own they are in any case


def test_2_own_columns_come_first_then_the_nearest_step() -> None:
    row_sets = [
        texts("far", 0, 5),
        texts("before", 9, 5),
        emb("e", 10, 5, columns=columns("label")),
        texts("after", 11, 5),
        texts("same", 10, 5),
    ]
    assert names(*row_sets) == ["label", "same", "after", "before", "far"]


def test_2_own_columns_keep_their_names() -> None:
    own = emb("e", 0, 5, columns=columns("t", "t (t)"))
    assert names(own, texts("t", 0, 5)) == ["t", "t (t)", "t (t, step 0)"]
    own = emb("e", 0, 5, columns=columns("t", "t (t)", "t (t, step 0)"))
    assert names(own, texts("t", 0, 5))[-1] == "t (t, step 0) 2"


def test_3_of_one_key_the_nearest_step_attaches() -> None:
    for step, expected in ((0, 0), (4, 3), (5, 6), (6, 6), (100, 9)):
        row_sets = [emb("e", step, 5), *(texts("t", s, 5) for s in (9, 0, 3, 6))]
        found = embedding_sets(row_sets)[0].columns
        assert [column.source.step for column in found] == [expected]


def test_3_a_tie_goes_to_the_later_step() -> None:
    found = embedding_sets([emb("e", 5, 5), texts("t", 4, 5), texts("t", 6, 5)])[0].columns
    assert [column.source.step for column in found] == [6]


def test_3_only_steps_of_as_many_rows_count() -> None:
    found = embedding_sets([emb("e", 5, 5), texts("t", 5, 4), texts("t", 90, 5)])[0].columns
    assert [column.source.step for column in found] == [90]


def test_3_other_steps_of_the_sets_own_key_do_not_attach() -> None:
    sets = embedding_sets([emb("e", s, 5, columns=columns(f"label{s}")) for s in (0, 1, 2)])
    assert [[c.name for c in s.columns] for s in sets] == [["label0"], ["label1"], ["label2"]]


def test_4_a_list_is_named_after_its_key_a_column_after_itself() -> None:
    table = rows("table", 0, 5, columns=columns("label", "t"))
    assert names(emb("e", 0, 5), table, texts("t", 0, 5)) == ["label", "t", "t (t)"]


def test_4_the_second_of_a_name_says_its_key() -> None:
    a, b = rows("a", 0, 5, columns=columns("label")), rows("b", 1, 5, columns=columns("label"))
    assert names(emb("e", 0, 5), a, b) == ["label", "label (b)"]


def test_5_narrow_vectors_are_layouts_of_wider_ones() -> None:
    sets = embedding_sets(
        [
            emb("e", 0, 5, 384),
            emb("two", 1, 5, 2),
            emb("three", 2, 5, 3),
            rows("cloud", 3, 5, "points", vectors=(Vectors("", "vec/cloud/3", 3, "float32"),)),
            rows("colored", 3, 5, "points", vectors=(Vectors("", "vec/x/3", 6, "float32"),)),
            emb("other", 3, 6, 2),
        ]
    )
    by_key = {s.source.key: [(layout.name, layout.dim) for layout in s.layouts] for s in sets}
    assert by_key["e"] == [("two", 2), ("three", 3), ("cloud", 3)]
    assert by_key["three"] == [("two", 2)]
    assert by_key["two"] == []
    assert "cloud" not in by_key  # points are no embedding set


def test_5_own_layouts_come_first_and_names_differ() -> None:
    own = emb(
        "e", 0, 5, layouts=(LoggedLayout("two", "vec/e/l", 2), LoggedLayout("w", "vec/e/w", 9))
    )
    found = embedding_sets([own, emb("two", 1, 5, 2)])[0].layouts
    assert [layout.name for layout in found] == ["two", "two (two)"]
    assert found[0].path == "vec/e/l"


def test_5_a_column_of_vectors_is_named_with_its_key() -> None:
    table = rows(
        "t",
        0,
        5,
        vectors=(Vectors("full", "vec/t/0", 64, "float32"), Vectors("xy", "vec/t/1", 2, "float32")),
    )
    sets = embedding_sets([table])
    assert [layout.name for layout in sets[0].layouts] == ["t: xy"]
    assert [s.title for s in sets] == ["t: full", "t: xy"]


def test_5_axes_go_with_the_layout() -> None:
    pca = rows("pca", 0, 5, vectors=(Vectors("", "vec/pca/0", 2, "float32", ("PCA1", "PCA2")),))
    assert embedding_sets([emb("e", 0, 5), pca])[0].layouts[0].axes == ("PCA1", "PCA2")


def wish(row_set: RowSet, source: str, column: str, **fields: Any) -> Link:
    return Link(row_set.embedding_id(""), source, column, **fields)


def test_6_columns_are_renamed_and_detached() -> None:
    e = emb("e", 0, 5, columns=columns("own"))
    row_sets = [e, texts("t", 0, 5)]
    assert names(*row_sets, links=[wish(e, "t", "value", rename="text")]) == ["own", "text"]
    assert names(*row_sets, links=[wish(e, "t", "value", detached=True)]) == ["own"]
    assert names(*row_sets, links=[wish(e, "e", "own", detached=True)]) == ["t"]
    listed = embedding_sets(row_sets, [wish(e, "t", "value", detached=True)])[0].columns
    assert [(c.name, c.detached) for c in listed] == [("own", False), ("t", True)]


def test_6_the_last_record_wins() -> None:
    e = emb("e", 0, 5)
    links = [
        wish(e, "t", "value", detached=True),
        wish(e, "t", "value", rename="x"),
        wish(e, "t", "value"),
    ]
    assert names(e, texts("t", 0, 5), links=links[:2]) == ["x"]
    assert names(e, texts("t", 0, 5), links=links) == ["t"]


def test_6_wishes_are_of_one_set() -> None:
    a, b = emb("a", 0, 5), emb("b", 0, 5)
    links = [wish(a, "t", "value", detached=True)]
    assert names(a, b, texts("t", 0, 5), links=links, of=0) == []
    assert names(a, b, texts("t", 0, 5), links=links, of=1) == ["t"]


def test_6_a_detached_column_takes_no_name_away() -> None:
    e = emb("e", 0, 5)
    a, b = rows("a", 0, 5, columns=columns("label")), rows("b", 1, 5, columns=columns("label"))
    assert names(e, a, b, links=[wish(e, "a", "label", detached=True)]) == ["label"]


def test_ids_are_what_the_format_says() -> None:
    found = embedding_sets([emb("e", 3, 5, 384, "v")])[0]
    expected = hashlib.sha256(b"run\0e\x003\0v").hexdigest()[:16]
    assert found.id == expected
    assert found.source.id == hashlib.sha256(b"run\0e\x003").hexdigest()[:16]


ANY_ROWS = st.lists(
    st.tuples(st.sampled_from("abc"), st.integers(0, 5), st.integers(0, 2), st.booleans()),
    max_size=12,
    unique_by=lambda t: (t[0], t[1]),
)


@given(ANY_ROWS)
def test_names_of_a_set_always_differ(found: list[tuple[str, int, int, bool]]) -> None:
    row_sets = [
        emb(key, step, count, 2 + step, columns=columns("label", "a"))
        if vectors
        else texts(key, step, count)
        for key, step, count, vectors in found
    ]
    sets = embedding_sets(row_sets)
    assert len(sets) == sum(vectors for *_, vectors in found)
    for one in sets:
        for listed in (one.columns, one.layouts):
            assert len({item.name for item in listed}) == len(listed)
        assert all(c.source.rows == one.source.rows for c in one.columns)
        assert [c.own for c in one.columns] == sorted((c.own for c in one.columns), reverse=True)
        away = [abs(c.source.step - one.source.step) for c in one.columns if not c.own]
        assert away == sorted(away)


def test_thousands_of_steps_are_quick() -> None:
    # 2,000 embedding sets over 4,000 row sets: comparing each with each would take minutes.
    row_sets = [emb("e", step, 5) for step in range(2000)]
    row_sets += [texts("t", step, 5) for step in range(2000)]
    sets = embedding_sets(row_sets)
    assert all(s.columns[0].source.step == s.source.step for s in sets)
