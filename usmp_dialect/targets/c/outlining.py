"""
Loops of planned programs as functions of their own.

Compilers take `restrict` for what it says on parameters only. In a planned program it does not hold
for those of a whole function: buffers of a pool may share bytes, one after the other. It does hold
in a loop: a buffer that a loop uses and that is allocated outside is live throughout the loop, so
that no two of these share a byte.
"""

from __future__ import annotations

from collections.abc import Iterator

from xdsl.dialects import arith, memref, scf
from xdsl.dialects.builtin import MemRefType
from xdsl.ir import Block, BlockArgument, Operation, SSAValue

from usmp_dialect.dialects import tir
from usmp_dialect.dialects.usmp import POOL
from usmp_dialect.targets.c.program import Call, CFunction

Loop = tir.ForOp | scf.ForOp


def values_from_outside(loop: Operation) -> list[SSAValue]:
    """The values that a loop uses and that are defined outside, in the order of their first use."""
    inside = set(loop.walk())
    values: dict[SSAValue, None] = {}
    for op in loop.walk():
        for value in op.operands:
            owner = value.owner
            parent = owner.parent_op() if isinstance(owner, Block) else owner
            if parent is not None and parent not in inside:
                values[value] = None
    return list(values)


def loops_to_outline(function: CFunction) -> set[Operation]:
    """
    The outermost loops of a function in which all buffers that are used are known to be different
    memory, and some are written.
    """
    chosen: set[Operation] = set()
    makes_buffers = set(_loops_that_make_buffers(function.block))
    stack = [function.block]
    while stack:
        for op in stack.pop().ops:
            if isinstance(op, Loop) and not op.results and op not in makes_buffers:
                if _are_different(function, values_from_outside(op)):
                    chosen.add(op)
            else:
                stack.extend(block for region in op.regions for block in region.blocks)
    return chosen


def _loops_that_make_buffers(block: Block) -> Iterator[Operation]:
    """The operations that contain one whose result is a buffer, or a call."""
    marked: set[Operation] = set()
    for op in (nested for top in block.ops for nested in top.walk()):
        if isinstance(op, Call | memref.CopyOp | arith.SelectOp) or any(
            isinstance(result.type, MemRefType) for result in op.results
        ):
            parent = op.parent_op()
            while parent is not None and parent not in marked:
                marked.add(parent)
                yield parent
                parent = parent.parent_op()


def _are_different(function: CFunction, values: list[SSAValue]) -> bool:
    buffers = [value for value in values if isinstance(value.type, MemRefType)]
    parameters = [value for value in buffers if isinstance(value, BlockArgument)]
    return (
        len(buffers) > 1
        and any(function.aliases.is_written(value) for value in buffers)
        and all(_is_one_buffer(function, value) for value in buffers)
        and (len(parameters) < 2 or function.has_distinct_parameters)
    )


def _is_one_buffer(function: CFunction, value: SSAValue) -> bool:
    """Whether a value is a buffer of which there is no other value in the function."""
    if isinstance(value, BlockArgument):
        is_pool = POOL in function.parameter_attributes(value.index)
        return value.block is function.block and not is_pool and function.aliases.is_alone(value)
    if isinstance(value.owner, tir.LookupParamOp) and function.aliases.is_written(value):
        return False
    return function.aliases.is_alone(value)
