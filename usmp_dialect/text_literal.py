"""String literals that may hold any text."""

from __future__ import annotations

import re

from xdsl.parser import AttrParser

_PLAIN = re.compile(r"[ !#-\[\]-~]*")
"""Text of printable ASCII characters, without quotes and backslashes."""


def text_literal(text: str) -> str:
    """The string literal of a text: the one that xDSL's printer writes character by character."""
    if _PLAIN.fullmatch(text):
        return f'"{text}"'
    return f'"{"".join(map(_escaped, text.encode()))}"'


def _escaped(byte: int) -> str:
    character = chr(byte)
    if character == "\\":
        return "\\\\"
    return character if _PLAIN.fullmatch(character) else f"\\{byte:02X}"


def parse_optional_text(parser: AttrParser) -> str | None:
    """
    The text of a string literal, `None` if there is none.

    xDSL's parser takes a literal with other characters than ASCII for bytes, also one that its
    printer has just written for a `str`.
    """
    text = parser.parse_optional_str_literal()
    if text is not None:
        return text
    pos = parser.pos
    data = parser.parse_optional_bytes_literal()
    if data is None:
        return None
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        parser.raise_error("the string is not UTF-8", pos, parser.pos)


def parse_text(parser: AttrParser, what: str) -> str:
    """The text of a string literal. `what` says what is missing if there is none."""
    text = parse_optional_text(parser)
    if text is None:
        parser.raise_error(f"expected {what}")
    return text
