"""What goes wrong when a program runs, and where."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from typing import NoReturn

from xdsl.dialects.builtin import ArrayAttr, CallSiteLoc, FileLineColLoc, FusedLoc, NameLoc
from xdsl.ir import Attribute, Operation
from xdsl.traits import CallableOpInterface
from xdsl.utils.exceptions import InterpretationError
from xdsl.utils.symbol_table import get_name_if_symbol


class FaultError(Exception):
    """Something that a program may not do, or that is not interpreted; it names no operation."""


class ExecutionError(InterpretationError):
    """The program cannot go on because of one of its operations."""

    op: Operation

    def __init__(self, op: Operation, message: str):
        super().__init__(f"{place_of(op)}: {message}")
        self.op = op


def fail(op: Operation, message: str) -> NoReturn:
    """Raises an `ExecutionError` that names `op` and where it is written."""
    raise ExecutionError(op, message)


@contextmanager
def blaming(op: Operation) -> Generator[None, None, None]:
    """Makes an `FaultError` one of `op`."""
    try:
        yield
    except FaultError as error:
        raise ExecutionError(op, str(error)) from None


def place_of(op: Operation) -> str:
    """An operation in words: its name, its function, and where it is written if that is known."""
    function = _function_around(op)
    location = _file_location(op.location)
    return "".join(
        (
            op.name,
            f" in @{function}" if function is not None else "",
            f" ({location})" if location is not None else "",
        )
    )


def _function_around(op: Operation) -> str | None:
    ancestor: Operation | None = op
    while ancestor is not None:
        if ancestor.has_trait(CallableOpInterface):
            return get_name_if_symbol(ancestor)
        ancestor = ancestor.parent_op()
    return None


def _file_location(location: Attribute) -> str | None:
    """The first place in a file that a location mentions."""
    match location:
        case FileLineColLoc():
            return f"{location.filename.data}:{location.line.data}:{location.column.data}"
        case NameLoc():
            return _file_location(location.location)
        case CallSiteLoc():
            return _file_location(location.callee)
        case FusedLoc(locations=ArrayAttr(data=parts)):
            places = map(_file_location, parts)
            return next((place for place in places if place is not None), None)
        case _:
            return None
