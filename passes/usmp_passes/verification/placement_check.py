"""What must hold of the place of each buffer, whatever the others are."""

from __future__ import annotations

from collections.abc import Iterator

from xdsl.dialects.builtin import IntegerAttr, MemRefType, NoneAttr, StringAttr
from xdsl.ir import Attribute

from usmp_dialect.dialects.tir import TARGET
from usmp_dialect.dialects.usmp import (
    ALLOCATED_SIZE,
    FIXED_POOL_ALLOCATION,
    READ_WRITE_ACCESS,
    PoolAllocationAttr,
    PoolOp,
    normalized_memory_space,
)
from usmp_dialect.program import fail
from usmp_passes.analysis import BufferInfoAnalysis
from usmp_passes.verification.placed_buffer import PlacedBuffer


def check_pool(pool: PoolOp) -> None:
    """
    Checks that the size that a plan gives to a pool is one it can have. Raises `AnalysisError` if
    it is not.
    """
    size, capacity = pool.attributes.get(ALLOCATED_SIZE), pool.size_hint_bytes
    name = pool.sym_name.data
    if size is None:
        return
    if not isinstance(size, IntegerAttr) or size.value.data < 0:
        fail(pool, f"pool @{name} has {ALLOCATED_SIZE} = {size}, expected a number of bytes")
    if capacity is not None and size.value.data > capacity.value.data:
        fail(
            pool,
            f"pool @{name} has {ALLOCATED_SIZE} {size.value.data}, "
            f"but no more than {capacity.value.data} bytes (size_hint_bytes): plan again",
        )


def check_placement(placed: PlacedBuffer, analysis: BufferInfoAnalysis) -> None:
    """
    Checks that a buffer may be planned at all, is in a pool that it may use, within the pool, and
    aligned. Raises `AnalysisError` if it is not.
    """
    op, buffer = placed.buffer.op, placed.buffer
    if buffer.not_planned is not None:
        fail(
            op,
            f"{placed.text} is in pool @{placed.pool} and must not be: {buffer.not_planned}; "
            "give it memory of its own",
        )
    pool = analysis.pools.pools.get(placed.pool)
    if pool is None:
        fail(
            op,
            f"{placed.text} is in pool @{placed.pool}, which is not declared: "
            f"add usmp.pool @{placed.pool}, or plan again",
        )
    _check_candidates(placed, analysis)
    _check_reach(placed, pool, analysis)
    _check_fixed(placed)
    _check_alignment(placed, pool)
    _check_slices(placed)
    for size, what in _limits(placed, pool):
        if placed.start < 0 or placed.end > size:
            fail(
                op,
                f"{placed.text} is at {placed.bytes_text} of pool @{placed.pool}, "
                f"outside its {size} bytes ({what}): plan again",
            )


def _check_candidates(placed: PlacedBuffer, analysis: BufferInfoAnalysis) -> None:
    if placed.memory is not None:
        return
    candidates = analysis.pools.named_candidates(placed.buffer.op)
    if candidates is not None and placed.pool not in candidates:
        names = ", ".join(f"@{name}" for name in candidates)
        fail(
            placed.buffer.op,
            f"{placed.text} is in pool @{placed.pool}, which is none of its candidates, {names}: "
            "plan again",
        )


def _check_reach(placed: PlacedBuffer, pool: PoolOp, analysis: BufferInfoAnalysis) -> None:
    op, where = placed.buffer.op, f"{placed.text} is in pool @{placed.pool}"
    space, target = _memory_space_of(placed), _target_of(placed, analysis)
    if not pool.serves(space):
        which = "the default memory space" if space == NoneAttr() else f"memory space {space}"
        fail(op, f"{where}, which does not serve {which}: plan again")
    code = "code without a target" if target is None else f'target "{target}"'
    access = pool.access_of(target)
    if access is None:
        fail(op, f"{where}, which {code} does not reach: plan again")
    if placed.buffer.is_constant and access == READ_WRITE_ACCESS:
        fail(op, f"{where} and constant, but {code} may write there: plan again")
    if not placed.buffer.is_constant and access != READ_WRITE_ACCESS:
        fail(op, f"{where}, which {code} may only read: plan again")


