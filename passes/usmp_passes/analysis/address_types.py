"""Which types may stand for buffers, or for what goes on with them."""

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
from xdsl.ir import Attribute, Operation

_ADDRESS_CLASSES: dict[type[Attribute], bool] = {}
"""Whether types of a class may be addresses, for the classes met so far that decide it."""


def may_be_address(type: Attribute) -> bool:
    """
    Whether a value of this type may stand for a buffer: true for all but plain numbers, so that
    pointers and handles of any dialect are followed.
    """
    known = _ADDRESS_CLASSES.get(type.__class__)
    if known is not None:
        return known
    if isinstance(type, VectorType | ComplexType):
        return may_be_address(type.element_type)
    may_be = not isinstance(type, IntegerType | IndexType | AnyFloat | NoneAttr)
    _ADDRESS_CLASSES[type.__class__] = may_be
    return may_be


def holds_addresses(type: Attribute) -> bool:
    """Whether buffers of this type may hold addresses of other buffers."""
    return isinstance(type, MemRefType) and may_be_address(type.element_type)


def makes_a_handle(op: Operation) -> bool:
    """Whether `op` has a result for others to wait on, which keeps alive what it stands for."""
    return any(may_be_address(result.type) for result in op.results)
