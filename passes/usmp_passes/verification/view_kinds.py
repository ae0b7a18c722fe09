"""Lets the analysis take the views of pools for the allocations that they stand for."""

from __future__ import annotations

from collections.abc import Mapping

from xdsl.dialects import memref
from xdsl.dialects.builtin import StringAttr
from xdsl.ir import Operation, SSAValue

from usmp_dialect.dialects.usmp import BUFFER
from usmp_dialect.interfaces import BufferAllocationInterface
from usmp_passes.analysis.operation_kinds import OperationKind, OperationKinds
from usmp_passes.verification.pool_memory import PoolView


class ViewKinds(OperationKinds):
    """
    Kinds of operations, where `views` are allocations: a buffer in a pool is live wherever an
    allocation in the place of its view would be.
    """

    def __init__(self, views: Mapping[Operation, PoolView]):
        super().__init__()
        self._views = views

    def kind_of(self, op: Operation) -> OperationKind:
        if isinstance(op, memref.ViewOp) and op in self._views:
            return OperationKind.ALLOCATION
        return super().kind_of(op)

    def is_allocation(self, op: Operation) -> bool:
        return op in self._views or super().is_allocation(op)

    def allocation_of(self, op: Operation) -> BufferAllocationInterface:
        view = self._views.get(op)
        if view is None:
            return super().allocation_of(op)
        return _CONSTANT if view.memory.is_constant else _BUFFER


class _ViewOfPool(BufferAllocationInterface):
    @classmethod
    def get_buffer(cls, op: Operation) -> SSAValue:
        return op.results[0]

    @classmethod
    def get_buffer_name(cls, op: Operation) -> str | None:
        name = op.attributes.get(BUFFER)
        return name.data if isinstance(name, StringAttr) else None


class _ViewOfConstants(_ViewOfPool):
    @classmethod
    def is_constant(cls, op: Operation) -> bool:
        return True


_BUFFER = _ViewOfPool()
_CONSTANT = _ViewOfConstants()
