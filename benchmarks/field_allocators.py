"""
How others place buffers: the rule of each, written anew from its description, for comparison.

All of them here are for plain intervals in one pool, without alignment, and take a few hundred
buffers: what is compared is how much memory they need, not their time. Equal keys of an order leave
buffers in the order of the input, unless a rule says otherwise.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from random import Random


@dataclass(frozen=True, slots=True)
class Interval:
    """A buffer that is live from `lower` up to, but not at, `upper`."""

    name: str
    lower: int
    upper: int
    size: int
    """In bytes."""

    def meets(self, other: Interval) -> bool:
        """Whether both are live at some point."""
        return self.lower < other.upper and other.lower < self.upper


Allocator = Callable[[Sequence[Interval]], Sequence[int]]
"""From buffers to their offsets, in bytes."""

Spans = Sequence[tuple[int, int]]
"""Where bytes are taken: starts and ends, by their start."""


@dataclass
class Arena:
    """Buffers, of which some have been placed."""

    intervals: Sequence[Interval]
    offsets: dict[int, int] = field(default_factory=dict[int, int])
    """By the buffer's place in `intervals`."""

    def __post_init__(self) -> None:
        self.neighbours = [
            [j for j, other in enumerate(self.intervals) if i != j and interval.meets(other)]
            for i, interval in enumerate(self.intervals)
        ]
        """For each buffer, those that are live with it."""

    def end(self, index: int) -> int:
        """Where a placed buffer ends."""
        return self.offsets[index] + self.intervals[index].size

    def spans(self, index: int) -> Spans:
        """What the placed neighbours of a buffer take."""
        placed = (other for other in self.neighbours[index] if other in self.offsets)
        return sorted((self.offsets[other], self.end(other)) for other in placed)

    def in_order(self, key: Callable[[Interval], tuple[int, ...]]) -> list[int]:
        """The buffers with the smallest key first."""
        return sorted(range(len(self.intervals)), key=lambda index: key(self.intervals[index]))

    def place(self, order: Sequence[int], choose: Callable[[Spans, int], int]) -> Sequence[int]:
        """All buffers placed one by one, at the offset that `choose` finds for spans and size."""
        for index in order:
            self.offsets[index] = choose(self.spans(index), self.intervals[index].size)
        return [self.offsets[index] for index in range(len(self.intervals))]


# Where a buffer goes


def above_all(spans: Spans, _size: int) -> int:
    """On top of the highest of its neighbours; gaps stay empty."""
    return max((end for _, end in spans), default=0)


def first_gap(spans: Spans, size: int) -> int:
    """In the lowest gap between its neighbours that is large enough, else above all."""
    top = 0
    for start, end in spans:
        if top + size <= start:
            return top
        top = max(top, end)
    return top


def best_gap(spans: Spans, size: int) -> int:
    """In the smallest gap between its neighbours that is large enough, else above all."""
    gaps: list[tuple[int, int]] = []
    top = 0
    for start, end in spans:
        if top + size <= start:
            gaps.append((start - top, top))
        top = max(top, end)
    return min(gaps)[1] if gaps else top


# TVM, up to 0.19: src/tir/usmp/algo


def tvm_greedy_by_size(intervals: Sequence[Interval]) -> Sequence[int]:
    """The largest first, then the one with most conflicts, then the last by name; above all."""
    arena = Arena(intervals)
    return arena.place(_tvm_order(arena), above_all)


def tvm_greedy_by_conflicts(intervals: Sequence[Interval]) -> Sequence[int]:
    """The one with most conflicts first, then the largest, then the last by name; above all."""
    arena = Arena(intervals)
    by_name = sorted(range(len(intervals)), key=lambda i: intervals[i].name, reverse=True)
    order = sorted(by_name, key=lambda i: (-len(arena.neighbours[i]), -intervals[i].size))
    return arena.place(order, above_all)


def _tvm_order(arena: Arena) -> list[int]:
    items = arena.intervals
    by_name = sorted(range(len(items)), key=lambda i: items[i].name, reverse=True)
    return sorted(by_name, key=lambda i: (-items[i].size, -len(arena.neighbours[i])))


