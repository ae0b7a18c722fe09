"""Operations on whole buffers, whose regions say what is done to elements."""

from __future__ import annotations

from collections.abc import Iterable

from xdsl.ir import Operation, SSAValue

from usmp_dialect.interfaces import (
    BufferAccessInterface,
    RegionExecution,
    RegionOpInterface,
    RegionSemantics,
)
from usmp_passes.analysis.operation_names import operation_name


class StructuredOperation(RegionOpInterface, BufferAccessInterface):
    """
    Each operand is read or written, once, in the course of the operation. The region runs for each
    element, in any order: what is allocated there may be there several times at once.
    """

    @classmethod
    def get_region_semantics(cls, op: Operation) -> RegionSemantics:
        return RegionSemantics(
            RegionExecution.CONCURRENT_LOOP,
            operation_name(op),
            is_serial_kind=False,
            accesses_operands=True,
        )

    @classmethod
    def get_accessed_operands(cls, op: Operation) -> Iterable[SSAValue]:
        return op.operands
