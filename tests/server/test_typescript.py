"""The page's types are those of the server."""

from __future__ import annotations

from pathlib import Path

from dotscape.server import wire
from dotscape.server.typescript import structs, typescript

TYPES = Path(__file__).parents[2] / "web" / "src" / "wire" / "types.ts"


def test_the_file_is_current() -> None:
    assert TYPES.read_text(encoding="utf-8") == typescript(), "stale: run `make wire`"


def test_every_struct_is_there() -> None:
    text = typescript()
    names = [struct.__name__ for struct in structs()]
    assert len(names) > 30
    for name in names:
        assert f"export interface {name} {{" in text


def test_types_are_translated() -> None:
    text = typescript()
    assert "readonly rows: readonly (readonly unknown[])[];" in text  # list[list[Any]]
    assert "readonly hint: string | null;" in text
    assert "readonly config: Readonly<Record<string, unknown>>;" in text
    assert "readonly state: RunState;" in text
    # What a request may leave out is optional; what the server sends never is.
    assert "readonly seed?: number;" in text
    request, reply = wire.ProjectionRequest, wire.Job
    assert request.__struct_config__.forbid_unknown_fields
    assert not reply.__struct_config__.forbid_unknown_fields
