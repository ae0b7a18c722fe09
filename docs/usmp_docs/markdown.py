"""Pieces of Markdown."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterable, Sequence

_FENCED = re.compile(r"(^```.*?^```$)", re.MULTILINE | re.DOTALL)


def code(text: object) -> str:
    """`text` as code in a line; also in a cell of a table, in which bars would end it."""
    plain = str(text).replace("|", "\\|")
    return f"`` {plain} ``" if "`" in plain else f"`{plain}`"


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table, or nothing if it has no rows."""
    lines = [f"| {' | '.join(_cell(cell) for cell in row)} |" for row in rows]
    if not lines:
        return ""
    rule = "|".join("---" for _ in head)
    return "\n".join([f"| {' | '.join(head)} |", f"|{rule}|", *lines]) + "\n"


def _cell(text: str) -> str:
    return " ".join(text.split())


def docstring_of(thing: object) -> str:
    """The documentation of a class, function or module, without indentation."""
    documentation = inspect.getdoc(thing)
    if not documentation:
        raise ValueError(f"{thing} has no docstring: a page of the documentation is made from it")
    return documentation


def first_sentence(text: str) -> str:
    """Up to the first full stop that ends a sentence, in one line."""
    paragraph = " ".join(text.split("\n\n", maxsplit=1)[0].split())
    return re.split(r"(?<=\.)\s", paragraph)[0]


def without_code(text: str) -> str:
    """`text` less its code blocks."""
    return _FENCED.sub("", text).strip()


def code_blocks(text: str) -> str:
    """The code blocks of `text` alone."""
    return "\n\n".join(_FENCED.findall(text))


def page(title: str, *parts: str) -> str:
    """A page with a title; empty parts are left out."""
    return "\n\n".join([f"# {title}", *(part.strip() for part in parts if part.strip())]) + "\n"
