"""Canonicalization patterns of the `tir` dialect."""

from __future__ import annotations

from xdsl.ir import SSAValue
from xdsl.pattern_rewriter import PatternRewriter, RewritePattern, op_type_rewrite_pattern

from usmp_dialect.constant_value import constant_integer
from usmp_dialect.dialects import tir
from usmp_dialect.dialects.usmp import IO


class RemoveLoopThatNeverRuns(RewritePattern):
    """Erases a loop without iterations. Dead code elimination takes those without effects."""

    @op_type_rewrite_pattern
    def match_and_rewrite(self, op: tir.ForOp, rewriter: PatternRewriter) -> None:
        if op.trip_count == 0:
            rewriter.erase(op)


class FoldConstantBounds(RewritePattern):
    """Writes bounds that are constant as literals."""

    @op_type_rewrite_pattern
    def match_and_rewrite(self, op: tir.ForOp, rewriter: PatternRewriter) -> None:
        lower, upper = _folded(op.lower_bound), _folded(op.upper_bound)
        if lower == op.lower_bound and upper == op.upper_bound:
            return
        body = rewriter.move_region_contents_to_new_regions(op.body)
        new_op = tir.ForOp(lower, upper, body, op.kind.data, op.thread_tag)
        new_op.attributes |= op.attributes
        new_op.location = op.location
        rewriter.replace(op, new_op, [])


def _folded(bound: int | SSAValue) -> int | SSAValue:
    constant = constant_integer(bound)
    return bound if constant is None else constant


class RemoveWriteOnlyAllocation(RewritePattern):
    """
    Erases an allocation that is never read, with the stores into it; but not an output of the
    program, which its caller reads.
    """

    @op_type_rewrite_pattern
    def match_and_rewrite(self, op: tir.AllocateOp, rewriter: PatternRewriter) -> None:
        if IO in op.attributes or not all(
            isinstance(use.operation, tir.StoreOp) for use in op.buffer.uses
        ):
            return
        for store in [use.operation for use in op.buffer.uses]:
            rewriter.erase(store)
        rewriter.erase(op)
