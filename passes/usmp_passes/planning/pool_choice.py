"""
The choice of pools where capacities bind.

In a given order, each buffer goes to the first of its pools in which it finds room, be it in a gap.
A search over the orders looks for one in which every buffer finds room, then for one that keeps the
most traffic in the pools preferred, then for the smallest pools.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from random import Random

from usmp_passes.planning.budget import Budget
from usmp_passes.planning.first_fit import lowest_offset
from usmp_passes.planning.order_search import Evaluation, OrderSearch
from usmp_passes.planning.orders import promising_orders
from usmp_passes.planning.task import Arrangement, NoPlaceError, Task

_NO_POOL = -1


def choose_pools(task: Task, budget: Budget, seed: int) -> Arrangement:
    """
    The best arrangement found. Raises `NoPlaceError` with the buffers for which the best order
    found has no room.
    """
    sizes = [buffer.size_bytes for buffer in task.buffers]
    search = OrderSearch(
        lambda order: _evaluate(task, order, sizes),
        neighbours=lambda: task.graph.neighbours,
        steps=2 * task.graph.conflict_count + len(task),
        budget=budget,
        sizes=lambda best: (best.score[2], 0),
    )
    best = search.run(_orders(task, sizes), Random(seed))
    if best.score[0]:
        raise NoPlaceError(best.culprits)
    return best.placement


def _orders(task: Task, sizes: Sequence[int]) -> Iterator[Sequence[int]]:
    graph = task.graph
    traffic, durations = task.traffic, graph.durations
    # What is used the most for the room that it takes is to come first where room is short.
    yield sorted(
        range(len(task)),
        key=lambda i: (-_per(traffic[i], sizes[i] * durations[i]), -sizes[i], i),
    )
    yield sorted(range(len(task)), key=lambda i: (-traffic[i], -sizes[i], i))
    # Those that have fewer pools to go to come before those that have more.
    yield sorted(range(len(task)), key=lambda i: (len(task.usable[i]), -sizes[i], i))
    starts = [ranges[0][0] if ranges else 0 for ranges in graph.ranges]
    yield from promising_orders(sizes, starts, durations, lambda: graph.degrees)


_SCALE = 1 << 64


def _per(traffic: int, room: int) -> int:
    """A ratio as an integer, so that it is the same on every machine."""
    return traffic * _SCALE // room if room else 0


def _evaluate(task: Task, order: Sequence[int], sizes: Sequence[int]) -> Evaluation[Arrangement]:
    pools = [_NO_POOL] * len(task)
    offsets = [0] * len(task)
    for index, buffer in enumerate(task.buffers):
        if buffer.fixed_allocation is not None:
            pools[index] = task.usable[index][0]
            offsets[index] = buffer.fixed_allocation.byte_offset
    unplaced = [
        index
        for index in order
        if pools[index] == _NO_POOL and not _find_room(task, index, sizes, pools, offsets)
    ]
    arrangement = Arrangement(pools, offsets)
    if unplaced:
        return Evaluation(arrangement, (sum(sizes[i] for i in unplaced), 0, 0), unplaced)
    displaced = [
        index
        for index, usable in enumerate(task.usable)
        if pools[index] != usable[0] and task.traffic[index]
    ]
    return Evaluation(arrangement, (0, *task.badness(arrangement)), displaced)


def _find_room(
    task: Task, index: int, sizes: Sequence[int], pools: list[int], offsets: list[int]
) -> bool:
    busy: dict[int, list[tuple[int, int]]] = {}
    for other in task.graph.neighbours[index]:
        if pools[other] != _NO_POOL:
            offset = offsets[other]
            busy.setdefault(pools[other], []).append((offset, offset + sizes[other]))
    alignment = task.buffers[index].alignment
    for pool in task.usable[index]:
        offset = lowest_offset(sizes[index], alignment, sorted(busy.get(pool, ())))
        capacity = task.capacities[pool]
        if capacity is None or offset + sizes[index] <= capacity:
            pools[index], offsets[index] = pool, offset
            return True
    return False
