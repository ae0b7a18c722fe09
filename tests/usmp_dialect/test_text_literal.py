"""String literals with any text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from xdsl.context import Context
from xdsl.dialects.builtin import StringAttr
from xdsl.parser import Parser
from xdsl.utils.exceptions import ParseError

from usmp_dialect.text_literal import parse_optional_text, parse_text, text_literal


def parser_of(text: str) -> Parser:
    return Parser(Context(), text)


@given(st.text())
def test_round_trip(text: str) -> None:
    assert parse_text(parser_of(text_literal(text)), "a text") == text


@given(st.text())
def test_is_what_xdsl_prints(text: str) -> None:
    assert text_literal(text) == str(StringAttr(text))


def test_source_text_need_not_be_escaped() -> None:
    assert parse_text(parser_of('"größe"'), "a text") == "größe"


def test_nothing_there() -> None:
    parser = parser_of("name")
    assert parse_optional_text(parser) is None
    with pytest.raises(ParseError, match="expected a text"):
        parse_text(parser, "a text")


def test_bytes_that_are_no_text() -> None:
    with pytest.raises(ParseError, match="the string is not UTF-8"):
        parse_text(parser_of('"\\FF"'), "a text")
