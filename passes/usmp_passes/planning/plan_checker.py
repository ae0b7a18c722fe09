"""
Whether a plan keeps to its problem.

Shares nothing with the algorithms: it reads the problem itself, and looks at live ranges by going
through the program points in order with the byte ranges of each pool that are taken.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping
from itertools import pairwise
from typing import NoReturn

from usmp_passes.planning.plan import Plan
from usmp_passes.planning.problem import (
    BufferInfo,
    PlacementProblem,
    PoolAllocation,
    PoolInfo,
    why_not_in,
)


class PlanError(Exception):
    """A plan that is wrong; the message says what is, and names the buffers."""


def check_plan(problem: PlacementProblem, plan: Plan) -> None:
    """
    Checks that each buffer is in a pool that it may be in, aligned and inside the capacity, and
    that no two that conflict overlap; and that the sizes of the pools cover what is in them.

    Raises `PlanError`.
    """
    check_allocations(problem, plan.allocations)
    sizes = {usage.pool_info.name: usage.size_bytes for usage in plan.pool_usages}
    for buffer in problem.buffers:
        allocation = plan.allocations[buffer.name]
        size = sizes.get(allocation.pool_info.name, 0)
        if allocation.byte_offset + buffer.size_bytes > size:
            raise PlanError(f"{_describe(buffer, allocation)} ends above the pool's {size} bytes")


def check_allocations(problem: PlacementProblem, allocations: Mapping[str, PoolAllocation]) -> None:
    """The same for allocations by the buffer's name. Raises `PlanError`."""
    pools = {pool.name: pool for pool in problem.pools}
    for buffer in problem.buffers:
        allocation = allocations.get(buffer.name)
        if allocation is None:
            raise PlanError(f"buffer '{buffer.name}' has no place")
        _check_by_itself(buffer, allocation, pools)
    if len(allocations) > len(problem.buffers):
        unknown = next(name for name in allocations if name not in problem.index_of)
        raise PlanError(f"buffer '{unknown}' is not one of the problem")
    _check_ranges(problem, allocations)
    _check_constants(problem, allocations)
    _check_conflicts(problem, allocations)


def _describe(buffer: BufferInfo, allocation: PoolAllocation) -> str:
    start = allocation.byte_offset
    return (
        f"buffer '{buffer.name}', bytes {start} to {start + buffer.size_bytes} "
        f"of pool '{allocation.pool_info.name}',"
    )


def _check_by_itself(
    buffer: BufferInfo, allocation: PoolAllocation, pools: Mapping[str, PoolInfo]
) -> None:
    pool, offset = allocation.pool_info, allocation.byte_offset
    if type(offset) is not int:
        raise PlanError(f"buffer '{buffer.name}' has the offset {offset!r}, expected bytes")
    what = _describe(buffer, allocation)
    if pools.get(pool.name) != pool:
        raise PlanError(f"{what} is in a pool that is not one of the problem")
    if buffer.fixed_allocation is not None and buffer.fixed_allocation != allocation:
        raise PlanError(f"{what} is fixed elsewhere")
    if pool not in buffer.pool_candidates:
        raise PlanError(f"{what} is in a pool that is not one of its candidates")
    if (why := why_not_in(buffer, pool)) is not None:
        raise PlanError(f"{what} cannot be there: {why}")
    if offset < 0 or offset % buffer.alignment:
        raise PlanError(f"{what} is not aligned to {buffer.alignment} bytes")
    if pool.capacity is not None and offset + buffer.size_bytes > pool.capacity:
        raise PlanError(f"{what} leaves the pool's {pool.capacity} bytes")


def _check_ranges(problem: PlacementProblem, allocations: Mapping[str, PoolAllocation]) -> None:
    taken: dict[str, list[tuple[int, int, int]]] = {pool.name: [] for pool in problem.pools}
    entries: list[tuple[int, int, int]] = []
    pools: list[list[tuple[int, int, int]]] = []
    events: list[tuple[int, int, int]] = []
    for index, buffer in enumerate(problem.buffers):
        place = allocations[buffer.name]
        pools.append(taken[place.pool_info.name])
        entries.append((place.byte_offset, place.byte_offset + buffer.size_bytes, index))
        if buffer.size_bytes:
            for first, last in buffer.live or ():
                # At one point, buffers come to life before others end.
                events.append((first, 0, index))
                events.append((last, 1, index))
    events.sort()
    for point, is_end, index in events:
        # The bytes that are taken of the pool, ascending and apart.
        in_pool, entry = pools[index], entries[index]
        place = bisect_left(in_pool, entry)
        if is_end:
            del in_pool[place]
            continue
        if place < len(in_pool) and in_pool[place][0] < entry[1]:
            _fail_on_pair(problem, allocations, index, in_pool[place][2], _at(point))
        if place and in_pool[place - 1][1] > entry[0]:
            _fail_on_pair(problem, allocations, index, in_pool[place - 1][2], _at(point))
        in_pool.insert(place, entry)


def _at(point: int) -> str:
    return f"at program point {point}"


def _check_constants(problem: PlacementProblem, allocations: Mapping[str, PoolAllocation]) -> None:
    constants = [i for i, buffer in enumerate(problem.buffers) if buffer.is_constant]
    places = {i: allocations[problem.buffers[i].name] for i in constants}
    by_place = sorted(
        (i for i in constants if problem.buffers[i].size_bytes),
        key=lambda i: (places[i].pool_info.name, places[i].byte_offset),
    )
    for one, other in pairwise(by_place):
        _check_pair(problem, allocations, one, other, "all the time, being constants")


def _check_conflicts(problem: PlacementProblem, allocations: Mapping[str, PoolAllocation]) -> None:
    for index, buffer in enumerate(problem.buffers):
        for name in buffer.conflicts or ():
            other = problem.index_of[name]
            _check_pair(problem, allocations, index, other, "as their conflicts say")


def _check_pair(
    problem: PlacementProblem,
    allocations: Mapping[str, PoolAllocation],
    one: int,
    other: int,
    when: str,
) -> None:
    a, b = problem.buffers[one], problem.buffers[other]
    at_a, at_b = allocations[a.name], allocations[b.name]
    if (
        at_a.pool_info.name == at_b.pool_info.name
        and at_a.byte_offset < at_b.byte_offset + b.size_bytes
        and at_b.byte_offset < at_a.byte_offset + a.size_bytes
        and a.size_bytes
        and b.size_bytes
    ):
        _fail_on_pair(problem, allocations, one, other, when)


def _fail_on_pair(
    problem: PlacementProblem,
    allocations: Mapping[str, PoolAllocation],
    one: int,
    other: int,
    when: str,
) -> NoReturn:
    a, b = problem.buffers[one], problem.buffers[other]
    raise PlanError(
        f"{_describe(a, allocations[a.name])} overlaps {_describe(b, allocations[b.name])} "
        f"and both are live {when}"
    )
