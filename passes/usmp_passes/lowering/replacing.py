"""How an operation is replaced so that names and locations stay."""

from __future__ import annotations

from collections.abc import Sequence

from xdsl.ir import Operation
from xdsl.rewriter import Rewriter


def replace(op: Operation, new_ops: Sequence[Operation]) -> None:
    """Replaces an operation, the last of `new_ops` giving its results."""
    if op.results and new_ops[-1].results:
        new_ops[-1].results[0].name_hint = op.results[0].name_hint
    Rewriter.replace_op(op, located(new_ops, op))


def located(new_ops: Sequence[Operation], op: Operation) -> Sequence[Operation]:
    """`new_ops`, with the location of `op`."""
    for new_op in new_ops:
        new_op.location = op.location
    return new_ops
