"""Writes `tir.q_multiply_shift` in the `arith` dialect."""

from collections.abc import Sequence

from xdsl.context import Context
from xdsl.dialects import arith
from xdsl.dialects.builtin import IntegerAttr, ModuleOp, i32, i64
from xdsl.ir import Operation
from xdsl.passes import ModulePass
from xdsl.pattern_rewriter import (
    PatternRewriter,
    PatternRewriteWalker,
    RewritePattern,
    op_type_rewrite_pattern,
)

from usmp_dialect.dialects.tir import QMultiplyShiftOp


def expansion_of(op: QMultiplyShiftOp) -> Sequence[Operation]:
    """
    The operations that compute `op`, the last one its result: the product in 64 bits, a rounding
    constant, and an arithmetic shift to the right.

    No operation promises not to overflow: see `QMultiplyShiftOp` for why it makes no difference.
    """
    lhs, rhs = arith.ExtSIOp(op.lhs, i64), arith.ExtSIOp(op.rhs, i64)
    ops: list[Operation] = [lhs, rhs]

    def constant(value: int) -> arith.ConstantOp:
        ops.append(constant_op := arith.ConstantOp(IntegerAttr(value, i64)))
        return constant_op

    factor: Operation = lhs
    if left := op.left_shift:
        ops.append(factor := arith.ShLIOp(lhs, constant(left)))
    ops.append(scaled := arith.MuliOp(factor, rhs))
    if right := op.total_right_shift:
        ops.append(rounded := arith.AddiOp(scaled, constant(1 << (right - 1))))
        ops.append(scaled := arith.ShRSIOp(rounded, constant(right)))
    ops.append(arith.TruncIOp(scaled, i32))
    return ops


class ExpandQMultiplyShift(RewritePattern):
    """Replaces the operation by its expansion, with its name hint and location."""

    @op_type_rewrite_pattern
    def match_and_rewrite(self, op: QMultiplyShiftOp, rewriter: PatternRewriter) -> None:
        new_ops = expansion_of(op)
        for new_op in new_ops:
            new_op.location = op.location
        rewriter.replace(op, new_ops)


class ExpandQMultiplyShiftPass(ModulePass):
    """
    Writes every `tir.q_multiply_shift` in `arith`, as TVM's default lowering does.

    TVM has another lowering for a multiplier of 2^30, in 32 bits, whose rounding may overflow; here
    all multipliers are alike.
    """

    name = "tir-expand-q-multiply-shift"

    def apply(self, ctx: Context, op: ModuleOp) -> None:
        PatternRewriteWalker(ExpandQMultiplyShift(), apply_recursively=False).rewrite_module(op)
