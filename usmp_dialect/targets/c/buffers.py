"""
What C code knows of a buffer value: a pointer to its first element, and how the others lie.

All pointers are to bytes, whatever the elements: the same memory is read with several types, and
bytes may be read with any.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import prod

from xdsl.dialects.builtin import (
    DYNAMIC_INDEX,
    MemRefType,
    NoneAttr,
    StridedLayoutAttr,
)
from xdsl.ir import Attribute

from usmp_dialect.buffer_type import element_size_bytes, has_identity_layout, strided_layout_of

Extent = int | str | None
"""A number of elements: known, the name of a C variable, or not known at all."""


@dataclass(frozen=True)
class Buffer:
    """
    A buffer value.

    `pointer` is a C operand, the address of the element whose indices are all zero. `sizes` and
    `strides` are in elements, one for each dimension. `origin` is the address that offsets of a
    `memref.reinterpret_cast` count from, `None` if it is not known.
    """

    pointer: str
    element: Attribute
    sizes: tuple[Extent, ...]
    strides: tuple[Extent, ...]
    origin: str | None

    @property
    def element_size(self) -> int | None:
        """The bytes of an element, `None` if they are not known."""
        return element_size_bytes(self.element)

    @property
    def is_contiguous(self) -> bool:
        """Whether the elements are known to follow each other without gaps."""
        return self.strides == row_major_strides(self.sizes)

    @property
    def size_bytes(self) -> int | None:
        """The bytes of all elements, `None` if they are not known."""
        size = self.element_size
        if size is None or not all(isinstance(extent, int) for extent in self.sizes):
            return None
        return size * prod(extent for extent in self.sizes if isinstance(extent, int))


def row_major_strides(sizes: Sequence[Extent]) -> tuple[Extent, ...]:
    """The strides of elements without gaps, as far as they are known."""
    strides: list[Extent] = []
    stride: Extent = 1
    for size in reversed(sizes):
        strides.append(stride)
        stride = product_of(stride, size)
    return tuple(reversed(strides))


def product_of(left: Extent, right: Extent) -> Extent:
    """The product of two numbers, as a C operand if it is not known before."""
    if left == 0 or right == 0:
        return 0
    if left is None or right is None:
        return None
    if isinstance(left, int) and isinstance(right, int):
        return left * right
    if left == 1:
        return right
    return left if right == 1 else f"({left} * {right})"


def buffer_at(pointer: str, type: MemRefType, sizes: Sequence[Extent] = ()) -> Buffer:
    """
    The buffer of a type at the address of its first element. `sizes` has its dynamic extents in
    order, as many as are known.
    """
    given = iter(sizes)
    extents: tuple[Extent, ...] = tuple(
        next(given, None) if extent == DYNAMIC_INDEX else extent for extent in type.get_shape()
    )
    strides, offset = _layout_of(type, extents)
    return Buffer(
        pointer, type.element_type, extents, strides, _origin(pointer, type.element_type, offset)
    )


def _layout_of(
    type: MemRefType, extents: Sequence[Extent]
) -> tuple[tuple[Extent, ...], int | None]:
    """The strides of a type, and how many elements the first is from the origin."""
    layout = type.layout
    if has_identity_layout(type):
        return row_major_strides(extents), 0
    if isinstance(layout, StridedLayoutAttr):
        strides = tuple(None if isinstance(s, NoneAttr) else s.data for s in layout.strides)
        offset = layout.offset
        return strides, None if isinstance(offset, NoneAttr) else offset.data
    known = strided_layout_of(type)
    return ((None,) * len(extents), None) if known is None else (tuple(known.strides), known.offset)


def _origin(pointer: str, element: Attribute, offset: int | None) -> str | None:
    if offset == 0:
        return pointer
    size = element_size_bytes(element)
    if offset is None or size is None:
        return None
    return f"({pointer} {'-' if offset > 0 else '+'} {abs(offset) * size})"


def has_layout_in_c(type: MemRefType) -> bool:
    """Whether the places of the elements can be said in C."""
    if has_identity_layout(type) or isinstance(type.layout, StridedLayoutAttr):
        return True
    return strided_layout_of(type) is not None
