"""
Program points as the pass had them when it was first proposed, one for each statement instead of
each operation.

A statement is an operation that does something: a store, a call, a loop, a condition. A load and
the operations on its value that have no effect are part of the statements that use the value in the
end, so that `B[0] = A[0]` accesses A and B at the same point. Used by `loop-liveness="access-only"`
alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from xdsl.ir import Operation, OpResult, Region
from xdsl.traits import MemoryEffectKind, only_has_effect


@dataclass(slots=True)
class StatementPoints:
    """The statements of one function."""

    body: Region
    callee_length: Callable[[Operation], int]
    """
    The number of statements of the function that an operation calls, 0 if it calls none of the
    module.
    """

    length: int = 0
    """The number of statements of one activation, callees included."""

    _points: dict[int, tuple[int, ...]] = field(default_factory=dict[int, tuple[int, ...]])

    def __post_init__(self) -> None:
        statements: list[tuple[int, Operation]] = []
        for op in _operations_outside_expressions(self.body):
            if _is_expression(op):
                # Counts with the next statement, should nothing use its value.
                self._points[id(op)] = (self.length,)
            else:
                statements.append((self.length, op))
                self._points[id(op)] = (self.length,)
                self.length += 1 + self.callee_length(op)
        first = _expressions_used_by(statements)
        last = _expressions_used_by(reversed(statements))
        for expression, point in first.items():
            self._points[expression] = (point, last[expression])

    def of(self, op: Operation) -> tuple[int, ...]:
        """The first and the last statement that `op` is part of."""
        parent = op
        while id(parent) not in self._points:
            outer = parent.parent_op()
            if outer is None:
                raise ValueError(f"{op.name} is not in the function whose statements were counted")
            parent = outer
        return self._points[id(parent)]


def _operations_outside_expressions(region: Region) -> Iterator[Operation]:
    """The operations in execution order; those inside an expression are part of it."""
    for block in region.blocks:
        for op in block.ops:
            yield op
            if not _is_expression(op):
                for inner in op.regions:
                    yield from _operations_outside_expressions(inner)


def _is_expression(op: Operation) -> bool:
    """Whether `op` computes values, and does no more than read memory for it."""
    return bool(op.results) and only_has_effect(op, MemoryEffectKind.READ)


def _expressions_used_by(statements: Iterable[tuple[int, Operation]]) -> dict[int, int]:
    """
    The point of the first of `statements` that uses each expression, by the identity of the
    expression.
    """
    points: dict[int, int] = {}
    for point, statement in statements:
        pending = [statement]
        while pending:
            for used in _operand_expressions_of(pending.pop()):
                if id(used) not in points:
                    points[id(used)] = point
                    pending.append(used)
    return points


def _operand_expressions_of(op: Operation) -> Iterator[Operation]:
    """The expressions that `op`, with its regions if it is one itself, takes values from."""
    for inner in op.walk() if _is_expression(op) else (op,):
        for operand in inner.operands:
            if isinstance(operand, OpResult) and _is_expression(operand.op):
                yield operand.op
