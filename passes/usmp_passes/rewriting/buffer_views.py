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

from usmp_dialect.dialects.usmp import (
    BUFFER,
    BUFFER_INFO,
    CANDIDATE_MEMORY_POOLS,
    FIXED_POOL_ALLOCATION,
    NOT_PLANNED,
    POOL_ALLOCATION,
)
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
    """
    op, buffer_type = placement.op, placement.buffer.type
    assert isinstance(buffer_type, MemRefType)
    assert isinstance(memory.type, MemRefType)
    offset = arith.ConstantOp(IntegerAttr(placement.byte_offset, IndexType()))
    offset.result.name_hint = "c"
    view = memref.ViewOp(memory, offset, (), _view_type(buffer_type, memory.type.memory_space))
    view.attributes[BUFFER] = StringAttr(placement.name)
    if placement.alignment is not None:
        view.attributes[_ALIGNMENT] = IntegerAttr(placement.alignment, i64)
    view.attributes |= {key: value for key, value in op.attributes.items() if key not in _SPENT}
    new_ops = [offset, view, *_casts(view.result, buffer_type)]
    for new_op in new_ops:
        new_op.location = op.location
    Rewriter.replace_op(op, new_ops)


def _view_type(buffer_type: MemRefType, memory_space: Attribute) -> MemRefType:
    """The type that a view of a pool in `memory_space` can have: that of the buffer, mostly."""
    if buffer_type.memory_space == memory_space and isinstance(buffer_type.layout, NoneAttr):
        return buffer_type
    return MemRefType(buffer_type.element_type, buffer_type.shape, NoneAttr(), memory_space)


def _casts(view: SSAValue[MemRefType], buffer_type: MemRefType) -> list[Operation]:
    """
    What makes a view of a pool a value of the buffer's type, where one of the two spells the memory
    space that they share, or the layout, in another way.
    """
    casts: list[Operation] = []
    if view.type.memory_space != buffer_type.memory_space:
        space_cast = memref.MemorySpaceCastOp.from_type_and_target_space(
            view, view.type, buffer_type.memory_space
        )
        casts.append(space_cast)
        view = SSAValue.get(space_cast.dest, type=MemRefType)
    if view.type.layout != buffer_type.layout:
        casts.append(memref.CastOp.get(view, buffer_type))
    return casts
