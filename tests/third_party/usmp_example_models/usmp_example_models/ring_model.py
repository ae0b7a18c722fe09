"""What the operations of `ring` are to the memory planner."""

from __future__ import annotations

from collections.abc import Iterable
from typing import cast

from xdsl.ir import Operation, SSAValue

from usmp_dialect.interfaces import (
    BufferAccessInterface,
    BufferAliasInterface,
    BufferAllocationInterface,
    RegionExecution,
    RegionOpInterface,
    RegionSemantics,
    attach_interface,
)
from usmp_example_models.ring import LockedOp, MakeOp, TailOp


class _Make(BufferAllocationInterface):
    @classmethod
    def get_buffer(cls, op: Operation) -> SSAValue:
        return cast(MakeOp, op).buffer


class _Tail(BufferAccessInterface, BufferAliasInterface):
    """Reads nothing, though it does not say so, and leads into the ring buffer only."""

    @classmethod
    def get_accessed_operands(cls, op: Operation) -> Iterable[SSAValue]:
        return ()

    @classmethod
    def get_alias_sources(cls, op: Operation, result: SSAValue) -> Iterable[SSAValue]:
        return (cast(TailOp, op).buffer,)


class _Locked(RegionOpInterface):
    @classmethod
    def get_region_semantics(cls, op: Operation) -> RegionSemantics:
        return RegionSemantics(RegionExecution.ONCE, op.name, accesses_operands=True)


attach_interface(MakeOp, _Make())
attach_interface(TailOp, _Tail())
attach_interface(LockedOp, _Locked())
