"""Interfaces that are attached to the operations of others."""

from typing import cast

import pytest
from xdsl.dialects.builtin import MemRefType, UnregisteredOp, i8
from xdsl.ir import Operation, SSAValue
from xdsl.irdl import IRDLOperation, irdl_op_definition, result_def

from usmp_dialect import interfaces
from usmp_dialect.dialects.tir import AllocateConstOp, AllocateOp, ForOp
from usmp_dialect.interfaces import (
    BufferAllocationInterface,
    BufferCallInterface,
    BufferEscapeInterface,
    RegionExecution,
    RegionOpInterface,
    RegionSemantics,
    attach_interface,
    get_interface,
)

BUFFER_TYPE = MemRefType(i8, [4])


@irdl_op_definition
class ForeignOp(IRDLOperation):
    """An operation that knows nothing of interfaces."""

    name = "test_interfaces.foreign"

    buffer = result_def(MemRefType)

    def __init__(self):
        super().__init__(result_types=[BUFFER_TYPE])


class Allocation(BufferAllocationInterface):
    @classmethod
    def get_buffer(cls, op: Operation) -> SSAValue:
        return op.results[0]


class NamedAllocation(Allocation):
    @classmethod
    def get_buffer_name(cls, op: Operation) -> str | None:
        return "foreign"


class AllocationInLoop(Allocation, RegionOpInterface):
    """Two interfaces in one."""

    @classmethod
    def get_region_semantics(cls, op: Operation) -> RegionSemantics:
        return RegionSemantics(RegionExecution.SERIAL_LOOP, "test loop")


@pytest.fixture(autouse=True)
def _nothing_stays_attached(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(interfaces, "_ATTACHED", {})


def test_nothing_is_attached() -> None:
    assert get_interface(ForeignOp(), BufferAllocationInterface) is None


def test_attached() -> None:
    interface = Allocation()
    attach_interface(ForeignOp, interface)
    op = ForeignOp()
    assert get_interface(op, BufferAllocationInterface) is interface
    assert interface.get_buffer(op) is op.buffer
    assert interface.get_buffer_name(op) is None
    assert not interface.is_constant(op)
    assert get_interface(op, BufferCallInterface) is None
    assert get_interface(op, BufferEscapeInterface) is None
    assert get_interface(op, RegionOpInterface) is None


def test_last_attached_wins() -> None:
    attach_interface(ForeignOp, Allocation())
    last = NamedAllocation()
    attach_interface(ForeignOp, last)
    assert get_interface(ForeignOp(), BufferAllocationInterface) is last


def test_own_trait_wins() -> None:
    attach_interface(AllocateOp, NamedAllocation())
    op = AllocateOp(BUFFER_TYPE, "own")
    interface = get_interface(op, BufferAllocationInterface)
    assert interface is not None
    assert interface.get_buffer_name(op) == "own"


def test_all_interfaces_of_an_object_are_attached() -> None:
    both = AllocationInLoop()
    attach_interface(ForeignOp, both)
    op = ForeignOp()
    assert get_interface(op, BufferAllocationInterface) is both
    assert get_interface(op, RegionOpInterface) is both
    # Where the values go is not said: anywhere.
    assert both.get_value_flow(op) is None


def test_operation_that_is_not_registered() -> None:
    op = UnregisteredOp.with_name("nobody.knows").create(result_types=[BUFFER_TYPE])
    assert get_interface(op, BufferAllocationInterface) is None


def test_interfaces_of_tir() -> None:
    plain, named = AllocateOp(BUFFER_TYPE), AllocateOp(BUFFER_TYPE, "sid_9")
    interface = get_interface(plain, BufferAllocationInterface)
    assert interface is not None
    assert interface.get_buffer(plain) is plain.buffer
    assert interface.get_buffer_name(plain) is None
    assert interface.get_buffer_name(named) == "sid_9"
    assert not interface.is_constant(plain)
    assert get_interface(cast(Operation, plain), RegionOpInterface) is None
    assert AllocateConstOp.get_trait(BufferAllocationInterface) is not None
    assert ForOp.get_trait(RegionOpInterface) is not None
