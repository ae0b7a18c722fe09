"""The `func` dialect: calls."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from xdsl.dialects import func
from xdsl.dialects.builtin import SymbolRefAttr
from xdsl.ir import Operation, SSAValue

from usmp_dialect.interfaces import BufferCallInterface, attach_interface


class _Call(BufferCallInterface):
    @classmethod
    def get_callee(cls, op: Operation) -> SymbolRefAttr:
        return cast(func.CallOp, op).callee

    @classmethod
    def get_arguments(cls, op: Operation) -> Sequence[SSAValue]:
        return cast(func.CallOp, op).arguments


attach_interface(func.CallOp, _Call())
