"""
Why the buffers do not fit, and what size would do.

Where each buffer has one pool to go to, the smallest packing found is the answer. Where there is a
choice, one pool at a time is made larger, and the smallest size is found by halving. Each size is
tried with a part of the effort: a search with all of it looks at the same orders, and more.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from usmp_passes.planning.does_not_fit import DoesNotFitError, Shortage
from usmp_passes.planning.task import Arrangement, NoPlaceError, Task

Attempt = Callable[[Task], Arrangement]
"""Arranges a task, with little effort, for it is asked often. Raises `NoPlaceError`."""

_Found = tuple[Mapping[int, int], Arrangement]
"""Sizes of pools, in bytes and by number, and an arrangement that keeps to them."""


def explain_misfit(task: Task, error: NoPlaceError, attempt: Attempt) -> DoesNotFitError:
    """The error for a task that `attempt` could not arrange."""
    sizes, arrangement = (
        _smallest_sizes(task, error.buffers, attempt)
        if error.least is None
        else ({pool: end for pool, (end, _) in task.extents(error.least).items()}, error.least)
    )
    packings = dict(task.packings(arrangement.pools))
    shortages: list[Shortage] = []
    for pool, needed in sorted(sizes.items()):
        capacity = task.capacities[pool]
        if capacity is None or needed <= capacity:
            continue
        bound = packings[pool].bound
        live = sorted(bound.buffers, key=lambda index: (-task.buffers[index].size_bytes, index))
        least = _least_size(task, pool)
        shortages.append(
            Shortage(
                task.pools[pool],
                needed,
                bound.program_point,
                [task.buffers[index] for index in live],
                is_proven=least > capacity,
                is_smallest=least == needed,
            )
        )
    return DoesNotFitError(shortages)


def _least_size(task: Task, pool: int) -> int:
    """What a pool needs at least for the buffers that can be nowhere else."""
    forced = [
        index
        for index, candidates in enumerate(task.candidates)
        if pool in candidates
        and all(
            other == pool
            or ((c := task.capacities[other]) is not None and c < task.buffers[index].size_bytes)
            for other in candidates
        )
    ]
    return task.packing(forced).least_end


def _smallest_sizes(task: Task, homeless: Sequence[int], attempt: Attempt) -> _Found:
    """Sizes for one pool, or for several if one is not enough."""
    bounded = [pool for pool, capacity in enumerate(task.capacities) if capacity is not None]
    wanted = {pool for index in homeless for pool in task.candidates[index]}
    concerned = [pool for pool in bounded if pool in wanted]
    for choice in ([(pool,) for pool in concerned], [concerned], [bounded]):
        found = [one for pools in choice if (one := _smallest(task, pools, attempt)) is not None]
        if found:
            return min(found, key=lambda one: _missing(task, one[0]))
    raise AssertionError("without capacities every buffer has a place")


def _missing(task: Task, sizes: Mapping[int, int]) -> int:
    return sum(size - (task.capacities[pool] or 0) for pool, size in sizes.items())


def _smallest(task: Task, pools: Sequence[int], attempt: Attempt) -> _Found | None:
    """
    The smallest sizes of these pools, one found after the other; `None` if they are not enough
    however large they are.
    """
    found = _attempt_with(task, dict.fromkeys(pools), attempt)
    if found is None:
        return None
    for pool in pools:
        found = _halve(task, pool, found, attempt)
    return found


def _halve(task: Task, pool: int, found: _Found, attempt: Attempt) -> _Found:
    low, high = task.capacities[pool] or 0, found[0][pool]
    while high - low > 1:
        middle = (low + high) // 2
        smaller = _attempt_with(task, {**found[0], pool: middle}, attempt)
        if smaller is None:
            low = middle
        else:
            found = smaller
            high = found[0][pool]
    return found


def _attempt_with(
    task: Task, capacities: Mapping[int, int | None], attempt: Attempt
) -> _Found | None:
    """An arrangement with these capacities, and how much it uses of them, never less than now."""
    try:
        arrangement = attempt(task.with_capacities(capacities))
    except NoPlaceError:
        return None
    ends = {pool: end for pool, (end, _) in task.extents(arrangement).items()}
    return {
        pool: max(ends.get(pool, 0), task.capacities[pool] or 0) for pool in capacities
    }, arrangement
