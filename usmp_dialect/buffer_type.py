"""Sizes of buffers, in bytes, from their types; and how they are aligned."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod
from typing import NamedTuple

from xdsl.dialects.builtin import (
    DYNAMIC_INDEX,
    AffineMapAttr,
    AnyFloat,
    ComplexType,
    IndexType,
    IntegerType,
    MemRefType,
    NoneAttr,
    StridedLayoutAttr,
    VectorType,
)
from xdsl.ir import Attribute
from xdsl.ir.affine import (
    AffineBinaryOpExpr,
    AffineBinaryOpKind,
    AffineConstantExpr,
    AffineDimExpr,
    AffineExpr,
    AffineMap,
)

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


def natural_alignment_of(buffer_type: Attribute) -> int:
    """
    What the address of a memref of this type must be a multiple of, in bytes, for loads and stores
    of its elements as LLVM makes them; 1 for what is not a memref, or has elements of unknown size.
    """
    part = buffer_type.element_type if isinstance(buffer_type, MemRefType) else None
    if isinstance(part, VectorType):
        part = VectorType(part.element_type, part.get_shape()[-1:])
    elif isinstance(part, ComplexType):
        part = part.element_type
    return (None if part is None else element_size_bytes(part)) or 1


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
    The bytes of a buffer of this type whose elements follow each other: its extents times the bytes
    of an element.

    `None` where `extent_bytes_of` is, and for layouts other than the identity: `allocated_bytes_of`
    and `span_bytes_of` have sizes for some of those.
    """
    if isinstance(buffer_type, MemRefType) and has_identity_layout(buffer_type):
        return extent_bytes_of(buffer_type)
    return None


def allocated_bytes_of(buffer_type: Attribute) -> int | None:
    """
    The bytes of an allocation of this type: from its start to the end of the last element, with
    what the layout leaves free before the first one and between them. 0 if there are no elements.

    `None` where `extent_bytes_of` is, and where `strided_layout_of` is or has a negative number.
    """
    if not isinstance(buffer_type, MemRefType) or has_identity_layout(buffer_type):
        return size_bytes_of(buffer_type)
    return _bytes_of_strided(buffer_type, strided_layout_of(buffer_type))


def why_layout_not_sized(buffer_type: MemRefType) -> str | None:
    """Why `allocated_bytes_of` has no size for a layout, `None` if the layout is not the reason."""
    if has_identity_layout(buffer_type):
        return None
    text, strided = f"layout {buffer_type.layout}", strided_layout_of(buffer_type)
    if strided is not None:
        return f"{text}, with a negative stride or offset" if strided.is_negative else None
    if _is_dynamic(buffer_type.layout):
        return f"dynamic {text}"
    return f"{text}, which is not strided"


def _is_dynamic(layout: Attribute) -> bool:
    """Whether a layout has strides or an offset that only the running program knows."""
    if isinstance(layout, AffineMapAttr):
        return layout.data.num_symbols > 0
    return isinstance(layout, StridedLayoutAttr) and None in (
        layout.get_offset(),
        *layout.get_strides(),
    )


def span_bytes_of(buffer_type: Attribute) -> int | None:
    """
    The bytes from the first element of a memref of this type to the end of its last one, wherever
    the first one is.

    `None` where `extent_bytes_of` is, and for strides that are dynamic, negative, or none.
    """
    if not isinstance(buffer_type, MemRefType) or has_identity_layout(buffer_type):
        return size_bytes_of(buffer_type)
    layout = buffer_type.layout
    if isinstance(layout, StridedLayoutAttr):
        strided = _layout_of_strides(layout, 0, buffer_type.get_num_dims())
    else:
        strided = strided_layout_of(buffer_type)
    return _bytes_of_strided(buffer_type, strided and strided._replace(offset=0))


def _bytes_of_strided(buffer_type: MemRefType, layout: StridedLayout | None) -> int | None:
    size = element_size_bytes(buffer_type.element_type)
    if layout is None or layout.is_negative or size is None or not has_static_shape(buffer_type):
        return None
    return size * layout.elements_allocated(buffer_type.get_shape())


class StridedLayout(NamedTuple):
    """
    A layout that is known: the element at indices `i` is `offset + sum(i * strides)` elements after
    the start of the buffer.
    """

    strides: Sequence[int]
    offset: int

    @property
    def is_negative(self) -> bool:
        """Whether some elements may be before the start, or in descending order."""
        return self.offset < 0 or min(self.strides, default=0) < 0

    def elements_allocated(self, shape: Sequence[int]) -> int:
        """
        The elements from the start of the buffer to the last one of a memref of this shape, where
        nothing is negative: 0 if it has none.
        """
        if 0 in shape:
            return 0
        furthest = sum(
            (extent - 1) * stride for extent, stride in zip(shape, self.strides, strict=True)
        )
        return self.offset + furthest + 1


def strided_layout_of(buffer_type: MemRefType) -> StridedLayout | None:
    """
    The layout of a memref, as its `strided<...>` or its affine map to one place says it.

    `None` if it has neither, if a stride or the offset is dynamic, and for affine maps that are no
    sum of multiples of the indices.
    """
    layout, rank = buffer_type.layout, buffer_type.get_num_dims()
    if isinstance(layout, StridedLayoutAttr):
        offset = layout.get_offset()
        return None if offset is None else _layout_of_strides(layout, offset, rank)
    return _layout_of_map(layout.data, rank) if isinstance(layout, AffineMapAttr) else None


def _layout_of_strides(layout: StridedLayoutAttr, offset: int, rank: int) -> StridedLayout | None:
    strides = [stride for stride in layout.get_strides() if stride is not None]
    is_known = len(strides) == len(layout.strides) == rank
    return StridedLayout(strides, offset) if is_known else None


def _layout_of_map(layout: AffineMap, rank: int) -> StridedLayout | None:
    """The strides and the offset of a map from indices to one place, if it is linear in them."""
    if layout.num_symbols or layout.num_dims != rank or len(layout.results) != 1:
        return None
    strides = [0] * rank
    offset = 0
    terms: list[tuple[AffineExpr, int]] = [(layout.results[0], 1)]
    while terms:
        expression, factor = terms.pop()
        match expression:
            case AffineConstantExpr(value):
                offset += factor * value
            case AffineDimExpr(position):
                strides[position] += factor
            case AffineBinaryOpExpr(AffineBinaryOpKind.Add, left, right):
                terms += [(left, factor), (right, factor)]
            case AffineBinaryOpExpr(AffineBinaryOpKind.Mul, term, AffineConstantExpr(value)):
                terms.append((term, factor * value))
            case AffineBinaryOpExpr(AffineBinaryOpKind.Mul, AffineConstantExpr(value), term):
                terms.append((term, factor * value))
            case _:
                return None
    return StridedLayout(strides, offset)
