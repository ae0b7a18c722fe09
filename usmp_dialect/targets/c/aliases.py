"""
Which buffer values of a function may be the same memory, and what happens to that memory.

Values that may alias are in one class: what is derived, selected, passed on by a loop, or returned
by a call of what was given to it. A class is written or not, which decides whether pointers are to
`const`; and it leaves loops or not, which decides whether a buffer allocated in it can be one
static array.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from xdsl.dialects import arith, func, memref, scf
from xdsl.dialects.builtin import MemRefType, UnrealizedConversionCastOp
from xdsl.ir import Block, Operation, SSAValue

from usmp_dialect.dialects import tir
from usmp_dialect.dialects.usmp import BUFFER
from usmp_dialect.value_classes import ValueClasses

DERIVING = (
    arith.BitcastOp,
    memref.CastOp,
    memref.CollapseShapeOp,
    memref.ExpandShapeOp,
    memref.MemorySpaceCastOp,
    memref.ReinterpretCastOp,
    memref.SubviewOp,
    memref.ViewOp,
    UnrealizedConversionCastOp,
)
"""The operations whose result is the memory of their first operand."""

LOOPS = (tir.ForOp, scf.ForOp, scf.ParallelOp, scf.WhileOp)
"""The operations that run their regions again and again."""

_NEVER = 1 << 30


class AliasClasses:
    """
    The classes of the buffer values of one function. `written` has, for each function of the module
    that was looked at before, which of its parameters it writes.
    """

    def __init__(self, body: Block, written: Mapping[str, Sequence[bool]]) -> None:
        self._written_parameters = written
        self._classes = ValueClasses()
        self._united: set[SSAValue] = set()
        self._views: list[memref.ViewOp] = []
        self._written: set[SSAValue] = set()
        self._loop_exits: dict[SSAValue, int] = {}
        self._region_exits: dict[SSAValue, int] = {}
        self._visit(body, 0, 0)
        for view in self._views:
            if self.is_written(view.result):
                self._write(view.source)

    def is_alone(self, value: SSAValue) -> bool:
        """Whether no other value of the function is taken for the same buffer."""
        return value not in self._united

    def is_written(self, value: SSAValue) -> bool:
        """Whether the memory of `value` may be written through some value of its class."""
        return self._classes.find(value) in self._written

    def outlives_iteration(self, value: SSAValue, loops: int) -> bool:
        """
        Whether the memory of a buffer allocated inside of so many loops may be used in the next
        iteration of one of them, or after the function.
        """
        return self._loop_exits.get(self._classes.find(value), _NEVER) < loops

    def outlives_region(self, value: SSAValue, regions: int) -> bool:
        """Whether the memory of a buffer allocated in so many regions may be used outside."""
        return self._region_exits.get(self._classes.find(value), _NEVER) < regions

    def _unite(self, values: Iterable[SSAValue]) -> None:
        buffers = (value for value in values if isinstance(value.type, MemRefType))
        first = next(buffers, None)
        if first is None:
            return
        root = self._classes.find(first)
        for value in buffers:
            self._united.update((first, value))
            other = self._classes.find(value)
            if other is root:
                continue
            self._classes.join(root, other)
            if other in self._written:
                self._written.add(root)
            for exits in (self._loop_exits, self._region_exits):
                exits[root] = min(exits.get(root, _NEVER), exits.get(other, _NEVER))

    def _write(self, value: SSAValue) -> None:
        if isinstance(value.type, MemRefType):
            self._written.add(self._classes.find(value))

    def _leave(self, values: Iterable[SSAValue], loops: int, regions: int) -> None:
        """The values are used after a region of an operation that is inside of so many."""
        for value in values:
            if isinstance(value.type, MemRefType):
                root = self._classes.find(value)
                for exits, depth in ((self._loop_exits, loops), (self._region_exits, regions)):
                    exits[root] = min(exits.get(root, _NEVER), depth)

    def _visit(self, block: Block, loops: int, regions: int) -> None:
        for op in block.ops:
            self._visit_op(op, loops, regions)
            inner = loops + isinstance(op, LOOPS)
            for region in op.regions:
                for nested in region.blocks:
                    self._visit(nested, inner, regions + 1)

    def _visit_op(self, op: Operation, loops: int, regions: int) -> None:
        match op:
            case tir.StoreOp():
                self._write(op.buffer)
            case memref.StoreOp():
                self._write(op.memref)
            case memref.CopyOp():
                self._write(op.destination)
            case memref.GetGlobalOp():
                # Another operation may get the same one.
                self._united.add(op.memref)
            case arith.SelectOp():
                self._unite((op.lhs, op.rhs, op.result))
            case tir.CallExternOp() | func.CallOp():
                self._visit_call(op, op.callee.root_reference.data)
            case tir.ReturnOp() | func.ReturnOp():
                for value in op.operands:
                    self._write(value)
                self._leave(op.operands, -1, -1)
            case scf.YieldOp() | scf.ConditionOp() | scf.ReduceReturnOp() | scf.ReduceOp():
                self._visit_terminator(op, loops, regions)
            case scf.ForOp():
                for init, argument, result in zip(
                    op.iter_args, op.body.block.args[1:], op.res, strict=True
                ):
                    self._unite((init, argument, result))
            case scf.WhileOp():
                for init, argument in zip(op.arguments, op.before_region.block.args, strict=True):
                    self._unite((init, argument))
                for result, argument in zip(op.res, op.after_region.block.args, strict=True):
                    self._unite((result, argument))
            case memref.ViewOp() if BUFFER in op.attributes:
                # A place in a pool is a buffer of its own.
                self._views.append(op)
            case _ if isinstance(op, DERIVING) and op.operands and op.results:
                self._unite((op.operands[0], op.results[0]))
            case _:
                pass

    def _visit_call(self, op: Operation, callee: str) -> None:
        written = self._written_parameters.get(callee)
        for number, argument in enumerate(op.operands):
            if written is None or written[number]:
                self._write(argument)
        if any(isinstance(result.type, MemRefType) for result in op.results):
            self._unite((*op.results, *op.operands))
            for result in op.results:
                self._write(result)

    def _visit_terminator(self, op: Operation, loops: int, regions: int) -> None:
        parent = op.parent_op()
        assert parent is not None
        outer = loops - isinstance(parent, LOOPS)
        values = op.operands[1:] if isinstance(op, scf.ConditionOp) else op.operands
        targets: Sequence[SSAValue] = parent.results
        if isinstance(parent, scf.WhileOp) and isinstance(op, scf.YieldOp):
            targets = parent.before_region.block.args
        for value, target in zip(values, targets, strict=False):
            self._unite((value, target))
        is_loop = isinstance(parent, LOOPS)
        self._leave(values, outer if is_loop else _NEVER, regions - 1)
