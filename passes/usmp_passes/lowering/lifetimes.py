"""
Where allocated buffers can be freed: after their last use in the block that allocates them.

Values that may alias are in one class: what an operation derives from a buffer, passes into its
regions, or returns from a call. A class leaves a block if a terminator passes one of its values on.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field

from xdsl.dialects import memref
from xdsl.dialects.builtin import ModuleOp, UnregisteredOp
from xdsl.ir import Block, Operation, Region, SSAValue
from xdsl.traits import IsolatedFromAbove, IsTerminator, SymbolTable

from usmp_dialect.dialects import tir
from usmp_dialect.interfaces import BufferCallInterface, BufferEscapeInterface, get_interface
from usmp_dialect.value_classes import ValueClasses
from usmp_passes.analysis.address_types import may_be_address
from usmp_passes.analysis.models import load_models_of

_NEVER = 1 << 30


@dataclass
class _BlockOps:
    """The operations of a block, with their numbers in program order."""

    depth: int
    numbers: list[int] = field(default_factory=list[int])
    ops: list[Operation] = field(default_factory=list[Operation])

    def op_at(self, number: int) -> Operation:
        """The operation that is number `number` or has it inside; the last one if it is later."""
        return self.ops[bisect_right(self.numbers, number) - 1]


class BufferLifetimes:
    """
    The lifetimes of the buffers of a program, modules inside it left aside.
    """

    def __init__(self, module: ModuleOp) -> None:
        # Then a function may keep what it is given.
        self._keeps_addresses = _stores_addresses(module)
        self._classes = ValueClasses()
        self._exits: dict[SSAValue, int] = {}
        """For each class, the depth of the outermost block that it leaves."""
        self._freed: set[SSAValue] = set()
        self._last_uses: dict[SSAValue, int] = {}
        """For each class, the number of the last operation that uses it, in program order."""
        self._blocks: dict[Block, _BlockOps] = {}
        self._count = 0
        self._visit(module.body, 0)

    def last_use_in_block(self, op: Operation) -> Operation | None:
        """
        The operation in the block of the allocation `op` after which, or inside which, nothing uses
        the buffer any more: `op` itself if nothing uses it at all.

        `None` if the buffer must not be freed in the block: something else frees it, or a value
        that may be it is used after the block.
        """
        assert op.parent is not None
        block = self._blocks[op.parent]
        root = self._classes.find(op.results[0])
        if (
            root in self._freed
            or self._exits.get(root, _NEVER) <= block.depth
            # Where a region has several blocks, the end of one is not the end of the others.
            or op.parent.next_block is not None
            or op.parent.prev_block is not None
        ):
            return None
        return block.op_at(self._last_uses[root])

    def _visit(self, region: Region, depth: int) -> None:
        for block in region.blocks:
            found = self._blocks[block] = _BlockOps(depth)
            for op in block.ops:
                self._count += 1
                found.numbers.append(self._count)
                found.ops.append(op)
                self._visit_op(op, depth)
                if op.regions and not op.has_trait(SymbolTable, value_if_unregistered=False):
                    for inner in op.regions:
                        self._visit(inner, depth + 1)

    def _visit_op(self, op: Operation, depth: int) -> None:
        addresses = [value for value in op.operands if may_be_address(value.type)]
        for value in (*addresses, *op.results):
            self._last_uses[self._classes.find(value)] = self._count
        if isinstance(op, tir.LoadOp | tir.StoreOp | memref.LoadOp | memref.StoreOp):
            self._visit_access(op)
            return
        is_last = op.next_op is None and ends_block(op)
        if addresses:
            self._visit_uses(op, addresses, depth, is_last=is_last)
        self._unite([*addresses, *op.results, *_entry_arguments(op)])
        if is_last and addresses:
            self._pass_on(op, addresses)

    def _visit_access(self, op: Operation) -> None:
        if isinstance(op, tir.StoreOp | memref.StoreOp) and may_be_address(op.operands[0].type):
            self._leave([op.operands[0]], 0)
        elif op.results and may_be_address(op.results[0].type):
            self._leave(op.results, 0)

    def _visit_uses(
        self, op: Operation, addresses: list[SSAValue], depth: int, *, is_last: bool
    ) -> None:
        if isinstance(op, memref.DeallocOp):
            self._freed.add(self._classes.find(addresses[0]))
        if is_last:
            self._leave(addresses, depth)
        self._leave(_escaping(op), 0)
        if self._keeps_addresses and get_interface(op, BufferCallInterface) is not None:
            self._leave(addresses, 0)

    def _pass_on(self, terminator: Operation, addresses: list[SSAValue]) -> None:
        """What leaves a block may be a result of the operation around it, or enter a block."""
        values: list[SSAValue] = [arg for block in terminator.successors for arg in block.args]
        parent = terminator.parent_op()
        if parent is not None:
            values += [*parent.results, *_entry_arguments(parent)]
        self._unite([*addresses, *values])

    # Classes

    def _unite(self, values: list[SSAValue]) -> None:
        first: SSAValue | None = None
        for value in values:
            if not may_be_address(value.type):
                continue
            other = self._classes.find(value)
            if first is None:
                first = other
            elif other is not first:
                self._classes.join(first, other)
                self._exits[first] = min(
                    self._exits.get(first, _NEVER), self._exits.get(other, _NEVER)
                )
                self._last_uses[first] = max(
                    self._last_uses.get(first, 0), self._last_uses.get(other, 0)
                )
                if other in self._freed:
                    self._freed.add(first)

    def _leave(self, values: Sequence[SSAValue], depth: int) -> None:
        for value in values:
            if may_be_address(value.type):
                root = self._classes.find(value)
                self._exits[root] = min(self._exits.get(root, _NEVER), depth)


def _entry_arguments(op: Operation) -> list[SSAValue]:
    """The values that enter the regions of an operation that are not isolated from above."""
    if not op.regions or op.has_trait(IsolatedFromAbove, value_if_unregistered=False):
        return []
    return [
        argument
        for region in op.regions
        if region.first_block is not None
        for argument in region.first_block.args
    ]


def ends_block(op: Operation) -> bool:
    """Whether an operation that is the last of its block may be its terminator."""
    return isinstance(op, UnregisteredOp) or op.has_trait(IsTerminator)


def _stores_addresses(module: Operation) -> bool:
    """Whether some operation of the program keeps the address of a buffer."""
    for op in module.walk():
        if isinstance(op, tir.StoreOp | memref.StoreOp):
            if may_be_address(op.operands[0].type):
                return True
        elif op.operands and _escaping(op):
            return True
    return False


def _escaping(op: Operation) -> Sequence[SSAValue]:
    """The operands whose addresses `op` keeps."""
    load_models_of(op)
    interface = get_interface(op, BufferEscapeInterface)
    return () if interface is None else list(interface.get_escaping_operands(op))
