"""An allocation that has its place becomes a view of the pool's memory."""

from __future__ import annotations

from xdsl.dialects import arith, memref
from xdsl.dialects.builtin import (
    IndexType,
    IntegerAttr,
    MemRefType,
    NoneAttr,
    StringAttr,
    i64,
)
from xdsl.ir import Attribute, Operation, SSAValue
from xdsl.rewriter import Rewriter

from usmp_dialect.buffer_type import element_size_bytes, has_identity_layout, strided_layout_of
from usmp_dialect.dialects.usmp import (
    BUFFER,
    BUFFER_INFO,
    CANDIDATE_MEMORY_POOLS,
    FIXED_POOL_ALLOCATION,
    NOT_PLANNED,
    POOL_ALLOCATION,
    SLICES,
    ThreadNumberOp,
)
from usmp_dialect.program import fail
from usmp_passes.rewriting.placement import Placement

_ALIGNMENT = "alignment"

_SPENT = frozenset(
    (
        _ALIGNMENT,
        BUFFER_INFO,
        CANDIDATE_MEMORY_POOLS,
        FIXED_POOL_ALLOCATION,
        NOT_PLANNED,
        POOL_ALLOCATION,
    )
)
"""The attributes of an allocation that say nothing of a view. Others are kept."""


def replace_by_view(placement: Placement, memory: SSAValue) -> None:
    """
    Replaces an allocation by a view of its pool's memory at its offset, of the type and with the
    name hint, location and other attributes of the allocation.

    Raises `AnalysisError` for a type that no cast can make, which is one of numbers past 64 bits.
    """
    op, buffer_type = placement.op, placement.buffer.type
    assert isinstance(buffer_type, MemRefType)
    assert isinstance(memory.type, MemRefType)
    offsets = _offset_ops(placement)
    view_type = _view_type(buffer_type, placement.size_bytes, memory.type.memory_space)
    view = memref.ViewOp(memory, offsets[-1], (), view_type)
    view.attributes[BUFFER] = StringAttr(placement.name)
    if placement.slices is not None:
        view.attributes[SLICES] = IntegerAttr(placement.slices.count, i64)
    if placement.alignment is not None:
        view.attributes[_ALIGNMENT] = IntegerAttr(placement.alignment, i64)
    view.attributes |= {key: value for key, value in op.attributes.items() if key not in _SPENT}
    new_ops = [*offsets, view, *_casts(op, view.result, buffer_type)]
    for new_op in new_ops:
        new_op.location = op.location
    Rewriter.replace_op(op, new_ops)


def _offset_ops(placement: Placement) -> list[Operation]:
    """
    The operations that give the offset in the pool, the last one as its result: a constant, or for
    a buffer with slices, that of the thread.
    """
    base = _constant(placement.byte_offset)
    slices = placement.slices
    if slices is None:
        return [base]
    number = ThreadNumberOp(slices.count)
    number.number.name_hint = "thread"
    stride = _constant(slices.stride_bytes)
    distance = arith.MuliOp(number.number, stride.result)
    distance.result.name_hint = "slice"
    offset = arith.AddiOp(base.result, distance.result)
    offset.result.name_hint = "offset"
    return [base, number, stride, distance, offset]


def _constant(number: int) -> arith.ConstantOp:
    constant = arith.ConstantOp(IntegerAttr(number, IndexType()))
    constant.result.name_hint = "c"
    return constant


def _view_type(buffer_type: MemRefType, size_bytes: int, memory_space: Attribute) -> MemRefType:
    """
    The type that a view of a pool in `memory_space` can have: that of the buffer, mostly. A view
    has no layout: of a buffer that has one, it is a row of all the elements that it reaches over.
    """
    if buffer_type.memory_space == memory_space and isinstance(buffer_type.layout, NoneAttr):
        return buffer_type
    shape = buffer_type.get_shape()
    if not has_identity_layout(buffer_type):
        shape = (_elements(buffer_type, size_bytes),)
    return MemRefType(buffer_type.element_type, shape, NoneAttr(), memory_space)


def _elements(buffer_type: MemRefType, size_bytes: int) -> int:
    element = element_size_bytes(buffer_type.element_type)
    return size_bytes // element if element else 0


def _casts(op: Operation, view: SSAValue[MemRefType], buffer_type: MemRefType) -> list[Operation]:
    """
    What makes the view that stands for the allocation `op` a value of the buffer's type, where one
    of the two spells the memory space that they share in another way, or the buffer has a layout.
    """
    casts: list[Operation] = []
    if view.type.memory_space != buffer_type.memory_space:
        space_cast = memref.MemorySpaceCastOp.from_type_and_target_space(
            view, view.type, buffer_type.memory_space
        )
        casts.append(space_cast)
        view = SSAValue.get(space_cast.dest, type=MemRefType)
    if not has_identity_layout(buffer_type):
        casts.append(_with_layout(op, view, buffer_type))
    elif view.type.layout != buffer_type.layout:
        casts.append(memref.CastOp.get(view, buffer_type))
    return casts


def _with_layout(op: Operation, row: SSAValue, buffer_type: MemRefType) -> Operation:
    """Lays the elements of a buffer out in a `row` of as many elements as it reaches over."""
    layout, shape = strided_layout_of(buffer_type), buffer_type.get_shape()
    assert layout is not None
    if any(number > _LARGEST for number in (layout.offset, *layout.strides, *shape)):
        fail(
            op, f"a buffer of type {buffer_type} has a layout of more than 64 bits: lay it out anew"
        )
    return memref.ReinterpretCastOp(
        row, (), (), (), (layout.offset,), shape, layout.strides, buffer_type
    )


_LARGEST = 2**63 - 1
"""The largest number that a `memref.reinterpret_cast` can have."""