def tvm_hill_climb(intervals: Sequence[Interval], attempts: int = 500) -> Sequence[int]:
    """
    First gap under a search over orders, which begins with that of `tvm_greedy_by_size`.

    Each step picks a buffer that ends at the peak, and swaps two buffers that come before it in
    the order: a neighbour, and a neighbour of a neighbour or another neighbour. The swap is kept
    if the peak falls, and with a chance that falls with the steps if it does not. Here the best
    plan is returned; TVM returns the last that it kept.
    """
    search = _HillClimb(Arena(intervals), Random(0))
    return search.run(attempts)


class _HillClimb:
    """The state of `tvm_hill_climb`."""

    def __init__(self, arena: Arena, random: Random) -> None:
        self._arena = arena
        self._random = random
        self._order = _tvm_order(arena)
        self._position = {index: place for place, index in enumerate(self._order)}

    def run(self, attempts: int) -> Sequence[int]:
        best: Sequence[int] = []
        best_peak = kept_peak = None
        swapped: tuple[int, int] | None = None
        bound = lower_bound(self._arena.intervals)
        for attempt in range(attempts):
            self._arena.offsets.clear()
            offsets = self._arena.place(self._order, first_gap)
            reached = peak(self._arena.intervals, offsets)
            if best_peak is None or reached < best_peak:
                best, best_peak = offsets, reached
            if reached <= bound:
                break
            if kept_peak is None or self._keeps(reached, kept_peak, attempt):
                kept_peak = reached
            elif swapped is not None:
                self._swap(*swapped)
            swapped = self._pick(reached)
            if swapped is not None:
                self._swap(*swapped)
        return best

    def _keeps(self, reached: int, kept_peak: int, attempt: int) -> bool:
        if reached < kept_peak:
            return True
        chance = 50 * (reached - kept_peak) // reached // attempt
        return self._random.randrange(100) < chance

    def _pick(self, reached: int) -> tuple[int, int] | None:
        """Two buffers to be swapped."""
        arena = self._arena
        highest = [index for index in arena.offsets if arena.end(index) == reached]
        node = self._random.choice(highest)
        near = self._earlier(node)
        if not near:
            return None
        far = [other for index in arena.neighbours[node] for other in self._earlier(index)]
        first = self._random.choice(near)
        others = far if far and self._random.randrange(100) > 25 else near
        return first, self._random.choice(others)

    def _earlier(self, index: int) -> list[int]:
        """The neighbours that are placed before a buffer."""
        place = self._position[index]
        return [other for other in self._arena.neighbours[index] if self._position[other] < place]

    def _swap(self, first: int, second: int) -> None:
        i, j = self._position[first], self._position[second]
        self._order[i], self._order[j] = second, first
        self._position[first], self._position[second] = j, i


# The others


def tflm_greedy(intervals: Sequence[Interval]) -> Sequence[int]:
    """TensorFlow Lite Micro, GreedyMemoryPlanner: the largest first, into the first gap."""
    arena = Arena(intervals)
    return arena.place(arena.in_order(lambda item: (-item.size,)), first_gap)


def xla_spatial(intervals: Sequence[Interval]) -> Sequence[int]:
    """XLA, GlobalDecreasingSizeBestFitHeap, kSpatial: the largest first, into the best gap."""
    arena = Arena(intervals)
    return arena.place(arena.in_order(lambda item: (-item.size,)), best_gap)


def xla_temporal(intervals: Sequence[Interval]) -> Sequence[int]:
    """The same, kTemporal: the longest lived first, then the largest, into the best gap."""
    arena = Arena(intervals)
    order = arena.in_order(lambda item: (item.lower - item.upper, -item.size))
    return arena.place(order, best_gap)


def iree(intervals: Sequence[Interval]) -> Sequence[int]:
    """IREE, LayoutSlices: in the order of the program, into the best gap."""
    arena = Arena(intervals)
    return arena.place(arena.in_order(lambda item: (item.lower,)), best_gap)