def _memory_space_of(placed: PlacedBuffer) -> Attribute:
    type = placed.value.type
    space = type.memory_space if isinstance(type, MemRefType) else NoneAttr()
    return normalized_memory_space(space)


def _target_of(placed: PlacedBuffer, analysis: BufferInfoAnalysis) -> str | None:
    function = placed.buffer.function
    op = None if function is None else analysis.summaries[function].op
    target = None if op is None else op.get_attr_or_prop(TARGET)
    if op is None or target is None:
        return None
    if not isinstance(target, StringAttr):
        fail(op, f"@{function} has the target {target}, expected a string")
    return target.data


def _check_fixed(placed: PlacedBuffer) -> None:
    fixed = placed.buffer.op.attributes.get(FIXED_POOL_ALLOCATION)
    if fixed is None:
        return
    if not isinstance(fixed, PoolAllocationAttr):
        fail(
            placed.buffer.op,
            f"{placed.text} has {FIXED_POOL_ALLOCATION} = {fixed}, "
            "expected #usmp.pool_allocation<...>",
        )
    pool, offset = fixed.pool.root_reference.data, fixed.byte_offset.data
    if (pool, offset) != (placed.pool, placed.start):
        fail(
            placed.buffer.op,
            f"{placed.text} is at byte {placed.start} of pool @{placed.pool}, "
            f"but {FIXED_POOL_ALLOCATION} is byte {offset} of pool @{pool}: plan again",
        )


def _check_alignment(placed: PlacedBuffer, pool: PoolOp) -> None:
    op, required = placed.buffer.op, placed.alignment
    if placed.start % required:
        fail(
            op,
            f"{placed.text} is at byte {placed.start} of pool @{placed.pool}, "
            f"which is not a multiple of its alignment, {required}: plan again",
        )
    if pool.alignment is not None and required > pool.alignment.value.data:
        fail(
            op,
            f"{placed.text} has alignment {required}, but pool @{placed.pool} itself "
            f"{pool.alignment.value.data}: raise the pool's alignment",
        )
    made_by = None if placed.memory is None else placed.memory.made_by
    if made_by is not None:
        own = 1 if made_by.alignment is None else made_by.alignment.value.data
        if required > own:
            fail(
                op,
                f"{placed.text} has alignment {required}, but @{made_by.sym_name.data}, "
                f"the memory of pool @{placed.pool}, {own}: raise the alignment of the global",
            )


def _check_slices(placed: PlacedBuffer) -> None:
    slices = placed.slices
    if slices is None:
        return
    stride, size = slices.stride_bytes, placed.buffer.size_bytes
    if placed.buffer.is_constant:
        fail(
            placed.buffer.op,
            f"{placed.text} is constant and has {slices.count} slices: all threads read the same",
        )
    if size is not None and stride < size:
        fail(
            placed.buffer.op,
            f"{placed.text} has {slices.count} slices of {size} bytes, which are only {stride} "
            "bytes apart, so that those of two threads overlap: plan again",
        )
    if stride % placed.alignment:
        fail(
            placed.buffer.op,
            f"{placed.text} has slices that are {stride} bytes apart, which is not a multiple of "
            f"its alignment, {placed.alignment}: plan again",
        )


def _limits(placed: PlacedBuffer, pool: PoolOp) -> Iterator[tuple[int, str]]:
    """The sizes that bind a buffer, in bytes, and where each comes from."""
    if placed.memory is not None:
        yield placed.memory.size_bytes, str(placed.memory.value.type)
    if pool.size_hint_bytes is not None:
        yield pool.size_hint_bytes.value.data, "size_hint_bytes"
    size = pool.attributes.get(ALLOCATED_SIZE)
    if isinstance(size, IntegerAttr):
        yield size.value.data, ALLOCATED_SIZE
