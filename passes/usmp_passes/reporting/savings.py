"""
How much smaller a pool could be without each of its buffers.

The bound is that of `usmp_passes.planning.lower_bound`: for each alignment that occurs, the most
bytes live at one point, of the buffers that have it or a larger one, each rounded up to it. What it
is without a buffer takes one sweep over the live ranges for each alignment, not one for each
buffer: only a buffer that is live at every peak can lower the peak, to the higher one of what is
left of it and what is live where the buffer is not.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from heapq import nlargest
from itertools import accumulate, chain, repeat

Range = tuple[int, int]
"""A closed range of program points."""


@dataclass(frozen=True, slots=True)
class LiveBuffer:
    """What the bound depends on."""

    size_bytes: int
    alignment: int
    live: Sequence[Range]
    """Ascending, without a point in common."""

    fixed_end: int = 0
    """Where it must end in every plan, in bytes from the start of the pool; 0 if it may move."""


@dataclass(frozen=True, slots=True)
class Savings:
    """A lower bound of a pool, and what it would be less by, in bytes."""

    lower_bound: int

    if_gone: Sequence[int]
    """For each buffer, in the order given."""


def savings_of(buffers: Sequence[LiveBuffer]) -> Savings:
    """
    The bound of a pool with these buffers, and how much smaller it would be without each of them.

    The cost is that of sorting the ends of the live ranges, for each alignment that occurs.
    """
    members = [index for index, buffer in enumerate(buffers) if buffer.size_bytes]
    if not members:
        return Savings(0, [0] * len(buffers))
    weight, weight_without = 0, [0] * len(buffers)
    for alignment in {buffers[index].alignment for index in members}:
        chosen = [index for index in members if buffers[index].alignment >= alignment]
        weights = [_align_up(buffers[index].size_bytes, alignment) for index in chosen]
        peak, without = _peaks([buffers[index].live for index in chosen], weights)
        weight = max(weight, peak)
        others = dict(zip(chosen, without, strict=True))
        for index in members:
            weight_without[index] = max(weight_without[index], others.get(index, peak))
    alignments = _LargestOthers([buffers[index].alignment for index in members])
    ends = _LargestOthers([buffers[index].fixed_end for index in members])
    bound = _align_up(max(weight, ends.largest), alignments.largest)
    saved = [0] * len(buffers)
    for place, index in enumerate(members):
        least = max(weight_without[index], ends.without(place))
        saved[index] = bound - _align_up(least, alignments.without(place) or 1)
    return Savings(bound, saved)


def _align_up(number: int, alignment: int) -> int:
    return -(-number // alignment) * alignment


class _LargestOthers:
    """The largest of some numbers, and of all but one of them; 0 if there is none."""

    def __init__(self, numbers: Sequence[int]) -> None:
        self._numbers = numbers
        self.largest, self._second = (*nlargest(2, numbers), 0, 0)[:2]

    def without(self, place: int) -> int:
        """The largest of the others."""
        return self._second if self._numbers[place] == self.largest else self.largest


def _peaks(lives: Sequence[Sequence[Range]], weights: Sequence[int]) -> tuple[int, list[int]]:
    """The most weight live at one point, and the same without each of those that have it."""
    profile = _Profile(lives, weights)
    # Of a buffer that is not live at every peak, one remains.
    is_peak = [live == profile.peak for live in profile.live]
    peaks_before = [0, *accumulate(is_peak)]
    without = [profile.peak] * len(lives)
    for index, live in enumerate(lives):
        inside = [profile.segments(first, last) for first, last in live]
        if sum(peaks_before[end] - peaks_before[start] for start, end in inside) < peaks_before[-1]:
            continue
        remaining = max((profile.most(*segments) for segments in inside), default=0)
        elsewhere = max((profile.most(*gap) for gap in _gaps(inside, len(profile.live))), default=0)
        without[index] = max(remaining - weights[index], elsewhere)
    return profile.peak, without


def _gaps(stretches: Sequence[Range], length: int) -> Iterator[Range]:
    """What is left between half-open stretches, ascending, of `range(length)`."""
    begin = 0
    for start, end in stretches:
        if begin < start:
            yield begin, start
        begin = end
    if begin < length:
        yield begin, length


class _Profile:
    """The weight that is live at each point, in segments in which it does not change."""

    def __init__(self, lives: Sequence[Sequence[Range]], weights: Sequence[int]) -> None:
        changes: dict[int, int] = {}
        for live, weight in zip(lives, weights, strict=True):
            for first, last in live:
                changes[first] = changes.get(first, 0) + weight
                changes[last + 1] = changes.get(last + 1, 0) - weight
        self._starts = sorted(changes)
        self.live = list(accumulate(changes[point] for point in self._starts))
        self.peak = max(self.live, default=0)
        self._maxima = _RangeMaximum(self.live)

    def segments(self, first: int, last: int) -> Range:
        """The segments of a range whose ends are among those given, the last one not included."""
        return bisect_left(self._starts, first), bisect_left(self._starts, last + 1)

    def most(self, start: int, end: int) -> int:
        """The most weight in segments from `start` up to, but without, `end`; 0 in none."""
        return self._maxima.of(start, end)


class _RangeMaximum:
    """The largest of any stretch of a list of numbers that are not negative: a segment tree."""

    def __init__(self, numbers: Sequence[int]) -> None:
        self._width = len(numbers)
        self._nodes = list(chain(repeat(0, self._width), numbers))
        for node in range(self._width - 1, 0, -1):
            self._nodes[node] = max(self._nodes[2 * node], self._nodes[2 * node + 1])

    def of(self, start: int, end: int) -> int:
        """The largest from `start` up to, but without, `end`; 0 of none."""
        largest = 0
        start, end = start + self._width, end + self._width
        while start < end:
            if start & 1:
                largest = max(largest, self._nodes[start])
                start += 1
            if end & 1:
                end -= 1
                largest = max(largest, self._nodes[end])
            start, end = start // 2, end // 2
        return largest
