"""Which types may stand for buffers."""

from __future__ import annotations

from xdsl.dialects.builtin import (
    AnyFloat,
    ComplexType,
    IndexType,
    IntegerType,
    MemRefType,
    NoneAttr,
    VectorType,
)
from xdsl.ir import Attribute


def may_be_address(type: Attribute) -> bool:
    """
    Whether a value of this type may stand for a buffer: true for all but plain numbers, so that
    pointers and handles of any dialect are followed.
    """
    if isinstance(type, MemRefType):
        return True
    if isinstance(type, VectorType | ComplexType):
        return may_be_address(type.element_type)
    return not isinstance(type, IntegerType | IndexType | AnyFloat | NoneAttr)


def holds_addresses(type: Attribute) -> bool:
    """Whether buffers of this type may hold addresses of other buffers."""
    return isinstance(type, MemRefType) and may_be_address(type.element_type)
