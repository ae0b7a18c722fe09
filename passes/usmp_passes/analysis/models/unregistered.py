"""
Upstream's operations that xDSL does not have, and which a program names all the same. They are
known by their names: each name has a class of its own, to which its interfaces are attached.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from xdsl.dialects.builtin import MemRefType, UnregisteredOp
from xdsl.ir import Operation, SSAValue

from usmp_dialect.buffer_type import element_size_bytes
from usmp_dialect.interfaces import (
    BufferAccessInterface,
    BufferInterface,
    RegionExecution,
    RegionOpInterface,
    RegionSemantics,
    attach_interface,
)
from usmp_passes.analysis.address_types import makes_a_handle
from usmp_passes.analysis.models.escapes import (
    AccessesLater,
    FreesOperands,
    StoresAnOperand,
    TakesTheAddress,
)
from usmp_passes.analysis.models.structured import StructuredOperation
from usmp_passes.analysis.models.views import AccessesNothing, ViewOfFirst


class _AtomicUpdate(RegionOpInterface, BufferAccessInterface):
    """The region may be tried again until no other thread has come between."""

    @classmethod
    def get_region_semantics(cls, op: Operation) -> RegionSemantics:
        return RegionSemantics(
            RegionExecution.SERIAL_LOOP, "memref.generic_atomic_rmw", accesses_operands=True
        )

    @classmethod
    def get_accessed_operands(cls, op: Operation) -> Iterable[SSAValue]:
        return op.operands[:1]

    @classmethod
    def get_traffic_bytes(cls, op: Operation, operand: SSAValue) -> int | None:
        type = operand.type
        return element_size_bytes(type.element_type) if isinstance(type, MemRefType) else None


class _Masked(RegionOpInterface):
    """The operation in the region runs once, where the mask lets it."""

    @classmethod
    def get_region_semantics(cls, op: Operation) -> RegionSemantics:
        return RegionSemantics(RegionExecution.ONCE, "vector.mask")


class _AccessesLaterUnlessAwaited(AccessesLater):
    """Accesses go on while the program does, unless there is a handle to wait for them by."""

    def get_escaping_operands(self, op: Operation) -> Iterable[SSAValue]:
        return () if makes_a_handle(op) else op.operands


_MODELS: Mapping[str, BufferInterface] = {
    "affine.dma_start": AccessesLater(),
    "emitc.assign": StoresAnOperand(1),
    "bufferization.dealloc": FreesOperands(),
    "gpu.dealloc": FreesOperands(),
    "llvm.atomicrmw": StoresAnOperand(1),
    "llvm.cmpxchg": StoresAnOperand(2),
    "memref.dealloc": FreesOperands(),
    "memref.distinct_objects": AccessesNothing(),
    "memref.extract_aligned_pointer_as_index": TakesTheAddress(),
    "memref.generic_atomic_rmw": _AtomicUpdate(),
    "memref.realloc": FreesOperands(),
    "memref.reshape": ViewOfFirst(),
    "memref.transpose": ViewOfFirst(),
    "ml_program.global_store": StoresAnOperand(0),
    "vector.mask": _Masked(),
    "vector.type_cast": ViewOfFirst(),
}


def attach_model_by_name(op: UnregisteredOp) -> None:
    """Attaches what is known of operations of the name that `op` has to its class."""
    model = _MODELS.get(op.op_name.data) or _model_by_kind(op)
    if model is not None:
        attach_interface(type(op), model)


def _model_by_kind(op: UnregisteredOp) -> BufferInterface | None:
    dialect, _, name = op.op_name.data.partition(".")
    if dialect == "linalg" and op.regions:
        return StructuredOperation()
    if "async" in name and "wait" not in name:
        return _AccessesLaterUnlessAwaited()
    return None
