"""Where a plan puts a buffer, read from the program and checked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from xdsl.dialects.builtin import IntegerAttr, MemRefType, NoneAttr, i8
from xdsl.ir import Attribute, Operation, Region, SSAValue

from usmp_dialect.buffer_type import allocated_bytes_of
from usmp_dialect.dialects.usmp import (
    ALLOCATED_SIZE,
    BUFFER_INFO,
    POOL_ALLOCATION,
    BufferInfoAttr,
    PoolAllocationAttr,
    PoolOp,
    Slices,
)
from usmp_dialect.interfaces import BufferAllocationInterface, get_interface
from usmp_dialect.program import Function, fail
from usmp_passes.analysis.names import NameHint, unique_names


@dataclass(frozen=True, eq=False, slots=True)
class PlannedPool:
    """A pool in which the plan has put something."""

    op: PoolOp
    name: str
    allocated_size: int
    """In bytes."""

    type: MemRefType
    """The type of the pool's memory: an array of bytes in the pool's memory space."""


@dataclass(frozen=True, eq=False, slots=True)
class Scope:
    """A region whose operations see no values from around it: a function's body, most often."""

    function: Function
    region: Region

    @property
    def is_function(self) -> bool:
        """Whether this is all of the function, so that its parameters are seen."""
        return self.region is self.function.body


@dataclass(frozen=True, eq=False, slots=True)
class Placement:
    """An allocation that the plan puts in a pool."""

    op: Operation
    buffer: SSAValue
    name: str
    """Unique among the placements of the program."""

    pool: PlannedPool
    byte_offset: int
    size_bytes: int
    """Of one slice."""

    slices: Slices | None
    """Those of a buffer that has one for each thread, the first of them at `byte_offset`."""

    alignment: int | None
    """In bytes, `None` if nothing says what the buffer needs."""

    is_constant: bool
    scope: Scope

    @property
    def end(self) -> int:
        """The byte of the pool after the last one of the buffer."""
        if self.slices is None:
            return self.byte_offset + self.size_bytes
        return self.byte_offset + self.slices.total_bytes(self.size_bytes)

    def __str__(self) -> str:
        return f"buffer '{self.name}' of @{self.scope.function.name}"


def read_placements(
    allocations: Sequence[tuple[Operation, Scope]], pools: Mapping[str, PoolOp]
) -> list[Placement]:
    """
    The placements that allocations with a `pool_allocation` have.

    Raises `AnalysisError` for one that no plan can have made: in a pool that is not declared or has
    no size, past the pool's end, misaligned, in a memory space that the pool does not serve, of a
    buffer whose size is not known, or of a constant where there are buffers that are written.
    """
    names = unique_names([_name_hint(op, scope.function) for op, scope in allocations])
    planned: dict[str, PlannedPool] = {}
    placements: list[Placement] = []
    for name, (op, scope) in zip(names, allocations, strict=True):
        what = f"buffer '{name}' of @{scope.function.name}"
        place = _pool_allocation_of(op, what)
        pool_name = place.pool.root_reference.data
        if pool_name not in planned:
            planned[pool_name] = _planned_pool(op, what, pool_name, pools)
        placements.append(_placement(op, name, scope, planned[pool_name], place))
    for placement in placements:
        _check(placement)
    _check_contents(placements)
    return placements


def _pool_allocation_of(op: Operation, what: str) -> PoolAllocationAttr:
    attribute = op.attributes[POOL_ALLOCATION]
    if not isinstance(attribute, PoolAllocationAttr):
        fail(
            op,
            f"{what} has {POOL_ALLOCATION} {attribute}, "
            "expected #usmp.pool_allocation<@pool, byte_offset = N>",
        )
    return attribute


def _name_hint(op: Operation, function: Function) -> NameHint:
    """What the planner calls a buffer, or would."""
    info = op.attributes.get(BUFFER_INFO)
    if isinstance(info, BufferInfoAttr):
        return NameHint(info.data.name, is_explicit=True)
    interface = _allocation_interface(op)
    explicit = interface.get_buffer_name(op)
    if explicit is not None:
        return NameHint(explicit, is_explicit=True)
    return NameHint(interface.get_buffer(op).name_hint or function.name, is_explicit=False)


def _allocation_interface(op: Operation) -> BufferAllocationInterface:
    interface = get_interface(op, BufferAllocationInterface)
    assert interface is not None
    return interface


