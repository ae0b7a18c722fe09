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
from usmp_passes.planning.lower_bound import align_up
from usmp_passes.planning.packing import Offsets, Packing

MAX_BUFFERS = 200
"""Of a group of buffers that are connected by conflicts; the search goes as deep as it is large."""


@dataclass(frozen=True, slots=True)
class ExactPacking:
    """What the search came to."""

    offsets: Offsets

    is_smallest: bool
    """Whether it is proven that there is no smaller packing."""


def pack_exactly(packing: Packing, offsets: Offsets, budget: Budget) -> ExactPacking:
    """
    The smallest packing, or the smallest that was found within the budget, beginning with
    `offsets`.
    """
    if packing.fixed:
        return ExactPacking(offsets, is_smallest=False)
    components = list(_components(packing.neighbours))
    bound, best = packing.bound.size_bytes, list(offsets)
    if packing.size_of(best) > bound:
        # Mostly the bound can be reached, or proven out of reach at once; the steps down to it
        # come after.
        _reach(packing, components, best, bound, budget.part(0.3))
    while (size := packing.size_of(best)) > bound:
        budget.report(size, bound)
        outcome = _reach(packing, components, best, size - packing.alignment, budget.part(0.5))
        if outcome is not _Outcome.FOUND:
            return ExactPacking(best, is_smallest=outcome is _Outcome.IMPOSSIBLE)
    return ExactPacking(best, is_smallest=True)


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
        self._cliques = _cliques([packing.ranges[index] for index in component])
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


def _cliques(ranges: Sequence[Sequence[tuple[int, int]]]) -> list[list[int]]:
    """The sets of buffers that are live at one point, those left out that are part of another."""
    starts = sorted({first for own in ranges for first, _ in own})
    ends = sorted({last for own in ranges for _, last in own})
    found: list[list[int]] = []
    for place, point in enumerate(starts):
        # Where another range starts before one ends, the next set holds this one.
        following = starts[place + 1] if place + 1 < len(starts) else None
        if following is not None and not any(point <= end < following for end in ends):
            continue
        found.append(
            [
                index
                for index, own in enumerate(ranges)
                if any(first <= point <= last for first, last in own)
            ]
        )
    return [clique for clique in found if len(clique) > 1]
