"""The `builtin` dialect: casts between types that have nothing in common."""

from __future__ import annotations

from collections.abc import Iterable

from xdsl.dialects.builtin import UnrealizedConversionCastOp
from xdsl.ir import Operation, SSAValue

from usmp_dialect.interfaces import BufferEscapeInterface, attach_interface
from usmp_passes.analysis.address_types import may_be_address


class _CastToNumber(BufferEscapeInterface):
    """A cast to a number leaves nothing that could be followed."""

    def get_escaping_operands(self, op: Operation) -> Iterable[SSAValue]:
        is_followed = all(may_be_address(result.type) for result in op.results)
        return () if is_followed else op.operands

    def get_reason(self, op: Operation) -> str:
        return f"turned into a number by {op.name}"


attach_interface(UnrealizedConversionCastOp, _CastToNumber())
