"""
The greedy algorithms of TVM's Unified Static Memory Planner, as people compare with them.

A buffer goes above the highest end of its conflicts that have been placed, in the first of its
pools where it fits. Gaps are never filled. The algorithms differ in the order. TVM's RFC 0009,
"Unified Static Memory Planning", describes them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

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
    buffers = task.buffers
    order = sorted(range(len(task)), key=lambda i: (*key(i), buffers[i].name), reverse=True)
    pools = [-1] * len(task)
    offsets = [0] * len(task)
    for index, buffer in enumerate(buffers):
        if buffer.fixed_allocation is not None:
            pools[index] = task.usable[index][0]
            offsets[index] = buffer.fixed_allocation.byte_offset
    for index in order:
        if pools[index] < 0:
            pools[index], offsets[index] = _lowest_above(task, index, pools, offsets)
    return Arrangement(pools, offsets)


def _lowest_above(
    task: Task, index: int, pools: Sequence[int], offsets: Sequence[int]
) -> tuple[int, int]:
    """The pool and the offset for a buffer above its conflicts."""
    buffer = task.buffers[index]
    tops: dict[int, int] = {}
    for other in task.graph.neighbours[index]:
        end = offsets[other] + task.buffers[other].size_bytes
        if end > tops.get(pools[other], 0):
            tops[pools[other]] = end
    for pool in task.usable[index]:
        offset = align_up(tops.get(pool, 0), buffer.alignment)
        capacity = task.capacities[pool]
        if capacity is None or offset + buffer.size_bytes <= capacity:
            return pool, offset
    raise NoPlaceError([index])
