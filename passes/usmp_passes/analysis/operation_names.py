"""What messages and tables call an operation."""

from __future__ import annotations

from xdsl.dialects.builtin import FileLineColLoc, UnregisteredOp
from xdsl.ir import Operation


def operation_name(op: Operation) -> str:
    """The name of an operation, also if it is not registered."""
    return op.op_name.data if isinstance(op, UnregisteredOp) else op.name


def location_text(op: Operation) -> str:
    """Where an operation is written, to follow its name in a message; empty if not known."""
    location = op.location
    if not isinstance(location, FileLineColLoc):
        return ""
    return f" ({location.filename.data}:{location.line.data}:{location.column.data})"
