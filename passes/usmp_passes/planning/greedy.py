"""
The greedy algorithms of TVM's Unified Static Memory Planner, as people compare with them.

A buffer goes above the highest end of its conflicts that have been placed, in the first of its
pools where it fits. Gaps are never filled. The algorithms differ in the order. TVM's RFC 0009,
"Unified Static Memory Planning", describes them.
"""

from __future__ import annotations

from collections.abc import Callable

from usmp_passes.planning.lower_bound import align_up
from usmp_passes.planning.task import Arrangement, NoPlaceError, Task


def greedy_by_size(task: Task) -> Arrangement:
    """
    By size, then the number of conflicts, then the name, all descending. Raises `NoPlaceError`.
    """
    degrees = task.graph.degrees
    return _place_above(task, lambda i: (task.buffers[i].size_bytes, degrees[i]))


def greedy_by_conflicts(task: Task) -> Arrangement:
    """
    By the number of conflicts, then the size, then the name, all descending. Raises `NoPlaceError`.
    """
    degrees = task.graph.degrees
    return _place_above(task, lambda i: (degrees[i], task.buffers[i].size_bytes))


def _place_above(task: Task, key: Callable[[int], tuple[int, int]]) -> Arrangement:
    task.check_usable()
    buffers, neighbours = task.buffers, task.graph.neighbours
    order = sorted(range(len(task)), key=lambda i: (*key(i), buffers[i].name), reverse=True)
    pools = [-1] * len(task)
    offsets = [0] * len(task)
    # Where each buffer ends, by the pool that it is in, and 0 in all others.
    ends = [[0] * len(task) for _ in task.pools]

    def place(index: int, pool: int, offset: int) -> None:
        pools[index], offsets[index] = pool, offset
        ends[pool][index] = offset + buffers[index].size_bytes

    for index, buffer in enumerate(buffers):
        if buffer.fixed_allocation is not None:
            place(index, task.usable[index][0], buffer.fixed_allocation.byte_offset)
    for index in order:
        if pools[index] >= 0:
            continue
        buffer = buffers[index]
        for pool in task.usable[index]:
            top = max(map(ends[pool].__getitem__, neighbours[index]), default=0)
            offset = align_up(top, buffer.alignment)
            capacity = task.capacities[pool]
            if capacity is None or offset + buffer.size_bytes <= capacity:
                place(index, pool, offset)
                break
        else:
            raise NoPlaceError([index])
    return Arrangement(pools, offsets)
