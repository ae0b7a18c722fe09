"""
How small a pool can be at best.

Buffers that are all in conflict with each other lie one above the other. If all their offsets are
multiples of a number, each takes its size rounded up to that number, the last one too, since the
size of a pool is rounded up to the largest alignment in it. So, for each alignment that occurs, the
buffers that have it or a larger one give a bound, and the largest is taken.

Where ranges are known, the sets looked at are the buffers live at each program point, which for
intervals are all sets that matter. For conflicts without ranges they are cliques, grown greedily
from each buffer: finding the heaviest is a hard problem of its own.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import NamedTuple

from usmp_passes.planning.conflict_graph import ConflictGraph, Ranges
from usmp_passes.planning.problem import BufferInfo


def align_up(number: int, alignment: int) -> int:
    """The least multiple of `alignment` that is not below `number`."""
    return -(-number // alignment) * alignment


class LowerBound(NamedTuple):
    """A number of bytes, and why a pool needs so many."""

    size_bytes: int
    """Of the pool, rounded up to the largest alignment of its buffers."""

    end_bytes: int
    """No packing has its highest end below this: what the same says before it is rounded up."""

    program_point: int | None
    """Where the buffers that need them are live, `None` if only their conflicts are known."""

    buffers: Sequence[int]
    """Those buffers, all in conflict with each other, ascending."""


def lower_bound(
    buffers: Sequence[BufferInfo], graph: ConflictGraph, members: Collection[int]
) -> LowerBound:
    """The bound for a pool that holds `members`, buffers by their number."""
    members = [index for index in members if buffers[index].size_bytes]
    if not members:
        return LowerBound(0, 0, None, ())
    alignments = {buffers[index].alignment for index in members}
    cliques = [_heaviest(buffers, graph, members, alignment) for alignment in alignments]
    heaviest = max(cliques, key=lambda clique: clique.weight)
    fixed = max((_fixed_end(buffers[index]) for index in members), default=0)
    point = heaviest.program_point
    return LowerBound(
        align_up(max(heaviest.weight, fixed), max(alignments)),
        max(fixed, *(clique.least_end(buffers) for clique in cliques)),
        None if point == graph.point_of_constants else point,
        heaviest.buffers,
    )


def _fixed_end(buffer: BufferInfo) -> int:
    fixed = buffer.fixed_allocation
    return 0 if fixed is None else fixed.byte_offset + buffer.size_bytes


class _Clique(NamedTuple):
    """Buffers that are all in conflict, and have `alignment` or a larger one."""

    alignment: int
    weight: int
    """The sum of their sizes, each rounded up to the alignment."""

    program_point: int | None
    buffers: Sequence[int]

    def least_end(self, buffers: Sequence[BufferInfo]) -> int:
        """Where the last one ends at best, which is not rounded up."""
        sizes = [buffers[index].size_bytes for index in self.buffers]
        padding = max((align_up(size, self.alignment) - size for size in sizes), default=0)
        return self.weight - padding


def _heaviest(
    buffers: Sequence[BufferInfo], graph: ConflictGraph, members: Sequence[int], alignment: int
) -> _Clique:
    chosen = [index for index in members if buffers[index].alignment >= alignment]
    weights = {index: align_up(buffers[index].size_bytes, alignment) for index in chosen}
    point, pressure = _peak(graph.ranges, weights)
    live = () if point is None else _live_at(graph.ranges, chosen, point)
    if graph.has_extra:
        clique = _heavy_clique(graph, weights)
        total = sum(weights[index] for index in clique)
        if total > pressure:
            return _Clique(alignment, total, None, clique)
    return _Clique(alignment, pressure, point, live)


def _peak(ranges: Sequence[Ranges], weights: dict[int, int]) -> tuple[int | None, int]:
    """The first program point at which the most weight is live, and how much that is."""
    changes: dict[int, int] = {}
    for index, weight in weights.items():
        for first, last in ranges[index]:
            changes[first] = changes.get(first, 0) + weight
            changes[last + 1] = changes.get(last + 1, 0) - weight
    peak, at, live = 0, None, 0
    for point in sorted(changes):
        live += changes[point]
        if live > peak:
            peak, at = live, point
    return at, peak


def _live_at(ranges: Sequence[Ranges], members: Iterable[int], point: int) -> tuple[int, ...]:
    return tuple(
        index for index in members if any(first <= point <= last for first, last in ranges[index])
    )


_LOOKS = 2_000_000
"""Conflicts looked at in search of a clique, after which the heaviest found is taken."""


def _heavy_clique(graph: ConflictGraph, weights: dict[int, int]) -> tuple[int, ...]:
    """
    The heaviest of the cliques that grow from each buffer by its heaviest conflicts, as long as
    these are in conflict with all that is in the clique.
    """

    def by_weight(index: int) -> tuple[int, int]:
        return -weights[index], index

    rank = {index: place for place, index in enumerate(sorted(weights, key=by_weight))}
    conflicts = {
        index: {other for other in graph.neighbours[index] if other in weights} for index in weights
    }
    heaviest: tuple[int, list[int]] = (0, [])
    looks = 0
    for index in rank:
        clique, candidates = [index], conflicts[index]
        total, rest = weights[index], sum(map(weights.__getitem__, candidates))
        while candidates and total + rest > heaviest[0]:
            looks += 2 * len(candidates)
            heavy = min(candidates, key=rank.__getitem__)
            clique.append(heavy)
            total += weights[heavy]
            candidates = candidates & conflicts[heavy]
            rest = sum(map(weights.__getitem__, candidates))
        if total > heaviest[0]:
            heaviest = (total, clique)
        if looks > _LOOKS:
            break
    return tuple(sorted(heaviest[1]))
