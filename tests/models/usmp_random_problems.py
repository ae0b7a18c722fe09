"""Random placement problems, and a checker of plans that shares nothing with the planner."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations

from hypothesis import strategies as st

from usmp_passes.planning import (
    UNRESTRICTED_SIZE_HINT,
    BufferInfo,
    PlacementProblem,
    Plan,
    PoolAllocation,
    PoolInfo,
)

_LAST_POINT = 24


@st.composite
def live_ranges(draw: st.DrawFn) -> tuple[tuple[int, int], ...]:
    """Up to three closed ranges, ascending and apart."""
    count = draw(st.sampled_from((1, 1, 1, 2, 3)))
    bounds = draw(
        st.lists(
            st.integers(0, _LAST_POINT), min_size=2 * count, max_size=2 * count, unique=True
        ).map(sorted)
    )
    return tuple(zip(bounds[::2], bounds[1::2], strict=True))


@st.composite
def pools(draw: st.DrawFn) -> list[PoolInfo]:
    """One to six pools, with and without capacity, alignment and access."""
    capacities = st.one_of(st.just(UNRESTRICTED_SIZE_HINT), st.integers(16, 400))
    made = [
        PoolInfo(
            f"pool_{number}",
            draw(capacities),
            draw(st.sampled_from((None, None, 16, 64))),
        )
        for number in range(draw(st.integers(1, 5)))
    ]
    if draw(st.booleans()):
        made.append(PoolInfo("constants", draw(capacities), None, PoolInfo.READ_ONLY_ACCESS))
    return made


@st.composite
def buffers(draw: st.DrawFn, number: int, of_pools: list[PoolInfo]) -> BufferInfo:
    """A buffer that can be in one of the pools at least, sizes left aside."""
    is_constant = draw(st.sampled_from((False, False, False, True)))
    alignment = draw(st.sampled_from((1, 2, 4, 16)))
    usable = [p for p in of_pools if is_constant or p.access == PoolInfo.READ_WRITE_ACCESS]
    candidates = draw(st.permutations(usable))[: draw(st.integers(1, len(usable)))]
    return BufferInfo(
        f"b{number}",
        draw(st.integers(0, 160)),
        tuple(candidates),
        alignment,
        draw(st.one_of(live_ranges(), live_ranges(), st.none())),
        traffic_bytes=draw(st.one_of(st.none(), st.integers(0, 500))),
        is_constant=is_constant,
    )


@st.composite
def placement_problems(
    draw: st.DrawFn, max_buffers: int = 12, may_be_fixed: bool = True
) -> PlacementProblem:
    """Problems with several ranges a buffer, conflicts by name, mixed alignments and fixed ones."""
    of_pools = draw(pools())
    made = [draw(buffers(number, of_pools)) for number in range(draw(st.integers(1, max_buffers)))]
    names = [buffer.name for buffer in made]
    with_conflicts: list[BufferInfo] = []
    for buffer in made:
        others = [name for name in names if name != buffer.name]
        conflicts: tuple[str, ...] | None = None
        if others and (buffer.live is None or draw(st.integers(0, 4)) == 0):
            conflicts = tuple(draw(st.lists(st.sampled_from(others), max_size=4, unique=True)))
        elif buffer.live is None:
            conflicts = ()
        with_conflicts.append(replace(buffer, conflicts=conflicts))
    if may_be_fixed and draw(st.integers(0, 3)) == 0:
        with_conflicts[0] = _fixed(draw, with_conflicts[0])
    return PlacementProblem(with_conflicts, of_pools)


def _fixed(draw: st.DrawFn, buffer: BufferInfo) -> BufferInfo:
    pool = draw(st.sampled_from(buffer.pool_candidates))
    room = 400 if pool.capacity is None else pool.capacity - buffer.size_bytes
    if room < 0 or buffer.alignment > (pool.alignment or buffer.alignment):
        return buffer
    offset = draw(st.integers(0, room // buffer.alignment)) * buffer.alignment
    return replace(buffer, fixed_allocation=PoolAllocation(pool, offset))


# What a plan must be, pair by pair and point by point


def points_of(buffer: BufferInfo) -> set[int]:
    """The program points at which a buffer is live."""
    return {p for first, last in buffer.live or () for p in range(first, last + 1)}


def are_in_conflict(one: BufferInfo, other: BufferInfo) -> bool:
    """Whether two buffers may not share a byte."""
    if not one.size_bytes or not other.size_bytes:
        return False
    return (
        (one.is_constant and other.is_constant)
        or bool(points_of(one) & points_of(other))
        or other.name in (one.conflicts or ())
        or one.name in (other.conflicts or ())
    )


def bytes_of(buffer: BufferInfo, allocation: PoolAllocation) -> range:
    """The bytes of its pool that a buffer takes."""
    return range(allocation.byte_offset, allocation.byte_offset + buffer.size_bytes)


def faults_of(problem: PlacementProblem, plan: Plan) -> list[str]:
    """What is wrong with a plan, found by looking at every pair of buffers."""
    faults: list[str] = []
    if list(plan.allocations) != [buffer.name for buffer in problem.buffers]:
        return ["not the buffers of the problem, in its order"]
    for buffer in problem.buffers:
        place = plan.allocations[buffer.name]
        pool = place.pool_info
        if pool not in buffer.pool_candidates:
            faults.append(f"{buffer.name} in a pool that it may not use")
        if pool.access == "ro" and not buffer.is_constant:
            faults.append(f"{buffer.name} is written in a read-only pool")
        if pool.alignment is not None and buffer.alignment > pool.alignment:
            faults.append(f"{buffer.name} in a pool that starts unaligned")
        if place.byte_offset % buffer.alignment or place.byte_offset < 0:
            faults.append(f"{buffer.name} misaligned")
        if pool.capacity is not None and bytes_of(buffer, place).stop > pool.capacity:
            faults.append(f"{buffer.name} leaves its pool")
        if buffer.fixed_allocation is not None and buffer.fixed_allocation != place:
            faults.append(f"{buffer.name} is not where it must be")
    for one, other in combinations(problem.buffers, 2):
        a, b = plan.allocations[one.name], plan.allocations[other.name]
        if (
            a.pool_info == b.pool_info
            and are_in_conflict(one, other)
            and set(bytes_of(one, a)) & set(bytes_of(other, b))
        ):
            faults.append(f"{one.name} and {other.name} overlap")
    for usage in plan.pool_usages:
        ends = [
            bytes_of(buffer, place).stop
            for buffer in problem.buffers
            if (place := plan.allocations[buffer.name]).pool_info == usage.pool_info
        ]
        if max(ends, default=0) > usage.size_bytes:
            faults.append(f"{usage.pool_info.name} is smaller than what is in it")
    return faults
