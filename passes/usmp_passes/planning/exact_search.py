"""
A search that finds a packing within a size or proves that there is none.

Of all packings within the size take one with the least sum of offsets. Nothing in it can move down,
so, taken by ascending offset (and by number, where offsets are equal), each buffer lies on the
highest of its conflicts before it, or at the bottom: its *floor*. It is enough, then, to try as the
next buffer each of those whose floor is not below the buffer before it. Nor does the next buffer
begin where another one, put on its floor, would already have ended: that one could move down.

A branch ends when a buffer, or a set of buffers that are live at once, no longer fits under the
size even if it is put on the lowest floor that is left. For intervals without alignments, M.
Moffitt describes such a search in "MiniMalloc: A Lightweight Memory Allocator for
Hardware-Accelerated Machine Learning" (ASPLOS 2023).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum, auto

from usmp_passes.planning.budget import Budget
from usmp_passes.planning.conflict_graph import Ranges
from usmp_passes.planning.lower_bound import align_up
from usmp_passes.planning.packing import Offsets, Packing

MAX_BUFFERS = 200
"""Of a group of buffers that are connected by conflicts; the search goes as deep as it is large."""


@dataclass(frozen=True, slots=True)
class ExactPacking:
    """What the search came to."""

    offsets: Offsets

    is_smallest: bool
    """
    Whether it is proven that there is no packing of a smaller size, which is the highest end
    rounded up to the alignment, nor one that reaches the goal if this does not.
    """


def pack_exactly(packing: Packing, goal: int, offsets: Offsets, budget: Budget) -> ExactPacking:
    """
    The smallest packing, or the smallest that was found within the budget, beginning with
    `offsets`. An end at `goal` bytes is low enough.
    """
    if packing.fixed:
        return ExactPacking(offsets, is_smallest=False)
    components = list(_components(packing.neighbours))
    best = list(offsets)
    # Mostly the goal can be reached, or proven out of reach at once; the steps down to it come
    # after.
    target, part = goal, 0.3
    while packing.end_of(best) > goal:
        size = packing.size_of(best)
        budget.report(size, packing.bound.size_bytes)
        next_below = max(goal, size - packing.alignment)
        outcome = _reach(packing, components, best, target, budget.part(part))
        if outcome is not _Outcome.FOUND and target == next_below:
            return ExactPacking(best, is_smallest=outcome is _Outcome.IMPOSSIBLE)
        target, part = max(goal, packing.size_of(best) - packing.alignment), 0.5
    return ExactPacking(best, is_smallest=packing.size_of(best) == packing.bound.size_bytes)


class _Outcome(Enum):
    FOUND = auto()
    IMPOSSIBLE = auto()
    UNKNOWN = auto()


def _reach(
    packing: Packing,
    components: Sequence[Sequence[int]],
    best: list[int],
    target: int,
    budget: Budget,
) -> _Outcome:
    """
    Packs each component within `target` bytes and, if all can be, changes `best` to that.
    """
    found = list(best)
    outcome = _Outcome.FOUND
    for component in components:
        if max(best[index] + packing.sizes[index] for index in component) <= target:
            continue
        if len(component) > MAX_BUFFERS:
            outcome = _Outcome.UNKNOWN
            continue
        search = _ComponentSearch(packing, component, target, budget)
        try:
            is_found = search.run()
        except (_OutOfBudgetError, KeyboardInterrupt) as stopped:
            if isinstance(stopped, KeyboardInterrupt):
                budget.interrupt()
            outcome = _Outcome.UNKNOWN
            continue
        if not is_found:
            return _Outcome.IMPOSSIBLE
        for place, index in enumerate(component):
            found[index] = search.offsets[place]
    if outcome is _Outcome.FOUND:
        best[:] = found
    return outcome


def _components(neighbours: Sequence[Sequence[int]]) -> Iterator[Sequence[int]]:
    """The groups of buffers that are connected by conflicts, each ascending."""
    seen = [False] * len(neighbours)
    for start in range(len(neighbours)):
        if seen[start]:
            continue
        seen[start] = True
        group = [start]
        for index in group:
            for other in neighbours[index]:
                if not seen[other]:
                    seen[other] = True
                    group.append(other)
        yield sorted(group)


class _OutOfBudgetError(Exception):
    pass


class _ComponentSearch:
    """Whether the buffers of a component fit in `target` bytes; `offsets` has the answer."""

    offsets: list[int]

    def __init__(
        self, packing: Packing, component: Sequence[int], target: int, budget: Budget
    ) -> None:
        place_of = {index: place for place, index in enumerate(component)}
        self._target = target
        self._budget = budget
        self._sizes = [packing.sizes[index] for index in component]
        self._alignments = [packing.alignments[index] for index in component]
        self._neighbours = [
            [place_of[other] for other in packing.neighbours[index]] for index in component
        ]
        self._cliques = _cliques([packing.ranges[index] for index in component], self._sizes)
        self._weights = [sum(self._sizes[index] for index in clique) for clique in self._cliques]
        self._cliques_of: list[list[int]] = [[] for _ in component]
        for number, clique in enumerate(self._cliques):
            for index in clique:
                self._cliques_of[index].append(number)
        # Long-lived and large ones first: they leave the fewest gaps.
        durations = [packing.durations[index] for index in component]
        self._badness = [
            (-duration * size, index)
            for index, (duration, size) in enumerate(zip(durations, self._sizes, strict=True))
        ]
        self._steps = len(component) + sum(map(len, self._cliques))
        self.offsets = [-1] * len(component)

    def run(self) -> bool:
        """Searches. Raises `_OutOfBudgetError`."""
        return self._place(list(range(len(self._sizes))), [0] * len(self._sizes), 0, -1)

    def _place(self, remaining: list[int], floors: list[int], last_offset: int, last: int) -> bool:
        """Places the remaining buffers, the next not below `last_offset`."""
        if not remaining:
            return True
        self._budget.spend(self._steps)
        if self._budget.is_spent:
            raise _OutOfBudgetError
        lowest = self._lowest_offsets(remaining, floors, last_offset)
        if lowest is None:
            return False
        sizes = self._sizes
        earliest_end = min(lowest[index] + sizes[index] for index in remaining)
        candidates = [
            index
            for index in remaining
            if floors[index] == lowest[index] < earliest_end
            and (floors[index] > last_offset or index > last)
        ]
        candidates.sort(key=lambda index: (floors[index], self._badness[index]))
        for index in candidates:
            offset = floors[index]
            raised = list(floors)
            end = offset + sizes[index]
            for other in self._neighbours[index]:
                if raised[other] < end:
                    raised[other] = align_up(end, self._alignments[other])
            self.offsets[index] = offset
            for number in self._cliques_of[index]:
                self._weights[number] -= sizes[index]
            rest = [other for other in remaining if other != index]
            if self._place(rest, raised, offset, index):
                return True
            for number in self._cliques_of[index]:
                self._weights[number] += sizes[index]
            self.offsets[index] = -1
        return False

    def _lowest_offsets(
        self, remaining: Sequence[int], floors: Sequence[int], last_offset: int
    ) -> dict[int, int] | None:
        """
        How low each remaining buffer could lie at best; `None` if that is too high for one of them,
        or for some that are live at once.
        """
        target, sizes, alignments = self._target, self._sizes, self._alignments
        lowest: dict[int, int] = {}
        for index in remaining:
            offset = floors[index]
            if offset < last_offset:
                offset = align_up(last_offset, alignments[index])
            if offset + sizes[index] > target:
                return None
            lowest[index] = offset
        for clique, weight in zip(self._cliques, self._weights, strict=True):
            if weight:
                bottom = min(lowest[index] for index in clique if index in lowest)
                if bottom + weight > target:
                    return None
        return lowest


_CLIQUES_A_BUFFER = 4
"""Sets that are looked at for each buffer: more of them cost more than they cut off."""


def _cliques(ranges: Sequence[Ranges], sizes: Sequence[int]) -> list[list[int]]:
    """
    The heaviest sets of buffers that are live at one point, those left out that are part of another
    at the next point.
    """
    events = sorted(
        event
        for index, own in enumerate(ranges)
        for first, last in own
        # At one point, buffers come to life before others end.
        for event in ((first, 0, index), (last, 1, index))
    )
    live: set[int] = set()
    found: dict[frozenset[int], int] = {}
    has_grown = False
    for _, is_end, index in events:
        if not is_end:
            live.add(index)
            has_grown = True
            continue
        if has_grown and len(live) > 1:
            clique = frozenset(live)
            found[clique] = sum(map(sizes.__getitem__, clique))
        live.remove(index)
        has_grown = False
    heaviest = sorted(found, key=lambda clique: -found[clique])
    return [sorted(clique) for clique in heaviest[: _CLIQUES_A_BUFFER * len(ranges)]]
