"""The `memref` dialect: allocations, and the operations by which an address gets away."""

from __future__ import annotations

from xdsl.dialects import memref
from xdsl.ir import Operation, SSAValue

from usmp_dialect.interfaces import (
    BufferAllocationInterface,
    BufferDeallocationInterface,
    RegionExecution,
    RegionOpInterface,
    RegionSemantics,
    attach_interface,
)
from usmp_passes.analysis.models.escapes import (
    AccessesLater,
    StoresAnOperand,
    TakesTheAddress,
)
from usmp_passes.analysis.models.views import AccessesNothing


class _Allocation(BufferAllocationInterface):
    @classmethod
    def get_buffer(cls, op: Operation) -> SSAValue:
        return op.results[0]


class _Deallocation(BufferDeallocationInterface):
    @classmethod
    def get_freed_buffer(cls, op: Operation) -> SSAValue:
        return op.operands[0]


class _Scope(RegionOpInterface):
    @classmethod
    def get_region_semantics(cls, op: Operation) -> RegionSemantics:
        return RegionSemantics(RegionExecution.ONCE, op.name)


attach_interface(memref.AllocOp, _Allocation())
attach_interface(memref.AllocaOp, _Allocation())
attach_interface(memref.DeallocOp, _Deallocation())
attach_interface(memref.StoreOp, StoresAnOperand(0))
attach_interface(memref.ExtractAlignedPointerAsIndexOp, TakesTheAddress())
attach_interface(memref.DmaStartOp, AccessesLater())
attach_interface(memref.AllocaScopeOp, _Scope())
attach_interface(memref.AllocaScopeReturnOp, AccessesNothing())
