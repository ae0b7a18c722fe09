"""xDSL's parser, made to remember where each operation was written."""

from bisect import bisect_right
from itertools import accumulate

from xdsl.context import Context
from xdsl.dialects.builtin import FileLineColLoc, IntAttr, ModuleOp, StringAttr, UnknownLoc
from xdsl.ir import Operation
from xdsl.parser import Parser
from xdsl.utils.exceptions import ParseError
from xdsl.utils.lexer import Location, Position, Span
from xdsl.utils.mlir_lexer import MLIRTokenKind


class LocatedParser(Parser):
    """
    A parser that gives every operation without a `loc(...)` of its own the `FileLineColLoc` of
    its first token: of its results, or else of its name.

    `line_offset` is the number of lines of the file that come before `text`; lines and columns
    count from one, columns in code points.
    """

    def __init__(self, ctx: Context, text: str, name: str, line_offset: int = 0) -> None:
        super().__init__(ctx, text, name)
        self._first_line = line_offset + 1
        lengths = (len(line) + 1 for line in text.split("\n"))
        self._line_starts = [0, *accumulate(lengths)]
        self._file_name = StringAttr(name)
        self._numbers: dict[int, IntAttr] = {}

    @property
    def current_location(self) -> Location:
        """Where the token to be parsed next is."""
        return Location(self._file_name.data, *self._line_and_column(self.pos))

    def parse_module(self, allow_implicit_module: bool = True) -> ModuleOp:
        """
        Parse the whole input.

        Raises `ParseError` if the input is malformed, or holds nothing but blanks and comments.
        """
        if self._current_token.kind is MLIRTokenKind.EOF:
            self.raise_error("the file is empty: expected a module", 0)
        try:
            return super().parse_module(allow_implicit_module)
        except ParseError as error:
            if error.msg.startswith("values used but not defined"):
                error.span = self._first_undefined_use() or error.span
            raise

    def parse_operation(self) -> Operation:
        """Parse one operation, and attach its location to it."""
        start = self._parser_state.current_token.span.start
        op = super().parse_operation()
        if isinstance(op.location, UnknownLoc):
            op.location = self._location_attr(start)
        return op

    def _first_undefined_use(self) -> Span | None:
        """Where a value is used that the whole input does not define; xDSL reports its end."""
        name, values = next(iter(self.forward_ssa_references.items()))
        for value in values.values():
            for use in value.uses:
                location = use.operation.location
                if isinstance(location, FileLineColLoc) and location.filename == self._file_name:
                    start = self._line_starts[location.line.data - self._first_line]
                    text = self._parser_state.lexer.input
                    place = text.content.find(f"%{name}", start + location.column.data - 1)
                    if place >= 0:
                        return Span(place, place + len(name) + 1, text)
        return None

    def _line_and_column(self, position: Position) -> tuple[int, int]:
        index = bisect_right(self._line_starts, position) - 1
        return self._first_line + index, position - self._line_starts[index] + 1

    def _location_attr(self, position: Position) -> FileLineColLoc:
        line, column = self._line_and_column(position)
        # The constructor verifies the three parameters, which costs ten times as much as all the
        # rest here, for every operation of the file.
        location = object.__new__(FileLineColLoc)
        object.__setattr__(location, "filename", self._file_name)
        object.__setattr__(location, "line", self._number(line))
        object.__setattr__(location, "column", self._number(column))
        return location

    def _number(self, value: int) -> IntAttr:
        number = self._numbers.get(value)
        if number is None:
            number = self._numbers[value] = IntAttr(value)
        return number
