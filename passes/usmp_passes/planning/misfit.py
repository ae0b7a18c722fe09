"""
Why the buffers do not fit, and what size would do.

Where each buffer has one pool to go to, the smallest packing found is the answer. Where there is a
choice, one pool at a time is made larger, and the smallest size is found by halving. A size is
named only after it has been tried: a search that has more room may go another way, and fail.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from usmp_passes.planning.does_not_fit import DoesNotFitError, Shortage
from usmp_passes.planning.task import Arrangement, NoPlaceError, Task

Attempt = Callable[[Task], Arrangement]
"""Arranges a task. Raises `NoPlaceError`."""


@dataclass(frozen=True, slots=True)
class Attempts:
    """The algorithm that failed."""

    quick: Attempt
    """With little effort, for it is asked often."""

    thorough: Attempt
    """With the effort that the user will give it."""


_Sizes = Mapping[int, int]
"""In bytes, by the number of the pool."""

_Found = tuple[_Sizes, Arrangement]
"""Sizes of pools, and an arrangement that keeps to them."""


def explain_misfit(task: Task, error: NoPlaceError, attempts: Attempts) -> DoesNotFitError:
    """The error for a task that could not be arranged."""
    sizes, arrangement = (
        _smallest_sizes(task, error.buffers, attempts)
        if error.least is None
        else _unrounded(task, error.least, attempts)
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
                is_proven=least > capacity or pool in error.proven,
                is_smallest=least == needed,
            )
        )
    return DoesNotFitError(shortages)


def _unrounded(task: Task, least: Arrangement, attempts: Attempts) -> _Found:
    """
    The sizes of an arrangement that is the smallest as long as sizes are rounded up to alignments,
    each made as small as can be without.
    """
    ends = {pool: end for pool, (end, _) in task.extents(least).items()}
    packings = dict(task.packings(least.pools))
    over = {p: end for p, end in ends.items() if (c := task.capacities[p]) is not None and end > c}
    sizes: _Sizes = over
    for pool, end in over.items():
        packing, capacity = packings[pool], task.capacities[pool] or 0
        rounded_down = (end - 1) // packing.alignment * packing.alignment
        low = max(capacity, packing.bound.end_bytes - 1, rounded_down)
        sizes = _halved(task, sizes, pool, low, attempts.quick)
    return (sizes, least) if sizes == over else _enlarge(task, sizes, attempts.thorough)


def _least_size(task: Task, pool: int) -> int:
    """What a pool needs at least for the buffers that can be nowhere else."""
    forced = [
        index
        for index, candidates in enumerate(task.candidates)
        if pool in candidates
        and all(other == pool or not _may_hold(task, other, index) for other in candidates)
    ]
    return task.packing(forced).bound.end_bytes


def _may_hold(task: Task, pool: int, index: int) -> bool:
    capacity = task.capacities[pool]
    return capacity is None or capacity >= task.buffers[index].size_bytes


def _smallest_sizes(task: Task, homeless: Sequence[int], attempts: Attempts) -> _Found:
    """Sizes for one pool, or for several if one is not enough."""
    bounded = [pool for pool, capacity in enumerate(task.capacities) if capacity is not None]
    wanted = {pool for index in homeless for pool in task.candidates[index]}
    concerned = [pool for pool in bounded if pool in wanted]
    for choice in ([(pool,) for pool in concerned], [concerned], [bounded]):
        found = [one for pools in choice if (one := _smallest(task, pools, attempts)) is not None]
        if found:
            return min(found, key=lambda one: _missing(task, one[0]))
    raise AssertionError("without capacities every buffer has a place")


def _missing(task: Task, sizes: _Sizes) -> int:
    return sum(size - (task.capacities[pool] or 0) for pool, size in sizes.items())


def _smallest(task: Task, pools: Sequence[int], attempts: Attempts) -> _Found | None:
    """
    The smallest sizes of these pools, one found after the other; `None` if they are not enough
    however large they are.
    """
    unbounded = _try(attempts.quick, task.with_capacities(dict.fromkeys(pools)))
    if unbounded is None:
        return None
    ends = task.extents(unbounded)
    sizes = {
        pool: max(ends[pool][0] if pool in ends else 0, task.capacities[pool] or 0)
        for pool in pools
    }
    sizes, _ = _enlarge(task, sizes, attempts.quick)
    for pool in pools:
        # What it has may be enough, once another pool is larger.
        sizes = _halved(task, sizes, pool, (task.capacities[pool] or 0) - 1, attempts.quick)
    return _enlarge(task, sizes, attempts.thorough)


def _halved(task: Task, sizes: _Sizes, pool: int, low: int, attempt: Attempt) -> _Sizes:
    """The sizes, that of one pool as near to `low` as there is still an arrangement."""
    high = sizes[pool]
    while high - low > 1:
        middle = (low + high) // 2
        if _try(attempt, task.with_capacities({**sizes, pool: middle})) is None:
            low = middle
        else:
            high = middle
    return {**sizes, pool: high}


def _enlarge(task: Task, sizes: _Sizes, attempt: Attempt) -> _Found:
    """These sizes, or the next larger ones tried for which there is an arrangement."""
    while (found := _try(attempt, task.with_capacities(sizes))) is None:
        sizes = {pool: size + size // 8 + 1 for pool, size in sizes.items()}
    return sizes, found


def _try(attempt: Attempt, task: Task) -> Arrangement | None:
    try:
        return attempt(task)
    except NoPlaceError:
        return None
