"""The `ring` dialect: ring buffers, by somebody who has never heard of a memory planner."""

from __future__ import annotations

from xdsl.dialects.builtin import MemRefType
from xdsl.ir import Dialect
from xdsl.irdl import (
    IRDLOperation,
    irdl_op_definition,
    operand_def,
    region_def,
    result_def,
    traits_def,
)
from xdsl.traits import NoTerminator
from xdsl.universe import Universe


@irdl_op_definition
class MakeOp(IRDLOperation):
    """A new ring buffer."""

    name = "ring.make"

    buffer = result_def(MemRefType)

    assembly_format = "attr-dict `:` type($buffer)"


@irdl_op_definition
class TailOp(IRDLOperation):
    """The newest part of a ring buffer, as wide as `window`."""

    name = "ring.tail"

    buffer = operand_def(MemRefType)
    window = operand_def(MemRefType)
    tail = result_def(MemRefType)

    assembly_format = (
        "$buffer `,` $window attr-dict `:` type($buffer) `,` type($window) `->` type($tail)"
    )


@irdl_op_definition
class PushOp(IRDLOperation):
    """Appends to a ring buffer."""

    name = "ring.push"

    items = operand_def(MemRefType)
    buffer = operand_def(MemRefType)

    assembly_format = "$items `,` $buffer attr-dict `:` type($items) `,` type($buffer)"


@irdl_op_definition
class LockedOp(IRDLOperation):
    """Runs its body once, while nobody else may touch the buffer."""

    name = "ring.locked"

    buffer = operand_def(MemRefType)
    body = region_def("single_block")

    traits = traits_def(NoTerminator())

    assembly_format = "$buffer $body attr-dict `:` type($buffer)"


def _ring() -> Dialect:
    return Dialect("ring", [MakeOp, TailOp, PushOp, LockedOp])


RING_UNIVERSE = Universe(all_dialects={"ring": _ring})