def _planned_pool(op: Operation, what: str, name: str, pools: Mapping[str, PoolOp]) -> PlannedPool:
    pool = pools.get(name)
    if pool is None:
        known = f", which has {_list(pools)}" if pools else ""
        fail(
            op,
            f"{what} is placed in pool @{name}, which is not declared in the module{known}: "
            "run usmp-plan-memory on the program as it is now",
        )
    size = pool.attributes.get(ALLOCATED_SIZE)
    if not isinstance(size, IntegerAttr) or size.value.data < 0:
        fail(
            op,
            f"{what} is placed in pool @{name}, which has "
            f"{f'no {ALLOCATED_SIZE}' if size is None else f'{ALLOCATED_SIZE} {size}'}: "
            "run usmp-plan-memory, which sets it",
        )
    bytes_of_pool, space = size.value.data, pool.memory_space
    memory_type = MemRefType(
        i8, [bytes_of_pool], NoneAttr(), NoneAttr() if space is None else space
    )
    return PlannedPool(pool, name, bytes_of_pool, memory_type)


def _list(pools: Iterable[str]) -> str:
    return ", ".join(f"@{name}" for name in pools)


def _placement(
    op: Operation, name: str, scope: Scope, pool: PlannedPool, place: PoolAllocationAttr
) -> Placement:
    interface = _allocation_interface(op)
    buffer = interface.get_buffer(op)
    size_bytes = allocated_bytes_of(buffer.type)
    if size_bytes is None or len(op.results) != 1:
        fail(
            op,
            f"buffer '{name}' of @{scope.function.name} has {POOL_ALLOCATION}, "
            f"but one of type {buffer.type} cannot be planned: remove it",
        )
    return Placement(
        op,
        buffer,
        name,
        pool,
        place.byte_offset.data,
        size_bytes,
        place.slices,
        _alignment_of(op),
        interface.is_constant(op),
        scope,
    )


def _alignment_of(op: Operation) -> int | None:
    """The alignment that the planner found, or that the program asks for."""
    info = op.attributes.get(BUFFER_INFO)
    if isinstance(info, BufferInfoAttr):
        return info.data.alignment
    own = op.get_attr_or_prop("alignment")
    return own.value.data if isinstance(own, IntegerAttr) else None


def _check(placement: Placement) -> None:
    op, pool, alignment = placement.op, placement.pool, placement.alignment
    advice = "run usmp-plan-memory again, or usmp-verify-plan to see all that is wrong"
    if placement.end > pool.allocated_size:
        fail(
            op,
            f"{placement} is placed at bytes {placement.byte_offset} to {placement.end} "
            f"of pool @{pool.name}, whose {ALLOCATED_SIZE} is {pool.allocated_size}: {advice}",
        )
    if alignment and placement.byte_offset % alignment:
        fail(
            op,
            f"{placement} is placed at byte {placement.byte_offset} of pool @{pool.name}, "
            f"which is not a multiple of its alignment {alignment}: {advice}",
        )
    _check_slices(placement, advice)
    space = _memory_space(placement.buffer.type)
    if not pool.op.serves(space):
        fail(
            op,
            f"{placement} of type {placement.buffer.type} is placed in pool @{pool.name}, "
            f"which does not serve its memory space: {advice}",
        )


def _check_slices(placement: Placement, advice: str) -> None:
    slices = placement.slices
    if slices is None:
        return
    if placement.is_constant:
        fail(placement.op, f"{placement} is constant, and cannot have slices: {advice}")
    if slices.stride_bytes < placement.size_bytes:
        fail(
            placement.op,
            f"{placement} has slices that are {slices.stride_bytes} bytes apart, fewer than its "
            f"{placement.size_bytes}: {advice}",
        )
    if placement.alignment and slices.stride_bytes % placement.alignment:
        fail(
            placement.op,
            f"{placement} has slices that are {slices.stride_bytes} bytes apart, which is not a "
            f"multiple of its alignment {placement.alignment}: {advice}",
        )


def _check_contents(placements: Iterable[Placement]) -> None:
    """A pool holds constants or it holds buffers that are written."""
    first: dict[PlannedPool, Placement] = {}
    for placement in placements:
        other = first.setdefault(placement.pool, placement)
        if other.is_constant is not placement.is_constant:
            constant, written = (other, placement) if other.is_constant else (placement, other)
            fail(
                placement.op,
                f"pool @{placement.pool.name} holds constant {constant} and {written}, "
                'which is written: constants need a pool of their own, with access "ro"',
            )


def _memory_space(buffer_type: Attribute) -> Attribute:
    return buffer_type.memory_space if isinstance(buffer_type, MemRefType) else NoneAttr()
