"""
The default algorithm: what every other one does, and what they leave undone.

It stops as soon as the plan is proven to be as good as can be: every buffer in the pool that it
prefers, every pool at its lower bound. Real networks get there at once. Otherwise it goes on with a
search that can prove that nothing smaller exists, or, within a time limit, with the compiled
solver; and it tries to bring the buffers with the most traffic back to the pools they prefer.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress

from usmp_passes.planning.arranging import PackedPool, arrange, merge, packed_pools
from usmp_passes.planning.budget import Budget
from usmp_passes.planning.exact_search import pack_exactly
from usmp_passes.planning.greedy import greedy_by_conflicts, greedy_by_size
from usmp_passes.planning.intervals import interval_packing_of
from usmp_passes.planning.orders import ORDERS
from usmp_passes.planning.packing import Offsets, Packing
from usmp_passes.planning.pool_packing import pack_by_order_search
from usmp_passes.planning.race import pack_within_time
from usmp_passes.planning.task import NoPlaceError, Task

_LARGEST_FOR_EXACT_SEARCH = 2_000
"""Buffers of a pool. Larger pools rarely fall apart into groups that the exact search takes."""

_LARGEST_FOR_RACE = 20_000
"""Buffers of a pool. The solver takes seconds to set out on larger ones."""

_BEFORE_RACE = 0.2
_BEFORE_EXACT_SEARCH = 0.5
"""The parts of a time limit that go into orders at most, before the race only the promising."""

_SMALL = 64
"""Buffers of a pool on which the exact search is tried first."""

_FEW = 100
"""Orders that are tried before it."""

_QUICK = 0.1
"""The part of the budget that it is given then."""

_FOR_GREEDY = 0.1
"""The part of the budget for comparing with the greedy algorithms; large problems take more."""

_LARGEST_TO_BRING_BACK = 1_000
"""Displaced buffers that are tried: each costs as much as packing a pool."""


def best(task: Task, budget: Budget, seed: int) -> Sequence[PackedPool]:
    """
    The best arrangement found. As long as the problem is not too large for its steps, it is never
    worse than that of another algorithm with the same seed. Raises `NoPlaceError`.
    """
    found: Sequence[PackedPool] | None = None
    failure: NoPlaceError | None = None
    try:
        found = arrange(task, pack_tightly, budget, seed)
    except NoPlaceError as error:
        failure = error
    if found is None or not _is_perfect(task, found):
        found = _better_of(task, found, _greedy_plans(task, budget.again().part(_FOR_GREEDY)))
    if found is None:
        assert failure is not None
        raise failure
    return _bring_back(task, found, budget.again(), seed)


def pack_tightly(
    packing: Packing, capacity: int | None, budget: Budget, seed: int
) -> tuple[Offsets, bool]:
    """
    The smallest packing that can be found, and whether it is proven that there is none smaller, the
    bound left aside.
    """
    goal = packing.goal(capacity)
    intervals = None
    if budget.is_timed and len(packing) <= _LARGEST_FOR_RACE and goal == packing.bound.size_bytes:
        intervals = interval_packing_of(packing)
    is_exact = intervals is None and len(packing) <= _LARGEST_FOR_EXACT_SEARCH
    if is_exact and len(packing) <= _SMALL:
        # What is small is mostly solved at once, with a proof.
        few = budget.apart(packing.steps_of_first_fit * _FEW)
        offsets = pack_by_order_search(packing, goal, few, seed)
        exact = pack_exactly(packing, goal, offsets, budget.again().part(_QUICK))
        if exact.is_smallest:
            return exact.offsets, True
    if intervals is not None:
        first = budget.part(_BEFORE_RACE).apart(packing.steps_of_first_fit * ORDERS)
    elif budget.is_timed and is_exact:
        first = budget.part(_BEFORE_EXACT_SEARCH)
    else:
        first = budget
    offsets = pack_by_order_search(packing, goal, first, seed)
    if packing.end_of(offsets) <= goal or budget.was_interrupted:
        return offsets, False
    if intervals is not None:
        return pack_within_time(packing, intervals, offsets, capacity, budget), False
    if not is_exact:
        return offsets, False
    exact = pack_exactly(packing, goal, offsets, budget.again())
    if exact.is_smallest or not budget.is_timed:
        return exact.offsets, exact.is_smallest
    # There may be time left: where the exact search cannot follow, other orders may lead.
    others = pack_by_order_search(packing, goal, budget, seed + 1)
    return min(exact.offsets, others, key=packing.end_of), False


def _is_perfect(task: Task, packed: Sequence[PackedPool]) -> bool:
    return all(_is_small_as_can_be(one) for one in packed) and not task.displaced_traffic(
        merge(task, packed).pools
    )


def _is_small_as_can_be(packed: PackedPool) -> bool:
    size = packed.packing.size_of(packed.offsets)
    return packed.is_smallest or size == packed.packing.bound.size_bytes


def _greedy_plans(task: Task, budget: Budget) -> Sequence[Sequence[PackedPool]]:
    plans: list[Sequence[PackedPool]] = []
    for greedy in (greedy_by_size, greedy_by_conflicts):
        budget.spend(task.graph.conflict_count)
        if budget.is_spent:
            break
        with suppress(NoPlaceError):
            plans.append(packed_pools(task, greedy(task)))
    return plans


def _better_of(
    task: Task,
    found: Sequence[PackedPool] | None,
    others: Sequence[Sequence[PackedPool]],
) -> Sequence[PackedPool] | None:
    plans = [plan for plan in (found, *others) if plan is not None]
    # The first of those that are equally good is the one that may be proven.
    return min(plans, key=lambda plan: task.badness(merge(task, plan)), default=None)


def _bring_back(
    task: Task, packed: Sequence[PackedPool], budget: Budget, seed: int
) -> Sequence[PackedPool]:
    """Moves buffers to pools that they prefer, one by one, where these can be packed anew."""
    pools = list(merge(task, packed).pools)
    displaced = [
        index
        for index, usable in enumerate(task.usable)
        if pools[index] != usable[0] and task.traffic[index]
    ]
    if not displaced:
        return packed
    displaced.sort(key=lambda index: (-task.traffic[index], index))
    before = {one.pool: one for one in packed}
    after = dict(before)
    for index in displaced[:_LARGEST_TO_BRING_BACK]:
        if budget.is_spent:
            break
        _move_up(task, after, index, budget.part(0.1), seed)
    return [
        one if one is before.get(pool) else _packed_anew(task, one, budget, seed)
        for pool, one in sorted(after.items())
    ]


def _move_up(
    task: Task, packed: dict[int, PackedPool], index: int, budget: Budget, seed: int
) -> None:
    """Moves a buffer to the first of the pools it prefers that can be packed with it."""
    current = next(pool for pool, one in packed.items() if index in one.packing.members)
    for pool in task.usable[index]:
        if pool == current:
            return
        capacity = task.capacities[pool]
        members = packed[pool].packing.members if pool in packed else ()
        packing = task.packing([*members, index])
        if capacity is None or packing.bound.end_bytes > capacity:
            continue
        offsets = pack_by_order_search(packing, capacity, budget, seed)
        if packing.end_of(offsets) <= capacity:
            packed[pool] = PackedPool(pool, packing, offsets)
            _take_out(task, packed, current, index)
            return


def _take_out(task: Task, packed: dict[int, PackedPool], pool: int, index: int) -> None:
    one = packed.pop(pool)
    kept = [
        (member, offset)
        for member, offset in zip(one.packing.members, one.offsets, strict=True)
        if member != index
    ]
    if kept:
        members, offsets = zip(*kept, strict=True)
        packed[pool] = PackedPool(pool, task.packing(members), offsets)


def _packed_anew(task: Task, one: PackedPool, budget: Budget, seed: int) -> PackedPool:
    """A pool of which the contents have changed, packed as tightly as can be."""
    capacity = task.capacities[one.pool]
    offsets, is_smallest = pack_tightly(one.packing, capacity, budget.part(0.5), seed)
    if is_smallest or one.packing.end_of(offsets) < one.packing.end_of(one.offsets):
        return PackedPool(one.pool, one.packing, offsets, is_smallest)
    return one
