"""Constants of type `index`, one for each value and function."""

from __future__ import annotations

from xdsl.dialects import arith
from xdsl.dialects.builtin import IndexType, IntegerAttr
from xdsl.ir import Operation, Region, SSAValue


class IndexConstants:
    """
    Defines constants at the start of the regions that are isolated from above, where all that is
    inside can use them: loops share their bounds, and nothing is computed again in a loop.
    """

    def __init__(self) -> None:
        self._values: dict[tuple[Region, int], SSAValue] = {}
        self._last: dict[Region, Operation] = {}

    def get(self, scope: Region, value: int) -> SSAValue:
        """The constant `value` in `scope`, which has a block."""
        known = self._values.get((scope, value))
        if known is not None:
            return known
        constant = arith.ConstantOp(IntegerAttr(value, IndexType()))
        constant.result.name_hint = f"c{value}" if value >= 0 else f"cm{-value}"
        self._insert(scope, constant)
        self._values[scope, value] = constant.result
        return constant.result

    def _insert(self, scope: Region, constant: Operation) -> None:
        block = scope.first_block
        assert block is not None
        last = self._last.get(scope)
        if last is not None:
            block.insert_op_after(constant, last)
        elif block.first_op is not None:
            block.insert_op_before(constant, block.first_op)
        else:
            block.add_op(constant)
        self._last[scope] = constant