def mlir_best_fit(intervals: Sequence[Interval]) -> Sequence[int]:
    """
    MLIR, static-memory-planner, best-fit (2026): in the order of the program, into the best gap.

    What is free between the highest neighbour and the end of the arena so far is a gap too.
    """
    arena = Arena(intervals)
    arena_end = 0
    for index in arena.in_order(lambda item: (item.lower,)):
        limit = (arena_end, arena_end)
        arena.offsets[index] = best_gap([*arena.spans(index), limit], intervals[index].size)
        if arena.offsets[index] == arena_end:
            # Nothing fits: the arena grows, from the last bytes that are taken.
            arena.offsets[index] = above_all(arena.spans(index), 0)
        arena_end = max(arena_end, arena.end(index))
    return [arena.offsets[index] for index in range(len(intervals))]


@dataclass
class _Bucket:
    """A part of the arena that several buffers share."""

    size: int
    members: dict[int, int] = field(default_factory=dict[int, int])
    """Offsets within the bucket, by buffer."""


def executorch_greedy(intervals: Sequence[Interval]) -> Sequence[int]:
    """
    ExecuTorch, greedy: the largest first, each into a bucket as large as its first buffer.

    A buffer goes to the start of the first bucket without neighbours; else into the first bucket
    that has room above its highest neighbour in it; else it opens a bucket of its own.
    """
    arena = Arena(intervals)
    buckets: list[_Bucket] = []
    for index in arena.in_order(lambda item: (-item.size,)):
        bucket, offset = _find_bucket(arena, buckets, index)
        bucket.members[index] = offset
    start = 0
    for bucket in buckets:
        arena.offsets.update((index, start + offset) for index, offset in bucket.members.items())
        start += bucket.size
    return [arena.offsets[index] for index in range(len(intervals))]


def _find_bucket(arena: Arena, buckets: list[_Bucket], index: int) -> tuple[_Bucket, int]:
    size = arena.intervals[index].size
    neighbours = set(arena.neighbours[index])
    tops = [
        max(
            (
                offset + arena.intervals[i].size
                for i, offset in b.members.items()
                if i in neighbours
            ),
            default=0,
        )
        for b in buckets
    ]
    for is_empty in (True, False):
        for bucket, top in zip(buckets, tops, strict=True):
            if (top == 0) == is_empty and top + size <= bucket.size:
                return bucket, top
    buckets.append(_Bucket(size))
    return buckets[-1], 0


FIELD_ALLOCATORS: Mapping[str, Allocator] = {
    "TVM greedy_by_size": tvm_greedy_by_size,
    "TVM greedy_by_conflicts": tvm_greedy_by_conflicts,
    "TVM hill_climb": tvm_hill_climb,
    "TFLM": tflm_greedy,
    "XLA spatial": xla_spatial,
    "XLA temporal": xla_temporal,
    "IREE": iree,
    "ExecuTorch": executorch_greedy,
    "MLIR best-fit": mlir_best_fit,
}
"""By the name that tables give them."""


# What comes of it


def peak(intervals: Sequence[Interval], offsets: Sequence[int]) -> int:
    """The highest end of a buffer, in bytes."""
    ends = (offset + item.size for item, offset in zip(intervals, offsets, strict=True))
    return max(ends, default=0)


def lower_bound(intervals: Sequence[Interval]) -> int:
    """The most bytes that are live at one point: no placement needs less."""
    changes = [(item.lower, item.size) for item in intervals]
    changes += [(item.upper, -item.size) for item in intervals]
    highest = live = 0
    # By the size too, so that what ends at a point is before what begins there.
    for _, change in sorted(changes):
        live += change
        highest = max(highest, live)
    return highest


def check(intervals: Sequence[Interval], offsets: Sequence[int]) -> None:
    """Raises `ValueError` if two buffers that are live together share bytes."""
    placed = list(zip(intervals, offsets, strict=True))
    for i, (first, start) in enumerate(placed):
        for second, other in placed[:i]:
            shares = start < other + second.size and other < start + first.size
            if shares and first.meets(second):
                raise ValueError(f"'{first.name}' and '{second.name}' overlap")
