"""The small part of protobuf's text format that `projector_config.pbtxt` is written in."""

from __future__ import annotations

import re
from typing import Any

from dotscape.errors import DataError

_TOKEN = re.compile(
    r"""\s+|\#[^\n]*
    |(?P<string>"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*')
    |(?P<word>[A-Za-z_][A-Za-z0-9_.]*)
    |(?P<number>[-+]?[0-9][0-9.eE+-]*)
    |(?P<mark>[{}<>:;,\[\]])""",
    re.VERBOSE,
)
_ESCAPE = re.compile(r"\\(?:([0-7]{1,3})|x([0-9a-fA-F]{1,2})|(.))", re.DOTALL)
_ESCAPED = {"n": b"\n", "t": b"\t", "r": b"\r", "a": b"\a", "b": b"\b", "f": b"\f", "v": b"\v"}
_DEEPEST = 20

Message = dict[str, list[Any]]


def parse(text: str) -> Message:
    """Fields by name, each a list of what was given: texts, numbers as text, messages.

    Raises
    ------
    DataError
        If it isn't text format.
    """
    tokens = list(_tokens(text))
    message, end = _message(tokens, 0, "", 0)
    if end != len(tokens):
        raise DataError(f"The configuration has a {tokens[end]!r} too many.")
    return message


def quote(text: str) -> str:
    """A text as a string literal."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped.replace(chr(13), chr(92) + "r")}"'


def _tokens(text: str) -> Any:
    position = 0
    while position < len(text):
        match = _TOKEN.match(text, position)
        if match is None:
            raise DataError(
                f"The configuration can't be read at {text[position : position + 20]!r}."
            )
        position = match.end()
        if match.lastgroup is not None:
            yield match.group()


def _message(tokens: list[str], position: int, closing: str, depth: int) -> tuple[Message, int]:
    if depth > _DEEPEST:
        raise DataError("The configuration is nested too deeply.")
    found: Message = {}
    while position < len(tokens) and tokens[position] != closing:
        name = tokens[position]
        if not (name[0].isalpha() or name[0] == "_"):
            raise DataError(f"The configuration has {name!r} where a field's name should be.")
        position += 1
        if _at(tokens, position) == ":":
            position += 1
        value, position = _value(tokens, position, depth)
        found.setdefault(name, []).extend(value)
        while _at(tokens, position) in (",", ";"):
            position += 1
    return found, position


def _value(tokens: list[str], position: int, depth: int) -> tuple[list[Any], int]:
    word = _at(tokens, position)
    if word in ("{", "<"):
        closing = "}" if word == "{" else ">"
        message, position = _message(tokens, position + 1, closing, depth + 1)
        if _at(tokens, position) != closing:
            raise DataError(f"The configuration ends before its {closing!r}.")
        return [message], position + 1
    if word == "[":
        values: list[Any] = []
        position += 1
        while _at(tokens, position) not in ("]", ""):
            more, position = _value(tokens, position, depth + 1)
            values += more
            if _at(tokens, position) == ",":
                position += 1
        if _at(tokens, position) != "]":
            raise DataError("The configuration ends before its ']'.")
        return values, position + 1
    if word[:1] in ('"', "'"):
        text = ""
        while _at(tokens, position)[:1] in ('"', "'"):  # neighbouring literals are one
            text += _unescape(tokens[position][1:-1])
            position += 1
        return [text], position
    if not word or word in "}>]:;,":
        raise DataError(f"The configuration has {word!r} where a value should be.")
    return [word], position + 1


def _at(tokens: list[str], position: int) -> str:
    return tokens[position] if position < len(tokens) else ""


def _unescape(text: str) -> str:
    def plain(match: re.Match[str]) -> str:
        octal, hexadecimal, other = match.groups()
        if octal:
            return chr(int(octal, 8) & 0xFF)
        if hexadecimal:
            return chr(int(hexadecimal, 16))
        return _ESCAPED.get(other, other.encode()).decode()

    if "\\" not in text:
        return text
    unescaped = _ESCAPE.sub(plain, text)
    try:  # bytes above 127 are written as octal escapes of their UTF-8
        return unescaped.encode("latin-1").decode("utf-8")
    except (UnicodeEncodeError, UnicodeDecodeError):
        return unescaped
