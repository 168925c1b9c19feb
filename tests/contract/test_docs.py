"""The documents name what there is: every route, verb, option, format and rule."""

from __future__ import annotations

import argparse
import re
from pathlib import Path

import pytest

from dotscape.cli.main import parser
from dotscape.formats import formats
from dotscape.server import wire
from dotscape.server.replies import _CODES
from dotscape.server.routes.pages import TABS
from tests.server.routes import ROUTES, Known

ROOT = Path(__file__).parents[2]
HTTP = (ROOT / "docs" / "http.md").read_text(encoding="utf-8")
COMMANDS = (ROOT / "docs" / "command-line.md").read_text(encoding="utf-8")


def plain(pattern: str) -> str:
    """A route as the document writes it: names without their forms."""
    return re.sub(r"\{(\w+):\w+\}", r"{\1}", pattern)


@pytest.mark.parametrize("route", ROUTES, ids=str)
def test_every_route_is_documented(route: Known) -> None:
    path = plain(route.pattern)
    is_page = not path.startswith(("/api", "/media", "/healthz"))
    tab = path.removeprefix("/runs/{run}/")
    if tab in TABS:
        assert "/runs/{run}/{tab}" in HTTP
        assert tab in HTTP
    elif is_page:
        assert f"`{path}`" in HTTP
    else:
        for method in route.methods - {"HEAD"}:
            assert re.search(rf"`{method} {re.escape(path)}[?`]", HTTP), f"{method} {path}"


def test_every_documented_route_is_there() -> None:
    known = {(m, plain(r.pattern)) for r in ROUTES for m in r.methods}
    documented = re.findall(r"`(GET|POST|PATCH|DELETE) (/[^`?\s]*)", HTTP)
    assert len(documented) > 20
    for method, path in documented:
        assert (method, path) in known, f"{method} {path} is documented and isn't there"


def test_every_type_the_document_names_is_there() -> None:
    for name in re.findall(r"`([A-Z][A-Za-z]+)`[:;,\s|]", HTTP):
        if name not in ("GET", "HEAD", "Origin", "ETag"):
            assert hasattr(wire, name), name


def test_error_codes_have_one_meaning() -> None:
    assert len(set(_CODES.values())) == len(_CODES)


def verbs() -> dict[str, argparse.ArgumentParser]:
    for action in parser()._actions:
        if isinstance(action, argparse._SubParsersAction):
            return dict(action.choices)
    raise AssertionError("no verbs")


@pytest.mark.parametrize("verb", verbs())
def test_every_verb_and_option_is_documented(verb: str) -> None:
    assert re.search(rf"^\| `dotscape {verb}\b", COMMANDS, re.MULTILINE), verb
    assert re.search(rf"^## .*\b{verb}\b", COMMANDS, re.MULTILINE), verb
    for action in verbs()[verb]._actions:
        for option in action.option_strings:
            if option not in ("-h", "--help"):
                assert f"`{option}" in COMMANDS or f"[{option}" in COMMANDS, f"{verb} {option}"


def test_every_documented_option_is_there() -> None:
    known = {o for p in verbs().values() for a in p._actions for o in a.option_strings}
    for option in re.findall(r"(?<![\w-])(--[a-z][a-z-]+)", COMMANDS):
        assert option in known | {"--version"}, option


def test_every_format_is_documented() -> None:
    for name, one in formats().items():
        assert f"| {one.title} |" in COMMANDS, one.title
        assert f"`{name}`" in COMMANDS or f"--format {name}" in COMMANDS
        for suffix in one.suffixes:
            assert f"`{suffix}`" in COMMANDS, suffix


def test_the_limits_in_the_documents_are_the_limits() -> None:
    from dotscape.server import guard
    from dotscape.server.routes import records, sets
    from dotscape.server.sets import points, search, tables

    security = (ROOT / "SECURITY.md").read_text(encoding="utf-8")
    assert guard.MAX_BODY == 1 << 20
    assert "1 MiB a body" in security
    assert guard.MAX_QUERY == 32 << 10
    assert "32 KiB a query" in security
    assert f"{search.LONGEST_QUERY:,} characters a search" in security
    assert f"up to {records.MOST_ROWS:,} rows" in HTTP
    assert f"up to {sets.MOST_LABELS:,} rows" in HTTP
    assert f"text cut at {tables.LONGEST_CELL:,} characters" in HTTP
    assert f"up to {points.LONGEST_TEXT:,} characters" in HTTP
    assert f"cut at {points.LONGEST_LABEL} characters" in HTTP
