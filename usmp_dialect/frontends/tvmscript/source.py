"""The text of a script: its syntax tree, which is all that is ever done with it, and places."""

from __future__ import annotations

import ast
import re
import warnings
from functools import cached_property
from typing import TypeAlias

from xdsl.dialects.builtin import FileLineColLoc, IntAttr, StringAttr

from usmp_dialect.frontends.tvmscript.errors import TVMScriptError

Located: TypeAlias = ast.expr | ast.stmt | ast.arg | ast.keyword
"""The nodes of a syntax tree that know where they were written."""

_LINE_END = re.compile("\r\n|\r|\n")
_MAX_SHOWN = 60
"""The most characters of a construct that a message shows."""


class Source:
    """A script whose syntax is right. Raises `TVMScriptError` if it is not."""

    def __init__(self, text: str, filename: str) -> None:
        self.filename = filename
        self._text = text.removeprefix("\ufeff")
        self._file_name = StringAttr(filename)
        self._numbers: dict[int, IntAttr] = {}
        self._locations: dict[tuple[int, int], FileLineColLoc] = {}
        self.tree = self._parse()

    def error(self, node: Located | None, message: str, accepted: str = "") -> TVMScriptError:
        """An error at `node`, at the start of the file if there is none."""
        if node is None:
            return self._error_at(1, 1, message, accepted)
        return self._error_at(node.lineno, self._column(node), message, accepted)

    def location(self, node: Located) -> FileLineColLoc:
        """Where a node was written, for an operation."""
        key = node.lineno, node.col_offset
        location = self._locations.get(key)
        if location is None:
            # The constructor verifies the three parameters, which costs ten times as much as all
            # the rest here.
            location = object.__new__(FileLineColLoc)
            object.__setattr__(location, "filename", self._file_name)
            object.__setattr__(location, "line", self._number(node.lineno))
            object.__setattr__(location, "column", self._number(self._column(node)))
            self._locations[key] = location
        return location

    def show(self, node: Located) -> str:
        """The text of a node in one line, cut if it is long."""
        lines = self._lines[node.lineno - 1 : node.end_lineno]
        if not lines:
            return ""
        first, last = lines[0].encode(), lines[-1].encode()
        if len(lines) == 1:
            text = first[node.col_offset : node.end_col_offset].decode(errors="replace")
        else:
            parts = [first[node.col_offset :], *(line.encode() for line in lines[1:-1])]
            parts.append(last[: node.end_col_offset])
            text = " ".join(part.decode(errors="replace").strip() for part in parts[:4])
        return text if len(text) <= _MAX_SHOWN else f"{text[: _MAX_SHOWN - 3]}..."

    def _parse(self) -> ast.Module:
        try:
            # Python warns of escapes such as "\d" in strings, of which there is no need to speak.
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                return ast.parse(self._text)
        except SyntaxError as error:
            raise self._syntax_error(error) from error
        except (RecursionError, MemoryError) as error:
            # Python's parser does not say where it gave up: it is the line with the most in it.
            raise self._error_at(
                self._fullest_line(), 1, "nested too deeply for Python's parser"
            ) from error
        except ValueError as error:
            raise self._bad_character(str(error)) from error

    def _syntax_error(self, error: SyntaxError) -> TVMScriptError:
        if error.lineno is None:
            return self._bad_character(error.msg)
        line = min(max(1, error.lineno), len(self._lines))
        column = min(max(1, error.offset or 1), len(self._lines[line - 1]) + 1)
        return self._error_at(line, column, f"not Python: {error.msg}")

    def _bad_character(self, message: str) -> TVMScriptError:
        """An error of the whole text: a null byte, or half of a surrogate pair."""
        for number, line in enumerate(self._lines, 1):
            for column, char in enumerate(line, 1):
                if char == "\0" or "\ud800" <= char <= "\udfff":
                    return self._error_at(number, column, f"not Python: {message}")
        return self._error_at(1, 1, f"not Python: {message}")

    def _fullest_line(self) -> int:
        return max(range(len(self._lines)), key=lambda index: len(self._lines[index])) + 1

    def _error_at(self, line: int, column: int, message: str, accepted: str = "") -> TVMScriptError:
        return TVMScriptError(self.filename, line, column, message, accepted)

    @cached_property
    def _lines(self) -> list[str]:
        return _LINE_END.split(self._text)

    def _column(self, node: Located) -> int:
        """The column of a node, in code points: Python counts bytes."""
        line = self._lines[node.lineno - 1] if node.lineno <= len(self._lines) else ""
        if line.isascii():
            return node.col_offset + 1
        return len(line.encode()[: node.col_offset].decode(errors="replace")) + 1

    def _number(self, value: int) -> IntAttr:
        number = self._numbers.get(value)
        if number is None:
            number = self._numbers[value] = IntAttr(value)
        return number
