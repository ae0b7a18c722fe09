"""Offsets in the memory of a pool, as far as they are known before the program runs."""

from __future__ import annotations

from dataclasses import dataclass

from xdsl.dialects import arith
from xdsl.ir import OpResult, SSAValue

from usmp_dialect.constant_value import constant_integer
from usmp_dialect.dialects.usmp import ThreadNumberOp


@dataclass(frozen=True, slots=True)
class PoolOffset:
    """The number of bytes `constant + number * stride_bytes`."""

    constant: int
    stride_bytes: int = 0
    number: ThreadNumberOp | None = None
    """`None` for an offset that is the same for all threads."""


def pool_offset_of(value: SSAValue, _depth: int = 4) -> PoolOffset | None:
    """
    The offset that `value` is: a constant, or one to which the number of the thread, times a
    constant, is added. `None` for any other.
    """
    constant = constant_integer(value)
    if constant is not None:
        return PoolOffset(constant)
    if not isinstance(value, OpResult) or _depth == 0:
        return None
    op = value.op
    if isinstance(op, ThreadNumberOp):
        return PoolOffset(0, 1, op)
    if not isinstance(op, arith.AddiOp | arith.MuliOp):
        return None
    left, right = (pool_offset_of(operand, _depth - 1) for operand in (op.lhs, op.rhs))
    if left is None or right is None:
        return None
    if left.number is None:
        left, right = right, left
    if right.number is not None:
        return None
    if isinstance(op, arith.AddiOp):
        return PoolOffset(left.constant + right.constant, left.stride_bytes, left.number)
    factor = right.constant
    return PoolOffset(left.constant * factor, left.stride_bytes * factor, left.number)
