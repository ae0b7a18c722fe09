"""
Which buffers of a placement problem are ever live together.

Buffers are numbered by their place in the problem. A buffer of no bytes takes no part: it has no
ranges and no conflicts here. Constants have their data at all times, and conflict with each other:
they are live together at one more program point, after all others.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from functools import cached_property
from heapq import heappop, heappush

from usmp_passes.planning.problem import BufferInfo, PlacementProblem

Ranges = tuple[tuple[int, int], ...]
"""Closed ranges of program points, ascending and apart."""


class ConflictGraph:
    """
    The conflicts of a problem: by live ranges where they say it, by pairs where they do not.
    """

    ranges: Sequence[Ranges]
    """Of each buffer; none for one of which only the conflicts are known."""

    extra: Sequence[Sequence[int]]
    """The conflicts of each buffer that its ranges do not show, ascending, on both sides."""

    has_extra: bool

    def __init__(self, problem: PlacementProblem):
        self._buffers = problem.buffers
        self.point_of_constants = 1 + max(
            (last for buffer in problem.buffers for _, last in buffer.live or ()), default=-1
        )
        """The program point at which constants are live and nothing else is."""

        self.ranges = [self._ranges_of(buffer) for buffer in problem.buffers]
        self.extra = _extra_conflicts(problem, self.ranges)
        self.has_extra = any(self.extra)

    def _ranges_of(self, buffer: BufferInfo) -> Ranges:
        if not buffer.size_bytes:
            return ()
        ranges = buffer.live or ()
        if not buffer.is_constant:
            return ranges
        point = self.point_of_constants
        if ranges and ranges[-1][1] == point - 1:
            return (*ranges[:-1], (ranges[-1][0], point))
        return (*ranges, (point, point))

    @cached_property
    def is_interval_graph(self) -> bool:
        """Whether each buffer is live in one range at most, and the ranges say everything."""
        return not self.has_extra and all(len(ranges) <= 1 for ranges in self.ranges)

    @cached_property
    def neighbours(self) -> Sequence[Sequence[int]]:
        """The conflicts of each buffer, each once, ascending."""
        if self.is_interval_graph:
            return _neighbours_of_intervals(self.ranges)
        found = [set(extra) for extra in self.extra]
        for buffer, live in _sweep(self.ranges):
            found[buffer].update(live)
            for other in live:
                found[other].add(buffer)
        return [sorted(conflicts) for conflicts in found]

    @cached_property
    def degrees(self) -> Sequence[int]:
        """How many conflicts each buffer has."""
        if not self.is_interval_graph:
            return [len(conflicts) for conflicts in self.neighbours]
        return _interval_degrees(self.ranges)

    @cached_property
    def conflict_count(self) -> int:
        """Of all buffers together, so that each pair counts twice."""
        if not self.is_interval_graph:
            return sum(map(len, self.neighbours))
        starts = sorted(own[0][0] for own in self.ranges if own)
        ends = sorted(own[0][1] for own in self.ranges if own)
        # Those that have started before, less those that have ended before.
        return 2 * sum(n - bisect_left(ends, start) for n, start in enumerate(starts))

    @cached_property
    def durations(self) -> Sequence[int]:
        """At how many program points each buffer is live; at one, if that is not known."""
        return [
            sum(last - first + 1 for first, last in buffer.live or ()) or 1
            if buffer.size_bytes
            else 1
            for buffer in self._buffers
        ]


def _extra_conflicts(problem: PlacementProblem, ranges: Sequence[Ranges]) -> list[list[int]]:
    index_of = problem.index_of
    buffers = problem.buffers
    extra: list[list[int]] = [[] for _ in buffers]
    for index, buffer in enumerate(buffers):
        if not buffer.conflicts or not buffer.size_bytes:
            continue
        own = ranges[index]
        if len(own) == 1:
            ((first, last),) = own
            for name in buffer.conflicts:
                other = index_of[name]
                theirs = ranges[other]
                if not (len(theirs) == 1 and theirs[0][0] <= last and first <= theirs[0][1]):
                    _add_extra(problem, ranges, extra, index, other)
        else:
            for name in buffer.conflicts:
                _add_extra(problem, ranges, extra, index, index_of[name])
    return [sorted(set(others)) for others in extra]


def _add_extra(
    problem: PlacementProblem,
    ranges: Sequence[Ranges],
    extra: list[list[int]],
    one: int,
    other: int,
) -> None:
    if problem.buffers[other].size_bytes and not ranges_meet(ranges[one], ranges[other]):
        extra[one].append(other)
        extra[other].append(one)


def ranges_meet(one: Ranges, other: Ranges) -> bool:
    """Whether two lists of ranges have a program point in common."""
    i = j = 0
    while i < len(one) and j < len(other):
        if one[i][1] < other[j][0]:
            i += 1
        elif other[j][1] < one[i][0]:
            j += 1
        else:
            return True
    return False


def _sweep(ranges: Sequence[Ranges]) -> Iterator[tuple[int, dict[int, None]]]:
    """Each range's buffer, by ascending start, with the buffers that are live when it starts."""
    starts = sorted(
        (first, buffer, last) for buffer, own in enumerate(ranges) for first, last in own
    )
    live: dict[int, None] = {}
    ends: list[tuple[int, int]] = []
    for first, buffer, last in starts:
        while ends and ends[0][0] < first:
            del live[heappop(ends)[1]]
        yield buffer, live
        live[buffer] = None
        heappush(ends, (last, buffer))


def _neighbours_of_intervals(ranges: Sequence[Ranges]) -> list[list[int]]:
    """No pair of intervals is met twice."""
    found: list[list[int]] = [[] for _ in ranges]
    for buffer, live in _sweep(ranges):
        found[buffer].extend(live)
        for other in live:
            found[other].append(buffer)
    for conflicts in found:
        conflicts.sort()
    return found


def _interval_degrees(ranges: Sequence[Ranges]) -> list[int]:
    """
    For each interval: all others, less those that end before it starts, and those that start after
    it ends.
    """
    starts = sorted(own[0][0] for own in ranges if own)
    ends = sorted(own[0][1] for own in ranges if own)
    return [
        bisect_right(starts, own[0][1]) - bisect_left(ends, own[0][0]) - 1 if own else 0
        for own in ranges
    ]
