"""Writes ``web/src/wire/types.ts``: the page's types, made from the structs of ``wire.py``.

Run ``python -m dotscape.server.typescript > web/src/wire/types.ts`` (``make wire``); a test says
when the file is stale.
"""

from __future__ import annotations

import inspect
import re
import sys
import types
from collections.abc import Iterator
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

import msgspec

from dotscape import model
from dotscape.server import wire

HEADER = """\
// Made by `make wire` from src/dotscape/server/wire.py. Don't edit: change the structs there.
/* eslint-disable */
"""

# A field and the comment that stands behind it in the source.
_REMARK = re.compile(r"^    (\w+): [^#\n]+#\s*(.+)$", re.MULTILINE)

_SCALARS: dict[Any, str] = {
    str: "string",
    int: "number",
    float: "number",
    bool: "boolean",
    type(None): "null",
    Any: "unknown",
}


# Sets of words that have a name of their own.
_NAMED: dict[Any, str] = {
    model.RunState: "RunState",
    model.RowKind: "RowKind",
    model.ColumnType: "ColumnType",
    wire.JobState: "JobState",
}


def typescript() -> str:
    """The whole file as text: one exported interface for each struct, in the order of `wire.py`."""
    names = [f"export type {name} = {_words(hint)};\n" for hint, name in _NAMED.items()]
    return HEADER + "\n" + "\n".join([*names, *map(_interface, structs())])


def structs() -> Iterator[type[msgspec.Struct]]:
    """Every struct that `wire.py` defines, in its order."""
    for value in vars(wire).values():
        is_struct = isinstance(value, type) and issubclass(value, msgspec.Struct)
        if is_struct and value.__module__ == wire.__name__:
            yield value


def _interface(struct: type[msgspec.Struct]) -> str:
    hints = get_type_hints(struct)
    remarks = dict(_REMARK.findall(inspect.getsource(struct)))
    lines = [f"export interface {struct.__name__} {{"]
    documentation = inspect.cleandoc(struct.__dict__.get("__doc__") or "")
    if documentation:
        lines.insert(0, f"/** {documentation.splitlines()[0]} */")
    for field in msgspec.structs.fields(struct):
        # What a request may leave out has a default; what the server sends is always there.
        optional = "?" if not field.required and _is_request(struct) else ""
        if field.name in remarks:
            lines.append(f"  /** {remarks[field.name]} */")
        lines.append(f"  readonly {field.encode_name}{optional}: {_type(hints[field.name])};")
    return "\n".join([*lines, "}", ""])


def _is_request(struct: type[msgspec.Struct]) -> bool:
    return struct.__struct_config__.forbid_unknown_fields


def _words(hint: Any) -> str:
    return " | ".join(f"'{value}'" for value in get_args(hint))


def _type(hint: Any) -> str:
    if hint in _SCALARS:
        return _SCALARS[hint]
    if hint in _NAMED:
        return _NAMED[hint]
    origin, arguments = get_origin(hint), get_args(hint)
    if origin is Literal:
        return _words(hint)
    if origin in (Union, types.UnionType):
        return " | ".join(_type(argument) for argument in arguments)
    if origin is list:
        item = _type(arguments[0])
        return f"readonly ({item})[]" if " " in item else f"readonly {item}[]"
    if origin is dict:
        return f"Readonly<Record<string, {_type(arguments[1])}>>"
    if isinstance(hint, type) and issubclass(hint, msgspec.Struct):
        return hint.__name__
    raise TypeError(f"No TypeScript for {hint!r}")


if __name__ == "__main__":
    sys.stdout.write(typescript())
