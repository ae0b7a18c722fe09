"""Integers that are known before the program runs."""

from __future__ import annotations

from xdsl.dialects.builtin import IntegerAttr
from xdsl.ir import SSAValue
from xdsl.traits import ConstantLike


def constant_integer(value: int | SSAValue) -> int | None:
    """The integer that `value` is, or `None` if it is not the result of a constant operation."""
    if isinstance(value, int):
        return value
    constant = ConstantLike.get_constant_value(value)
    return constant.value.data if isinstance(constant, IntegerAttr) else None
