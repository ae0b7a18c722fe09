"""One run of a program, operation by operation, calls entered in place."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from xdsl.dialects.builtin import FileLineColLoc, ModuleOp
from xdsl.ir import Operation, Region

from usmp_dialect.interfaces import BufferCallInterface, get_interface
from usmp_dialect.program import functions_of

_TYPES = re.compile(r" : \(.*$| : .*?(?=\)|$)")
"""What follows a colon, to the end of the line or of the parentheses."""


@dataclass(frozen=True)
class Row:
    """A program point."""

    op: Operation
    text: str
    """The line of the program, without types."""

    depth: int
    """How many operations and calls it is in."""


def rows_of(module: ModuleOp, program: str, entry: str) -> Sequence[Row]:
    """The operations in the order of a run that starts with `entry`, by their program points."""
    bodies = {name: function.body for name, function in functions_of(module).items()}
    return list(_rows(bodies[entry], bodies, program.split("\n"), 0))


def _rows(
    region: Region, bodies: Mapping[str, Region], lines: Sequence[str], depth: int
) -> Iterator[Row]:
    for block in region.blocks:
        for op in block.ops:
            yield _row(op, lines, depth)
            for inner in op.regions:
                yield from _rows(inner, bodies, lines, depth + 1)
            callee = _callee(op)
            if callee in bodies:
                yield from _rows(bodies[callee], bodies, lines, depth + 1)


def _callee(op: Operation) -> str:
    interface = get_interface(op, BufferCallInterface)
    return "" if interface is None else interface.get_callee(op).root_reference.data


def _row(op: Operation, lines: Sequence[str], depth: int) -> Row:
    location = op.location
    if not isinstance(location, FileLineColLoc):
        # The end of a loop or of an arm, of which only the brace is written.
        return Row(op, "}", depth - 1)
    line = lines[location.line.data - 1].strip()
    return Row(op, _TYPES.sub("", line).removesuffix("{").strip(), depth)
