"""Sizes of buffers, in bytes, from their types; and how they are aligned."""

from __future__ import annotations

from math import prod

from xdsl.dialects.builtin import (
    DYNAMIC_INDEX,
    AffineMapAttr,
    AnyFloat,
    ComplexType,
    IndexType,
    IntegerType,
    MemRefType,
    NoneAttr,
    VectorType,
)
from xdsl.ir import Attribute
from xdsl.ir.affine import AffineMap

INDEX_SIZE_BYTES = 8
"""The size of an `index` in memory."""

DEFAULT_ALIGNMENT = 16
"""The alignment, in bytes, of a buffer that asks for none."""


def element_size_bytes(element_type: Attribute) -> int | None:
    """
    The bytes one element takes in memory, `None` if that is not known.

    Types narrower than a byte take a whole one, also as the lanes of a vector. Numbers and rows of
    vectors whose bytes are not a power of two take up to the next: that is how far apart LLVM
    lays the elements of an `i24`, an `f80` or a `vector<3xf32>`.
    """
    # The numbers come first: this is asked for every access.
    if isinstance(element_type, IntegerType | AnyFloat):
        return _next_power_of_two((element_type.bitwidth + 7) // 8)
    if isinstance(element_type, IndexType):
        return INDEX_SIZE_BYTES
    if isinstance(element_type, ComplexType):
        part = element_size_bytes(element_type.element_type)
        return None if part is None else 2 * part
    if isinstance(element_type, VectorType):
        return _vector_size_bytes(element_type)
    return None


def _vector_size_bytes(vector_type: VectorType) -> int | None:
    lane = element_size_bytes(vector_type.element_type)
    is_scalable = any(bool(dimension) for dimension in vector_type.scalable_dims)
    if lane is None or is_scalable:
        return None
    *outer, row = vector_type.get_shape() or (1,)
    return prod(outer) * _next_power_of_two(lane * row)


def _next_power_of_two(size: int) -> int:
    return 1 << (size - 1).bit_length() if size else 0


def has_static_shape(buffer_type: MemRefType) -> bool:
    """Whether every extent is known."""
    return all(extent.data != DYNAMIC_INDEX for extent in buffer_type.shape)


def has_identity_layout(buffer_type: MemRefType) -> bool:
    """Whether the layout says outright that the elements follow each other in row-major order."""
    layout = buffer_type.layout
    if isinstance(layout, AffineMapAttr):
        return layout.data == AffineMap.identity(buffer_type.get_num_dims())
    return isinstance(layout, NoneAttr)


def extent_bytes_of(buffer_type: Attribute) -> int | None:
    """
    The bytes of all elements of a memref of this type, without the gaps its layout may leave.

    `None` for what is not a memref, for dynamic extents, and for elements of unknown size.
    """
    if not isinstance(buffer_type, MemRefType):
        return None
    size = element_size_bytes(buffer_type.element_type)
    if size is None:
        return None
    for extent in buffer_type.shape.data:
        if extent.data == DYNAMIC_INDEX:
            return None
        size *= extent.data
    return size


def size_bytes_of(buffer_type: Attribute) -> int | None:
    """
    The bytes a buffer of this type takes in memory: its extents times the bytes of an element.

    `None` where `extent_bytes_of` is, and for layouts other than the identity.
    """
    if isinstance(buffer_type, MemRefType) and has_identity_layout(buffer_type):
        return extent_bytes_of(buffer_type)
    return None
