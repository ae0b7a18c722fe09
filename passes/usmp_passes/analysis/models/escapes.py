"""The ways in which an address gets away, shared by the dialects that have them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from xdsl.ir import Operation, SSAValue

from usmp_dialect.interfaces import BufferEscapeInterface
from usmp_passes.analysis.address_types import may_be_address
from usmp_passes.analysis.operation_names import operation_name


@dataclass(frozen=True)
class StoresAnOperand(BufferEscapeInterface):
    """
    The operation writes one of its operands to memory: if that is an address, it may be read back
    anywhere.
    """

    operand: int

    def get_escaping_operands(self, op: Operation) -> Iterable[SSAValue]:
        return (op.operands[self.operand],)

    def get_reason(self, op: Operation) -> str:
        return "stored in memory"


class AccessesLater(BufferEscapeInterface):
    """The operation starts accesses that go on while the program does."""

    def get_escaping_operands(self, op: Operation) -> Iterable[SSAValue]:
        return op.operands

    def get_reason(self, op: Operation) -> str:
        return f"accessed by {operation_name(op)} while the program goes on"


class CastsToNumber(BufferEscapeInterface):
    """The operation may make a number of an address, which then cannot be followed."""

    def get_escaping_operands(self, op: Operation) -> Iterable[SSAValue]:
        is_followed = all(may_be_address(result.type) for result in op.results)
        return () if is_followed else op.operands

    def get_reason(self, op: Operation) -> str:
        return f"turned into a number by {operation_name(op)}"


class TakesTheAddress(BufferEscapeInterface):
    """The operation makes an integer of an address, with which anything may be done."""

    def get_escaping_operands(self, op: Operation) -> Iterable[SSAValue]:
        return op.operands

    def get_reason(self, op: Operation) -> str:
        return f"turned into an integer by {operation_name(op)}"


class FreesOperands(BufferEscapeInterface):
    """The operation gives the memory of its operands back, which must not be that of a pool."""

    def get_escaping_operands(self, op: Operation) -> Iterable[SSAValue]:
        return op.operands

    def get_reason(self, op: Operation) -> str:
        return f"freed by {operation_name(op)}"
